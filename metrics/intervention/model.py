"""One question about one series, and the fit that answers it; the checks ask it again in other ways."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from metrics.calendar import Event
from metrics.intervention.design import design
from metrics.intervention.effects import Fitted
from metrics.intervention.fit import GRID, Fit, fit
from metrics.intervention.observed import Observed
from metrics.intervention.results import Expected, Model, ModelCode, Season, Shape, Why

MEMORY = 0.3  # a correlation of neighbours worth telling: below, intervals widen by less than a third


@dataclass(frozen=True, slots=True)
class Asked:
    """What was declared beforehand about the change."""

    shape: Shape = "step"
    season: Season = "auto"
    events: tuple[Event, ...] = field(default=())
    confidence: float = 0.95
    expected: Expected = "decrease"

    @property
    def sign(self) -> int:
        """Which way the change was to move the series; 0 is either."""
        return {"decrease": -1, "increase": 1, "either": 0}[self.expected]


def fitted(seen: Observed, asked: Asked, *, trend: bool = True, grid: np.ndarray = GRID) -> Fitted:
    """The regression of the series on what was asked."""
    columns = design(seen, asked.shape, asked.season, asked.events, trend=trend)
    return Fitted(seen, columns, fit(seen, columns.x, grid), asked.confidence)


def likeliest(found: Fit, cells: int = 3) -> np.ndarray:
    """The few cells of the grid that carry most of the weight, for checks that fit many times."""
    totals: Mapping[tuple[float, float], float] = {
        (rho, noise): float(found.weight[(found.correlation == rho) & (found.noise == noise)].sum())
        for rho, noise in zip(found.correlation.tolist(), found.noise.tolist(), strict=True)
    }
    best = sorted(totals, key=lambda cell: -totals[cell])[:cells]
    return np.array([(rho, noise, totals[rho, noise] + 1e-9) for rho, noise in best])


def described(found: Fitted) -> Model:
    """Which reading of the time before speaks, and why."""
    if found.fit.wanders > 0.5:
        code, why = ModelCode.MOVING_LEVEL, Why.LEVEL_WANDERS
    elif found.fit.autocorrelation > MEMORY:
        code, why = ModelCode.CORRELATED_TREND, Why.NEIGHBOURS_ALIKE
    else:
        code, why = ModelCode.STRAIGHT_TREND, Why.TREND_FITS
    return Model(
        code=code,
        why=why,
        wanders=found.fit.wanders,
        harmonics=found.design.harmonics,
        weekdays=found.design.weekdays,
        controlled=found.seen.control is not None,
        events=found.design.events,
        inseparable=found.design.inseparable,
        corrected_for_none=found.fit.corrected,
    )
