"""The cells of a fair comparison: a metric by people or teams, and by what makes their contacts harder or easier."""

from data_access.masking import check_filters, masked
from data_access.numbers import refusal
from data_access.source_days import days_of
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.evaluation import evaluate
from metrics.fair import Comparison, compare_fairly
from metrics.metric import AnyMetric, Metric
from metrics.scope import Filters, Period

GROUPS = ("team_id", "agent_id", "supervisor", "shift")
CASE_MIX = ("issue_type", "channel", "customer_tier")


def groups_of(store: Store, metric: AnyMetric, filters: Filters) -> list[str]:
    """By whom a metric can be compared."""
    if not isinstance(metric, Metric) or metric.squares is not None or metric.spread is not None:
        return []
    names = [name for name, _values in filters]
    return [group for group in GROUPS if refusal(store, metric, [*names, group]) is None]


def mix_of(store: Store, metric: AnyMetric, filters: Filters, group: str) -> tuple[str, ...]:
    """What of the case mix these data know."""
    names = [name for name, _values in filters]
    return tuple(name for name in CASE_MIX if refusal(store, metric, [*names, group, name]) is None)


def read_comparison(
    store: Store, viewer: Viewer, metric: Metric, period: Period, filters: Filters, group: str
) -> Comparison | None:
    """People or teams side by side; agents under pseudonyms for a viewer who is not cleared.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    known = days_of(store, metric.reads)
    covered = period.within(known) if known else None
    if covered is None:
        return None
    mix = mix_of(store, metric, filters, group)
    facts = store.facts(viewer, metric.reads, covered, filters, (group, *mix))
    cells = evaluate([metric], facts, [group, *mix], rules=store.rules)
    return compare_fairly(masked(cells, viewer), group, mix, metric, store.rules.min_denominator)
