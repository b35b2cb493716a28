"""From coefficients to what the reader asks: ratio, difference, cases averted, and the path without the change."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy import special

from metrics.intervention.design import Design
from metrics.intervention.fit import FARTHEST, Fit, below, estimate, mean_of, quantiles, refitted, two_sided
from metrics.intervention.observed import Observed
from metrics.intervention.results import Effect, Family
from metrics.results import Estimate

ROUGHLY = 1e-3  # of the linear predictor: a thousandth of a ratio


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A model of one series with everything that later steps ask of it."""

    seen: Observed
    design: Design
    fit: Fit
    confidence: float

    @property
    def predictor(self) -> np.ndarray:
        return self.design.x @ self.fit.coefficients

    @property
    def effect_by_period(self) -> np.ndarray:
        """What the change adds to the linear predictor of each period."""
        columns = list(self.design.effect)
        return self.design.x[:, columns] @ self.fit.coefficients[columns]

    @property
    def mean_contrast(self) -> np.ndarray:
        """The mean effect after the change, periods weighted by the cases expected in them."""
        weight = np.ones(len(self.seen.at)) if self.seen.family is Family.MEAN else level(self.seen, self.predictor)
        return self.design.mean_effect(np.maximum(weight, 1e-12))

    def log_effect(self) -> Effect:
        """The mean effect on the scale of the linear predictor: log ratio, log odds ratio, or difference."""
        if self._lacks_events:
            return _without_events(self)
        return estimate(self.fit, self.mean_contrast, self.confidence)

    def strength(self) -> tuple[float, float]:
        """The mean effect and its p, for whoever does not need the interval: its ends take most of the time."""
        if self._lacks_events:
            middle, less = _of_none(self)
            return middle, two_sided(less(0.0))
        contrast = self.mean_contrast
        return float(self.fit.coefficients @ contrast), two_sided(below(self.fit, contrast, 0.0))

    @property
    def _lacks_events(self) -> bool:
        """Was nothing, or everything, counted on a side of the change? An event's own periods are no side of it."""
        if not self.fit.corrected or len(self.design.effect) > 1:
            return False
        force = self.design.x[:, self.design.effect[0]] != 0
        counts = [(self.seen.value[side].sum(), self.seen.base[side].sum()) for side in (force, ~force)]
        full = self.seen.family is Family.SHARE
        return any(not counted or (full and counted == whole) for counted, whole in counts)

    def log_step(self) -> Effect:
        """The effect at the start on the scale of the linear predictor."""
        return estimate(self.fit, self.design.step, self.confidence)


def level(seen: Observed, predictor: np.ndarray) -> np.ndarray:
    """What is expected in each period: cases, or the value of a mean."""
    if seen.family is Family.MEAN:
        return predictor
    if seen.family is Family.COUNT:
        return np.exp(predictor + seen.offset)
    if seen.control is not None:
        return seen.control * np.exp(predictor + seen.offset)
    return seen.base * special.expit(predictor + seen.offset)


def ratio(found: Fitted, effect: Effect) -> Effect:
    """An effect on the linear predictor as the ratio of what is expected with the change and without it."""
    ends = [_expected(found, end) for end in (effect.value, effect.low, effect.high)]
    value, low, high = (now / without if without > 0 else float("inf") for now, without in ends)
    return Effect(value, low, high, effect.p)


def difference(found: Fitted, effect: Effect) -> Effect:
    """An effect as the mean difference per period: events, units of a mean; of shares, points of the denominator."""
    after = _force(found)
    base = found.seen.base[after].sum() / 100 if found.seen.kind is Family.SHARE else float(after.sum())
    ends = [_expected(found, end) for end in (effect.value, effect.low, effect.high)]
    value, low, high = ((now - without) / base for now, without in ends)
    return Effect(value, low, high, effect.p)


def averted(found: Fitted, effect: Effect) -> Estimate | None:
    """Cases fewer than expected without the change, over all periods in which it is in force."""
    if found.seen.kind is Family.MEAN:
        return None
    if found.fit.corrected:
        return _averted_of_none(found)
    ends = [_expected(found, end) for end in (effect.value, effect.high, effect.low)]
    value, low, high = (smearing(found) * (without - now) for now, without in ends)
    return Estimate(value, low, high)


def smearing(found: Fitted) -> float:
    """What brings the expected cases up to those counted: fitted on a scale of logarithms, they lie below them.

    The same factor for all periods, so that no ratio changes. Source: Duan (1983), JASA 78.
    """
    expected = float(level(found.seen, found.predictor).sum())
    return float(found.seen.value.sum()) / expected if found.seen.family is not Family.MEAN and expected else 1.0


def path(found: Fitted) -> pl.DataFrame:
    """Observed, fitted and counterfactual by period; the band is the interval of the expected, not of single values."""
    seen, x = found.seen, found.design.x
    without = x.copy()
    without[:, list(found.design.effect)] = 0
    unit = (seen.base if seen.kind is Family.SHARE else np.ones(len(seen.at))) / smearing(found)
    fitted = level(seen, found.predictor) / unit
    counterfactual = level(seen, found.predictor - found.effect_by_period) / unit
    tail = (1 - found.confidence) / 2
    low, high = (level(seen, quantiles(found.fit, without, share)) / unit for share in (tail, 1 - tail))
    return pl.DataFrame(
        {
            "period": seen.period,
            "place": np.where(seen.is_after, "after", "before"),
            "observed": seen.value / (seen.base if seen.kind is Family.SHARE else 1),
            "fitted": fitted,
            "counterfactual": counterfactual,
            "low": low,
            "high": high,
        }
    )


def _force(found: Fitted) -> np.ndarray:
    return found.design.x[:, found.design.effect[0]] != 0


def _expected(found: Fitted, effect: float) -> tuple[float, float]:
    """Sums over the periods in force, with the change as fitted and without it, if its mean effect were this.

    Around the mean the effect keeps the course that was fitted.
    """
    force = _force(found)
    course = found.effect_by_period
    mean = float(found.mean_contrast @ found.fit.coefficients)
    now = level(found.seen, found.predictor)[force].sum()
    without = level(found.seen, found.predictor - (course + effect - mean))[force].sum()
    return float(now), float(without)


def _without_events(found: Fitted) -> Effect:
    """The effect where a side has no events: its ends are where the score of that effect is as far off as the error."""
    middle, less = _of_none(found)
    tail = (1 - found.confidence) / 2
    low = _where_rising(lambda size: less(size) - tail, middle, -1)
    high = _where_rising(lambda size: less(size) - (1 - tail), middle, 1)
    return Effect(middle, low, high, two_sided(less(0.0)))


def _of_none(found: Fitted) -> tuple[float, Callable[[float], float]]:
    """The effect, and how probable it is that it lies below any size, where a side has no events.

    An estimate and its standard error say little there. Around every size of effect the model is fitted anew.
    """
    force, x = _force(found).astype(float), found.design.x
    others = np.delete(x, found.design.effect[0], axis=1)

    def less(size: float) -> float:
        held = replace(found.seen, offset=found.seen.offset + size * force)
        eta, _ = mean_of(held, others)
        return below(refitted(found.fit, found.seen, x, eta), found.design.step, size)

    return float(np.clip(found.fit.coefficients[found.design.effect[0]], -FARTHEST / 2, FARTHEST / 2)), less


def _where_rising(rising: Callable[[float], float], near: float, direction: int) -> float:
    """Where a rising function is 0, searched outwards from a point; at the farthest where it is not reached before."""
    reach = back = 0.5
    while rising(near + direction * reach) * direction < 0:
        reach *= 2
        if abs(near) + reach > FARTHEST:
            return direction * FARTHEST
    while rising(near - direction * back) * direction > 0:  # it may lie on the other side of the point
        back *= 2
        if abs(near) + back > FARTHEST:
            return -direction * FARTHEST
    ends = sorted((near + direction * reach, near - direction * back))
    from scipy import optimize  # which takes long to load, and only a side without events needs it

    return float(optimize.brentq(rising, *ends, xtol=ROUGHLY))


def _averted_of_none(found: Fitted) -> Estimate:
    """Cases expected without the change less those counted, where the ratio to divide by may be 0."""
    force, x = _force(found), found.design.x.copy()
    x[:, list(found.design.effect)] = 0
    weight = level(found.seen, x @ found.fit.coefficients) * force
    mean = estimate(found.fit, weight @ x / weight.sum(), found.confidence)
    counted = float(found.seen.value[force].sum())
    ends = (float(weight.sum() * np.exp(end - mean.value)) - counted for end in (mean.value, mean.low, mean.high))
    return Estimate(*ends)
