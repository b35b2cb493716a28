"""The warehouse's logical tables: the names that SQL, Polars, screens and exports share."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    MetaData,
    String,
    Table,
)
from sqlalchemy.types import TypeEngine

WORDS = String()
INSTANT = DateTime()
SECONDS = BigInteger()
COUNT = Integer()
NUMBER = Double()
FLAG = Boolean()
DAY = Date()

#: Columns of each table by type. Any of them may be missing in a warehouse, except those in REQUIRED.
COLUMNS: dict[str, list[tuple[TypeEngine, str]]] = {
    "contacts": [
        (WORDS, "contact_id customer_id channel direction queue issue_type subtype scenario product batch"),
        (WORDS, "agent_id team_id shift priority customer_tier exclusion_reason merged_into answer_code text"),
        (INSTANT, "started_at queued_at answered_at abandoned_at ended_at first_response_at resolved_at closed_at"),
        (INSTANT, "reopened_at csat_at follow_up_at"),
        (SECONDS, "talk_seconds hold_seconds wrap_seconds"),
        (COUNT, "transfer_count reopen_count"),
        (FLAG, "resolved solved_first_contact sla_met csat_sent offer_made offer_accepted"),
        (NUMBER, "csat emotion_score"),
    ],
    "complaints": [
        (WORDS, "complaint_id contact_id customer_id channel complaint_type subtype severity product batch"),
        (WORDS, "claimed_cause established_cause responsible_department agent_id team_id upheld duplicate_of"),
        (WORDS, "escalation_level escalation_body root_cause text"),
        (INSTANT, "received_at first_response_at handed_over_at department_replied_at resolved_at closed_at"),
        (INSTANT, "pending_since follow_up_at reopened_at escalated_at appealed_at promised_at promise_met_at"),
        (SECONDS, "pending_seconds"),
        (COUNT, "reopen_count"),
        (FLAG, "is_valid demands_quick_reply wants_escalation found_by_us"),
        (NUMBER, "follow_up_score dissatisfaction_score redress_amount"),
    ],
    "complaint_events": [
        (WORDS, "complaint_id event from_department to_department agent_id level"),
        (INSTANT, "at"),
    ],
    "qa_reviews": [
        (WORDS, "review_id contact_id object_type object_id agent_id reviewer_id level form_id form_version"),
        (WORDS, "selection_reason purpose"),
        (INSTANT, "reviewed_at disputed_at"),
        (FLAG, "is_automatic passed fatal dispute_upheld"),
        (NUMBER, "inclusion_probability score max_score"),
    ],
    "qa_items": [
        (WORDS, "review_id item section"),
        (FLAG, "applicable failed fatal"),
        (NUMBER, "points max_points"),
    ],
    "findings": [
        (WORDS, "finding_id review_id item agent_id"),
        (INSTANT, "opened_at due_at trained_at closed_at recurred_at"),
    ],
    "agents": [
        (WORDS, "agent_id name team_id shift supervisor"),
        (DAY, "valid_from valid_to hired_on left_on"),
    ],
    "teams": [(WORDS, "team_id name site supervisor")],
    "customers": [(WORDS, "customer_id tier region"), (INSTANT, "since last_active_at churned_at")],
    "agent_hours": [
        (WORDS, "agent_id"),
        (DAY, "day"),
        (SECONDS, "paid_seconds scheduled_seconds ready_seconds talk_seconds hold_seconds wrap_seconds"),
    ],
    "recoveries": [
        (WORDS, "case_id customer_id case_type outcome"),
        (FLAG, "treated"),
        (INSTANT, "opened_at contacted_at regained_at"),
    ],
    "volumes": [(DAY, "day"), (WORDS, "kind product"), (NUMBER, "value")],
}

#: Without these a table does not count as present.
REQUIRED: dict[str, tuple[str, ...]] = {
    "contacts": ("contact_id", "started_at"),
    "complaints": ("complaint_id", "received_at"),
    "complaint_events": ("complaint_id", "at", "event"),
    "qa_reviews": ("review_id", "reviewed_at"),
    "qa_items": ("review_id", "item"),
    "findings": ("finding_id",),
    "agents": ("agent_id",),
    "teams": ("team_id",),
    "customers": ("customer_id",),
    "agent_hours": ("agent_id", "day"),
    "recoveries": ("case_id",),
    "volumes": ("day", "kind", "value"),
}

KIND = "kinds."  # before a kind of the volumes, where one stands in the place of a column

metadata = MetaData()


def _table(name: str) -> Table:
    columns = [Column(column, kind) for kind, names in COLUMNS[name] for column in names.split()]
    return Table(name, metadata, *columns)


TABLES: dict[str, Table] = {name: _table(name) for name in COLUMNS}

#: What a warehouse that the product made says of itself: build_id, source, source_zone, site_zone, made_at.
warehouse_info = Table("warehouse_info", metadata, Column("key", String()), Column("value", String()))
