"""Would another analyst have found the same? The effect by other models, windows and seasons, and a second opinion."""

import warnings
from collections.abc import Iterator

import numpy as np
import polars as pl
from scipy import special

from metrics.intervention.design import PER_YEAR, design
from metrics.intervention.earlier import SURE, as_ratio
from metrics.intervention.effects import Fitted
from metrics.intervention.fit import GRID, NO_MEMORY, WANDERS, fit
from metrics.intervention.model import Asked
from metrics.intervention.observed import LEAST, Observed
from metrics.intervention.results import Check, CheckCode, CheckStatus, Effect, Family, Robustness, Shape

#: Each way: with a trend or without, a bend or none, and which cells of the grid of correlations.
MODELS: dict[str, tuple[bool, Shape, np.ndarray]] = {
    "trend": (True, "step", GRID),
    "independent": (True, "step", NO_MEMORY),
    "bend": (True, "step+slope", GRID),
    "level": (False, "step", GRID),
    "moving_level": (False, "step", GRID[GRID[:, 0] >= WANDERS]),
}
YEARS_BEFORE = (1, 2)
NEAR = 120  # periods on either side that the second opinion looks at
AGREES = 0.8  # share of other ways that must point in the same direction: house rule
GRID_SCHEMA = {
    "model": pl.String,
    "window": pl.String,
    "season": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "same_direction": pl.Boolean,
    "clear": pl.Boolean,
}


def robustness(found: Fitted, asked: Asked) -> tuple[Robustness, Check]:
    """Every other way that the series allows, and how many agree with the estimate.

    Value, low and high are ratios (shares: of odds; means: differences) on the scale of the checks.
    """
    main, rows = found.log_effect(), []
    for window, seen in _windows(found.seen):
        for season in sorted({0, found.design.harmonics, min(found.design.harmonics + 1, 2)}):
            for model, (trend, shape, grid) in MODELS.items():
                effect = _effect(seen, asked, season, trend, shape, grid)
                if effect is not None:
                    rows.append(_row(model, window, season, effect, main, seen))
    grid = pl.DataFrame(rows, schema=GRID_SCHEMA, orient="row").sort("value")
    agree, clear = grid.select(
        pl.col("same_direction").mean(), (pl.col("clear") & pl.col("same_direction")).mean()
    ).row(0)
    numbers = {"tried": grid.height, "agree": agree or 0.0, "clear": clear or 0.0}
    status = CheckStatus.NOT_POSSIBLE if grid.is_empty() else CheckStatus.OK
    if status is CheckStatus.OK and agree < AGREES:
        status = CheckStatus.WARNING
    return Robustness(agree, clear, grid), Check(CheckCode.ROBUSTNESS, status, numbers)


def second_opinion(found: Fitted, asked: Asked) -> Check:
    """A level that wanders about a drift, and the step, in state space: Harvey & Durbin (1986), JRSS A 149.

    Fitted to log rates, log odds or means by statsmodels. The coefficients are states that start anywhere (de Jong
    1991, Annals of Statistics 19): only two variances are left to search for, by their restricted likelihood, and the
    filter gives the step's standard error. Those of statsmodels' default are too small by a factor of ten and more.
    """
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, ValueWarning
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    near = np.abs(found.seen.at - found.seen.origin) <= NEAR  # a level that wanders tells nothing from farther away
    seen = found.seen.where(near)
    columns = design(seen, asked.shape, asked.season, asked.events, trend=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", ValueWarning)
        model = UnobservedComponents(_transformed(seen), "lldtrend", exog=columns.x[:, 1:], mle_regression=False)
        result = model.fit(disp=False, cov_type="none", maxiter=40)
    place = model.state_names.index("beta.x1")
    value, variance = float(result.filtered_state[place, -1]), float(result.filtered_state_cov[place, place, -1])
    if not variance > 0:
        return Check(CheckCode.SECOND_OPINION, CheckStatus.NOT_POSSIBLE, {})
    spread = variance**0.5
    z = float(special.ndtri((1 + asked.confidence) / 2))
    effect = Effect(value, value - z * spread, value + z * spread, 2 * float(special.ndtr(-abs(value / spread))))
    main = found.log_effect()
    differs = effect.value * main.value < 0 or effect.low > main.high or effect.high < main.low
    numbers = {
        "value": as_ratio(seen, effect.value),
        "low": as_ratio(seen, effect.low),
        "high": as_ratio(seen, effect.high),
        "p": effect.p,
    }
    warned = differs and min(effect.p, main.p) < SURE
    return Check(CheckCode.SECOND_OPINION, CheckStatus.WARNING if warned else CheckStatus.OK, numbers)


def _windows(seen: Observed) -> Iterator[tuple[str, Observed]]:
    yield "all", seen
    before = seen.origin - seen.at
    for years in YEARS_BEFORE:
        kept = before <= years * PER_YEAR[seen.grain]
        if kept.sum() < len(seen.at) and (kept & ~seen.is_after).sum() >= 2 * LEAST:
            yield f"{years}_before", seen.where(kept)


def _effect(seen: Observed, asked: Asked, season: int, trend: bool, shape: Shape, grid: np.ndarray) -> Effect | None:
    if shape == "step":
        shape = asked.shape
    elif asked.shape != "step" or seen.is_after.sum() < 2 * LEAST:
        return None
    columns = design(seen, shape, season, asked.events, trend=trend)
    if columns.harmonics != season or len(seen.at) < 2 * columns.x.shape[1]:
        return None
    found = Fitted(seen, columns, fit(seen, columns.x, grid), asked.confidence).log_effect()
    return None if np.isnan((found.value, found.low, found.high)).any() else found


def _row(model: str, window: str, season: int, effect: Effect, main: Effect, seen: Observed) -> tuple:
    ends = (as_ratio(seen, end) for end in (effect.value, effect.low, effect.high))
    return (model, window, season, *ends, effect.p, effect.value * main.value > 0, effect.p < SURE)


def _transformed(seen: Observed) -> np.ndarray:
    if seen.family is Family.MEAN:
        return seen.value
    if seen.family is Family.COUNT:
        return np.log(seen.value + 0.5) - seen.offset
    return special.logit((seen.value + 0.5) / (seen.base + 1)) - seen.offset
