"""Beside customers who complained those who did not: how many of them were heard of again, counted live."""

import polars as pl
from sqlalchemy import CTE, Select, and_, func, or_, select

from data_access import contacts
from data_access.cases import customers_once
from data_access.contact_measures import flag
from data_access.dialects import add_days, day
from data_access.masking import check_filters
from data_access.numbers import VALUE_TYPES
from data_access.read import read
from data_access.schema import TABLES
from data_access.source_days import days_of, final_end
from data_access.store import Store, narrowed
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse
from metrics.business import RETENTION
from metrics.intervals import clustered_share
from metrics.metric import AnyMetric, Source, Status
from metrics.scope import Filters, Period

NOTHING = pl.DataFrame(schema=VALUE_TYPES)


def read_comparable(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> pl.DataFrame:
    """What a metric of retention is to be held against: percent heard of again after a contact without a complaint.

    Contacts of known customers in the period of which no complaint came, by customer tier; each tier's share is weighed
    by its share of the complaints. Association only: who complains differs in more than the tier.

    Returns:
        One row as `read_metrics` gives them, without a numerator, since the tiers are weighed; none for other metrics
        and where there is nothing to count.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    names = [name for name, _values in filters]
    known = days_of(store, (*metric.reads, Source.CONTACTS))
    if metric not in RETENTION or not known or store.missing(metric, names) or set(names) - set(contacts.DIMENSIONS):
        return NOTHING
    days = metric.mature_days(store.rules)
    query = _tiers(store.warehouse, days, period, narrowed(filters, viewer))
    key = ("comparable", viewer.sight, metric.id, period, filters)
    others = store.answers.once(key, lambda: read(store.warehouse.engine, query))
    complained = store.facts(viewer, metric.reads, period, filters)
    weights = complained.group_by("customer_tier").agg(pl.col("complaints_of_known").sum().alias("weight"))
    found = _weighed(others.join(weights, on="customer_tier", nulls_equal=True))
    is_few = pl.col("denominator") < store.rules.min_denominator
    told = found.with_columns(
        metric=pl.lit(metric.id),
        mature=pl.lit((final_end(store, known) - period.end).days >= days),
        status=pl.when(is_few).then(pl.lit(Status.TOO_FEW)).otherwise(pl.lit(Status.OK)),
    )
    return pl.concat([NOTHING, told], how="diagonal_relaxed")


def _tiers(warehouse: Warehouse, days: int, period: Period, filters: Filters) -> Select:
    """By tier how many customers, and over them Σy, Σx, Σx², Σxy and Σy² of their contacts y, x of them heard of after.

    Contacts of one customer go together: he who was active later was so after all of them.
    """
    found = _followed(warehouse, days, period, filters)
    until = add_days(found.c.at, days)
    again = or_(*(and_(each > found.c.at, each <= until) for each in (found.c.following, found.c.active)))
    complained = select(TABLES["complaints"].c.contact_id).where(TABLES["complaints"].c.contact_id.is_not(None))
    kept = [found.c[f"of_{name}"].in_(values) for name, values in filters]
    kept += [found.c.contact_id.not_in(complained)] if warehouse.has("complaints", "contact_id") else []
    own = (
        select(
            found.c.customer_tier,
            func.count().label("contacts"),
            func.sum(flag(func.coalesce(again, False))).label("again"),
        )
        .where(found.c.day >= period.start, found.c.day < period.end, *kept)
        .group_by(found.c.customer_tier, found.c.customer_id)
        .subquery("of_customer")
    )
    x, y = own.c.again, own.c.contacts
    sums = {"contacts": y, "again": x, "xx": x * x, "xy": x * y, "yy": y * y}
    added = (func.sum(each).label(name) for name, each in sums.items())
    return select(own.c.customer_tier, func.count().label("customers"), *added).group_by(own.c.customer_tier)


def _followed(warehouse: Warehouse, days: int, period: Period, filters: Filters) -> CTE:
    """Contacts of known customers with their tier, when he came next, and when he was last active."""
    contact, at, column = warehouse.table("contacts"), warehouse.column("contacts", "started_at"), warehouse.column
    following = func.lead(at).over(partition_by=contact.c.customer_id, order_by=(at, contact.c.contact_id))
    customer = customers_once(warehouse)
    unknown = column("customers", "tier"), column("customers", "last_active_at")
    tier, active = unknown if customer is None else (customer.c.tier, customer.c.last_active_at)
    names = sorted({name for name, _values in filters})
    rows = select(
        day(warehouse.site(at)).label("day"),
        contact.c.contact_id,
        contact.c.customer_id,
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
    return rows.cte("contact_of_customer")


def _weighed(tiers: pl.DataFrame) -> pl.DataFrame:
    """Shares by tier added up by the weights; the interval adds the variances that the tiers' intervals stand for.

    Of a tier with a single customer nothing is known: 0 to 100 %.
    """
    shares = tiers.filter(pl.col("contacts") > 0, pl.col("weight") > 0)
    again, every = pl.col("again"), pl.col("contacts")
    squares = pl.col("xx"), pl.col("xy"), pl.col("yy")
    low, high = clustered_share(again, every, squares, pl.col("customers"))
    part, share = pl.col("weight") / pl.col("weight").sum(), again / every
    value = (part * share).sum()
    below = (part * (share - low.fill_null(0.0))).pow(2).sum().sqrt()
    above = (part * (high.fill_null(1.0) - share)).pow(2).sum().sqrt()
    found = shares.select(
        value=100 * value, low=100 * (value - below), high=100 * (value + above), denominator=every.sum().cast(float)
    )
    return found if shares.height else found.clear()
