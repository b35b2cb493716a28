"""Before a change: how long until it can be seen, what could be seen at all, and what would make it quicker?"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import polars as pl
from scipy import special

from metrics.calendar import Event
from metrics.errors import InvalidScope
from metrics.intervention.design import PER_YEAR, design
from metrics.intervention.effects import level
from metrics.intervention.fit import NoFit, fit
from metrics.intervention.model import Asked
from metrics.intervention.observed import LEAST, Observed, lacking, read_series
from metrics.intervention.power import ENOUGH, HORIZON, error_of, following, lasting, memory_of, power, weights
from metrics.intervention.results import Expected, Family, Grain, Season
from metrics.results import Needed, NotEstimable, Reason

NEEDED = 6  # periods of the series, to know how it varies
YEARS = (0.25, 0.5, 1.0, 2.0, 3.0)  # before and after, in the table
#: Sizes worth planning for, the second being the usual one: of the level; of a share that should rise, of what it lacks
#: of the whole. Means move less than counts.
SIZES = {
    Family.COUNT: (0.1, 0.2, 0.3, 0.5),
    Family.SHARE: (0.1, 0.2, 0.3, 0.5),
    Family.MEAN: (0.02, 0.05, 0.1, 0.2),
}
USUAL = 1
WEEK = 7 / 30.4375  # of a month
FEW_CASES = 5.0  # a period; finer periods would mostly be empty
NEEDS = {"effect": pl.Float64, "periods": pl.Int64}
LONG = 1.9  # years before, from which on more would help little; two years hold a few whole weeks less
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

    `needed`: effect, periods after the change until it is seen with 80 % power, with all periods so far before it;
    null beyond the horizon. `table`: before (the series' own length among them), after, effect, power; `detectable`:
    before, after, effect, the smallest one in the target's direction seen with 80 % power, null where none would be.
    """

    family: Family
    grain: Grain
    periods: int  # of the series
    level: float  # per period in the last year, as earlier changes left it; of shares the share
    dispersion: float
    autocorrelation: float
    target: float
    periods_needed: int | None  # of the target
    horizon: int
    needed: pl.DataFrame
    table: pl.DataFrame
    detectable: pl.DataFrame
    advice: tuple[Advice, ...]


def plan_change(
    series: pl.DataFrame,
    *,
    target: float | None = None,
    effects: Sequence[float] | None = None,
    expected: Expected = "decrease",
    season: Season = "auto",
    grain: Grain = "month",
    events: Iterable[Event] = (),
    confidence: float = 0.95,
) -> Plan | NotEstimable:
    """Power of a change to come, from the level, dispersion and autocorrelation of the series so far.

    Args:
        series: as for `evaluate_change`, with what is known until now.
        target: relative change that must not be missed, between −1 and 0 or above 0; the second of the effects.
        effects: relative changes to plan for; those in `SIZES`.
        expected: the direction of the usual effects; either is a decrease.

    Raises:
        InvalidScope: the series is unfit (see `evaluate_change`), or an effect is 0, −1 or below.

    Source: the standard error of the step in the model of `evaluate_change`; Zhang, Wagner & Ross-Degnan (2011),
    Journal of Clinical Epidemiology 64, show what it depends on.
    """
    asked = (*([] if target is None else [target]), *(effects or ()))
    if (wrong := next((each for each in asked if each <= -1 or each == 0), None)) is not None:
        raise InvalidScope("A change by {value} cannot be planned for.", "Choose one above −1, not 0.", value=wrong)
    seen = read_series(series, grain)
    seen = seen.where((seen.base > 0) & np.isfinite(seen.offset))
    if len(seen.at) < NEEDED:
        return NotEstimable(Reason.FEW_PERIODS_BEFORE, Needed.PERIODS_BEFORE, {"found": len(seen.at), "least": NEEDED})
    if (refusal := lacking(seen)) is not None:
        return refusal
    try:
        typical = _typical(seen, Asked("step", season, tuple(events), confidence))
        sizes = effects or _usual(seen.kind, typical.level, expected)
        return _planned(typical, target if target is not None else sizes[min(USUAL, len(sizes) - 1)], sizes)
    except NoFit:
        return NotEstimable(Reason.LEAPING, Needed.LONGER_PERIODS)


def _usual(kind: Family, level_now: float, expected: Expected) -> tuple[float, ...]:
    """The sizes worth planning for as effects on this level."""
    room = 1 / level_now - 1 if expected == "increase" and kind is Family.SHARE else 1.0
    return tuple((room if expected == "increase" else -1.0) * each for each in SIZES[kind])


def _planned(typical: "_Typical", target: float, effects: Sequence[float]) -> Plan:
    seen, asked, memory = typical.seen, typical.asked, typical.memory
    periods = len(seen.at)
    waits = {effect: typical.needed(periods, effect) for effect in (target, *effects)}
    sizes = sorted({max(LEAST, round(years * PER_YEAR[seen.grain])) for years in YEARS})
    befores = sorted({*sizes, periods})
    errors = {(before, after): typical.error(before, after) for before in befores for after in sizes}
    rows = [
        (before, after, effect, power(typical.linear(effect), error, asked.confidence))
        for (before, after), error in errors.items()
        for effect in effects
    ]
    smallest = [(before, after, typical.smallest(error, target)) for (before, after), error in errors.items()]
    return Plan(
        family=seen.kind,
        grain=seen.grain,
        periods=periods,
        level=typical.level,
        dispersion=memory[2] if seen.family is not Family.MEAN else memory[2] ** 0.5,
        autocorrelation=memory[0] * (1 - memory[1]),
        target=target,
        periods_needed=waits[target],
        horizon=HORIZON[seen.grain],
        needed=pl.DataFrame([(effect, waits[effect]) for effect in effects], schema=NEEDS, orient="row"),
        table=pl.DataFrame(rows, schema=["before", "after", "effect", "power"], orient="row"),
        detectable=pl.DataFrame(smallest, schema=["before", "after", "effect"], orient="row"),
        advice=_advice(typical, periods, waits[target]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Typical:
    """A series like the one so far, of any length."""

    seen: Observed
    level: float  # per period; of shares the share
    weight: float  # what a period tells
    memory: tuple[float, float, float]
    asked: Asked

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
        """After the periods that there are, with what happened in them; or else after as many to come."""
        now, is_own = self.seen, before == len(self.seen.at)
        to_come = following(now.period[-1], now.grain, after if is_own else before + after)
        at = now.at[-1] + 1 + np.arange(float(len(to_come)))
        longer = replace(
            now,
            period=(*now.period, *to_come) if is_own else tuple(to_come),
            at=np.concatenate([now.at, at]) if is_own else at,
            is_after=np.arange(before + after) >= before,
        )
        asked = self.asked if is_own else replace(self.asked, events=())
        return error_of(longer, np.full(before + after, self.weight), self.memory, asked)

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

    def smallest(self, error: float, target: float) -> float | None:
        """The smallest effect in the target's direction seen with 80 % power; None: not even a stop would be."""
        seen = error * float(special.ndtri((1 + self.asked.confidence) / 2) + special.ndtri(ENOUGH))
        size = math.copysign(seen, target)
        if self.seen.family is Family.MEAN:
            return size / self.level if size > -self.level else None
        if self.seen.kind is Family.SHARE:
            return float(special.expit(special.logit(self.level) + size)) / self.level - 1
        return float(np.expm1(size))


def _typical(seen: Observed, asked: Asked) -> _Typical:
    """The series as it goes on: as in its last year, at the level that earlier changes left it at."""
    columns = design(seen, None, asked.season, asked.events)
    found = fit(seen, columns.x)
    settled = columns.x.copy()
    settled[:, columns.lasting] = 1
    then, now = columns.x @ found.coefficients, settled @ found.coefficients
    recent = seen.at > seen.at[-1] - round(PER_YEAR[seen.grain])
    base = seen.base if seen.kind is Family.SHARE else np.ones(len(seen.at))
    with np.errstate(over="ignore", invalid="ignore"):  # of series that leap, which are refused below
        amounts = seen.value + level(seen, now) - level(seen, then)
    if not np.isfinite(amounts).all():
        raise NoFit
    return _Typical(
        seen=seen,
        level=float(amounts[recent].sum() / base[recent].sum()),
        weight=float(weights(seen, now)[recent].mean()),
        memory=memory_of(found),
        asked=asked,
    )


def _advice(typical: _Typical, periods: int, needed: int | None) -> tuple[Advice, ...]:
    year = PER_YEAR[typical.seen.grain]
    if needed is not None and needed <= PATIENCE * year:
        return (Advice.ENOUGH,)
    advice = []
    if periods < LONG * year:
        advice.append(Advice.LONGER_BEFORE)
    cases = _cases(typical)
    if typical.seen.grain == "month" and cases is not None and cases * WEEK >= FEW_CASES:
        advice.append(Advice.FINER_GRAIN)
    if typical.seen.control is None and typical.seen.kind is Family.COUNT:
        advice.append(Advice.CONTROL)
    if cases is not None and cases < FEW_CASES:
        advice.append(Advice.MORE_CASES)
    return tuple(advice)


def _cases(typical: _Typical) -> float | None:
    """How many there are in a period, of a share the rarer of those that count or do not; None of means."""
    if typical.seen.kind is Family.MEAN:
        return None
    if typical.seen.kind is Family.SHARE:
        return min(typical.level, 1 - typical.level) * float(typical.seen.base.mean())
    return typical.level
