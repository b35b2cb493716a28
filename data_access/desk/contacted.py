"""The customer's own contacts before each complaint, counted inside the warehouse by what they were about."""

import polars as pl
from sqlalchemy import Select, func, select

from data_access.contacts import exclusions
from data_access.dialects import add_days
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from metrics.rules import Rules

COLUMNS = {"complaint_id": pl.String, "about": pl.String, "contacts": pl.Int64, "last_at": pl.Datetime("us")}


def has_contacted(warehouse: Warehouse) -> bool:
    return warehouse.has("complaints", "customer_id") and warehouse.has("contacts", "customer_id")


def contacted(warehouse: Warehouse, rules: Rules) -> Select:
    """`complaint_id about contacts last_at`: contacts in the time looked back on from a complaint, by issue type.

    `last_at` is the last of them, in site time. A contact on record twice counts once, a complaint without any has no
    row.
    """
    complaint, contact = TABLES["complaints"].alias("complained"), warehouse.table("contacts")
    at, received = contact.c.started_at, complaint.c.received_at
    about = warehouse.column("contacts", "issue_type")
    return (
        select(
            complaint.c.complaint_id,
            about.label("about"),
            func.count(contact.c.contact_id.distinct()).label("contacts"),
            warehouse.site(func.max(at)).label("last_at"),
        )
        .join(contact, contact.c.customer_id == complaint.c.customer_id)
        .where(at < received, at >= add_days(received, -rules.look_back_days), exclusions(warehouse))
        .group_by(complaint.c.complaint_id, about)
    )


def typed_contacted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.cast(COLUMNS)  # ty: ignore[invalid-argument-type]
