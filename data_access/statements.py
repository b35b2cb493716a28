"""The SQL behind a metric, as it would be sent to this warehouse for one period."""

from sqlalchemy import Select
from sqlalchemy.sql import CompoundSelect

from data_access import contacts
from data_access.case_parts import PARTS
from data_access.cubes import CUBES
from data_access.store import CUBED, Store, narrowed
from data_access.viewer import Viewer
from metrics.metric import AnyMetric, Source
from metrics.scope import Filters, Period

OF_CASES = {
    Source.VOLUMES: "volumes",
    Source.CUSTOMERS: "customers",
    Source.HOURS: "hours",
    Source.RECOVERIES: "recoveries",
    Source.COMPLAINED: "named",
    **dict.fromkeys((Source.COMPLAINTS, Source.BACKLOG, Source.LEAD_TIMES), "complaints"),
    **dict.fromkeys(
        (Source.REVIEWS, Source.SCORES, Source.PLAN, Source.AGENT_WEEKS, Source.DOUBLE_REVIEWS, Source.OUTCOMES),
        "reviews",
    ),
}
OF_CONTACTS = {Source.CONTACTS, Source.CALLS, Source.PLAN, Source.AGENT_WEEKS}


def statement_of(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> str:
    """One statement for each table that the metric reads, values written out: to read and to check, never to run.

    Contacts are counted by it for the period; complaints, reviews and the like are read as a whole by theirs.
    """
    dialect = store.warehouse.engine.dialect
    written = [
        str(store.warehouse.sent(each).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        for each in _queries(store, viewer, metric, period, filters)
    ]
    return ";\n\n".join(written)


def _queries(
    store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters
) -> list[Select | CompoundSelect]:
    warehouse, rules, reads = store.warehouse, store.rules, set(metric.reads)
    live = narrowed(filters, viewer)
    used = tuple(sorted({name for name, _values in live}))
    found: list[Select | CompoundSelect | None] = []
    if reads & OF_CONTACTS and warehouse.has("contacts"):
        found.append(contacts.sums(warehouse, rules, period.start, period.end, [used], live))
    found += [
        CUBES[name].query(warehouse, rules, period.start, period.end, used, live)
        for source, name in CUBED.items()
        if source in reads
    ]
    parts = dict.fromkeys(OF_CASES[source] for source in metric.reads if source in OF_CASES)
    found += [PARTS[name].query(warehouse, rules, None) for name in parts if PARTS[name].is_there(warehouse)]
    return [each for each in found if each is not None]
