"""What the logical tables and columns are called in the reader's words, and what data lack, told by those names."""

from collections.abc import Iterable

from data_access.schema import KIND
from reports.codes import COLUMNS, DIMENSIONS
from reports.text import N_, _, labelled, listed

TABLES = {
    "contacts": N_("Contacts: calls, chats, tickets"),
    "complaints": N_("Complaints"),
    "complaint_events": N_("Steps of complaints"),
    "qa_reviews": N_("QA reviews"),
    "qa_items": N_("Items of QA reviews"),
    "findings": N_("QA findings and their repair"),
    "agents": N_("Agents on record"),
    "teams": N_("Teams"),
    "customers": N_("Customers"),
    "agent_hours": N_("Hours of agents by day"),
    "recoveries": N_("Win-backs of customers"),
    "volumes": N_("Daily figures: orders, shipments, calls"),
}
KINDS = {
    "offered": N_("Calls offered"),
    "answered": N_("Calls answered"),
    "abandoned": N_("Calls given up"),
    "answered_in_time": N_("Calls answered in time"),
    "orders": N_("Orders"),
    "active_customers": N_("Active customers"),
    "shipments": N_("Shipments"),
    "delayed_shipments": N_("Delayed shipments"),
    "inspected": N_("Inspected"),
    "passed": N_("Passed inspection"),
    "sold": N_("Sold"),
    "returned": N_("Returned"),
}
NAMES = {
    "direction": N_("Direction, in or out"),
    "exclusion_reason": N_("Why it is left out"),
    "merged_into": N_("Merged into"),
    "queued_at": N_("Queued at"),
    "abandoned_at": N_("Given up at"),
    "ended_at": N_("Ended at"),
    "closed_at": N_("Closed at"),
    "reopened_at": N_("Reopened at"),
    "csat_at": N_("CSAT answered at"),
    "csat_sent": N_("Survey sent"),
    "follow_up_at": N_("Followed up at"),
    "follow_up_score": N_("Follow-up score"),
    "solved_first_contact": N_("Solved at first contact"),
    "offer_made": N_("Offer made"),
    "offer_accepted": N_("Offer accepted"),
    "emotion_score": N_("Emotion score"),
    "duplicate_of": N_("Duplicate of"),
    "escalation_level": N_("Level of escalation"),
    "escalation_body": N_("Escalated to"),
    "root_cause": N_("Root cause"),
    "handed_over_at": N_("Handed over at"),
    "department_replied_at": N_("Department replied at"),
    "pending_since": N_("Pending since"),
    "pending_seconds": N_("Pending, seconds"),
    "escalated_at": N_("Escalated at"),
    "appealed_at": N_("Appealed at"),
    "promised_at": N_("Promised for"),
    "promise_met_at": N_("Promise kept at"),
    "is_valid": N_("Valid complaint"),
    "demands_quick_reply": N_("Demands a quick reply"),
    "wants_escalation": N_("Says he will escalate"),
    "found_by_us": N_("Found by us first"),
    "dissatisfaction_score": N_("Dissatisfaction score"),
    "redress_amount": N_("Redress, amount"),
    "event": N_("Step"),
    "at": N_("Time of the step"),
    "from_department": N_("From department"),
    "to_department": N_("To department"),
    "object_id": N_("Id of what was reviewed"),
    "selection_reason": N_("Why it was chosen"),
    "purpose": N_("Purpose of the review"),
    "is_automatic": N_("Automatic review"),
    "inclusion_probability": N_("Probability of being chosen"),
    "applicable": N_("Item applies"),
    "failed": N_("Item failed"),
    "points": N_("Points of the item"),
    "max_points": N_("Possible points of the item"),
    "name": N_("Name"),
    "valid_from": N_("Valid from"),
    "valid_to": N_("Valid to"),
    "hired_on": N_("Hired on"),
    "left_on": N_("Left on"),
    "site": N_("Site"),
    "tier": N_("Customer tier"),
    "region": N_("Region"),
    "since": N_("Customer since"),
    "last_active_at": N_("Last active at"),
    "churned_at": N_("Lost at"),
    "paid_seconds": N_("Paid time, seconds"),
    "scheduled_seconds": N_("Scheduled time, seconds"),
    "ready_seconds": N_("Ready time, seconds"),
    "kind": N_("What is counted"),
    "value": N_("Value"),
}


def column(name: str) -> str:
    """A column of the logical tables, or a kind of daily figures; one that has no other name by its own."""
    if name.startswith(KIND):
        kind = name.removeprefix(KIND)
        return labelled(_("Daily figure"), _(KINDS[kind]) if kind in KINDS else kind)
    known = NAMES.get(name) or DIMENSIONS.get(name) or COLUMNS.get(name)
    return _(known) if known else name


def lacking(places: Iterable[str]) -> str:
    """Tables, and columns as table.column, that something needs: each by its name, with the technical one behind it."""
    return listed(map(_told, places))


def unavailable(places: Iterable[str]) -> str:
    """That something is not available, and what it needs."""
    return _("not available: needs {columns}").format(columns=lacking(places))


def _told(place: str) -> str:
    """Of alternatives the first is named: whoever has that one needs no other."""
    table, dot, name = place.partition(" or ")[0].partition(".")
    known = column(name) if dot else _(TABLES[table])
    return _("{name} ({code})").format(name=known, code=place.replace(" or ", " / "))
