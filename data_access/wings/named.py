"""Contacts that complaints name: each once, with what it is counted and grouped by."""

import polars as pl
from sqlalchemy import ColumnElement, Select, and_, cast, false, func, null, select, true
from sqlalchemy.types import Integer

from data_access.case_part import NAMED, CasePart, Chosen, Days, Source, days_of, near, of_keys, stamps_of
from data_access.contact_measures import flag, is_eligible
from data_access.contacts import DIMENSIONS, exclusions
from data_access.dialects import day
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from metrics.rules import Rules

OFFERS = ("has_offer_made", "has_offer_accepted")


def has_named(warehouse: Warehouse) -> bool:
    return warehouse.has("complaints", "contact_id") and warehouse.has("contacts")


def named(warehouse: Warehouse, rules: Rules, chosen: Chosen | None = None) -> Select:
    """`contact_id day is_counted is_eligible`, OFFERS, DIMENSIONS: one row per contact named by a complaint.

    Both sides are brought to the contact first: several complaints of one contact, or a contact on record twice, add no
    row. An id that the contacts do not have gives none.
    """
    column, contact = warehouse.column, warehouse.table("contacts")
    named_by, received = TABLES["complaints"].c.contact_id, TABLES["complaints"].c.received_at
    ids = select(named_by, func.min(received).label("first_at"), func.max(received).label("last_at"))
    wanted = ids.where(named_by.is_not(None), *of_keys(named_by, chosen)).group_by(named_by).subquery("named")
    started = contact.c.started_at
    made = column("contacts", "offer_made") == true()
    offers = made, and_(made, column("contacts", "offer_accepted") == true())
    known = warehouse.has("contacts", "offer_made")
    return (
        select(
            contact.c.contact_id,
            day(warehouse.site(func.min(started))).label("day"),
            func.max(flag(exclusions(warehouse))).label("is_counted"),
            func.max(flag(is_eligible(warehouse, rules))).label("is_eligible"),
            *(
                (func.max(flag(offer)) if known else cast(null(), Integer)).label(name)
                for name, offer in zip(OFFERS, offers, strict=True)
            ),
            *(func.min(column("contacts", name)).label(name) for name in DIMENSIONS),
            *days_of(warehouse, "contacts", func.min(started), func.max(started)),
            *days_of(warehouse, "complaints", func.min(wanted.c.first_at), func.min(wanted.c.last_at)),
        )
        .select_from(contact.join(wanted, wanted.c.contact_id == contact.c.contact_id))
        .where(*of_keys(contact.c.contact_id, chosen), *near(warehouse, started, chosen))
        .group_by(contact.c.contact_id)
    )


def _of_contacts(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    contact, named_by = warehouse.table("contacts"), warehouse.table("complaints").c.contact_id
    on_days = days.hold(warehouse, contact.c.started_at)
    return select(contact.c.contact_id).where(on_days, contact.c.contact_id.in_(select(named_by)))


def _of_complaints(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    complaint = warehouse.table("complaints")
    return select(complaint.c.contact_id).where(days.hold(warehouse, complaint.c.received_at))


def typed_named(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: give them the type their logic expects."""
    flags = pl.col("is_counted", "is_eligible").cast(pl.Boolean)
    return frame.with_columns(pl.col("contact_id", *DIMENSIONS).cast(pl.String), pl.col(OFFERS).cast(pl.Boolean), flags)


PART = CasePart(
    has_named,
    named,
    typed_named,
    key="contact_id",
    home="day",
    sources={
        NAMED: Source(_of_contacts, stamps_of("contacts")),
        "complaints": Source(_of_complaints, stamps_of("complaints")),
    },
)


def counts_as_complaint(warehouse: Warehouse) -> list[ColumnElement[bool]]:
    """Complaints that name a contact, are not judged invalid and no duplicate of another."""
    complaint = warehouse.table("complaints")
    counts = [complaint.c.contact_id.is_not(None)]
    if warehouse.has("complaints", "is_valid"):
        counts.append(func.coalesce(complaint.c.is_valid, true()) == true())
    if warehouse.has("complaints", "duplicate_of"):
        counts.append(complaint.c.duplicate_of.is_(None))
    return counts


def complained_of(warehouse: Warehouse) -> ColumnElement[bool]:
    """Contacts of which a complaint came that counts."""
    named_ids = select(warehouse.table("complaints").c.contact_id).where(*counts_as_complaint(warehouse))
    return warehouse.column("contacts", "contact_id").in_(named_ids)


def reviewed_by_people(warehouse: Warehouse) -> ColumnElement[int]:
    """1 for a contact that people reviewed."""
    review = warehouse.table("qa_reviews")
    people = [review.c.contact_id.is_not(None), review.c.reviewed_at.is_not(None)]
    if warehouse.has("qa_reviews", "is_automatic"):
        people.append(func.coalesce(review.c.is_automatic, false()) == false())
    return flag(warehouse.column("contacts", "contact_id").in_(select(review.c.contact_id).where(*people)))
