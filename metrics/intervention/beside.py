"""Checks beside the series: what else happened, where the cases went, and what became worse meanwhile."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

import numpy as np
import polars as pl

from metrics.intervention.earlier import SURE, not_possible
from metrics.intervention.effects import Fitted, averted, ratio
from metrics.intervention.fit import NoFit
from metrics.intervention.model import Asked, fitted
from metrics.intervention.observed import lacking, read_series, split
from metrics.intervention.results import Check, CheckCode, CheckStatus, Grain
from metrics.metric import Better
from metrics.results import NotEstimable


def other_changes(found: Fitted) -> Check:
    """What else happened in the window: told apart by the model, or not to be told apart (a warning)."""
    apart, inseparable = found.design.events, found.design.inseparable
    status = CheckStatus.WARNING if inseparable else CheckStatus.OK
    numbers = {"inseparable": len(inseparable), "separated": len(apart)}
    return Check(CheckCode.OTHER_CHANGES, status, numbers, (*inseparable, *apart))


def other_series(
    found: Fitted,
    others: Mapping[str, pl.DataFrame],
    asked: Asked,
    grain: Grain,
    window: tuple[date, date | None],
) -> tuple[Check, Check]:
    """Untouched series: did one move the same way (placebo outcome), or did the cases go there (displacement)?

    A series counts as moved when it is clear with the error shared among all of them. `names` are those that moved.
    """
    main, outcomes = found.log_effect(), _effects(others, asked, grain, window)
    codes = CheckCode.PLACEBO_OUTCOME, CheckCode.DISPLACEMENT
    if not outcomes:
        nothing, displaced = (not_possible(code, len(others), 1) for code in codes)
        return nothing, displaced
    moved = {name: each for name, each in outcomes.items() if each.log_effect().p < SURE / len(outcomes)}
    same = [name for name, each in moved.items() if each.log_effect().value * main.value > 0]
    away = [name for name in moved if name not in same]
    gained = [averted(outcomes[name], outcomes[name].log_effect()) for name in away]
    more = -sum(each.value for each in gained if each is not None)
    strongest = min(outcomes.values(), key=lambda each: each.log_effect().p)
    ratio_of = ratio(strongest, strongest.log_effect())
    placebo = {"tried": len(outcomes), "moved": len(same), "strongest": ratio_of.value, "p": ratio_of.p}
    saved = averted(found, main)
    displaced = {"tried": len(outcomes), "moved": len(away), "cases": more, "averted": saved.value if saved else 0.0}
    return _check(codes[0], placebo, same), _check(codes[1], displaced, away)


def guardrails(
    watched: Mapping[str, tuple[pl.DataFrame, Better]], asked: Asked, grain: Grain, window: tuple[date, date | None]
) -> Check:
    """Did something that must not suffer become worse? `names` are those that clearly did."""
    outcomes = _effects({name: series for name, (series, _) in watched.items()}, asked, grain, window)
    if not outcomes:
        return not_possible(CheckCode.GUARDRAILS, len(watched), 1)
    wrong = {Better.HIGHER: -1, Better.LOWER: 1, Better.NEITHER: 0}
    worse = [
        name
        for name, each in outcomes.items()
        if each.log_effect().p < SURE and each.log_effect().value * wrong[watched[name][1]] > 0
    ]
    return _check(CheckCode.GUARDRAILS, {"tried": len(outcomes), "worse": len(worse)}, worse)


def _check(code: CheckCode, numbers: Mapping[str, float], names: list[str]) -> Check:
    return Check(code, CheckStatus.WARNING if names else CheckStatus.OK, numbers, tuple(names))


def _effects(
    series: Mapping[str, pl.DataFrame], asked: Asked, grain: Grain, window: tuple[date, date | None]
) -> dict[str, Fitted]:
    """The same model for each series that can be estimated."""
    found = {}
    for name, frame in series.items():
        placed = split(read_series(frame, grain), *window)
        if not isinstance(placed, NotEstimable) and lacking(placed[0]) is None:
            with suppress(NoFit):
                found[name] = fitted(placed[0], asked)
    return {name: each for name, each in found.items() if np.isfinite(each.log_effect().value)}
