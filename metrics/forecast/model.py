"""Expected counts of days: a level that moves, times weekday, season and calendar.

The logarithm of the expected count is a trend (straight between knots, drawn towards no change) and the effects of the
calendar (drawn towards none, those of a part towards those of the total): a Poisson model whose variance is widened to
what is seen. What is told of the days to come is the level of the last weeks times the effects of their calendar; how
many last weeks count is what foretold the past best.

Source: McCullagh & Nelder (1989), Generalized Linear Models, 6.2; Eilers & Marx (1996), Statistical Science 11 (the
penalty on steps of a trend); Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 10 and 12.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from metrics.forecast.calendar_effects import EVERYTHING, WEEKDAYS, YEAR_NEEDED, columns

KNOT_DAYS = 56
TREND_STEP = 0.15  # how far a trend goes from knot to knot, one standard deviation of its logarithm
PART_REACH = 0.5  # of the total's own reach: how far a part's effects go from those of the total
NOWHERE = 1e-6  # the reach of what may not move
STEPS = 8
CLOSE = 1e-4
LONGEST_STEP = 2.0  # of a logarithm
OUTLIER = 3.0  # standard deviations: a day beyond counts as one that far
HALF_LIVES = (3, 7, 14, 28, 56)  # days
LOOKS = 4  # weeks ahead for which a half-life is chosen each by itself
MOST_DAYS = 3 * 366  # of history: what lies before says little of today's effects


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """What the calendar does to each series: coefficients of the columns, a row a series, the total first."""

    beta: np.ndarray
    variance: np.ndarray  # of them: series × columns × columns
    usual: np.ndarray  # fitted counts of the days, trend included: series × days
    scale: np.ndarray  # variance over mean of a day's count


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One penalised Poisson fit."""

    coefficients: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    scale: float


def effects(counts: np.ndarray, calendar: np.ndarray, kinds: Sequence[str] = EVERYTHING) -> Effects:
    """Fit the calendar's effects.

    Args:
        counts: series × days, the total first; parts are drawn towards it.
        calendar: days × columns, a row each of these days.
        kinds: of columns that may move it.
    """
    days, known = counts.shape[1], columns()
    young = {"year", "summer"} if days < YEAR_NEEDED else set()
    moves = [each.split(".")[0] in kinds and each.split(".")[0] not in young for each in known.names]
    reach = np.where(moves, known.reach, NOWHERE)
    design = np.hstack([calendar, _trend(days)])
    whole = fit(counts[0], np.zeros(days), design, _penalty(reach, days))
    width = len(reach)
    base, offset = whole.coefficients[:width], calendar @ whole.coefficients[:width]
    found, penalty = [whole], _penalty(reach * PART_REACH, days)
    found += [fit(part, offset, design, penalty) for part in counts[1:]]
    beta = np.array([each.coefficients[:width] + (base if place else 0) for place, each in enumerate(found)])
    own = [each.variance[:width, :width] for each in found]
    return Effects(
        beta,
        np.array([each + (own[0] if place else 0) for place, each in enumerate(own)]),
        np.array([each.mean for each in found]),
        np.array([each.scale for each in found]),
    )


def fit(counts: np.ndarray, offset: np.ndarray, design: np.ndarray, penalty: np.ndarray) -> Fit:
    """Penalised Poisson regression by Newton's method; the variance is widened to what is seen.

    Args:
        offset: of the logarithm of each mean.
        penalty: precision of the coefficients before any data were seen.
    """
    width, scale = design.shape[1], 1.0
    beta = np.zeros(width)
    trend = slice(columns().reach.size, width)
    beta[trend] = np.log((counts.sum() + 0.5) / np.exp(offset).sum())
    for _step in range(STEPS):
        mean = np.exp(np.clip(design @ beta + offset, -20, 20))
        curvature = (design * (mean / scale)[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, design.T @ (counts - mean) / scale - penalty @ beta)
        beta = beta + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        mean = np.exp(np.clip(design @ beta + offset, -20, 20))
        scale = max(1.0, float(((counts - mean) ** 2 / np.maximum(mean, 0.1)).mean()))
        if np.abs(step).max() < CLOSE:
            break
    curvature = (design * (mean / scale)[:, None]).T @ design + penalty
    return Fit(beta, mean, np.linalg.inv(curvature) * _together(counts, mean, scale), scale)


def _together(counts: np.ndarray, mean: np.ndarray, scale: float) -> float:
    """How many times as much weeks vary as their days would if each day went its own way; 1 at least."""
    start = len(counts) % WEEKDAYS
    left, expected = (each[start:].reshape(-1, WEEKDAYS).sum(axis=1) for each in (counts - mean, mean))
    return max(1.0, float((left**2 / (scale * np.maximum(expected, 0.1))).mean()))


def _trend(days: int) -> np.ndarray:
    """Straight lines between knots that lie KNOT_DAYS apart, the last one on the last day."""
    knots = max(2, 1 + round((days - 1) / KNOT_DAYS))
    at = np.linspace(0, knots - 1, days)[:, None]
    return np.clip(1 - np.abs(at - np.arange(knots)[None, :]), 0, None)


def _penalty(reach: np.ndarray, days: int) -> np.ndarray:
    knots = _trend(days).shape[1]
    steps = np.diff(np.eye(knots), axis=0)
    penalty = np.zeros((len(reach) + knots, len(reach) + knots))
    penalty[: len(reach), : len(reach)] = np.diag(reach**-2)
    penalty[len(reach) :, len(reach) :] = steps.T @ steps / TREND_STEP**2 + 1e-9 * np.eye(knots)
    return penalty


def levels(counts: np.ndarray, found: Effects, calendar: np.ndarray) -> np.ndarray:
    """The levels after the last day, by what the calendar's factors have to be multiplied: series × weeks ahead.

    Args:
        counts: series × days; the effects may have been fitted on fewer of them.
        calendar: a row for each of these days.
    """
    factors = np.exp(calendar @ found.beta.T).T
    calm = _without_outliers(counts, factors, found)
    return np.array([_smoothed(series, factor) for series, factor in zip(calm, factors, strict=True)])


def _without_outliers(counts: np.ndarray, factors: np.ndarray, found: Effects) -> np.ndarray:
    """One wild day does not make a level."""
    fitted = found.usual.shape[1]
    last = found.usual[:, -28:].sum(axis=1) / factors[:, fitted - 28 : fitted].sum(axis=1)
    usual = np.hstack([found.usual, last[:, None] * factors[:, fitted:]])
    spread = OUTLIER * np.sqrt(found.scale[:, None] * np.maximum(usual, 1.0))
    return np.clip(counts, usual - spread, usual + spread)


def _smoothed(counts: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Sums of counts over sums of factors, the last days weighing most, as foretold each week ahead best."""
    best, least = np.zeros(LOOKS), np.full(LOOKS, np.inf)
    for half_life in HALF_LIVES:
        over, under = (pl.Series(each).ewm_mean(half_life=half_life).to_numpy() for each in (counts, factors))
        level = over / under
        error = _missed(level, counts, factors)
        is_better = error < least
        best, least = np.where(is_better, level[-1], best), np.where(is_better, error, least)
    return best


def _missed(level: np.ndarray, counts: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """By how much each of the next weeks was missed, as of each day in the later half of the past."""
    seen, expected = (np.concatenate([[0.0], np.cumsum(each)]) for each in (counts, factors))
    at = np.arange(len(counts) // 2, len(counts) - WEEKDAYS * LOOKS)
    missed = []
    for week in range(LOOKS):
        begin, end = at + 1 + WEEKDAYS * week, at + 1 + WEEKDAYS * (week + 1)
        missed.append(np.abs(seen[end] - seen[begin] - level[at] * (expected[end] - expected[begin])).sum())
    return np.array(missed)


def ahead(level: np.ndarray, found: Effects, calendar: np.ndarray) -> np.ndarray:
    """Expected counts of the days to come, whose calendar is given: series × days.

    Args:
        level: series × weeks ahead, the last for all that come after.
    """
    week = np.minimum(np.arange(len(calendar)) // WEEKDAYS, LOOKS - 1)
    return level[:, week] * np.exp(calendar @ found.beta.T).T
