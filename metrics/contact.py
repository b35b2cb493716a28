"""What contacts tell: were customers helped the first time, in time, and were they content?"""

import polars as pl

from metrics.metric import Better, Metric, Quantile, Source, Unit

CONTACT_DAY = "day the contact started"


def total(column: str) -> pl.Expr:
    return pl.col(column).sum()


FIRST_CONTACT_RESOLUTION = Metric(
    id="first_contact_resolution",
    name="First-contact resolution",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.customer_id", "contacts.issue_type"),
    numerator=total("first_contacts_resolved"),
    denominator=total("first_contacts"),
    target=70.0,
    maturity="fcr_window_days",
    counted="first contacts",
    basis=CONTACT_DAY,
    definition=(
        "First contacts with no further inbound contact of the same customer and issue type within {fcr_window_days} "
        "days after, out of all first contacts (none in the {fcr_gap_days} days before). Contacts without a customer "
        "number are left out. A day is final when the {fcr_window_days} days after it have passed."
    ),
    source="Repeat-based; SQM Group reports an industry average near 70 %, world class from 80 %.",
)

FIRST_CONTACT_RESOLUTION_FLAG = Metric(
    id="first_contact_resolution_flag",
    name="First-contact resolution (flag)",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.resolved",),
    numerator=total("marked_resolved"),
    denominator=total("handled"),
    target=70.0,
    maturity="reopen_days",
    counted="contacts handled",
    basis=CONTACT_DAY,
    definition=(
        "Contacts that the agent marked resolved and that were not reopened within {fcr_window_days} days after, out "
        "of all contacts handled. Where the warehouse has no time of reopening, any reopening counts. A day is final "
        "when {reopen_days} days have passed."
    ),
    source="House rule: what agents say of themselves; shown beside the repeat-based figure, never instead of it.",
)

CSAT = Metric(
    id="csat",
    name="Customer satisfaction",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.csat",),
    numerator=total("csat_satisfied"),
    denominator=total("csat_answers"),
    target=85.0,
    counted="valid answers",
    basis=CONTACT_DAY,
    definition="Answers 4 and 5 out of all valid answers (1 to 5), by the day of the contact they judge.",
    source="Top-two-box share, ISO 10004 leaves the scale to the organisation.",
)

CSAT_MEAN = Metric(
    id="csat_mean",
    name="Satisfaction score, mean",
    unit=Unit.SCORE,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.csat",),
    numerator=total("csat_sum"),
    denominator=total("csat_answers"),
    squares=total("csat_squares"),
    counted="valid answers",
    basis=CONTACT_DAY,
    definition="Mean of all valid answers (1 to 5), by the day of the contact they judge.",
    source="House rule: shown beside the share of satisfied answers, because a mean hides the unhappy ones.",
)

CSAT_RESPONSE_RATE = Metric(
    id="csat_response_rate",
    name="Survey response rate",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.csat", "contacts.csat_sent"),
    numerator=total("csat_answered_sent"),
    denominator=total("csat_surveys"),
    counted="surveys sent",
    basis=CONTACT_DAY,
    definition="Surveys with a valid answer out of all surveys sent, by the day of the contact.",
    source="House rule: a satisfaction figure without its response rate cannot be judged.",
)

CONTACT_SLA_ATTAINMENT = Metric(
    id="contact_sla_attainment",
    name="Contact SLA attainment",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.sla_met",),
    numerator=total("sla_met"),
    denominator=total("sla_due"),
    target=90.0,
    counted="contacts with a recorded result",
    basis=CONTACT_DAY,
    definition="Contacts recorded as handled within their limit out of all contacts with a recorded result.",
    source="The flag of the source system.",
)

TRANSFER_RATE = Metric(
    id="transfer_rate",
    name="Transfer rate",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.CONTACTS,),
    needs=("contacts.transfer_count",),
    numerator=total("transferred"),
    denominator=total("handled"),
    target=10.0,
    counted="contacts handled",
    basis=CONTACT_DAY,
    definition="Contacts handed on to another agent or group at least once out of all contacts handled.",
    source="House rule.",
)

REOPEN_RATE = Metric(
    id="reopen_rate",
    name="Reopen rate",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.CONTACTS,),
    needs=("contacts.reopen_count", "contacts.resolved"),
    numerator=total("reopened"),
    denominator=total("resolved"),
    target=5.0,
    maturity="reopen_days",
    counted="contacts resolved",
    basis=CONTACT_DAY,
    definition=(
        "Resolved contacts that were reopened within {fcr_window_days} days after out of all resolved contacts. Where "
        "the warehouse has no time of reopening, any reopening counts. A day is final when {reopen_days} days have "
        "passed."
    ),
    source="House rule.",
)

IDENTIFIED_CUSTOMERS = Metric(
    id="identified_share",
    name="Contacts with a known customer",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.customer_id",),
    numerator=total("identified"),
    denominator=total("contacts"),
    counted="contacts",
    basis=CONTACT_DAY,
    definition="Contacts with a customer number out of all contacts: the part that first-contact resolution can judge.",
    source="House rule.",
)

DURATIONS = {
    "handle_time": ("contacts.talk_seconds",),
    "resolution_time": ("contacts.resolved_at",),
    "first_response_time": ("contacts.first_response_at",),
}
_APPROXIMATE = "Read from a histogram whose bins are 2 % wide, so it is exact to 1 %."

HANDLE_TIME = Quantile(
    id="handle_time",
    name="Handle time, median",
    duration="handle_time",
    quantile=0.5,
    needs=DURATIONS["handle_time"],
    better=Better.NEITHER,
    counted="contacts handled",
    definition="Half of the contacts handled took no longer: talk, hold and wrap-up together. " + _APPROXIMATE,
    source="House rule: times are skewed, so a median instead of a mean.",
)

HANDLE_TIME_P90 = Quantile(
    id="handle_time_p90",
    name="Handle time, P90",
    duration="handle_time",
    quantile=0.9,
    needs=DURATIONS["handle_time"],
    better=Better.NEITHER,
    counted="contacts handled",
    definition="Nine in ten contacts handled took no longer: talk, hold and wrap-up together. " + _APPROXIMATE,
    source="House rule.",
)

FIRST_RESPONSE_TIME = Quantile(
    id="first_response_time",
    name="First response time, median",
    duration="first_response_time",
    quantile=0.5,
    needs=DURATIONS["first_response_time"],
    counted="contacts with a first response",
    definition="Half of the contacts got their first response no later than this after their start. " + _APPROXIMATE,
    source="House rule.",
)

FIRST_RESPONSE_TIME_P90 = Quantile(
    id="first_response_time_p90",
    name="First response time, P90",
    duration="first_response_time",
    quantile=0.9,
    needs=DURATIONS["first_response_time"],
    counted="contacts with a first response",
    definition="Nine in ten contacts got their first response no later than this after their start. " + _APPROXIMATE,
    source="House rule.",
)

RESOLUTION_TIME = Quantile(
    id="resolution_time",
    name="Resolution time, median",
    duration="resolution_time",
    quantile=0.5,
    needs=DURATIONS["resolution_time"],
    counted="contacts resolved",
    maturity="resolution_days",
    definition="Half of the resolved contacts were resolved no later than this after their start. " + _APPROXIMATE,
    source="House rule.",
)

RESOLUTION_TIME_P90 = Quantile(
    id="resolution_time_p90",
    name="Resolution time, P90",
    duration="resolution_time",
    quantile=0.9,
    needs=DURATIONS["resolution_time"],
    counted="contacts resolved",
    maturity="resolution_days",
    definition="Nine in ten resolved contacts were resolved no later than this after their start. " + _APPROXIMATE,
    source="House rule.",
)

METRICS = (
    FIRST_CONTACT_RESOLUTION,
    FIRST_CONTACT_RESOLUTION_FLAG,
    CSAT,
    CSAT_MEAN,
    CSAT_RESPONSE_RATE,
    CONTACT_SLA_ATTAINMENT,
    HANDLE_TIME,
    HANDLE_TIME_P90,
    FIRST_RESPONSE_TIME,
    FIRST_RESPONSE_TIME_P90,
    RESOLUTION_TIME,
    RESOLUTION_TIME_P90,
    TRANSFER_RATE,
    REOPEN_RATE,
    IDENTIFIED_CUSTOMERS,
)
