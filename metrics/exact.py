"""Exact answers about counts, written out, as `scipy.stats` takes long to load."""

import numpy as np
from scipy import special

ROUNDING = 1e-12
AS_LIKELY = 1e-7  # of the logarithm: counts on the other side that are as likely, but for rounding


def fisher(hits: int, drawn: int, all_hits: int, every: int) -> float:
    """Fisher's exact test of one group against all others.

    The two-sided p value: twice the smaller tail of the hypergeometric distribution, at most 1.

    Args:
        hits: of the group's `drawn` cases, where `all_hits` of `every` case are hits.
    """
    more = _tail(hits, drawn, all_hits, every)
    fewer = _tail(drawn - hits, drawn, every - all_hits, every)
    return min(2 * more, 2 * fewer, 1.0)


def _tail(least: int, drawn: int, hits: int, every: int) -> float:
    """The chance of `least` or more hits."""
    x = np.arange(least, min(drawn, hits) + 1)

    def ways(chosen: np.ndarray | int, of: int) -> np.ndarray:
        return special.gammaln(of + 1) - special.gammaln(np.add(chosen, 1)) - special.gammaln(of - chosen + 1)

    return float(np.exp(ways(x, hits) + ways(drawn - x, every - hits) - ways(drawn, every)).sum())


def binomial_p(count: int, n: int, chance: float) -> float:
    """The exact test of `count` in n trials against a chance, two-sided: all counts that are no likelier, added up.

    Counts further from what is expected than 40 standard deviations weigh nothing in a sum of doubles.
    """
    reach = 40 * (np.sqrt(n * chance * (1 - chance)) + 1)
    first, last = max(0, int(n * chance - reach)), min(n, int(n * chance + reach) + 1)
    if not first <= count <= last:
        return 0.0
    likely = _log_chance(np.arange(first, last + 1), n, chance)
    return min(1.0, float(np.exp(likely[likely <= likely[count - first] + AS_LIKELY]).sum()))


def _log_chance(counts: np.ndarray, n: int, chance: float) -> np.ndarray:
    """The logarithm of each count's probability."""
    ways = special.gammaln(n + 1) - special.gammaln(counts + 1) - special.gammaln(n - counts + 1)
    return ways + special.xlogy(counts, chance) + special.xlog1py(n - counts, -chance)


def binomial_ends(count: int, n: int, confidence: float) -> tuple[float, float]:
    """The interval of Clopper and Pearson (1934) for a chance, as shares of 1."""
    tail = (1 - confidence) / 2
    low = float(special.betaincinv(count, n - count + 1, tail)) if count else 0.0
    high = float(special.betaincinv(count + 1, n - count, 1 - tail)) if count < n else 1.0
    return low, high


def binomial_quantile(level: float, n: np.ndarray | int, chance: float) -> np.ndarray:
    """The least counts that n trials with this chance do not exceed with a probability of at least `level`."""
    if not 0 < chance < 1:  # no chance at all
        return np.full(np.shape(n), chance) * n
    count = np.nan_to_num(np.ceil(special.bdtrik(level, n, chance)))  # of nothing there is nothing
    fewer = np.maximum(count - 1, 0.0)  # one too many where rounding lifts it above a whole number
    reached = special.bdtr(fewer, np.nan_to_num(n).astype(int), chance) >= level - ROUNDING
    return np.where(reached, fewer, count)


def poisson_quantile(level: float, expected: np.ndarray) -> np.ndarray:
    """The same of counts of which so many are expected."""
    count = np.ceil(special.pdtrik(level, expected))
    fewer = np.maximum(count - 1, 0.0)
    return np.where(special.pdtr(fewer, expected) >= level - ROUNDING, fewer, count)
