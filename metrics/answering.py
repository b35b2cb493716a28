"""Are customers answered in time, and how many give up waiting?"""

from dataclasses import replace

from metrics.contact import CONTACT_DAY, total
from metrics.metric import Better, Metric, Source, Unit

SERVICE_LEVEL_OF_OFFERED = Metric(
    id="service_level_of_offered",
    name="Service level (of all offered)",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CALLS,),
    needs=("contacts.answered_at or volumes",),
    numerator=total("answered_in_time"),
    denominator=total("offered"),
    target=80.0,
    counted="contacts offered",
    basis=CONTACT_DAY,
    definition=(
        "Contacts answered within {answer_seconds} seconds out of all offered; abandoned ones count as missed. "
        "Channels without a queue, like e-mail, are left out. Where no time of giving up is recorded, whoever was not "
        "answered gave up."
    ),
    source="The strictest of the four formulas in use.",
)

SERVICE_LEVEL_OF_ANSWERED = Metric(
    id="service_level_of_answered",
    name="Service level (of answered)",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CALLS,),
    needs=("contacts.answered_at or volumes",),
    numerator=total("answered_in_time"),
    denominator=total("answered"),
    target=80.0,
    counted="contacts answered",
    basis=CONTACT_DAY,
    definition="Contacts answered within {answer_seconds} seconds out of all answered; who gave up does not count.",
    source="One of the four formulas in use; it looks better the more people give up.",
)

SERVICE_LEVEL_ABANDONED_IN_TIME = Metric(
    id="service_level_abandoned_in_time",
    name="Service level (abandoned in time as kept)",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CALLS,),
    needs=(
        "contacts.answered_at",
        "contacts.abandoned_at",
    ),
    numerator=total("answered_in_time") + total("abandoned_in_time"),
    denominator=total("offered"),
    target=80.0,
    counted="contacts offered",
    basis=CONTACT_DAY,
    definition="Contacts answered or given up within {answer_seconds} seconds out of all offered.",
    source="One of the four formulas in use.",
)

SERVICE_LEVEL_LATE_ABANDONED = Metric(
    id="service_level_late_abandoned",
    name="Service level (without early abandons)",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CALLS,),
    needs=(
        "contacts.answered_at",
        "contacts.abandoned_at",
    ),
    numerator=total("answered_in_time"),
    denominator=total("offered") - total("abandoned_in_time"),
    target=80.0,
    counted="contacts offered and not given up early",
    basis=CONTACT_DAY,
    definition=(
        "Contacts answered within {answer_seconds} seconds out of all answered and those given up later than that."
    ),
    source="One of the four formulas in use.",
)

#: A site chooses which of them its service level is.
FORMULAS = {
    "of_offered": SERVICE_LEVEL_OF_OFFERED,
    "of_answered": SERVICE_LEVEL_OF_ANSWERED,
    "abandoned_in_time": SERVICE_LEVEL_ABANDONED_IN_TIME,
    "late_abandoned": SERVICE_LEVEL_LATE_ABANDONED,
}
_NAMED = {"id": "service_level", "name": "Service level"}
SERVICE_LEVEL = replace(
    SERVICE_LEVEL_OF_OFFERED,
    chosen_by="service_level_formula",
    formulas={name: replace(each, **_NAMED) for name, each in FORMULAS.items()},
    **_NAMED,
)

ABANDONMENT_RATE = Metric(
    id="abandonment_rate",
    name="Abandonment rate",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.CALLS,),
    needs=("contacts.answered_at or volumes",),
    numerator=total("abandoned"),
    denominator=total("offered"),
    target=5.0,
    counted="contacts offered",
    basis=CONTACT_DAY,
    definition=(
        "Contacts given up before an answer out of all offered. Channels without a queue, like e-mail, are left out. "
        "Where no time of giving up is recorded, whoever was not answered gave up."
    ),
    source="House rule.",
)

SHORT_ABANDONMENT_RATE = Metric(
    id="abandonment_rate_short",
    name="Short abandonment rate",
    unit=Unit.PERCENT,
    better=Better.NEITHER,
    reads=(Source.CALLS,),
    needs=(
        "contacts.answered_at",
        "contacts.abandoned_at",
    ),
    numerator=total("abandoned_shortly"),
    denominator=total("offered"),
    counted="contacts offered",
    basis=CONTACT_DAY,
    definition=(
        "Contacts given up within {short_abandon_seconds} seconds out of all offered: wrong numbers rather than long "
        "waits."
    ),
    source="House rule: kept apart from the abandonment rate.",
)

SELF_SERVICE_CONTAINMENT = Metric(
    id="self_service_containment",
    name="Self-service containment",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.SESSIONS,),
    needs=("contacts.channel", "contacts.customer_id"),
    numerator=total("sessions_contained"),
    denominator=total("sessions"),
    maturity="containment_days",
    counted="self-service sessions of known customers",
    basis=CONTACT_DAY,
    definition=(
        "Self-service sessions after which the customer turned to no person within {containment_hours} hours, out of "
        "all sessions of known customers."
    ),
    source="House rule.",
)

METRICS = (
    SERVICE_LEVEL,
    *FORMULAS.values(),
    ABANDONMENT_RATE,
    SHORT_ABANDONMENT_RATE,
    SELF_SERVICE_CONTAINMENT,
)
