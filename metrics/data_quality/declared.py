"""Every check there is, by id: the page, alerts, files and the tests iterate it."""

from metrics.complaint_facts import LEVELS as ESCALATION_LEVELS
from metrics.data_quality.check import Check, Fault
from metrics.review_facts import LEVELS as REVIEW_LEVELS

CAUSES = ("service", "rule", "system", "product", "logistics", "price", "other")
VERDICTS = ("upheld", "partly_upheld", "rejected")


def _early(table: str, then: str, first: str, name: str, *, spoils: tuple[str, ...] = ()) -> Check:
    """An instant that lies before the one that it has to follow."""
    spoiled = spoils or (f"{table}.{then}",)
    return Check(
        id=f"{table}_{then}_early", fault=Fault.TIME, table=table, name=name, columns=(then, first), spoils=spoiled
    )


CONTACTS = (
    Check(
        id="contacts_twice",
        fault=Fault.TWICE,
        table="contacts",
        name="Contacts on record twice on one day",
        columns=("contact_id",),
        spoils=("contacts",),
    ),
    Check(
        id="contacts_unidentified",
        fault=Fault.EMPTY,
        table="contacts",
        name="Contacts of unidentified customers",
        columns=("customer_id",),
        spoils=("contacts.customer_id",),
    ),
    Check(
        id="contacts_without_issue",
        fault=Fault.EMPTY,
        table="contacts",
        name="Contacts without an issue type",
        columns=("issue_type",),
        spoils=("contacts.issue_type",),
    ),
    Check(
        id="contacts_without_team",
        fault=Fault.EMPTY,
        table="contacts",
        name="Contacts without a team",
        columns=("team_id",),
    ),
    Check(
        id="contacts_agent_unknown",
        fault=Fault.ORPHAN,
        table="contacts",
        name="Contacts of agents who are not on record",
        columns=("agent_id",),
        refers="agents",
        spoils=("agents.team_id", "agents"),
    ),
    Check(
        id="contacts_team_unknown",
        fault=Fault.ORPHAN,
        table="contacts",
        name="Contacts of teams that are not on record",
        columns=("team_id",),
        refers="teams",
    ),
    _early("contacts", "answered_at", "queued_at", "Contacts answered before they were queued"),
    _early("contacts", "abandoned_at", "started_at", "Contacts given up before they began"),
    _early("contacts", "ended_at", "started_at", "Contacts that ended before they began"),
    _early("contacts", "first_response_at", "started_at", "Contacts with a first response before they began"),
    _early("contacts", "resolved_at", "started_at", "Contacts resolved before they began"),
    Check(
        id="contacts_talk_negative",
        fault=Fault.RANGE,
        table="contacts",
        name="Contacts with a talk time below zero",
        columns=("talk_seconds",),
        low=0,
        spoils=("contacts.talk_seconds",),
    ),
    Check(
        id="contacts_csat_range",
        fault=Fault.RANGE,
        table="contacts",
        name="Satisfaction outside 1 to 5",
        columns=("csat",),
        low=1,
        high=5,
        spoils=("contacts.csat",),
    ),
    Check(
        id="contacts_direction_unmapped",
        fault=Fault.CODE,
        table="contacts",
        name="Contacts whose direction is an unknown code",
        columns=("direction",),
        codes=lambda _rules: ("inbound", "outbound"),
        spoils=("contacts.customer_id", "contacts.answered_at"),
    ),
    Check(
        id="contacts_priority_unmapped",
        fault=Fault.CODE,
        table="contacts",
        name="Contacts whose priority is an unknown code",
        columns=("priority",),
        codes=lambda rules: tuple(rules.contact_limits),
        stands_in="sla_met",
        spoils=("contacts.priority",),
    ),
)
COMPLAINTS = (
    Check(
        id="complaints_twice",
        fault=Fault.TWICE,
        table="complaints",
        name="Complaints on record twice",
        columns=("complaint_id",),
        spoils=("complaints",),
    ),
    Check(
        id="complaints_unidentified",
        fault=Fault.EMPTY,
        table="complaints",
        name="Complaints of unidentified customers",
        columns=("customer_id",),
        spoils=("complaints.customer_id",),
    ),
    Check(
        id="complaints_without_contact",
        fault=Fault.EMPTY,
        table="complaints",
        name="Complaints that name no contact",
        columns=("contact_id",),
        spoils=("complaints.contact_id",),
    ),
    Check(
        id="complaints_contact_unknown",
        fault=Fault.ORPHAN,
        table="complaints",
        name="Complaints whose contact is not on record",
        columns=("contact_id",),
        refers="contacts",
        spoils=("complaints.contact_id",),
    ),
    Check(
        id="complaints_agent_unknown",
        fault=Fault.ORPHAN,
        table="complaints",
        name="Complaints about agents who are not on record",
        columns=("agent_id",),
        refers="agents",
        spoils=("complaints.agent_id",),
    ),
    _early("complaints", "first_response_at", "received_at", "Complaints answered before they were received"),
    _early("complaints", "handed_over_at", "received_at", "Complaints handed over before they were received"),
    _early("complaints", "department_replied_at", "handed_over_at", "Replies of departments before the hand-over"),
    _early("complaints", "resolved_at", "received_at", "Complaints resolved before they were received"),
    _early("complaints", "escalated_at", "received_at", "Complaints escalated before they were received",
           spoils=("complaints.escalation_level", "complaints.escalated_at")),
    Check(
        id="complaints_severity_unmapped",
        fault=Fault.CODE,
        table="complaints",
        name="Complaints whose severity is an unknown code",
        columns=("severity",),
        codes=lambda rules: tuple(rules.deadlines),
        spoils=("complaints.severity",),
    ),
    Check(
        id="complaints_cause_unmapped",
        fault=Fault.CODE,
        table="complaints",
        name="Complaints whose established cause is an unknown code",
        columns=("established_cause",),
        codes=lambda _rules: CAUSES,
        spoils=("complaints.established_cause",),
    ),
    Check(
        id="complaints_level_unmapped",
        fault=Fault.CODE,
        table="complaints",
        name="Complaints whose level of escalation is an unknown code",
        columns=("escalation_level",),
        codes=lambda _rules: ESCALATION_LEVELS,
        spoils=("complaints.escalation_level",),
    ),
    Check(
        id="complaints_verdict_unmapped",
        fault=Fault.CODE,
        table="complaints",
        name="Complaints whose verdict is an unknown code",
        columns=("upheld",),
        codes=lambda _rules: VERDICTS,
        spoils=("complaints.upheld",),
    ),
)  # fmt: skip
OTHERS = (
    Check(
        id="events_complaint_unknown",
        fault=Fault.ORPHAN,
        table="complaint_events",
        name="Steps of complaints that are not on record",
        columns=("complaint_id",),
        refers="complaints",
        spoils=("complaint_events",),
    ),
    _early("complaint_events", "at", "complaints.received_at", "Steps of complaints before these were received",
           spoils=("complaint_events",)),
    Check(
        id="reviews_twice",
        fault=Fault.TWICE,
        table="qa_reviews",
        name="Reviews on record twice",
        columns=("review_id",),
        spoils=("qa_reviews",),
    ),
    Check(
        id="reviews_contact_unknown",
        fault=Fault.ORPHAN,
        table="qa_reviews",
        name="Reviews whose contact is not on record",
        columns=("contact_id",),
        refers="contacts",
        spoils=("qa_reviews.contact_id", "qa_reviews"),
    ),
    _early("qa_reviews", "reviewed_at", "contacts.started_at", "Reviews made on a day before their contact",
           spoils=("qa_reviews",)),
    Check(
        id="reviews_level_unmapped",
        fault=Fault.CODE,
        table="qa_reviews",
        name="Reviews whose level is an unknown code",
        columns=("level",),
        codes=lambda _rules: (*REVIEW_LEVELS, "automatic"),
        spoils=("qa_reviews.level",),
    ),
    Check(
        id="items_review_unknown",
        fault=Fault.ORPHAN,
        table="qa_items",
        name="Items whose review is not on record or has no date",
        columns=("review_id",),
        refers="qa_reviews",
        spoils=("qa_items",),
    ),
    Check(
        id="findings_twice",
        fault=Fault.TWICE,
        table="findings",
        name="Findings on record twice",
        columns=("finding_id",),
        spoils=("findings",),
    ),
    Check(
        id="findings_review_unknown",
        fault=Fault.ORPHAN,
        table="findings",
        name="Findings whose review is not on record",
        columns=("review_id",),
        refers="qa_reviews",
        spoils=("findings",),
        needs=("qa_reviews.contact_id",),
    ),
    _early("findings", "trained_at", "opened_at", "Findings trained before they were opened"),
    _early("findings", "closed_at", "opened_at", "Findings closed before they were opened"),
    _early("recoveries", "contacted_at", "opened_at", "Recovery contacts before their case was opened"),
)  # fmt: skip
LATE = tuple(
    Check(id=f"{table}_late", fault=Fault.LATE, table=table, name=name, spoils=(table,))
    for table, name in (
        ("contacts", "Contacts that came late"),
        ("complaints", "Complaints that came late"),
        ("qa_reviews", "Reviews that came late"),
    )
)
CHECKS: dict[str, Check] = {each.id: each for each in (*CONTACTS, *COMPLAINTS, *OTHERS, *LATE)}
