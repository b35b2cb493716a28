"""Would it have foretold the past? Forecasts as of each week of the last year, by what was known then, against naive.

Naive is seasonal: each day is as the same weekday of the last week was, each week as the last one.

Source: Tashman (2000), International Journal of Forecasting 16 (rolling origins); Hyndman & Koehler (2006), the same 22
(mean absolute scaled error).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.forecast import counts as counting
from metrics.forecast.calendar_effects import EVERYTHING, WEEKDAYS, rows
from metrics.forecast.hierarchy import reconciled
from metrics.forecast.model import MOST_DAYS, ahead, effects, levels

LEAST_DAYS = 56  # of history before the first forecast
YEAR = 364  # days to learn from before it, where the history leaves as many as
LEAST_TESTED, MOST_TESTED = 140, 728  # days to be tested on
EFFECTS_DAYS = 56  # how often the effects of the calendar are fitted anew; the level is new each week
REACH = 97  # days ahead: thirteen whole weeks, whatever weekday comes first
JUDGED = 28  # days ahead, by which a method is chosen and scored
BUCKETS = (7, 14, 28, 56, REACH)  # days ahead up to which errors are alike
FORGOTTEN = 56  # days after which an error counts half: wild times come, and are over one day
LEAST_ERRORS = 28  # of days, or a quarter of weeks, before an interval is made of them


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Forecasts of the past: origins × series × steps; `actual` is NaN where it is not known yet."""

    origins: np.ndarray  # days known at each
    ends: np.ndarray  # the last day of each step, counted from the origin
    actual: np.ndarray
    model: np.ndarray
    naive: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """How it went, a value a series."""

    against_naive: np.ndarray  # mean absolute error of the model over naive's at the same days
    mase: np.ndarray  # mean absolute error of the model over that of naive one season ahead in the history
    is_naive: np.ndarray  # naive was better and is used
    covered: np.ndarray  # share of counts inside intervals made before them; NaN where none could be
    tested: int  # forecasts
    reach: np.ndarray  # of intervals, between square roots: buckets × series


def looked_back(counts: np.ndarray, first: date, kinds: Sequence[str] = EVERYTHING) -> Past:
    """Forecast every past week's days by what was known before them.

    Args:
        counts: series × days, the total first.
        kinds: of the calendar's columns that may move a forecast.
    """
    days = counts.shape[1]
    least = max(LEAST_DAYS, min(YEAR, days - LEAST_TESTED), days - MOST_TESTED)
    origins = np.arange(days - WEEKDAYS, least - 1, -WEEKDAYS)[::-1]
    made = np.full((3, len(origins), counts.shape[0], REACH), np.nan)
    calendar = rows(first, days + REACH)
    found, fitted, start = None, 0, 0
    for place, origin in enumerate(origins):
        if found is None or origin - fitted >= EFFECTS_DAYS:
            fitted, start = origin, max(0, origin - MOST_DAYS)
            found = effects(counts[:, start:origin], calendar[start:origin], kinds)
        known, reach = counts[:, start:origin], min(REACH, days - origin)
        level = levels(known, found, calendar[start:origin])
        made[0, place, :, :reach] = counts[:, origin : origin + reach]
        made[1, place] = ahead(level, found, calendar[origin : origin + REACH])
        made[2, place] = naive(known, REACH)
    return Past(origins, np.arange(1, REACH + 1), made[0], reconciled(made[1]), made[2])


def naive(counts: np.ndarray, horizon: int) -> np.ndarray:
    """The last week over and over: series × horizon."""
    return np.tile(counts[:, -WEEKDAYS:], horizon // WEEKDAYS + 1)[:, :horizon]


def by_weeks(past: Past, shift: int) -> Past:
    """The same by whole weeks.

    Args:
        shift: days from an origin to the next Monday.
    """
    count = (REACH - shift) // WEEKDAYS
    ends = shift + WEEKDAYS * np.arange(1, count + 1)
    added = (weekly(each, shift) for each in (past.actual, past.model, past.naive))
    return Past(past.origins, ends, *added)


def weekly(days: np.ndarray, shift: int) -> np.ndarray:
    """Sums of whole weeks along the last axis, from the first Monday on."""
    count = (days.shape[-1] - shift) // WEEKDAYS
    whole = days[..., shift : shift + WEEKDAYS * count]
    return whole.reshape(*days.shape[:-1], count, WEEKDAYS).sum(axis=-1)


def scored(past: Past, seasonal_error: np.ndarray) -> Scores:
    """How the model did against naive, which of them is used, and how wide its intervals have to be.

    Args:
        seasonal_error: mean absolute difference of naive one season ahead in the history, a series each.
    """
    judged = past.ends <= JUDGED + WEEKDAYS - 1
    model, simple = (_absolute(past.actual, each)[..., judged] for each in (past.model, past.naive))
    error, simple_error = (np.nanmean(each, axis=(0, 2)) for each in (model, simple))
    against = error / np.maximum(simple_error, 1e-9)
    is_naive = against >= 1
    used = chosen(past.model, past.naive, is_naive)
    errors = counting.error(past.actual, used)
    mase = error / np.maximum(seasonal_error, 1e-9)
    far = reaches(past, errors, int(past.origins[-1]) + WEEKDAYS)
    if far is None:
        raise ValueError("the history is too short to be tested on")
    return Scores(against, mase, is_naive, _covered(past, used, errors), len(past.origins), far)


def chosen(model: np.ndarray, simple: np.ndarray, is_naive: np.ndarray) -> np.ndarray:
    """The expected counts of whichever method is used for each series, made to add up."""
    return reconciled(np.where(is_naive[:, None], simple, model))


def _absolute(actual: np.ndarray, expected: np.ndarray) -> np.ndarray:
    return np.abs(actual - expected)


def bucket(ends: np.ndarray) -> np.ndarray:
    """Which of BUCKETS each step lies in."""
    return np.minimum(np.searchsorted(BUCKETS, ends), len(BUCKETS) - 1)


def _least(ends: np.ndarray) -> int:
    """Errors from which on an interval is made: weeks are fewer than days."""
    return LEAST_ERRORS if ends[1] - ends[0] == 1 else LEAST_ERRORS // 4


def _reach(past: Past, errors: np.ndarray, place: int, known: int) -> np.ndarray | None:
    """How far errors of a bucket went that were known on a day; None where they are too few.

    Args:
        known: days of the history that are known.
    """
    at = past.origins[:, None] + past.ends[None, :]
    told = (at <= known) & (bucket(past.ends) == place)[None, :]
    if told.sum() < _least(past.ends):
        return None
    return counting.reach(np.moveaxis(errors, 1, 2)[told], weighed(known - at[told]), len(np.unique(at[told])))


def weighed(age: np.ndarray) -> np.ndarray:
    """What errors that lie so many days back count."""
    return 0.5 ** (age / FORGOTTEN)


def reaches(past: Past, errors: np.ndarray, known: int) -> np.ndarray | None:
    """The same for each bucket: buckets × series; one without errors is as the one before. None: no errors yet."""
    found = [_reach(past, errors, place, known) for place in range(len(BUCKETS))]
    made, last = [], next((each for each in found if each is not None), None)
    if last is None:
        return None
    for each in found:
        last = last if each is None else each
        made.append(last)
    return np.array(made)


def _covered(past: Past, used: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The share of counts inside intervals that were made of errors known before each forecast."""
    inside, told = np.zeros(errors.shape[1]), 0
    is_chance = counting.is_chance(np.nan_to_num(past.actual), used)
    for place in range(len(BUCKETS)):
        steps = bucket(past.ends) == place
        for at, origin in enumerate(past.origins):
            is_known = ~np.isnan(errors[at][0]) & steps
            far = _reach(past, errors, place, int(origin)) if is_known.any() else None
            if far is not None:
                is_near = errors[at][:, is_known] <= far[:, None] + counting.CLOSE
                inside += (is_near | is_chance[at][:, is_known]).sum(axis=1)
                told += int(is_known.sum())
    return inside / told if told else np.full(errors.shape[1], np.nan)
