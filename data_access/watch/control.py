"""Control charts of the site's metrics: the series of a scope, with the decisions on record about its limits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from data_access.numbers import Grain, read_metrics
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.watch.decisions import Decided, LimitDecision, applying
from metrics.metric import AnyMetric
from metrics.results import Needed, NotEstimable, Reason
from metrics.scope import Filters, Period, months_before, reach
from metrics.spc import (
    Assurance,
    Chart,
    ControlChart,
    Phase,
    RuleSet,
    Signal,
    Variation,
    assurance,
    bounds,
    charts_for,
    control_chart,
    final_points,
    fitting,
    plotted_of,
    signal,
    variation,
)

REACH_DAYS = {Grain.DAY: 91, Grain.WEEK: 364}
MONTHS = 36
DAYS = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31}


@dataclass(frozen=True, slots=True)
class How:
    """How series are looked at. `chart`: the kind of chart; None: the usual one of each metric."""

    grain: Grain
    rules: RuleSet
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Controlled:
    """One metric under control: its chart, or why there is none, and the decisions that count in it.

    `rows`: as `read_metrics` gives them by time, those that are not final or too few included; `final`: the others, of
    which each is a point of the chart.
    """

    metric: AnyMetric
    grain: Grain
    rows: pl.DataFrame
    final: pl.DataFrame
    chart: ControlChart | NotEstimable
    days: Period | None  # from the first day that is drawn to the last; None where nothing is
    decisions: tuple[LimitDecision, ...] = ()

    @property
    def last(self) -> dict[str, Any] | None:
        """The latest row that is final and has enough cases."""
        return self.final.row(-1, named=True) if self.final.height else None


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """One metric on the summary: what its chart says, and what it says of the target."""

    controlled: Controlled
    target: float | None
    variation: Variation
    assurance: Assurance
    signal: Signal | None

    @property
    def metric(self) -> AnyMetric:
        return self.controlled.metric


def read_controlled(
    store: Store,
    viewer: Viewer,
    metric: AnyMetric,
    end: date,
    filters: Filters,
    how: How,
    decisions: Iterable[LimitDecision] = (),
) -> Controlled:
    """The control chart of a metric up to a day (excluded).

    Args:
        decisions: those on record; they count where they are about this metric and these filters.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    counting = applying(decisions, metric.id, filters)
    period = _reached(end, how.grain, counting)
    key = ("controlled", viewer.sight, metric, period, filters, how, counting)

    def made() -> Controlled:
        rows = read_metrics(store, viewer, [metric], period, filters, grain=how.grain)
        return _controlled(metric, rows, how, counting, _told_days(store, metric))

    return store.answers.once(key, made)


def read_watched(
    store: Store,
    viewer: Viewer,
    targets: Mapping[AnyMetric, float | None],
    end: date,
    filters: Filters,
    how: How,
    decisions: Sequence[LimitDecision] = (),
) -> list[Watched]:
    """The metrics of `targets` in their order, each with its chart up to a day (excluded) and its two verdicts.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    key = ("watched", viewer.sight, tuple(targets.items()), end, filters, how, tuple(decisions))
    return store.answers.once(key, lambda: _watched(store, viewer, targets, end, filters, how, decisions))


def _watched(
    store: Store,
    viewer: Viewer,
    targets: Mapping[AnyMetric, float | None],
    end: date,
    filters: Filters,
    how: How,
    decisions: Sequence[LimitDecision],
) -> list[Watched]:
    """Metrics about the same days are read in one go."""
    counting = {metric: applying(decisions, metric.id, filters) for metric in targets}
    periods = {metric: _looked_at(store, metric, end, how.grain, counting[metric]) for metric in targets}
    rows: dict[str, pl.DataFrame] = {}
    for period in dict.fromkeys(periods.values()):
        alike = [metric for metric in targets if periods[metric] == period]
        found = read_metrics(store, viewer, alike, period, filters, grain=how.grain)
        rows |= {str(key[0]): part for key, part in found.partition_by("metric", as_dict=True).items()}
        rows |= {metric.id: found.clear() for metric in alike if metric.id not in rows}
    told = []
    for metric, target in targets.items():
        days = _told_days(store, metric)
        found = _controlled(metric, rows[metric.id], how, counting[metric], days)
        if found.last is None and periods[metric] != _reached(end, how.grain, counting[metric]):
            found = read_controlled(store, viewer, metric, end, filters, how, counting[metric])
        told.append(judged(found, target))
    return told


def judged(found: Controlled, target: float | None) -> Watched:
    """The chart with its two verdicts."""
    metric, chart = found.metric, found.chart
    if isinstance(chart, NotEstimable):
        unknown = Assurance.NO_TARGET if target is None else Assurance.UNKNOWN
        return Watched(found, target, Variation.UNKNOWN, unknown, None)
    said = variation(chart, metric.better), assurance(chart, target, metric.better)
    return Watched(found, target, *said, signal(chart))


def agrees(found: Watched, row: Mapping[str, Any]) -> bool:
    """Does the chart's latest point not speak against a move, where that is about the same days?

    Many cases make the smallest difference sure; whether the process moves otherwise than it always does, and which
    way, is what the chart says.

    Args:
        row: of `metrics.compare.compare`, with `start`.
    """
    last = found.controlled.last
    if last is None or last[found.controlled.grain.value] != row["start"]:
        return True
    gainsaid = {"better": Variation.WORSENING, "worse": Variation.IMPROVING}.get(row["verdict"])
    return found.variation not in {Variation.COMMON, gainsaid}


def _reached(end: date, grain: Grain, counting: Sequence[LimitDecision]) -> Period:
    """Enough time to make limits from, and all of the phase that is in force when it begins."""
    last = Period(end - timedelta(days=1), end)
    months = Period(months_before(end, MONTHS).replace(day=1), end)
    usual = months if grain is Grain.MONTH else reach(last, REACH_DAYS[grain])
    begun = [each.day for each in counting if each.kind is Decided.PHASE and each.day < usual.start]
    if not begun:
        return usual
    longer = Period(max(begun), end)
    return Period(longer.start.replace(day=1), end) if grain is Grain.MONTH else reach(longer, longer.days)


def _looked_at(store: Store, metric: AnyMetric, end: date, grain: Grain, counting: Sequence[LimitDecision]) -> Period:
    """As `_reached`; of a metric whose values tell of the same days there are no limits: the latest ones will do."""
    usual, told = _reached(end, grain, counting), _told_days(store, metric)
    if told is None or not _is_overlapping(told, grain):
        return usual
    latest = told + metric.mature_days(store.rules) + DAYS[grain]
    start = max(usual.start, reach(Period(end - timedelta(days=1), end), latest).start)
    return Period(start.replace(day=1) if grain is Grain.MONTH else start, end)


def _is_overlapping(told_days: int | None, grain: Grain) -> bool:
    """Do neighbouring values tell of the same days?"""
    return told_days is not None and told_days > DAYS[grain]


def _told_days(store: Store, metric: AnyMetric) -> int | None:
    """Of how many days a value tells, where that is set."""
    return None if metric.last_days is None else getattr(store.rules, metric.last_days)


def _controlled(
    metric: AnyMetric,
    rows: pl.DataFrame,
    how: How,
    counting: tuple[LimitDecision, ...],
    told_days: int | None,
) -> Controlled:
    name = how.grain.value
    final = final_points(rows.filter(pl.col(name).is_not_null()).sort(name))
    chart = _chart(metric, final, how, counting, told_days)
    return Controlled(
        metric, how.grain, rows, final, chart, _drawn(rows[name].drop_nulls().sort(), how.grain), counting
    )


def _drawn(begins: pl.Series, grain: Grain) -> Period | None:
    return None if begins.is_empty() else Period(begins[0], begins.dt.offset_by(grain.length)[-1])


def _chart(
    metric: AnyMetric,
    final: pl.DataFrame,
    how: How,
    counting: tuple[LimitDecision, ...],
    told_days: int | None,
) -> ControlChart | NotEstimable:
    if told_days is not None and _is_overlapping(told_days, how.grain):
        return NotEstimable(Reason.OVERLAPPING, Needed.LONGER_PERIODS, {"found": DAYS[how.grain], "least": told_days})
    if final.height < 2:
        return NotEstimable(Reason.FEW_POINTS, Needed.POINTS, {"found": final.height, "least": 2})
    chosen = fitting(how.chart or charts_for(metric)[0], final)
    points, multiply = plotted_of(metric, chosen, final, how.grain.value)
    phases = _phases(points["period"].to_list(), counting)
    left_out = _left_out(points["period"], how.grain, counting, phases)
    return control_chart(
        points, chosen, how.rules, phases=phases, excluded=left_out, multiply=multiply, bounds=bounds(metric)
    )


def _phases(periods: list[date], counting: Sequence[LimitDecision]) -> list[Phase]:
    """A phase begins with the first period that lies wholly in it; one that has none yet is to come."""
    starts: dict[int, int | None] = {0: None}
    for each in counting:
        place = next((place for place, period in enumerate(periods) if period >= each.day), None)
        if each.kind is Decided.PHASE and place is not None:
            starts[place] = each.baseline
    ends = [*sorted(starts)[1:], len(periods)]
    return [
        Phase(start, None if baseline is None or end - start < baseline else baseline)
        for (start, baseline), end in zip(sorted(starts.items(), key=lambda each: each[0]), ends, strict=True)
    ]


def _left_out(periods: pl.Series, grain: Grain, counting: Sequence[LimitDecision], phases: Sequence[Phase]) -> set[int]:
    """The periods that days lie in which are left out; of each phase something has to stay."""
    days = [each.day for each in counting if each.kind is Decided.LEFT_OUT]
    begins = pl.DataFrame({"day": days}, schema={"day": pl.Date}).select(grain.start()).to_series().to_list()
    found = {place for place, period in enumerate(periods) if period in begins}
    ends = [*(phase.start for phase in phases[1:]), len(periods)]
    for phase, end in zip(phases, ends, strict=True):
        base = set(range(phase.start, min(end, phase.start + (phase.baseline or end))))
        if base <= found:
            found -= base
    return found
