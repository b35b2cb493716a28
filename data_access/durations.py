"""Durations of contacts, counted inside the warehouse as histograms by day and dimensions."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Double,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.sql import CompoundSelect

from data_access.contact_measures import handle_seconds, is_handled
from data_access.contacts import dimension, exclusions, window
from data_access.dialects import day, seconds_between
from data_access.warehouse import Warehouse
from metrics.evaluation import BIN_RATIO
from metrics.rules import Rules

#: The column without which a duration is not known.
MEASURED_BY = {
    "handle_time": "talk_seconds",
    "resolution_time": "resolved_at",
    "first_response_time": "first_response_at",
}


def times(
    warehouse: Warehouse,
    _rules: Rules,
    start: date,
    end: date,
    grain: tuple[str, ...],
    filters: Sequence[tuple[str, tuple[str, ...]]] = (),
) -> CompoundSelect | None:
    """Histograms of durations for site days in [start, end); None where the warehouse has no duration at all.

    Returns:
        rows `day, *grain, duration, bin, contacts`; bin b holds 1.02**b ≤ seconds < 1.02**(b+1), −1 below a second.
        Durations below zero are impossible and left out.
    """
    known = [name for name, column in MEASURED_BY.items() if warehouse.has("contacts", column)]
    near = [window(warehouse, start, end), exclusions(warehouse)]
    near += [dimension(warehouse, name).in_(values) for name, values in filters]
    blocks = [histogram(warehouse, name, grain, near) for name in known]
    return union_all(*blocks) if blocks else None


def measured(warehouse: Warehouse, name: str) -> tuple[ColumnElement, ColumnElement[bool]]:
    """A contact's seconds of this duration, and whether the contact counts for it."""
    if name == "handle_time":
        seconds = handle_seconds(warehouse)
        return seconds, and_(is_handled(warehouse), seconds >= 0)
    started = warehouse.column("contacts", "started_at")
    seconds = seconds_between(started, warehouse.column("contacts", MEASURED_BY[name]))
    return seconds, seconds >= 0


def histogram(warehouse: Warehouse, name: str, grain: tuple[str, ...], near: list[ColumnElement[bool]]) -> Select:
    """One duration of the contacts near: `day, *grain, duration, bin, contacts`."""
    seconds, counts = measured(warehouse, name)
    rows = (
        select(
            day(warehouse.site(warehouse.column("contacts", "started_at"))).label("day"),
            *(dimension(warehouse, key).label(key) for key in grain),
            _bin(seconds).label("bin"),
        )
        .select_from(warehouse.table("contacts"))
        .where(*near, counts)
        .subquery(name)
    )
    keys = [rows.c.day, *(rows.c[key] for key in grain)]
    duration = literal(name, String()).label("duration")
    return select(*keys, duration, rows.c.bin, func.count().label("contacts")).group_by(*keys, rows.c.bin)


def _bin(seconds: ColumnElement) -> ColumnElement[int]:
    log = func.ln(cast(case((seconds < 1, 1), else_=seconds), Integer))
    width = func.ln(literal(BIN_RATIO, Double()), type_=Double())  # SQLAlchemy would divide by a whole number
    return case((seconds < 1, -1), else_=cast(func.floor(log / width), Integer))
