"""Before against after as two bars would show it: levels, totals, and their difference with an exact interval."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
from scipy import special

from metrics.before_after import answer_of, change_of
from metrics.intervals import NO_RATIO, Ratio, poisson_mid_p, proportion_ratio_score, rate_ratio_exact, wilson
from metrics.intervention.observed import Observed
from metrics.intervention.results import Effect, Family, Level, Naive
from metrics.results import Answer, Change, Estimate

Interval = Callable[[pl.Expr, pl.Expr, float], tuple[pl.Expr, pl.Expr]]


def levels(seen: Observed, confidence: float) -> tuple[Level, Level]:
    """What was counted before and after, with intervals (rates: mid-P; means: Student's t)."""
    before, after = (_level(seen.where(side), confidence) for side in (~seen.is_after, seen.is_after))
    return before, after


def naive(seen: Observed, before: Level, after: Level, confidence: float) -> Naive:
    """The difference of the two levels in count and rate. No trend, season or neighbour is taken into account."""
    if before.total is None or after.total is None:
        change = change_of(before.mean, after.mean, NO_RATIO, Answer.NO_CLEAR_DIFFERENCE)
        return _mean_naive(seen.where(~seen.is_after), seen.where(seen.is_after), change)
    numbers = int(after.total), after.periods, int(before.total), before.periods
    per_period = rate_ratio_exact(*numbers, confidence)
    count = change_of(before.mean, after.mean, per_period, answer_of(per_period.low, per_period.high, 1))
    if before.rate is None or after.rate is None or before.base is None or after.base is None:
        return Naive(count, None, _ratio_effect(per_period))
    exact = proportion_ratio_score if seen.kind is Family.SHARE else rate_ratio_exact
    found = exact(int(after.total), after.base, int(before.total), before.base, confidence)
    rate = change_of(before.rate, after.rate, found, answer_of(found.low, found.high, 1))
    return Naive(count, rate, _ratio_effect(found))


def _level(side: Observed, confidence: float) -> Level:
    n = len(side.at)
    if side.kind is Family.MEAN:
        return Level(side.period[0], side.period[-1], n, None, None, _mean(side.value, confidence), None)
    base = side.base if side.kind is Family.SHARE else side.exposure
    total = float(side.value.sum())
    mean = _interval(total, n, poisson_mid_p, confidence)
    rate = None
    whole = None if base is None else float(base.sum())
    if whole:
        rate = _interval(total, whole, wilson if side.kind is Family.SHARE else poisson_mid_p, confidence)
    return Level(side.period[0], side.period[-1], n, total, whole, mean, rate)


def _interval(total: float, base: float, exact: Interval, confidence: float) -> Estimate:
    low, high = exact(pl.lit(total), pl.lit(base), confidence)
    return Estimate(total / base, *pl.select(low=low, high=high).row(0))


def _mean(values: np.ndarray, confidence: float) -> Estimate:
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    half = float(special.stdtrit(len(values) - 1, (1 + confidence) / 2)) * error
    return Estimate(float(values.mean()), float(values.mean()) - half, float(values.mean()) + half)


def _mean_naive(before: Observed, after: Observed, change: Change) -> Naive:
    """Welch's test; its interval is that of the difference of both means, square and add."""
    squares = [float(side.value.var(ddof=1)) / len(side.value) for side in (before, after)]
    p = None
    if error := sum(squares):
        freedom = error**2 / sum(
            each**2 / (len(side.value) - 1) for each, side in zip(squares, (before, after), strict=True)
        )
        p = 2 * float(special.stdtr(freedom, -abs(change.absolute.value) / error**0.5))
    change = replace(change, p=p, answer=answer_of(change.absolute.low, change.absolute.high, 0))
    if change.old <= 0:
        return Naive(replace(change, relative=None), None, None)
    points = (change.absolute.value, change.absolute.low, change.absolute.high)
    relative = Estimate(*(end / change.old * 100 for end in points))
    ratio = Effect(*(1 + end / change.old for end in points), 1.0 if p is None else p)
    return Naive(replace(change, relative=relative), None, ratio)


def _ratio_effect(found: Ratio) -> Effect | None:
    if found.value is None or found.low is None or found.high is None or found.p is None:
        return None  # nothing before: no finite ratio
    return Effect(found.value, found.low, found.high, found.p)
