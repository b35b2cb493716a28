"""One customer, one case: everything that happened between him and the centre, in the order in which it happened."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import DateTime, Engine, Select, select

from data_access import audit
from data_access.cases import REGULATOR
from data_access.chosen_rows import Is, during
from data_access.contacts import exclusions
from data_access.desk.causes import complaints_seen
from data_access.desk.deadlines import steps
from data_access.masking import KINDS, check_filters, masked, pseudonym
from data_access.names import agent_names
from data_access.read import read
from data_access.store import Store, cut
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse
from metrics.desk.customer_tags import CustomerTag, customer_tags
from metrics.desk.holders import ORDER
from metrics.errors import InvalidSettings
from metrics.scope import Filters, Period

MOST_READ = 1_000  # contacts of a customer: whoever has more is a machine
MOST_CONTACTS = 200  # of them on the timeline
MOST_OFFERED = 20
CONTACT = (
    "contact_id", "started_at", "channel", "issue_type", "subtype", "agent_id", "team_id", "csat", "resolved", "text",
)  # fmt: skip
COMPLAINT = (
    "complaint_id", "contact_id", "issue_type", "subtype", "channel", "severity", "agent_id", "team_id", "upheld",
    "responsible_department", "escalation_level", "follow_up_score", "redress_amount", "wants_escalation",
    "demands_quick_reply", "text",
)  # fmt: skip
#: What happens to a complaint, in the order in which it usually does.
STEPS = (
    "received_at", "first_response_at", "handed_over_at", "department_replied_at", "promised_at", "promise_met_at",
    "resolved_at", "follow_up_at", "reopened_at", "escalated_at", "appealed_at", "closed_at",
)  # fmt: skip
#: What a step on record says that a complaint's own columns may say as well.
SAME = {
    "received": "received_at", "handed_over": "handed_over_at", "returned": "department_replied_at",
    "solved": "resolved_at", "reopened": "reopened_at", "escalated": "escalated_at", "closed": "closed_at",
}  # fmt: skip
REVIEW = ("review_id", "reviewed_at", "contact_id", "reviewer_id", "level", "score", "max_score", "passed", "fatal")
ITEM = ("review_id", "item", "section", "applicable", "failed", "points", "max_points")
EVENTS = {
    "at": pl.Datetime("us"), "event": pl.String, "contact_id": pl.String, "complaint_id": pl.String,
    "review_id": pl.String, "channel": pl.String, "issue_type": pl.String, "subtype": pl.String,
    "agent_id": pl.String, "score": pl.Float64, "text": pl.String, "department": pl.String, "level": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class OneCustomer:
    """What the viewer may read of a customer; masked already where he is not cleared."""

    name: str
    sight: tuple[tuple[str, ...] | None, bool]  # of whom it was read for
    tier: str | None
    events: pl.DataFrame  # EVENTS, the newest first; instants are site time
    complaints: pl.DataFrame  # COMPLAINT and STEPS, the newest first
    reviews: pl.DataFrame  # REVIEW, the newest first
    items: pl.DataFrame  # ITEM
    tags: tuple[CustomerTag, ...]
    contacts: int  # of which the newest MOST_CONTACTS are among the events


def offered(
    store: Store, state: Engine, viewer: Viewer, period: Period, filters: Filters, now: datetime, *, told: bool
) -> pl.DataFrame:
    """Customers of the period's complaints who are worth a look: who went to a regulator, then who complained most.

    Args:
        told: was this look written down already?

    Returns:
        `customer_id`, for `open_customer` only, `shown` as the viewer may read it, `complaints`, `is_escalated`, and
        `issue_type` of the last one.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the look could not be written down.
    """
    check_filters(filters, viewer)
    key = ("customers worth a look", viewer.sight, period, filters)
    found = store.answers.once(key, lambda: _offered(store, viewer, period, filters))
    if not told:
        words = {"metric": "customers", "table": "complaints", "rows": found.height, **audit.in_words(period, filters)}
        audit.record(state, viewer, audit.Act.CASES_OPENED, words, now)
    return found


def _offered(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    seen = cut(complaints_seen(store, viewer, during("received_at", period)), viewer, period, filters).drop_nulls(
        "customer_id"
    )
    counted = seen.sort("received_at").group_by("customer_id").agg(
        pl.len().cast(pl.Int64).alias("complaints"), pl.col("issue_type").last(),
        (pl.col("escalation_level") == REGULATOR).any().fill_null(value=False).alias("is_escalated"),
    )  # fmt: skip
    order = ["is_escalated", "complaints", "customer_id"]
    most = counted.sort(order, descending=[True, True, False]).head(MOST_OFFERED)
    return most.with_columns(shown=masked(most.select("customer_id"), viewer)["customer_id"])


def find_customer(store: Store, viewer: Viewer, typed: str) -> str:
    """The customer of this number, or of the contact, complaint or review of this number.

    Raises:
        NotAllowed: the viewer is not cleared and would pick single people.
        InvalidSettings: there is no such number among those that the viewer may see.
        SourceUnavailable: the warehouse does not answer.
    """
    check_filters((("customer_id", (typed,)),), viewer)
    for name in ("customer_id", "complaint_id"):
        known = complaints_seen(store, viewer, Is(name, typed))["customer_id"].drop_nulls()
        if len(known):
            return known[0]
    if store.warehouse.has("contacts", "customer_id"):
        for query in _searched(store.warehouse, viewer, typed):
            found = read(store.warehouse.engine, query)
            if found.height:
                return found.item()
    raise InvalidSettings(
        "There is no customer, contact, complaint or review '{number}' among those that you may see.",
        "Copy the number from a list of cases, or choose a customer from the list.",
        number=typed,
    )


def _searched(warehouse: Warehouse, viewer: Viewer, typed: str) -> list[Select]:
    contact = warehouse.table("contacts")
    own = [] if viewer.teams is None else [warehouse.column("contacts", "team_id").in_(viewer.teams)]
    found = select(contact.c.customer_id).where(contact.c.customer_id.is_not(None), *own).limit(1)
    queries = [found.where(contact.c.contact_id == typed), found.where(contact.c.customer_id == typed)]
    if warehouse.has("qa_reviews", "contact_id"):
        review = warehouse.table("qa_reviews")
        reviewed = select(review.c.contact_id).where(review.c.review_id == typed)
        queries.append(found.where(contact.c.contact_id.in_(reviewed)))
    return queries


def open_customer(store: Store, state: Engine, viewer: Viewer, customer: str, now: datetime) -> OneCustomer:
    """All that the viewer may read of a customer; who looked stands in the audit log.

    Raises:
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    warehouse = store.warehouse
    own = complaints_seen(store, viewer, Is("customer_id", customer))
    complaints = _complaints(warehouse, own["complaint_id"].to_list())
    contacts = _contacts(warehouse, viewer, customer)
    reviews, items = _reviews(warehouse, contacts["contact_id"].to_list())
    events = _events(contacts.head(MOST_CONTACTS), _steps(complaints, steps(store, complaints)), reviews)
    tier = next(iter(own["customer_tier"].drop_nulls().to_list()), None)
    told = {"customer_id": customer, "rows": events.height}
    audit.record(state, viewer, audit.Act.CUSTOMER_OPENED, told, now)
    people = agent_names(store)
    return OneCustomer(
        name=customer if viewer.is_cleared else pseudonym(KINDS["customer_id"], customer),
        sight=viewer.sight,
        tier=tier,
        events=_masked_events(events, customer, viewer, people),
        complaints=masked(complaints, viewer, people),
        reviews=masked(reviews, viewer, people),
        items=masked(items, viewer, people),
        tags=tuple(customer_tags(contacts, complaints, tier, store.rules)),
        contacts=contacts.height,
    )


def _masked_events(events: pl.DataFrame, customer: str, viewer: Viewer, people: frozenset[str]) -> pl.DataFrame:
    """The customer's own number goes from the texts as well, which takes its column."""
    return masked(events.with_columns(customer_id=pl.lit(customer)), viewer, people).drop("customer_id")


def _columns(warehouse: Warehouse, table: str, names: tuple[str, ...]) -> list:
    columns = [warehouse.column(table, name) for name in names]
    return [
        (warehouse.site(each) if isinstance(each.type, DateTime) else each).label(name)
        for each, name in zip(columns, names, strict=True)
    ]


def _contacts(warehouse: Warehouse, viewer: Viewer, customer: str) -> pl.DataFrame:
    """CONTACT, the newest first, MOST_READ at most."""
    if not warehouse.has("contacts", "customer_id"):
        types = {name: pl.Datetime("us") if name.endswith("_at") else pl.String for name in CONTACT}
        return pl.DataFrame(schema=types)
    contact = warehouse.table("contacts")
    own = [] if viewer.teams is None else [warehouse.column("contacts", "team_id").in_(viewer.teams)]
    query = select(*_columns(warehouse, "contacts", CONTACT)).where(
        contact.c.customer_id == customer, exclusions(warehouse), *own
    )
    newest = query.order_by(contact.c.started_at.desc(), contact.c.contact_id).limit(MOST_READ)
    return _typed(read(warehouse.engine, newest))


def _complaints(warehouse: Warehouse, ids: list[str]) -> pl.DataFrame:
    """COMPLAINT and STEPS, the newest first."""
    names = tuple("complaint_type" if name == "issue_type" else name for name in (*COMPLAINT, *STEPS))
    complaint = warehouse.table("complaints")
    query = select(*_columns(warehouse, "complaints", names)).where(complaint.c.complaint_id.in_(ids))
    found = read(warehouse.engine, query).rename({"complaint_type": "issue_type"})
    return _typed(found).sort("received_at", "complaint_id", descending=[True, False])


def _reviews(warehouse: Warehouse, contacts: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """REVIEW of these contacts, the newest first, and ITEM of them; both empty where the warehouse has none."""
    empty = pl.DataFrame(schema=dict.fromkeys(REVIEW, pl.String)), pl.DataFrame(schema=dict.fromkeys(ITEM, pl.String))
    if not warehouse.has("qa_reviews", "contact_id"):
        return empty
    review = warehouse.table("qa_reviews")
    query = select(*_columns(warehouse, "qa_reviews", REVIEW)).where(review.c.contact_id.in_(contacts))
    found = _typed(read(warehouse.engine, query.where(review.c.reviewed_at.is_not(None))))
    reviews = found.sort("reviewed_at", "review_id", descending=[True, False])
    if not warehouse.has("qa_items"):
        return reviews, empty[1]
    item = warehouse.table("qa_items")
    of_items = select(*_columns(warehouse, "qa_items", ITEM)).where(
        item.c.review_id.in_(reviews["review_id"].to_list())
    )
    return reviews, _typed(read(warehouse.engine, of_items)).sort("review_id", "section", "item", nulls_last=True)


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: instants stay instants, other columns without a type are words."""
    return frame.with_columns(
        pl.col(name).cast(pl.Datetime("us") if name.endswith("_at") else pl.String)
        for name, kind in frame.schema.items()
        if kind == pl.Null
    )


def _steps(complaints: pl.DataFrame, recorded: pl.DataFrame) -> pl.DataFrame:
    """EVENTS of each step of each complaint: what its own columns and the steps on record both say stands once."""
    frames = []
    for step in STEPS:
        having = complaints.drop_nulls(step).with_columns(at=pl.col(step), event=pl.lit(step))
        text = pl.col("text") if step == "received_at" else pl.lit(None, pl.String)
        score = pl.col("follow_up_score") if step == "follow_up_at" else pl.lit(None, pl.Float64)
        frames.append(having.with_columns(text=text, score=score))
    about = complaints.select("complaint_id", "contact_id", "channel", "issue_type", "subtype", of_case="agent_id")
    known = recorded.filter(pl.col("event").is_in(ORDER)).join(about, on="complaint_id")
    moved = pl.coalesce("agent_id", "of_case").alias("agent_id"), pl.col("to_department").alias("department")
    frames.append(known.with_columns(pl.col("event").replace(SAME), *moved))
    every = pl.concat([_typed_events(each) for each in frames])
    same = ["complaint_id", "event", pl.col("at").dt.truncate("1s").alias("second")]
    return every.group_by(same, maintain_order=True).agg(pl.all().drop_nulls().first()).select(list(EVENTS))


def _events(contacts: pl.DataFrame, told: pl.DataFrame, reviews: pl.DataFrame) -> pl.DataFrame:
    """EVENTS: each contact, each step of each complaint, each review; the newest first."""
    of_contacts = contacts.with_columns(at=pl.col("started_at"), event=pl.lit("contact"), score=pl.col("csat"))
    of_reviews = reviews.with_columns(at=pl.col("reviewed_at"), event=pl.lit("review"))
    every = pl.concat([_typed_events(of_contacts), _typed_events(of_reviews), told])
    return every.sort("at", "event", descending=[True, False])


def _typed_events(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in EVENTS.items()
    )
