"""Complaints, reviews and daily volumes: few enough to be read as cases, so that their logic is Polars."""

from functools import cache

import polars as pl
from sqlalchemy import ColumnElement, Select, String, Subquery, func, literal, select

from data_access.contacts import DIMENSIONS as CONTACT_DIMENSIONS
from data_access.contacts import exclusions, is_eligible
from data_access.dialects import day
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from metrics.rules import Rules

COMPLAINT_COLUMNS = (
    "complaint_id", "contact_id", "customer_id", "channel", "team_id", "agent_id", "product", "batch", "subtype",
    "severity", "claimed_cause", "established_cause", "responsible_department", "is_valid", "duplicate_of",
    "pending_seconds",
)  # fmt: skip
TYPED_OTHERWISE = ("is_valid", "pending_seconds")
COMPLAINT_INSTANTS = ("received_at", "first_response_at", "resolved_at", "closed_at", "pending_since")


def complaints(warehouse: Warehouse) -> Select:
    """One row per complaint; instants are site time, `issue_type` is its type, columns it lacks are null."""
    column = warehouse.column
    query = select(
        *(column("complaints", name).label(name) for name in COMPLAINT_COLUMNS),
        column("complaints", "complaint_type").label("issue_type"),
        *(warehouse.site(column("complaints", name)).label(name) for name in COMPLAINT_INSTANTS),
        _tier(warehouse).label("customer_tier"),
    ).select_from(warehouse.table("complaints"))
    if _knows_tier(warehouse):
        customers = _customers()
        query = query.outerjoin(customers, customers.c.customer_id == TABLES["complaints"].c.customer_id)
    return query


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
    reviewed = (
        "review_id",
        "contact_id",
        "reviewer_id",
        "level",
        "is_automatic",
        "score",
        "max_score",
        "passed",
        "fatal",
    )
    return (
        select(
            *(column("qa_reviews", name).label(name) for name in reviewed),
            column("qa_reviews", "agent_id").label("reviewed_agent_id"),
            warehouse.site(column("qa_reviews", "reviewed_at")).label("reviewed_at"),
            day(warehouse.site(column("contacts", "started_at"))).label("day"),
            *(column("contacts", name).label(name) for name in CONTACT_DIMENSIONS),
        )
        .select_from(review)
        .join(contact, contact.c.contact_id == review.c.contact_id)
        .where(exclusions(warehouse), is_eligible(warehouse, rules), review.c.reviewed_at.is_not(None))
    )


def orders(warehouse: Warehouse) -> Select:
    """Orders by day and, where the warehouse says, product."""
    volumes = warehouse.table("volumes")
    product = warehouse.column("volumes", "product").label("product")
    return select(volumes.c.day, product, volumes.c.value.label("orders")).where(volumes.c.kind == "orders")


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
        pl.col(COMPLAINT_INSTANTS).cast(pl.Datetime("us")),
        pl.col("is_valid").cast(pl.Boolean),
        pl.col("pending_seconds").cast(pl.Int64),
    )


def typed_reviews(frame: pl.DataFrame) -> pl.DataFrame:
    """The same for reviews."""
    words = ("review_id", "contact_id", "reviewer_id", "level", "reviewed_agent_id", *CONTACT_DIMENSIONS)
    flags = ("is_automatic", "passed", "fatal")
    return frame.with_columns(
        pl.col(words).cast(pl.String),
        pl.col(flags).cast(pl.Boolean),
        pl.col("score", "max_score").cast(pl.Float64),
        pl.col("reviewed_at").cast(pl.Datetime("us")),
    )
