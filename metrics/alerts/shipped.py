"""The rules that ship: the limits that the sources name. They have no names: their declaration is put into words."""

from metrics.alerts.rule import OVERDUE, AlertRule, Kind, Side

EVALUATION_FAILED = "evaluation_failed"
LIMITS_OF_ROWS = "House rule: the limit that ships for faults of this kind."
#: Checks of the data that are watched, the share of rows in percent, and whether it is switched on.
FOUND = (
    ("contacts_twice", 0.1, True, LIMITS_OF_ROWS),
    ("contacts_resolved_at_early", 0.1, True, LIMITS_OF_ROWS),
    ("contacts_unidentified", 10.0, False, LIMITS_OF_ROWS),
    ("complaints_contact_unknown", 1.0, True, LIMITS_OF_ROWS),
    ("reviews_contact_unknown", 1.0, True, LIMITS_OF_ROWS),
    ("complaints_severity_unmapped", 1.0, True, LIMITS_OF_ROWS),
    ("contacts_late", 5.0, False, LIMITS_OF_ROWS),
)
SHIPPED: tuple[AlertRule, ...] = (
    AlertRule(
        key="first_contact_resolution_low",
        kind=Kind.THRESHOLD,
        about="first_contact_resolution",
        side=Side.BELOW,
        limit=70.0,
        margin=1.0,
        lasting=3,
        source="Warning layer of the dashboard (source 001). 70 % is the mean of the trade (SQM): it fires often.",
    ),
    AlertRule(
        key="heated_emotion_high",
        kind=Kind.THRESHOLD,
        about="heated_emotion_share",
        limit=15.0,
        margin=1.0,
        lasting=2,
        is_on=True,
        source="Warning layer of the dashboard (source 001).",
    ),
    AlertRule(
        key="heated_contact",
        kind=Kind.CASES,
        about="heated_emotion_share",
        limit=1.0,
        window_days=1,
        least=1,
        source="Warning layer of the dashboard (source 001). In a large centre that is every day: narrow it.",
    ),
    AlertRule(
        key="logistics_delay_high",
        kind=Kind.THRESHOLD,
        about="logistics_delay_rate",
        limit=5.0,
        margin=0.5,
        lasting=2,
        is_on=True,
        source="Logistics-delay rate at most 5 % (source 004).",
    ),
    AlertRule(
        key="product_pass_low",
        kind=Kind.THRESHOLD,
        about="product_pass_rate",
        side=Side.BELOW,
        limit=99.0,
        margin=0.1,
        lasting=2,
        is_on=True,
        source="Product pass rate at least 99 % (source 004).",
    ),
    AlertRule(
        key="return_rate_rising",
        kind=Kind.GROWTH,
        about="return_rate",
        limit=10.0,
        window_days=28,
        lasting=2,
        is_on=True,
        source="A rising return rate warns before complaints do (source 004); how much is a house rule.",
    ),
    AlertRule(
        key="complaints_special_cause",
        kind=Kind.SPECIAL_CAUSE,
        about="complaint_rate",
        least=1,
        is_on=True,
        source="Making Data Count (NHS England): out of the limits, a run or a trend is no chance.",
    ),
    AlertRule(
        key="complaints_overdue",
        kind=Kind.DEADLINE,
        about=OVERDUE,
        limit=1.0,
        least=1,
        source="Deadlines of complaints by severity (source 004).",
    ),
    AlertRule(
        key="issue_emerging",
        kind=Kind.EMERGING,
        least=1,
        is_on=True,
        source="Complaints that grew by 15 % a month unnoticed (source 000).",
    ),
    AlertRule(
        key="contacts_not_arrived",
        kind=Kind.NO_DATA,
        about="contacts",
        limit=36.0,
        least=1,
        is_urgent=True,
        source="House rule: a dashboard that stands still looks like a quiet day.",
    ),
    AlertRule(
        key="contacts_volume_unusual",
        kind=Kind.VOLUME,
        about="contacts",
        limit=30.0,
        least=1,
        source="House rule: half of a day's file looks like a quiet day.",
    ),
    *(
        AlertRule(
            key=f"{about}_found", kind=Kind.CHECK, about=about, limit=limit, window_days=28, is_on=is_on, source=source
        )
        for about, limit, is_on, source in FOUND
    ),
    AlertRule(
        key="schema_drift",
        kind=Kind.DRIFT,
        least=1,
        is_on=True,
        is_urgent=True,
        source="House rule: a column that is gone takes its metrics along.",
    ),
    AlertRule(
        key=EVALUATION_FAILED,
        kind=Kind.EVALUATION,
        least=1,
        is_on=True,
        is_urgent=True,
        source="House rule: an alarm that is broken is worse than none.",
    ),
)
