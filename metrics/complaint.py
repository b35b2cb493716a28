"""What complaints tell: how many, from what, and were they answered and solved in time?"""

from datetime import datetime, timedelta

import polars as pl

from metrics.contact import total
from metrics.intervals import wilson
from metrics.metric import Better, Metric, Source, Unit
from metrics.rules import Rules

RECEIVED_DAY = "day the complaint was received"
DUE_DAY = "day the deadline fell"
#: What a complaint can be grouped and filtered by; `issue_type` holds the complaint's type.
DIMENSIONS = (
    "channel",
    "team_id",
    "issue_type",
    "subtype",
    "product",
    "batch",
    "customer_tier",
    "severity",
    "responsible_department",
)


def valid(cases: pl.DataFrame) -> pl.DataFrame:
    """Complaints that count: not judged invalid, not a duplicate merged into another."""
    is_valid = pl.col("is_valid").fill_null(value=True)
    return cases.filter(is_valid & pl.col("duplicate_of").is_null())


MEASURES = (
    "complaints",
    "attitude_complaints",
    "cause_established",
    "complaints_due_response",
    "complaints_met_response",
    "complaints_due_resolution",
    "complaints_met_resolution",
    "complaints_due",
    "complaints_met",
)


def complaint_rows(cases: pl.DataFrame, as_of: datetime, rules: Rules) -> pl.DataFrame:
    """Valid complaints on their date bases: a row for receipt, one for each deadline that has come.

    Args:
        cases: one row per complaint: DIMENSIONS, `is_valid duplicate_of established_cause received_at
            first_response_at resolved_at pending_seconds pending_since`; null where the warehouse does not say.
        as_of: the instant up to which the data reach; a deadline after it is not due yet.

    Returns:
        every column of `cases`, `day` and MEASURES, each 0, 1 or null (another basis): `complaints
        attitude_complaints cause_established` on the day of receipt; `complaints_due_response
        complaints_met_response` on the day the response was due; `complaints_due_resolution
        complaints_met_resolution complaints_due complaints_met` on the day the resolution was due. A complaint
        without a known severity has no deadline.
    """
    counted = valid(cases)
    attitude = (pl.col("established_cause") == "service") & (pl.col("issue_type") == "service_attitude")
    received = counted.with_columns(
        day=pl.col("received_at").dt.date(),
        complaints=pl.lit(1, pl.Int64),
        attitude_complaints=_one_or_nothing(attitude),
        cause_established=_one_or_nothing(pl.col("established_cause").is_not_null()),
    )
    timed = _with_deadlines(counted, as_of, rules)
    in_time = _one_or_nothing(pl.col("first_response_at") <= pl.col("response_due_at"))
    solved = _one_or_nothing(pl.col("resolved_at") <= pl.col("resolution_due_at"))
    responses = timed.filter(pl.col("response_due_at") <= as_of).with_columns(
        day=pl.col("response_due_at").dt.date(),
        complaints_due_response=pl.lit(1, pl.Int64),
        complaints_met_response=in_time,
    )
    solutions = timed.filter(pl.col("resolution_due_at") <= as_of).with_columns(
        day=pl.col("resolution_due_at").dt.date(),
        complaints_due_resolution=pl.lit(1, pl.Int64),
        complaints_met_resolution=solved,
        complaints_due=pl.lit(1, pl.Int64),
        complaints_met=in_time * solved,
    )
    return pl.concat([received, responses, solutions], how="diagonal")


def _one_or_nothing(claim: pl.Expr) -> pl.Expr:
    return claim.fill_null(value=False).cast(pl.Int64)


def complaint_facts(cases: pl.DataFrame, as_of: datetime, rules: Rules) -> pl.DataFrame:
    """`complaint_rows` summed to `day`, DIMENSIONS and MEASURES."""
    rows = complaint_rows(cases, as_of, rules)
    return rows.group_by("day", *DIMENSIONS).agg(pl.col(MEASURES).sum())


def _with_deadlines(cases: pl.DataFrame, as_of: datetime, rules: Rules) -> pl.DataFrame:
    """Complaints of a known severity with their deadlines; waiting for the customer moves the resolution's."""
    severity = pl.col("severity")
    response = severity.replace_strict({name: limit.response for name, limit in rules.deadlines.items()}, default=None)
    resolution = severity.replace_strict(
        {name: limit.resolution for name, limit in rules.deadlines.items()}, default=None
    )
    waited = pl.col("pending_seconds").fill_null(0)
    due_at = pl.col("received_at") + pl.duration(seconds=resolution + waited)
    # What was overdue before it began to wait stays missed, on its day.
    stands_still = pl.col("resolved_at").is_null() & (pl.col("pending_since") < due_at)
    now_waiting = pl.when(stands_still).then((as_of - pl.col("pending_since")).clip(lower_bound=timedelta(0)))
    return cases.with_columns(
        response_due_at=pl.col("received_at") + pl.duration(seconds=response),
        resolution_due_at=due_at + now_waiting.fill_null(timedelta(0)),
    ).filter(response.is_not_null())


COMPLAINT_RATE = Metric(
    id="complaint_rate",
    name="Complaint rate",
    unit=Unit.PER_THOUSAND,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS, Source.CONTACTS),
    needs=("complaints", "contacts"),
    numerator=total("complaints"),
    denominator=total("handled"),
    target=15.0,
    counted="contacts handled",
    basis=RECEIVED_DAY,
    definition="Valid complaints received, duplicates merged, per 1,000 contacts handled in the same period.",
    source="House rule; the denominator is named because contacts, orders and customers give three different rates.",
)

COMPLAINT_RATE_PER_ORDER = Metric(
    id="complaint_rate_per_order",
    name="Complaint rate per 1,000 orders",
    unit=Unit.PER_THOUSAND,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS, Source.VOLUMES),
    needs=("complaints", "volumes"),
    numerator=total("complaints"),
    denominator=total("orders"),
    counted="orders",
    basis=RECEIVED_DAY,
    definition="Valid complaints received, duplicates merged, per 1,000 orders of the same period.",
    source="House rule.",
)

ATTITUDE_COMPLAINT_RATE = Metric(
    id="attitude_complaint_rate",
    name="Service-attitude complaint rate",
    unit=Unit.PER_THOUSAND,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS, Source.CONTACTS),
    needs=("complaints.established_cause", "complaints.complaint_type", "contacts"),
    numerator=total("attitude_complaints"),
    denominator=total("handled"),
    target=1.0,
    maturity="cause_days",
    unsplit=("issue_type",),
    counted="contacts handled",
    basis=RECEIVED_DAY,
    definition=(
        "Complaints about service attitude whose established cause is the service, per 1,000 contacts handled. What "
        "the customer claims does not count until it is established."
    ),
    source="House rule; claimed and established cause are kept apart.",
)

CAUSE_ESTABLISHED = Metric(
    id="cause_established_share",
    name="Complaints with an established cause",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.established_cause",),
    numerator=total("cause_established"),
    denominator=total("complaints"),
    maturity="cause_days",
    counted="complaints",
    basis=RECEIVED_DAY,
    definition="Valid complaints whose cause has been established out of all valid complaints received.",
    source="House rule: a rate by cause is only as good as the share of causes known.",
)

_SLA_SOURCE = "Limits of the complaint tiers; a case still open after its deadline counts as missed."

COMPLAINT_SLA_ATTAINMENT = Metric(
    id="complaint_sla_attainment",
    name="Complaint deadlines kept",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.severity", "complaints.first_response_at", "complaints.resolved_at"),
    numerator=total("complaints_met"),
    denominator=total("complaints_due"),
    target=95.0,
    counted="complaints due",
    basis=DUE_DAY,
    definition=(
        "Complaints first answered and resolved within the limits of their severity out of all complaints whose "
        "resolution was due in the period. Overdue open cases count as missed; waiting for the customer stops the "
        "clock."
    ),
    source=_SLA_SOURCE,
)

COMPLAINT_SLA_RESPONSE = Metric(
    id="complaint_sla_attainment_response",
    name="First-response deadlines kept",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.severity", "complaints.first_response_at"),
    numerator=total("complaints_met_response"),
    denominator=total("complaints_due_response"),
    target=95.0,
    counted="complaints due",
    basis=DUE_DAY,
    definition="Complaints first answered within the limit of their severity out of all whose answer was due.",
    source=_SLA_SOURCE,
)

COMPLAINT_SLA_RESOLUTION = Metric(
    id="complaint_sla_attainment_resolution",
    name="Resolution deadlines kept",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.severity", "complaints.resolved_at"),
    numerator=total("complaints_met_resolution"),
    denominator=total("complaints_due_resolution"),
    target=95.0,
    counted="complaints due",
    basis=DUE_DAY,
    definition=(
        "Complaints resolved within the limit of their severity out of all whose resolution was due; waiting for the "
        "customer stops the clock."
    ),
    source=_SLA_SOURCE,
)

METRICS = (
    COMPLAINT_RATE,
    COMPLAINT_RATE_PER_ORDER,
    ATTITUDE_COMPLAINT_RATE,
    CAUSE_ESTABLISHED,
    COMPLAINT_SLA_ATTAINMENT,
    COMPLAINT_SLA_RESPONSE,
    COMPLAINT_SLA_RESOLUTION,
)


def shares(facts: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """Complaints received by one dimension, each with its share of all.

    Returns:
        `dimension, count, share, low, high`, the largest first; share and its interval in percent.
    """
    counted = facts.group_by(dimension).agg(pl.col("complaints").sum().alias("count")).filter(pl.col("count") > 0)
    total_count = pl.col("count").sum()
    low, high = wilson(pl.col("count"), total_count)
    share = pl.col("count") / total_count
    scaled = [(each * 100).alias(name) for each, name in ((share, "share"), (low, "low"), (high, "high"))]
    return counted.with_columns(*scaled).sort("count", dimension, descending=[True, False], nulls_last=True)
