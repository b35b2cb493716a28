"""Every review with what it joins to: its contact, and the findings that came of it."""

import polars as pl
from sqlalchemy import ColumnElement, FromClause, Integer, Select, Subquery, case, cast, func, literal, null, select

from data_access.contact_measures import flag, is_eligible
from data_access.contacts import DIMENSIONS, exclusions
from data_access.warehouse import Warehouse
from metrics.review_facts import DIMENSIONS as REVIEWED
from metrics.rules import Rules

FINDINGS = ("findings", "findings_trained", "findings_closed", "findings_recurred")


def has_links(warehouse: Warehouse) -> bool:
    return warehouse.has("qa_reviews", "contact_id")


def links(warehouse: Warehouse, rules: Rules) -> Select:
    """One row per review: `review_id contact_id reviewed_at level is_automatic`, its contact and its findings.

    Contacts are brought to their id and findings to their review before either is joined: a contact on record twice and
    a review with many findings stay one row. `is_known is_counted is_eligible` are null or 0 where there is no contact;
    `open_due_at` is when the first open finding is due.
    """
    column, review = warehouse.column, warehouse.table("qa_reviews")
    joined: FromClause = review
    of_contact: dict[str, ColumnElement] = dict.fromkeys(("is_counted", "is_eligible", *REVIEWED), null())
    known: ColumnElement = literal(0)
    contacts = _contacts(warehouse, rules)
    if contacts is not None:
        joined = joined.outerjoin(contacts, contacts.c.contact_id == review.c.contact_id)
        of_contact = {name: contacts.c[name] for name in of_contact}
        known = flag(contacts.c.contact_id.is_not(None))
    findings = _findings(warehouse)
    counts: dict[str, ColumnElement] = dict.fromkeys((*FINDINGS, "open_due_at"), null())
    if findings is not None:
        joined = joined.outerjoin(findings, findings.c.review_id == review.c.review_id)
        counts = {name: findings.c[name] for name in counts}
        counts["open_due_at"] = warehouse.site(counts["open_due_at"])
    return select(
        review.c.review_id,
        review.c.contact_id,
        warehouse.site(review.c.reviewed_at).label("reviewed_at"),
        *(column("qa_reviews", name).label(name) for name in ("level", "is_automatic")),
        cast(known, Integer).label("is_known"),
        *(value.label(name) for name, value in of_contact.items()),
        *(value.label(name) for name, value in counts.items()),
    ).select_from(joined)


def _contacts(warehouse: Warehouse, rules: Rules) -> Subquery | None:
    """The contacts that reviews name, one row each."""
    if not warehouse.has("contacts"):
        return None
    column, contact = warehouse.column, warehouse.table("contacts")
    ids = select(warehouse.table("qa_reviews").c.contact_id).distinct().subquery("reviewed")
    return (
        select(
            contact.c.contact_id,
            func.max(flag(exclusions(warehouse))).label("is_counted"),
            func.max(flag(is_eligible(warehouse, rules))).label("is_eligible"),
            *(func.min(column("contacts", name)).label(name) for name in REVIEWED if name in DIMENSIONS),
        )
        .select_from(contact.join(ids, ids.c.contact_id == contact.c.contact_id))
        .group_by(contact.c.contact_id)
        .subquery("contact")
    )


def _findings(warehouse: Warehouse) -> Subquery | None:
    """The findings of each review, counted."""
    if not warehouse.has("findings", "review_id"):
        return None
    column, finding = warehouse.column, warehouse.table("findings")
    closed = column("findings", "closed_at")
    done = {"findings_trained": "trained_at", "findings_closed": "closed_at", "findings_recurred": "recurred_at"}
    return (
        select(
            finding.c.review_id,
            func.count().label("findings"),
            *(func.count(column("findings", at)).label(name) for name, at in done.items()),
            func.min(case((closed.is_(None), column("findings", "due_at")))).label("open_due_at"),
        )
        .where(finding.c.review_id.is_not(None))
        .group_by(finding.c.review_id)
        .subquery("finding")
    )


def typed_links(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: give them the type their logic expects."""
    return frame.with_columns(
        pl.col("review_id", "contact_id", "level", *REVIEWED).cast(pl.String),
        pl.col("is_automatic", "is_known", "is_counted", "is_eligible").cast(pl.Boolean),
        pl.col(FINDINGS).cast(pl.Int64),
        pl.col("reviewed_at", "open_due_at").cast(pl.Datetime("us")),
    )
