"""The rows behind a number: a bounded page of contacts, complaints or reviews, and how many there are in all."""

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl
from sqlalchemy import ColumnElement, DateTime, Engine, Integer, Select, case, cast, func, select

from data_access import contacts, durations
from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.masking import check_filters, masked
from data_access.read import read
from data_access.store import Store, cut, narrowed
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse
from metrics.complaint import MEASURES, complaint_rows
from metrics.metric import AnyMetric, Metric, Quantile, Source
from metrics.review import LEVELS
from metrics.scope import Filters, Period

MOST_ROWS = 1_000
SHOWN = {
    "contacts": (
        "contact_id started_at answered_at first_response_at customer_id channel issue_type subtype product team_id "
        "agent_id customer_tier priority talk_seconds hold_seconds wrap_seconds transfer_count resolved resolved_at "
        "reopen_count sla_met csat text"
    ),
    "complaints": (
        "complaint_id received_at contact_id customer_id channel complaint_type subtype severity product batch team_id "
        "agent_id claimed_cause established_cause responsible_department first_response_at resolved_at upheld text"
    ),
    "qa_reviews": (
        "review_id reviewed_at contact_id agent_id reviewer_id level form_id form_version score max_score passed fatal"
    ),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """The newest rows, at most MOST_ROWS of them, and the count of all."""

    table: str
    frame: pl.DataFrame
    count: int


def behind(
    store: Store, state: Engine, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters, now: datetime
) -> Rows:
    """The cases that a metric's value is made of, newest first; who looked at them stands in the audit log.

    For a share of contacts these are its denominator, with a column `counted` that says which are in the numerator;
    for complaints and reviews the cases themselves, by the date that puts them into the period. A viewer who is not
    cleared gets pseudonyms.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    found = _behind(store, viewer, metric, period, filters)
    told = {"metric": metric.id, "table": found.table, "rows": found.frame.height, **in_words(period, filters)}
    record(state, viewer, Act.CASES_OPENED, told, now)
    return replace(found, frame=masked(found.frame, viewer, store.people()))


def _behind(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> Rows:
    if isinstance(metric, Metric) and Source.COMPLAINTS in metric.reads:
        return _complaints(store, viewer, metric, period, filters)
    if Source.REVIEWS in metric.reads or Source.AGENT_WEEKS in metric.reads:
        return _reviews(store, viewer, metric, period, filters)
    if isinstance(metric, Quantile):
        return _timed(store, viewer, metric, period, filters)
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


def _timed(store: Store, viewer: Viewer, metric: Quantile, period: Period, filters: Filters) -> Rows:
    warehouse = store.warehouse
    table = warehouse.table("contacts")
    seconds, counts = durations.measured(warehouse, metric.duration)
    held = contacts.window(warehouse, period.start, period.end)
    inside = [held, contacts.exclusions(warehouse), counts]
    inside += [contacts.dimension(warehouse, name).in_(chosen) for name, chosen in narrowed(filters, viewer)]
    shown = [
        _at_site(warehouse, table.c[name]) for name in SHOWN["contacts"].split() if warehouse.has("contacts", name)
    ]
    page = select(seconds.label("seconds"), *shown).where(*inside)
    page = page.order_by(table.c.started_at.desc(), table.c.contact_id).limit(MOST_ROWS)
    return _read(store, "contacts", page, select(func.count()).select_from(table).where(*inside))


def _at_site(warehouse: Warehouse, column: ColumnElement) -> ColumnElement:
    """Instants as the site's clock shows them."""
    return warehouse.site(column).label(column.name) if isinstance(column.type, DateTime) else column


def _complaints(store: Store, viewer: Viewer, metric: Metric, period: Period, filters: Filters) -> Rows:
    cases = complaint_rows(store.cases("complaints"), store.as_of, store.rules)
    roots = (metric.numerator.meta.root_names()[0], metric.denominator.meta.root_names()[0])
    base = roots[1] if roots[1] in MEASURES else roots[0]
    found = cut(cases, viewer, period, filters).filter(pl.col(base) > 0)
    newest = found.sort("received_at", "complaint_id", descending=[True, False]).head(MOST_ROWS)
    ids = newest.select("complaint_id", pl.col(roots[0]).alias("counted"))
    return Rows("complaints", _named(store.warehouse, "complaints", ids), found.height)


def _reviews(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> Rows:
    """Reviews by people of the period's contacts; for agents, those made in the weeks in which they were active."""
    done = store.cases("reviews").filter(~pl.col("is_automatic").fill_null(value=False))
    level = metric.id.rsplit("_", 1)[-1]
    if level in LEVELS:
        done = done.filter(pl.col("level") == level)
    if Source.AGENT_WEEKS in metric.reads:
        weeks = store.facts(viewer, metric.reads, period, filters)
        agent = [pl.col("reviewed_at").dt.date().dt.truncate("1w"), pl.col("reviewed_agent_id")]
        found = done.join(weeks, left_on=agent, right_on=["day", "agent_id"], how="semi")
        if viewer.teams is not None:  # an agent who changed teams has reviews of contacts that are not the viewer's
            found = found.filter(pl.col("team_id").is_in(viewer.teams))
    else:
        found = cut(done, viewer, period, filters)
    newest = found.sort("reviewed_at", "review_id", descending=[True, False]).head(MOST_ROWS)
    return Rows("qa_reviews", _named(store.warehouse, "qa_reviews", newest.select("review_id")), found.height)


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
