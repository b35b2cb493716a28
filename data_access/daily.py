"""Facts that are small by nature: volumes, customers, agents' hours, recoveries."""

import polars as pl
from sqlalchemy import ColumnElement, Double, Select, Subquery, and_, case, cast, func, null, or_, select, union_all
from sqlalchemy.sql import CompoundSelect

from data_access.case_part import CasePart, Chosen, Days, Source, days_told, no_days, of_keys, stamps_of
from data_access.cases import customers_once
from data_access.dialects import day
from data_access.warehouse import Warehouse
from metrics.rules import Rules

VOLUMES = (
    "orders", "active_customers", "shipments", "delayed_shipments", "inspected", "passed", "sold", "returned",
    "offered", "answered", "abandoned", "answered_in_time",
)  # fmt: skip


def volumes(warehouse: Warehouse, _rules: Rules, chosen: Chosen | None = None) -> Select:
    """Volumes by day and, where the warehouse says, product: one row each of `day product kind value`."""
    table = warehouse.table("volumes")
    product = warehouse.column("volumes", "product").label("product")
    found = select(table.c.day, product, table.c.kind, table.c.value).where(table.c.kind.in_(VOLUMES))
    return found.where(*of_keys(table.c.day, chosen))


def customers(warehouse: Warehouse, _rules: Rules, _chosen: Chosen | None = None) -> CompoundSelect:
    """Customers who came and who went, by day and tier: `day customer_tier change`.

    One on record twice came with the first record, and is gone when all of them are.
    """
    own = _each_customer(warehouse)
    went = case((own.c.went < own.c.came, own.c.came), else_=own.c.went)  # who never came has not gone
    blocks = [
        select(day(at).label("day"), own.c.tier.label("customer_tier"), (func.count() * sign).label("change"))
        .where(at.is_not(None), own.c.came.is_not(None))
        .group_by(day(at), own.c.tier)
        for at, sign, name in ((own.c.came, 1, "since"), (went, -1, "churned_at"))
        if warehouse.has("customers", name)
    ]
    return union_all(*blocks)


def _each_customer(warehouse: Warehouse) -> Subquery:
    """`tier came went`, one row a customer; records that do not say whose they are stand for one each."""
    key = warehouse.table("customers").c.customer_id
    tier = warehouse.column("customers", "tier")
    came, went = (warehouse.site(warehouse.column("customers", name)) for name in ("since", "churned_at"))
    last = case((func.count(went) == func.count(), func.max(went)))
    named = select(func.min(tier).label("tier"), func.min(came).label("came"), last.label("went"))
    unnamed = select(tier.label("tier"), came.label("came"), went.label("went"))
    return union_all(named.where(key.is_not(None)).group_by(key), unnamed.where(key.is_(None))).subquery("customer")


def hours(warehouse: Warehouse, _rules: Rules, chosen: Chosen | None = None) -> Select:
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
    grain = [table.c.day, *([] if joined is table else [team])]
    return (
        select(table.c.day, team.label("team_id"), func.count().label("agent_days"), *totals)
        .select_from(joined)
        .where(*of_keys(table.c.day, chosen))
        .group_by(*grain)
    )


def _seconds(warehouse: Warehouse, name: str) -> ColumnElement:
    return func.coalesce(warehouse.column("agent_hours", name), 0)


def _then(warehouse: Warehouse, at: ColumnElement) -> list[ColumnElement[bool]]:
    """Where an agent's history is kept: the entry that held on that day."""
    column = warehouse.column
    first, end = column("agents", "valid_from"), column("agents", "valid_to")
    held = [or_(first.is_(None), first <= at)] if warehouse.has("agents", "valid_from") else []
    return [*held, or_(end.is_(None), end > at)] if warehouse.has("agents", "valid_to") else held


def recoveries(warehouse: Warehouse, _rules: Rules, chosen: Chosen | None = None) -> Select:
    """One row per recovery case, with the customer's tier where it is known."""
    column = warehouse.column
    table = warehouse.table("recoveries")
    instants = [
        warehouse.site(column("recoveries", name)).label(name) for name in ("opened_at", "contacted_at", "regained_at")
    ]
    query = select(table.c.case_id, column("recoveries", "treated").label("treated"), *instants)
    query = query.where(*of_keys(table.c.case_id, chosen))
    known = customers_once(warehouse) if warehouse.has("recoveries", "customer_id") else None
    if known is None:
        return query.add_columns(null().label("customer_tier"), *no_days("customers"))
    days = days_told(warehouse, "customers", known)
    joined = table.outerjoin(known, known.c.customer_id == table.c.customer_id)
    return query.add_columns(known.c.tier.label("customer_tier"), *days).select_from(joined)


def _of_volumes(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    at = warehouse.table("volumes").c.day
    return select(at).where(days.hold(warehouse, at))


def _of_hours(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    at = warehouse.table("agent_hours").c.day
    return select(at).where(days.hold(warehouse, at))


def _of_recoveries(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    opened = warehouse.column("recoveries", "opened_at")
    return select(warehouse.table("recoveries").c.case_id).where(days.hold(warehouse, opened))


def _of_customers(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    since = warehouse.column("customers", "since")
    chosen = select(warehouse.table("customers").c.customer_id).where(days.hold(warehouse, since))
    case_ = warehouse.table("recoveries")
    return select(case_.c.case_id).where(case_.c.customer_id.in_(chosen))


OWN_DAY = (("day", "day"),)
PARTS = {
    "volumes": CasePart(
        lambda warehouse: warehouse.has("volumes"),
        volumes,
        lambda frame: frame,
        key="day",
        home="day",
        sources={"volumes": Source(_of_volumes, OWN_DAY)},
        then=("kind", "product", "value"),
    ),
    "customers": CasePart(
        lambda warehouse: warehouse.has("customers", "since"),
        customers,
        lambda frame: frame,
        key="day",
        home="day",
        sources={"customers": None},  # who left is counted on another day than the one since when he was a customer
        then=("customer_tier", "change"),
    ),
    "hours": CasePart(
        lambda warehouse: warehouse.has("agent_hours"),
        hours,
        lambda frame: frame,
        key="day",
        home="day",
        sources={"agent_hours": Source(_of_hours, OWN_DAY), "agents": None},
        then=("team_id",),
    ),
    "recoveries": CasePart(
        lambda warehouse: warehouse.has("recoveries"),
        recoveries,
        lambda frame: frame,
        key="case_id",
        home="opened_at",
        sources={
            "recoveries": Source(_of_recoveries, (("opened_at", "opened_at"),)),
            "customers": Source(_of_customers, stamps_of("customers"), needs=("recoveries.customer_id",)),
        },
    ),
}


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
