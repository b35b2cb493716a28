"""Other standard errors for the same model, to see which are honest under autocorrelation in short series."""

import warnings
from dataclasses import replace

import numpy as np
from scipy import stats
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import GLSAR
from statsmodels.tsa.statespace.structural import UnobservedComponents

from benchmarks.validity.series import Design, World, drawn, framed
from metrics.intervention.design import design as columns_of
from metrics.intervention.fit import estimate, fit
from metrics.intervention.model import likeliest
from metrics.intervention.observed import Observed, read_series

LAGS = 3
Z = float(stats.norm.ppf(0.975))


def compared(design: Design, world: World, trials: int, seed: int) -> dict[str, float]:
    """Coverage of each method on the same series."""
    template = read_series(framed(design, np.ones(design.before + design.after)), design.grain)
    template = template.changed_at(design.before)
    found: dict[str, list[bool]] = {}
    truth = np.log1p(world.effect)
    for counts in drawn(design, world, trials, np.random.default_rng(seed)):
        seen = replace(template, value=counts.astype(float))
        for name, (low, high) in _intervals(seen).items():
            found.setdefault(name, []).append(bool(low <= truth <= high))
    return {name: float(np.mean(each)) for name, each in found.items()}


def _intervals(seen: Observed) -> dict[str, tuple[float, float]]:
    x = columns_of(seen).x
    freedom = len(seen.at) - x.shape[1]
    t = float(stats.t.ppf(0.975, freedom))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = GLM(seen.value, x, family=Poisson()).fit(scale="X2")
        robust = GLM(seen.value, x, family=Poisson()).fit(
            cov_type="HAC", cov_kwds={"maxlags": LAGS, "use_correction": True}
        )
        logarithm = np.log(seen.value + 0.5)
        white = GLSAR(logarithm, x, rho=1).iterative_fit(maxiter=8)
        moving = UnobservedComponents(logarithm, level="lldtrend", exog=np.delete(x, (0, 2), axis=1))
        state = moving.fit(disp=False, cov_type="approx", maxiter=100)
    place = moving.param_names.index("beta.x1")
    mixture = fit(seen, x)
    best = fit(seen, x, likeliest(mixture, 1))
    step = np.eye(x.shape[1])[1]
    ends = {
        "plain": (plain.params[1], t * plain.bse[1]),
        "HAC": (robust.params[1], t * robust.bse[1]),
        "prewhitened": (white.params[1], t * white.bse[1]),
        "state space": (state.params[place], Z * float(np.sqrt(max(state.cov_params()[place, place], 0.0)))),
    }
    intervals = {name: (value - half, value + half) for name, (value, half) in ends.items()}
    for name, effect in (("REML", estimate(best, step, 0.95)), ("mixture", estimate(mixture, step, 0.95))):
        intervals[name] = effect.low, effect.high
    return intervals
