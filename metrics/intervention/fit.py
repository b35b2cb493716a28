"""A regression on a short series whose periods resemble their neighbours: which effects fit, and how sure is that?

The mean is a generalised linear model. Its residuals may be correlated in time, and how strongly cannot be known from a
few dozen periods. So every strength on a grid is fitted by generalised least squares and weighted by its restricted
likelihood; what is reported is the mixture over all of them. A wandering level is the end of the grid, where neighbours
are nearly the same. docs/validity.md says how often its intervals cover and which other methods were tried.

Source: the restricted likelihood is Patterson & Thompson (1971), Biometrika 58; linear predictor and working response
are Breslow & Clayton (1993), JASA 88; averaging over what is unknown is Hoeting et al. (1999), Statistical Science 14.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from metrics.intervention.memory import grams
from metrics.intervention.observed import Observed
from metrics.intervention.results import Effect, Family

#: Correlation of neighbours, share of it that is noise of the single period, and weight beforehand. The weights were
#: chosen by simulation (benchmarks/validity), so that intervals cover what is true at correlations from 0 to 0.6.
GRID = np.array(
    [
        *((-0.3, 0, 6), (-0.15, 0, 9), (0, 0, 8), (0.1, 0, 1), (0.2, 0, 1), (0.3, 0, 1), (0.4, 0, 2)),
        *((0.5, 0, 3), (0.6, 0, 4), (0.7, 0, 4), (0.8, 0, 4), (0.9, 0, 3), (0.97, 0, 2)),
        *((0.7, 0.5, 1.5), (0.9, 0.5, 1.5), (0.97, 0.5, 1.5)),
        *((0.97, 0.2, 4), (0.99, 0.1, 4), (0.99, 0.35, 4)),
    ]
)
NO_MEMORY = GRID[GRID[:, 0] == 0]
WANDERS = 0.88  # a correlation from here on is a level that wanders
CHANCE_ALONE = 0.2  # weight beforehand of counts that vary by chance alone
SCALES = 25  # points of the grid of dispersions, from 1 up
LEAST_NEWS = 0.64  # of chance's variance, not foretold by the period before: Poisson counts at a correlation of 0.6
TOO_SMOOTH = 0.4  # of chance's variance: with ten degrees of freedom one series of twenty is as smooth by chance
STEPS, TOLERANCE = 50, 1e-8
EXACT = 1e-10  # of a probability
FARTHEST = 25.0  # linear predictors beyond are 0 or infinite for any purpose, unless the counts are so large
NEGLIGIBLE = 1e-7


class NoFit(ArithmeticError):
    """The series leaps so far from one period to another that no model of it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One estimate of the coefficients for each cell of the grid, on the scale of the linear predictor."""

    weight: np.ndarray  # of each cell; they sum to 1
    correlation: np.ndarray
    noise: np.ndarray
    scale: np.ndarray  # dispersion; of means the residual variance
    beta: np.ndarray  # cells × columns
    unscaled: np.ndarray  # cells × columns × columns: covariance at scale 1
    freedom: float  # of Student's t; infinite where the grid holds the dispersion too
    dispersion: float
    autocorrelation: float
    wanders: float
    pearson: np.ndarray  # standardised residuals
    corrected: bool

    @property
    def coefficients(self) -> np.ndarray:
        return self.weight @ self.beta


def fit(seen: Observed, x: np.ndarray, grid: np.ndarray = GRID) -> Fit:
    """Fit `x` (periods × columns of full rank) to the series at every cell of the grid.

    Raises:
        NoFit: there are no coefficients that are numbers.
    """
    corrected = _separated(seen, x)
    eta, used = mean_of(seen, x, corrected)
    beta, unscaled, squares, likelihood = _generalised(used, x, eta, grid)
    freedom = len(seen.at) - x.shape[1]
    prior = np.log(grid[:, 2]) + likelihood
    mean, weight, _ = working(used, eta)
    pearson = (used.value - mean) / (np.sqrt(weight) if seen.family is not Family.MEAN else 1 / np.sqrt(weight))
    if seen.family is Family.MEAN:
        weights, scale = _normed(prior - freedom / 2 * np.log(squares)), squares / freedom
        cell, nu = np.arange(len(grid)), float(freedom)
    else:
        squares = squares + _missing_noise(squares, freedom, grid)
        scales, before = _scales(squares / freedom, grid)
        joint = _normed(prior[:, None] + before - freedom / 2 * np.log(scales) - squares[:, None] / (2 * scales))
        cell, level = np.nonzero(joint > NEGLIGIBLE)
        weights, scale, nu = joint[cell, level] / joint[cell, level].sum(), scales[cell, level], np.inf
    if not np.isfinite(weights @ beta[cell]).all():
        raise NoFit
    rho, noise = grid[cell, 0], grid[cell, 1]
    return Fit(
        weight=weights,
        correlation=rho,
        noise=noise,
        scale=scale,
        beta=beta[cell],
        unscaled=unscaled[cell],
        freedom=nu,
        dispersion=float((pearson**2).sum() / freedom) ** (0.5 if seen.family is Family.MEAN else 1),
        autocorrelation=float(weights @ (rho * (1 - noise))),
        wanders=float(weights[rho >= WANDERS].sum()),
        pearson=pearson,
        corrected=corrected,
    )


def refitted(found: Fit, seen: Observed, x: np.ndarray, eta: np.ndarray) -> Fit:
    """The same cells with their weights and dispersions, the working response taken around another predictor."""
    grid, place = np.unique(np.column_stack([found.correlation, found.noise]), axis=0, return_inverse=True)
    beta, unscaled, _, _ = _generalised(seen, x, eta, grid)
    return replace(found, beta=beta[place], unscaled=unscaled[place])


def _generalised(
    seen: Observed, x: np.ndarray, eta: np.ndarray, grid: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of each cell coefficients, covariance at scale 1, sum of squares, and what else the restricted likelihood has."""
    _, weight, response = working(seen, eta)
    columns = np.column_stack([x, response - seen.offset]) * np.sqrt(weight)[:, None]
    gram, logdet = grams(seen.at, columns, grid)
    inner, outer = gram[:, :-1, :-1], gram[:, :-1, -1]
    try:
        unscaled = np.linalg.inv(inner)
    except np.linalg.LinAlgError:
        raise NoFit from None
    beta = (unscaled @ outer[:, :, None])[:, :, 0]
    squares = np.maximum(gram[:, -1, -1] - (beta * outer).sum(1), 1e-12)
    return beta, unscaled, squares, -(logdet + np.linalg.slogdet(inner)[1]) / 2


def estimate(found: Fit, contrast: np.ndarray, confidence: float) -> Effect:
    """A combination of coefficients: mean, equal-tailed interval and two-sided p of the mixture."""
    tail = (1 - confidence) / 2
    low, high = quantiles(found, np.stack([contrast, contrast]), np.array([tail, 1 - tail])).tolist()
    return Effect(float(found.coefficients @ contrast), low, high, two_sided(below(found, contrast, 0.0)))


def below(found: Fit, contrast: np.ndarray, value: float) -> float:
    """The probability that a combination of coefficients lies below a value."""
    middle, spread = _of_each_cell(found, contrast[None])
    return float(found.weight @ _below(found, (value - middle[:, 0]) / spread[:, 0]))


def quantiles(found: Fit, contrasts: np.ndarray, share: float | np.ndarray) -> np.ndarray:
    """What so much of the mixture lies below, of each combination of coefficients (combinations × columns).

    It lies between the quantiles of the single cells; false position (Illinois) finds it there.
    """
    middle, spread = _of_each_cell(found, contrasts)
    one = special.ndtri(share) if np.isinf(found.freedom) else special.stdtrit(found.freedom, share)
    ends = (middle + one * spread).min(0), (middle + one * spread).max(0)
    low, high = (np.array(end) for end in ends)
    low_miss, high_miss = (found.weight @ _below(found, (end - middle) / spread) - share for end in ends)
    up = np.zeros(len(contrasts), bool)
    for _ in range(STEPS):
        width = high_miss - low_miss
        at = np.where(width > 0, (low * high_miss - high * low_miss) / np.where(width > 0, width, 1), low)
        miss = found.weight @ _below(found, (at - middle) / spread) - share
        if np.abs(miss).max() < EXACT:
            break
        up, was = miss < 0, up
        stays = np.where(up == was, 0.5, 1.0)  # an end that stays once more counts half, so that it moves as well
        low_miss, high_miss = np.where(up, miss, low_miss * stays), np.where(up, high_miss * stays, miss)
        low, high = np.where(up, at, low), np.where(up, high, at)
    return at


def _of_each_cell(found: Fit, contrasts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of combinations of coefficients the estimate and its standard error (cells × combinations)."""
    variance = ((contrasts @ found.unscaled) * contrasts).sum(2)
    return found.beta @ contrasts.T, np.sqrt(variance * found.scale[:, None])


def _below(found: Fit, deviates: np.ndarray) -> np.ndarray:
    return special.ndtr(deviates) if np.isinf(found.freedom) else special.stdtr(found.freedom, deviates)


def two_sided(below: float) -> float:
    """The p of no effect, from the probability that the effect is negative."""
    return max(0.0, 2 * min(below, 1 - below))


def working(seen: Observed, eta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, weight and working response of each period at a linear predictor that holds the offset."""
    if seen.family is Family.MEAN:
        return eta, seen.base, seen.value
    if seen.family is Family.COUNT:
        mean = np.exp(eta)
        return mean, mean, eta + (seen.value - mean) / mean
    share = special.expit(eta)
    weight = np.maximum(seen.base * share * (1 - share), 1e-10)
    return seen.base * share, weight, eta + (seen.value - seen.base * share) / weight


def mean_of(seen: Observed, x: np.ndarray, corrected: bool = False) -> tuple[np.ndarray, Observed]:
    """Linear predictor of the generalised linear model, and the values it was fitted to."""
    used, beta = seen, np.zeros(x.shape[1])
    if seen.family is Family.MEAN:
        eta = seen.value
    elif seen.family is Family.COUNT:
        eta = np.log(seen.value + 0.5)
    else:
        eta = special.logit((seen.value + 0.5) / (seen.base + 1))
    lowest, highest = min(-FARTHEST, float(eta.min())), max(FARTHEST, float(eta.max()))
    for _ in range(STEPS):
        _, weight, response = working(used, eta)
        weighted = x.T * weight
        new = np.linalg.lstsq(weighted @ x, weighted @ (response - seen.offset), rcond=None)[0]
        eta = np.clip(x @ new + seen.offset, lowest, highest)
        if np.abs(new - beta).max() < TOLERANCE:
            break
        beta = new
        used = _with_half_leverage(seen, x, eta) if corrected else seen
    return eta, used


def _separated(seen: Observed, x: np.ndarray) -> bool:
    """Is there a column of zeros and ones, on one side of which nothing, or everything, was counted?"""
    if seen.family is Family.MEAN:
        return False
    for column in x.T[((x == 0) | (x == 1)).all(0)]:
        for side in (column == 1, column == 0):
            counted = seen.value[side].sum()
            everything = seen.family is Family.SHARE and counted == seen.base[side].sum()
            if side.any() and (not counted or everything):
                return True
    return False


def _with_half_leverage(seen: Observed, x: np.ndarray, eta: np.ndarray) -> Observed:
    """Half a case times the leverage added to every period: Firth (1993), Biometrika 80, for canonical links."""
    q, _ = np.linalg.qr(x * np.sqrt(working(seen, eta)[1])[:, None])
    leverage = (q**2).sum(1)
    whole = leverage if seen.family is Family.SHARE else 0.0
    return replace(seen, value=seen.value + leverage / 2, base=seen.base + whole)


def _scales(found: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Dispersions of each cell, evenly in their logarithm, and the log weight of each beforehand.

    Counts vary by chance at least. So the dispersion is 1 or more, and where neighbours are much alike it is so large
    that each period still brings news of its own; else a smooth stretch would pass for a level known exactly. What is
    not by chance alone weighs by the share of its standard deviation that lies beyond chance: what hardly does is
    chance for any purpose, and would make intervals too narrow where a short series only seems calm.
    """
    told = grid[:, 0] ** 2 * (1 - grid[:, 1])
    least = np.maximum(1.0, LEAST_NEWS / (1 - told))
    above = np.exp(np.linspace(0, np.log(max(4.0, 6 * found.max())), SCALES))
    beyond = np.sqrt(1 - 1 / above)  # nothing at 1
    before = (1 - CHANCE_ALONE) * beyond / beyond.sum()
    before[0] = CHANCE_ALONE
    return least[:, None] * above, np.log(before)


def _missing_noise(squares: np.ndarray, freedom: int, grid: np.ndarray) -> np.ndarray:
    """What noise of single periods would add to each cell's sum of squares, where there is less of it than by chance.

    Series smoother than chance (made up, or rounded) say nothing about memory; without this they would say: a lot.
    """
    lacking = max(0.0, TOO_SMOOTH - float(squares[np.argmin(np.abs(grid[:, 0]))]) / freedom)
    told = grid[:, 0] ** 2 * (1 - grid[:, 1])
    return lacking * freedom * (1 + told) / (1 - told)


def _normed(logarithm: np.ndarray) -> np.ndarray:
    weight = np.exp(logarithm - logarithm.max())
    return weight / weight.sum()
