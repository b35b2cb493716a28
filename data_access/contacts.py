"""Contacts, counted inside the warehouse: sums and histograms by day and dimensions, and one bounded page of rows."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql import CompoundSelect

from data_access.contact_measures import every_measure, flag, is_inbound
from data_access.dialects import add_days, day, hour, midnight, told_apart
from data_access.warehouse import Warehouse
from metrics.rules import Rules
from metrics.scope import Period

DIMENSIONS = ("channel", "team_id", "issue_type", "product", "customer_tier", "scenario", "agent_id", "queue", "shift")
#: Grains at which sums are kept ready. One cube over all dimensions would be as long as the contacts themselves.
CUBES: tuple[tuple[str, ...], ...] = (
    ("team_id",),
    ("team_id", "channel", "issue_type", "queue"),  # a queue mostly follows from them, so it adds few rows
    ("team_id", "product", "customer_tier"),
    ("team_id", "scenario", "issue_type"),
    ("team_id", "channel", "issue_type", "customer_tier"),  # by what teams are compared like with like
    ("team_id", "agent_id", "shift"),
)
OF_AGENTS = f"sums/{'+'.join(CUBES[-1])}"  # the cube that tells of each agent
#: Grains at which the warehouse counts them; each cube is added up from one of these.
COUNTED: tuple[tuple[str, ...], ...] = (
    ("team_id", "channel", "issue_type", "queue", "customer_tier"),
    ("team_id", "product", "customer_tier"),
    ("team_id", "scenario", "issue_type"),
    ("team_id", "agent_id", "shift"),
)
REPEATS = ("first_contacts", "first_contacts_resolved")
#: Split by live, and the column without which that is not possible.
LIVE = {"supervisor": "teams.supervisor", "hour": "contacts.started_at"}
#: What the look for repeats and for what followed goes by: while these stand, a changed day changes no other day.
CHAINED = (
    "contact_id", "started_at", "customer_id", "issue_type", "channel", "direction", "exclusion_reason", "merged_into",
)  # fmt: skip
ZONE_MARGIN = timedelta(days=2)  # more than any two clocks of the world differ


def exclusions(warehouse: Warehouse) -> ColumnElement[bool]:
    """Contacts that count: no reason to leave them out, not merged into another."""
    column = warehouse.column
    kept = [column("contacts", "exclusion_reason").is_(None)] if warehouse.has("contacts", "exclusion_reason") else []
    if warehouse.has("contacts", "merged_into"):
        kept.append(column("contacts", "merged_into").is_(None))
    return and_(true(), *kept)


def dimension(warehouse: Warehouse, name: str) -> ColumnElement:
    """What contacts are split by; what no cube holds is counted live."""
    if name == "hour":
        return cast(hour(warehouse.site(warehouse.column("contacts", "started_at"))), String)
    if name == "supervisor":
        leads = supervisors(warehouse).subquery()
        return (
            select(leads.c.supervisor)
            .where(leads.c.team_id == warehouse.column("contacts", "team_id"))
            .scalar_subquery()
        )
    column = warehouse.column("contacts", name)
    return told_apart(column, warehouse.engine.dialect.name) if name.endswith("_id") else column


def supervisors(warehouse: Warehouse) -> Select:
    """`team_id, supervisor` of each team."""
    team = warehouse.table("teams")
    return select(team.c.team_id, func.min(team.c.supervisor).label("supervisor")).group_by(team.c.team_id)


def window(warehouse: Warehouse, start: date, end: date, before: int = 0, after: int = 0) -> ColumnElement[bool]:
    """Contacts of the site days in [start − before, end + after)."""
    first, last = start - timedelta(days=before), end + timedelta(days=after)
    return between(warehouse, warehouse.column("contacts", "started_at"), first, last)


def between(warehouse: Warehouse, instant: ColumnElement, start: date, end: date) -> ColumnElement[bool]:
    """Instants of the site days in [start, end), prunable by the engine, zones allowed for."""
    site, engine = warehouse.site(instant), warehouse.engine.dialect.name
    first, last = midnight(start, engine), midnight(end, engine)
    if site is instant:
        return and_(instant >= first, instant < last)
    near, far = midnight(start - ZONE_MARGIN, engine), midnight(end + ZONE_MARGIN, engine)
    return and_(instant >= near, instant < far, site >= first, site < last)


def reach(warehouse: Warehouse, rules: Rules) -> tuple[int, int]:
    """Site days before and after a contact's own day on which the look for repeats may find another."""
    # Windows run on the source's clock; where the site's is changed in between, its seven days are longer or shorter.
    slack = 0 if warehouse.source_zone == warehouse.site_zone else 1
    return rules.fcr_gap_days + slack, rules.fcr_window_days + slack


def _chain(warehouse: Warehouse, rules: Rules) -> dict[str, ColumnElement]:
    """Of what contacts have in common that are repeats of one another."""
    column = warehouse.column
    keys = {"customer_id": dimension(warehouse, "customer_id"), "issue_type": column("contacts", "issue_type")}
    keys |= {"inbound": is_inbound(warehouse)}
    return keys | ({"channel": column("contacts", "channel")} if rules.fcr_same_channel else {})


def gaps(rows: FromClause, rules: Rules) -> dict[str, ColumnElement[bool]]:
    """First contacts and those resolved: decided outside the window function, on its result."""
    before, after, at = rows.c.previous_at, rows.c.next_at, rows.c.chained_at
    judged = and_(rows.c.customer_id.is_not(None), rows.c.inbound == 1)
    # An engine may give 1970 for "no next row" of a column that is never null: only a later time is a next contact.
    alone_before = or_(before.is_(None), before > at, before < add_days(at, -rules.fcr_gap_days))
    alone_after = or_(after.is_(None), after < at, after > add_days(at, rules.fcr_window_days))
    first = and_(judged, alone_before)
    return dict(zip(REPEATS, (first, and_(first, alone_after)), strict=True))


def tells_repeats(warehouse: Warehouse) -> bool:
    return warehouse.has("contacts", "customer_id", "issue_type")


def chained(warehouse: Warehouse, rules: Rules, start: date, end: date, values: Sequence[Label]) -> Select:
    """Contacts that count, one row each with `day` and these values; and what `gaps` tells repeats by.

    The rows reach past [start, end) by the windows of the look for repeats: whoever selects from them bounds `day`.
    """
    started = warehouse.column("contacts", "started_at")
    columns = [day(warehouse.site(started)).label("day"), *values]
    rows = select(*columns).select_from(warehouse.table("contacts"))
    if not tells_repeats(warehouse):
        return rows.where(window(warehouse, start, end), exclusions(warehouse))
    keys = _chain(warehouse, rules)
    more = [value.label(name) for name, value in keys.items() if name not in {each.name for each in values}]
    order = started.label("chained_at"), warehouse.column("contacts", "contact_id").label("chained_id")
    near = window(warehouse, start, end, *reach(warehouse, rules))
    # Values are worked out before contacts are put in order: they are narrower than what they are made of.
    known = rows.add_columns(*more, *order).where(near, exclusions(warehouse)).subquery("known")
    same, at = [known.c[name] for name in keys], known.c.chained_at
    previous_at, next_at = (
        each(at).over(partition_by=same, order_by=(at, known.c.chained_id)) for each in (func.lag, func.lead)
    )
    return select(*known.c, previous_at.label("previous_at"), next_at.label("next_at"))


def counted(
    warehouse: Warehouse, rules: Rules, start: date, end: date, names: Sequence[str]
) -> tuple[CTE, dict[str, ColumnElement]]:
    """The rows of `chained` with the named columns, and each measure's value on such a row."""
    measures = every_measure(warehouse, rules)
    shown = [dimension(warehouse, name).label(name) for name in names]
    shown += [each.value.label(f"measure_{each.name}") for each in measures]
    rows = chained(warehouse, rules, start, end, shown).cte("contact")
    values = {each.name: rows.c[f"measure_{each.name}"] for each in measures}
    told = gaps(rows, rules) if tells_repeats(warehouse) else {}
    return rows, values | {name: flag(counts) for name, counts in told.items()}


def sums(
    warehouse: Warehouse,
    rules: Rules,
    start: date,
    end: date,
    grains: Sequence[tuple[str, ...]],
    filters: Sequence[tuple[str, tuple[str, ...]]] = (),
) -> CompoundSelect:
    """Sums of every measure the warehouse allows, for site days in [start, end), one block of rows per grain.

    Args:
        grains: sets of dimensions; `grain` in the result is the position in it, dimensions not in a set are null.
        filters: (dimension, values) pairs that all have to hold; the look for repeats ignores them.
    """
    needed = sorted({name for grain in grains for name in grain} | {name for name, _ in filters})
    rows, values = counted(warehouse, rules, start, end, needed)
    totals = _totals(values)
    inside = [rows.c.day >= start, rows.c.day < end, *(rows.c[name].in_(kept) for name, kept in filters)]
    blocks = [block(rows, position, grain, needed, totals, inside) for position, grain in enumerate(grains)]
    return union_all(*blocks)


def counts(
    warehouse: Warehouse,
    rules: Rules,
    period: Period,
    names: Sequence[str],
    filters: Sequence[tuple[str, tuple[str, ...]]],
    measures: Sequence[str],
) -> Select:
    """These measures alone, by `day` and names: what a question does not ask for is not worked out."""
    known = {each.name: each.value.label(each.name) for each in every_measure(warehouse, rules)}
    at = day(warehouse.site(warehouse.column("contacts", "started_at"))).label("day")
    keys = [at, *(dimension(warehouse, name).label(name) for name in names)]
    rows = (
        select(*keys, *(known[name] for name in measures))
        .select_from(warehouse.table("contacts"))
        .where(window(warehouse, period.start, period.end), exclusions(warehouse))
        .where(*(dimension(warehouse, name).in_(kept) for name, kept in filters))
        .subquery("contact")
    )
    groups = [rows.c[each.name] for each in keys]
    return select(*groups, *_totals({name: rows.c[name] for name in measures})).group_by(*groups)


def _totals(values: Mapping[str, ColumnElement]) -> list[ColumnElement]:
    """To count the ones is the same as to add them up, and costs less: engines add in types twice as wide."""
    return [
        (func.count(func.nullif(value, 0)) if isinstance(value.type, Integer) else func.sum(value)).label(name)
        for name, value in values.items()
    ]


def block(
    rows: CTE,
    position: int,
    grain: tuple[str, ...],
    every: list[str],
    totals: Sequence[ColumnElement],
    inside: list[ColumnElement[bool]],
) -> Select:
    keys = [rows.c[name].label(name) if name in grain else cast(null(), String()).label(name) for name in every]
    groups = [rows.c.day, *(rows.c[name] for name in grain)]
    return (
        select(literal(position, Integer()).label("grain"), rows.c.day, *keys, *totals).where(*inside).group_by(*groups)
    )
