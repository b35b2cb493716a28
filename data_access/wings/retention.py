"""Customers after bad service and comparable others, counted inside the warehouse: heard of again, or not?

One statement: contacts and the instants of complaints on one line of time for each customer, looked along by windows,
then counted by event and cell, with the sums of squares over customers that intervals need. Rows never leave it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from data_access import contacts
from data_access.cases import customers_once
from data_access.contact_measures import flag, is_inbound
from data_access.dialects import add_days, seconds_between
from data_access.masking import check_filters
from data_access.read import read
from data_access.store import Store, narrowed
from data_access.viewer import Viewer
from data_access.wings.retention_events import complaint_of_contact, review_of_contact
from data_access.wings.retention_spread import sums_of_squares
from metrics.rules import DAY
from metrics.scope import Filters, Period, reach, settled
from metrics.wings.retention import HORIZONS, MIX, After, Event, compare_retention, mix_of

LOOKED_AT_DAYS = 182  # at least: what happens to few customers needs time to be seen
LONGEST = HORIZONS[-1]
EPOCH = datetime(2000, 1, 1)
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
    check_filters(filters, viewer)
    days = looked_at(store, period)

    def made() -> Retention:
        query = cells(store, days, narrowed(filters, viewer))
        found = compare_retention(read(store.warehouse.engine, query), store.rules.min_denominator)
        return Retention(days, tuple(each for each in found if not lacking(store, each.event)))

    return store.answers.once(("retention", viewer.sight, days, filters), made)


def cells(store: Store, period: Period, filters: Filters) -> Select:
    """`metrics.wings.retention.compare_retention` says what the rows are."""
    line = _looked_along(store, _line(store, period, filters))
    happened = _happened(store, line, period, filters)
    heard = [f"heard_{days}" for days in HORIZONS]
    key = ["event", *MIX]
    totals = [func.count().label("n"), *(func.sum(happened.c[name]).label(name) for name in heard)]
    groups = [happened.c[name] for name in (*key, "exposed", "customer_id")]
    customers = _once(select(*groups, *totals).group_by(*groups).cte("of_customer"))
    sides = [
        func.sum(customers.c[name] * (customers.c.exposed if side == "exposed" else 1 - customers.c.exposed)).label(
            f"{side}_{name.removeprefix('heard_')}"
        )
        for side in ("exposed", "others")
        for name in ("n", *heard)
    ]
    keys = [customers.c[name] for name in key]
    cell = select(*keys, *sides).group_by(*keys).cte("cell")
    squares = sums_of_squares(customers, cell)
    known = [column for column in squares.c if column.name != "event"]
    return select(*cell.c, *known).select_from(cell.outerjoin(squares, squares.c.event == cell.c.event))


def _line(store: Store, period: Period, filters: Filters) -> CTE:
    """Contacts and the instants of their complaints, one row each, from far enough before the period to the last look.

    `heard` is 1 where the customer himself turned to us.
    """
    warehouse, column = store.warehouse, store.warehouse.column
    contact, rules = warehouse.table("contacts"), store.rules
    complaint, review = complaint_of_contact(warehouse, rules), review_of_contact(warehouse)
    customer = customers_once(warehouse)
    joined: FromClause = contact
    for part, key in ((complaint, "contact_id"), (review, "contact_id"), (customer, "customer_id")):
        if part is not None:
            joined = joined.outerjoin(part, part.c[key] == contact.c[key])
    tier = func.coalesce(column("contacts", "customer_tier"), null() if customer is None else customer.c.tier)
    names, before = sorted({name for name, _values in filters}), LONGEST + rules.fcr_window_days + 1
    rows = (
        select(
            contact.c.contact_id,
            contact.c.customer_id,
            contact.c.started_at,
            is_inbound(warehouse).label("heard"),
            _came_back(store).label("came_back"),
            _word(tier).label("customer_tier"),
            *(_word(column("contacts", name)).label(name) for name in ("issue_type", "channel")),
            column("contacts", "csat").label("csat"),
            *(contacts.dimension(warehouse, name).label(f"of_{name}") for name in names),
            _or_null(customer, "last_active_at", DateTime()),
            _or_null(review, "failed", Integer()),
            *(_or_null(complaint, name, DateTime()) for name in ("received_at", "resolved_at", "follow_up_at")),
            *(_or_null(complaint, name, Integer()) for name in ("late", "slow", "unhappy")),
        )
        .select_from(joined)
        .where(
            contacts.window(warehouse, period.start, period.end, before, LONGEST + 1),
            contacts.exclusions(warehouse),
            contact.c.customer_id.is_not(None),
        )
        .cte("contact_of_customer")
    )
    return _with_instants(rows)


def _with_instants(rows: CTE) -> CTE:
    """Contacts, and below them a row for each instant of their complaints, at which nobody turned to us."""
    others = [column for column in rows.c if column.name not in {"started_at", "heard"}]
    blocks = [select(*others, literal("contact").label("moment"), rows.c.started_at.label("at"), rows.c.heard)]
    blocks += [
        select(*others, literal(name).label("moment"), rows.c[name].label("at"), literal(0).label("heard")).where(
            rows.c[name].is_not(None)
        )
        for name in ("received_at", "resolved_at", "follow_up_at")
    ]
    return union_all(*blocks).cte("line")


def _came_back(store: Store) -> ColumnElement[int]:
    """1 where the same customer had turned to us about the same issue within W0 before."""
    column = store.warehouse.column
    at = column("contacts", "started_at")
    alike = [column("contacts", name) for name in ("customer_id", "issue_type")]
    before = func.lag(at).over(
        partition_by=[*alike, is_inbound(store.warehouse)], order_by=(at, column("contacts", "contact_id"))
    )
    return flag(func.coalesce(before >= add_days(at, -store.rules.fcr_gap_days), false()))


def _once(part: CTE) -> CTE:
    """Computed once although it is read several times, on engines that would do it again for each."""
    return part.prefix_with("MATERIALIZED", dialect="duckdb").prefix_with("MATERIALIZED", dialect="postgresql")


def _word(value: ColumnElement) -> ColumnElement:
    """Cells are joined by their names: what is not recorded is a name as well."""
    return func.coalesce(value, "")


def _or_null(part: FromClause | None, name: str, kind: DateTime | Integer) -> ColumnElement:
    return cast(null(), kind).label(name) if part is None else part.c[name].label(name)


def _looked_along(store: Store, line: CTE) -> CTE:
    """Each row of the line with what its customer did before and after.

    Who asks about the same matter once more is not loyal for that: contacts within W0 of one about the same issue do
    not count, and neither do the days within W, before or after.
    """
    window, longest = store.rules.fcr_window_days * DAY, LONGEST * DAY
    seconds = seconds_between(literal(EPOCH, DateTime()), line.c.at)
    timed = select(line, seconds.label("seconds")).cte("timed")
    heard_at = case((and_(timed.c.heard == 1, timed.c.came_back == 0), timed.c.seconds))
    own, order = timed.c.customer_id, timed.c.seconds
    following = func.min(heard_at).over(partition_by=own, order_by=order, range_=(window + 1, longest))
    before = func.max(heard_at).over(partition_by=own, order_by=order, range_=(-longest - window, -window - 1))
    looked = select(timed, following.label("next_seconds"), before.label("last_seconds")).cte("looked")

    def heard(days: int) -> ColumnElement[bool]:
        first, last = add_days(looked.c.at, store.rules.fcr_window_days), add_days(looked.c.at, days)
        contact = func.coalesce(looked.c.next_seconds <= looked.c.seconds + days * DAY, false())
        active = and_(
            looked.c.last_active_at.is_not(None), looked.c.last_active_at > first, looked.c.last_active_at <= last
        )
        return or_(contact, active)

    after = [flag(heard(days)).label(f"heard_{days}") for days in HORIZONS]
    was_heard = cast(flag(looked.c.last_seconds.is_not(None)), String()).label("was_heard")
    return _once(select(looked, *after, was_heard).cte("looked_along"))


def _happened(store: Store, line: CTE, period: Period, filters: Filters) -> CTE:
    """A row for each event and whoever it did or did not happen to, on the period's days, in the filters."""
    rules, row = store.rules, line.c
    is_contact = and_(row.moment == "contact", row.heard == 1)
    sides: dict[Event, tuple[ColumnElement[bool], ColumnElement[int]]] = {
        Event.COMPLAINT: (
            or_(row.moment == "received_at", and_(is_contact, row.received_at.is_(None))),
            flag(row.moment == "received_at"),
        ),
        Event.REPEAT: (and_(is_contact, row.issue_type != ""), row.came_back),
        Event.FAILED_REVIEW: (and_(is_contact, row.failed.is_not(None)), row.failed),
        Event.DISSATISFIED: (and_(is_contact, row.csat.is_not(None)), flag(row.csat < rules.satisfied_score)),
        Event.LATE: (and_(row.moment == "resolved_at", row.late.is_not(None)), row.late),
        Event.SLOW: (and_(row.moment == "resolved_at", row.slow.is_not(None)), row.slow),
        Event.UNHAPPY_ENDING: (and_(row.moment == "follow_up_at", row.unhappy.is_not(None)), row.unhappy),
    }
    kept = [row[f"of_{name}"].in_(values) for name, values in filters]
    inside = [contacts.between(store.warehouse, row.at, period.start, period.end), *kept]
    return union_all(
        *(
            select(
                literal(str(event)).label("event"),
                row.customer_id,
                exposed.label("exposed"),
                *((row[name] if name in mix_of(event) else literal("")).label(name) for name in MIX),
                *(row[f"heard_{days}"] for days in HORIZONS),
            ).where(counts, *inside)
            for event, (counts, exposed) in sides.items()
        )
    ).cte("happened")
