"""`python -m jobs evaluate`: did a change work, on any CSV file; needs no warehouse and no state store."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import polars as pl

from jobs.formats import AnswerFormat
from jobs.series_files import PERIOD, read_table
from metrics.calendar import Event
from metrics.errors import InvalidScope
from metrics.intervention import ChangeEffect, Expected, Grain, Robustness, Season, Shape, VerdictCode, evaluate_change
from metrics.results import NotEstimable
from reports import evaluated, evaluated_checks
from reports.text import _

#: A line of the answer for each of these; null where nothing can be estimated.
ESTIMATES = (
    "before", "after", "naive", "rate_ratio", "overall", "level_only", "difference", "slope_change", "averted",
    "dispersion", "autocorrelation", "model",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of the file holds what; None where it is not there."""

    period: str
    count: str | None = None
    exposure: str | None = None
    control_count: str | None = None
    control_exposure: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    value: str | None = None

    def named(self) -> dict[str, str]:
        """The names of the analysis, and the file's for them."""
        named = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: column for name, column in named if column is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The change, and how it is to be judged."""

    start: date
    transition_end: date | None
    grain: Grain
    expected: Expected
    shape: Shape
    season: Season
    confidence: float
    events: tuple[Event, ...]


def answered(file: Path, columns: Columns, asked: Asked) -> ChangeEffect | NotEstimable:
    """The change judged on the series of the file.

    Raises:
        ImportFailed: the file cannot be read, lacks a column, or holds something that is no day or number.
        InvalidScope: the columns or the series are unfit, or `--start` lies inside a period.
    """
    _check_columns(columns)
    series = read_table(file, columns.named())
    _check_start(series[PERIOD], asked.start, asked.grain)
    try:
        return evaluate_change(
            series,
            asked.start,
            transition_end=asked.transition_end,
            expected=asked.expected,
            shape=asked.shape,
            season=asked.season,
            grain=asked.grain,
            events=asked.events,
            confidence=asked.confidence,
        )
    except InvalidScope as failure:  # tells of the file's columns by the names that they have there
        column = columns.named().get(str(failure.values.get("column")))
        told = failure.values | ({"column": column} if column else {})
        raise InvalidScope(failure.what, failure.fix, **told) from failure


def season(text: str) -> Season:
    """auto, none, or a number of waves a year.

    Raises:
        InvalidScope: it is none of these.
    """
    if text in {"auto", "none"}:
        return "auto" if text == "auto" else "none"
    if text.isdecimal() and text.isascii():
        return int(text)
    raise InvalidScope("There is no season '{text}'.", "Write auto, none, or a number of waves a year.", text=text)


def day(option: str, text: str) -> date:
    """A day of the command line.

    Raises:
        InvalidScope: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as failure:
        raise InvalidScope(
            "{option} is '{text}', which is not a day.", "Write days like 2026-11-09.", option=option, text=text
        ) from failure


def written(found: ChangeEffect | NotEstimable, kind: AnswerFormat) -> str:
    """The answer as JSON without NaN or infinity, or as sentences."""
    if kind is AnswerFormat.TEXT:
        return "\n".join(_lines(found)) + "\n"
    return json.dumps(_plain(_told(found)), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _lines(found: ChangeEffect | NotEstimable) -> list[str]:
    lines = [evaluated.paragraph(found)]
    if isinstance(found, NotEstimable):
        return lines
    lines += ["", *evaluated_checks.model(found.model), ""]
    for each in found.checks:
        question = _(evaluated_checks.QUESTIONS[each.code])
        lines.append(f"{MARKS[each.status]} {question} {evaluated_checks.check(found, each)}")
    return lines


MARKS = {"ok": "✓", "warning": "!", "not_possible": "–"}


def _told(found: ChangeEffect | NotEstimable) -> dict[str, Any]:
    if isinstance(found, NotEstimable):
        refused = {"verdict": VerdictCode.NOT_ESTIMABLE, "text": evaluated.paragraph(found)}
        nothing = dict.fromkeys((*ESTIMATES, "robustness", "placebo", "path", "decision")) | {"checks": []}
        return refused | nothing | {"reason": found.reason, "needed": found.needed, **found.values}
    told: dict[str, Any] = {"verdict": found.verdict.code, "text": evaluated.paragraph(found)}
    told |= {name: getattr(found, name) for name in ESTIMATES}
    checks = [{**_fields(each), "text": evaluated_checks.check(found, each)} for each in found.checks]
    decided = {name: value for name, value in _fields(found.verdict).items() if name != "code"}
    told |= {"checks": checks, "robustness": _robust(found.robustness), "placebo": found.placebo, "path": found.path}
    told |= {"decision": decided}
    return told | {"reason": None, "needed": None}


def _robust(found: Robustness) -> dict[str, Any]:
    return {"ways": found.grid.height, "agree": found.agree, "clear": found.clear, "grid": found.grid}


def _fields(thing: Any) -> dict[str, Any]:
    return {each.name: getattr(thing, each.name) for each in fields(thing)}


def _plain(thing: Any) -> Any:
    """What JSON knows; what is not finite is null."""
    match thing:
        case pl.DataFrame():
            plain = _plain(thing.to_dicts())
        case Mapping():
            plain = {str(name): _plain(value) for name, value in thing.items()}
        case list() | tuple():
            plain = [_plain(each) for each in thing]
        case date():
            plain = thing.isoformat()
        case float():
            plain = float(thing) if math.isfinite(thing) else None
        case StrEnum():
            plain = str(thing)
        case _:
            plain = _plain(_fields(thing)) if is_dataclass(thing) else thing
    return plain


def _check_columns(columns: Columns) -> None:
    measured = [name for name in ("count", "numerator", "value") if getattr(columns, name) is not None]
    if len(measured) != 1:
        raise InvalidScope(
            "It is not said what to judge, or more than one thing is.",
            "Name --count, or --numerator and --denominator, or --value.",
        )
    for one, other in (("numerator", "denominator"), ("denominator", "numerator"), ("control_exposure", "control")):
        partner = columns.control_count if other == "control" else getattr(columns, other)
        if getattr(columns, one) is not None and partner is None:
            _lacks_partner(one, other)
    if columns.control_count is not None and (columns.exposure is None) != (columns.control_exposure is None):
        has = ("control_exposure", "exposure") if columns.exposure is None else ("exposure", "control_exposure")
        _lacks_partner(*has)
    if measured != ["count"] and columns.exposure is not None:
        _lacks_partner("exposure", "count")


def _lacks_partner(one: str, other: str) -> None:
    raise InvalidScope(
        "{one} is named and {other} is not.",
        "Name both, or neither.",
        one=f"--{one.replace('_', '-')}",
        other=f"--{other.replace('_', '-')}",
    )


def _check_start(days: pl.Series, start: date, grain: Grain) -> None:
    """A start inside a period is a slip of the pen; one after the last, or where periods were left out, is none."""
    known = sorted(days.to_list())
    if start in known or not known[0] < start <= known[-1]:
        return
    after = next(each for each in known if each > start)
    before = max(each for each in known if each < start)
    end = pl.select(pl.lit(before).dt.offset_by({"month": "1mo", "week": "1w", "day": "1d"}[grain])).item()
    if start >= end:
        return
    raise InvalidScope(
        "--start is {start}, and no period begins on that day.",
        "Name the first period after the change: {before} or {after} are the nearest ones.",
        start=start,
        before=before,
        after=after,
    )
