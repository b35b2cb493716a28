"""When a rule alerts and when its event is over: judgements day by day, each from what was known on that day."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

from metrics.alerts.rule import WITH_INTERVAL, AlertRule, Kind

JUDGED = {
    "end": pl.Date,  # the day after the last one that was known
    **dict.fromkeys(("value", "low", "high", "numerator", "count"), pl.Float64),
    "usable": pl.Boolean,  # enough cases, and final
}


FLAGGED = (Kind.SPECIAL_CAUSE, Kind.VOLUME)  # whether a day is beyond is found before it comes here


class Hindsight(StrEnum):
    """What the days after an alarm say of it."""

    LASTED = "lasted"  # the next days, all of them new, lay beyond the limit as well; what was foretold came
    PASSED = "passed"  # they did not: the alarm was false, or the trouble short
    UNKNOWN = "unknown"  # they have not come yet, or had too few cases


@dataclass(frozen=True, slots=True)
class Episode:
    """An alarm of the past. `start` and `end` are days after the last one known; no `end`: it goes on."""

    start: date
    end: date | None
    value: float
    hindsight: Hindsight


def judged(rule: AlertRule, values: pl.DataFrame) -> pl.DataFrame:
    """Each day's judgement.

    Args:
        values: JUDGED, a row a day. Of growth value, low and high are percent of the level before; it is sure where
            the whole interval is growth. Of a special cause and of an unusual volume also whether it is `flagged`.

    Returns:
        `values` with `beyond` (it alerts by this day), `back` (it is surely over: the value is inside the limit by the
        margin) and `past` (the value alone lies beyond the limit). A day that cannot be judged is neither.
    """
    value, near = pl.col("value"), pl.col("low" if rule.sign > 0 else "high")
    usable = pl.col("usable") & value.is_not_null()
    past = beyond = _past(value, rule)
    if rule.is_sure and rule.kind in {Kind.THRESHOLD, Kind.CHECK}:
        beyond = _past(near, rule)
    elif rule.is_sure and rule.kind is Kind.GROWTH:
        beyond = past & (rule.sign * near > 0)
    elif rule.kind in FLAGGED:
        past = beyond = pl.col("flagged")
    inside = rule.sign * value <= rule.sign * rule.level - rule.margin
    back = inside if rule.margin and rule.kind not in FLAGGED else ~past
    return values.with_columns(
        beyond=(usable & beyond).fill_null(value=False),
        back=(usable & back).fill_null(value=False),
        past=(usable & past).fill_null(value=False),
    )


def _past(value: pl.Expr, rule: AlertRule) -> pl.Expr:
    """Beyond the limit; of whole numbers, which are «so many or more», at it as well."""
    if rule.kind in {Kind.CASES, Kind.DEADLINE}:
        return value >= rule.level
    return value > rule.level if rule.sign > 0 else value < rule.level


def starts(rule: AlertRule, days: pl.DataFrame) -> bool:
    """Does the last day begin an event, as it has held for so many days in a row?

    Args:
        days: of `judged`, in their order. Days that cannot be judged neither count nor break a row.
    """
    known = days.filter(pl.col("usable"))["beyond"].tail(rule.lasting)
    return bool(days.height) and bool(days["beyond"][-1]) and len(known) == rule.lasting and bool(known.all())


def episodes(rule: AlertRule, days: pl.DataFrame) -> list[Episode]:
    """The events that the rule would have had, in their order, and what the days after each say of it."""
    if rule.kind is Kind.CASES:  # each day is an event of its own, and over with the day
        of_days = days.filter("beyond").iter_rows(named=True)
        return [Episode(x["end"], x["end"] + timedelta(days=1), x["value"], Hindsight.LASTED) for x in of_days]
    found: list[Episode] = []
    began: dict | None = None
    row = 0
    later = {each["end"]: each for each in days.iter_rows(named=True)}
    for each in later.values():
        if began is not None:
            if each["back"]:
                found.append(_episode(rule, began, each["end"], later))
                began, row = None, 0
        elif each["usable"]:
            row = row + 1 if each["beyond"] else 0
            if row >= rule.lasting:
                began = each
    return [*found, _episode(rule, began, None, later)] if began is not None else found


def _episode(rule: AlertRule, began: dict, end: date | None, later: dict[date, dict]) -> Episode:
    return Episode(began["end"], end, began["value"], _hindsight(rule, began, later))


def _hindsight(rule: AlertRule, began: dict, later: dict[date, dict]) -> Hindsight:
    """By the next value that shares no day with the one that alerted; of a forecast by what its day brought."""
    if rule.kind is Kind.FORECAST:
        came = began["came"]
        return Hindsight.UNKNOWN if came is None else Hindsight.LASTED if came > rule.level else Hindsight.PASSED
    if rule.kind not in {*WITH_INTERVAL, Kind.SPECIAL_CAUSE}:
        return Hindsight.LASTED  # what was counted has happened, whatever came after
    fresh = later.get(began["end"] + timedelta(days=rule.window_days))
    if fresh is None or not fresh["usable"]:
        return Hindsight.UNKNOWN
    return Hindsight.LASTED if _lasts(rule, began, fresh) else Hindsight.PASSED


def _lasts(rule: AlertRule, began: dict, fresh: dict) -> bool:
    """Growth lasts where the new days are as much beyond those before the alarm; a threshold where they are past it."""
    if rule.kind is Kind.GROWTH:
        return rule.sign * (fresh["level"] - began["before"]) > 0
    return bool(fresh["past"])
