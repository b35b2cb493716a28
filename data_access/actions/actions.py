"""Actions on record: read as the viewer may see them, put on record, edited, taken off and put back."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from data_access import audit
from data_access.actions import declared
from data_access.actions.action_rows import (
    ActionRow,
    Happened,
    HistoryEntry,
    HistoryRow,
    action_of,
    action_told,
    columns,
    noted,
    written,
)
from data_access.masking import masked_words
from data_access.state import conflict, transaction
from data_access.viewer import Right, Viewer, require
from metrics.actions.action import Action, Stage, Step
from metrics.errors import InvalidScope, NotAllowed, StateConflict
from metrics.scope import Filters

__all__ = ["Action", "Stage", "Step", "add_action", "read_actions", "save_action"]

LOGGED = {
    Happened.ADDED: audit.Act.ACTION_ADDED,
    Happened.EDITED: audit.Act.ACTION_EDITED,
    Happened.STEPS_SET: audit.Act.ACTION_EDITED,
    Happened.CHECKED: audit.Act.ACTION_CHECKED,
    Happened.CAME_BACK: audit.Act.ACTION_REOPENED,
    Happened.REMOVED: audit.Act.ACTION_REMOVED,
    Happened.RESTORED: audit.Act.ACTION_RESTORED,
}


def read_actions(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[Action]:
    """The actions on record that concern the viewer, in the order in which they were added.

    Of their teams he sees his own; without personal data unless he is cleared, and without the numbers of a check that
    counts teams of others.

    Args:
        people: names of known people, which are looked for in the words.
    """
    return _read(engine, viewer, people, is_removed=False)


def read_removed_actions(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[Action]:
    """What was taken off the record and can be put back."""
    return _read(engine, viewer, people, is_removed=True)


def read_action_history(
    engine: Engine, viewer: Viewer, action: Action, people: Iterable[str] = ()
) -> list[HistoryEntry]:
    """What happened to an action, oldest first; nothing when the viewer may not see it."""
    known = tuple(people)
    with transaction(engine) as session:
        row = session.get(ActionRow, action.id)
        if row is None or not _sees(viewer, row.filters):
            return []
        rows = session.scalars(select(HistoryRow).where(HistoryRow.action_id == row.id).order_by(HistoryRow.id))
        return [_entry(each, viewer, known) for each in rows]


def add_action(engine: Engine, viewer: Viewer, action: Action, now: datetime) -> Action:
    """Put an action on record; it begins in Plan, where what is still missing can be filled in.

    Its filters are dimensions of `data_access.changes.DIMENSIONS`.

    Raises:
        NotAllowed: the viewer's role puts nothing on record.
        InvalidAction, UnknownName: it has no title, or a metric, scope or number that there is not.
        InvalidScope: it is for teams that the viewer does not see.
    """
    require(viewer, Right.CHANGES)
    whole = declared.checked(action)
    _require_own(viewer, whole.filters)
    with transaction(engine) as session:
        fresh = columns(replace(whole, stage=Stage.PLAN, round=1, check=None))
        row = ActionRow(id=uuid.uuid4().hex, created_at=now, created_by=viewer.name, updated_at=now, **fresh)
        session.add(row)
        session.flush()  # the history refers to it
        return logged(session, viewer, row, Happened.ADDED, None, now)


def save_action(engine: Engine, viewer: Viewer, action: Action, now: datetime, people: Iterable[str] = ()) -> Action:
    """Save what a person may still write in the action's stage, in the place of the version that was read.

    Args:
        people: as given when it was read: what was shown masked and has not been altered stays as it was written.

    Raises:
        NotAllowed: the viewer's role writes nothing, or it also covers teams that the viewer does not see.
        InvalidAction, UnknownName, InvalidScope: as `add_action`, or what is altered was settled in an earlier stage.
        StateConflict: someone else has saved it in the meantime.
    """
    with transaction(engine) as session:
        row = row_of(session, viewer, action)
        held = action_of(row)
        given = declared.checked(_unmasked(action, held, _seen(held, viewer, tuple(people))))
        fresh = declared.altered(held, given)
        _require_own(viewer, fresh.filters)
        if fresh == held:
            return held
        before = written(row)
        for name, value in columns(fresh).items():
            setattr(row, name, value)
        only_steps = replace(fresh, steps=held.steps) == held
        what = Happened.STEPS_SET if only_steps else Happened.EDITED
        return logged(session, viewer, row, what, before, now)


def remove_action(engine: Engine, viewer: Viewer, action: Action, now: datetime) -> Action:
    """Take an action off the record; `restore_action` with what this returns puts it back.

    Raises:
        StateConflict: someone else saved or removed it in the meantime.
    """
    with transaction(engine) as session:
        row = row_of(session, viewer, action)
        row.removed_at = now
        return logged(session, viewer, row, Happened.REMOVED, written(row), now)


def restore_action(engine: Engine, viewer: Viewer, action: Action, now: datetime) -> Action:
    """Put a removed action back on record.

    Raises:
        StateConflict: someone else has put it back already.
    """
    with transaction(engine) as session:
        row = row_of(session, viewer, action, is_removed=True)
        row.removed_at = None
        return logged(session, viewer, row, Happened.RESTORED, None, now)


def row_of(session: Session, viewer: Viewer, action: Action, *, is_removed: bool = False) -> ActionRow:
    """The action's row as the viewer saw it, to be altered.

    Raises:
        NotAllowed: the viewer's role writes nothing, or it also covers teams that the viewer does not see.
        StateConflict: someone else saved, removed or restored it in the meantime.
    """
    require(viewer, Right.CHANGES)
    row = session.get(ActionRow, action.id)
    if row is None or not _sees(viewer, row.filters):
        raise StateConflict("The action '{name}' is not on record.", "Reload the page.", name=action.title)
    if not all(viewer.sees(team) for team in row.filters.get("team_id", ())):
        raise NotAllowed(
            "The action '{name}' also covers teams that you do not see.",
            "Ask someone who sees them all to alter it.",
            name=action.title,
        )
    if row.version != action.version or (row.removed_at is not None) != is_removed:
        raise conflict()
    return row


def logged(
    session: Session,
    viewer: Viewer,
    row: ActionRow,
    what: Happened,
    before: dict[str, Any] | None,
    now: datetime,
    told: Mapping[str, Any] | None = None,
) -> Action:
    """Write what happened into the action's history and into the audit log."""
    done = noted(session, row, viewer.name, now, what, before, told)
    about = {"action": row.id, "title": row.title, "stage": row.stage, "round": row.round, **row.filters}
    audit.append(session, viewer, LOGGED.get(what, audit.Act.ACTION_MOVED), about, now)
    return done


def _read(engine: Engine, viewer: Viewer, people: Iterable[str], *, is_removed: bool) -> list[Action]:
    gone, known = ActionRow.removed_at, tuple(people)
    query = select(ActionRow).where(gone.is_not(None) if is_removed else gone.is_(None))
    with transaction(engine) as session:
        rows = session.scalars(query.order_by(ActionRow.created_at, ActionRow.id))
        return [_seen(action_of(row), viewer, known) for row in rows if _sees(viewer, row.filters)]


def _entry(row: HistoryRow, viewer: Viewer, people: Sequence[str]) -> HistoryEntry:
    before, after = (
        _seen(action_told(told), viewer, people) if told is not None else None for told in (row.before, row.after)
    )
    filters = tuple(
        (name, tuple(kept)) for name, kept in (row.before or row.after or {"filters": {}})["filters"].items()
    )
    told = row.told if viewer.covers(filters) else {}
    return HistoryEntry(row.at, row.who, Happened(row.what), before, after, told)


def _seen(action: Action, viewer: Viewer, people: Sequence[str]) -> Action:
    """The action as the viewer may see it."""
    kept = tuple(
        (name, tuple(each for each in values if name != "team_id" or viewer.sees(each)))
        for name, values in action.filters
    )
    check = action.check
    if check is not None and not viewer.includes(check.teams):  # it compares with teams beside those of its scope
        check = replace(check, told={})
    written_words = [action.title, action.problem, action.strategy, *(each.words for each in action.steps)]
    title, problem, strategy, *steps = masked_words(written_words, viewer, people)
    told = tuple(replace(step, words=words) for step, words in zip(action.steps, steps, strict=True))
    return replace(action, title=title, problem=problem, strategy=strategy, steps=told, filters=kept, check=check)


def _unmasked(given: Action, held: Action, shown: Action) -> Action:
    """What was shown masked and has been left as it was, in the words in which it was written."""
    same = {
        name: getattr(held, name)
        for name in ("title", "problem", "strategy")
        if getattr(given, name) == getattr(shown, name)
    }
    written_as = {mine.words: own.words for mine, own in zip(shown.steps, held.steps, strict=True)}
    steps = tuple(replace(each, words=written_as.get(each.words, each.words)) for each in given.steps)
    return replace(given, steps=steps, check=held.check, **same)


def _sees(viewer: Viewer, filters: Mapping[str, Collection[str]]) -> bool:
    teams = filters.get("team_id")
    return viewer.teams is None or not teams or not set(viewer.teams).isdisjoint(teams)


def _require_own(viewer: Viewer, filters: Filters) -> None:
    if not _sees(viewer, dict(filters)):
        raise InvalidScope(
            "The action is for teams that you do not see.",
            "Choose one of your own teams, or none, which means every team.",
        )
