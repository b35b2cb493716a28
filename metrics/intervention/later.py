"""Checks of the model and of the time after: do the residuals behave, does it last, does one period carry it?"""

import numpy as np
from scipy import special

from metrics.intervention.earlier import SURE, as_ratio, is_wanted, not_possible
from metrics.intervention.effects import Fitted
from metrics.intervention.fit import estimate
from metrics.intervention.model import Asked, fitted, likeliest
from metrics.intervention.results import Check, CheckCode, CheckStatus

FADING_NEEDS = 6  # periods after, so that the first and the last of them can differ
LEFT_OUT = 24  # periods next to the change that are left out one at a time
GONE = 0.5  # of the effect at the start


def residuals(found: Fitted) -> Check:
    """Dispersion, correlation of neighbours, and Ljung & Box's (1978) test of what the straight trend leaves.

    A warning means that the straight trend does not fit; the estimate then leans on a level that wanders.
    """
    left = found.fit.pearson
    n, lags = len(left), min(6, len(left) // 4)
    centred = left - left.mean()
    total = float((centred**2).sum())
    acf = np.array([(centred[k:] * centred[:-k]).sum() / total if total else 0.0 for k in range(1, lags + 1)])
    box = n * (n + 2) * float((acf**2 / (n - np.arange(1, lags + 1))).sum())
    p = float(special.chdtrc(lags, box))
    numbers = {
        "dispersion": found.fit.dispersion,
        "autocorrelation": found.fit.autocorrelation,
        "lag_1": float(acf[0]),
        "p": p,
        "wanders": found.fit.wanders,
    }
    bad = p < SURE or found.fit.wanders > 0.5
    return Check(CheckCode.RESIDUALS, CheckStatus.WARNING if bad else CheckStatus.OK, numbers)


def fading(found: Fitted, asked: Asked) -> Check:
    """Did the effect come back later? `slope` is the ratio per period, `first` and `last` the effect at both ends."""
    n = int(found.seen.is_after.sum())
    if n < FADING_NEEDS or asked.shape in {"temporary", "delayed"}:
        return not_possible(CheckCode.FADING, n, FADING_NEEDS)
    bent = fitted(found.seen, Asked("step+slope", asked.season, asked.events, asked.confidence, asked.expected))
    picks = np.eye(bent.design.x.shape[1])
    slope, start = estimate(bent.fit, picks[bent.design.effect[1]], asked.confidence), bent.log_step()
    end = start.value + slope.value * float(np.ptp(found.seen.at[found.seen.is_after]))
    worked = start.p < SURE and is_wanted(start.value, asked)
    returns = worked and slope.p < SURE and slope.value * start.value < 0 and end / start.value < GONE
    numbers = {
        "slope": as_ratio(found.seen, slope.value),
        "p": slope.p,
        "first": as_ratio(found.seen, start.value),
        "first_p": start.p,
        "last": as_ratio(found.seen, end),
    }
    return Check(CheckCode.FADING, CheckStatus.WARNING if returns else CheckStatus.OK, numbers)


def leave_one_out(found: Fitted, asked: Asked) -> Check:
    """Does one period carry the result? `low` and `high` enclose the effects without each one.

    `unclear` counts the periods without which the effect is not clear any more; `names` holds the most influential one.
    """
    seen, all_in = found.seen, found.log_effect()
    near = np.argsort(np.abs(seen.at - seen.origin + 0.5), kind="stable")[:LEFT_OUT]
    least = min(int(seen.is_after.sum()), int((~seen.is_after).sum()))
    if least < 4:
        return not_possible(CheckCode.LEAVE_ONE_OUT, least, 4)
    grid, effects = likeliest(found.fit), []
    for place in near:
        kept = np.arange(len(seen.at)) != place
        effects.append(fitted(seen.where(kept), asked, grid=grid).strength())
    values = np.array([value for value, _p in effects])
    clear = all_in.p < SURE
    lost = [p >= SURE or value * all_in.value < 0 for value, p in effects]
    numbers = {
        "low": as_ratio(seen, float(values.min())),
        "high": as_ratio(seen, float(values.max())),
        "unclear": sum(lost) if clear else 0,
        "tried": len(effects),
    }
    most = seen.period[int(near[np.argmax(np.abs(values - all_in.value))])].isoformat()
    warned = clear and any(lost)
    return Check(CheckCode.LEAVE_ONE_OUT, CheckStatus.WARNING if warned else CheckStatus.OK, numbers, (most,))
