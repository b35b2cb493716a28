"""Customers who stay away after bad service."""

from data_access.swot.asked import Asked, Found, Reason, lacking, refused
from data_access.wings.retention import lacking as lacks
from data_access.wings.retention import read_retention
from data_access.wings.retention import refused as cannot_narrow
from metrics.scope import Period
from metrics.swot.evidence import Evidence, Kind, SizeUnit
from metrics.swot.sure import of_p
from metrics.wings.retention import HORIZONS, After, worst

KINDS = (Kind.CHURN,)
DAYS = max(HORIZONS)


def found(asked: Asked) -> Found:
    """After which event most fewer customers are heard of again than of comparable ones; association, not effect."""
    if missing := lacks(asked.store):
        return lacking(KINDS, missing)
    if cannot_narrow(asked.filters):
        return refused(KINDS, Reason.FILTERS)
    retention = read_retention(asked.store, asked.viewer, asked.period, asked.filters)
    after = worst(retention.after, DAYS)
    days = retention.period.within(Period(asked.store.data_start, asked.store.data_end)) or retention.period
    told = None if after is None else churned(asked, after, days)
    return Found((told,)) if told else Found()


def churned(asked: Asked, after: After, period: Period) -> Evidence | None:
    """Points by which fewer are heard of again, and how many cases a month that is."""
    gap = after.difference
    if gap is None or after.p is None or gap.value >= 0:
        return None
    return Evidence(
        kind=Kind.CHURN, subject=(("event", str(after.event)),), metric=None, estimate=gap, reference=0.0,
        size=asked.monthly(-gap.value / 100 * after.cases, period.days), size_unit=SizeUnit.CASES,
        base=asked.monthly(after.cases, period.days), confidence=of_p(after.p), n=after.cases, since=period.start,
        place=asked.place("retention_after", None, period),
        values={"event": str(after.event), "days": after.days, "hours": asked.store.rules.solution_seconds // 3600},
    )  # fmt: skip
