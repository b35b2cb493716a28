"""One registered change judged: its metric's series in its scope, what else happened, and what must not suffer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import polars as pl

from data_access.change_rows import Change, Expected
from data_access.names import values_seen
from data_access.numbers import Grain, refusal
from data_access.own_events import OwnEvent
from data_access.series import EXPOSURE_FILTERS, has_own_exposure, read_series
from data_access.source_days import days_of, final_end, looked_back_from
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.calendar import Event, events
from metrics.catalogue import CATALOGUE
from metrics.errors import InvalidScope
from metrics.intervention import ChangeEffect, Family, Plan, evaluate_change, plan_change
from metrics.intervention.plan import SIZES
from metrics.metric import AnyMetric, Better, Metric, Source, Unit
from metrics.results import NotEstimable
from metrics.scope import Filters, Period, months_before

FINER = ("subtype", "batch")  # of complaints only: what they are divided by is not cut by them
ALIKE = ("issue_type", "team_id", "product", "channel")  # of the first that a change is limited to, the other values
MOST_OTHERS = 3  # untouched series, the largest ones: each one more would widen what counts as chance


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The series that was looked at and what came of it."""

    metric: Metric
    grain: Grain
    series: pl.DataFrame  # period, days, numerator, denominator
    result: ChangeEffect | NotEstimable
    has_own_exposure: bool  # the rate's denominator is cut by fewer filters than its numerator


def can_judge(metric: AnyMetric) -> bool:
    """What is divided once: counts per exposure, shares and means. Quantiles cannot be summed."""
    return isinstance(metric, Metric)


def judge(
    store: Store,
    viewer: Viewer,
    change: Change,
    grain: Grain,
    others: Iterable[Event] = (),
    until: date | None = None,
) -> Judged:
    """The change judged on every whole and final period that there is; computed once for whoever sees the same.

    Args:
        others: what else happened in the change's scope; the seasons of the calendar are added.
        until: the day after the last one that may count, whatever is known since.

    Raises:
        InvalidScope: the metric cannot be judged on these data.
    """
    happened = tuple(others)
    declared = replace(change, name="", owner="", hypothesis="", note="", check_dates=(), cost_per_case=None)
    key = ("judged", viewer.teams, declared, grain, happened, until)
    read = _Reading(store, viewer, grain, until)
    return store.computed(key, lambda: _judged(read, change, happened))


def plan(
    store: Store,
    viewer: Viewer,
    change: Change,
    grain: Grain,
    size: float | None = None,
    others: Iterable[Event] = (),
    effect: float | None = None,
) -> Plan | NotEstimable:
    """What the metric's series up to the change promises; computed once.

    Args:
        size: one of the usual `SIZES`, that must not be missed; without it the one that is usually asked for.
        effect: in its place any change relative to the level.
        others: what else happened in the change's scope; only what came before it is heeded.

    Raises:
        InvalidScope: the metric cannot be judged on these data.
    """

    def made() -> Plan | NotEstimable:
        metric = judged_metric(store, change)
        whole = whole_series(store, viewer, metric, change.scope, grain)
        whole = whole.filter(pl.col("period").dt.offset_by(grain.length) <= change.start)  # none that it cuts in two
        planned = partial(
            plan_change,
            _as_asked(whole, metric),
            expected=direction(change).value,
            grain=grain.value,
            events=(*_seasons(whole), *happened),
        )
        found = planned() if effect is None else planned(target=effect)
        if size is None or isinstance(found, NotEstimable):
            return found
        return planned(target=found.needed["effect"][SIZES[found.family].index(size)])

    happened = tuple(each for each in others if each.day < change.start)
    where = (change.metric, change.scope, change.start, direction(change), happened)
    key = ("planned", viewer.sight, where, grain, size, effect)
    return store.answers.once(key, made)


def direction(change: Change) -> Expected:
    """Which way a change is to move its metric: as was declared, or else the way that is better."""
    if change.expected is not Expected.EITHER:
        return change.expected
    return Expected.INCREASE if CATALOGUE[change.metric].better is Better.HIGHER else Expected.DECREASE


def others_at(changes: Iterable[Change], change: Change) -> list[Event]:
    """The other changes on record that may have moved the same figure.

    One that is limited to what this one is not, to a single team for instance, moves a part of its figure only.
    """
    own = dict(change.scope)

    def meets(other: Change) -> bool:
        return all(set(values) & set(own.get(name, ())) for name, values in other.scope)

    return [Event(each.start, each.name) for each in changes if each.id != change.id and meets(each)]


def happened(changes: Iterable[Change], change: Change, own_events: Iterable[OwnEvent]) -> list[Event]:
    """What else may have moved the figure: other changes on record, and the site's own events."""
    return others_at(changes, change) + [Event(each.first, each.name) for each in own_events]


def suited_grain(store: Store, change: Change, until: date | None = None) -> Grain:
    """Months where six of them lie on both sides, otherwise weeks; `until` as in `judge`."""
    first, last = store.data_start, min(store.anchor, until or store.anchor)
    enough = months_before(change.start, 6) >= first and months_before(change.start, -6) <= last
    return Grain.MONTH if enough else Grain.WEEK


@dataclass(frozen=True, slots=True)
class _Reading:
    """Whose eyes read the series of a judgement, by which periods, and up to which day."""

    store: Store
    viewer: Viewer
    grain: Grain
    until: date | None

    def whole(self, metric: Metric, filters: Filters) -> pl.DataFrame:
        return whole_series(self.store, self.viewer, metric, filters, self.grain, self.until)


def _judged(read: _Reading, change: Change, happened: tuple[Event, ...]) -> Judged:
    metric, grain = judged_metric(read.store, change), read.grain
    series = read.whole(metric, change.scope)
    result = evaluate_change(
        _as_asked(series, metric),
        change.start,
        transition_end=change.rolled_out,
        expected=change.expected.value,
        shape=change.shape.value,
        grain=grain.value,
        events=(*_seasons(series), *happened),
        others=_untouched(read, metric, change),
        guardrails=_guarded(read, change),
    )
    is_cut_further = any(name not in EXPOSURE_FILTERS for name, _ in change.scope)
    return Judged(metric, grain, series, result, is_cut_further and has_own_exposure(metric))


def _seasons(series: pl.DataFrame) -> list[Event]:
    """Those of the calendar in the days of a series."""
    days = series["period"].to_list()
    return events(days[0], days[-1] + timedelta(days=31)) if days else []


def whole_series(
    store: Store, viewer: Viewer, metric: Metric, filters: Filters, grain: Grain, until: date | None = None
) -> pl.DataFrame:
    """The series over every period that the data cover from its first day to its last, and that is final.

    Args:
        until: as in `judge`.

    Returns:
        as `read_series`.
    """
    known = days_of(store, metric.reads) or Period(store.data_start, store.data_start + timedelta(days=1))
    told = final_end(store, known)
    end = (told if until is None else min(told, until)) - timedelta(days=metric.mature_days(store.rules))
    first = looked_back_from(store, metric, known)
    start = max(known.start, first + timedelta(days=metric.look_back_days(store.rules)))
    asked = Period(start, max(end, start + timedelta(days=1)))
    series = read_series(store, viewer, metric, asked, filters, grain)
    following = pl.col("period").dt.offset_by(grain.length)
    return series.filter((pl.col("period") >= asked.start) & (following <= end))


def family_of(series: pl.DataFrame, metric: Metric) -> Family:
    """What the values of the series are: a count on its exposure, a share, or else a mean."""
    numerator, denominator = series["numerator"], series["denominator"]
    is_whole = bool(((numerator == numerator.round()) & (denominator == denominator.round())).all())
    if metric.unit is Unit.PERCENT and is_whole and bool((numerator <= denominator).all()) and metric.spread is None:
        return Family.SHARE
    is_rate = metric.unit in {Unit.PER_THOUSAND, Unit.PER_MILLION}
    return Family.COUNT if is_rate and is_whole else Family.MEAN


def _as_asked(series: pl.DataFrame, metric: Metric) -> pl.DataFrame:
    """The columns of the analysis."""
    numerator, denominator = series["numerator"], series["denominator"]
    match family_of(series, metric):
        case Family.SHARE:
            return series.select("period", "numerator", "denominator")
        case Family.COUNT:
            counts = pl.col("period"), pl.col("numerator").alias("count")
            known = bool(((denominator > 0) | (numerator == 0)).all()) and bool((denominator > 0).any())
            return series.select(*counts, *([pl.col("denominator").alias("exposure")] if known else []))
    value = (pl.col("numerator") / pl.col("denominator") * metric.unit.scale).alias("value")
    return series.filter(pl.col("denominator") > 0).select("period", value)


def _untouched(read: _Reading, metric: Metric, change: Change) -> dict[str, pl.DataFrame]:
    """The same metric where the change does not apply: the largest other values of what it is limited to."""
    touched = dict(change.scope)
    dimension = next((name for name in ALIKE if name in touched), None)
    if dimension is None:
        return {}
    kept = tuple((name, values) for name, values in change.scope if name != dimension and name not in FINER)
    sizes: dict[str, tuple[float, pl.DataFrame]] = {}
    for value in values_seen(read.store, read.viewer, dimension):
        if value not in touched[dimension]:
            filters = tuple(sorted((*kept, (dimension, (value,)))))
            series = read.whole(metric, filters)
            sizes[value] = float(series["numerator"].sum()), series
    largest = sorted(sizes, key=lambda value: -sizes[value][0])[:MOST_OTHERS]
    return {value: _as_asked(sizes[value][1], metric) for value in largest if sizes[value][0] > 0}


def _guarded(read: _Reading, change: Change) -> dict[str, tuple[pl.DataFrame, Better]]:
    """The guardrails' series, each in as much of the change's scope as it can be split by."""
    found = {}
    for name in change.guardrails:
        metric = CATALOGUE[name].under(read.store.rules)
        filters = tuple(each for each in change.scope if refusal(read.store, metric, [each[0]]) is None)
        if isinstance(metric, Metric) and refusal(read.store, metric, []) is None:
            found[name] = _as_asked(read.whole(metric, filters), metric), metric.better
    return found


def judged_metric(store: Store, change: Change) -> Metric:
    """The metric of a change as these data can show it in its place.

    Raises:
        InvalidScope: they cannot.
    """
    metric = CATALOGUE[change.metric].under(store.rules)
    if not isinstance(metric, Metric):
        raise InvalidScope(
            "'{metric}' is neither a count nor a share nor a mean.",
            "Choose another metric for this change.",
            metric=metric.name,
        )
    finer = (*FINER, *metric.unsplit) if Source.COMPLAINTS in metric.reads else ()
    refused = refusal(store, metric, [name for name, _ in change.scope if name not in finer])
    needs = refused[1] if refused else ", ".join(store.missing(metric, [name for name, _ in change.scope]))
    if needs:
        raise InvalidScope(
            "These data cannot show '{metric}' for this change: {needs} is missing.",
            "Connect what is missing, or choose another metric or another place for this change.",
            metric=metric.name,
            needs=needs,
        )
    return metric
