"""Facts that are small by nature, read whole: volumes, customers, agents' hours, recoveries, contacts complained of."""

import polars as pl
from sqlalchemy import ColumnElement, Double, Select, and_, case, cast, func, null, or_, select, true, union_all
from sqlalchemy.sql import CompoundSelect

from data_access.contacts import DIMENSIONS, exclusions
from data_access.dialects import day
from data_access.warehouse import Warehouse
from metrics.rules import Rules

VOLUMES = (
    "orders", "active_customers", "shipments", "delayed_shipments", "inspected", "passed", "sold", "returned",
    "offered", "answered", "abandoned", "answered_in_time",
)  # fmt: skip


NOTHING_COMPLAINED = {
    "day": pl.Date,
    **dict.fromkeys(DIMENSIONS, pl.String),
    **dict.fromkeys(("complained_offers_made", "complained_offers_accepted"), pl.Int64),
}
PARTS = ("volumes", "customers", "hours", "recoveries", "complained")


def query(warehouse: Warehouse, part: str) -> Select | CompoundSelect | None:
    """What one part is read by; None where the warehouse does not have it."""
    has = warehouse.has
    allowed = {
        "volumes": has("volumes"),
        "customers": has("customers", "since"),
        "hours": has("agent_hours"),
        "recoveries": has("recoveries"),
        "complained": has("complaints", "contact_id") and has("contacts", "offer_made"),
    }
    makers = {
        "volumes": volumes,
        "customers": customers,
        "hours": hours,
        "recoveries": recoveries,
        "complained": complained,
    }
    return makers[part](warehouse) if allowed[part] else None


def volumes(warehouse: Warehouse) -> Select:
    """Volumes by day and, where the warehouse says, product: one row each of `day product kind value`."""
    table = warehouse.table("volumes")
    product = warehouse.column("volumes", "product").label("product")
    return select(table.c.day, product, table.c.kind, table.c.value).where(table.c.kind.in_(VOLUMES))


def customers(warehouse: Warehouse) -> CompoundSelect:
    """Customers who came and who went, by day and tier: `day customer_tier change`."""
    column = warehouse.column
    tier = column("customers", "tier").label("customer_tier")
    came, went = (warehouse.site(column("customers", name)) for name in ("since", "churned_at"))
    blocks = [
        select(day(at).label("day"), tier, (func.count() * sign).label("change"))
        .select_from(warehouse.table("customers"))
        .where(at.is_not(None))
        .group_by(day(at), tier)
        for at, sign, name in ((came, 1, "since"), (went, -1, "churned_at"))
        if warehouse.has("customers", name)
    ]
    return union_all(*blocks)


def hours(warehouse: Warehouse) -> Select:
    """Agents' time by day and team, with what tells how it varies from agent to agent."""
    table = warehouse.table("agent_hours")
    parts = [_seconds(warehouse, name) for name in ("talk_seconds", "hold_seconds", "wrap_seconds")]
    busy = cast(parts[0] + parts[1] + parts[2], Double)
    manned = busy + cast(_seconds(warehouse, "ready_seconds"), Double)
    paid = cast(_seconds(warehouse, "paid_seconds"), Double)
    sums = {
        "busy_seconds": busy,
        "manned_seconds": manned,
        "paid_seconds": paid,
        "busy_squares": busy * busy,
        "busy_manned": busy * manned,
        "manned_squares": manned * manned,
        "manned_paid": manned * paid,
        "paid_squares": paid * paid,
    }
    team: ColumnElement = null()
    joined = table
    if warehouse.has("agents", "team_id"):
        agents = warehouse.table("agents")
        joined = table.outerjoin(agents, and_(agents.c.agent_id == table.c.agent_id, *_then(warehouse, table.c.day)))
        team = agents.c.team_id
    totals = [func.sum(value).label(name) for name, value in sums.items()]
    keys = [table.c.day, *([] if joined is table else [team])]
    return (
        select(table.c.day, team.label("team_id"), func.count().label("agent_days"), *totals)
        .select_from(joined)
        .group_by(*keys)
    )


def _seconds(warehouse: Warehouse, name: str) -> ColumnElement:
    return func.coalesce(warehouse.column("agent_hours", name), 0)


def _then(warehouse: Warehouse, at: ColumnElement) -> list[ColumnElement[bool]]:
    """Where an agent's history is kept: the entry that held on that day."""
    column = warehouse.column
    first, end = column("agents", "valid_from"), column("agents", "valid_to")
    held = [or_(first.is_(None), first <= at)] if warehouse.has("agents", "valid_from") else []
    return [*held, or_(end.is_(None), end > at)] if warehouse.has("agents", "valid_to") else held


def recoveries(warehouse: Warehouse) -> Select:
    """One row per recovery case, with the customer's tier where it is known."""
    column = warehouse.column
    table = warehouse.table("recoveries")
    instants = [
        warehouse.site(column("recoveries", name)).label(name) for name in ("opened_at", "contacted_at", "regained_at")
    ]
    query = select(table.c.case_id, column("recoveries", "treated").label("treated"), *instants)
    if not (warehouse.has("customers", "tier") and warehouse.has("recoveries", "customer_id")):
        return query.add_columns(null().label("customer_tier"))
    customer = warehouse.table("customers")
    tiers = select(customer.c.customer_id, func.min(customer.c.tier).label("tier")).group_by(customer.c.customer_id)
    known = tiers.subquery("customer")
    return query.add_columns(known.c.tier.label("customer_tier")).select_from(
        table.outerjoin(known, known.c.customer_id == table.c.customer_id)
    )


def complained(warehouse: Warehouse) -> Select:
    """Offers made and accepted in contacts of which a complaint came, by day and dimensions."""
    column = warehouse.column
    at = day(warehouse.site(column("contacts", "started_at")))
    made = column("contacts", "offer_made") == true()
    taken = and_(made, column("contacts", "offer_accepted") == true())
    keys = [column("contacts", name).label(name) for name in DIMENSIONS]
    known = [key for name, key in zip(DIMENSIONS, keys, strict=True) if warehouse.has("contacts", name)]
    named = column("complaints", "contact_id")
    return (
        select(
            at.label("day"),
            *keys,
            func.sum(case((made, 1), else_=0)).label("complained_offers_made"),
            func.sum(case((taken, 1), else_=0)).label("complained_offers_accepted"),
        )
        .select_from(warehouse.table("contacts"))
        .where(
            exclusions(warehouse),
            made,
            column("contacts", "contact_id").in_(select(named).where(named.is_not(None))),
        )
        .group_by(at, *known)
    )


def volume_facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Volumes with a column for each kind: `day product` and VOLUMES."""
    kinds = [pl.when(pl.col("kind") == kind).then(pl.col("value")).alias(kind) for kind in VOLUMES]
    return rows.select("day", pl.col("product").cast(pl.String), *kinds)


def customer_facts(changes: pl.DataFrame, last: pl.Expr) -> pl.DataFrame:
    """Customers on record on each day up to the last, by tier: `day customer_tier customer_days`."""
    typed = changes.select("day", pl.col("customer_tier").cast(pl.String), pl.col("change").cast(pl.Int64)).drop_nulls(
        "day"
    )
    if typed.is_empty():
        return typed.select("day", "customer_tier", pl.col("change").alias("customer_days"))
    days = typed.select(pl.date_range(pl.col("day").min(), last, "1d").alias("day"))
    every = days.join(typed.select(pl.col("customer_tier").unique()), how="cross")
    daily = typed.group_by("day", "customer_tier").agg(pl.col("change").sum())
    joined = every.join(daily, on=["day", "customer_tier"], how="left", nulls_equal=True).sort("day")
    on_record = pl.col("change").fill_null(0).cum_sum().over("customer_tier").alias("customer_days")
    return joined.select("day", "customer_tier", on_record)


RECOVERY_MEASURES = ("recoveries", "recoveries_regained", "untreated", "untreated_regained")


def recovery_facts(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`recovery_rows` summed to the day and tier."""
    return recovery_rows(rows, rules).group_by("day", "customer_tier").agg(pl.col(RECOVERY_MEASURES).sum())


def recovery_rows(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Cases with a recovery contact on its day, the others on the day they were opened.

    RECOVERY_MEASURES are 0, 1 or null, which is the other kind of case.
    """
    typed = rows.with_columns(
        pl.col("customer_tier").cast(pl.String),
        pl.col("treated").cast(pl.Boolean),
        pl.col("opened_at", "contacted_at", "regained_at").cast(pl.Datetime("us")),
    )
    within = pl.duration(days=rules.win_back_days)
    contacted = pl.col("contacted_at").is_not_null()
    left_alone = ~contacted & ~pl.col("treated") & pl.col("opened_at").is_not_null()
    blocks = []
    for holds, at, count, regained in (
        (contacted, "contacted_at", "recoveries", "recoveries_regained"),
        (left_alone, "opened_at", "untreated", "untreated_regained"),
    ):
        back = pl.col("regained_at").is_between(pl.col(at), pl.col(at) + within).fill_null(value=False)
        counted = {count: pl.lit(1, pl.Int64), regained: back.cast(pl.Int64), "day": pl.col(at).dt.date()}
        blocks.append(typed.filter(holds.fill_null(value=False)).with_columns(**counted))
    return pl.concat(blocks, how="diagonal")
