"""The rows that a check finds: a bounded page of them, cut to the viewer's rights, masked and written down."""

from datetime import datetime

import polars as pl
from sqlalchemy import ColumnElement, Engine, Select, func, select

from data_access import case_rows, contacts, rows
from data_access.audit import in_words
from data_access.data_quality import case_faults, contact_faults
from data_access.dialects import day
from data_access.read import read
from data_access.rows import MOST_ROWS, Rows
from data_access.store import Store, cut
from data_access.viewer import Viewer
from metrics.data_quality.check import Check, Fault
from metrics.scope import Filters, Period


def has_examples(check: Check) -> bool:
    """Are single rows known? Of those that came late only how many there were on which day."""
    return check.fault is not Fault.LATE


def read_examples(
    store: Store, state: Engine, viewer: Viewer, check: Check, period: Period, filters: Filters, now: datetime
) -> Rows:
    """The newest rows of the period that a check finds; who looked at them stands in the audit log.

    Raises:
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    if check.table == "contacts":
        found = [contact_faults.is_looked_at(store.warehouse, check), _of_contacts(store, check, period)]
        return rows.contacts_where(store, state, viewer, check.id, found, [], period, filters, now)
    if check.table == "qa_items":
        return _written(store, state, viewer, check, _items(store, viewer), period, now)
    every = cut(case_faults.ROWS[check.table](store), viewer, period, filters)
    faulty = every.filter(case_faults.is_looked_at(check), case_faults.is_faulty(store, check))
    if check.table in case_rows.TABLES_OF:
        found = faulty.drop("counted", strict=False)
        return rows.chosen(store, state, viewer, check.table, found, check.id, period, filters, now)
    told = [name for name in faulty.columns if "." not in name and not name.endswith(case_faults.KNOWN)]
    newest = faulty.sort("day", descending=True).select(told).drop("day").head(MOST_ROWS)
    return _written(store, state, viewer, check, Rows(check.table, newest, faulty.height), period, now)


def _written(
    store: Store, state: Engine, viewer: Viewer, check: Check, found: Rows, period: Period, now: datetime
) -> Rows:
    return rows.written_down(store, state, viewer, check.id, found, in_words(period, ()), now)


def _of_contacts(store: Store, check: Check, period: Period) -> ColumnElement[bool]:
    warehouse, column = store.warehouse, store.warehouse.column("contacts", check.columns[0])
    if check.fault is Fault.ORPHAN:
        known = warehouse.table(check.refers).c[check.columns[0]]
        return column.not_in(select(known).where(known.is_not(None)))
    if check.fault is Fault.TWICE:
        return column.in_(_twice(store, column, period))
    return contact_faults.is_faulty(warehouse, store.rules, check)


def _twice(store: Store, column: ColumnElement, period: Period) -> Select:
    """Ids that several contacts of one day have."""
    warehouse = store.warehouse
    at = day(warehouse.site(warehouse.column("contacts", "started_at")))
    near = contacts.window(warehouse, period.start, period.end)
    found = (
        select(column.label("contact_id"), at.label("day")).where(near, contacts.exclusions(warehouse)).subquery("one")
    )
    several = (
        select(found.c.contact_id).where(found.c.contact_id.is_not(None)).group_by(found.c.contact_id, found.c.day)
    )
    return several.having(func.count() > 1)


def _items(store: Store, viewer: Viewer) -> Rows:
    """Items whose review is not on record or has no date, which belong to no day and no team."""
    warehouse = store.warehouse
    item, review = warehouse.table("qa_items"), warehouse.table("qa_reviews")
    shown = [column for column in item.c if warehouse.has("qa_items", column.name)]
    if viewer.teams is not None:
        return Rows("qa_items", pl.DataFrame(schema={column.name: pl.String for column in shown}), 0)
    made = select(review.c.review_id).where(review.c.reviewed_at.is_not(None), review.c.review_id.is_not(None))
    alone = item.c.review_id.is_(None) | item.c.review_id.not_in(made)
    page = select(*shown).where(alone).order_by(item.c.review_id, item.c.item).limit(MOST_ROWS)
    count = select(func.count()).select_from(item).where(alone)
    engine = warehouse.engine
    return Rows("qa_items", read(engine, page), int(read(engine, count).item()))
