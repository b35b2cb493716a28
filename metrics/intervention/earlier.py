"""Checks of the time before: was it moving already, was it a peak, would another date have done as well?"""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import polars as pl

from metrics.intervention.design import PER_YEAR, design, extended
from metrics.intervention.effects import Fitted
from metrics.intervention.fit import GRID, NO_MEMORY, estimate, fit
from metrics.intervention.model import Asked, fitted
from metrics.intervention.observed import LEAST, Observed
from metrics.intervention.results import Check, CheckCode, CheckStatus, Effect, Family, Placebo

SURE = 0.05  # error of a check by itself
TREND_NEEDS = 6  # periods, so that two thirds of them are left to judge a line by
LATELY_NEEDS = 9  # periods, so that there are some to bend away from
LATELY = (2, 3, 4, 6, 8, 12)  # parts of the time before: it may have bent at the last of them
PEAK = 3  # periods whose height may have been the reason to act
MOST_DATES = 60  # tried; of more, so many spread evenly
DISTINCT = 24  # dates that a p is multiplied by at most: neighbouring dates say nearly the same
DATES_SCHEMA = {
    "period": pl.Date,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "is_change": pl.Boolean,
}


def not_possible(code: CheckCode, found: int, least: int) -> Check:
    """A check that the series is too short for."""
    return Check(code, CheckStatus.NOT_POSSIBLE, {"found": found, "least": least})


def as_ratio(seen: Observed, value: float) -> float:
    """A step on the linear predictor as a ratio (shares: of odds); of means it stays a difference."""
    return value if seen.family is Family.MEAN else float(np.exp(np.clip(value, -700, 700)))


def is_wanted(value: float, asked: Asked) -> bool:
    """Does an effect on the linear predictor point the way that was expected?"""
    return asked.sign == 0 or value * asked.sign > 0


def pre_trend(before: Observed, found: Fitted, asked: Asked) -> Check:
    """Was the series moving the expected way already, all the time before or lately, and how much does that explain?

    `slope` is the ratio per period (means: difference), `lately` that of the clearest bend in the last half, third, …
    before, `since` periods before the change, and `beyond` the effect when that bend is taken out. Where one of
    both effects is not clear, a slope that is very clear to whoever knows of no memory counts as well: it is what the
    bars show.
    `steady` is 1 where the slope counts, 0 where a bend alone does or nothing; `left` is the share of the bars'
    difference that is left for the change by what moved.
    """
    n, main = len(before.at), found.log_effect()
    if n < TREND_NEEDS:
        return not_possible(CheckCode.PRE_TREND, n, TREND_NEEDS)
    bend = _clearest(_lately(float(before.at[-1]), found, n), asked)
    slope, plain = (_slope(before, asked, grid) for grid in (GRID, NO_MEMORY))
    unclear = main.p >= SURE or (bend is not None and bend[1].p >= SURE)
    if unclear and not _moves(slope, SURE, asked) and _moves(plain, SURE / 5, asked):
        slope = plain
    numbers = {
        "slope": as_ratio(before, slope.value),
        "low": as_ratio(before, slope.low),
        "high": as_ratio(before, slope.high),
        "p": slope.p,
    }
    steady = _moves(slope, SURE, asked)
    left = [main.value] if steady else []
    if bend is not None:
        late, beyond, since = bend
        numbers |= {"lately": as_ratio(before, late.value), "lately_p": late.p, "since": since}
        numbers |= {"beyond": as_ratio(before, beyond.value), "beyond_p": beyond.p}
        if _moves(late, SURE, asked) or (steady and main.p < SURE):  # what is clear beside a slope may be a bend of it
            left.append(beyond.value)
    bars = fitted(found.seen, asked, trend=False, grid=NO_MEMORY).log_effect().value
    numbers |= {"steady": float(steady), "left": min((each / bars for each in left), default=1.0) if bars else 1.0}
    return Check(CheckCode.PRE_TREND, CheckStatus.WARNING if left else CheckStatus.OK, numbers)


def _clearest(bends: list[tuple[Effect, Effect, int]], asked: Asked) -> tuple[Effect, Effect, int] | None:
    """The bend that points the expected way with the smallest p; the first of those that differ by rounding only."""
    return min(bends, key=lambda bend: (not is_wanted(bend[0].value, asked), float(f"{bend[0].p:.6g}")), default=None)


def _moves(effect: Effect, error: float, asked: Asked) -> bool:
    return effect.p < error and is_wanted(effect.value, asked)


def _slope(before: Observed, asked: Asked, grid: np.ndarray) -> Effect:
    """Of the time before alone, per period."""
    columns = design(before, None, asked.season, asked.events).x
    per_period = np.zeros(columns.shape[1])
    per_period[1] = 1 / PER_YEAR[before.grain]
    return estimate(fit(before, columns, grid), per_period, asked.confidence)


def _lately(last: float, found: Fitted, periods: int) -> list[tuple[Effect, Effect, int]]:
    """Beside the change a bend some time before, which goes on or ends with it: bend, effect beyond it, periods.

    Left out are those that the other columns already say, or that leave too few periods to judge by.
    """
    seen, x = found.seen, found.design.x
    basis, bends = np.linalg.qr(x)[0], []
    lengths = sorted({max(LEAST, periods // part) for part in LATELY}) if periods >= LATELY_NEEDS else []
    for since, ends in product(lengths, (False, True)):
        ramp = np.clip(seen.at - (last - since), 0, since if ends else None)
        beside = extended(x, basis, ramp, len(seen.at) - 2)[0]
        if beside.shape != x.shape:
            bent = fit(seen, beside)
            late = estimate(bent, np.eye(beside.shape[1])[-1], found.confidence)
            bends.append((late, estimate(bent, np.append(found.mean_contrast, 0.0), found.confidence), since))
    return bends


def regression_to_mean(before: Observed, found: Fitted, asked: Asked) -> Check:
    """Did one act at the peak? `peak` is the last periods' level over the others', `expected` its return by itself.

    Where no way was expected, a peak is what lies against the effect.
    `without` and `without_p` are the effect and its p when the peak is left out.
    """
    n = len(before.at)
    if n < PEAK + LEAST:
        return not_possible(CheckCode.REGRESSION_TO_MEAN, n, PEAK + LEAST)
    step = fitted(before.changed_at(n - PEAK), _as_step(asked), trend=n >= 3 * PEAK).log_step()
    sign = asked.sign or found.log_effect().value
    at_peak = step.p < SURE and step.value * sign < 0
    kept = np.ones(len(found.seen.at), bool)
    kept[np.flatnonzero(~found.seen.is_after)[-PEAK:]] = False
    without = fitted(found.seen.where(kept), asked).log_effect()
    numbers = {
        "peak": as_ratio(before, step.value),
        "p": step.p,
        "expected": as_ratio(before, -step.value),
        "without": as_ratio(before, without.value),
        "without_p": without.p,
    }
    return Check(CheckCode.REGRESSION_TO_MEAN, CheckStatus.WARNING if at_peak else CheckStatus.OK, numbers)


def placebo_time(before: Observed, found: Fitted, asked: Asked) -> tuple[Placebo, Check]:
    """How would every earlier date have fared, judged from before the change alone?

    `rank` is the real effect's among all dates (1 is the strongest by its p), `share` how many of the earlier ones are
    as strong. `earlier_p` is the strongest earlier step's p times the number of dates; `names` its first period.
    """
    dates = np.arange(LEAST, len(before.at) - LEAST + 1)
    if not len(dates):
        return _placebo(found, [], []), not_possible(CheckCode.PLACEBO_TIME, len(before.at), 2 * LEAST)
    if len(dates) > MOST_DATES:
        dates = dates[np.unique(np.linspace(0, len(dates) - 1, MOST_DATES).round().astype(int))]
    steps = [fitted(before.changed_at(int(place)), _as_step(asked)).log_step() for place in dates]
    p, real = np.array([step.p for step in steps]), found.log_effect().p
    wanted = np.array([is_wanted(step.value, asked) for step in steps])
    best = int(np.argmin(np.where(wanted, p, 2.0)))
    earlier = min(1.0, float(p[best]) * min(len(dates), DISTINCT)) if wanted.any() else 1.0
    days = [before.period[int(place)] for place in dates]
    tried = _placebo(found, days, steps)
    numbers = {
        "dates": len(dates),
        "rank": tried.rank or 1,
        "share": float((p <= real).mean()),
        "earlier_ratio": as_ratio(before, steps[best].value),
        "earlier_p": earlier,
    }
    status = CheckStatus.WARNING if earlier < SURE and p[best] <= real else CheckStatus.OK
    return tried, Check(CheckCode.PLACEBO_TIME, status, numbers, (days[best].isoformat(),))


def _placebo(found: Fitted, days: list[date], steps: list[Effect]) -> Placebo:
    """The steps as a list with the change at its end, each with its rank; of equals the change has the last one."""
    if not days:
        return Placebo(pl.DataFrame(schema=DATES_SCHEMA | {"rank": pl.UInt32}), None)
    real = (found.seen.period[int(np.argmax(found.seen.is_after))], found.log_effect(), True)
    rows = [
        (day, *(as_ratio(found.seen, end) for end in (step.value, step.low, step.high)), step.p, is_change)
        for day, step, is_change in (*zip(days, steps, [False] * len(days), strict=True), real)
    ]
    frame = pl.DataFrame(rows, schema=DATES_SCHEMA, orient="row")
    frame = frame.sort("p", "is_change").with_row_index("rank", 1).sort("period")
    return Placebo(frame, frame.filter("is_change")["rank"][0])


def _as_step(asked: Asked) -> Asked:
    """Before the change no other shape has its time."""
    return replace(asked, shape="step")
