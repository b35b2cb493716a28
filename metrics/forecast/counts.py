"""Intervals of counts, as wide as past errors ask for.

Errors are measured between square roots, √(y + 3/8) − √(m + 3/8), where chance alone spreads a small count and a large
one alike. An interval reaches as far to both sides as 95 % of the errors made so far at the same distance ahead did,
whatever their cause: whole counts, none below 0, farther up than down; and down never less far than chance alone goes,
which often leaves a small count at 0.

Source: Anscombe (1948), Biometrika 35; Vovk, Gammerman & Shafer (2005), Algorithmic Learning in a Random World (the
share 0.95·(1 + 1/n) of n past errors).
"""

import numpy as np
from scipy import special

from metrics.exact import poisson_quantile

COVERED = 0.95
TAIL = (1 - COVERED) / 2
Z = float(special.ndtri(1 - TAIL))
CHANCE = Z / 2  # how far chance alone goes, between square roots
FEW = 100  # errors: fewer may all have been small by luck, so that chance alone is allowed for
ADDED = 3 / 8
CLOSE = 1e-9


def error(actual: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """How far a count lies from what was expected, between square roots."""
    return np.abs(np.sqrt(actual + ADDED) - np.sqrt(expected + ADDED))


def reach(errors: np.ndarray, weights: np.ndarray, apart: float) -> np.ndarray:
    """How far 95 % of past errors went, recent ones counting more: errors × series → one a series.

    Args:
        weights: of the errors.
        apart: of how many different days or weeks they are; those of one come together, and count once.
    """
    level = min(1.0, COVERED * (apart + 1) / apart)
    order = np.argsort(errors, axis=0)
    summed = np.cumsum(weights[order], axis=0)
    place = np.minimum((summed < (level - CLOSE) * summed[-1]).sum(axis=0), len(errors) - 1)
    farthest = np.take_along_axis(errors, np.take_along_axis(order, place[None, :], axis=0), axis=0)[0]
    return np.maximum(farthest, CHANCE) if apart < FEW else farthest


def interval(expected: np.ndarray, far: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the largest count within reach."""
    root = np.sqrt(expected + ADDED)
    low = np.ceil(np.maximum(root - far, 0) ** 2 - ADDED - CLOSE)
    high = np.floor((root + far) ** 2 - ADDED + CLOSE)
    chance = poisson_quantile(TAIL, expected)
    return np.maximum(0.0, np.minimum(low, chance)) + 0.0, high  # + 0.0: no −0


def around(expected: np.ndarray, far: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The interval of an expected count, which holds it."""
    low, high = interval(expected, far)
    return np.minimum(low, np.floor(expected)), np.maximum(high, np.ceil(expected))


def is_chance(actual: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Is a count no larger than expected, and no smaller than Poisson's chance alone makes it?"""
    return (actual <= expected) & (special.pdtr(actual, expected) >= TAIL)
