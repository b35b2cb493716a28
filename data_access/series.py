"""A metric as a series of counts and exposures, for judging what happened before and after a change."""

import polars as pl

from data_access.complaint_sums import complaint_sums
from data_access.numbers import Grain, read_metrics
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.metric import Metric, Source
from metrics.scope import Filters, Period

#: What cuts the exposure of a complaint rate. Contacts are not cut by type, product or batch: a change that mends one
#: issue also takes away its contacts, and a rate over them would hide it. Nor by channel: complaints have others.
EXPOSURE_FILTERS = ("team_id", "customer_tier")


def read_series(
    store: Store, viewer: Viewer, metric: Metric, period: Period, filters: Filters, grain: Grain
) -> pl.DataFrame:
    """Numerator and denominator of a metric by week or month, periods without cases included as 0.

    Returns:
        `period` (first day), `days` of it that lie in the asked period, `numerator`, `denominator`.
    """
    if has_own_exposure(metric):
        found = _complaint_series(store, viewer, metric, period, filters, grain)
    else:
        found = read_metrics(store, viewer, [metric], period, filters, grain=grain)
        found = found.filter(pl.col(grain.value).is_not_null()).select(grain.value, "numerator", "denominator")
    days = pl.DataFrame({"day": pl.date_range(period.start, period.end, "1d", closed="left", eager=True)})
    every = days.group_by(grain.start()).agg(pl.len().cast(pl.Int64).alias("days")).sort(grain.value)
    joined = every.join(found, on=grain.value, how="left").fill_null(0)
    return joined.select(pl.col(grain.value).alias("period"), "days", "numerator", "denominator")


def has_own_exposure(metric: Metric) -> bool:
    """Complaints per contact, order or customer: what is counted is cut further than what it is divided by."""
    return Source.COMPLAINTS in metric.reads and len(metric.reads) > 1


def _complaint_series(
    store: Store, viewer: Viewer, metric: Metric, period: Period, filters: Filters, grain: Grain
) -> pl.DataFrame:
    cut = tuple((name, values) for name, values in filters if name in EXPOSURE_FILTERS)
    counts = complaint_sums(store, viewer, period, filters, metric.numerator.meta.root_names())
    exposure = store.facts(viewer, tuple(each for each in metric.reads if each is not Source.COMPLAINTS), period, cut)
    return (
        counts.group_by(grain.start())
        .agg(metric.numerator.cast(pl.Float64).alias("numerator"))
        .join(
            exposure.group_by(grain.start()).agg(metric.denominator.cast(pl.Float64).alias("denominator")),
            on=grain.value,
            how="full",
            coalesce=True,
        )
    )
