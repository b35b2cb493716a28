"""How far the truth may lie from a measured share, rate, mean, quantile, difference or ratio."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy import special

from metrics.exact import binomial_ends, binomial_p, binomial_quantile


class Ratio(NamedTuple):
    """After divided by before. None stands for what has no finite value: a ratio to zero, an end at infinity."""

    value: float | None
    low: float | None
    high: float | None
    p: float | None


NO_RATIO = Ratio(None, None, None, None)
NEWTON_STEPS = 6  # from between the ends of exact intervals: then nothing moves


def _normal(confidence: float) -> float:
    return float(special.ndtri((1 + confidence) / 2))


def _computed(column: pl.Expr, function: Callable[..., np.ndarray], *arguments: float) -> pl.Expr:
    """`function(*arguments, column)` element by element; null where the column or the result is none."""

    def compute(values: pl.Series) -> pl.Series:
        return pl.Series(values.name, function(*arguments, values.to_numpy()), dtype=pl.Float64).fill_nan(None)

    return column.cast(pl.Float64).map_batches(compute, return_dtype=pl.Float64, is_elementwise=True)


def wilson(numerator: pl.Expr, denominator: pl.Expr, confidence: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """Ends of a proportion's interval on the scale 0 to 1; null where the denominator is 0 or below the numerator.

    Source: Wilson (1927), JASA 22.
    """
    z = _normal(confidence)
    n = pl.when((denominator > 0) & numerator.is_between(0, denominator)).then(denominator.cast(pl.Float64))
    share = numerator / n
    middle = share + z**2 / (2 * n)
    half = z * (share * (1 - share) / n + z**2 / (4 * n**2)).sqrt()
    shrink = 1 + z**2 / n
    low = pl.when(numerator == 0).then(0.0 * n).otherwise((middle - half) / shrink)
    high = pl.when(numerator == denominator).then(0.0 * n + 1.0).otherwise((middle + half) / shrink)
    return low, high


def poisson_mid_p(count: pl.Expr, exposure: pl.Expr, confidence: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """Ends of a rate's interval per unit of exposure; null where the exposure is 0.

    The exact interval of Garwood (1936), with half of the probability of the count itself: it covers 95 % on average,
    where the exact one covers more, the fewer the cases.

    Source: Lancaster (1961), JASA 56; Cohen & Yang (1994), Statistics in Medicine 13.
    """
    tail = (1 - confidence) / 2
    n = pl.when(exposure > 0).then(exposure.cast(pl.Float64))
    low = pl.when(count > 0).then(_computed(count, _mid_p_end, tail)).otherwise(0.0 * count)
    return low / n, _computed(count, _mid_p_end, 1 - tail) / n


def _mid_p_end(probability: float, counts: np.ndarray) -> np.ndarray:
    """Where a Poisson mean makes more cases, with half of as many, as likely as told: by Newton, between exact ends."""
    count, place = np.unique(counts, return_inverse=True)
    least = np.where(count > 0, special.gammaincinv(count, probability), 0)
    most = special.gammaincinv(count + 1, probability)
    mean = (least + most) / 2
    for _ in range(NEWTON_STEPS):
        likely = (special.gammainc(count, mean) + special.gammainc(count + 1, mean)) / 2
        slope = (_poisson(count, mean) + np.where(count > 0, _poisson(np.maximum(count - 1, 0), mean), 0)) / 2
        mean = np.clip(mean - (likely - probability) / slope, least, most)
    return mean[place]


def _poisson(count: np.ndarray, mean: np.ndarray) -> np.ndarray:
    return np.exp(special.xlogy(count, mean) - mean - special.gammaln(count + 1))


def mean_interval(
    total: pl.Expr, sum_of_squares: pl.Expr, n: pl.Expr, confidence: float = 0.95
) -> tuple[pl.Expr, pl.Expr]:
    """Ends of Student's t interval of a mean, from its sums; null for n below 2."""
    size = pl.when(n >= 2).then(n.cast(pl.Float64))
    mean = total / size
    variance = ((sum_of_squares - total * mean) / (size - 1)).clip(lower_bound=0)  # rounding may go below 0
    half = _computed(size - 1, _t_quantile, (1 + confidence) / 2) * (variance / size).sqrt()
    return mean - half, mean + half


def ratio_interval(
    numerator: pl.Expr,
    denominator: pl.Expr,
    squares: tuple[pl.Expr, pl.Expr, pl.Expr],
    clusters: pl.Expr,
    confidence: float = 0.95,
) -> tuple[pl.Expr, pl.Expr]:
    """Ends of the interval of a ratio of sums over clusters, from Σx², Σxy and Σy²; null for fewer than 2 clusters.

    Parts of a whole stay between 0 and 1.

    Source: Cochran (1977), Sampling Techniques, 6.4: the ratio estimator, with Student's t.
    """
    size = pl.when((clusters >= 2) & (denominator > 0)).then(clusters.cast(pl.Float64))
    ratio = numerator / denominator
    error = _ratio_variance(numerator, denominator, squares, size).sqrt()
    half = _computed(size - 1, _t_quantile, (1 + confidence) / 2) * error
    high = ratio + half
    return (ratio - half).clip(lower_bound=0), pl.when(ratio <= 1).then(high.clip(upper_bound=1)).otherwise(high)


def clustered_share(
    numerator: pl.Expr,
    denominator: pl.Expr,
    squares: tuple[pl.Expr, pl.Expr, pl.Expr],
    clusters: pl.Expr,
    confidence: float = 0.95,
) -> tuple[pl.Expr, pl.Expr]:
    """Ends of the interval of a share of cases that come in clusters, as contacts of customers; arguments as above.

    Wilson's interval of as many cases as would tell as much if each stood for itself: never more than there are, and
    one a cluster where all or none have it. Of a single cluster nothing is known: null.

    Source: Korn & Graubard (1998), Survey Methodology 24, with Wilson's interval as Dean & Pagano (2015), Journal of
    Survey Statistics and Methodology 3, recommend.
    """
    size = pl.when((clusters >= 2) & (denominator > 0)).then(clusters.cast(pl.Float64))
    share = numerator / denominator
    alone = share * (1 - share) / _ratio_variance(numerator, denominator, squares, size)
    is_mixed = (numerator > 0) & (numerator < denominator)
    cases = pl.when(is_mixed).then(pl.min_horizontal(alone, denominator)).otherwise(size)
    few = (_normal(confidence) / _computed(size - 1, _t_quantile, (1 + confidence) / 2)) ** 2
    told = pl.when(size.is_not_null()).then(cases * few)
    return wilson(pl.when(numerator == denominator).then(told).otherwise(share * told), told, confidence)


def _ratio_variance(
    numerator: pl.Expr, denominator: pl.Expr, squares: tuple[pl.Expr, pl.Expr, pl.Expr], size: pl.Expr
) -> pl.Expr:
    """Of a ratio of sums over so many clusters, linearised."""
    ratio = numerator / denominator
    xx, xy, yy = squares
    residual = (xx - 2 * ratio * xy + ratio**2 * yy).clip(lower_bound=0)  # rounding may go below 0
    return residual * size / (size - 1) / denominator**2


def _t_quantile(probability: float, freedom: np.ndarray) -> np.ndarray:
    return special.stdtrit(freedom, probability)


def mover_difference(
    a: pl.Expr, a_low: pl.Expr, a_high: pl.Expr, b: pl.Expr, b_low: pl.Expr, b_high: pl.Expr
) -> tuple[pl.Expr, pl.Expr]:
    """Ends of the interval of a − b, from the intervals of a and of b (square and add).

    Source: Newcombe (1998), Statistics in Medicine 17, method 10; Zou & Donner (2008), ibid. 27.
    """
    difference = a - b
    low = difference - ((a - a_low) ** 2 + (b_high - b) ** 2).sqrt()
    high = difference + ((a_high - a) ** 2 + (b - b_low) ** 2).sqrt()
    return low, high


def quantile_ranks(n: pl.Expr, quantile: float, confidence: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """Ranks, from 1, of the two ordered values that enclose a quantile; null where n is too small for that end.

    Source: Conover (1999), Practical Nonparametric Statistics, 3.2: each tail holds at most half of the error.
    """
    tail = (1 - confidence) / 2
    low = _computed(n, _binomial_quantile, tail, quantile).cast(pl.Int64)
    high = _computed(n, _binomial_quantile, 1 - tail, quantile).cast(pl.Int64) + 1
    return pl.when(low >= 1).then(low), pl.when(high <= n).then(high)


def _binomial_quantile(probability: float, quantile: float, n: np.ndarray) -> np.ndarray:
    return binomial_quantile(probability, n, quantile)


def rate_ratio_exact(
    count_after: int, exposure_after: float, count_before: int, exposure_before: float, confidence: float = 0.95
) -> Ratio:
    """The ratio of two rates, given the total of both counts: Clopper–Pearson interval, exact two-sided p.

    No event before: value and high are None. No event at all, or no exposure on a side: all are None. The p value adds
    up all outcomes that are no likelier (as R's poisson.test), so at the edge it may say 0.04 where the interval, made
    of equal tails, still covers 1: decide by the interval.

    Source: Przyborowski & Wilenski (1940), Biometrika 31.
    """
    total = count_after + count_before
    if total == 0 or exposure_after <= 0 or exposure_before <= 0:
        return NO_RATIO
    share = exposure_after / (exposure_after + exposure_before)
    low, high = binomial_ends(count_after, total, confidence)
    per_unit = exposure_before / exposure_after
    return Ratio(
        value=count_after / count_before * per_unit if count_before else None,
        low=low / (1 - low) * per_unit,
        high=high / (1 - high) * per_unit if high < 1 else None,
        p=binomial_p(count_after, total, share),
    )


def proportion_ratio_score(
    numerator_after: float,
    denominator_after: float,
    numerator_before: float,
    denominator_before: float,
    confidence: float = 0.95,
) -> Ratio:
    """The ratio of two proportions with its score interval and the score test's p.

    None before: value and high are None. None at all, or nothing counted on a side: all are None. Computed here, since
    statsmodels 0.15 gives intervals that miss the ratio itself where one of the proportions is 1.

    Source: Miettinen & Nurminen (1985), Statistics in Medicine 4, with their N / (N − 1).
    """
    if denominator_after <= 0 or denominator_before <= 0 or numerator_after + numerator_before == 0:
        return NO_RATIO

    def score(logarithm: float) -> float:
        counts = numerator_after, denominator_after, numerator_before, denominator_before
        return _ratio_score(math.exp(logarithm), *counts)

    share_after, share_before = numerator_after / denominator_after, numerator_before / denominator_before
    middle = math.log(share_after / share_before) if share_after and share_before else 0.0
    z = _normal(confidence)
    value = share_after / share_before if share_before else None
    low = math.exp(_where(score, z, middle)) if share_after else 0.0
    high = math.exp(_where(score, -z, middle)) if share_before else None
    return Ratio(value, low, high, 2 * float(special.ndtr(-abs(score(0.0)))))


def _ratio_score(ratio: float, x1: float, n1: float, x0: float, n0: float) -> float:
    """Standard errors by which x1 of n1 lies above `ratio` times x0 of n0; falls as the ratio grows."""
    a, b, c = (n1 + n0) * ratio, n1 * ratio + x1 + n0 + x0 * ratio, x1 + x0
    p0 = min(2 * c / (b + math.sqrt(max(0.0, b * b - 4 * a * c))), 1.0, 1 / ratio)  # likeliest where the ratio holds
    p1 = p0 * ratio
    variance = p1 * max(0.0, 1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
    gap = x1 / n1 - ratio * x0 / n0
    return gap / math.sqrt(variance * (n1 + n0) / (n1 + n0 - 1)) if variance else 0.0  # both are 1: no gap


def _where(falling: Callable[[float], float], level: float, near: float) -> float:
    """Where a falling function without bounds takes a value, searched outwards from a point."""
    step = 1.0
    while falling(near - step) < level or falling(near + step) > level:
        step *= 2
    from scipy import optimize

    return float(optimize.brentq(lambda place: falling(place) - level, near - step, near + step))
