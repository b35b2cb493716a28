"""Round the circle: from Plan to Do, to Check, to Act, and from there into the register or back to Plan."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from data_access.actions.action_rows import ActionRow, Happened, action_of, columns, written
from data_access.actions.actions import logged, row_of
from data_access.actions.declared import InvalidAction
from data_access.change_rows import Change, Expected, Kind
from data_access.changes import on_record, put_change
from data_access.state import transaction
from data_access.viewer import Viewer
from metrics.actions.action import Action, Check, Stage
from metrics.actions.stages import OPEN, lacks


def begin(engine: Engine, viewer: Viewer, action: Action, today: date, now: datetime) -> Action:
    """From Plan to Do. From now on its goal is settled.

    Raises:
        InvalidAction: it is not in Plan, or the plan lacks something.
        NotAllowed, StateConflict: as `save_action`.
    """
    return _moved(engine, viewer, action, (Stage.PLAN, Happened.BEGUN), {"stage": Stage.DO, "begun_on": today}, now)


def go_live(engine: Engine, viewer: Viewer, action: Action, live_on: date, now: datetime) -> Action:
    """From Do to Check: every step is done, and `live_on` was the first day of the new way.

    Raises:
        InvalidAction: it is not in Do, a step is open, or the day is not before that of the check.
        NotAllowed, StateConflict: as `save_action`.
    """
    moved = {"stage": Stage.CHECK, "live_on": live_on}
    return _moved(engine, viewer, action, (Stage.DO, Happened.WENT_LIVE), moved, now)


def record_check(engine: Engine, viewer: Viewer, action: Action, check: Check, now: datetime) -> Action:
    """Keep what the check found. With a verdict the action goes on to Act; one that is open leaves it in Check.

    Raises:
        InvalidAction: it is not in Check.
        NotAllowed, StateConflict: as `save_action`.
    """
    moved = {"check": check, "stage": Stage.CHECK if check.code in OPEN else Stage.ACT}
    return _moved(engine, viewer, action, (Stage.CHECK, Happened.CHECKED), moved, now)


def standardise(
    engine: Engine, viewer: Viewer, action: Action, kind: Kind, note: str, today: date, now: datetime
) -> Action:
    """From Act to closed: what was done becomes a change in the register, with a note on the SOP where there is one.

    A change that already stands there for the same metric, day and place is the action itself: it is kept.

    Raises:
        InvalidAction: it is not in Act.
        InvalidChange, NotAllowed, StateConflict: as `save_change` and `save_action`.
    """
    with transaction(engine) as session:
        row = row_of(session, viewer, action)
        held = _in(row, Stage.ACT)
        twin = next((each for each in on_record(session) if is_twin(each, held)), None)
        change = twin or replace(change_from(held), kind=kind)
        saved = put_change(session, viewer, replace(change, note=note.strip() or change.note), now)
        closed = replace(held, stage=Stage.CLOSED, closed_on=today, change_id=saved.id)
        return logged(session, viewer, row, Happened.STANDARDISED, _kept(row, closed), now)


def start_over(engine: Engine, viewer: Viewer, action: Action, now: datetime) -> Action:
    """From Act back to Plan: a new round. What was planned, done and found in this one stays in the history.

    Raises:
        InvalidAction: it is not in Act.
        NotAllowed, StateConflict: as `save_action`.
    """
    return _round(engine, viewer, action, (Stage.ACT, Happened.STARTED_OVER), {}, now)


def come_back(engine: Engine, viewer: Viewer, action: Action, told: Mapping[str, Any], now: datetime) -> Action:
    """From closed back to Plan, as the problem is back; `told` are the numbers that say so.

    Raises:
        InvalidAction: it is not closed.
        NotAllowed, StateConflict: as `save_action`.
    """
    return _round(engine, viewer, action, (Stage.CLOSED, Happened.CAME_BACK), told, now)


def change_from(action: Action) -> Change:
    """The action as a change that can be judged, from its first live day on."""
    if action.live_on is None or action.expected_change is None:
        raise InvalidAction("The action is not live yet.", "Finish its steps, and say on which day it went live.")
    expected = Expected.DECREASE if action.expected_change < 0 else Expected.INCREASE
    return Change(
        name=action.title, kind=Kind.PROCESS, start=action.live_on, metric=action.metric, owner=action.owner,
        hypothesis=action.problem, expected=expected, scope=action.filters,
        check_dates=() if action.check_on is None else (action.check_on,),
    )  # fmt: skip


def is_twin(change: Change, action: Action) -> bool:
    """Is this change on record the action itself, registered already?"""
    return (change.metric, change.start, change.scope) == (action.metric, action.live_on, action.filters)


Step = tuple[Stage, Happened]  # from which stage, and what happens


def _moved(
    engine: Engine, viewer: Viewer, action: Action, step: Step, moved: Mapping[str, Any], now: datetime
) -> Action:
    stage, what = step
    with transaction(engine) as session:
        row = row_of(session, viewer, action)
        held = _in(row, stage)
        fresh = replace(held, **moved)
        if stage is not Stage.CHECK and lacks(replace(fresh, stage=stage)):
            raise InvalidAction(
                "The action cannot go on yet: something is missing in its stage.",
                "Fill in what the action's page lists as missing.",
            )
        if fresh.live_on is not None and fresh.check_on is not None and fresh.live_on >= fresh.check_on:
            raise InvalidAction(
                "The action went live on {live}, and it is to be checked on {check}.",
                "It can be checked only after it went live: correct the day.",
                live=fresh.live_on,
                check=fresh.check_on,
            )
        return logged(session, viewer, row, what, _kept(row, fresh), now)


def _round(
    engine: Engine, viewer: Viewer, action: Action, step: Step, told: Mapping[str, Any], now: datetime
) -> Action:
    stage, what = step
    with transaction(engine) as session:
        row = row_of(session, viewer, action)
        held = _in(row, stage)
        fresh = replace(
            held, stage=Stage.PLAN, round=held.round + 1, due=None, check_on=None, steps=(), begun_on=None,
            live_on=None, check=None, closed_on=None, change_id="", why_tree="",
        )  # fmt: skip
        return logged(session, viewer, row, what, _kept(row, fresh), now, told)


def _in(row: ActionRow, stage: Stage) -> Action:
    if row.stage != stage:
        raise InvalidAction("The action is in another stage.", "Reload the page, and look at what has become of it.")
    return action_of(row)


def _kept(row: ActionRow, fresh: Action) -> dict[str, Any]:
    """Write the action into its row; gives what stood there before."""
    before = written(row)
    for name, value in columns(fresh).items():
        setattr(row, name, value)
    return before
