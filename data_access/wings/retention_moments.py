"""When something happened to customers, and whether they were heard of around it: inside the warehouse.

Contacts are looked along once with few columns, and only moments of the period take what is told of them along: what a
window carries through its sorting is what it costs.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
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
from data_access.store import Store
from data_access.wings.retention_events import complaint_of_contact, known_flag, review_of_contact
from metrics.rules import DAY
from metrics.scope import Filters, Period
from metrics.wings.retention import HORIZONS

LONGEST = HORIZONS[-1]
EPOCH = datetime(2000, 1, 1)
CONTACT = "contact"
INSTANTS = ("received_at", "resolved_at", "follow_up_at")  # of a contact's complaints
OF_COMPLAINTS = ("late", "slow", "unhappy")
OF_CONTACTS = ("came_back", "dissatisfied", "failed", "is_complained")


def moments(store: Store, period: Period, filters: Filters, by: str | None = None) -> CTE:
    """Contacts and the instants of their complaints on the period's days, a row each, whose contact is in the filters.

    `part` (the contact's value of the dimension `by`, empty without one), `moment` (CONTACT or one of INSTANTS),
    `customer_id`, what cells are made of, OF_CONTACTS where the customer turned to us, OF_COMPLAINTS at the instants of
    complaints, and `heard_30` and its like: was he heard of again?
    """
    complaint = complaint_of_contact(store.warehouse, store.rules)
    own = once(_contacts(store, period, filters, by, complaint))
    blocks = [_contact(store, own, complaint, period)]
    blocks += [] if complaint is None else _instants(store, own, complaint, period)
    happened = once(union_all(*blocks).cte("moment_of_customer"))
    around = _around(store, own, happened)
    customer = customers_once(store.warehouse)
    same = and_(around.c.customer_id == happened.c.customer_id, around.c.seconds == happened.c.seconds)
    joined = happened.outerjoin(around, same)
    if customer is not None:
        joined = joined.outerjoin(customer, customer.c.customer_id == happened.c.customer_id)
    active = cast(null(), DateTime()) if customer is None else customer.c.last_active_at
    tier = func.coalesce(happened.c.customer_tier, null() if customer is None else customer.c.tier)

    def heard(days: int) -> ColumnElement[bool]:
        first, last = (add_days(happened.c.at, each) for each in (store.rules.fcr_window_days, days))
        contact = func.coalesce(around.c.next_seconds <= happened.c.seconds + days * DAY, false())
        return or_(contact, and_(active.is_not(None), active > first, active <= last))

    told = select(
        happened.c.part,
        happened.c.moment,
        happened.c.customer_id,
        _word(tier).label("customer_tier"),
        *(happened.c[name] for name in ("issue_type", "channel", *OF_CONTACTS, *OF_COMPLAINTS)),
        case((around.c.last_seconds.is_not(None), "1"), else_="0").label("was_heard"),
        *(flag(heard(days)).label(f"heard_{days}") for days in HORIZONS),
    )
    return once(told.select_from(joined).cte("told"))


def once(part: CTE) -> CTE:
    """Computed once although it is read several times, on engines that would do it again for each."""
    return part.prefix_with("MATERIALIZED", dialect="duckdb").prefix_with("MATERIALIZED", dialect="postgresql")


def _contacts(store: Store, period: Period, filters: Filters, by: str | None, complaint: CTE | None) -> CTE:
    """Contacts of the customers that it is about, from far enough before the period to the last look after it.

    `heard` is 1 where the customer turned to us, `came_back` where he had done so about the same issue within W0
    before, `is_inside` where the contact is in the filters.
    """
    warehouse, column = store.warehouse, store.warehouse.column
    at, customer, csat = (column("contacts", name) for name in ("started_at", "customer_id", "csat"))
    alike = [customer, column("contacts", "issue_type"), is_inbound(warehouse)]
    previous = func.lag(at).over(partition_by=alike, order_by=(at, column("contacts", "contact_id")))
    back = func.coalesce(previous >= add_days(at, -store.rules.fcr_gap_days), false())
    kept = [contacts.dimension(warehouse, name).in_(values) for name, values in filters]
    about = customer.in_(select(_concerned(store, period, kept, complaint))) if kept else customer.is_not(None)
    return (
        select(
            column("contacts", "contact_id").label("contact_id"),
            customer.label("customer_id"),
            (literal("") if by is None else _word(contacts.dimension(warehouse, by))).label("part"),
            at.label("at"),
            seconds_between(literal(EPOCH, DateTime()), at).label("seconds"),
            is_inbound(warehouse).label("heard"),
            flag(back).label("came_back"),
            (flag(and_(*kept)) if kept else literal(1)).label("is_inside"),
            column("contacts", "customer_tier").label("customer_tier"),
            *(_word(column("contacts", name)).label(name) for name in ("issue_type", "channel")),
            known_flag(csat, csat < store.rules.satisfied_score).label("dissatisfied"),
        )
        .where(*_looked_along(store, period), about)
        .cte("contact_of_customer")
    )


def _looked_along(store: Store, period: Period) -> list[ColumnElement[bool]]:
    before = LONGEST + store.rules.fcr_window_days + 1
    window = contacts.window(store.warehouse, period.start, period.end, before, LONGEST + 1)
    return [window, contacts.exclusions(store.warehouse)]


def _concerned(store: Store, period: Period, kept: Sequence[ColumnElement[bool]], complaint: CTE | None) -> CTE:
    """Customers with a contact in the filters that may be a moment: to look along those of all others would be idle."""
    names = ("started_at", "customer_id", "contact_id")
    at, customer, contact = (store.warehouse.column("contacts", name) for name in names)
    inside = contacts.between(store.warehouse, at, period.start, period.end)
    complained = [] if complaint is None else [contact.in_(select(complaint.c.contact_id))]
    return (
        select(customer.label("customer_id"))
        .where(*_looked_along(store, period), customer.is_not(None), *kept, or_(inside, *complained))
        .distinct()
        .cte("concerned")
    )


def _contact(store: Store, own: CTE, complaint: CTE | None, period: Period) -> Select:
    """The customer turned to us: what came of the contact is joined to it."""
    warehouse = store.warehouse
    review = review_of_contact(warehouse)
    joined: FromClause = own
    for part in (complaint, review):
        joined = joined if part is None else joined.outerjoin(part, part.c.contact_id == own.c.contact_id)
    complained = literal(0) if complaint is None else flag(complaint.c.contact_id.is_not(None))
    known = {
        "came_back": own.c.came_back,
        "dissatisfied": own.c.dissatisfied,
        "failed": cast(null(), Integer()) if review is None else review.c.failed,
        "is_complained": complained,
    }
    told = _row(own, CONTACT, own.c.at, own.c.seconds, known)
    inside = contacts.between(warehouse, own.c.at, period.start, period.end)
    return told.select_from(joined).where(own.c.is_inside == 1, own.c.heard == 1, inside)


def _instants(store: Store, own: CTE, complaint: CTE, period: Period) -> list[Select]:
    """A complaint of the contact arrived, was resolved, or followed up."""
    joined = own.join(complaint, complaint.c.contact_id == own.c.contact_id)
    found = []
    for name in INSTANTS:
        at = complaint.c[name]
        seconds = seconds_between(literal(EPOCH, DateTime()), at)
        told = _row(own, name, at, seconds, {each: complaint.c[each] for each in OF_COMPLAINTS})
        inside = contacts.between(store.warehouse, at, period.start, period.end)
        found.append(told.select_from(joined).where(own.c.is_inside == 1, at.is_not(None), inside))
    return found


def _row(own: CTE, moment: str, at: ColumnElement, seconds: ColumnElement, known: dict[str, ColumnElement]) -> Select:
    told = [known.get(name, cast(null(), Integer())).label(name) for name in (*OF_CONTACTS, *OF_COMPLAINTS)]
    dimensions = [own.c[name] for name in ("customer_tier", "issue_type", "channel")]
    return select(
        own.c.part,
        own.c.customer_id,
        *dimensions,
        literal(moment).label("moment"),
        at.label("at"),
        seconds.label("seconds"),
        *told,
    )


def _around(store: Store, own: CTE, happened: CTE) -> CTE:
    """When a customer turned to us next after a moment, and last before it: `customer_id seconds`, with one at least.

    Who asks about the same matter once more is not loyal for that: contacts within W0 of one about the same issue do
    not count, and neither do the days within W, before or after.
    """
    window, longest = store.rules.fcr_window_days * DAY, LONGEST * DAY
    fresh = own.alias("turned_to_us")
    seconds, there = happened.c.seconds, fresh.c.seconds
    after = there.between(seconds + window + 1, seconds + longest)
    before = there.between(seconds - longest - window, seconds - window - 1)
    same = and_(fresh.c.customer_id == happened.c.customer_id, fresh.c.heard == 1, fresh.c.came_back == 0)
    return (
        select(
            happened.c.customer_id,
            seconds,
            func.min(case((there > seconds, there))).label("next_seconds"),
            func.max(case((there < seconds, there))).label("last_seconds"),
        )
        .select_from(happened.join(fresh, and_(same, or_(after, before))))
        .group_by(happened.c.customer_id, seconds)
        .cte("around_moment")
    )


def _word(value: ColumnElement) -> ColumnElement:
    """Cells are joined by their names: what is not recorded is a name as well."""
    return func.coalesce(value, "")
