"""What the quality group has before it in a week: what moved, what falls due, what is overdue, what lies ahead."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from sqlalchemy import Engine

from data_access.actions.actions import read_actions
from data_access.change_rows import Change
from data_access.changes import belonging, read_changes
from data_access.numbers import Grain, read_metrics
from data_access.own_events import OwnEvent, read_events
from data_access.source_days import days_of
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.watch import decisions as limits
from data_access.watch.control import How, agrees, read_watched
from data_access.wings.sampling import can_draw, missing, pool_week, usual_capacity
from metrics.actions.action import Action, Stage
from metrics.actions.stages import Overdue, overdue
from metrics.calendar import Stretch, year_of
from metrics.catalogue import named
from metrics.compare import beyond_chance, compare, of_families
from metrics.metric import AnyMetric, final_period
from metrics.scope import Period
from metrics.spc import rule_set
from metrics.stages import LEADING

WEEK = timedelta(days=7)
AHEAD = timedelta(days=28)  # of events
MOST_MOVED = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """Contacts of a week to be reviewed: as many as people usually review in one."""

    week: date
    reviews: int


@dataclass(frozen=True, slots=True, eq=False)
class Agenda:
    """The agenda of the meeting after a week.

    `moved` has the rows of `metrics.compare.beyond_chance` with `start` and `end`. Verdicts and checks are those that
    fall due up to the end of the next week; `overdue` are those of today, the longest overdue first.
    """

    week: Period
    moved: pl.DataFrame
    verdicts: tuple[tuple[Change, date], ...]
    checks: tuple[Action, ...]
    decisions: tuple[Action, ...]
    overdue: tuple[tuple[Action, Overdue], ...]
    sample: Sample | None  # None: these data have nothing to draw from
    days: tuple[Stretch, ...]  # of the calendar
    own: tuple[OwnEvent, ...]


def read_agenda(
    store: Store, engine: Engine, viewer: Viewer, week: Period, today: date, people: Iterable[str] = ()
) -> Agenda:
    """The agenda as the viewer may see it.

    Args:
        people: names of known people, which are looked for in what others wrote.
    """
    known = tuple(people)
    actions = read_actions(engine, viewer, known)
    late = [(each, what) for each in actions for what in overdue(each, today, store.rules)]
    coming = Period(week.end, week.end + AHEAD)
    due = week.end + WEEK
    verdicts = [
        (change, day)
        for change in belonging(read_changes(engine, viewer, known), store.warehouse.source)
        for day in change.check_dates
        if week.start <= day < due
    ]
    return Agenda(
        week=week,
        moved=_moved(store, engine, viewer, week, known),
        verdicts=tuple(sorted(verdicts, key=lambda pair: pair[1])),
        checks=tuple(each for each in actions if _is_due(each, due)),
        decisions=tuple(each for each in actions if each.stage is Stage.ACT),
        overdue=tuple(sorted(late, key=lambda pair: pair[1].due)),
        sample=_sample(store, viewer, week),
        days=_days(coming),
        own=tuple(each for each in read_events(engine, viewer, known) if _meets(each.first, each.last, coming)),
    )


def _is_due(action: Action, due: date) -> bool:
    is_open = action.check is None or action.check.until != action.check_on
    return action.stage is Stage.CHECK and action.check_on is not None and action.check_on < due and is_open


def _moved(store: Store, engine: Engine, viewer: Viewer, week: Period, people: Collection[str]) -> pl.DataFrame:
    """Of the metrics that lead in the centre's stage, those that moved more than chance and than they usually do."""
    compared = _compared(store, viewer, week)
    if compared.is_empty():
        return compared
    found = of_families(beyond_chance(compared))
    how = How(Grain.WEEK, rule_set(store.rules.control_rules))
    decided = limits.in_force(limits.read_decision_history(engine, viewer, people))
    targets = dict.fromkeys(named(found["metric"].to_list()))
    watched = {each.metric.id: each for each in read_watched(store, viewer, targets, week.end, (), how, decided)}
    kept = [agrees(watched[row["metric"]], row) for row in found.iter_rows(named=True)]
    return found.filter(pl.Series(kept, dtype=pl.Boolean)).head(MOST_MOVED)


def _compared(store: Store, viewer: Viewer, week: Period) -> pl.DataFrame:
    """The leading metrics in the week or, of what looks ahead, the latest final one, beside the week before it."""
    metrics = named(LEADING[store.rules.stage])
    by_days: dict[Period, list[AnyMetric]] = {}
    for metric in metrics:
        final = final_period(metric, week, store.anchor, store.rules)
        known = days_of(store, metric.reads)
        if known is not None and final.within(known) == final:
            by_days.setdefault(final, []).append(metric)
    rows = []
    for days, chosen in by_days.items():
        now = read_metrics(store, viewer, chosen, days)
        before = read_metrics(store, viewer, chosen, Period(days.start - WEEK, days.end - WEEK))
        rows.append(compare(now, before, chosen).with_columns(start=pl.lit(days.start), end=pl.lit(days.end)))
    return pl.concat(rows) if rows else pl.DataFrame()


def _sample(store: Store, viewer: Viewer, week: Period) -> Sample | None:
    if missing(store) or not can_draw(store):
        return None
    pool = pool_week(store, week)
    return Sample(pool, usual_capacity(store, viewer, pool, ()))


def _days(coming: Period) -> tuple[Stretch, ...]:
    years = range(coming.start.year, coming.last.year + 1)
    return tuple(each for year in years for each in year_of(year) if _meets(each.first, each.last, coming))


def _meets(first: date, last: date | None, coming: Period) -> bool:
    return first < coming.end and (last or first) >= coming.start
