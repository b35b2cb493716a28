"""Fisher's exact test of one group against all others, written out, as `scipy.stats` takes seconds to load."""

import numpy as np
from scipy import special


def fisher(hits: int, drawn: int, all_hits: int, every: int) -> float:
    """The two-sided p value: twice the smaller tail of the hypergeometric distribution, at most 1.

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
