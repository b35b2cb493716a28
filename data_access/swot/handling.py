"""What becomes of complaints: those that come back, and those that go up."""

from typing import Any

import polars as pl

from data_access.desk.repeats import NEEDS, judged_days, read_after_resolved
from data_access.numbers import read_metrics
from data_access.source_days import days_of, final_end
from data_access.swot.asked import Asked, Found, Reason, about, lacking, refused, together
from metrics.catalogue import CATALOGUE
from metrics.compare import compare
from metrics.metric import AnyMetric, Status, final_period
from metrics.results import Estimate
from metrics.scope import Comparison, Period, compared_period
from metrics.swot.evidence import Evidence, Kind, SizeUnit
from metrics.swot.sure import confidence, named, of_p

KINDS = (Kind.REPEATS, Kind.ESCALATIONS)
LEVELS = ("escalation_rate_l1", "escalation_rate_l2", "escalation_rate_l3")
BY = "issue_type"


def found(asked: Asked) -> Found:
    """Both."""
    return together((_repeats(asked), _escalations(asked)))


def _repeats(asked: Asked) -> Found:
    """Issues that come back after they were resolved, more often than the others."""
    if missing := asked.store.warehouse.missing(NEEDS):
        return lacking((Kind.REPEATS,), missing)
    groups = read_after_resolved(asked.store, asked.viewer, asked.period, asked.filters, BY)
    rows = groups.filter("is_named").drop_nulls(BY)
    days = judged_days(asked.store, asked.period)
    return Found(tuple(repeating(asked, groups, row, days) for row in rows.iter_rows(named=True)))


def repeating(asked: Asked, groups: pl.DataFrame, row: dict[str, Any], days: Period) -> Evidence:
    """How many more come back a month than if the issue were like the others, in the days of which that is known."""
    again, resolved = groups.select(pl.col("again", "resolved").sum()).row(0)
    others = 100 * (again - row["again"]) / (resolved - row["resolved"])
    subject = about(issue_type=row[BY])
    return Evidence(
        kind=Kind.REPEATS, subject=subject, metric=None, estimate=Estimate(row["value"], row["low"], row["high"]),
        reference=others, size=asked.monthly((row["value"] - others) / 100 * row["resolved"], days.days),
        size_unit=SizeUnit.CASES, base=asked.complaints, confidence=of_p(row["p"]), n=row["resolved"],
        since=days.start, place=asked.place("repeats", None, subject=subject),
    )  # fmt: skip


def _escalations(asked: Asked) -> Found:
    """Levels whose rate has risen against the time before, in days of which it is known what became of the cases."""
    known = [CATALOGUE[each] for each in LEVELS]
    rows = [each for metric in known if (each := _compared(asked, metric)) is not None]
    if not rows:
        return refused((Kind.ESCALATIONS,), Reason.TOO_FEW)
    sure = [confidence(_difference(row), 0.0) for row, _days in rows]
    return Found(
        tuple(
            risen(asked, row, days, certain)
            for (row, days), certain, is_named in zip(rows, sure, named(sure), strict=True)
            if is_named and row["verdict"] == "worse"
        )
    )


def _compared(asked: Asked, metric: AnyMetric) -> tuple[dict[str, Any], Period] | None:
    source = days_of(asked.store, metric.reads)
    if source is None or asked.store.missing(metric, [name for name, _values in asked.filters]):
        return None
    days = final_period(metric, asked.period, final_end(asked.store, source), asked.store.rules)
    before = compared_period(days, Comparison.PREVIOUS)
    if before is None or before.start < source.start:
        return None
    now, old = (read_metrics(asked.store, asked.viewer, [metric], each, asked.filters) for each in (days, before))
    row = compare(now, old, [metric]).row(0, named=True)
    return (row, days) if row["status"] == Status.OK and row["verdict"] is not None else None


def _difference(row: dict[str, Any]) -> Estimate:
    return Estimate(row["difference"], row["difference_low"], row["difference_high"])


def risen(asked: Asked, row: dict[str, Any], days: Period, certain: float) -> Evidence:
    return Evidence(
        kind=Kind.ESCALATIONS, subject=(), metric=row["metric"],
        estimate=Estimate(row["value"], row["low"], row["high"]), reference=row["old"],
        size=asked.monthly(row["difference"] / 100 * row["denominator"], days.days),
        size_unit=SizeUnit.CASES, base=asked.complaints, confidence=certain, n=int(row["denominator"]),
        since=days.start, place=asked.place("escalation", None, days),
    )  # fmt: skip
