"""Which of many findings may be named, so that at most a known share of those named is chance."""

from collections.abc import Sequence

import numpy as np

FALSE_DISCOVERIES = 0.05


def discoveries(p: Sequence[float] | np.ndarray, share: float = FALSE_DISCOVERIES) -> np.ndarray:
    """True for each p value that may be named; of the named ones at most `share` are expected to be chance.

    Source: Benjamini & Hochberg (1995), JRSS B 57.
    """
    values = np.asarray(p, dtype=float)
    order = np.sort(values)
    limits = share * np.arange(1, len(values) + 1) / max(1, len(values))
    below = np.flatnonzero(order <= limits)
    return values <= order[below[-1]] if len(below) else np.zeros(len(values), dtype=bool)
