"""What every check counts, by day, cut to what the viewer may see; and each check's share over a time."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import polars as pl

from data_access.data_quality import case_faults
from data_access.data_quality.contact_faults import LOOKED_AT
from data_access.rollup_files import NO_DAY
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.compare import compare
from metrics.data_quality.check import SHARE, Check, Fault
from metrics.data_quality.declared import CHECKS, LATE
from metrics.evaluation import evaluate
from metrics.scope import Period

FACTS = pl.Schema(
    {"check": pl.String(), "day": pl.Date(), "team_id": pl.String(), "faulty": pl.Int64(), "looked_at": pl.Int64()}
)
ITEMS = CHECKS["items_review_unknown"]
OF_DIMENSION = {"agent_id": "sums/team_id+agent_id+shift", "team_id": "sums/team_id"}


def missing(store: Store, check: Check) -> tuple[str, ...]:
    """`table.column` names that a check needs and the warehouse lacks."""
    wanted = check.wanted if check.fault is not Fault.LATE else (check.table,)
    return store.warehouse.missing(wanted)


def read_facts(store: Store, viewer: Viewer) -> pl.DataFrame:
    """FACTS, rows of no known team only for who sees all; `day` is null where rows have none."""
    return store.answers.once(("faults", viewer.sight), lambda: _cut(_facts(store), viewer))


def _cut(found: pl.DataFrame, viewer: Viewer) -> pl.DataFrame:
    kept = found if viewer.teams is None else found.filter(pl.col("team_id").is_in(viewer.teams))
    return kept.group_by("check", "day").agg(pl.col("faulty", "looked_at").sum()).sort("check", "day")


def _facts(store: Store) -> pl.DataFrame:
    kept = store.made("faults", lambda: _kept_facts(store))
    return pl.concat([kept.cast(FACTS), *(each.select(FACTS.names()).cast(FACTS) for each in _by_marks(store))])


def _kept_facts(store: Store) -> pl.DataFrame:
    """What cases and roll-ups tell: it is as they are."""
    frames = [pl.DataFrame(schema=FACTS), *_below(case_faults.faults(store))]
    if store.warehouse.has("contacts"):
        frames += _below(store.kept("faults/team_id"))
        for check in contact_orphans(store):
            frames.append(_unknown(store, check))
    return pl.concat([each.select(FACTS.names()).cast(FACTS) for each in frames])


def _by_marks(store: Store) -> Iterable[pl.DataFrame]:
    """What the counts of rows tell, which change while no roll-up does."""
    yield from _items(store)
    yield from _late(store)


def contact_orphans(store: Store) -> list[Check]:
    """The checks of contacts by what names of agents and teams are on record."""
    found = [each for each in CHECKS.values() if each.table == "contacts" and each.fault is Fault.ORPHAN]
    return [each for each in found if not missing(store, each)]


def _below(wide: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """The checks of a frame that has two columns for each, one below the other."""
    for name in wide.columns:
        if f"{name}{LOOKED_AT}" in wide.columns:
            counts = pl.col(name).alias("faulty"), pl.col(f"{name}{LOOKED_AT}").alias("looked_at")
            rows = wide.select(pl.lit(name).alias("check"), "day", "team_id", *counts).cast(FACTS)
            yield rows.filter(pl.col("looked_at") > 0)


def _unknown(store: Store, check: Check) -> pl.DataFrame:
    """Contacts of agents or teams who are not on record, from the sums that are kept of each."""
    name = check.columns[0]
    known = case_faults.on_record(store, name)
    found = store.kept(OF_DIMENSION[name]).filter(pl.col(name).is_not_null(), pl.col("contacts") > 0)
    is_unknown = ~pl.col(name).is_in(known.implode())
    counts = (pl.col("contacts") * is_unknown).sum().alias("faulty"), pl.col("contacts").sum().alias("looked_at")
    by_day = found.group_by("day", "team_id").agg(*counts).with_columns(check=pl.lit(check.id))
    return by_day.select(FACTS.names()).cast(FACTS)


def _items(store: Store) -> Iterable[pl.DataFrame]:
    """Items stand on the day of their review: those without one are all that have none."""
    if not missing(store, ITEMS):
        marks = store.manifest.marks.get("qa_items", {})
        undated, total = marks.get(NO_DAY, (0, 0))[0], sum(count for count, _print in marks.values())
        yield pl.DataFrame([(ITEMS.id, None, None, undated, total)], schema=FACTS, orient="row")


def _late(store: Store) -> Iterable[pl.DataFrame]:
    """Rows that came after a refresh at which their day was over, of all rows since refreshes are compared."""
    arrived = store.cases("arrivals")
    if not arrived.columns:
        return
    since = arrived.filter(pl.col("table").is_null())["seen_at"].min()
    for check in LATE:
        late = arrived.filter(pl.col("table") == check.table).group_by("day").agg(pl.col("rows").sum())
        began = min([*([since.date()] if isinstance(since, datetime) else []), *late["day"]], default=NO_DAY)
        marks = store.manifest.marks.get(check.table, {})
        rows = [(day, count) for day, (count, _print) in marks.items() if day != NO_DAY and day >= began]
        every = pl.DataFrame(rows, schema={"day": pl.Date, "looked_at": pl.Int64}, orient="row")
        yield every.join(late, on="day", how="left").select(
            pl.lit(check.id).alias("check"), "day", pl.lit(None, pl.String).alias("team_id"),
            pl.col("rows").fill_null(0).clip(upper_bound=pl.col("looked_at")).alias("faulty"), "looked_at",
        )  # fmt: skip


def inside(facts: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The facts of a period; what has no day belongs to every one."""
    return facts.filter(pl.col("day").is_null() | pl.col("day").is_between(period.start, period.end, closed="left"))


def read_shares(store: Store, viewer: Viewer, period: Period) -> pl.DataFrame:
    """Each check over a period, and against as many days before: `check faulty looked_at value low high status old
    verdict limit is_beyond is_sure`, a row for each check that found a row to look at."""
    key = ("shares of faults", viewer.sight, period)
    return store.answers.once(key, lambda: _shares(store, viewer, period))


def _shares(store: Store, viewer: Viewer, period: Period) -> pl.DataFrame:
    facts = read_facts(store, viewer)
    before = Period(period.start - timedelta(days=period.days), period.start)
    now = evaluate([SHARE], inside(facts, period), ["check"], rules=store.rules)
    earlier = facts.filter(pl.col("day").is_between(before.start, before.end, closed="left"))
    both = compare(now, evaluate([SHARE], earlier, ["check"], rules=store.rules), [SHARE], ["check"])
    limits = {check.id: check.limit(store.rules) for check in CHECKS.values()}
    limit = pl.col("check").replace_strict(limits, return_dtype=pl.Float64)
    return both.filter(pl.col("denominator") > 0).select(
        "check",
        pl.col("numerator").alias("faulty"),
        pl.col("denominator").alias("looked_at"),
        "value", "low", "high", "status", "old", "difference_low", "difference_high", "verdict",
        limit.alias("limit"),
        (pl.col("value") > limit).alias("is_beyond"),
        (pl.col("low") > limit).alias("is_sure"),
    )  # fmt: skip


def read_weeks(store: Store, viewer: Viewer, checks: Iterable[str], period: Period) -> pl.DataFrame:
    """Checks week by week: `week check value low high numerator denominator status`."""
    facts = read_facts(store, viewer).filter(pl.col("check").is_in(list(checks)), pl.col("day").is_not_null())
    week = pl.col("day").dt.truncate("1w").alias("week")
    return evaluate([SHARE], inside(facts, period), [week, "check"], rules=store.rules).sort("check", "week")


def read_left_out(store: Store, viewer: Viewer, period: Period) -> pl.DataFrame:
    """Contacts that no metric counts, by reason: `exclusion_reason contacts of value low high`, the most first."""
    kept = {name: _seen(store.kept(name), viewer, period) for name in ("left_out/team_id", "sums/team_id")}
    found = kept["left_out/team_id"]
    total = sum(int(each["contacts"].sum()) for each in kept.values())
    by_reason = found.group_by("exclusion_reason").agg(pl.col("contacts").sum().alias("faulty"))
    facts = by_reason.with_columns(looked_at=pl.lit(total), day=pl.lit(period.start))
    told = evaluate([SHARE], facts, ["exclusion_reason"], rules=store.rules)
    counts = pl.col("numerator").alias("contacts"), pl.col("denominator").alias("of")
    return told.select("exclusion_reason", *counts, "value", "low", "high").sort("contacts", descending=True)


def _seen(frame: pl.DataFrame, viewer: Viewer, period: Period) -> pl.DataFrame:
    days = frame.filter(pl.col("day").is_between(period.start, period.end, closed="left"))
    return days if viewer.teams is None else days.filter(pl.col("team_id").is_in(viewer.teams))


def dated_after(store: Store, today: date) -> dict[str, int]:
    """Rows of each table on days that have not come yet."""
    counts = {
        table: sum(count for day, (count, _print) in marks.items() if day > today)
        for table, marks in store.manifest.marks.items()
        if table in store.warehouse.columns
    }
    return {table: count for table, count in counts.items() if count}
