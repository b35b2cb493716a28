"""How sure would more periods make one? Standard errors of a step before it is taken, and the power they give."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from scipy import special

from metrics.intervention.design import design, turns
from metrics.intervention.effects import Fitted, level
from metrics.intervention.fit import Fit, NoFit
from metrics.intervention.memory import grams
from metrics.intervention.model import Asked
from metrics.intervention.observed import Observed
from metrics.intervention.results import Family, Grain, Season

ENOUGH = 0.8  # power that a plan aims for: Cohen (1988)
HORIZON = {"month": 60, "week": 156, "day": 730}  # periods after that anyone would wait for
LITTLE_MEMORY = 5.0  # each tenth of correlation makes it less likely by two fifths: house rule


def power(effect: float, error: float, confidence: float) -> float:
    """Chance that the interval of an effect on the linear predictor leaves out 0 on the effect's side."""
    return float(special.ndtr(abs(effect) / error - special.ndtri((1 + confidence) / 2)))


def error_of(seen: Observed, weight: np.ndarray, memory: tuple[float, float, float], asked: Asked) -> float:
    """Standard error of the mean effect where periods carry these weights.

    Memory is correlation, noise and dispersion (of means the residual variance).

    Raises:
        NoFit: the weights are so far apart that there is none above 0.
    """
    columns = design(seen, asked.shape, asked.season, asked.events)
    rho, noise, scale = memory
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # of weights that leap, and are refused below
        gram, _ = grams(seen.at, columns.x * np.sqrt(weight)[:, None], np.array([[rho, noise, 1.0]]))
        contrast = columns.mean_effect(weight)
        try:
            found = float(np.sqrt(scale * contrast @ np.linalg.pinv(gram[0]) @ contrast))
        except np.linalg.LinAlgError:
            raise NoFit from None
    if not found > 0:
        raise NoFit
    return found


def lasting(error: Callable[[int], float], after: int, before: int, grain: Grain, season: Season) -> float:
    """The largest standard error from so many periods after the change on.

    Once the series is long enough for the season, its waves are in the model and the error rises for a while. The
    season is there before that as well, so fewer periods promise no more than those with which it can be seen.
    """
    later = [turn - before for turn in turns(grain, season) if turn - before > after]
    return max(error(each) for each in (after, *later))


def memory_of(fit: Fit) -> tuple[float, float, float]:
    """Correlation, noise and dispersion as a plan may assume: on average, little memory being likelier beforehand.

    The grid's own weights guard against too narrow intervals; in a short series they would foretell too little power.
    """
    weight = fit.weight * np.exp(-LITTLE_MEMORY * np.maximum(fit.correlation, 0))
    weight /= weight.sum()
    return float(weight @ fit.correlation), float(weight @ fit.noise), float(weight @ fit.scale)


def more_periods(found: Fitted, asked: Asked, effect: float) -> tuple[float, int | None]:
    """Power to see an effect today, and the periods still needed for 80 %: None beyond the horizon.

    Later periods are like those after the change; the power lasts from then on.
    """
    memory, grain, periods = memory_of(found.fit), found.seen.grain, len(found.seen.at)
    most = HORIZON[grain]

    def error(more: int) -> float:
        return error_of(*_longer(found, more), memory, asked)

    def power_after(more: int) -> float:
        return power(effect, lasting(error, more, periods, grain, asked.season), asked.confidence)

    now = power(effect, error(0), asked.confidence)
    if now >= ENOUGH:
        return now, 0
    low, high = 0, 1
    while high < most and power_after(high) < ENOUGH:
        low, high = high, min(2 * high, most)
    if power_after(high) < ENOUGH:
        return now, None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_after(middle) >= ENOUGH else (middle, high)
    return now, high


def following(last: date, grain: Grain, count: int) -> Sequence[date]:
    """The first days of the next periods."""
    if grain == "month":
        months = [last.year * 12 + last.month - 1 + k for k in range(1, count + 1)]
        return [date(month // 12, month % 12 + 1, 1) for month in months]
    return [last + timedelta(days=k * {"week": 7, "day": 1}[grain]) for k in range(1, count + 1)]


def weights(seen: Observed, predictor: np.ndarray) -> np.ndarray:
    """What each period tells: its expected cases; of shares and of cases beside a control less than that."""
    if seen.family is Family.MEAN:
        return np.ones(len(predictor))
    expected = level(seen, predictor)
    if seen.family is Family.COUNT:
        return expected
    other = seen.control if seen.control is not None else seen.base - expected
    return np.maximum(expected * other / np.maximum(expected + other, 1e-9), 1e-9)


def _longer(found: Fitted, more: int) -> tuple[Observed, np.ndarray]:
    seen, now = found.seen, weights(found.seen, found.predictor)
    if not more:
        return seen, now
    typical = float(now[seen.is_after].mean())
    longer = replace(
        seen,
        period=(*seen.period, *following(seen.period[-1], seen.grain, more)),
        at=np.concatenate([seen.at, seen.at[-1] + np.arange(1, more + 1)]),
        is_after=np.concatenate([seen.is_after, np.ones(more, bool)]),
    )
    return longer, np.concatenate([now, np.full(more, typical)])
