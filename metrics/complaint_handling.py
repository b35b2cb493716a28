"""How complaints are handled: handed over in time, followed up, made good, and rightly judged?"""

from metrics.complaint import DUE_DAY, RECEIVED_DAY
from metrics.contact import total
from metrics.metric import Better, Metric, Quantile, Source, Unit
from metrics.open_cases import BACKLOG

RESOLVED_DAY = "day the complaint was resolved"

COMPLAINT_SLA_HAND_OVER = Metric(
    id="complaint_sla_attainment_hand_over",
    name="Hand-over deadlines kept",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.handed_over_at",),
    numerator=total("complaints_met_hand_over"),
    denominator=total("complaints_due_hand_over"),
    target=95.0,
    counted="complaints to hand over",
    basis=DUE_DAY,
    definition=(
        "Complaints handed over to the responsible department within {hand_over_minutes} minutes of receipt out of "
        "all that another department has to solve; the clock runs {deadline_clock}."
    ),
    source="Limits of the complaint tiers.",
)

COMPLAINT_SLA_DEPARTMENT = Metric(
    id="complaint_sla_attainment_department",
    name="Department deadlines kept",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.handed_over_at",
        "complaints.department_replied_at",
    ),
    numerator=total("complaints_met_department"),
    denominator=total("complaints_due_department"),
    target=95.0,
    counted="complaints handed over",
    basis=DUE_DAY,
    definition=(
        "Complaints to which the responsible department replied within {department_minutes} minutes of the hand-over "
        "out of all handed over; the clock runs {deadline_clock}."
    ),
    source="Limits of the complaint tiers.",
)

SOLUTION_IN_A_DAY = Metric(
    id="complaint_solution_24h",
    name="Complaints solved in the time promised",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.resolved_at",),
    numerator=total("complaints_solved_in_a_day"),
    denominator=total("complaints"),
    target=100.0,
    maturity="solution_days",
    counted="complaints",
    basis=RECEIVED_DAY,
    definition="Valid complaints resolved within {solution_hours} hours of receipt out of all received.",
    source="Promise to complaining customers.",
)

FOLLOW_UP_RATE = Metric(
    id="follow_up_rate",
    name="Follow-up rate",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.resolved_at",
        "complaints.follow_up_at",
    ),
    numerator=total("complaints_followed_up_in_time"),
    denominator=total("complaints_resolved"),
    target=100.0,
    maturity="solution_days",
    counted="complaints resolved",
    basis=RESOLVED_DAY,
    definition=(
        "Resolved complaints whose customer was asked within {follow_up_hours} hours whether all is well (high-value "
        "customers within {high_value_follow_up_hours} hours), out of all resolved; the clock runs {deadline_clock}."
    ),
    source="Limits of the complaint tiers.",
)

FOLLOW_UP_SATISFACTION = Metric(
    id="follow_up_satisfaction",
    name="Satisfaction after follow-up",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.resolved_at",
        "complaints.follow_up_score",
    ),
    numerator=total("complaints_rated_satisfied"),
    denominator=total("complaints_rated"),
    target=85.0,
    maturity="resolution_days",
    counted="complaints rated at the follow-up",
    basis=RESOLVED_DAY,
    definition="Follow-ups answered with {satisfied_score} or 5 out of all that were answered (1 to 5).",
    source="House rule.",
)

REDO_RATE = Metric(
    id="redo_rate",
    name="Redo rate",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.resolved_at",
        "complaints.follow_up_at",
        "complaints.reopened_at",
    ),
    numerator=total("complaints_redone"),
    denominator=total("complaints_followed_up"),
    maturity="resolution_days",
    counted="complaints followed up",
    basis=RESOLVED_DAY,
    definition="Complaints reopened out of all that were followed up.",
    source="A dissatisfied customer’s case is reopened until it is good.",
)

PROMISE_KEPT_RATE = Metric(
    id="promise_kept_rate",
    name="Promises kept",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.promised_at",
        "complaints.promise_met_at",
    ),
    numerator=total("promises_kept"),
    denominator=total("promises_due"),
    target=95.0,
    counted="promises due",
    basis=DUE_DAY,
    definition="Promises met in time out of all that were due; an open one past its day counts as broken.",
    source="House rule.",
)

UPHELD_RATE = Metric(
    id="upheld_rate",
    name="Upheld rate",
    unit=Unit.PERCENT,
    better=Better.NEITHER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.closed_at",
        "complaints.upheld",
    ),
    numerator=total("complaints_upheld"),
    denominator=total("complaints_closed"),
    counted="complaints closed with a finding",
    basis="day the complaint was closed",
    definition="Complaints upheld wholly or partly out of all closed with a finding.",
    source="ISO 10002 asks for the outcome of each complaint.",
)

COMPLAINT_LINKAGE = Metric(
    id="complaint_linkage",
    name="Complaints linked to a contact",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.contact_id",),
    numerator=total("complaints_linked"),
    denominator=total("complaints"),
    target=80.0,
    counted="complaints",
    basis=RECEIVED_DAY,
    definition=(
        "Valid complaints that name the contact they came of out of all valid complaints: the measure of the data silo."
    ),
    source="House rule.",
)

QA_MISS_RATE = Metric(
    id="qa_miss_rate",
    name="QA miss rate",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.contact_id",
        "complaints.established_cause",
        "complaints.upheld",
        "qa_reviews.contact_id",
        "qa_reviews.passed",
    ),
    numerator=total("complaints_of_passed"),
    denominator=total("complaints_of_reviewed"),
    maturity="cause_days",
    counted="upheld service complaints whose contact was reviewed",
    basis=RECEIVED_DAY,
    definition=(
        "Upheld complaints with the service as cause whose contact people had reviewed and passed, out of those whose"
        " contact they had reviewed."
    ),
    version=2,
    source="House rule: what QA passed and the customer did not.",
)

BACKLOG_AGE = Quantile(
    id="backlog_age",
    name="Age of open complaints, median",
    duration=BACKLOG,
    quantile=0.5,
    needs=("complaints.resolved_at",),
    reads=(Source.BACKLOG,),
    counted="open complaints",
    basis="last day of the period",
    last_days="backlog_days",
    definition=(
        "Half of the complaints that were open at the end of the last day of the period had come no longer than this "
        "before; their distribution shows the age bands."
    ),
    source="House rule.",
)

METRICS = (
    COMPLAINT_SLA_HAND_OVER,
    COMPLAINT_SLA_DEPARTMENT,
    SOLUTION_IN_A_DAY,
    FOLLOW_UP_RATE,
    FOLLOW_UP_SATISFACTION,
    REDO_RATE,
    PROMISE_KEPT_RATE,
    UPHELD_RATE,
    COMPLAINT_LINKAGE,
    QA_MISS_RATE,
    BACKLOG_AGE,
)
