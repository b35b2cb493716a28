"""Which of many findings may be named, so that at most a known share of those named is chance."""

from collections.abc import Sequence

import numpy as np

FALSE_DISCOVERIES = 0.05


def discoveries(p: Sequence[float] | np.ndarray) -> np.ndarray:
    """True for each p value that may be named; of the named ones at most FALSE_DISCOVERIES are expected to be chance.

    Source: Benjamini & Hochberg (1995), JRSS B 57.
    """
    values = np.asarray(p, dtype=float)
    order = np.sort(values)
    below = np.flatnonzero(order <= FALSE_DISCOVERIES * np.arange(1, len(values) + 1) / max(1, len(values)))
    return values <= order[below[-1]] if len(below) else np.zeros(len(values), dtype=bool)


def discovery_rates(p: np.ndarray) -> np.ndarray:
    """The false discovery rate at which each would be named. Source: as `discoveries`."""
    order = np.argsort(p)[::-1]
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum.accumulate(scaled).clip(max=1.0)
    return adjusted
