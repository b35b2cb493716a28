"""Complaints and reviews: few enough to be read as cases, so that their logic is Polars."""

from functools import cache

import polars as pl
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
)

from data_access.contact_measures import is_eligible
from data_access.contacts import DIMENSIONS as CONTACT_DIMENSIONS
from data_access.contacts import exclusions
from data_access.dialects import add_days, day
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from metrics.rules import Rules

COMPLAINT_COLUMNS = (
    "complaint_id", "contact_id", "customer_id", "channel", "team_id", "agent_id", "product", "batch", "subtype",
    "severity", "claimed_cause", "established_cause", "responsible_department", "is_valid", "duplicate_of",
    "pending_seconds", "escalation_level", "upheld", "found_by_us", "follow_up_score",
)  # fmt: skip
TYPED_OTHERWISE = ("is_valid", "pending_seconds", "found_by_us", "follow_up_score")
COMPLAINT_INSTANTS = (
    "received_at", "first_response_at", "handed_over_at", "department_replied_at", "resolved_at", "closed_at",
    "pending_since", "follow_up_at", "reopened_at", "promised_at", "promise_met_at",
)  # fmt: skip
REGULATOR = "L3"  # the level of a complaint that went to a regulator or the media
REVIEW_WORDS = ("review_id", "contact_id", "reviewer_id", "level", "purpose", "form_id", "form_version")
REVIEW_FLAGS = ("is_automatic", "passed", "fatal", "dispute_upheld")


def complaints(warehouse: Warehouse, rules: Rules) -> Select:
    """One row per complaint; instants are site time, `issue_type` is its type, columns it lacks are null.

    `last_contact_at` is the customer's last contact before he went to a regulator, within the time looked back on.
    """
    column = warehouse.column
    before = _contacts_before(warehouse, rules)
    query = select(
        *(column("complaints", name).label(name) for name in COMPLAINT_COLUMNS),
        column("complaints", "complaint_type").label("issue_type"),
        *(warehouse.site(column("complaints", name)).label(name) for name in COMPLAINT_INSTANTS),
        _tier(warehouse).label("customer_tier"),
        (before.c.last_contact_at if before is not None else null()).label("last_contact_at"),
    )
    rows = warehouse.table("complaints")
    joined: FromClause = rows
    if _knows_tier(warehouse):
        customers = _customers()
        joined = joined.outerjoin(customers, customers.c.customer_id == rows.c.customer_id)
    if before is not None:
        joined = joined.outerjoin(before, before.c.complaint_id == rows.c.complaint_id)
    return query.select_from(joined)


def _contacts_before(warehouse: Warehouse, rules: Rules) -> Subquery | None:
    """The last own contact before each complaint that went to a regulator; None where the warehouse cannot tell."""
    known = warehouse.has("complaints", "customer_id", "escalation_level") and warehouse.has("contacts", "customer_id")
    if not known:
        return None
    complaint, contact = TABLES["complaints"].alias("escalated"), warehouse.table("contacts")
    at = contact.c.started_at
    return (
        select(complaint.c.complaint_id, func.max(at).label("last_contact_at"))
        .join(contact, contact.c.customer_id == complaint.c.customer_id)
        .where(
            complaint.c.escalation_level == REGULATOR,
            at < complaint.c.received_at,
            at >= add_days(complaint.c.received_at, -rules.look_back_days),
            exclusions(warehouse),
        )
        .group_by(complaint.c.complaint_id)
        .subquery("before")
    )


@cache
def _customers() -> Subquery:
    """One row per customer: a customer on record twice would count each complaint twice."""
    table = TABLES["customers"]
    tier = func.min(table.c.tier).label("tier")
    return select(table.c.customer_id, tier).group_by(table.c.customer_id).subquery("customer")


def _knows_tier(warehouse: Warehouse) -> bool:
    return warehouse.has("customers", "tier") and warehouse.has("complaints", "customer_id")


def _tier(warehouse: Warehouse) -> ColumnElement:
    return _customers().c.tier if _knows_tier(warehouse) else warehouse.column("customers", "tier")


def has_reviews(warehouse: Warehouse) -> bool:
    return warehouse.has("qa_reviews", "contact_id") and warehouse.has("contacts")


def reviews(warehouse: Warehouse, rules: Rules) -> Select:
    """One row per review of an eligible contact, with the contact's day and dimensions; instants are site time.

    A review without a time is still to be done.
    """
    column = warehouse.column
    review, contact = warehouse.table("qa_reviews"), warehouse.table("contacts")
    ended = column("contacts", "ended_at" if warehouse.has("contacts", "ended_at") else "started_at")
    scripts = _scripts(warehouse, rules)
    judged, broken = (scripts.c.judged, scripts.c.broken) if scripts is not None else (null(), null())
    joined = review.join(contact, contact.c.contact_id == review.c.contact_id)
    if scripts is not None:
        joined = joined.outerjoin(scripts, scripts.c.review_id == review.c.review_id)
    return (
        select(
            *(column("qa_reviews", name).label(name) for name in (*REVIEW_WORDS, *REVIEW_FLAGS, "score", "max_score")),
            column("qa_reviews", "agent_id").label("reviewed_agent_id"),
            warehouse.site(column("qa_reviews", "reviewed_at")).label("reviewed_at"),
            warehouse.site(column("qa_reviews", "disputed_at")).label("disputed_at"),
            warehouse.site(ended).label("contact_ended_at"),
            cast(judged, Integer).label("script_items"),
            cast(broken, Integer).label("script_items_broken"),
            day(warehouse.site(column("contacts", "started_at"))).label("day"),
            *(column("contacts", name).label(name) for name in CONTACT_DIMENSIONS),
        )
        .select_from(joined)
        .where(exclusions(warehouse), is_eligible(warehouse, rules), review.c.reviewed_at.is_not(None))
    )


def _scripts(warehouse: Warehouse, rules: Rules) -> Subquery | None:
    """How many script items applied in each review, and how many were broken; None without items."""
    if not warehouse.has("qa_items", "failed"):
        return None
    items = warehouse.table("qa_items")
    applied = items.c.item.in_(rules.script_items)
    if warehouse.has("qa_items", "applicable"):
        applied = and_(applied, items.c.applicable == true())
    broken = func.sum(case((items.c.failed == true(), 1), else_=0)).label("broken")
    judged = func.count().label("judged")
    return select(items.c.review_id, judged, broken).where(applied).group_by(items.c.review_id).subquery("script")


def names(warehouse: Warehouse) -> list[Select]:
    """Names of teams and agents, `dimension code name`, from each table that has them."""
    return [
        select(
            literal(dimension, String()).label("dimension"), column.label("code"), table.c.name.label("name")
        ).distinct()
        for dimension, table in (("team_id", TABLES["teams"]), ("agent_id", TABLES["agents"]))
        if warehouse.has(table.name, "name")
        for column in [table.c[dimension]]
    ]


def typed_complaints(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: give them the type their logic expects."""
    words = [name for name in (*COMPLAINT_COLUMNS, "issue_type", "customer_tier") if name not in TYPED_OTHERWISE]
    return frame.with_columns(
        pl.col(words).cast(pl.String),
        pl.col(*COMPLAINT_INSTANTS, "last_contact_at").cast(pl.Datetime("us")),
        pl.col("is_valid", "found_by_us").cast(pl.Boolean),
        pl.col("pending_seconds").cast(pl.Int64),
        pl.col("follow_up_score").cast(pl.Float64),
    )


def typed_reviews(frame: pl.DataFrame) -> pl.DataFrame:
    """The same for reviews."""
    return frame.with_columns(
        pl.col(*REVIEW_WORDS, "reviewed_agent_id", *CONTACT_DIMENSIONS).cast(pl.String),
        pl.col(REVIEW_FLAGS).cast(pl.Boolean),
        pl.col("score", "max_score").cast(pl.Float64),
        pl.col("reviewed_at", "disputed_at", "contact_ended_at").cast(pl.Datetime("us")),
        pl.col("script_items", "script_items_broken").cast(pl.Int64),
    )
