"""Why a metric moved: its change taken apart by every dimension by which it can be split."""

import polars as pl

from data_access.masking import check_filters
from data_access.numbers import read_metrics, refusal
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.coverage import is_counted
from metrics.decomposition import Decomposition, decompose, with_error
from metrics.metric import AnyMetric, Metric
from metrics.scope import Filters, Period

DIMENSIONS = (
    "channel",
    "team_id",
    "queue",
    "issue_type",
    "product",
    "customer_tier",
    "scenario",
    "severity",
    "responsible_department",
    "shift",
    "supervisor",
    "agent_id",
)


def can_explain(metric: AnyMetric) -> bool:
    """A ratio of sums; quantiles have no parts that add up."""
    return isinstance(metric, Metric)


def read_decompositions(
    store: Store, viewer: Viewer, metric: Metric, period: Period, against: Period, filters: Filters
) -> dict[str, Decomposition]:
    """The change from one period to another by each dimension that the metric has and no filter holds.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    key = ("decompositions", viewer.sight, metric, period, against, filters)
    return store.answers.once(key, lambda: _decompositions(store, viewer, metric, period, against, filters))


def _decompositions(
    store: Store, viewer: Viewer, metric: Metric, period: Period, against: Period, filters: Filters
) -> dict[str, Decomposition]:
    names = [name for name, _values in filters]
    found = {}
    for dimension in DIMENSIONS:
        if dimension in names or refusal(store, metric, [*names, dimension]):
            continue
        now, before = (_told(store, viewer, metric, each, filters, dimension) for each in (period, against))
        taken_apart = decompose(now, before, dimension, metric.unit)
        if taken_apart is not None and taken_apart.groups.height > 1:
            found[dimension] = taken_apart
    return found


def _told(
    store: Store, viewer: Viewer, metric: Metric, period: Period, filters: Filters, dimension: str
) -> pl.DataFrame:
    rows = read_metrics(store, viewer, [metric], period, filters, (dimension,))
    kept = rows.drop_nulls(["numerator", "denominator"])
    return kept if is_counted(metric) else with_error(kept, metric.unit)
