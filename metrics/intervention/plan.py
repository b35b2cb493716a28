"""Before a change: how long until it can be seen, what could be seen at all, and what would make it quicker?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import polars as pl
from scipy import special

from metrics.calendar import Event
from metrics.errors import InvalidScope
from metrics.intervention.design import PER_YEAR, design
from metrics.intervention.fit import fit
from metrics.intervention.model import Asked
from metrics.intervention.observed import LEAST, Observed, lacking, read_series
from metrics.intervention.power import ENOUGH, HORIZON, error_of, following, lasting, memory_of, power, weights
from metrics.intervention.results import Family, Grain, Season
from metrics.results import Needed, NotEstimable, Reason

NEEDED = 6  # periods of the series, to know how it varies
YEARS = (0.25, 0.5, 1.0, 2.0, 3.0)  # before and after, in the table
EFFECTS = (-0.1, -0.2, -0.3, -0.5)  # relative changes in the table
FEW_CASES = 5.0  # a period; finer periods would mostly be empty
PATIENCE = 1.0  # years after the change that one can wait


class Advice(StrEnum):
    """What would make the change visible sooner, or that nothing needs to."""

    ENOUGH = "enough"
    FINER_GRAIN = "finer_grain"
    LONGER_BEFORE = "longer_before"
    CONTROL = "control"
    MORE_CASES = "more_cases"


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What the series so far promises. Effects are relative to the level (−0.2 is a fifth less).

    `table`: before, after, effect, power; `detectable`: before, after, effect, the smallest decrease seen with 80 %
    power, null where not even a complete stop would be.
    """

    grain: Grain
    periods: int  # of the series
    level: float  # per period; of shares the share
    dispersion: float
    autocorrelation: float
    target: float
    periods_needed: int | None  # after the change, with all periods so far before it; None: not within the horizon
    horizon: int
    table: pl.DataFrame
    detectable: pl.DataFrame
    advice: tuple[Advice, ...]


def plan_change(
    series: pl.DataFrame,
    *,
    target: float = -0.2,
    effects: Sequence[float] = EFFECTS,
    season: Season = "auto",
    grain: Grain = "month",
    events: Iterable[Event] = (),
    confidence: float = 0.95,
) -> Plan | NotEstimable:
    """Power of a change to come, from the level, dispersion and autocorrelation of the series so far.

    Args:
        series: as for `evaluate_change`, with what is known until now.
        target: relative change that must not be missed, between −1 and 0 or above 0.
        effects: relative changes of the table.

    Raises:
        InvalidScope: the series is unfit (see `evaluate_change`), or an effect is 0, −1 or below.

    Source: the standard error of the step in the model of `evaluate_change`; Zhang, Wagner & Ross-Degnan (2011),
    Journal of Clinical Epidemiology 64, show what it depends on.
    """
    wrong = next((each for each in (target, *effects) if each <= -1 or each == 0), None)
    if wrong is not None:
        raise InvalidScope("A change by {value} cannot be planned for.", "Choose one above −1, not 0.", value=wrong)
    seen = read_series(series, grain)
    if len(seen.at) < NEEDED:
        return NotEstimable(Reason.FEW_PERIODS_BEFORE, Needed.PERIODS_BEFORE, {"found": len(seen.at), "least": NEEDED})
    refusal = lacking(seen)
    if refusal is not None:
        return refusal
    return _planned(seen, Asked("step", season, tuple(events), confidence), target, effects)


def _planned(seen: Observed, asked: Asked, target: float, effects: Sequence[float]) -> Plan:
    columns = design(seen, None, asked.season, asked.events)
    found = fit(seen, columns.x)
    memory = memory_of(found)
    typical = _Typical(seen, float(weights(seen, columns.x @ found.coefficients).mean()), memory, asked)
    periods = len(seen.at)
    needed = typical.needed(periods, target)
    sizes = sorted({max(LEAST, round(years * PER_YEAR[seen.grain])) for years in YEARS})
    errors = {(before, after): typical.error(before, after) for before in sizes for after in sizes}
    rows = [
        (before, after, effect, power(typical.linear(effect), error, asked.confidence))
        for (before, after), error in errors.items()
        for effect in effects
    ]
    smallest = [(before, after, typical.smallest(error)) for (before, after), error in errors.items()]
    return Plan(
        grain=seen.grain,
        periods=periods,
        level=typical.level,
        dispersion=memory[2] if seen.family is not Family.MEAN else memory[2] ** 0.5,
        autocorrelation=memory[0] * (1 - memory[1]),
        target=target,
        periods_needed=needed,
        horizon=HORIZON[seen.grain],
        table=pl.DataFrame(rows, schema=["before", "after", "effect", "power"], orient="row"),
        detectable=pl.DataFrame(smallest, schema=["before", "after", "effect"], orient="row"),
        advice=_advice(typical, periods, target, needed),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Typical:
    """A series like the one so far, of any length."""

    seen: Observed
    weight: float  # what a period tells
    memory: tuple[float, float, float]
    asked: Asked

    @property
    def level(self) -> float:
        if self.seen.kind is Family.SHARE:
            return float(self.seen.value.sum() / self.seen.base.sum())
        return float(self.seen.value.mean())

    def linear(self, effect: float) -> float:
        """A relative change on the scale of the linear predictor."""
        if self.seen.family is Family.MEAN:
            return effect * self.level
        if self.seen.kind is Family.SHARE:
            return float(special.logit(min((1 + effect) * self.level, 1 - 1e-9)) - special.logit(self.level))
        return float(np.log1p(effect))

    def error(self, before: int, after: int) -> float:
        """Standard error of the step from so many periods after it on."""
        return lasting(lambda later: self._error(before, later), after, before, self.seen.grain, self.asked.season)

    def _error(self, before: int, after: int) -> float:
        n = before + after
        first = self.seen.period[-1]
        longer = replace(
            self.seen,
            period=tuple(following(first, self.seen.grain, n)),
            at=np.arange(float(n)),
            is_after=np.arange(n) >= before,
        )
        calm = replace(self.asked, events=())
        return error_of(longer, np.full(n, self.weight), self.memory, calm)

    def needed(self, before: int, target: float) -> int | None:
        """Periods after the change until the target is seen with 80 % power."""
        low, high, most = LEAST - 1, LEAST, HORIZON[self.seen.grain]

        def seen_after(after: int) -> bool:
            return power(self.linear(target), self.error(before, after), self.asked.confidence) >= ENOUGH

        while high < most and not seen_after(high):
            low, high = high, min(2 * high, most)
        if not seen_after(high):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if seen_after(middle) else (middle, high)
        return high

    def smallest(self, error: float) -> float | None:
        """The smallest decrease that is seen with 80 % power; None where not even a stop would be."""
        size = error * float(special.ndtri((1 + self.asked.confidence) / 2) + special.ndtri(ENOUGH))
        if self.seen.family is Family.MEAN:
            return -size / self.level if size < self.level else None
        if self.seen.kind is Family.SHARE:
            return float(special.expit(special.logit(self.level) - size)) / self.level - 1
        return float(np.expm1(-size))


def _advice(typical: _Typical, periods: int, target: float, needed: int | None) -> tuple[Advice, ...]:
    year = PER_YEAR[typical.seen.grain]
    if needed is not None and needed <= PATIENCE * year:
        return (Advice.ENOUGH,)
    advice = []
    if periods < 2 * year:
        advice.append(Advice.LONGER_BEFORE)
    if typical.seen.grain != "day" and typical.level * 7 / 30.4375 >= FEW_CASES:
        advice.append(Advice.FINER_GRAIN)
    if typical.seen.control is None and typical.seen.kind is Family.COUNT:
        advice.append(Advice.CONTROL)
    if typical.seen.kind is not Family.MEAN and typical.level < FEW_CASES:
        advice.append(Advice.MORE_CASES)
    return tuple(advice)
