"""The rows behind a number: a bounded page of contacts, complaints or reviews, and how many there are in all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, DateTime, Engine, FromClause, Integer, Select, case, cast, func, select

from data_access import answers, case_rows, contacts, durations
from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.masking import check_filters, masked
from data_access.names import agent_names
from data_access.read import read
from data_access.store import Store, narrowed
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse
from metrics.metric import AnyMetric, Metric, Quantile, Source, Statistic, days_told
from metrics.scope import Filters, Period

MOST_ROWS = 1_000
SHOWN = {
    "contacts": (
        "contact_id started_at answered_at first_response_at customer_id channel issue_type subtype product team_id "
        "agent_id customer_tier priority answer_code talk_seconds hold_seconds wrap_seconds transfer_count resolved "
        "resolved_at reopen_count sla_met csat text"
    ),
    "complaints": (
        "complaint_id received_at contact_id customer_id channel complaint_type subtype severity product batch team_id "
        "agent_id claimed_cause established_cause responsible_department first_response_at resolved_at upheld text"
    ),
    "qa_reviews": (
        "review_id reviewed_at contact_id agent_id reviewer_id level form_id form_version score max_score passed fatal "
        "disputed_at dispute_upheld"
    ),
    "findings": "finding_id opened_at due_at trained_at closed_at recurred_at item agent_id review_id",
    "recoveries": "case_id customer_id case_type treated opened_at contacted_at outcome regained_at",
}
#: Volumes and times of work are no cases.
CASES_OF = {Source.CONTACTS, Source.CALLS, Source.TIMES, Source.ANSWERS, Source.SESSIONS, *case_rows.CASES}


@dataclass(frozen=True, slots=True)
class Rows:
    """The newest rows, at most MOST_ROWS of them, and the count of all."""

    table: str
    frame: pl.DataFrame
    count: int


def has_cases(metric: AnyMetric) -> bool:
    """Is the metric, as the rules define it, made of cases that can be shown one by one?"""
    if not isinstance(metric, Metric):
        return True
    parts = (metric.numerator, metric.denominator)
    return bool(CASES_OF & set(metric.reads)) and all(len(each.meta.root_names()) == 1 for each in parts)


def behind(
    store: Store,
    state: Engine,
    viewer: Viewer,
    metric: AnyMetric,
    period: Period,
    filters: Filters,
    now: datetime,
    only: pl.DataFrame | None = None,
) -> Rows:
    """The cases that a metric's value is made of, newest first; who looked at them stands in the audit log.

    For a share of contacts these are its denominator, with a column `counted` that says which are in the numerator;
    for complaints and reviews the cases themselves, by the date that puts them into the period. A viewer who is not
    cleared gets pseudonyms.

    Args:
        only: of complaints and reviews only those with these ids, which stand in a column of their name.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    days = days_told(metric, period, store.rules)
    found = _behind(store, viewer, metric.under(store.rules), days, filters, only)
    return written_down(store, state, viewer, metric.id, found, in_words(period, filters), now)


def contacts_where(
    store: Store,
    state: Engine,
    viewer: Viewer,
    what: str,
    conditions: Sequence[ColumnElement[bool]],
    more: Sequence[ColumnElement],
    period: Period,
    filters: Filters,
    now: datetime,
) -> Rows:
    """The newest contacts of the period for which all conditions hold; who looked at them stands in the audit log.

    Args:
        what: names the look in the audit log.
        more: columns to put in front.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    found = _plain(store, viewer, period, filters, list(conditions), more)
    return written_down(store, state, viewer, what, found, in_words(period, filters), now)


def chosen(
    store: Store,
    state: Engine,
    viewer: Viewer,
    table: str,
    found: pl.DataFrame,
    what: str,
    period: Period,
    filters: Filters,
    now: datetime,
) -> Rows:
    """Cases that an analysis picked, newest first, masked and written down as those of a metric are.

    Args:
        found: what the table's rows are known and ordered by; rows that the viewer may see.
        what: names the look in the audit log.

    Raises:
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    found_rows = _newest(store, table, found)
    return written_down(store, state, viewer, what, found_rows, in_words(period, filters), now)


def written_down(
    store: Store, state: Engine, viewer: Viewer, what: str, found: Rows, scope: dict[str, Any], now: datetime
) -> Rows:
    """The rows as the viewer may read them, once the audit log says that he did.

    Args:
        found: cut to what the viewer may see.
        what: names the look in the audit log.
        scope: period and filters, as `audit.in_words` tells them.

    Raises:
        SourceUnavailable: it could not be written down.
    """
    told = {"metric": what, "table": found.table, "rows": found.frame.height, **scope}
    record(state, viewer, Act.CASES_OPENED, told, now)
    return replace(found, frame=masked(found.frame, viewer, agent_names(store)))


def _behind(
    store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters, only: pl.DataFrame | None
) -> Rows:
    of_cases = case_rows.chosen(store, viewer, metric, period, filters)
    if of_cases is not None:
        table, found = of_cases
        key, _at = case_rows.TABLES_OF[table]
        return _newest(store, table, found if only is None else found.join(only, on=key, how="semi"))
    if isinstance(metric, Quantile):
        seconds, counts = durations.measured(store.warehouse, metric.duration)
        return _plain(store, viewer, period, filters, [counts], [seconds.label("seconds")])
    if isinstance(metric, Statistic):
        return _plain(store, viewer, period, filters, [store.warehouse.column("contacts", "answer_code").is_not(None)])
    if Source.SESSIONS in metric.reads:
        return _sessions(store, viewer, period, filters)
    return _contacts(store, viewer, metric, period, filters)


def _contacts(store: Store, viewer: Viewer, metric: Metric, period: Period, filters: Filters) -> Rows:
    warehouse = store.warehouse
    kept = narrowed(filters, viewer)
    shown = [name for name in SHOWN["contacts"].split() if warehouse.has("contacts", name)]
    names = list(dict.fromkeys([*shown, *(name for name, _ in kept)]))
    rows, values = contacts.counted(warehouse, store.rules, period.start, period.end, names)
    inside = [rows.c.day >= period.start, rows.c.day < period.end, *(rows.c[name].in_(chosen) for name, chosen in kept)]
    inside.append(values[metric.denominator.meta.root_names()[0]] > 0)
    hit = cast(case((values[metric.numerator.meta.root_names()[0]] > 0, 1), else_=0), Integer)
    page = select(hit.label("counted"), *(_at_site(warehouse, rows.c[name]) for name in shown)).where(*inside)
    page = page.order_by(rows.c.started_at.desc(), rows.c.contact_id).limit(MOST_ROWS)
    return _read(store, "contacts", page, select(func.count()).select_from(rows).where(*inside))


def _plain(
    store: Store,
    viewer: Viewer,
    period: Period,
    filters: Filters,
    counts: list[ColumnElement[bool]],
    more: Sequence[ColumnElement] = (),
    joined: FromClause | None = None,
) -> Rows:
    """Contacts of the period for which these conditions hold, with more columns in front."""
    warehouse = store.warehouse
    table = warehouse.table("contacts")
    inside = [contacts.window(warehouse, period.start, period.end), contacts.exclusions(warehouse), *counts]
    inside += [contacts.dimension(warehouse, name).in_(chosen) for name, chosen in narrowed(filters, viewer)]
    shown = [
        _at_site(warehouse, table.c[name]) for name in SHOWN["contacts"].split() if warehouse.has("contacts", name)
    ]
    page = select(*more, *shown).select_from(table if joined is None else joined).where(*inside)
    page = page.order_by(table.c.started_at.desc(), table.c.contact_id).limit(MOST_ROWS)
    return _read(store, "contacts", page, select(func.count()).select_from(table).where(*inside))


def _sessions(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Rows:
    """Contacts with self-service; `counted` says after which ones the customer turned to nobody."""
    followed = answers.followed(store.warehouse, store.rules, period.start, period.end)
    table = store.warehouse.table("contacts")
    counts = [table.c.channel.in_(store.rules.self_service_channels), table.c.customer_id.is_not(None)]
    contained = cast(case((followed.c.contact_id.is_(None), 1), else_=0), Integer).label("counted")
    joined = table.outerjoin(followed, followed.c.contact_id == table.c.contact_id)
    return _plain(store, viewer, period, filters, counts, [contained], joined)


def _at_site(warehouse: Warehouse, column: ColumnElement) -> ColumnElement:
    """Instants as the site's clock shows them."""
    return warehouse.site(column).label(column.name) if isinstance(column.type, DateTime) else column


def _newest(store: Store, table: str, found: pl.DataFrame) -> Rows:
    """The newest of the cases, as the warehouse tells of them."""
    key, at = case_rows.TABLES_OF[table]
    counted = ["counted"] if "counted" in found.columns else []
    newest = found.select(key, at, *counted).sort(at, key, descending=[True, False]).head(MOST_ROWS)
    return Rows(table, _named(store.warehouse, table, newest.drop(at)), found.height)


def _named(warehouse: Warehouse, name: str, ids: pl.DataFrame) -> pl.DataFrame:
    """What is shown of the rows whose ids stand in the first column, in their order; `counted` goes first."""
    table, key = warehouse.table(name), ids.columns[0]
    known = [table.c[column] for column in SHOWN[name].split() if warehouse.has(name, column)]
    query = select(*(_at_site(warehouse, column) for column in known)).where(table.c[key].in_(ids[key].to_list()))
    page = ids.join(read(warehouse.engine, query), on=key, how="left", maintain_order="left")
    return page.select(*ids.columns[1:], *(column.name for column in known))


def _read(store: Store, table: str, page: Select, count: Select) -> Rows:
    engine = store.warehouse.engine
    return Rows(table, read(engine, page), int(read(engine, count).item()))
