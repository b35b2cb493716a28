"""Complaints that come back or go higher: how often, and could it have been foreseen?"""

from metrics.complaint import RECEIVED_DAY
from metrics.contact import total
from metrics.metric import Better, Metric, Quantile, Source, Unit
from metrics.open_cases import LEAD_TIME

REPEAT_COMPLAINT_RATE = Metric(
    id="repeat_complaint_rate",
    name="Repeat-complaint rate",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.customer_id",
        "complaints.complaint_type",
    ),
    numerator=total("complaints_repeated"),
    denominator=total("complaints"),
    target=10.0,
    look_back="repeat_complaint_days",
    counted="complaints",
    basis=RECEIVED_DAY,
    definition=(
        "Complaints whose customer had complained of the same type within the {repeat_complaint_days} days before, "
        "out of all complaints; one without a customer number counts as none."
    ),
    source="House rule; the third on one issue is a trigger of escalation.",
)

ESCALATION_RATE_L1 = Metric(
    id="escalation_rate_l1",
    name="Escalation rate, supervisor",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.escalation_level",),
    numerator=total("complaints_escalated_l1"),
    denominator=total("complaints"),
    maturity="escalation_days",
    counted="complaints",
    basis=RECEIVED_DAY,
    definition=(
        "Complaints whose highest escalation went to a supervisor, out of all complaints. Levels are never pooled."
    ),
    source="Escalated complaints, three lines of defence.",
)

ESCALATION_RATE_L2 = Metric(
    id="escalation_rate_l2",
    name="Escalation rate, head office",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.escalation_level",),
    numerator=total("complaints_escalated_l2"),
    denominator=total("complaints"),
    maturity="escalation_days",
    counted="complaints",
    basis=RECEIVED_DAY,
    definition=(
        "Complaints whose highest escalation went to the head office, out of all complaints. Levels are never pooled."
    ),
    source="Escalated complaints, three lines of defence.",
)

ESCALATION_RATE_L3 = Metric(
    id="escalation_rate_l3",
    name="Escalation rate, regulator or media",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.COMPLAINTS,),
    needs=("complaints.escalation_level",),
    numerator=total("complaints_escalated_l3"),
    denominator=total("complaints"),
    maturity="escalation_days",
    counted="complaints",
    basis=RECEIVED_DAY,
    definition=(
        "Complaints whose highest escalation went to a regulator or the media, out of all complaints. Levels are "
        "never pooled."
    ),
    source="Escalated complaints, three lines of defence.",
)

PRE_ESCALATION_CONTACT_RATE = Metric(
    id="pre_escalation_contact_rate",
    name="Contact before escalation",
    unit=Unit.PERCENT,
    better=Better.NEITHER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.escalation_level",
        "complaints.customer_id",
        "contacts.customer_id",
    ),
    numerator=total("complaints_contacted_before"),
    denominator=total("complaints_escalated_l3"),
    maturity="escalation_days",
    look_back="look_back_days",
    looks_into=Source.CONTACTS,
    version=2,
    counted="complaints to a regulator or the media",
    basis=RECEIVED_DAY,
    definition=(
        "Complaints taken to a regulator or the media whose customer had contacted us within the {look_back_days} "
        "days before that: a high share could have been prevented. Our own calls do not count."
    ),
    source="Escalated complaints, three lines of defence.",
)

PRE_ESCALATION_TICKET_RATE = Metric(
    id="pre_escalation_ticket_rate",
    name="Complaint before escalation",
    unit=Unit.PERCENT,
    better=Better.NEITHER,
    reads=(Source.COMPLAINTS,),
    needs=(
        "complaints.escalation_level",
        "complaints.customer_id",
    ),
    numerator=total("complaints_filed_before"),
    denominator=total("complaints_escalated_l3"),
    maturity="escalation_days",
    look_back="look_back_days",
    counted="complaints to a regulator or the media",
    basis=RECEIVED_DAY,
    definition=(
        "Complaints taken to a regulator or the media whose customer had complained to us within the {look_back_days}"
        " days before."
    ),
    source="Escalated complaints, three lines of defence.",
)

ESCALATION_LEAD_TIME = Quantile(
    id="escalation_lead_time",
    name="Lead time before escalation, median",
    duration=LEAD_TIME,
    quantile=0.5,
    needs=(
        "complaints.escalation_level",
        "complaints.customer_id",
        "contacts.customer_id",
    ),
    better=Better.NEITHER,
    reads=(Source.LEAD_TIMES,),
    counted="complaints to a regulator or the media after a contact",
    basis=RECEIVED_DAY,
    maturity="escalation_days",
    look_back="look_back_days",
    looks_into=Source.CONTACTS,
    version=2,
    definition=(
        "Half of the complaints taken to a regulator or the media came no later than this after the customer’s last "
        "own contact within the {look_back_days} days before: the time there was to act."
    ),
    source="Escalated complaints, three lines of defence.",
)

ESCALATION_LEAD_TIME_P90 = Quantile(
    id="escalation_lead_time_p90",
    name="Lead time before escalation, P90",
    duration=LEAD_TIME,
    quantile=0.9,
    needs=ESCALATION_LEAD_TIME.needs,
    better=Better.NEITHER,
    reads=(Source.LEAD_TIMES,),
    counted="complaints to a regulator or the media after a contact",
    basis=RECEIVED_DAY,
    maturity="escalation_days",
    look_back="look_back_days",
    looks_into=Source.CONTACTS,
    version=2,
    definition=(
        "Nine in ten of the complaints taken to a regulator or the media came no later than this after the customer’s "
        "last own contact within the {look_back_days} days before."
    ),
    source="Escalated complaints, three lines of defence.",
)

METRICS = (
    REPEAT_COMPLAINT_RATE,
    ESCALATION_RATE_L1,
    ESCALATION_RATE_L2,
    ESCALATION_RATE_L3,
    PRE_ESCALATION_CONTACT_RATE,
    PRE_ESCALATION_TICKET_RATE,
    ESCALATION_LEAD_TIME,
    ESCALATION_LEAD_TIME_P90,
)
