"""Contacts that cannot be right, counted inside the warehouse by day and team; and those left out, by reason."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, String, and_, case, false, func, literal, or_, select, true

from data_access.contacts import dimension, exclusions, window
from data_access.dialects import day
from data_access.warehouse import Warehouse
from metrics.data_quality.check import Check, Fault
from metrics.data_quality.declared import CONTACTS
from metrics.rules import Rules

Split = Sequence[tuple[str, tuple[str, ...]]]
LOOKED_AT = " looked at"  # what the column of the rows that a check could look at ends with
MERGED = "merged"  # the reason of a contact that is merged into another and has none of its own


def counted_here(warehouse: Warehouse) -> list[Check]:
    """The checks of contacts that are made row by row, as far as the warehouse has their columns."""
    made = [each for each in CONTACTS if each.fault is not Fault.ORPHAN and not warehouse.missing(each.wanted)]
    return [each for each in made if not (each.stands_in and warehouse.has(each.table, each.stands_in))]


def is_faulty(warehouse: Warehouse, rules: Rules, check: Check) -> ColumnElement[bool]:
    """The contacts of which a check says that they cannot be right; a copy is not told by itself."""
    looked_at, *others = (warehouse.column(check.table, name) for name in check.columns)
    match check.fault:
        case Fault.EMPTY:
            return looked_at.is_(None)
        case Fault.TIME:
            return looked_at < others[0]
        case Fault.CODE:
            return looked_at.not_in(check.codes(rules))
        case Fault.RANGE:
            ends = [looked_at < check.low] if check.low is not None else []
            return or_(*ends, looked_at > check.high) if check.high is not None else or_(false(), *ends)
    raise ValueError(check.id)


def is_looked_at(warehouse: Warehouse, check: Check) -> ColumnElement[bool]:
    """The contacts of which a check can tell: those that have its columns, or all of them."""
    if check.fault in {Fault.EMPTY, Fault.TWICE}:
        return true()
    return and_(*(warehouse.column(check.table, name).is_not(None) for name in check.columns))


def faults(
    warehouse: Warehouse, rules: Rules, start: date, end: date, grain: tuple[str, ...], filters: Split = ()
) -> Select:
    """Contacts that count on site days in [start, end): `day *grain`, and two columns for each check: how many contacts
    cannot be right, and of how many it could tell."""
    counts = [column for check in counted_here(warehouse) for column in _counts(warehouse, rules, check)]
    keys = _keys(warehouse, grain)
    kept = [dimension(warehouse, name).in_(values) for name, values in filters]
    found = select(*keys, *counts).select_from(warehouse.table("contacts"))
    return found.where(window(warehouse, start, end), exclusions(warehouse), *kept).group_by(*keys)


def _counts(warehouse: Warehouse, rules: Rules, check: Check) -> list[ColumnElement]:
    of = _how_many(is_looked_at(warehouse, check))
    if check.fault is Fault.TWICE:
        contact_id = warehouse.column("contacts", check.columns[0])
        faulty = func.count(contact_id) - func.count(contact_id.distinct())
    else:
        faulty = _how_many(is_faulty(warehouse, rules, check))
    return [faulty.label(check.id), of.label(f"{check.id}{LOOKED_AT}")]


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count() if condition is true() else func.count(case((condition, 1)))


def left_out(
    warehouse: Warehouse, _rules: Rules, start: date, end: date, grain: tuple[str, ...], filters: Split = ()
) -> Select | None:
    """Contacts that no metric counts, by reason: `day *grain exclusion_reason contacts`."""
    has_reason, has_merged = (warehouse.has("contacts", name) for name in ("exclusion_reason", "merged_into"))
    if not (has_reason or has_merged):
        return None
    reason = warehouse.column("contacts", "exclusion_reason")
    told = func.coalesce(reason, literal(MERGED, String())) if has_reason else literal(MERGED, String())
    keys = [*_keys(warehouse, grain), told.label("exclusion_reason")]
    kept = [dimension(warehouse, name).in_(values) for name, values in filters]
    rows = (
        select(*keys)
        .select_from(warehouse.table("contacts"))
        .where(window(warehouse, start, end), ~exclusions(warehouse), *kept)
        .subquery("left_out")
    )
    return select(*rows.c, func.count().label("contacts")).group_by(*rows.c)


def _keys(warehouse: Warehouse, grain: tuple[str, ...]) -> list[ColumnElement]:
    at = day(warehouse.site(warehouse.column("contacts", "started_at"))).label("day")
    return [at, *(dimension(warehouse, name).label(name) for name in grain)]
