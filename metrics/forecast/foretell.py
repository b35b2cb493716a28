"""How many contacts or complaints are to be expected, by day and by week, with 95 % intervals?

Each series is foretold by the calendar's model, or by the last week where that did better on the past; parts and total
are then made to add up, and intervals are as wide as errors at that distance were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import polars as pl

from metrics.forecast import back_test
from metrics.forecast.back_test import REACH, Past, Scores
from metrics.forecast.calendar_effects import EVERYTHING, WEEKDAYS_ONLY, rows
from metrics.forecast.counts import around, error, interval, reach
from metrics.forecast.hierarchy import reconciled
from metrics.forecast.model import MOST_DAYS, Effects, ahead, effects, levels
from metrics.forecast.panel import TOTAL, Panel, panel
from metrics.forecast.seasons import Extra, extras
from metrics.results import Estimate, NotEstimable
from metrics.scope import Period

GRAINS = ("day", "week")
MOST_WEEKS = 13  # ahead


class Method(StrEnum):
    CALENDAR = "calendar"  # level, weekday, season and calendar
    WEEKDAYS = "weekdays"  # level and weekday
    NAIVE = "seasonal_naive"  # as the last week was


KINDS = {Method.CALENDAR: EVERYTHING, Method.WEEKDAYS: WEEKDAYS_ONLY}  # of the calendar's columns


@dataclass(frozen=True, slots=True)
class BackTest:
    """How well a series would have been foretold in the past."""

    method: Method  # that is used
    mase: float  # of the model: its mean absolute error over that of naive one season ahead
    against_naive: float  # of the model: its mean absolute error over naive's at the same days; below 1 is better
    coverage: float | None  # share of counts inside their 95 % intervals; None where it cannot be told
    tested: int  # weeks as of which it was tried


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """One series: `frame` has `period expected low high`, a row a day or a week (its Monday)."""

    name: str | None
    grain: str
    frame: pl.DataFrame
    test: BackTest


@dataclass(frozen=True, slots=True)
class Breach:
    """The first period whose interval lies beyond a limit; `is_sure` is False where only the expected count does."""

    period: date
    expected: float
    low: float
    high: float
    limit: float
    is_sure: bool


@dataclass(frozen=True, slots=True, eq=False)
class Foretold:
    """Every series of a panel, at both grains."""

    panel: Panel
    begun: date  # the first day of the history that the effects were fitted on
    effects: Effects
    level: np.ndarray  # with these effects: series × weeks ahead
    method: Method  # of the series for which naive is not used
    expected: dict[str, np.ndarray]  # by grain: series × periods
    scores: dict[str, Scores]
    periods: dict[str, tuple[date, ...]]
    pasts: dict[str, Past]

    @property
    def end(self) -> date:
        """The first day that is foretold."""
        return self.panel.first + timedelta(days=self.panel.days)

    @property
    def names(self) -> tuple[str | None, ...]:
        return self.panel.names

    def of(self, name: str | None, grain: str, weeks: int = MOST_WEEKS) -> Forecast:
        """One series by day or week, so many weeks ahead."""
        place, scores = self.names.index(name), self.scores[grain]
        count = weeks * (7 if grain == "day" else 1)
        expected = self.expected[grain][place, :count]
        far = scores.reach[back_test.bucket(self.pasts[grain].ends[:count]), place]
        low, high = around(expected, far)
        periods = self.periods[grain][:count]
        frame = pl.DataFrame({"period": periods, "expected": expected, "low": low, "high": high})
        return Forecast(name, grain, frame, self.test(name, grain))

    def test(self, name: str | None, grain: str) -> BackTest:
        """How well a series would have been foretold in the past."""
        return _test(self.scores[grain], self.names.index(name), self.method)

    def together(self, name: str | None, weeks: int) -> Estimate:
        """The sum of the first whole weeks, as wide as sums of as many weeks were missed by."""
        place, past = self.names.index(name), self.pasts["week"]
        used = back_test.chosen(past.model, past.naive, self.scores["week"].is_naive)
        actual, expected = (each[:, place, :weeks].sum(axis=1) for each in (past.actual, used))
        is_over = ~np.isnan(actual)
        errors, age = error(actual, expected)[is_over], self.panel.days - (past.origins + past.ends[weeks - 1])[is_over]
        far = reach(errors[:, None], back_test.weighed(age), len(errors))
        total = float(self.expected["week"][place, :weeks].sum())
        low, high = interval(np.array([total]), far)
        return Estimate(total, float(low[0]), float(high[0]))

    def history(self, name: str | None, grain: str, periods: int) -> pl.DataFrame:
        """What came in the last days or whole weeks: `period count`."""
        counts, end = self.panel.counts[self.names.index(name)], self.end
        if grain == "day":
            kept = counts[-periods:]
            return pl.DataFrame(
                {"period": [end - timedelta(days=each) for each in range(len(kept), 0, -1)], "count": kept}
            )
        monday = end - timedelta(days=end.weekday())
        whole = counts[: len(counts) - end.weekday()]
        kept = back_test.weekly(whole, len(whole) % 7)[-periods:]
        return pl.DataFrame(
            {"period": [monday - timedelta(weeks=each) for each in range(len(kept), 0, -1)], "count": kept}
        )

    def extras(self, name: str | None) -> list[Extra]:
        """The seasons of the next twelve months and what each brings; none where the calendar does not help."""
        if self.method is not Method.CALENDAR:
            return []
        days = (self.end - self.begun).days
        return extras(self.effects, self.level, self.names.index(name), self.begun, days)


def _test(scores: Scores, place: int, method: Method) -> BackTest:
    covered = float(scores.covered[place])
    return BackTest(
        Method.NAIVE if scores.is_naive[place] else method,
        float(scores.mase[place]),
        float(scores.against_naive[place]),
        None if np.isnan(covered) else covered,
        scores.tested,
    )


def foretell(counts: pl.DataFrame, known: Period) -> Foretold | NotEstimable:
    """Forecast parts and their total.

    Args:
        counts: `day part count`.
        known: the days that were recorded.
    """
    made = panel(counts, known)
    return made if isinstance(made, NotEstimable) else of_panel(made)


def of_panel(made: Panel) -> Foretold:
    """Forecast the series of a panel: by the whole calendar, or by weekdays alone where that did better in the past."""
    shift = -(made.first + timedelta(days=made.days)).weekday() % 7
    tried = {method: _tried(made, kinds, shift) for method, kinds in KINDS.items()}
    method = min(
        tried, key=lambda each: sum(float(score.against_naive.mean()) for _past, score in tried[each].values())
    )
    kept = made.counts[:, -MOST_DAYS:]
    end = made.first + timedelta(days=made.days)
    begun = end - timedelta(days=kept.shape[1])
    calendar = rows(begun, kept.shape[1] + REACH)
    found = effects(kept, calendar[:-REACH])
    level = levels(kept, found, calendar[:-REACH])
    used = found if method is Method.CALENDAR else effects(kept, calendar[:-REACH], KINDS[method])
    model = reconciled(ahead(levels(kept, used, calendar[:-REACH]), used, calendar[-REACH:]))
    simple = back_test.naive(kept, REACH)
    both = {"day": (model, simple), "week": (back_test.weekly(model, shift), back_test.weekly(simple, shift))}
    pasts = {grain: past for grain, (past, _scores) in tried[method].items()}
    scores = {grain: told for grain, (_past, told) in tried[method].items()}
    expected = {grain: back_test.chosen(*both[grain], scores[grain].is_naive) for grain in GRAINS}
    steps = {"day": range(REACH), "week": range(shift, REACH - 6, 7)}
    periods = {grain: tuple(end + timedelta(days=each) for each in steps[grain]) for grain in GRAINS}
    return Foretold(made, begun, found, level, method, expected, scores, periods, pasts)


def _tried(made: Panel, kinds: Sequence[str], shift: int) -> dict[str, tuple[Past, Scores]]:
    """The back-test at both grains.

    Args:
        shift: days from the end of the history to the next Monday.
    """
    days = back_test.looked_back(made.counts, made.first, kinds)
    weeks = back_test.by_weeks(days, shift)
    whole = back_test.weekly(made.counts, made.days % 7)
    return {
        "day": (days, back_test.scored(days, _seasonal(made.counts, 7))),
        "week": (weeks, back_test.scored(weeks, _seasonal(whole, 1))),
    }


def _seasonal(counts: np.ndarray, season: int) -> np.ndarray:
    """Mean absolute difference from a season before, a series each."""
    return np.abs(counts[:, season:] - counts[:, :-season]).mean(axis=1)


def forecast(series: pl.DataFrame, known: Period, grain: str = "day", weeks: int = 4) -> Forecast | NotEstimable:
    """Forecast one series.

    Args:
        series: `day count`; days without a row count 0.
        known: the days that were recorded.
    """
    found = foretell(series.select("day", pl.lit(TOTAL).alias("part"), "count"), known)
    return found if isinstance(found, NotEstimable) else found.of(TOTAL, grain, weeks)


def breach(found: Forecast, limit: float) -> Breach | None:
    """The first period that is expected beyond a limit, one beyond it by its whole interval before any other."""
    beyond = found.frame.filter(pl.col("expected") > limit).sort("period")
    sure = beyond.filter(pl.col("low") > limit)
    rows = sure if sure.height else beyond
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    return Breach(row["period"], row["expected"], row["low"], row["high"], limit, bool(sure.height))
