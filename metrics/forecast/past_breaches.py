"""Was a limit foretold to be passed in the past, and was it passed? Week by week, from what was known then."""

from datetime import timedelta

import numpy as np
import polars as pl

from metrics.forecast import back_test
from metrics.forecast.calendar_effects import WEEKDAYS
from metrics.forecast.counts import around, error
from metrics.forecast.foretell import Foretold
from metrics.forecast.panel import TOTAL

FORESEEN = {
    "end": pl.Date,  # the day after the last one that was known
    "day": pl.Date,  # the first one that was expected beyond the limit, surely if one was; else the fullest
    **dict.fromkeys(("expected", "low", "high", "came"), pl.Float64),  # of that day
    "is_beyond": pl.Boolean,
    "is_sure": pl.Boolean,  # by its whole interval
}


def past_breaches(found: Foretold, limit: float, weeks: int, back: int) -> pl.DataFrame:
    """What the forecast of each past week said of a limit: FORESEEN.

    Intervals are made of errors known by then; whether the model or the last week is repeated is as chosen now. Weeks
    without an interval yet are left out; `came` is null where the day is not over.

    Args:
        limit: contacts or complaints a day.
        weeks: ahead.
        back: how many past weeks, at most.
    """
    past, place, ahead = found.pasts["day"], found.names.index(TOTAL), weeks * 7
    used = back_test.chosen(past.model, past.naive, found.scores["day"].is_naive)
    errors = error(past.actual, used)
    steps = back_test.bucket(past.ends[:ahead])
    rows = []
    for at in range(max(0, len(past.origins) - back), len(past.origins)):
        origin = int(past.origins[at])
        far = back_test.reaches(past, errors, origin)
        if far is not None:
            expected = used[at, place, :ahead]
            low, high = around(expected, far[steps, place])
            rows.append(_seen(found, origin, limit, expected, low, high, past.actual[at, place, :ahead]))
    return pl.DataFrame(rows, schema=FORESEEN, orient="row")


def _seen(
    found: Foretold,
    origin: int,
    limit: float,
    expected: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    came: np.ndarray,
) -> tuple[object, ...]:
    """A row of FORESEEN."""
    sure, beyond = low > limit, expected > limit
    day = int(np.argmax(sure) if sure.any() else np.argmax(beyond) if beyond.any() else np.argmax(expected))
    end = found.panel.first + timedelta(days=origin)
    count = None if np.isnan(came[day]) else float(came[day])
    told = (float(each[day]) for each in (expected, low, high))
    return end, end + timedelta(days=day), *told, count, bool(beyond.any()), bool(sure.any())


COURSE = {"day": pl.Date, **dict.fromkeys(("count", "expected", "low", "high"), pl.Float64)}


def past_days(found: Foretold, weeks: int) -> pl.DataFrame:
    """The total of each day of the last weeks beside what was expected of it when its week began: COURSE.

    Intervals are made of errors known by then. Weeks without an interval yet are left out.
    """
    past, place = found.pasts["day"], found.names.index(TOTAL)
    used = back_test.chosen(past.model, past.naive, found.scores["day"].is_naive)
    errors = error(past.actual, used)
    steps = back_test.bucket(past.ends[:WEEKDAYS])
    rows: list[tuple[object, ...]] = []
    for at in range(max(0, len(past.origins) - weeks), len(past.origins)):
        origin = int(past.origins[at])
        far = back_test.reaches(past, errors, origin)
        if far is not None:
            expected, came = used[at, place, :WEEKDAYS], past.actual[at, place, :WEEKDAYS]
            low, high = around(expected, far[steps, place])
            first = found.panel.first + timedelta(days=origin)
            days = [first + timedelta(days=step) for step in range(WEEKDAYS)]
            rows += zip(days, *(map(float, each) for each in (came, expected, low, high)), strict=True)
    return pl.DataFrame(rows, schema=COURSE, orient="row")
