"""Every review with what it joins to: its contact, and the findings that came of it."""

import polars as pl
from sqlalchemy import ColumnElement, FromClause, Integer, Select, Subquery, case, cast, func, literal, null, select

from data_access.case_part import NAMED, CasePart, Chosen, Days, Source, days_told, near, of_keys, stamps_of
from data_access.contact_measures import flag, is_eligible
from data_access.contacts import DIMENSIONS, exclusions
from data_access.warehouse import Warehouse
from metrics.review_facts import DIMENSIONS as REVIEWED
from metrics.rules import Rules

FINDINGS = ("findings", "findings_trained", "findings_closed", "findings_recurred")


def has_links(warehouse: Warehouse) -> bool:
    return warehouse.has("qa_reviews", "contact_id")


def links(warehouse: Warehouse, rules: Rules, chosen: Chosen | None = None) -> Select:
    """One row per review: `review_id contact_id reviewed_at level is_automatic`, its contact and its findings.

    Contacts are brought to their id and findings to their review before either is joined: a contact on record twice and
    a review with many findings stay one row. `is_known is_counted is_eligible` are null or 0 where there is no contact;
    `open_due_at` is when the first open finding is due.
    """
    column, review = warehouse.column, warehouse.table("qa_reviews")
    joined: FromClause = review
    of_contact: dict[str, ColumnElement] = dict.fromkeys(("is_counted", "is_eligible", *REVIEWED), null())
    known: ColumnElement = literal(0)
    contacts = _contacts(warehouse, rules, chosen)
    if contacts is not None:
        joined = joined.outerjoin(contacts, contacts.c.contact_id == review.c.contact_id)
        of_contact = {name: contacts.c[name] for name in of_contact}
        known = flag(contacts.c.contact_id.is_not(None))
    findings = _findings(warehouse, chosen)
    counts: dict[str, ColumnElement] = dict.fromkeys((*FINDINGS, "open_due_at"), null())
    if findings is not None:
        joined = joined.outerjoin(findings, findings.c.review_id == review.c.review_id)
        counts = {name: findings.c[name] for name in counts}
        counts["open_due_at"] = warehouse.site(counts["open_due_at"])
    query = select(
        review.c.review_id,
        review.c.contact_id,
        warehouse.site(review.c.reviewed_at).label("reviewed_at"),
        *(column("qa_reviews", name).label(name) for name in ("level", "is_automatic")),
        cast(known, Integer).label("is_known"),
        *(value.label(name) for name, value in of_contact.items()),
        *(value.label(name) for name, value in counts.items()),
        *days_told(warehouse, "contacts", contacts),
        *days_told(warehouse, "findings", findings),
    )
    return query.select_from(joined).where(*of_keys(review.c.review_id, chosen))


def _contacts(warehouse: Warehouse, rules: Rules, chosen: Chosen | None) -> Subquery | None:
    """The contacts that reviews name, one row each."""
    if not warehouse.has("contacts"):
        return None
    column, contact = warehouse.column, warehouse.table("contacts")
    review = warehouse.table("qa_reviews")
    ids = select(review.c.contact_id).where(*of_keys(review.c.review_id, chosen)).distinct().subquery("reviewed")
    return (
        select(
            contact.c.contact_id,
            func.max(flag(exclusions(warehouse))).label("is_counted"),
            func.max(flag(is_eligible(warehouse, rules))).label("is_eligible"),
            *(func.min(column("contacts", name)).label(name) for name in REVIEWED if name in DIMENSIONS),
            func.min(contact.c.started_at).label("first_at"),
            func.max(contact.c.started_at).label("last_at"),
        )
        .select_from(contact.join(ids, ids.c.contact_id == contact.c.contact_id))
        .where(*near(warehouse, contact.c.started_at, chosen))
        .group_by(contact.c.contact_id)
        .subquery("contact")
    )


def _findings(warehouse: Warehouse, chosen: Chosen | None) -> Subquery | None:
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
            func.min(column("findings", "opened_at")).label("first_at"),
            func.max(column("findings", "opened_at")).label("last_at"),
        )
        .where(finding.c.review_id.is_not(None), *of_keys(finding.c.review_id, chosen))
        .group_by(finding.c.review_id)
        .subquery("finding")
    )


def _of_reviews(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    review = warehouse.table("qa_reviews")
    return select(review.c.review_id).where(days.hold(warehouse, review.c.reviewed_at))


def _of_contacts(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    contact, review = warehouse.table("contacts"), warehouse.table("qa_reviews")
    on_days = days.hold(warehouse, contact.c.started_at)
    return select(review.c.review_id).join(contact, contact.c.contact_id == review.c.contact_id).where(on_days)


def _of_findings(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    review_id, opened = warehouse.table("findings").c.review_id, warehouse.column("findings", "opened_at")
    return select(review_id).where(days.hold(warehouse, opened))


def typed_links(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: give them the type their logic expects."""
    return frame.with_columns(
        pl.col("review_id", "contact_id", "level", *REVIEWED).cast(pl.String),
        pl.col("is_automatic", "is_known", "is_counted", "is_eligible").cast(pl.Boolean),
        pl.col(FINDINGS).cast(pl.Int64),
        pl.col("reviewed_at", "open_due_at").cast(pl.Datetime("us")),
    )


PART = CasePart(
    has_links,
    links,
    typed_links,
    key="review_id",
    home="reviewed_at",
    sources={
        "qa_reviews": Source(_of_reviews, (("reviewed_at", "reviewed_at"),)),
        NAMED: Source(_of_contacts, stamps_of("contacts")),
        "findings": Source(_of_findings, stamps_of("findings"), needs=("findings.review_id",)),
    },
)
