"""The register of SOP changes: what was changed, when, for whom, and what it was meant to do."""

import json
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Engine, Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data_access import audit
from data_access.change_rows import (
    Act,
    Change,
    ChangeRow,
    Expected,
    HistoryEntry,
    HistoryRow,
    Kind,
    Shape,
    added,
    change_of,
    columns,
    noted,
    written,
)
from data_access.change_sight import as_seen, cut, sees, told_as_seen, unmasked
from data_access.demo.manifest import Change as PlantedChange
from data_access.demo.manifest import Manifest
from data_access.state import conflict, transaction
from data_access.viewer import Right, Viewer, require
from metrics.catalogue import CATALOGUE, named
from metrics.errors import InvalidScope, NotAllowed, ServiceQualityError, StateConflict, UnknownName, near
from metrics.metric import Better
from metrics.scope import FILTERS, Filters, Period

#: What a change can be limited to: what a person can filter by, and the finer columns of a complaint.
DIMENSIONS = (*FILTERS, "subtype", "batch")
NAMESPACE = uuid.UUID("0e1c52a6-6f0b-5a57-8f0c-92d1b7f3a4c8")  # of the demos' changes; any constant would do
MOST_COST = 1e9  # of a case, in whatever currency
DEMO = "demo"  # who registers a demo's changes
LOGGED = {
    Act.CREATED: audit.Act.CHANGE_CREATED,
    Act.EDITED: audit.Act.CHANGE_EDITED,
    Act.REMOVED: audit.Act.CHANGE_REMOVED,
    Act.RESTORED: audit.Act.CHANGE_RESTORED,
}


class InvalidChange(ServiceQualityError):
    """A change that cannot be put on record as it is written."""


def read_changes(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[Change]:
    """The changes on record that concern the viewer, in the order of their first days.

    Of their teams he sees his own; what was written without personal data unless he is cleared.

    Args:
        people: names of known people, which are looked for in what was written.
    """
    return _read(engine, viewer, people, select(ChangeRow).where(ChangeRow.removed_at.is_(None)))


def belonging(changes: Iterable[Change], source: str) -> list[Change]:
    """Those that are about the warehouse in use: a demo's own only where it is a demo."""
    return [each for each in changes if each.created_by != DEMO or source == "demo"]


def read_removed_changes(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[Change]:
    """What was taken off the record and can be put back."""
    return _read(engine, viewer, people, select(ChangeRow).where(ChangeRow.removed_at.is_not(None)))


def changes_touching(changes: Iterable[Change], period: Period, filters: Filters = ()) -> list[Change]:
    """Those that begin in the period and are not limited to something that the filters leave out."""
    return [each for each in changes if period.start <= each.start < period.end and touches(each.scope, filters)]


def touches(limits: Filters, filters: Filters) -> bool:
    """Do the filters keep some of what something is limited to? No limits mean everything."""
    kept = {dimension: set(values) for dimension, values in filters}
    return all(dimension not in kept or kept[dimension] & set(values) for dimension, values in limits)


def save_change(engine: Engine, viewer: Viewer, change: Change, now: datetime, people: Iterable[str] = ()) -> Change:
    """Put a change on record, or an edited one in the place of the version that was read.

    Args:
        people: as given when it was read: what was shown masked and has not been altered stays as it was written.

    Raises:
        NotAllowed: the viewer's role does not put changes on record, or it covers teams that the viewer does not see.
        InvalidChange, UnknownName: it has no name, or a metric, kind or scope that does not exist.
        InvalidScope: it is for teams that the viewer does not see.
        StateConflict: someone else saved or removed it in the meantime.
        SourceUnavailable: the store does not answer.
    """
    with transaction(engine) as session:
        return put_change(session, viewer, change, now, people)


def put_change(session: Session, viewer: Viewer, change: Change, now: datetime, people: Iterable[str] = ()) -> Change:
    """As `save_change`, kept or undone together with whatever else the session does."""
    require(viewer, Right.CHANGES)
    checked = _checked(change)
    if not sees(viewer, dict(checked.scope)):
        raise InvalidScope(
            "The change '{name}' is for teams that you do not see.",
            "Choose one of your own teams, or none, which means every team.",
            name=checked.name,
        )
    if not change.id:
        fresh = added(session, replace(checked, id=uuid.uuid4().hex), viewer.name, now)
        return _logged(session, viewer, Act.CREATED, fresh, now)
    row = _row(session, viewer, change, is_removed=False)
    before = written(row)
    for name, value in columns(unmasked(checked, change_of(row), viewer, people)).items():
        setattr(row, name, value)
    if written(row) == before:
        return change_of(row)
    return _logged(session, viewer, Act.EDITED, noted(session, row, viewer.name, now, Act.EDITED, before), now)


def on_record(session: Session) -> list[Change]:
    """The changes on record as they were written: for what is done with them, not to be shown."""
    held = select(ChangeRow).where(ChangeRow.removed_at.is_(None)).order_by(ChangeRow.name, ChangeRow.id)
    return [change_of(row) for row in session.scalars(held)]


def remove_change(engine: Engine, viewer: Viewer, change: Change, now: datetime) -> Change:
    """Take a change off the record; `restore_change` with what this returns puts it back.

    Raises:
        StateConflict: someone else saved or removed it in the meantime.
        SourceUnavailable: the store does not answer.
    """
    require(viewer, Right.CHANGES)
    with transaction(engine) as session:
        row = _row(session, viewer, change, is_removed=False)
        row.removed_at = now
        gone = noted(session, row, viewer.name, now, Act.REMOVED, written(row))
        return _logged(session, viewer, Act.REMOVED, gone, now)


def restore_change(engine: Engine, viewer: Viewer, change: Change, now: datetime) -> Change:
    """Put a removed change back on record.

    Raises:
        StateConflict: someone else has put it back already.
        SourceUnavailable: the store does not answer.
    """
    require(viewer, Right.CHANGES)
    with transaction(engine) as session:
        row = _row(session, viewer, change, is_removed=True)
        row.removed_at = None
        back = noted(session, row, viewer.name, now, Act.RESTORED, None)
        return _logged(session, viewer, Act.RESTORED, back, now)


def read_change_history(
    engine: Engine, viewer: Viewer, change: Change, people: Iterable[str] = ()
) -> list[HistoryEntry]:
    """What happened to a change, oldest first; nothing when the viewer may not see it."""
    with transaction(engine) as session:
        row = session.get(ChangeRow, change.id)
        if row is None or not sees(viewer, row.scope):
            return []
        entries = session.scalars(select(HistoryRow).where(HistoryRow.change_id == row.id).order_by(HistoryRow.id))
        known = tuple(people)
        return [
            HistoryEntry(
                each.at, each.who, Act(each.what), *(told_as_seen(told, viewer, known) for told in
                                                     (each.before, each.after)),
            )
            for each in entries
        ]  # fmt: skip


def register_demo_changes(engine: Engine, manifest: Manifest, language: str, now: datetime) -> list[Change]:
    """Put a demo's planted changes on record, each once: what a person removed stays away. Returns the new ones.

    Changes of an earlier demo that nobody touched give way. Where a person has put a change of their own on record,
    or edited a demo's, nothing is added and nothing is taken.

    Args:
        language: of the names, `zh` or `en`.
    """
    planted = {_planted_id(manifest, each): each for each in manifest.changes}
    with suppress(IntegrityError, StateConflict), transaction(engine) as session:  # another process has just done it
        rows = session.scalars(select(ChangeRow)).all()
        others = [row for row in rows if row.removed_at is None and row.id not in planted]
        if any(row.created_by != DEMO or row.version > 1 for row in others):
            return []
        for row in others:
            session.execute(delete(HistoryRow).where(HistoryRow.change_id == row.id))
            session.delete(row)
        known = {row.id for row in rows}
        fresh = [_registered(each, id_, language) for id_, each in planted.items() if id_ not in known]
        return [added(session, change, DEMO, now) for change in fresh]
    return []


def _planted_id(manifest: Manifest, planted: PlantedChange) -> str:
    demo = json.dumps(manifest.parameters, sort_keys=True)
    return uuid.uuid5(NAMESPACE, f"{demo} {planted.id}").hex


def _registered(planted: PlantedChange, id_: str, language: str) -> Change:
    better = CATALOGUE[planted.metric].better if planted.metric in CATALOGUE else Better.NEITHER
    aims = {Better.LOWER: Expected.DECREASE, Better.HIGHER: Expected.INCREASE, Better.NEITHER: Expected.EITHER}
    scope = {"issue_type" if name == "complaint_type" else name: (value,) for name, value in planted.scope.items()}
    return Change(
        id=id_,
        name=planted.name_zh if language.startswith("zh") else planted.name_en,
        kind=Kind.PROCESS if planted.kind == "sop" else Kind(planted.kind),
        start=date.fromisoformat(planted.start),
        metric=planted.metric,
        expected=aims[better],
        scope=tuple(sorted(scope.items())),
    )


def _read(engine: Engine, viewer: Viewer, people: Iterable[str], query: Select[ChangeRow]) -> list[Change]:
    known = frozenset(people)
    with transaction(engine) as session:
        rows = session.scalars(query.order_by(ChangeRow.start, ChangeRow.name, ChangeRow.id))
        return [as_seen(change_of(row), viewer, known) for row in rows if sees(viewer, row.scope)]


def _logged(session: Session, viewer: Viewer, act: Act, change: Change, now: datetime) -> Change:
    told = {"change": change.id, "name": change.name, **{name: list(values) for name, values in change.scope}}
    audit.append(session, viewer, LOGGED[act], told, now)
    return cut(change, viewer)


def _row(session: Session, viewer: Viewer, change: Change, *, is_removed: bool) -> ChangeRow:
    row = session.get(ChangeRow, change.id)
    if row is None or not sees(viewer, row.scope):
        raise StateConflict(
            "The change '{name}' is not on record.", "Reload the page, then enter it anew.", name=change.name
        )
    if not all(viewer.sees(team) for team in row.scope.get("team_id", ())):
        raise NotAllowed(
            "The change '{name}' also covers teams that you do not see.",
            "Ask someone who sees them all to alter it.",
            name=change.name,
        )
    if row.version != change.version or (row.removed_at is not None) != is_removed:
        raise conflict()
    return row


def _checked(change: Change) -> Change:
    if not change.name.strip():
        raise InvalidChange("A change needs a name.", "Write in a few words what is done differently.")
    named([change.metric])
    named(change.guardrails)
    for word, known in ((change.kind, Kind), (change.expected, Expected), (change.shape, Shape)):
        if word not in set(known):
            raise _unknown(word, known)
    for dimension, _values in change.scope:
        if dimension not in DIMENSIONS:
            raise _unknown(dimension, DIMENSIONS)
    _check_numbers(change)
    scope = tuple(sorted((dimension, tuple(sorted(set(kept)))) for dimension, kept in change.scope if kept))
    days = tuple(sorted(set(change.check_dates)))
    guardrails = tuple(dict.fromkeys(each for each in change.guardrails if each != change.metric))
    return replace(change, name=change.name.strip(), scope=scope, check_dates=days, guardrails=guardrails)


def _check_numbers(change: Change) -> None:
    """The days in their order, and a cost that is one."""
    if change.rolled_out is not None and change.rolled_out < change.start:
        raise InvalidChange(
            "The roll-out ends on {end}, before it begins on {start}.",
            "Correct one of the two days.",
            end=change.rolled_out,
            start=change.start,
        )
    early = [day for day in change.check_dates if day <= change.start]
    if early:
        raise InvalidChange(
            "The check on {day} is not after the first day of the new way.", "Choose a later day.", day=early[0]
        )
    if change.cost_per_case is not None and not 0 <= change.cost_per_case < MOST_COST:
        raise InvalidChange("The cost of a case cannot be {cost}.", "Enter 0 or more.", cost=change.cost_per_case)


def _unknown(word: str, known: Iterable[str]) -> UnknownName:
    return UnknownName("A change cannot have '{word}'.", "Use one of these: {near}.", word=word, near=near(word, known))
