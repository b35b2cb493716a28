"""What contacts tell: were customers helped the first time, in time, and were they content?"""

import polars as pl

from metrics.metric import Better, Metric, Source, Unit

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
    look_back="fcr_gap_days",
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

FIRST_CONTACT_RESOLUTION_SURVEY = Metric(
    id="first_contact_resolution_survey",
    name="First-contact resolution (survey)",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.solved_first_contact",),
    numerator=total("first_contact_solved"),
    denominator=total("first_contact_answers"),
    target=70.0,
    counted="valid answers",
    basis=CONTACT_DAY,
    definition="Customers who said that it was solved at the first contact out of all who answered.",
    source="Survey-based: what customers say, of those who answer.",
)

ONE_CONTACT_RESOLUTION = Metric(
    id="one_contact_resolution",
    name="One-contact resolution across channels",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.customer_id", "contacts.issue_type", "contacts.channel"),
    numerator=total("first_contacts_resolved"),
    denominator=total("first_contacts"),
    maturity="fcr_window_days",
    look_back="fcr_gap_days",
    unsplit=("channel",),
    counted="first contacts",
    basis=CONTACT_DAY,
    definition=(
        "First contacts with no further inbound contact of the same customer and issue type through any channel within "
        "{fcr_window_days} days after, out of all first contacts, all channels together. Repeats are looked for in "
        "every channel, so it equals the repeat-based figure of all channels; the figure that looks for repeats in the "
        "same channel only lies above it by those who hop between channels."
    ),
    source="SQM Group reports an average of 59 %.",
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
    least_cases=200,  # nearly all customers answer 5, and few answer 1
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
    needs=("contacts.sla_met or contacts.priority", "contacts.sla_met or contacts.resolved_at"),
    numerator=total("sla_met"),
    denominator=total("sla_due"),
    target=90.0,
    maturity="contact_limit_days",
    counted="contacts with a limit",
    basis=CONTACT_DAY,
    definition=(
        "Contacts resolved within their limit out of all that have one: as the source system recorded it or, where it "
        "records nothing, by the limits of the priorities ({contact_limits})."
    ),
    source="The flag of the source system, else a house rule.",
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

METRICS = (
    FIRST_CONTACT_RESOLUTION,
    FIRST_CONTACT_RESOLUTION_FLAG,
    FIRST_CONTACT_RESOLUTION_SURVEY,
    ONE_CONTACT_RESOLUTION,
    CSAT,
    CSAT_MEAN,
    CSAT_RESPONSE_RATE,
    CONTACT_SLA_ATTAINMENT,
    TRANSFER_RATE,
    REOPEN_RATE,
    IDENTIFIED_CUSTOMERS,
)
