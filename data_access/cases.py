"""Complaints and reviews: few enough to be read as cases, so that their logic is Polars."""

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from data_access.case_part import FIRST, Chosen, days_told, near, of_keys
from data_access.contact_measures import is_eligible, is_inbound
from data_access.contacts import DIMENSIONS as CONTACT_DIMENSIONS
from data_access.contacts import exclusions
from data_access.dialects import add_days, day
from data_access.read import read
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from metrics.complaint_facts import RETENTION_DAYS
from metrics.rules import Rules

COMPLAINT_COLUMNS = (
    "complaint_id", "contact_id", "customer_id", "channel", "team_id", "agent_id", "product", "batch", "subtype",
    "severity", "claimed_cause", "established_cause", "responsible_department", "is_valid", "duplicate_of",
    "pending_seconds", "escalation_level", "upheld", "found_by_us", "follow_up_score", "dissatisfaction_score",
    "demands_quick_reply", "wants_escalation", "escalation_body", "reopen_count", "redress_amount",
)  # fmt: skip
COMPLAINT_FLAGS = ("is_valid", "found_by_us", "demands_quick_reply", "wants_escalation")
COMPLAINT_NUMBERS = ("follow_up_score", "dissatisfaction_score", "redress_amount")
TYPED_OTHERWISE = ("pending_seconds", "reopen_count", *COMPLAINT_FLAGS, *COMPLAINT_NUMBERS)
COMPLAINT_INSTANTS = (
    "received_at", "first_response_at", "handed_over_at", "department_replied_at", "resolved_at", "closed_at",
    "pending_since", "follow_up_at", "reopened_at", "promised_at", "promise_met_at", "escalated_at",
)  # fmt: skip
NEXT_CONTACT = f"contacts{FIRST}"  # the day of the first own contact after a complaint
REGULATOR = "L3"  # the level of a complaint that went to a regulator or the media
REVIEW_WORDS = (
    "review_id", "contact_id", "reviewer_id", "level", "purpose", "form_id", "form_version",
    "selection_reason",
)  # fmt: skip
REVIEW_NUMBERS = ("score", "max_score", "inclusion_probability")
NO_NAMES = pl.DataFrame(schema={"dimension": pl.String, "code": pl.String, "name": pl.String})
ABOUT = ("subtype", "batch")  # of a reviewed contact, beside its dimensions
REVIEW_FLAGS = ("is_automatic", "passed", "fatal", "dispute_upheld")


def complaints(warehouse: Warehouse, rules: Rules, chosen: Chosen | None = None) -> Select:
    """One row per complaint; instants are site time, `issue_type` is its type, columns it lacks are null.

    `last_contact_at` is the last time the customer contacted us before he went to a regulator, within the time looked
    back on; `next_active_at` when he was first heard of again, within the longest time of retention.
    """
    column = warehouse.column
    before, after = _contacts_before(warehouse, rules, chosen), _contacts_after(warehouse, chosen)
    customers = customers_once(warehouse) if warehouse.has("complaints", "customer_id") else None
    tier = cast(null(), String) if customers is None else customers.c.tier
    next_day = cast(null(), Date()) if after is None else day(warehouse.site(after.c.next_contact_at))
    query = select(
        *(column("complaints", name).label(name) for name in COMPLAINT_COLUMNS),
        column("complaints", "complaint_type").label("issue_type"),
        *(warehouse.site(column("complaints", name)).label(name) for name in COMPLAINT_INSTANTS),
        tier.label("customer_tier"),
        (null() if before is None else warehouse.site(before.c.last_contact_at)).label("last_contact_at"),
        (null() if after is None else warehouse.site(_active_again(after, customers))).label("next_active_at"),
        next_day.label(NEXT_CONTACT),
        *days_told(warehouse, "customers", customers),
    )
    rows = warehouse.table("complaints")
    joined: FromClause = rows
    if customers is not None:
        joined = joined.outerjoin(customers, customers.c.customer_id == rows.c.customer_id)
    for each in (before, after):
        if each is not None:
            joined = joined.outerjoin(each, each.c.complaint_id == rows.c.complaint_id)
    return query.select_from(joined).where(*of_keys(rows.c.complaint_id, chosen))


def _contacts_before(warehouse: Warehouse, rules: Rules, chosen: Chosen | None) -> Subquery | None:
    """The last own contact before each escalation to a regulator; None where the warehouse cannot tell."""
    known = warehouse.has("complaints", "customer_id", "escalation_level") and warehouse.has("contacts", "customer_id")
    if not known:
        return None
    complaint, contact = TABLES["complaints"].alias("escalated"), warehouse.table("contacts")
    at, escalated = contact.c.started_at, complaint.c.received_at
    if warehouse.has("complaints", "escalated_at"):
        escalated = func.coalesce(complaint.c.escalated_at, escalated)
    return (
        select(complaint.c.complaint_id, func.max(at).label("last_contact_at"))
        .join(contact, contact.c.customer_id == complaint.c.customer_id)
        .where(
            complaint.c.escalation_level == REGULATOR,
            at < escalated,
            at >= add_days(escalated, -rules.look_back_days),
            exclusions(warehouse),
            is_inbound(warehouse) == 1,
            *of_keys(complaint.c.complaint_id, chosen),
            *near(warehouse, at, chosen),
        )
        .group_by(complaint.c.complaint_id)
        .subquery("before")
    )


def _contacts_after(warehouse: Warehouse, chosen: Chosen | None) -> Subquery | None:
    """The first own contact after each complaint; None where the warehouse cannot tell."""
    if not (warehouse.has("complaints", "customer_id") and warehouse.has("contacts", "customer_id")):
        return None
    complaint, contact = TABLES["complaints"].alias("complained"), warehouse.table("contacts")
    at, received = contact.c.started_at, complaint.c.received_at
    return (
        select(complaint.c.complaint_id, func.min(at).label("next_contact_at"))
        .join(contact, contact.c.customer_id == complaint.c.customer_id)
        .where(at > received, at <= add_days(received, max(RETENTION_DAYS)))
        .where(exclusions(warehouse), is_inbound(warehouse) == 1)
        .where(*of_keys(complaint.c.complaint_id, chosen), *near(warehouse, at, chosen))
        .group_by(complaint.c.complaint_id)
        .subquery("after")
    )


def _active_again(after: Subquery, customers: Subquery | None) -> ColumnElement:
    """When a customer was first heard of after the complaint: by a contact, or active otherwise."""
    contact = after.c.next_contact_at
    if customers is None:
        return contact
    active = customers.c.last_active_at
    later = and_(active > TABLES["complaints"].c.received_at, or_(contact.is_(None), active < contact))
    return case((later, active), else_=contact)


def customers_once(warehouse: Warehouse) -> Subquery | None:
    """`customer_id tier last_active_at first_at last_at`, one row each: one on record twice would count twice.

    `first_at` and `last_at` are since when he is a customer. None without any.
    """
    if not warehouse.has("customers"):
        return None
    column = warehouse.column
    tier, active = func.min(column("customers", "tier")), func.max(column("customers", "last_active_at"))
    key, since = TABLES["customers"].c.customer_id, column("customers", "since")
    told = tier.label("tier"), active.label("last_active_at")
    days = func.min(since).label("first_at"), func.max(since).label("last_at")
    return select(key, *told, *days).group_by(key).subquery("customer")


def has_reviews(warehouse: Warehouse) -> bool:
    return warehouse.has("qa_reviews", "contact_id") and warehouse.has("contacts")


def reviews(warehouse: Warehouse, rules: Rules, chosen: Chosen | None = None) -> Select:
    """One row per review of an eligible contact, with the contact's day and dimensions; instants are site time.

    A review without a time is still to be done. `came_back` is 1 where the customer had another inbound contact about
    the same issue within the window of first-contact resolution, null where that cannot be known.
    """
    column = warehouse.column
    review = warehouse.table("qa_reviews")
    ended = column("contacts", "ended_at" if warehouse.has("contacts", "ended_at") else "started_at")
    joined, found = _with_findings(warehouse, rules, chosen)
    return (
        select(
            *(column("qa_reviews", name).label(name) for name in (*REVIEW_WORDS, *REVIEW_FLAGS, *REVIEW_NUMBERS)),
            column("qa_reviews", "agent_id").label("reviewed_agent_id"),
            warehouse.site(column("qa_reviews", "reviewed_at")).label("reviewed_at"),
            warehouse.site(column("qa_reviews", "disputed_at")).label("disputed_at"),
            warehouse.site(ended).label("contact_ended_at"),
            column("contacts", "csat").label("csat"),
            *(cast(value, Integer).label(name) for name, value in found.items()),
            day(warehouse.site(column("contacts", "started_at"))).label("day"),
            *(column("contacts", name).label(name) for name in (*CONTACT_DIMENSIONS, *ABOUT)),
        )
        .select_from(joined)
        .where(exclusions(warehouse), is_eligible(warehouse, rules), review.c.reviewed_at.is_not(None))
        .where(*near(warehouse, column("contacts", "started_at"), chosen))
        .where(*of_keys(review.c.review_id, chosen))
    )


def _with_findings(
    warehouse: Warehouse, rules: Rules, chosen: Chosen | None
) -> tuple[FromClause, dict[str, ColumnElement]]:
    """Reviews with their contacts, and what is known of both from elsewhere: null where the warehouse cannot tell."""
    review, contact = warehouse.table("qa_reviews"), warehouse.table("contacts")
    joined: FromClause = review.join(contact, contact.c.contact_id == review.c.contact_id)
    found: dict[str, ColumnElement] = dict.fromkeys(("script_items", "script_items_broken", "came_back"), null())
    scripts, returned = _scripts(warehouse, rules, chosen), _returned(warehouse, rules, chosen)
    if scripts is not None:
        joined = joined.outerjoin(scripts, scripts.c.review_id == review.c.review_id)
        found |= {"script_items": scripts.c.judged, "script_items_broken": scripts.c.broken}
    if returned is not None:
        joined = joined.outerjoin(returned, returned.c.contact_id == contact.c.contact_id)
        known = and_(contact.c.customer_id.is_not(None), contact.c.issue_type.is_not(None))
        found["came_back"] = case((known, case((returned.c.contact_id.is_(None), 0), else_=1)))
    return joined, found


def _returned(warehouse: Warehouse, rules: Rules, chosen: Chosen | None) -> Subquery | None:
    """Reviewed contacts whose customer came back with the same issue; None where the warehouse cannot tell."""
    if not warehouse.has("contacts", "customer_id", "issue_type"):
        return None
    review, reviewed, later = warehouse.table("qa_reviews"), TABLES["contacts"].alias("reviewed"), TABLES["contacts"]
    at = reviewed.c.started_at
    same = [later.c.customer_id == reviewed.c.customer_id, later.c.issue_type == reviewed.c.issue_type]
    same += [later.c.channel == reviewed.c.channel] if rules.fcr_same_channel else []
    return (
        select(reviewed.c.contact_id)
        .join(review, review.c.contact_id == reviewed.c.contact_id)
        .join(later, and_(*same))
        .where(*near(warehouse, at, chosen), *near(warehouse, later.c.started_at, chosen, rules.fcr_window_days + 1))
        .where(later.c.started_at > at, later.c.started_at <= add_days(at, rules.fcr_window_days))
        .where(exclusions(warehouse), is_inbound(warehouse) == 1)
        .where(*of_keys(review.c.review_id, chosen))
        .distinct()
        .subquery("returned")
    )


def _scripts(warehouse: Warehouse, rules: Rules, chosen: Chosen | None) -> Subquery | None:
    """How many script items applied in each review, and how many were broken; None without items."""
    if not warehouse.has("qa_items", "failed"):
        return None
    items = warehouse.table("qa_items")
    applied = items.c.item.in_(rules.script_items)
    if warehouse.has("qa_items", "applicable"):
        applied = and_(applied, items.c.applicable == true())
    broken = func.sum(case((items.c.failed == true(), 1), else_=0)).label("broken")
    judged = func.count().label("judged")
    found = select(items.c.review_id, judged, broken).where(applied, *of_keys(items.c.review_id, chosen))
    return found.group_by(items.c.review_id).subquery("script")


def names(warehouse: Warehouse) -> pl.DataFrame:
    """Teams and agents on record, `dimension code name`; the name is null where the table has none.

    Raises:
        SourceUnavailable: the warehouse does not answer.
    """
    queries = [
        select(
            literal(dimension, String()).label("dimension"),
            table.c[dimension].label("code"),
            warehouse.column(table.name, "name").label("name"),
        ).distinct()
        for dimension, table in (("team_id", TABLES["teams"]), ("agent_id", TABLES["agents"]))
        if warehouse.has(table.name)
    ]
    return pl.concat([NO_NAMES, *(read(warehouse.engine, query) for query in queries)]).sort(pl.all())


def typed_complaints(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: give them the type their logic expects."""
    words = [name for name in (*COMPLAINT_COLUMNS, "issue_type", "customer_tier") if name not in TYPED_OTHERWISE]
    return frame.with_columns(
        pl.col(words).cast(pl.String),
        pl.col(*COMPLAINT_INSTANTS, "last_contact_at", "next_active_at").cast(pl.Datetime("us")),
        pl.col(COMPLAINT_FLAGS).cast(pl.Boolean),
        pl.col("pending_seconds", "reopen_count").cast(pl.Int64),
        pl.col(COMPLAINT_NUMBERS).cast(pl.Float64),
    )


def typed_reviews(frame: pl.DataFrame) -> pl.DataFrame:
    """The same for reviews."""
    return frame.with_columns(
        pl.col(*REVIEW_WORDS, "reviewed_agent_id", *CONTACT_DIMENSIONS, *ABOUT).cast(pl.String),
        pl.col(REVIEW_FLAGS).cast(pl.Boolean),
        pl.col(REVIEW_NUMBERS).cast(pl.Float64),
        pl.col("reviewed_at", "disputed_at", "contact_ended_at").cast(pl.Datetime("us")),
        pl.col("csat").cast(pl.Float64),
        pl.col("script_items", "script_items_broken", "came_back").cast(pl.Int64),
    )
