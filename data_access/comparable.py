"""Beside customers who complained those who did not: how many of them were heard of again, counted live."""

from dataclasses import dataclass

import polars as pl
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from data_access import contacts
from data_access.contact_measures import flag
from data_access.dialects import add_days, day
from data_access.masking import check_filters
from data_access.read import read
from data_access.schema import TABLES
from data_access.store import Store, narrowed
from data_access.viewer import Viewer
from metrics.complaint_facts import RETENTION_DAYS
from metrics.intervals import wilson
from metrics.metric import AnyMetric
from metrics.results import Estimate
from metrics.scope import Filters, Period

RETENTION = {f"retention_{days}d": days for days in RETENTION_DAYS}


@dataclass(frozen=True, slots=True)
class Comparable:
    """Percent heard of again after a contact without a complaint, were their tiers mixed as those of the complaints."""

    share: Estimate
    contacts: int


def read_comparable(
    store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters
) -> Comparable | None:
    """What a metric of retention is to be held against; None for other metrics and where there is nothing to count.

    Contacts of known customers in the period of which no complaint came, by customer tier; each tier's share is weighed
    by its share of the complaints. Association only: who complains differs in more than the tier.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    days, warehouse = RETENTION.get(metric.id), store.warehouse
    names = [name for name, _values in filters]
    if days is None or store.missing(metric, names) or any(name not in contacts.DIMENSIONS for name in names):
        return None
    query = _tiers(store, days, period, narrowed(filters, viewer))
    key = ("comparable", viewer.sight, metric.id, period, filters)
    others = store.answers.once(key, lambda: read(warehouse.engine, query))
    complained = store.facts(viewer, metric.reads, period, filters)
    weights = complained.group_by("customer_tier").agg(pl.col("complaints_of_known").sum().alias("weight"))
    return _weighed(others.join(weights, on="customer_tier", nulls_equal=True))


def _tiers(store: Store, days: int, period: Period, filters: Filters) -> Select:
    """Contacts without a complaint, and those of them whose customer was heard of again, by tier."""
    warehouse, column = store.warehouse, store.warehouse.column
    contact, at = warehouse.table("contacts"), column("contacts", "started_at")
    known = warehouse.has("customers")
    unknown = None, column("customers", "tier"), column("customers", "last_active_at")
    customer, tier, active = _customers(store) if known else unknown
    following = func.lead(at).over(partition_by=contact.c.customer_id, order_by=(at, contact.c.contact_id))
    names = sorted({name for name, _values in filters})
    rows = select(
        day(warehouse.site(at)).label("day"),
        contact.c.contact_id,
        at.label("at"),
        tier.label("customer_tier"),
        active.label("active"),
        following.label("following"),
        *(contacts.dimension(warehouse, name).label(f"of_{name}") for name in names),
    ).where(
        contacts.window(warehouse, period.start, period.end, 0, days),
        contacts.exclusions(warehouse),
        contact.c.customer_id.is_not(None),
    )
    if customer is not None:
        rows = rows.select_from(contact.outerjoin(customer, customer.c.customer_id == contact.c.customer_id))
    found = rows.cte("contact_of_customer")
    until = add_days(found.c.at, days)
    again = or_(_within(found.c.following, found.c.at, until), _within(found.c.active, found.c.at, until))
    complained = select(TABLES["complaints"].c.contact_id).where(column("complaints", "contact_id").is_not(None))
    kept = [found.c[f"of_{name}"].in_(values) for name, values in filters]
    kept += [found.c.contact_id.not_in(complained)] if warehouse.has("complaints", "contact_id") else []
    counts = func.count().label("contacts"), func.sum(flag(func.coalesce(again, False))).label("again")
    inside = and_(found.c.day >= period.start, found.c.day < period.end, *kept)
    return select(found.c.customer_tier, *counts).where(inside).group_by(found.c.customer_tier)


def _within(instant: ColumnElement, after: ColumnElement, until: ColumnElement) -> ColumnElement[bool]:
    return and_(instant > after, instant <= until)


def _customers(store: Store) -> tuple:
    """Customers, one row each, with their tier and when they were last active."""
    column, key = store.warehouse.column, TABLES["customers"].c.customer_id
    tier, active = func.min(column("customers", "tier")), func.max(column("customers", "last_active_at"))
    one = select(key, tier.label("tier"), active.label("active")).group_by(key).subquery("customer")
    return one, one.c.tier, one.c.active


def _weighed(tiers: pl.DataFrame) -> Comparable | None:
    """Shares by tier added up by the weights; the interval adds the variances that Wilson's intervals stand for."""
    shares = tiers.filter(pl.col("contacts") > 0, pl.col("weight") > 0)
    if shares.is_empty():
        return None
    low, high = wilson(pl.col("again"), pl.col("contacts"))
    part = pl.col("weight") / pl.col("weight").sum()
    share = pl.col("again") / pl.col("contacts")
    value, below, above = shares.select(
        (part * share).sum().alias("value"),
        (part * (share - low)).pow(2).sum().sqrt().alias("below"),
        (part * (high - share)).pow(2).sum().sqrt().alias("above"),
    ).row(0)
    estimate = Estimate(100 * value, 100 * (value - below), 100 * (value + above))
    return Comparable(estimate, int(shares["contacts"].sum()))
