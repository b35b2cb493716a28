"""The rows behind a number: a bounded page of contacts, complaints or reviews, and how many there are in all."""

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl
from sqlalchemy import ColumnElement, DateTime, Engine, Integer, Select, case, cast, func, select

from data_access import contacts, durations
from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.case_facts import complaint_cases
from data_access.daily import recovery_rows
from data_access.masking import check_filters, masked
from data_access.read import read
from data_access.store import Store, cut, narrowed
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse
from metrics.complaint_facts import complaint_rows
from metrics.metric import AnyMetric, Metric, Quantile, Source
from metrics.review_facts import BY_PEOPLE, LEVELS, score_rows
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
        "review_id reviewed_at contact_id agent_id reviewer_id level form_id form_version score max_score passed fatal "
        "disputed_at dispute_upheld"
    ),
    "recoveries": "case_id customer_id case_type treated opened_at contacted_at outcome regained_at",
}
#: Volumes and times of work are no cases.
CASES_OF = {
    Source.CONTACTS, Source.CALLS, Source.TIMES, Source.COMPLAINTS, Source.REVIEWS, Source.SCORES, Source.PLAN,
    Source.AGENT_WEEKS, Source.RECOVERIES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """The newest rows, at most MOST_ROWS of them, and the count of all."""

    table: str
    frame: pl.DataFrame
    count: int


def has_cases(metric: AnyMetric) -> bool:
    """Is the metric, as the rules define it, made of cases that can be shown one by one?"""
    if isinstance(metric, Quantile):
        return True
    parts = (metric.numerator, metric.denominator)
    return bool(CASES_OF & set(metric.reads)) and all(len(each.meta.root_names()) == 1 for each in parts)


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
    found = _behind(store, viewer, metric.under(store.rules), period, filters)
    told = {"metric": metric.id, "table": found.table, "rows": found.frame.height, **in_words(period, filters)}
    record(state, viewer, Act.CASES_OPENED, told, now)
    return replace(found, frame=masked(found.frame, viewer, store.people()))


def _behind(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> Rows:
    if isinstance(metric, Metric) and Source.COMPLAINTS in metric.reads:
        return _complaints(store, viewer, metric, period, filters)
    if {Source.REVIEWS, Source.PLAN, Source.AGENT_WEEKS} & set(metric.reads):
        return _reviews(store, viewer, metric, period, filters)
    if isinstance(metric, Metric) and Source.SCORES in metric.reads:
        found = cut(score_rows(store.cases("reviews"), store.rules), viewer, period, filters)
        return _newest(store, metric, found, "qa_reviews", ("review_id", "reviewed_at"))
    if isinstance(metric, Metric) and Source.RECOVERIES in metric.reads:
        found = cut(recovery_rows(store.cases("recoveries"), store.rules), viewer, period, filters)
        return _newest(store, metric, found, "recoveries", ("case_id", "day"))
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
    cases = complaint_rows(complaint_cases(store), store.as_of, store.rules)
    found = cut(cases, viewer, period, filters)
    return _newest(store, metric, found, "complaints", ("complaint_id", "received_at"))


def _newest(store: Store, metric: Metric, found: pl.DataFrame, table: str, order: tuple[str, str]) -> Rows:
    """The newest of the rows that the metric counts: in its denominator, or, where that is another thing, on top."""
    key, at = order
    top, bottom = metric.numerator.meta.root_names()[0], metric.denominator.meta.root_names()[0]
    counted = found.filter(pl.col(bottom if bottom in found.columns else top) > 0)
    newest = counted.sort(at, key, descending=[True, False]).head(MOST_ROWS)
    ids = newest.select(key, (pl.col(top) > 0).fill_null(value=False).cast(pl.Int64).alias("counted"))
    return Rows(table, _named(store.warehouse, table, ids), counted.height)


def _reviews(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> Rows:
    """Reviews of the period's contacts; for agents, those made in the weeks in which they were active."""
    every = store.cases("reviews")
    done = every if metric.id == "qa_linkage" else every.filter(BY_PEOPLE)
    level = metric.id.rsplit("_", 1)[-1]
    if level in LEVELS:
        done = done.filter(pl.col("level") == level)
    if Source.AGENT_WEEKS in metric.reads:
        weeks = store.facts(viewer, metric.reads, period, filters).drop_nulls("agent_id")
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
