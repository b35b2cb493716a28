"""The numbers of a scope: the one way in which pages, exports, jobs and alerts come to a metric's value."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import polars as pl

from data_access.grain import Grain
from data_access.masking import check_filters, masked, names_people
from data_access.source_days import days_of, final_end, looked_back_from
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.complaint import shares
from metrics.evaluation import evaluate
from metrics.metric import AnyMetric, Source, Status
from metrics.scope import Filters, Period

VALUE_TYPES = {
    "metric": pl.String,
    "value": pl.Float64,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "covers": pl.String,
    "mature": pl.Boolean,
    "status": pl.String,
    "needs": pl.String,
}


def read_metrics(
    store: Store,
    viewer: Viewer,
    metrics: Sequence[AnyMetric],
    period: Period,
    filters: Filters = (),
    by: tuple[str, ...] = (),
    grain: Grain | None = None,
) -> pl.DataFrame:
    """Metrics of a period, split by dimensions and by time if asked.

    Returns:
        `*by, [grain,] metric, value, numerator, denominator, low, high, covers, mature, status, needs`, sorted by
        metric and groups. A metric that the warehouse or the split does not allow is one row with a status and what it
        needs. Agents stand under pseudonyms for a viewer who is not cleared.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    sight = viewer.sight if names_people(by) else viewer.teams  # others share what no pseudonym is in
    key = ("metrics", sight, tuple(metrics), period, filters, by, grain)
    return store.answers.once(key, lambda: masked(_metrics(store, viewer, metrics, period, filters, by, grain), viewer))


def _metrics(
    store: Store,
    viewer: Viewer,
    metrics: Sequence[AnyMetric],
    period: Period,
    filters: Filters,
    by: tuple[str, ...],
    grain: Grain | None,
) -> pl.DataFrame:
    split = [*by, *(name for name, _ in filters)]
    refused = {metric.id: refusal(store, metric, split) for metric in metrics}
    allowed = [metric for metric in metrics if refused[metric.id] is None]
    known = {metric.id: days for metric in allowed if (days := days_of(store, metric.reads))}
    given = [metric for metric in allowed if metric.id in known and period.within(known[metric.id])]
    frames = []
    for chosen in _evaluated_together(given):
        days = known[chosen[0].id]
        covered = period.within(days) or days
        facts, names = _facts_told(store, viewer, chosen, covered, filters, by, grain)
        first = looked_back_from(store, chosen[0], days)
        found = evaluate(chosen, facts, names, rules=store.rules, data_start=first, data_end=final_end(store, days))
        frames.append(found.with_columns(pl.col("mature") & _is_whole(period, covered, grain)))
    silent = [] if by or grain else [metric.id for metric in allowed if metric not in given]
    refused |= dict.fromkeys(silent, (Status.NO_DATA, ""))
    names = [*by, *([grain.value] if grain else [])]
    schema = {**dict.fromkeys(by, pl.String), **({grain.value: pl.Date} if grain else {}), **VALUE_TYPES}
    rows = [{"metric": each, "status": why[0], "needs": why[1]} for each, why in refused.items() if why]
    frames.append(pl.DataFrame(rows, schema=schema))
    order = {metric.id: place for place, metric in enumerate(metrics)}
    together = pl.concat(frames, how="diagonal_relaxed").select(*schema)
    return together.sort(pl.col("metric").replace_strict(order, return_dtype=pl.Int64), *names, nulls_last=True)


def _facts_told(
    store: Store,
    viewer: Viewer,
    metrics: Sequence[AnyMetric],
    covered: Period,
    filters: Filters,
    by: tuple[str, ...],
    grain: Grain | None,
) -> tuple[pl.DataFrame, list[str | pl.Expr]]:
    """The facts that the values are about, and what they are grouped by.

    Where values are about the last days before the end of each period, a fact stands in every period that tells of it.
    """
    sources, last_days = metrics[0].reads, metrics[0].last_days
    if last_days is None:
        return store.facts(viewer, sources, covered, filters, by), [*by, *([grain.start()] if grain else [])]
    told = timedelta(days=getattr(store.rules, last_days))
    if grain is None:
        return store.facts(viewer, sources, Period(covered.end - told, covered.end), filters, by), [*by]
    facts = store.facts(viewer, sources, Period(covered.start - told, covered.end), filters, by).sort("day")
    return pl.concat(_told_by_each(facts, grain, covered, told)), [*by, grain.value]


def _told_by_each(facts: pl.DataFrame, grain: Grain, covered: Period, told: timedelta) -> Iterator[pl.DataFrame]:
    """The facts of the last days before the end of each period, with that period: slices, which copy nothing.

    Args:
        facts: sorted by `day`.
    """
    begins = grain.every(covered.start, covered.end)[grain.value]
    for begin, usual in zip(begins, begins.dt.offset_by(grain.length), strict=True):
        end = min(usual, covered.end)
        first, behind = facts["day"].search_sorted(pl.Series([end - told, end]))
        yield facts[first:behind].with_columns(pl.lit(begin, pl.Date).alias(grain.value))


def _is_whole(period: Period, covered: Period, grain: Grain | None) -> pl.Expr:
    """Do the data reach to the end of what a row is about? The rest of it is still to come."""
    if grain is None:
        return pl.lit(period.end <= covered.end)
    return pl.col(grain.value).dt.offset_by(grain.length) <= covered.end


def _evaluated_together(metrics: Sequence[AnyMetric]) -> Iterable[list[AnyMetric]]:
    """Metrics that are read in one go: of one kind, from the same sources, about as many days, looking back alike.

    Never from more sources than they ask for: calls are contacts, and volumes count some of the same things again.
    """
    groups: dict[tuple[object, ...], list[AnyMetric]] = {}
    for metric in metrics:
        groups.setdefault((metric.reads, type(metric), metric.last_days, metric.looks_into), []).append(metric)
    return groups.values()


def refusal(store: Store, metric: AnyMetric, split: list[str]) -> tuple[str, str] | None:
    """Why a metric has no value in this split, and what it needs; None where it has one."""
    unsplit = store.unsplit(metric, split)
    if unsplit:
        return Status.NOT_SPLIT, ", ".join(unsplit)
    missing = store.missing(metric, split)
    return (Status.NOT_AVAILABLE, ", ".join(missing)) if missing else None


def read_complaint_shares(
    store: Store, viewer: Viewer, period: Period, filters: Filters, dimension: str
) -> pl.DataFrame:
    """Complaints received in a period by one dimension: see `metrics.complaint.shares`."""
    return store.answers.once(
        ("complaint shares", viewer.sight, period, filters, dimension),
        lambda: shares(store.facts(viewer, (Source.COMPLAINTS,), period, filters), dimension),
    )


def read_complaint_counts(store: Store, viewer: Viewer, period: Period, filters: Filters, grain: Grain) -> pl.DataFrame:
    """Complaints received by time: `<grain>, count, whole` (the period and the data cover all its days)."""
    key = ("complaint counts", viewer.sight, period, filters, grain)
    return store.answers.once(key, lambda: _complaint_counts(store, viewer, period, filters, grain))


def _complaint_counts(store: Store, viewer: Viewer, period: Period, filters: Filters, grain: Grain) -> pl.DataFrame:
    known = days_of(store, (Source.COMPLAINTS,))
    covered = period.within(known) if known else None
    if covered is None:
        return pl.DataFrame(schema={grain.value: pl.Date, "count": pl.UInt32, "whole": pl.Boolean})
    facts = store.facts(viewer, (Source.COMPLAINTS,), covered, filters)
    counted = facts.group_by(grain.start()).agg(pl.col("complaints").sum().alias("count"))
    every = grain.every(covered.start, covered.end).join(counted, on=grain.value, how="left")
    begins = pl.col(grain.value)
    whole = (begins >= covered.start) & (begins.dt.offset_by(grain.length) <= covered.end)
    return every.select(grain.value, pl.col("count").fill_null(0), whole.alias("whole"))
