"""Contacts that could be reviewed, each with its reasons, inside the warehouse: counted by kind, or the chosen few."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    FromClause,
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
)

from data_access import contacts
from data_access.contact_measures import flag, is_eligible, is_inbound
from data_access.dialects import add_days, day
from data_access.schema import TABLES
from data_access.store import Store
from data_access.wings.named import counts_as_complaint
from metrics.scope import Filters
from metrics.wings.sampling import REASONS

WEEK = timedelta(days=7)
LEVELS = ("team", "centre")  # whose reviews the plan is for; agents check themselves
#: What each reason needs of the warehouse.
NEEDS = {
    "complaint": ("complaints.contact_id",),
    "heated": ("contacts.emotion_score",),
    "repeat": ("contacts.customer_id", "contacts.issue_type"),
    "new_agent": ("contacts.agent_id", "agents.hired_on"),
    "high_value": ("contacts.customer_tier",),
    "new_issue": ("contacts.issue_type",),
    "blind_spot": ("complaints.contact_id", "qa_reviews.contact_id"),
}
JOINED = ("complaint", "new_agent")  # told by another table
Values = tuple[tuple[str, str], ...]  # (column, value) pairs that hold together


@dataclass(frozen=True, slots=True)
class Marked:
    """What is remarkable in a week and found by counting: issues that are new, and places where nobody looks."""

    new_issues: Mapping[date, Sequence[Values]]
    blind: Mapping[date, Sequence[Values]]


def known_reasons(store: Store) -> list[str]:
    """The reasons that the warehouse can tell."""
    return [reason for reason in REASONS if not store.warehouse.missing(NEEDS[reason])]


def candidates(
    store: Store,
    weeks: Sequence[date],
    filters: Filters,
    marked: Marked,
    keep: Sequence[str],
    only: Select | None = None,
) -> CTE:
    """Contacts of these weeks that are fit for review: `contact_id day reasons`, and the columns to keep.

    `reasons` adds up what was known by the end of the contact's own week: later complaints do not count.

    Args:
        weeks: Mondays, one after the other.
        filters: with the viewer's teams.
        only: ids of contacts; the others are not looked at.
    """
    start, end = weeks[0], weeks[-1] + WEEK
    rows = _contacts(store, start, end, {*keep, *(name for name, _values in filters)}, only)
    joined, reasons = _reasons(store, rows, weeks, marked)
    inside = [rows.c.day >= start, rows.c.day < end, rows.c.eligible == 1]
    inside += [rows.c[name].in_(values) for name, values in filters]
    inside += [] if only is None else [rows.c.contact_id.in_(only)]
    kept = [rows.c[name] for name in dict.fromkeys(keep) if name != "contact_id"]
    named = select(rows.c.contact_id, rows.c.day, reasons.label("reasons"), *kept)
    return named.select_from(joined).where(*inside).cte("candidate")


def _instant(day_: date) -> ColumnElement[datetime]:
    return literal(datetime.combine(day_, datetime.min.time()), DateTime())


def _reasons(store: Store, rows: CTE, weeks: Sequence[date], marked: Marked) -> tuple[FromClause, ColumnElement[int]]:
    """Contacts with what their reasons are told by, and the reasons of each added up."""
    joined: FromClause = rows
    reasons: ColumnElement[int] = literal(0)
    flags = _flags(store, rows, marked)
    for place, reason in enumerate(REASONS):
        if reason in flags and reason not in JOINED:
            reasons = reasons + case((flags[reason], 2**place), else_=0)
    if "complaint" in flags:
        complained = _complained(store)
        joined = joined.outerjoin(complained, complained.c.contact_id == rows.c.contact_id)
        # Most contacts have no complaint: for them the end of their week is not looked for.
        known = case((complained.c.first_at.is_(None), 0), (complained.c.first_at < _ends(rows, weeks), 1), else_=0)
        reasons = reasons + known * 2 ** REASONS.index("complaint")
    if "new_agent" in flags:
        hired = _hired()
        is_new = add_days(hired.c.hired_on, store.rules.new_agent_days) > rows.c.started_at
        joined = joined.outerjoin(hired, hired.c.agent_id == rows.c.agent_id)
        reasons = reasons + case((is_new, 2 ** REASONS.index("new_agent")), else_=0)
    return joined, reasons


def _ends(rows: CTE, weeks: Sequence[date]) -> ColumnElement[datetime]:
    """The end of each contact's own week."""
    ends = [(rows.c.day < each + WEEK, _instant(each + WEEK)) for each in weeks[:-1]]
    last = _instant(weeks[-1] + WEEK)
    return case(*ends, else_=last) if ends else last


def _contacts(store: Store, start: date, end: date, names: set[str], only: Select | None) -> CTE:
    """Contacts that count, with the same customer's last contact before about the same issue.

    Args:
        only: ids of contacts; then these and all others of their customers.
    """
    warehouse, rules = store.warehouse, store.rules
    column = warehouse.column
    started = column("contacts", "started_at")
    before: ColumnElement = cast(null(), DateTime())  # only that: SQLite would cast an instant to its year
    if warehouse.has("contacts", "customer_id", "issue_type"):
        key = [column("contacts", "customer_id"), column("contacts", "issue_type"), is_inbound(warehouse)]
        before = func.lag(started).over(partition_by=key, order_by=(started, column("contacts", "contact_id")))
    wanted = {*names, "contact_id", "started_at", "agent_id", "emotion_score", "customer_tier", "customer_id"}
    wanted |= {"issue_type", "subtype", "scenario"}
    return (
        select(
            day(warehouse.site(started)).label("day"),
            flag(is_eligible(warehouse, rules)).label("eligible"),
            is_inbound(warehouse).label("inbound"),
            before.label("previous_at"),
            *(contacts.dimension(warehouse, name).label(name) for name in sorted(wanted)),
        )
        .select_from(warehouse.table("contacts"))
        .where(contacts.window(warehouse, start, end, rules.fcr_gap_days), contacts.exclusions(warehouse))
        .where(*([] if only is None else [_near(store, only, start, end)]))
        .cte("contact")
    )


def _near(store: Store, only: Select, start: date, end: date) -> ColumnElement[bool]:
    """Contacts that are asked for, or whose customer made one of them on these days."""
    column, other = store.warehouse.column, TABLES["contacts"].alias("other")
    is_asked = column("contacts", "contact_id").in_(only)
    if not store.warehouse.has("contacts", "customer_id"):
        return is_asked
    made = [contacts.between(store.warehouse, other.c.started_at, start, end), other.c.contact_id.in_(only)]
    customers = select(other.c.customer_id).where(*made, other.c.customer_id.is_not(None))
    return or_(is_asked, column("contacts", "customer_id").in_(customers))


def _flags(store: Store, rows: CTE, marked: Marked) -> dict[str, ColumnElement[bool]]:
    """The condition of each reason that the warehouse can tell; two of them are joined by the caller."""
    rules, known = store.rules, known_reasons(store)
    again = and_(
        rows.c.customer_id.is_not(None),
        rows.c.issue_type.is_not(None),
        rows.c.inbound == 1,
        rows.c.previous_at < rows.c.started_at,
        rows.c.previous_at >= add_days(rows.c.started_at, -rules.fcr_gap_days),
    )
    found: dict[str, ColumnElement[bool]] = {
        "heated": rows.c.emotion_score >= rules.heated_score,
        "repeat": again,
        "high_value": rows.c.customer_tier == rules.high_value_tier,
        "new_issue": _in_week(rows, marked.new_issues),
        "blind_spot": _in_week(rows, marked.blind),
    }
    return {reason: found.get(reason, false()) for reason in known}


def _in_week(rows: CTE, weeks: Mapping[date, Sequence[Values]]) -> ColumnElement[bool]:
    """Contacts of a week in which one of its remarkable values was met."""
    told = [
        and_(rows.c.day >= start, rows.c.day < end, *(rows.c[name] == value for name, value in values))
        for values, spans in _runs(weeks).items()
        for start, end in spans
    ]
    return or_(*told) if told else false()


def _runs(weeks: Mapping[date, Sequence[Values]]) -> dict[Values, list[tuple[date, date]]]:
    """From when to when each of the values was remarkable; weeks that follow each other are one."""
    found: dict[Values, list[tuple[date, date]]] = {}
    for week in sorted(weeks):
        for values in weeks[week]:
            spans = found.setdefault(values, [])
            start = spans.pop()[0] if spans and spans[-1][1] == week else week
            spans.append((start, week + WEEK))
    return found


def _complained(store: Store) -> CTE:
    """When the first complaint about each contact came: one row a contact."""
    warehouse = store.warehouse
    complaint = warehouse.table("complaints")
    first = func.min(warehouse.site(complaint.c.received_at)).label("first_at")
    return (
        select(complaint.c.contact_id, first)
        .where(*counts_as_complaint(warehouse))
        .group_by(complaint.c.contact_id)
        .cte("complained")
    )


def _hired() -> CTE:
    """When each agent was hired: one row an agent, who may have moved between teams."""
    agent = TABLES["agents"]
    return (
        select(agent.c.agent_id, func.min(agent.c.hired_on).label("hired_on")).group_by(agent.c.agent_id).cte("agent")
    )


def already_reviewed(store: Store, until: date) -> Select:
    """The contacts that team or centre QA had reviewed before a day."""
    warehouse = store.warehouse
    review = warehouse.table("qa_reviews")
    made = [review.c.contact_id.is_not(None), warehouse.site(review.c.reviewed_at) < _instant(until)]
    if warehouse.has("qa_reviews", "is_automatic"):
        made.append(func.coalesce(review.c.is_automatic, false()) == false())
    if warehouse.has("qa_reviews", "level"):
        made.append(or_(review.c.level.is_(None), review.c.level.in_(LEVELS)))
    return select(review.c.contact_id).where(*made)


def counted(rows: CTE, by: Sequence[str], left_out: Select | None = None) -> Select:
    """Candidates by day, reasons and more columns."""
    keys = [rows.c[name] for name in by]
    query = select(rows.c.reasons, *keys, func.count().label("contacts")).group_by(rows.c.reasons, *keys)
    return query if left_out is None else query.where(rows.c.contact_id.not_in(left_out))


def issues(store: Store, start: date, end: date, filters: Filters, keys: Sequence[str]) -> Select:
    """Contacts that count, by day and what they are about: `day`, keys, `contacts`."""
    warehouse = store.warehouse
    named = [warehouse.column("contacts", name) for name in keys]
    day_ = day(warehouse.site(warehouse.column("contacts", "started_at"))).label("day")
    inside = [contacts.dimension(warehouse, name).in_(values) for name, values in filters]
    return (
        select(
            day_, *(each.label(name) for each, name in zip(named, keys, strict=True)), func.count().label("contacts")
        )
        .where(contacts.window(warehouse, start, end), contacts.exclusions(warehouse), *inside)
        .group_by(day_, *named)
    )
