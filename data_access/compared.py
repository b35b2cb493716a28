"""The metrics of a scope beside those of its comparison: what tiles, reports and their sentences are made of."""

import math
from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from data_access.masking import check_filters
from data_access.numbers import Grain, read_metrics
from data_access.source_days import days_of
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.compare import compare
from metrics.metric import AnyMetric, days_told, final_period
from metrics.scope import Filters, Period, Scope, reach


def final_days(store: Store, metric: AnyMetric, period: Period) -> Period:
    """The days that a metric is shown for: the period's; if it looks ahead, the latest as many that are final."""
    return final_period(metric, period, store.anchor, store.rules)


def days_shown(store: Store, metric: AnyMetric, period: Period) -> Period:
    """The final days as far as there are data of what the metric reads; all of them where there are none."""
    final, known = final_days(store, metric, period), days_of(store, metric.reads)
    return (final.within(known) if known else None) or final


def days_compared(store: Store, metric: AnyMetric, scope: Scope) -> Period | None:
    """What a metric's days are compared with; None without a comparison, or where the data begin after it does."""
    final, covered = final_days(store, metric, scope.period), days_shown(store, metric, scope.period)
    against, known = _against(scope, final, covered), days_of(store, metric.reads)
    if against and known and days_told(metric, against, store.rules).start < known.start:
        return None
    return against


def _against(scope: Scope, final: Period, covered: Period) -> Period | None:
    """The days of the comparison that stand against those covered of a final period."""
    against = scope.comparison
    if against is None:
        return None
    shift = scope.period.start - final.start
    start, end = against.start - shift + (covered.start - final.start), against.end - shift - (final.end - covered.end)
    return Period(start, end) if start < end else None


def read_compared(store: Store, viewer: Viewer, metrics: Sequence[AnyMetric], scope: Scope) -> pl.DataFrame:
    """The metrics of the scope beside those of its comparison, as `metrics.compare.compare` gives them.

    A metric that looks ahead is shown for the latest period that is final, and compared with the one that lies as far
    before it as the scope's comparison lies before the scope; where the data cover only a part of it, with the same
    part. It is compared with nothing where the data begin within those days: two days of a month are not the month.
    `start` and `end` say which days a row is about.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(scope.filters, viewer)
    key = ("compared", viewer.teams, tuple(metrics), scope)
    return store.answers.once(key, lambda: _compared(store, viewer, metrics, scope))


def _compared(store: Store, viewer: Viewer, metrics: Sequence[AnyMetric], scope: Scope) -> pl.DataFrame:
    now, before = [], []
    spans = {
        metric.id: (days_shown(store, metric, scope.period), days_compared(store, metric, scope)) for metric in metrics
    }
    for covered, against in dict.fromkeys(spans.values()):
        chosen = [metric for metric in metrics if spans[metric.id] == (covered, against)]
        found = read_metrics(store, viewer, chosen, covered, scope.filters)
        now.append(found.with_columns(start=pl.lit(covered.start), end=pl.lit(covered.end)))
        before.append(read_metrics(store, viewer, chosen, against, scope.filters) if against else found.clear())
    order = {metric.id: place for place, metric in enumerate(metrics)}
    result = compare(pl.concat(now), pl.concat(before), metrics)
    return result.sort(pl.col("metric").replace_strict(order, return_dtype=pl.Int64))


def read_weeks(
    store: Store, viewer: Viewer, metrics: Sequence[AnyMetric], end: date, count: int, filters: Filters
) -> dict[str, list[float]]:
    """The values of the last weeks up to a day by a metric's id, from its first one on: NaN where none is final.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    key = ("weeks", viewer.teams, tuple(metrics), end, count, filters)
    return store.answers.once(key, lambda: _weeks(store, viewer, metrics, end, count, filters))


def _weeks(
    store: Store, viewer: Viewer, metrics: Sequence[AnyMetric], end: date, count: int, filters: Filters
) -> dict[str, list[float]]:
    period = reach(Period(end - timedelta(days=1), end), 7 * count)
    told = read_metrics(store, viewer, metrics, period, filters, grain=Grain.WEEK)
    final = told.filter(pl.col("mature") & pl.col("value").is_not_null())
    every = Grain.WEEK.every(period.start, period.end)
    found = {}
    for key, group in final.partition_by("metric", as_dict=True).items():
        first, last = group["week"].min(), group["week"].max()
        between = every.filter(pl.col("week").is_between(first, last)).join(group, on="week", how="left")
        found[key[0]] = between.sort("week")["value"].fill_null(math.nan).to_list()
    return found
