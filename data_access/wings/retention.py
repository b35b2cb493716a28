"""Customers after bad service and comparable others, counted inside the warehouse: heard of again, or not?

One statement: moments of customers with what became of them, counted by event and cell, with the sums of squares over
customers that intervals need. Rows never leave it.
"""

from dataclasses import dataclass
from functools import cache

import polars as pl
from sqlalchemy import CTE, ColumnElement, Select, and_, func, literal, select, union_all

from data_access import contacts
from data_access.contact_measures import flag
from data_access.engine_limits import roomy
from data_access.names import values_seen
from data_access.read import read
from data_access.store import Store, narrowed
from data_access.viewer import LOCAL, Viewer
from data_access.wings.answered import answered
from data_access.wings.retention_moments import CONTACT, LONGEST, moments, once
from data_access.wings.retention_spread import sums_of_squares
from metrics.scope import Filters, Period, reach, settled
from metrics.wings.retention import HORIZONS, MIX, After, Event, compare_retention, mix_of
from metrics.working_time import runs_always

LOOKED_AT_DAYS = 182  # at least: what happens to few customers needs time to be seen
#: What the warehouse must have; each event needs more, see `lacking`.
NEEDS = ("contacts.customer_id",)
NEEDS_OF = {
    Event.COMPLAINT: ("complaints.contact_id",),
    Event.REPEAT: ("contacts.issue_type",),
    Event.FAILED_REVIEW: ("qa_reviews.contact_id", "qa_reviews.passed"),
    Event.DISSATISFIED: ("contacts.csat",),
    Event.LATE: ("complaints.contact_id", "complaints.severity", "complaints.resolved_at"),
    Event.SLOW: ("complaints.contact_id", "complaints.resolved_at"),
    Event.UNHAPPY_ENDING: ("complaints.contact_id", "complaints.follow_up_at", "complaints.follow_up_score"),
}


@dataclass(frozen=True, slots=True)
class Retention:
    """What was found, for what happened on these days: for all of them the longest horizon is over."""

    period: Period
    after: tuple[After, ...]


def looked_at(store: Store, period: Period) -> Period:
    """The days of a period whose longest horizon is over, with enough before them to see anything."""
    return reach(settled(period, store.anchor, LONGEST), LOOKED_AT_DAYS)


def lacking(store: Store, event: Event | None = None) -> tuple[str, ...]:
    """Columns that the warehouse lacks for an event, or for anything at all."""
    return store.warehouse.missing(NEEDS if event is None else NEEDS_OF[event])


def refused(filters: Filters) -> list[str]:
    """Filters by which contacts cannot be narrowed."""
    return [name for name, _values in filters if name not in contacts.DIMENSIONS]


def read_retention(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Retention:
    """Each event beside comparable others, see `metrics.wings.retention`; computed once for whoever sees the same.

    Args:
        filters: of the contact that it happened in; customers may be heard of again in any other.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer.
    """
    days = looked_at(store, period)

    def made() -> Retention:
        kept = narrowed(filters, viewer)
        counted = store.computed(_question(days, kept), lambda: _read(store, cells(store, days, kept)))
        found = compare_retention(counted, store.rules.min_denominator)
        told = [each for each in found if not lacking(store, each.event)]
        if not runs_always(store.rules):  # times are taken by the clock on the wall: they say nothing of deadlines
            told = [each for each in told if each.event is not Event.LATE]
        return Retention(days, tuple(told))

    return answered(store, viewer, "retention", days, filters, made)


def ready_by(store: Store, period: Period, dimension: str) -> None:
    """Count the cells of every value of a dimension by one statement, so that nobody waits for those of his own."""
    if not store.warehouse.has("contacts", dimension, *(need.partition(".")[2] for need in NEEDS)):
        return
    days = looked_at(store, period)
    every = cache(lambda: _read(store, cells(store, days, (), dimension)))
    for value in values_seen(store, LOCAL, dimension):
        question = _question(days, ((dimension, (value,)),))
        store.computed(question, lambda value=value: every().filter(part=value))


def _read(store: Store, query: Select) -> pl.DataFrame:
    with roomy(store.warehouse.engine):
        return read(store.warehouse.engine, query)


def _question(days: Period, filters: Filters) -> tuple[object, ...]:
    return "retention", days, filters


def cells(store: Store, period: Period, filters: Filters, by: str | None = None) -> Select:
    """`metrics.wings.retention.compare_retention` says what the rows are.

    Args:
        by: a dimension of contacts, whose values stand in `part`, each as if it were filtered by.
    """
    happened = once(_happened(moments(store, period, filters, by)))
    keys, exposed = [happened.c[name] for name in ("part", "event", *MIX)], happened.c.exposed
    sides = [
        func.sum(value if name == "n" else value * happened.c[name]).label(f"{side}_{name.removeprefix('heard_')}")
        for side, value in (("exposed", exposed), ("others", 1 - exposed))
        for name in ("n", *(f"heard_{days}" for days in HORIZONS))
    ]
    cell = select(*keys, *sides).group_by(*keys).cte("cell")
    squares = sums_of_squares(happened, cell)
    known = [column for column in squares.c if column.name not in {"part", "event"}]
    same = and_(squares.c.part == cell.c.part, squares.c.event == cell.c.event)
    return select(*cell.c, *known).select_from(cell.outerjoin(squares, same))


def _happened(told: CTE) -> CTE:
    """A row for each event and moment at which it happened or not: `part event customer_id exposed`, MIX, heard."""
    row = told.c
    is_contact = row.moment == CONTACT
    sides: dict[Event, tuple[list[ColumnElement[bool]], ColumnElement[int]]] = {
        Event.COMPLAINT: (
            [(row.moment == "received_at") | (is_contact & (row.is_complained == 0))],
            flag(row.moment == "received_at"),
        ),
        Event.REPEAT: ([is_contact, row.issue_type != ""], row.came_back),
        Event.FAILED_REVIEW: ([is_contact, row.failed.is_not(None)], row.failed),
        Event.DISSATISFIED: ([is_contact, row.dissatisfied.is_not(None)], row.dissatisfied),
        Event.LATE: ([row.moment == "resolved_at", row.late.is_not(None)], row.late),
        Event.SLOW: ([row.moment == "resolved_at", row.slow.is_not(None)], row.slow),
        Event.UNHAPPY_ENDING: ([row.moment == "follow_up_at", row.unhappy.is_not(None)], row.unhappy),
    }
    return union_all(
        *(
            select(
                row.part,
                literal(str(event)).label("event"),
                row.customer_id,
                exposed.label("exposed"),
                *((row[name] if name in mix_of(event) else literal("")).label(name) for name in MIX),
                *(row[f"heard_{days}"] for days in HORIZONS),
            ).where(*counts)
            for event, (counts, exposed) in sides.items()
        )
    ).cte("happened")
