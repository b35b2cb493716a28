"""What a pass rate would be, had every contact been reviewed: each review counts for all those it stands for."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from metrics.intervals import wilson
from metrics.results import Estimate


@dataclass(frozen=True, slots=True)
class Rates:
    """A pass rate as counted and as corrected, in percent; `known` reviews carry an inclusion probability."""

    raw: Estimate
    reviews: int
    corrected: Estimate | None  # None: too few reviews of known probability
    known: int


def reweighted(reviews: pl.DataFrame, least: int) -> Rates | None:
    """The share of passed reviews, raw and by Hájek's estimator. None without a review.

    Args:
        reviews: `passed` (boolean) and `inclusion_probability` (share of 1, null where it is not recorded).
        least: reviews of known probability below which nothing is corrected.
    """
    if reviews.is_empty():
        return None
    passed = int(reviews["passed"].sum())
    raw = _wilson(passed, reviews.height)
    known = reviews.filter(pl.col("inclusion_probability").is_between(0, 1, closed="right"))
    if known.height < least:
        return Rates(raw, reviews.height, None, known.height)
    corrected = hajek(known["passed"].to_numpy().astype(float), known["inclusion_probability"].to_numpy())
    return Rates(raw, reviews.height, corrected, known.height)


def hajek(values: np.ndarray, chances: np.ndarray) -> Estimate:
    """The mean of 0s and 1s over all that could have been drawn, in percent, with its 95 % interval.

    The variance is that of the linearised ratio, drawn independently with these chances; the interval is Wilson's for
    as many independent reviews as would vary as much.

    Source: Hájek (1971), in Foundations of Statistical Inference; Särndal, Swensson & Wretman (1992), 5.7; for the
    interval Korn & Graubard (1998), Survey Methodology 24.
    """
    weights = 1 / chances
    share = float((weights * values).sum() / weights.sum())
    n = len(values)
    spread = weights * (values - share)
    variance = float(((1 - chances) * spread**2).sum() / weights.sum() ** 2 * n / max(1, n - 1))
    # Where all are alike nothing varies: then the weights alone tell how many reviews they are worth (Kish, 1965).
    worth = share * (1 - share) / variance if variance > 0 else float(weights.sum() ** 2 / (weights**2).sum())
    return _wilson(share * min(worth, weights.sum()), min(worth, weights.sum()))


def _wilson(part: float, whole: float) -> Estimate:
    low, high = wilson(pl.lit(float(part)), pl.lit(float(whole)))
    ends = pl.select(low.alias("low"), high.alias("high")).row(0)
    return Estimate(100 * part / whole, 100 * ends[0], 100 * ends[1])
