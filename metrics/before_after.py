"""From an old value to a new one: the difference with its interval, and what that interval says."""

import polars as pl

from metrics.intervals import Ratio, mover_difference
from metrics.results import Answer, Change, Estimate


def change_of(old: Estimate, new: Estimate, ratio: Ratio, answer: Answer) -> Change:
    """From an old value to a new one, given their ratio; the difference has the interval of square and add."""
    relative = None
    if ratio.value is not None and ratio.low is not None and ratio.high is not None:
        relative = Estimate(*((end - 1) * 100 for end in (ratio.value, ratio.low, ratio.high)))
    return Change(old.value, new.value, _difference(old, new), relative, ratio.p, answer)


def answer_of(low: float | None, high: float | None, same: float) -> Answer:
    """What an interval says, `same` being the value of no difference."""
    if high is not None and high < same:
        return Answer.FEWER
    return Answer.MORE if low is not None and low > same else Answer.NO_CLEAR_DIFFERENCE


def _difference(old: Estimate, new: Estimate) -> Estimate:
    a, b = ([pl.lit(end) for end in (side.value, side.low, side.high)] for side in (new, old))
    low, high = mover_difference(*a, *b)
    return Estimate(new.value - old.value, *pl.select(low=low, high=high).row(0))
