"""Exact answers about counts, written out, as `scipy.stats` takes long to load."""

import numpy as np
from scipy import special

ROUNDING = 1e-12


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


def binomial_quantile(level: float, n: int, chance: float) -> int:
    """The least count that n trials with this chance do not exceed with a probability of at least `level`."""
    count = int(np.ceil(special.bdtrik(level, n, chance)))  # one too many where rounding lifts it above a whole number
    return count - 1 if count >= 1 and special.bdtr(count - 1, n, chance) >= level - ROUNDING else count


def poisson_quantile(level: float, expected: np.ndarray) -> np.ndarray:
    """The same of counts of which so many are expected."""
    count = np.ceil(special.pdtrik(level, expected))
    fewer = np.maximum(count - 1, 0.0)
    return np.where(special.pdtr(fewer, expected) >= level - ROUNDING, fewer, count)
