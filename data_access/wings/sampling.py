"""The sampling plan of a week: what past reviews teach, how capacity is shared out, which contacts are chosen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from sqlalchemy import Engine

from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.chosen_rows import during
from data_access.masking import check_filters, masked
from data_access.names import agent_names
from data_access.read import read
from data_access.store import EVERYTHING, Store, cut, narrowed
from data_access.viewer import Viewer
from data_access.wings import past_weeks
from data_access.wings.candidates import (
    LEVELS,
    WEEK,
    already_reviewed,
    candidates,
    counted,
)
from data_access.wings.drawing import SHOWN, chosen
from metrics.scope import Filters, Period
from metrics.wings.back_test import BackTest, back_test
from metrics.wings.faults import IS_DECIDED, known_by
from metrics.wings.reweighted import Rates, reweighted
from metrics.wings.sampling import Risk, Shares, fit_risk, plan_shares

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
    key = ("usual capacity", viewer.sight, week, filters)
    return store.answers.once(key, lambda: _usual_capacity(store, viewer, week, filters))


def _usual_capacity(store: Store, viewer: Viewer, week: date, filters: Filters) -> int:
    end = week + WEEK
    recent = during("reviewed_at", Period(end - USUAL_WEEKS * WEEK, end))
    seen = cut(past_weeks.by_people(store, recent), viewer, EVERYTHING, filters)
    by_week = seen.group_by(pl.col("reviewed_at").dt.date().dt.truncate("1w")).len()["len"].to_list()
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
    before = past_weeks.weeks_before(store, week, LEARNT_WEEKS)
    _pools, reviewed = past_weeks.history(store, viewer, before, filters)
    risk = fit_risk(known_by(reviewed, week + WEEK))
    names = [name for name in CELL if store.warehouse.has("contacts", name)]
    remarkable = past_weeks.marked(store, viewer, [week], filters)
    rows = candidates(store, [week], narrowed(filters, viewer), remarkable, names)
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
    remarkable = past_weeks.marked(store, viewer, [plan.week], filters)
    rows = candidates(store, [plan.week], narrowed(filters, viewer), remarkable, kept)
    query = chosen(store, rows, shares, plan.week.isoformat(), already_reviewed(store, plan.week + WEEK))
    found = read(store.warehouse.engine, query).join(
        shares.kinds.select("reasons", "inclusion", "risk"), on="reasons", how="left"
    )
    ordered = found.sort("targeted", "risk", "started_at", "contact_id", descending=[True, True, False, False])
    return masked(ordered, viewer, agent_names(store))


def read_back_test(store: Store, viewer: Viewer, week: date, filters: Filters, capacity: int) -> BackTest | None:
    """The weeks before planned as this page would have, beside as many contacts drawn at random."""
    check_filters(filters, viewer)
    share = store.rules.random_share
    key = ("back-test", viewer.sight, week, filters, capacity, share, store.rules.new_agent_days)

    def made() -> BackTest | None:
        recent = past_weeks.weeks_before(store, week, TESTED_WEEKS)
        pools, reviewed = past_weeks.history(store, viewer, recent, filters)
        earlier = [each for each in past_weeks.weeks_before(store, recent[0], LEARNT_WEEKS) if each < recent[0]]
        if earlier:
            reviewed = pl.concat([past_weeks.reviewed(store, viewer, earlier, filters), reviewed])
        final = week - timedelta(days=store.rules.review_days)  # until then reviews have come round
        tested = pools.filter(pl.col("week") + pl.duration(days=7) <= final)
        return back_test(tested, reviewed, capacity, share)

    return store.answers.once(key, made)


def read_rates(store: Store, viewer: Viewer, period: Period, filters: Filters) -> dict[str, Rates]:
    """The pass rate of reviews made in the period, raw and corrected for how contacts were chosen, by level.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)

    def made() -> dict[str, Rates]:
        made = past_weeks.by_people(store, during("reviewed_at", period))
        decided = made.filter(IS_DECIDED).with_columns(day=pl.col("reviewed_at").dt.date())
        seen = cut(decided, viewer, period, filters)
        seen = seen.with_columns(passed=pl.col("passed") & ~pl.col("fatal").fill_null(value=False))
        found = {
            level: reweighted(seen.filter(pl.col("level") == level), store.rules.min_denominator) for level in LEVELS
        }
        return {level: rates for level, rates in found.items() if rates is not None}

    return store.answers.once(("reweighted", viewer.sight, period, filters), made)
