"""Customers who stay away after bad service."""

from data_access.swot.asked import Asked, Found, lacking, refused
from data_access.wings.retention import lacking as lacks
from data_access.wings.retention import read_retention
from data_access.wings.retention import refused as cannot_narrow
from metrics.swot.evidence import Evidence, Kind, SizeUnit
from metrics.swot.sure import of_p
from metrics.wings.retention import HORIZONS, worst

KINDS = (Kind.CHURN,)
DAYS = max(HORIZONS)


def found(asked: Asked) -> Found:
    """After which event most fewer customers are heard of again than of comparable ones; association, not effect."""
    if missing := lacks(asked.store):
        return lacking(KINDS, missing)
    if cannot_narrow(asked.filters):
        return refused(KINDS, "filters")
    retention = read_retention(asked.store, asked.viewer, asked.period, asked.filters)
    after = worst(retention.after, DAYS)
    if after is None or after.difference is None or after.p is None:
        return Found()
    days = retention.period.days
    return Found(
        (
            Evidence(
                kind=Kind.CHURN, subject=(("event", str(after.event)),), metric=None, estimate=after.difference,
                reference=0.0, size=asked.monthly(-after.difference.value / 100 * after.cases, days),
                size_unit=SizeUnit.CUSTOMERS, base=asked.monthly(after.customers, days), confidence=of_p(after.p),
                n=after.cases, since=retention.period.start,
                place=asked.place("retention_after", None, retention.period),
                values={"event": str(after.event), "days": after.days,
                        "hours": asked.store.rules.solution_seconds // 3600},
            ),
        )
    )  # fmt: skip
