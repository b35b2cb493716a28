"""Contacts counted by what was answered, and contacts with self-service by what followed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, Subquery, func, select

from data_access.contact_measures import flag
from data_access.contacts import between, dimension, exclusions, window
from data_access.dialects import SECONDS_A_DAY, add_seconds, day, whole
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from metrics.rules import Rules

Split = Sequence[tuple[str, tuple[str, ...]]]


def answers(
    warehouse: Warehouse, _rules: Rules, start: date, end: date, grain: tuple[str, ...], filters: Split = ()
) -> Select | None:
    """Contacts with a noted answer on site days in [start, end): `day, *grain, issue_type, answer_code, answered`."""
    if not warehouse.has("contacts", "issue_type", "answer_code"):
        return None
    names = (*(name for name in grain if name != "issue_type"), "issue_type", "answer_code")
    near = _near(warehouse, start, end, filters)
    rows = (
        select(*_keys(warehouse, names))
        .select_from(warehouse.table("contacts"))
        .where(*near, warehouse.column("contacts", "answer_code").is_not(None))
        .subquery("answer")
    )
    keys = [rows.c[name] for name in ("day", *names)]
    return select(*keys, func.count().label("answered")).group_by(*keys)


def sessions(
    warehouse: Warehouse, rules: Rules, start: date, end: date, grain: tuple[str, ...], filters: Split = ()
) -> Select | None:
    """Contacts of known customers with self-service: `day, *grain, sessions, sessions_contained`.

    One is contained when the customer turned to no person within the time that the rules name.
    """
    if not warehouse.has("contacts", "channel", "customer_id"):
        return None
    contact, later = warehouse.table("contacts"), followed(warehouse, rules, start, end)
    near = _near(warehouse, start, end, filters)
    rows = (
        select(*_keys(warehouse, grain), flag(later.c.contact_id.is_(None)).label("contained"))
        .select_from(contact.outerjoin(later, later.c.contact_id == contact.c.contact_id))
        .where(*near, contact.c.channel.in_(rules.self_service_channels), contact.c.customer_id.is_not(None))
        .subquery("session")
    )
    keys = [rows.c[name] for name in ("day", *grain)]
    counts = func.count().label("sessions"), func.sum(rows.c.contained).label("sessions_contained")
    return select(*keys, *counts).group_by(*keys)


def followed(warehouse: Warehouse, rules: Rules, start: date, end: date) -> Subquery:
    """Contacts with self-service whose customer turned to a person soon after."""
    before, after = TABLES["contacts"].alias("earlier"), warehouse.table("contacts")
    until = add_seconds(before.c.started_at, whole(rules.containment_seconds))
    days = -(-rules.containment_seconds // SECONDS_A_DAY)
    return (
        select(before.c.contact_id)
        .join(after, after.c.customer_id == before.c.customer_id)
        .where(
            before.c.channel.in_(rules.self_service_channels),
            between(warehouse, before.c.started_at, start, end),
            window(warehouse, start, end, 0, days),
            after.c.channel.not_in(rules.self_service_channels),
            after.c.started_at > before.c.started_at,
            after.c.started_at <= until,
            exclusions(warehouse),
        )
        .distinct()
        .subquery("followed")
    )


def _keys(warehouse: Warehouse, names: Sequence[str]) -> list[ColumnElement]:
    at = day(warehouse.site(warehouse.column("contacts", "started_at"))).label("day")
    return [at, *(dimension(warehouse, name).label(name) for name in names)]


def _near(warehouse: Warehouse, start: date, end: date, filters: Split) -> list[ColumnElement[bool]]:
    kept = [dimension(warehouse, name).in_(values) for name, values in filters]
    return [window(warehouse, start, end), exclusions(warehouse), *kept]
