"""Did the change work? The estimate, its checks and the verdict for one series and one change."""

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import get_args

import numpy as np
import polars as pl

from metrics.calendar import Event
from metrics.errors import InvalidScope
from metrics.intervention.beside import guardrails as guarded
from metrics.intervention.beside import other_changes, other_series
from metrics.intervention.design import in_force
from metrics.intervention.earlier import placebo_time, pre_trend, regression_to_mean
from metrics.intervention.effects import Fitted, averted, difference, path, ratio
from metrics.intervention.fit import NoFit, estimate
from metrics.intervention.later import fading, leave_one_out, residuals
from metrics.intervention.model import Asked, described, fitted
from metrics.intervention.naive import levels, naive
from metrics.intervention.observed import LEAST, Observed, lacking, read_series, split
from metrics.intervention.results import (
    ChangeEffect,
    Check,
    Effect,
    Expected,
    Family,
    Grain,
    Placebo,
    Robustness,
    Season,
    Shape,
)
from metrics.intervention.robustness import robustness, second_opinion
from metrics.intervention.verdict import judged
from metrics.metric import Better
from metrics.results import Estimate, Needed, NotEstimable, Reason


def evaluate_change(
    series: pl.DataFrame,
    start: date,
    *,
    transition_end: date | None = None,
    expected: Expected = "decrease",
    shape: Shape = "step",
    season: Season = "auto",
    grain: Grain = "month",
    events: Iterable[Event] = (),
    confidence: float = 0.95,
    others: Mapping[str, pl.DataFrame] | None = None,
    guardrails: Mapping[str, tuple[pl.DataFrame, Better]] | None = None,
) -> ChangeEffect | NotEstimable:
    """Segmented regression with a step at `start`, averaged over how strongly periods may resemble their neighbours.

    Args:
        series: one row per period: `period` (its first day) and `count` (with `exposure`, `control_count` and
            `control_exposure` where known), or `numerator` and `denominator`, or `value`.
        start: first day of "after". A period that it cuts is left out, so are those that begin before `transition_end`.
        shape: a temporary effect is looked for in the first three months, a delayed one after three months.
        season: waves of the year in the model; auto: one from a year and a half on, two beyond three years.
        events: what else happened; calendar seasons and what recurs are taken to pass, all else to last.
        others: untouched or neighbouring series by name; guardrails: what must not suffer, and its better direction.

    Raises:
        InvalidScope: `read_series` says when; or an argument is none of those allowed.

    Source: Lopez Bernal, Cummins & Gasparrini (2017), IJE 46; for the standard errors see fit.py.
    """
    asked = _asked(shape, season, tuple(events), confidence, expected, grain)
    with np.errstate(
        over="ignore", invalid="ignore", divide="ignore"
    ):  # of series that leap: an end at infinity, or no fit
        return _evaluated(read_series(series, grain), asked, (start, transition_end), others or {}, guardrails or {})


def _evaluated(
    complete: Observed,
    asked: Asked,
    window: tuple[date, date | None],
    others: Mapping[str, pl.DataFrame],
    guardrails: Mapping[str, tuple[pl.DataFrame, Better]],
) -> ChangeEffect | NotEstimable:
    placed = split(complete, *window)
    if isinstance(placed, NotEstimable):
        return placed
    if (refusal := lacking(placed[0]) or _effect_too_short(placed[0], asked.shape)) is not None:
        return refusal
    try:
        found = fitted(placed[0], asked)
        beside = _checks(found, asked, others, guardrails, window)
        answer = _answer(complete, placed[1], found, asked, window[0], *beside)
    except NoFit:
        return NotEstimable(Reason.LEAPING, Needed.LONGER_PERIODS)
    fewer = answer.averted or Estimate(0.0, 0.0, 0.0)
    told = (answer.overall.value, answer.overall.p, fewer.value, fewer.low, fewer.high, answer.verdict.power or 0.0)
    return NotEstimable(Reason.LEAPING, Needed.LONGER_PERIODS) if np.isnan(told).any() else answer


def _checks(
    found: Fitted,
    asked: Asked,
    others: Mapping[str, pl.DataFrame],
    guardrails: Mapping[str, tuple[pl.DataFrame, Better]],
    window: tuple[date, date | None],
) -> tuple[Robustness, Placebo, tuple[Check, ...]]:
    before = found.seen.where(~found.seen.is_after)
    robust, agreement = robustness(found, asked)
    earlier, placebo = placebo_time(before, found, asked)
    checks = (
        residuals(found),
        pre_trend(before, found, asked),
        regression_to_mean(before, found, asked),
        placebo,
        *other_series(found, others, asked, found.seen.grain, window),
        guarded(guardrails, asked, found.seen.grain, window),
        other_changes(found),
        agreement,
        second_opinion(found, asked),
        fading(found, asked),
        leave_one_out(found, asked),
    )
    return robust, earlier, checks


def _answer(
    complete: Observed,
    used: np.ndarray,
    found: Fitted,
    asked: Asked,
    start: date,
    robust: Robustness,
    earlier: Placebo,
    checks: tuple[Check, ...],
) -> ChangeEffect:
    seen, effect = found.seen, found.log_effect()
    before, after = levels(seen, asked.confidence)
    bars = naive(seen, before, after, asked.confidence)
    plain = fitted(seen, asked, trend=False)
    return ChangeEffect(
        family=seen.kind,
        start=start,
        grain=seen.grain,
        shape=asked.shape,
        expected=asked.expected,
        confidence=asked.confidence,
        before=before,
        after=after,
        transition=int((~used).sum()),
        naive=bars,
        rate_ratio=ratio(found, found.log_step() if asked.shape == "step+slope" else effect),
        overall=ratio(found, effect),
        difference=difference(found, effect),
        slope_change=_slope_change(found) if asked.shape == "step+slope" else None,
        averted=averted(found, effect),
        level_only=ratio(plain, plain.log_effect()),
        path=_whole_path(complete, used, path(found)),
        dispersion=found.fit.dispersion,
        autocorrelation=found.fit.autocorrelation,
        model=described(found),
        checks=checks,
        robustness=robust,
        placebo=earlier,
        verdict=judged(found, bars, checks, robust, asked, plain.log_effect()),
    )


def _slope_change(found: Fitted) -> Effect:
    bend = estimate(found.fit, np.eye(found.design.x.shape[1])[found.design.effect[1]], found.confidence)
    if found.seen.family is Family.MEAN:
        return bend
    return Effect(*(float(np.exp(end)) for end in (bend.value, bend.low, bend.high)), bend.p)


def _whole_path(complete: Observed, used: np.ndarray, fitted_path: pl.DataFrame) -> pl.DataFrame:
    """The path with the periods of the roll-out: observed, and neither fitted nor foretold."""
    unit = complete.base if complete.kind is Family.SHARE else np.ones(len(complete.at))
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = pl.Series(complete.value / unit).fill_nan(None)
    left_out = pl.DataFrame({"period": complete.period, "place": "transition", "observed": observed}).filter(~used)
    return pl.concat([fitted_path, left_out], how="diagonal").sort("period")


def _effect_too_short(seen: Observed, shape: Shape) -> NotEstimable | None:
    """A delayed effect needs its own periods after the wait; a temporary one must have some as well."""
    found = int(in_force(seen, shape).sum())
    if found >= LEAST:
        return None
    return NotEstimable(Reason.FEW_PERIODS_AFTER, Needed.PERIODS_AFTER, {"found": found, "least": LEAST})


def _asked(
    shape: Shape, season: Season, events: tuple[Event, ...], confidence: float, expected: Expected, grain: Grain
) -> Asked:
    for name, value, allowed in (
        ("shape", shape, get_args(Shape)),
        ("expected", expected, get_args(Expected)),
        ("grain", grain, get_args(Grain)),
        ("season", season if isinstance(season, str) else "none", ("auto", "none")),
    ):
        if value not in allowed:
            raise InvalidScope(
                "There is no {name} {value}.",
                "Choose {near}.",
                name=name,
                value=value,
                near=", ".join(get_close_matches(str(value), allowed, n=1) or allowed),
            )
    if not 0 < confidence < 1:
        raise InvalidScope("A confidence of {value} was asked for.", "Choose one between 0 and 1.", value=confidence)
    return Asked(shape, season, events, confidence, expected)
