"""Which time a deadline counts: all of it, that of working days, or that of the office's hours on them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, partial

import numpy as np
import polars as pl

from metrics.calendar import is_workday
from metrics.rules import DAY, Rules

MICRO = 1_000_000  # microseconds of a second, the unit of instants
DAY_LONG = DAY * MICRO
FEWEST_WORKDAYS = 200  # of any year: enough years are looked at
Known = Callable[[pl.DataFrame], np.ndarray]


class Clock(StrEnum):
    """When the clock of a deadline runs."""

    ALWAYS = "always"
    WORKDAYS = "workdays"  # Chinese working days, make-up workdays among them, from midnight to midnight
    OFFICE_HOURS = "office_hours"  # of the same days


def runs_always(rules: Rules, severity: str | None = None) -> bool:
    """Do deadlines, or those of a severity, run by the clock on the wall, nights and holidays included?"""
    return rules.deadline_clock == Clock.ALWAYS or severity in rules.around_the_clock


def later(start: pl.Expr, seconds: pl.Expr, rules: Rules) -> pl.Expr:
    """The instant at which so many seconds have been counted since `start`; null where either is."""
    if runs_always(rules):
        return start + pl.duration(seconds=seconds)
    return _together(start, seconds, partial(_later, rules), pl.Datetime("us"))


def counted(start: pl.Expr, end: pl.Expr, rules: Rules) -> pl.Expr:
    """The seconds that the clock ran between two instants; null where either is."""
    if runs_always(rules):
        return (end - start).dt.total_seconds()
    return _together(start, end, partial(_between, rules), pl.Int64())


def when_it_runs(at: pl.Expr, rules: Rules) -> pl.Expr:
    """The instant itself where the clock runs then, or else the next one at which it does."""
    if runs_always(rules):
        return at
    return _together(at, at, partial(_running, rules), pl.Datetime("us"))


def _together(one: pl.Expr, other: pl.Expr, function: Known, kind: pl.DataType) -> pl.Expr:
    """`function` of the rows in which both are known."""

    def computed(both: pl.Series) -> pl.Series:
        frame = both.struct.unnest()
        known = frame.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
        found = np.zeros(frame.height, dtype=np.int64)
        if known.any():
            found[known.to_numpy()] = function(frame.filter(known))
        values = pl.Series(found).set(~known, None)
        return values.cast(kind)

    return pl.struct(one.alias("one"), other.alias("other")).map_batches(computed, return_dtype=kind)


def _later(rules: Rules, rows: pl.DataFrame) -> np.ndarray:
    start, seconds = _instants(rows["one"]), rows["other"].cast(pl.Int64).to_numpy()
    hours = _hours(rules, start, start, int(seconds.max()))
    return hours.reached(hours.counted(start) + seconds * MICRO)


def _between(rules: Rules, rows: pl.DataFrame) -> np.ndarray:
    start, end = _instants(rows["one"]), _instants(rows["other"])
    hours = _hours(rules, start, end)
    return (hours.counted(end) - hours.counted(start)) // MICRO


def _running(rules: Rules, rows: pl.DataFrame) -> np.ndarray:
    at = _instants(rows["one"])
    return _hours(rules, at, at).next(at)


def _instants(column: pl.Series) -> np.ndarray:
    return column.cast(pl.Datetime("us")).cast(pl.Int64).to_numpy()


@dataclass(frozen=True, slots=True, eq=False)
class _Hours:
    """The hours at which the clock runs, from a first day on; instants are microseconds since 1970."""

    first: int  # day, counted from 1970
    before: np.ndarray  # microseconds counted before each day, and those of all days
    opens: int  # microsecond of the day
    closes: int

    def counted(self, at: np.ndarray) -> np.ndarray:
        """What was counted from the first day up to each instant."""
        day = at // DAY_LONG - self.first
        inside = np.clip(at % DAY_LONG - self.opens, 0, self.closes - self.opens)
        return self.before[day] + inside * (self.before[day + 1] > self.before[day])

    def reached(self, total: np.ndarray) -> np.ndarray:
        """The first instant at which so much has been counted: an end of a day rather than the start of the next."""
        return self._at(np.searchsorted(self.before, total, side="left") - 1, total)

    def next(self, at: np.ndarray) -> np.ndarray:
        """The last instant at which no more has been counted than at this one."""
        total = self.counted(at)
        return self._at(np.searchsorted(self.before, total, side="right") - 1, total)

    def _at(self, day: np.ndarray, total: np.ndarray) -> np.ndarray:
        return (self.first + day) * DAY_LONG + self.opens + total - self.before[day]


def _hours(rules: Rules, start: np.ndarray, end: np.ndarray, seconds: int = 0) -> _Hours:
    """The hours from the first start to the last end, and so many counted seconds beyond it."""
    office = rules.deadline_clock == Clock.OFFICE_HOURS
    opens, closes = (rules.office_opens_seconds, rules.office_closes_seconds) if office else (0, DAY)
    first, last = _years(start, end)
    last += 1 + seconds // (FEWEST_WORKDAYS * (closes - opens))
    days = np.concatenate([_workdays(year) for year in range(first, last + 1)])
    before = np.concatenate([[0], np.cumsum(days * ((closes - opens) * MICRO))])
    return _Hours((date(first, 1, 1) - date(1970, 1, 1)).days, before, opens * MICRO, closes * MICRO)


def _years(start: np.ndarray, end: np.ndarray) -> tuple[int, int]:
    first, last = (date(1970, 1, 1) + timedelta(microseconds=int(each)) for each in (start.min(), end.max()))
    return first.year, last.year


@cache
def _workdays(year: int) -> np.ndarray:
    """1 for each day of a year on which people work."""
    first = date(year, 1, 1)
    count = (date(year + 1, 1, 1) - first).days
    return np.array([is_workday(first + timedelta(days=place)) for place in range(count)], dtype=np.int64)
