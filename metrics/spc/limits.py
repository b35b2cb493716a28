"""The limits of each kind of control chart: centre, three sigma to each side, and how far out every point lies."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

D2_OF_TWO = 1.128  # mean range of two draws from N(0, 1): Montgomery, table of control-chart constants
WEIBULL = 3.6  # times between events to this power's root are nearly normal: Nelson (1994), JQT 26
SIGMAS = 3.0  # Shewhart (1931)
ON_THE_LINE = 1e-9  # of the centre's size: nearer than that a point lies on it, whatever the last bits say

Numbers = NDArray[np.float64]


class Chart(StrEnum):
    """Kinds of control charts, by what is plotted."""

    XMR = "xmr"  # single values, with limits from their moving ranges
    P = "p"  # shares
    P_PRIME = "p-prime"  # shares that vary by more than chance: Laney
    U = "u"  # events per exposure
    U_PRIME = "u-prime"
    C = "c"  # counts of events
    G = "g"  # cases between rare events
    T = "t"  # time between rare events
    XBAR_S = "xbar-s"  # means and spreads of subgroups
    RUN = "run"  # a median without limits


RATIOS = frozenset({Chart.P, Chart.P_PRIME, Chart.U, Chart.U_PRIME})  # plotted is a count over a denominator
SHARES = frozenset({Chart.P, Chart.P_PRIME})


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The points of one phase: what is plotted, over how many (cases, or values of a subgroup), and their spread.

    `base` says from which of them the limits come.
    """

    value: Numbers
    size: Numbers
    spread: Numbers
    base: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Of each point the centre and the limits, and `z`: how many sigmas it lies from where the limits are counted.

    `z` is not a number where nothing varies and the point lies on the centre. `ratio` is what the points vary by over
    what chance alone would explain: None where the chart does not know what chance explains.
    """

    centre: Numbers
    lower: Numbers
    upper: Numbers
    z: Numbers
    ratio: float | None = None


def limits(chart: Chart, points: Points) -> Limits:
    """The limits of a phase of a chart, from its base."""
    return LIMITS[chart](points)


def _around(
    points: Points,
    middle: float,
    sigma: Numbers | float,
    *,
    centre: float | None = None,
    least: float = -np.inf,
    most: float = np.inf,
    ratio: float | None = None,
) -> Limits:
    """Three sigma to each side of the middle, cut where values cannot lie."""
    every = np.ones_like(points.value)
    return Limits(
        centre=every * (middle if centre is None else centre),
        lower=np.maximum(every * middle - SIGMAS * sigma, least),
        upper=np.minimum(every * middle + SIGMAS * sigma, most),
        z=_sigmas_out(points.value, middle, every * sigma),
        ratio=ratio,
    )


def _sigmas_out(values: Numbers, middle: float, sigma: Numbers) -> Numbers:
    away = values - middle
    away = np.where(np.abs(away) <= ON_THE_LINE * max(1.0, abs(middle)), 0.0, away)
    with np.errstate(divide="ignore", invalid="ignore"):
        return away / sigma


def _moving_sigma(values: Numbers) -> float:
    """Sigma from the mean range of neighbours; not a number where there are none."""
    return float(np.abs(np.diff(values)).mean()) / D2_OF_TWO if len(values) > 1 else float("nan")


def _xmr(points: Points) -> Limits:
    """Source: Shewhart (1931); Wheeler, Understanding Variation (1993)."""
    base = points.value[points.base]
    return _around(points, float(base.mean()), _moving_sigma(base))


def _run(points: Points) -> Limits:
    """A median, and no limits. Source: Perla, Provost & Murray (2011), BMJ Qual Saf 20."""
    return _around(points, float(np.median(points.value[points.base])), float("nan"))


def _p(points: Points, *, is_laney: bool = False) -> Limits:
    """Source: Montgomery, Statistical Quality Control, 7.2; Laney (2002), Quality Engineering 14."""
    middle = _pooled(points)
    return _ratio(points, middle, np.sqrt(middle * (1 - middle) / points.size), most=1.0, is_laney=is_laney)


def _u(points: Points, *, is_laney: bool = False) -> Limits:
    """Source: Montgomery, Statistical Quality Control, 7.3; Laney (2002), Quality Engineering 14."""
    middle = _pooled(points)
    return _ratio(points, middle, np.sqrt(middle / points.size), most=np.inf, is_laney=is_laney)


def _pooled(points: Points) -> float:
    """All that was counted over all that it was counted of: summed first, divided once."""
    base = points.base
    return float((points.value * points.size)[base].sum() / points.size[base].sum())


def _ratio(points: Points, middle: float, chance: Numbers, *, most: float, is_laney: bool) -> Limits:
    """Limits by chance alone, or by what the points really vary by from one to the next."""
    observed = _moving_sigma(_sigmas_out(points.value, middle, chance)[points.base])
    ratio = observed if np.isfinite(observed) else None
    sigma = chance * observed if is_laney else chance
    return _around(points, middle, sigma, least=0.0, most=most, ratio=ratio)


def _c(points: Points) -> Limits:
    """Source: Montgomery, Statistical Quality Control, 7.3."""
    middle = float(points.value[points.base].mean())
    return _around(points, middle, float(np.sqrt(middle)), least=0.0)


def _g(points: Points) -> Limits:
    """Limits from the mean of a geometric distribution; the centre is the median, as runs are counted around it.

    Source: Benneyan (2001), Health Care Management Science 4; Provost & Murray, The Health Care Data Guide (2011).
    """
    base = points.value[points.base]
    mean = float(base.mean())
    return _around(points, mean, float(np.sqrt(mean * (mean + 1))), centre=float(np.median(base)), least=0.0)


def _t(points: Points) -> Limits:
    """Single values of the times' root, turned back. Source: Nelson (1994), JQT 26; Montgomery, 7.3.5."""
    roots = points.value ** (1 / WEIBULL)
    found = _xmr(Points(roots, points.size, points.spread, points.base))
    return Limits(
        centre=found.centre**WEIBULL,
        lower=np.maximum(found.lower, 0.0) ** WEIBULL,
        upper=found.upper**WEIBULL,
        z=found.z,
    )


def _xbar(points: Points) -> Limits:
    """Means of subgroups, by the spread within them. Source: Montgomery, Statistical Quality Control, 6.3."""
    base = points.base
    middle = float((points.size * points.value)[base].sum() / points.size[base].sum())
    return _around(points, middle, _within(points) / (c4(points.size) * np.sqrt(points.size)))


def spreads(points: Points) -> Limits:
    """The chart of the standard deviations beside one of means. Source: Montgomery, 6.3."""
    middle = _within(points)
    sigma = middle * np.sqrt(1 - c4(points.size) ** 2) / c4(points.size)
    return _around(Points(points.spread, points.size, points.spread, points.base), middle, sigma, least=0.0)


def _within(points: Points) -> float:
    """The mean standard deviation; where subgroups are of several sizes the pooled one."""
    sizes, spread = points.size[points.base], points.spread[points.base]
    if len(np.unique(sizes)) == 1:
        return float(spread.mean())
    return float(np.sqrt(((sizes - 1) * spread**2).sum() / (sizes - 1).sum()))


def c4(size: Numbers) -> Numbers:
    """Mean of the standard deviation of so many draws from N(0, 1). Source: Montgomery, table of constants."""
    return np.sqrt(2 / (size - 1)) * np.exp(gammaln(size / 2) - gammaln((size - 1) / 2))


LIMITS: dict[Chart, Callable[[Points], Limits]] = {
    Chart.XMR: _xmr,
    Chart.RUN: _run,
    Chart.P: _p,
    Chart.P_PRIME: lambda points: _p(points, is_laney=True),
    Chart.U: _u,
    Chart.U_PRIME: lambda points: _u(points, is_laney=True),
    Chart.C: _c,
    Chart.G: _g,
    Chart.T: _t,
    Chart.XBAR_S: _xbar,
}
