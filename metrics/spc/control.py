"""A control chart of any series: limits by phase, the patterns that are no chance, and what it cannot say yet."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from metrics.metric import Status
from metrics.spc.fitness import Phase, check_phases, plotted
from metrics.spc.limits import ON_THE_LINE, Chart, Limits, Points, limits, spreads
from metrics.spc.rule_sets import NHS, RuleSet
from metrics.spc.runs import Runs, runs_analysis

LEAST_POINTS = 10  # from fewer nothing is said of what is usual: limits move with every new point
TRIAL_POINTS = 20  # limits from fewer are trial limits: Montgomery asks for 20 to 25 samples
SURELY = 1.645 * 0.909  # one-sided 95 %; error of the mean moving range, in σ / √n: Cryer & Ryan (1990), JQT 22


@dataclass(frozen=True, slots=True)
class PhaseLimits:
    """What is known of one phase: from how many points its limits are, and of its runs.

    `ratio` is what the points vary by from one to the next, over what chance alone explains (Laney's σz).
    """

    start: int
    points: int
    base: int
    ratio: float | None
    runs: Runs | None

    @property
    def is_trial(self) -> bool:
        """Do limits from so few points still move with every new one?"""
        return self.base < TRIAL_POINTS

    @property
    def is_overdispersed(self) -> bool:
        """Do the points surely vary by more than chance explains, so that limits by chance alone are too narrow?"""
        return self.ratio is not None and self.base > 1 and self.ratio > 1 + SURELY / math.sqrt(self.base - 1)


@dataclass(frozen=True, slots=True, eq=False)
class ControlChart:
    """A series with its limits.

    `points`: `period, value, centre, lower, upper, flags` (names of the rules that a point breaks), `phase` (from 1
    on), `is_excluded`, `z` (sigmas from the middle), and for each rule by its name 1 or −1 where a point belongs to a
    pattern upwards or downwards. Limits are null where they cannot be told.
    `spread`: the same of the standard deviations, of x̄-s charts only.
    """

    chart: Chart
    rules: RuleSet
    points: pl.DataFrame
    phases: tuple[PhaseLimits, ...]
    spread: pl.DataFrame | None = None

    @property
    def latest(self) -> PhaseLimits:
        """The phase that goes on."""
        return self.phases[-1]


def control_chart(
    points: pl.DataFrame,
    chart: Chart,
    rules: RuleSet = NHS,
    *,
    phases: Sequence[Phase] = (Phase(),),
    excluded: Collection[int] = (),
    multiply: float = 1.0,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> ControlChart:
    """The chart of a series in the order of its rows.

    Args:
        points: `period` and `value`, for shares and rates `period`, `numerator`, `denominator`; none of them null. For
            x̄-s charts one row a measurement: those of one subgroup have the same `period`.
        phases: in the order of their starts, the first at 0. No pattern reaches from one into the next.
        excluded: points (counted from 0) that neither make limits nor take part in runs; they may lie outside them.
        multiply: what is printed, for rates per 1,000.
        bounds: between which values, as they are printed, limits can lie.

    Raises:
        InvalidScope: a value that the chart cannot have, or phases and exclusions that the series does not.
    """
    known = plotted(points, chart)
    check_phases(known.height, phases, excluded)
    is_excluded = np.isin(np.arange(known.height), list(excluded))
    parts = [
        _phase(known, number, phase, phases, chart, rules, is_excluded) for number, phase in enumerate(phases, start=1)
    ]
    scaled = [pl.col("value", "centre") * multiply, (pl.col("lower", "upper") * multiply).clip(*bounds)]
    spread = pl.concat([part.spread for part in parts]).with_columns(scaled) if chart is Chart.XBAR_S else None
    together = pl.concat([part.points for part in parts]).with_columns(scaled)
    return ControlChart(chart, rules, together, tuple(part.limits for part in parts), spread)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    points: pl.DataFrame
    limits: PhaseLimits
    spread: pl.DataFrame


def _phase(
    known: pl.DataFrame,
    number: int,
    phase: Phase,
    phases: Sequence[Phase],
    chart: Chart,
    rules: RuleSet,
    is_excluded: np.ndarray,
) -> _Part:
    """One phase by itself."""
    end = phases[number].start if number < len(phases) else known.height
    rows = known.slice(phase.start, end - phase.start)
    left_out = is_excluded[phase.start : end]
    base = ~left_out
    if phase.baseline is not None:
        base[phase.baseline :] = False
    given = Points(*(rows[name].to_numpy() for name in ("value", "size", "spread")), base)
    found = limits(chart, given)
    runs, judged = _judged(_framed(rows["period"], given.value, found), rules, left_out)
    told = judged.with_columns(phase=pl.lit(number), is_excluded=pl.Series(left_out))
    spread = told.clear()
    if chart is Chart.XBAR_S:
        outside = RuleSet(rules.name, rules.rules[:1], rules.source)
        spread = _judged(_framed(rows["period"], given.spread, spreads(given)), outside, left_out)[1]
    return _Part(told, PhaseLimits(phase.start, rows.height, int(base.sum()), found.ratio, runs), spread)


def _framed(period: pl.Series, value: np.ndarray, found: Limits) -> pl.DataFrame:
    parts = {"value": value, "centre": found.centre, "lower": found.lower, "upper": found.upper, "z": found.z}
    frame = pl.DataFrame({"period": period, **parts}, nan_to_null=True)
    away = pl.col("value") - pl.col("centre")
    is_on = away.abs() <= ON_THE_LINE * pl.max_horizontal(pl.lit(1.0), pl.col("centre").abs())
    return frame.with_columns(side=pl.when(is_on).then(0).otherwise(away.sign()).cast(pl.Int8))


def _judged(frame: pl.DataFrame, rules: RuleSet, left_out: np.ndarray) -> tuple[Runs | None, pl.DataFrame]:
    """The points with the rules that they break: one that is left out may lie outside the limits and no more."""
    alone = [rule.flagged() for rule in rules.rules if rule.length == 1]
    patterns = [rule.flagged() for rule in rules.rules if rule.length > 1]
    numbered = frame.with_row_index("place").with_columns(alone)
    kept = numbered.filter(pl.Series(~left_out))
    found = numbered.join(kept.select("place", *patterns), on="place", how="left", maintain_order="left")
    names = [rule.name for rule in rules.rules]
    runs = runs_analysis(kept["side"]) if rules.counts_runs else None
    broken = [pl.lit(name) for name in (runs.names if runs else [])]
    flags = [pl.when(pl.col(name).fill_null(0) != 0).then(pl.lit(name)) for name in names]
    told = found.with_columns(flags=pl.concat_list(*flags, *broken).list.drop_nulls())
    return runs, told.select(
        "period", "value", "centre", "lower", "upper", "flags", "z", "side", pl.col(names).fill_null(0)
    )


def final_points(series: pl.DataFrame) -> pl.DataFrame:
    """The rows of a metric's series that are final and have enough cases, in order of time."""
    return series.filter(pl.col("mature") & (pl.col("status") == Status.OK))
