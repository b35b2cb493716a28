"""The check that the product runs: the declared metric in the declared scope, at the declared day, whoever asks."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from data_access.actions.actions import read_actions
from data_access.actions.declared import InvalidAction
from data_access.actions.frozen import frozen
from data_access.actions.moves import change_from, come_back, is_twin, record_check
from data_access.change_rows import Expected
from data_access.changes import belonging, read_changes
from data_access.judging import direction, family_of, happened, judge, judged_metric, plan, suited_grain, whole_series
from data_access.names import agent_names
from data_access.numbers import Grain
from data_access.own_events import read_events
from data_access.store import Store
from data_access.viewer import Right, Viewer, require
from metrics.actions.action import Action, Check, Stage
from metrics.actions.recurrence import ComeBack, Weeks, comes_back
from metrics.actions.stages import is_check_due
from metrics.calendar import Event
from metrics.errors import NotAllowed, ServiceQualityError, StateConflict
from metrics.intervention import ChangeEffect, VerdictCode
from metrics.results import NotEstimable

WEEKS_BEFORE = 104  # of the level before an action: older weeks may have been another centre


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did to one action: as it is now, or why it could not be looked at."""

    action: Action
    failure: ServiceQualityError | None = None


def check_action(store: Store, engine: Engine, viewer: Viewer, action: Action, now: datetime) -> Action:
    """Judge the action on its declared day, and keep the result with it.

    What is known since that day does not count: whenever the check runs, it says the same.

    Raises:
        NotAllowed: the viewer's role keeps nothing, or he does not see all that the action is about.
        InvalidAction: the data do not reach the declared day yet, or it has been checked.
        InvalidScope: the metric cannot be judged on these data.
        StateConflict: someone else has altered the action in the meantime.
    """
    require(viewer, Right.CHANGES)
    if not viewer.covers(action.filters):
        raise NotAllowed(
            "The check of '{name}' would count teams that you do not see.",
            "Ask someone who sees them all, or let “python -m jobs actions” run it.",
            name=action.title,
        )
    if not is_check_due(action, store.anchor) or action.check_on is None:
        raise InvalidAction(
            "This action is not to be checked now.", "It is checked once the data reach the day that was declared."
        )
    until = action.check_on
    change = change_from(action)
    grain = suited_grain(store, change, until)
    blind = replace(viewer, is_cleared=False)  # what is kept is read by others too
    beside = happened_beside(store, engine, blind, action)
    result = judge(store, blind, change, grain, beside, until).result
    code = result.verdict.code if isinstance(result, ChangeEffect) else VerdictCode.NOT_ESTIMABLE
    check = Check(
        code=code, at=now, by=viewer.name, until=until, grain=grain.value, teams=viewer.teams, told=frozen(result)
    )
    return record_check(engine, viewer, action, check, now)


def happened_beside(store: Store, engine: Engine, viewer: Viewer, action: Action) -> list[Event]:
    """What else may have moved the figure of a live action: changes on record, and the site's own events."""
    people = agent_names(store)
    changes = belonging(read_changes(engine, viewer, people), store.warehouse.source)
    others = [each for each in changes if not is_twin(each, action)]
    return happened(others, change_from(action), read_events(engine, viewer, people))


def earliest_check(store: Store, engine: Engine, viewer: Viewer, action: Action, live_on: date) -> date | None:
    """The first day on which a change of the expected size is seen with 80 % power; None: not within the horizon.

    Args:
        live_on: the day on which it is expected to go live.

    Raises:
        InvalidScope: the metric cannot be judged on these data.
    """
    live = replace(action, live_on=live_on)
    change = change_from(live)
    metric = judged_metric(store, change)
    beside = happened_beside(store, engine, viewer, live)
    first_week = live_on + timedelta(days=-live_on.weekday() % 7)
    found = plan(store, viewer, change, Grain.WEEK, others=beside, effect=action.expected_change)
    if isinstance(found, NotEstimable) or found.periods_needed is None:
        return None
    return first_week + timedelta(weeks=found.periods_needed, days=metric.mature_days(store.rules))


def run_actions(store: Store, engine: Engine, viewer: Viewer, now: datetime) -> list[Outcome]:
    """Check what is due, and reopen what has come back; a second run finds nothing left to do.

    Raises:
        NotAllowed: the viewer's role keeps nothing, or does not see every team.
    """
    require(viewer, Right.CHANGES)
    if viewer.teams is not None:
        raise NotAllowed(
            "Actions are checked for all teams, and you see some only.",
            "Run the job for a person who sees every team.",
        )
    outcomes = []
    for action in read_actions(engine, viewer):
        done = _looked_at(store, engine, viewer, action, now)
        outcomes += [] if done is None else [done]
    return outcomes


def _looked_at(store: Store, engine: Engine, viewer: Viewer, action: Action, now: datetime) -> Outcome | None:
    try:
        if is_check_due(action, store.anchor):
            return Outcome(check_action(store, engine, viewer, action, now))
        found = watched(store, viewer, action)
        if found is None:
            return None
        told = {name: day.isoformat() if isinstance(day, date) else day for name, day in asdict(found).items()}
        return Outcome(come_back(engine, viewer, action, told, now))
    except StateConflict:
        return None  # somebody has just altered it: the next run looks at it as it is then
    except ServiceQualityError as failure:
        return Outcome(action, failure)


def watched(store: Store, viewer: Viewer, action: Action) -> ComeBack | None:
    """Has the problem of a closed action come back? In whole, final weeks since its check.

    Raises:
        InvalidScope: the metric can no longer be judged on these data.
    """
    if action.stage is not Stage.CLOSED or action.check is None or action.live_on is None:
        return None
    metric = judged_metric(store, change_from(action))
    whole = whole_series(store, viewer, metric, action.filters, Grain.WEEK)
    family = family_of(whole, metric)
    weeks = Weeks(whole["period"].to_list(), whole["numerator"].to_numpy(), whole["denominator"].to_numpy())
    lives, seen = action.live_on, action.check.until
    before = weeks.part(lives - timedelta(weeks=WEEKS_BEFORE), lives - timedelta(days=6))
    after = weeks.part(lives, seen - timedelta(days=6))
    since = weeks.part(seen, date.max)
    higher_is_worse = direction(change_from(action)) is Expected.DECREASE
    return comes_back(before, after, since, family, higher_is_worse=higher_is_worse)
