"""What complaints tell: how many, from what, and were they answered and solved in time?"""

import polars as pl

from metrics.contact import total
from metrics.intervals import wilson
from metrics.metric import Better, Metric, Source, Unit

RECEIVED_DAY = "day the complaint was received"
DAYS_OF_A_QUARTER = 365.25 / 4
DUE_DAY = "day the deadline fell"
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
    unsplit=("channel",),  # a complaint comes in by another channel than the service that it is about
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

COMPLAINT_RATE_PER_CUSTOMER = Metric(
    id="complaint_rate_per_customer",
    name="Complaint rate per 1,000 active customers",
    unit=Unit.PER_THOUSAND,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS, Source.VOLUMES),
    needs=("complaints", "volumes"),
    numerator=total("complaints"),
    denominator=total("active_customers"),
    counted="active customers, day by day",
    basis=RECEIVED_DAY,
    definition=(
        "Valid complaints received, duplicates merged, per 1,000 active customers of the same period; customers are "
        "counted on each day on which they were active."
    ),
    source="House rule.",
)

EXTERNAL_COMPLAINT_RATE = Metric(
    id="external_complaint_rate",
    name="External complaint rate",
    unit=Unit.PER_MILLION,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS, Source.CUSTOMERS),
    needs=("complaints.escalation_level", "customers.since"),
    numerator=total("complaints_escalated_l3"),
    denominator=pl.col("customer_days").sum() / DAYS_OF_A_QUARTER,
    maturity="escalation_days",
    counted="customers over a quarter",
    basis=RECEIVED_DAY,
    definition=(
        "Complaints taken to a regulator or the media per 1,000,000 customers and quarter: a customer on record for "
        "half a quarter counts half."
    ),
    source="The form in which regulators publish it.",
)

STAFF_ERROR_COMPLAINT_RATE = Metric(
    id="staff_error_complaint_rate",
    name="Staff-error complaints",
    unit=Unit.PER_THOUSAND,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS, Source.CONTACTS),
    needs=("complaints.established_cause", "contacts"),
    numerator=total("staff_error_complaints"),
    denominator=total("handled"),
    maturity="cause_days",
    unsplit=("channel",),
    counted="contacts handled",
    basis=RECEIVED_DAY,
    definition="Complaints whose established cause is the service, per 1,000 contacts handled.",
    source="House rule; what the customer claims does not count until it is established.",
)

STAFF_ERRORS_FOUND = Metric(
    id="staff_error_found_by_us",
    name="Staff errors found by ourselves",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.established_cause", "complaints.found_by_us"),
    numerator=total("staff_errors_found_by_us"),
    denominator=total("staff_error_complaints"),
    maturity="cause_days",
    counted="staff-error complaints",
    basis=RECEIVED_DAY,
    definition="Complaints whose established cause is the service that we found and mended ourselves first.",
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
    unsplit=("channel", "issue_type"),
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
        "Complaints first answered ({response_limits}) and resolved ({resolution_limits}) within the limits of their "
        "severity out of all complaints whose resolution was due in the period. Overdue open cases count as missed; "
        "waiting for the customer stops the clock, which runs {deadline_clock}."
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
    definition=(
        "Complaints first answered within the limit of their severity ({response_limits}) out of all whose answer was "
        "due; the clock runs {deadline_clock}."
    ),
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
        "Complaints resolved within the limit of their severity ({resolution_limits}) out of all whose resolution was "
        "due; waiting for the customer stops the clock, which runs {deadline_clock}."
    ),
    source=_SLA_SOURCE,
)

METRICS = (
    COMPLAINT_RATE,
    COMPLAINT_RATE_PER_ORDER,
    COMPLAINT_RATE_PER_CUSTOMER,
    EXTERNAL_COMPLAINT_RATE,
    ATTITUDE_COMPLAINT_RATE,
    STAFF_ERROR_COMPLAINT_RATE,
    STAFF_ERRORS_FOUND,
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
