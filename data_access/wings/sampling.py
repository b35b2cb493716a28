"""The sampling plan of a week: what past reviews teach, how capacity is shared out, which contacts are chosen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from sqlalchemy import Engine

from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.masking import check_filters, masked
from data_access.read import read
from data_access.store import EVERYTHING, Store, cut, narrowed
from data_access.viewer import Viewer
from data_access.wings.blind_spots import places_by_week
from data_access.wings.candidates import (
    LEVELS,
    SHOWN,
    WEEK,
    Marked,
    already_reviewed,
    candidates,
    chosen,
    counted,
    issues,
)
from metrics.review_facts import BY_PEOPLE, PRACTICE
from metrics.scope import Filters, Period
from metrics.wings.back_test import BackTest, back_test
from metrics.wings.faults import IS_DECIDED, IS_FAULT
from metrics.wings.reweighted import Rates, reweighted
from metrics.wings.sampling import NEW_AFTER_WEEKS, Risk, Shares, fit_risk, new_issues, plan_shares

NEEDS = ("contacts", "qa_reviews.contact_id", "qa_reviews.passed")
CAN_DRAW = ("duckdb", "postgresql", "mysql", "mariadb")  # engines that can make a number of a contact's id
LEARNT_WEEKS = 26  # of past reviews that a plan learns from
TESTED_WEEKS = 26
CELL = ("scenario", "team_id")
USUAL_WEEKS = 8  # of reviews whose median is the capacity


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Which kinds and places are to be reviewed how often, of the contacts of one week."""

    week: date  # Monday of the contacts; they are reviewed in the week after
    capacity: int
    cells: pl.DataFrame  # reasons, CELL, contacts
    risk: Risk | None  # None: past reviews found no fault to learn from
    shares: Shares | None

    @property
    def contacts(self) -> int:
        return int(self.cells["contacts"].sum())


def missing(store: Store) -> tuple[str, ...]:
    """What the warehouse lacks for a plan."""
    return store.warehouse.missing(NEEDS)


def can_draw(store: Store) -> bool:
    """Can the warehouse's engine draw contacts that stay the same when asked again?"""
    return store.warehouse.engine.dialect.name in CAN_DRAW


def pool_week(store: Store, period: Period) -> date:
    """The Monday of the last whole week in or before the period whose contacts are all there."""
    end = min(period.end, store.anchor)
    return end - timedelta(days=end.weekday()) - WEEK


def usual_capacity(store: Store, viewer: Viewer, week: date, filters: Filters) -> int:
    """Reviews that team and centre QA make in a week: the median of the last weeks; 1 at least.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    end = week + WEEK
    seen = cut(_by_people(store), viewer, EVERYTHING, filters)
    made = pl.col("reviewed_at").dt.date()
    recent = seen.filter(made.is_between(end - USUAL_WEEKS * WEEK, end, closed="left"))
    by_week = recent.group_by(made.dt.truncate("1w")).len()["len"].to_list()
    by_week += [0] * (USUAL_WEEKS - len(by_week))
    return max(1, round(float(pl.Series(by_week).median() or 0)))  # ty: ignore[invalid-argument-type]


def read_plan(store: Store, viewer: Viewer, week: date, filters: Filters, capacity: int) -> Plan:
    """The plan for the contacts of a week.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer.
    """
    check_filters(filters, viewer)
    key = ("plan", viewer.sight, week, filters, capacity, store.rules.random_share, store.rules.new_agent_days)
    return store.answers.once(key, lambda: _plan(store, viewer, week, filters, capacity))


def _plan(store: Store, viewer: Viewer, week: date, filters: Filters, capacity: int) -> Plan:
    _pools, reviewed = read_history(store, viewer, week, filters, LEARNT_WEEKS)
    risk = fit_risk(reviewed.filter(pl.col("made") < week + WEEK))
    names = [name for name in CELL if store.warehouse.has("contacts", name)]
    rows = candidates(store, [week], narrowed(filters, viewer), _marked(store, viewer, [week], filters), names)
    found = read(store.warehouse.engine, counted(rows, names, already_reviewed(store, week + WEEK)))
    shares = None if risk is None else plan_shares(found, risk, capacity, store.rules.random_share)
    return Plan(week, capacity, found, risk, shares)


def read_chosen(
    store: Store, state: Engine, viewer: Viewer, plan: Plan, filters: Filters, now: datetime, *, told: bool
) -> pl.DataFrame:
    """The contacts of a plan, the likeliest fault first: what is shown of each, `reasons targeted inclusion risk`.

    Args:
        told: was this look written down already?

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    shares = plan.shares
    if shares is None:
        return pl.DataFrame()
    key = ("chosen", viewer.sight, plan.week, filters, plan.capacity, store.rules.random_share)
    found = store.answers.once(key, lambda: _chosen(store, viewer, plan, shares, filters))
    if not told:
        period = Period(plan.week, plan.week + WEEK)
        words = {"metric": "sampling_plan", "table": "contacts", "rows": found.height, **in_words(period, filters)}
        record(state, viewer, Act.CASES_OPENED, words, now)
    return found


def _chosen(store: Store, viewer: Viewer, plan: Plan, shares: Shares, filters: Filters) -> pl.DataFrame:
    kept = [name for name in SHOWN if store.warehouse.has("contacts", name)]
    marked = _marked(store, viewer, [plan.week], filters)
    rows = candidates(store, [plan.week], narrowed(filters, viewer), marked, kept)
    query = chosen(store, rows, shares, plan.week.isoformat(), already_reviewed(store, plan.week + WEEK))
    found = read(store.warehouse.engine, query).join(
        shares.kinds.select("reasons", "inclusion", "risk"), on="reasons", how="left"
    )
    ordered = found.sort("targeted", "risk", "started_at", "contact_id", descending=[True, True, False, False])
    return masked(ordered, viewer, store.people())


def read_back_test(store: Store, viewer: Viewer, week: date, filters: Filters, capacity: int) -> BackTest | None:
    """The weeks before planned as this page would have, beside as many contacts drawn at random."""
    check_filters(filters, viewer)
    share = store.rules.random_share
    key = ("back-test", viewer.sight, week, filters, capacity, share, store.rules.new_agent_days)

    def made() -> BackTest | None:
        pools, reviewed = read_history(store, viewer, week, filters, LEARNT_WEEKS + TESTED_WEEKS)
        first = week - TESTED_WEEKS * WEEK
        final = week - timedelta(days=store.rules.review_days) - WEEK  # until then reviews have come round
        return back_test(
            pools.filter(pl.col("week").is_between(first, final)), reviewed, capacity, store.rules.random_share
        )

    return store.answers.once(key, made)


def read_history(
    store: Store, viewer: Viewer, week: date, filters: Filters, weeks: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The contacts of the weeks before, by kind, and those of them that were reviewed with what was found.

    Returns:
        `week reasons contacts`, and `week made reasons fault` with a row for each contact that people judged.
    """
    first = max(week - weeks * WEEK, _first_week(store))
    asked = [first + place * WEEK for place in range(max(1, (week - first).days // 7))]
    key = ("history", viewer.sight, first, week, filters, store.rules.new_agent_days)

    def made() -> tuple[pl.DataFrame, pl.DataFrame]:
        marked = _marked(store, viewer, asked, filters)
        rows = candidates(store, asked, narrowed(filters, viewer), marked, [])
        monday = pl.col("day").dt.truncate("1w").alias("week")
        engine = store.warehouse.engine
        days = read(engine, counted(rows, ["day"]))
        pools = days.group_by(monday, "reasons").agg(pl.col("contacts").sum()).sort("week", "reasons")
        ids = already_reviewed(store, EVERYTHING.end)
        found = read(engine, counted(rows, ["contact_id", "day"]).where(rows.c.contact_id.in_(ids)))
        return pools, found.select("contact_id", monday, "reasons").join(_outcomes(store), on="contact_id")

    return store.answers.once(key, made)


def _first_week(store: Store) -> date:
    first = store.data_start
    return first + timedelta(days=-first.weekday() % 7)


def _by_people(store: Store) -> pl.DataFrame:
    """Reviews by team and centre QA that judge an agent."""
    level = pl.col("level").is_null() | pl.col("level").is_in(LEVELS)
    regular = ~pl.col("purpose").fill_null("regular").is_in(PRACTICE)
    return store.cases("reviews").filter(BY_PEOPLE, level, regular)


def _outcomes(store: Store) -> pl.DataFrame:
    """What reviews found in each contact: `contact_id made fault`; a contact reviewed twice once, with either fault."""
    decided = _by_people(store).filter(IS_DECIDED)
    return decided.group_by("contact_id").agg(
        pl.col("reviewed_at").min().dt.date().alias("made"), IS_FAULT.any().alias("fault")
    )


def _marked(store: Store, viewer: Viewer, weeks: list[date], filters: Filters) -> Marked:
    """New issues and blind spots, week by week, as far as they were known by then."""
    key = ("marked", viewer.sight, weeks[0], weeks[-1], filters)
    return store.answers.once(key, lambda: _remarkable(store, viewer, weeks, filters))


def _remarkable(store: Store, viewer: Viewer, weeks: list[date], filters: Filters) -> Marked:
    keys = [name for name in ("issue_type", "subtype") if store.warehouse.has("contacts", name)]
    fresh: dict[date, list] = {}
    if keys:
        start = max(weeks[0] - NEW_AFTER_WEEKS * WEEK, _first_week(store))
        query = issues(store, start, weeks[-1] + WEEK, narrowed(filters, viewer), keys)
        days = read(store.warehouse.engine, query)
        weekly = days.drop_nulls(keys).group_by(pl.col("day").dt.truncate("1w").alias("week"), *keys)
        for week, *values in new_issues(weekly.agg(pl.col("contacts").sum()), keys).iter_rows():
            if week in weeks:
                fresh.setdefault(week, []).append(tuple(zip(keys, values, strict=True)))
    return Marked(fresh, places_by_week(store, viewer, weeks, filters))


def read_rates(store: Store, viewer: Viewer, period: Period, filters: Filters) -> dict[str, Rates]:
    """The pass rate of reviews made in the period, raw and corrected for how contacts were chosen, by level.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)

    def made() -> dict[str, Rates]:
        decided = _by_people(store).filter(IS_DECIDED).with_columns(day=pl.col("reviewed_at").dt.date())
        seen = cut(decided, viewer, period, filters)
        seen = seen.with_columns(passed=pl.col("passed") & ~pl.col("fatal").fill_null(value=False))
        found = {
            level: reweighted(seen.filter(pl.col("level") == level), store.rules.min_denominator) for level in LEVELS
        }
        return {level: rates for level, rates in found.items() if rates is not None}

    return store.answers.once(("reweighted", viewer.sight, period, filters), made)
