"""Contacts that complaints name: each once, with what it is counted and grouped by."""

import polars as pl
from sqlalchemy import ColumnElement, Select, false, func, select, true

from data_access.contact_measures import flag, is_eligible
from data_access.contacts import DIMENSIONS, exclusions
from data_access.dialects import day
from data_access.warehouse import Warehouse
from metrics.rules import Rules


def has_named(warehouse: Warehouse) -> bool:
    return warehouse.has("complaints", "contact_id") and warehouse.has("contacts")


def named(warehouse: Warehouse, rules: Rules) -> Select:
    """`contact_id day is_counted is_eligible`, DIMENSIONS: one row per contact named by a complaint.

    Both sides are brought to the contact first: several complaints of one contact, or a contact on record twice, add no
    row. An id that the contacts do not have gives none.
    """
    column, contact = warehouse.column, warehouse.table("contacts")
    ids = select(column("complaints", "contact_id").label("contact_id")).distinct()
    wanted = ids.where(column("complaints", "contact_id").is_not(None)).subquery("named")
    return (
        select(
            contact.c.contact_id,
            day(warehouse.site(func.min(contact.c.started_at))).label("day"),
            func.max(flag(exclusions(warehouse))).label("is_counted"),
            func.max(flag(is_eligible(warehouse, rules))).label("is_eligible"),
            *(func.min(column("contacts", name)).label(name) for name in DIMENSIONS),
        )
        .select_from(contact.join(wanted, wanted.c.contact_id == contact.c.contact_id))
        .group_by(contact.c.contact_id)
    )


def typed_named(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: give them the type their logic expects."""
    flags = pl.col("is_counted", "is_eligible").cast(pl.Boolean)
    return frame.with_columns(pl.col("contact_id", *DIMENSIONS).cast(pl.String), flags)


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
