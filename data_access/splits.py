"""By what the facts of each source can be split, and the column behind it."""

from data_access import contacts
from metrics import review_facts
from metrics.metric import Source

#: Sources of contacts that have a roll-up of their own beside the sums.
CUBED = {Source.TIMES: "times", Source.ANSWERS: "answers", Source.SESSIONS: "sessions"}
OF_CONTACTS = {name: f"contacts.{name}" for name in contacts.DIMENSIONS} | contacts.LIVE
OF_REVIEWED = {name: f"contacts.{name}" for name in review_facts.DIMENSIONS}
OF_COMPLAINTS = {
    "channel": "complaints.channel",
    "team_id": "complaints.team_id",
    "issue_type": "complaints.complaint_type",
    "subtype": "complaints.subtype",
    "product": "complaints.product",
    "batch": "complaints.batch",
    "customer_tier": "customers.tier",
    "severity": "complaints.severity",
    "responsible_department": "complaints.responsible_department",
}
OF_FINDINGS = OF_REVIEWED | {
    "agent_id": "findings.agent_id",
    "item": "findings.item",
    "object_type": "qa_reviews.object_type",
}
#: The table and the column behind each dimension of a source; a dimension not listed cannot split it.
SPLITS: dict[Source, dict[str, str]] = {
    **dict.fromkeys((Source.CONTACTS, Source.CALLS, *CUBED), OF_CONTACTS),
    **dict.fromkeys((Source.REVIEWS, Source.SCORES, Source.DOUBLE_REVIEWS, Source.OUTCOMES), OF_REVIEWED),
    **dict.fromkeys((Source.COMPLAINTS, Source.BACKLOG, Source.LEAD_TIMES), OF_COMPLAINTS),
    Source.FINDINGS: OF_FINDINGS,
    Source.AGENT_WEEKS: {"team_id": "contacts.team_id", "agent_id": "contacts.agent_id"},
    Source.PLAN: {"team_id": "contacts.team_id"},
    Source.VOLUMES: {"product": "volumes.product"},
    Source.CUSTOMERS: {"customer_tier": "customers.tier"},
    Source.HOURS: {"team_id": "agents.team_id"},
    Source.RECOVERIES: {"customer_tier": "customers.tier"},
    Source.COMPLAINED: {name: f"contacts.{name}" for name in contacts.DIMENSIONS},
}
