"""How sure is a direction, and which of many that were looked at may be named?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import special

from metrics.discoveries import discoveries
from metrics.intervals import wilson
from metrics.results import Estimate

Z_95 = 1.959964  # quantile of the normal distribution that a 95 % interval reaches to
#: Of the cases that go wrong (or right, whichever are fewer): a smaller difference is sure where there are millions of
#: contacts, and nobody would do anything about it. House rule.
MATTERS = 0.1
TINY = 1e-12
LEAST_WEEKS = 6  # on each side: fewer do not tell how weeks differ by themselves


def confidence(estimate: Estimate, reference: float) -> float:
    """How sure it is that the value lies on its side of the reference, 0.5 to 1, by the arm of the interval between."""
    away = abs(estimate.value - reference)
    arm = estimate.value - estimate.low if estimate.value > reference else estimate.high - estimate.value
    if arm <= 0:
        return 1.0 if away > 0 else 0.5
    return float(special.ndtr(Z_95 * away / arm))


def of_p(p: float) -> float:
    """The same of a two-sided p value."""
    return 1 - p / 2


def named(confidences: Sequence[float]) -> list[bool]:
    """Which of the directions looked at together may be named: of those at most one in twenty is expected to be chance.

    Source: Benjamini & Hochberg (1995), on the two-sided p values that the confidences stand for.
    """
    return discoveries([2 * (1 - each) for each in confidences]).tolist()


def share_of(count: float, n: float) -> Estimate:
    """In percent, with Wilson's interval."""
    ends = wilson(pl.lit(float(count)), pl.lit(float(n)))
    low, high = pl.select(low=ends[0], high=ends[1]).row(0)
    return Estimate(100 * count / n, 100 * low, 100 * high)


def matters(value: float, reference: float, most: float | None) -> bool:
    """Is a difference worth a sentence?

    Args:
        most: the highest value there can be (100 for shares); None: there is none, as for rates.
    """
    room = abs(reference) if most is None else min(abs(reference), most - abs(reference))
    return abs(value - reference) >= MATTERS * room


@dataclass(frozen=True, slots=True)
class Gap:
    """What lies between two figures of the same unit, in that unit, and how sure it is which is larger."""

    difference: Estimate
    confidence: float


def gap(one: Estimate, other: Estimate) -> Gap:
    """One less the other, from both intervals by square and add. Source: Newcombe (1998); Zou & Donner (2008)."""
    value = one.value - other.value
    below = ((one.value - one.low) ** 2 + (other.high - other.value) ** 2) ** 0.5
    above = ((one.high - one.value) ** 2 + (other.value - other.low) ** 2) ** 0.5
    difference = Estimate(value, value - below, value + above)
    return Gap(difference, confidence(difference, 0.0))


def shift(now: Sequence[float], before: Sequence[float]) -> Gap | None:
    """How much higher the later weeks lie than the earlier ones, by how much weeks differ among themselves.

    None with fewer than LEAST_WEEKS on a side, or where no week differs from another.

    Source: Welch (1947), Biometrika 34.
    """
    sides = [np.asarray(each, dtype=float) for each in (now, before)]
    if min(len(each) for each in sides) < LEAST_WEEKS:
        return None
    errors = [float(each.var(ddof=1)) / len(each) for each in sides]
    if sum(errors) <= 0:
        return None
    freedom = sum(errors) ** 2 / sum(error**2 / (len(each) - 1) for each, error in zip(sides, errors, strict=True))
    value, error = float(sides[0].mean() - sides[1].mean()), sum(errors) ** 0.5
    arm = float(special.stdtrit(freedom, 0.975)) * error
    return Gap(Estimate(value, value - arm, value + arm), 1 - float(special.stdtr(freedom, -abs(value) / error)))


def stand_out(values: np.ndarray, variances: np.ndarray) -> list[float]:
    """How sure each of several groups lies on its side of the others, beyond how the others differ among themselves.

    Groups always differ a little, by who works in them; a group stands out where it would surprise as one more of the
    others: their mean, with chance and their spread (by moments). Of two groups nothing is known of a spread.

    Source: Spiegelhalter (2005), Statistics in Medicine 24, over-dispersed funnels; DerSimonian & Laird (1986).
    """
    sure = []
    for place in range(len(values)):
        others = np.arange(len(values)) != place
        y, weight = values[others], 1 / np.maximum(variances[others], TINY)
        mean = float((weight * y).sum() / weight.sum()) if others.any() else float(values[place])
        spare = weight.sum() - (weight**2).sum() / weight.sum() if others.any() else 0.0
        excess = float((weight * (y - mean) ** 2).sum()) - (len(y) - 1)
        spread = max(0.0, excess / spare) if spare > 0 else 0.0
        error = (variances[place] + 1 / weight.sum() + spread) ** 0.5 if others.any() else 0.0
        sure.append(float(special.ndtr(abs(values[place] - mean) / error)) if error > 0 else 0.5)
    return sure
