"""The customer's own contacts before each complaint, counted inside the warehouse by what they were about."""

import polars as pl
from sqlalchemy import Select, and_, func, or_, select

from data_access.case_part import CHAINS, CasePart, Chosen, Days, Source, days_of, near, of_keys, stamps_of
from data_access.contact_measures import is_inbound
from data_access.contacts import exclusions
from data_access.dialects import add_days
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from metrics.rules import Rules

COLUMNS = {"complaint_id": pl.String, "about": pl.String, "contacts": pl.Int64, "last_at": pl.Datetime("us")}


def has_contacted(warehouse: Warehouse) -> bool:
    return warehouse.has("complaints", "customer_id") and warehouse.has("contacts", "customer_id")


def contacted(warehouse: Warehouse, rules: Rules, chosen: Chosen | None = None) -> Select:
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
            *days_of(warehouse, "contacts", func.min(at), func.max(at)),
            *days_of(warehouse, "complaints", func.min(received), func.max(received)),
        )
        .join(contact, contact.c.customer_id == complaint.c.customer_id)
        .where(at < received, at >= add_days(received, -rules.look_back_days))
        .where(exclusions(warehouse), is_inbound(warehouse) == 1)
        .where(*of_keys(complaint.c.complaint_id, chosen), *near(warehouse, at, chosen))
        .group_by(complaint.c.complaint_id, about)
    )


def typed_contacted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.cast(COLUMNS)  # ty: ignore[invalid-argument-type]


def _of_complaints(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    complaint = warehouse.table("complaints")
    return select(complaint.c.complaint_id).where(days.hold(warehouse, complaint.c.received_at))


def _of_contacts(warehouse: Warehouse, rules: Rules, days: Days) -> Select:
    return complaints_around(warehouse, days, 0, rules.look_back_days)


def complaints_around(
    warehouse: Warehouse, days: Days, before: int, after: int, *, are_escalated: bool = False
) -> Select:
    """Complaints of customers who had a contact on these days: up to so many days before it, or after it.

    Args:
        are_escalated: those, too, that were escalated up to so many days after it, whenever they were received.
    """
    complaint, contact = warehouse.table("complaints"), warehouse.table("contacts")
    at, received = contact.c.started_at, complaint.c.received_at
    near = and_(received >= add_days(at, -before), received <= add_days(at, after))
    if are_escalated and warehouse.has("complaints", "escalated_at"):
        escalated = complaint.c.escalated_at
        near = or_(near, and_(escalated > at, escalated <= add_days(at, after)))
    joined = select(complaint.c.complaint_id).join(contact, contact.c.customer_id == complaint.c.customer_id)
    return joined.where(days.hold(warehouse, at), near)


PART = CasePart(
    has_contacted,
    contacted,
    typed_contacted,
    key="complaint_id",
    home="last_at",
    sources={
        "complaints": Source(_of_complaints, stamps_of("complaints")),
        CHAINS: Source(_of_contacts, stamps_of("contacts"), around=lambda rules: rules.look_back_days + 1),
    },
    then=("about",),
)
