"""How long it takes: to handle a contact, to answer it first, to resolve it."""

from metrics.contact import CONTACT_DAY, total
from metrics.metric import Better, Metric, Quantile, Source, Unit

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

HANDLE_TIME_COMPLIANCE = Metric(
    id="handle_time_compliance",
    name="Handle-time compliance",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=("contacts.talk_seconds", "contacts.issue_type"),
    numerator=total("handle_in_band"),
    denominator=total("handle_timed"),
    counted="contacts handled",
    basis=CONTACT_DAY,
    definition=(
        "Contacts handled neither too fast nor too slowly: within the band of their own issue type, out of all "
        "handled. Where no band is set it reaches from P10 to P90 of the type in the first {handle_reference_days} "
        "days of the data, which then held 80 %; the statement shows the bands."
    ),
    source="House rule: too short counts as well as too long.",
)

METRICS = (
    HANDLE_TIME,
    HANDLE_TIME_P90,
    FIRST_RESPONSE_TIME,
    FIRST_RESPONSE_TIME_P90,
    RESOLUTION_TIME,
    RESOLUTION_TIME_P90,
    HANDLE_TIME_COMPLIANCE,
)
