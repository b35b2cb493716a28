"""One registered change judged: its metric's series in its scope, before and after, from the roll-ups."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from data_access.change_rows import Change
from data_access.numbers import Grain, refusal
from data_access.series import EXPOSURE_FILTERS, has_own_exposure, read_series
from data_access.source_days import days_of, final_end
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.before_after import before_after
from metrics.catalogue import CATALOGUE
from metrics.errors import InvalidScope
from metrics.metric import AnyMetric, Metric, Source, Unit
from metrics.results import BeforeAfter, NotEstimable
from metrics.scope import Period, months_before

FINER = ("subtype", "batch")  # of complaints only: what they are divided by is not cut by them


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The series that was looked at and what came of it."""

    metric: Metric
    series: pl.DataFrame  # period, days, numerator, denominator
    result: BeforeAfter | NotEstimable
    has_own_exposure: bool  # the rate's denominator is cut by fewer filters than its numerator


def can_judge(metric: AnyMetric) -> bool:
    """Counts per exposure and shares; quantiles and means have no numerator that could be compared."""
    return isinstance(metric, Metric) and metric.squares is None


def judge(store: Store, viewer: Viewer, change: Change, months: int, grain: Grain) -> Judged:
    """Compare as many months before the change with what came after it, up to the same length.

    Days that are not final are left out.

    Raises:
        InvalidScope: the metric cannot be judged, or the data do not reach around the change.
    """
    metric = _judged_metric(store, change)
    known = days_of(store, metric.reads) or Period(store.data_start, store.data_start + timedelta(days=1))
    first = max(months_before(change.start, months), known.start)
    last = final_end(store, known) - timedelta(days=metric.mature_days(store.rules))
    end = min(months_before(change.start, -months), last)
    if not first < change.start < end:
        raise InvalidScope(
            "The data from {first} to {last} do not lie on both sides of {day}.",
            "Correct the day of the change, or wait until there are data after it.",
            first=first,
            last=last - timedelta(days=1),
            day=change.start,
        )
    asked = Period(_floor(first, grain, change.start), end)
    series = read_series(store, viewer, metric, asked, change.scope, grain)
    result = before_after(
        series,
        change.start,
        kind="proportion" if metric.unit is Unit.PERCENT else "count",
        before=(asked.start, change.start),
        after=(change.start, end),
        better=metric.better,
        scale=metric.unit.scale,
    )
    is_cut_further = any(name not in EXPOSURE_FILTERS for name, _ in change.scope)
    return Judged(metric, series, result, is_cut_further and has_own_exposure(metric))


def _judged_metric(store: Store, change: Change) -> Metric:
    metric = CATALOGUE[change.metric]
    if not isinstance(metric, Metric) or not can_judge(metric):
        raise InvalidScope(
            "'{metric}' is neither a count nor a share.", "Choose another metric for this change.", metric=metric.name
        )
    finer = FINER if Source.COMPLAINTS in metric.reads else ()
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


def _floor(first: date, grain: Grain, start: date) -> date:
    """The first whole week or month from `first` on, so that no cut one stands at the edge."""
    if grain is Grain.MONTH:
        return first if first.day == 1 else months_before(first.replace(day=1), -1)
    monday = first + timedelta(days=-first.weekday() % 7)
    return monday if monday < start else first


def suited_grain(store: Store, change: Change) -> Grain:
    """Months where three of them lie on both sides, otherwise weeks."""
    first, last = store.data_start, store.anchor
    enough = months_before(change.start, 3) >= first and months_before(change.start, -3) <= last
    return Grain.MONTH if enough else Grain.WEEK
