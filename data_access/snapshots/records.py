"""Snapshots on record: who froze what, when, of which data; read only by those who may see what is in them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import JSON, Engine, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.snapshots.files import delete, file_of, total_size, write
from data_access.state import conflict, transaction
from data_access.viewer import Right, Viewer
from metrics.errors import InvalidSettings, NotAllowed, SourceUnavailable
from metrics.scope import Period, Scope

LONGEST_NOTE = 300  # characters
MB = 1024 * 1024
LARGEST = 50 * MB  # bytes of a snapshot, a table of about a million rows
LARGEST_TOGETHER = 500 * MB  # bytes of one person's snapshots
KEPT = timedelta(days=7)  # how long a file stays after its snapshot was taken off


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(Pinned):
    """What was frozen. `page` and `query` are its page's address and scope, from which it can be made again."""

    title: str
    note: str
    about: str  # period, filters and data time in words
    page: str
    query: dict[str, str | list[str]]
    language: str
    first: date
    last: date  # the last day of its period, included
    filters: dict[str, list[str]]
    data_until: str  # the moment of the newest data, at the site's clock
    version_of_product: str
    numbers_hash: str
    rows: int
    content_hash: str = ""
    teams: list[str] | None = None  # what its maker saw: rows of these teams, or of all
    is_cleared: bool = False  # and whether names as they are


class SnapshotRow(PinnedRow):
    __tablename__ = "snapshots"

    title: Mapped[str]
    note: Mapped[str]
    about: Mapped[str]
    page: Mapped[str]
    query: Mapped[dict] = mapped_column(JSON)
    language: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    filters: Mapped[dict] = mapped_column(JSON)
    data_until: Mapped[str]
    version_of_product: Mapped[str]
    numbers_hash: Mapped[str]
    content_hash: Mapped[str]
    rows: Mapped[int]
    teams: Mapped[list | None] = mapped_column(JSON(none_as_null=True))
    is_cleared: Mapped[bool]


def scope_of(snapshot: Snapshot) -> Scope:
    """What its numbers are about."""
    filters = tuple((name, tuple(values)) for name, values in snapshot.filters.items())
    return Scope(Period(snapshot.first, snapshot.last + timedelta(days=1)), filters=filters)


def read_snapshots(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[Snapshot]:
    """Those whose maker saw no more than the viewer sees, the newest first; notes as the viewer may read them.

    Args:
        people: names of known people, which are looked for in the notes.
    """
    found = [each for each in pinned.on_record(engine, Snapshot, SnapshotRow) if _sees(viewer, each)]
    return pinned.as_seen(reversed(found), ("note",), viewer, people)


def read_snapshot(engine: Engine, viewer: Viewer, snapshot: str) -> Snapshot:
    """One of them by its id.

    Raises:
        NotAllowed: there is no such snapshot any more, or it has more in it than the viewer may see.
    """
    with transaction(engine) as session:
        row = session.get(SnapshotRow, snapshot)
        found = pinned.of_row(Snapshot, row) if row is not None and row.removed_at is None else None
    if found is None or not _sees(viewer, found):
        raise NotAllowed(
            "There is no such snapshot, or it holds more than you may see.",
            "Choose one from the page Snapshots; it lists all that are yours to see.",
        )
    return found


def read_content(engine: Engine, viewer: Viewer, snapshot: str) -> bytes:
    """What was frozen, as it was put away.

    Raises:
        NotAllowed: see `read_snapshot`.
        SourceUnavailable: its file is gone, or not as it was written.
    """
    found = read_snapshot(engine, viewer, snapshot)
    file = file_of(snapshot)
    content = file.read_bytes() if file.is_file() else b""
    if hashlib.sha256(content).hexdigest() != found.content_hash:
        raise SourceUnavailable(
            "The file of this snapshot is missing or was altered: {file}.",
            "Put it back from a backup; what is in it now is not what was frozen.",
            file=str(file),
        )
    return content


def put_away(engine: Engine, viewer: Viewer, snapshot: Snapshot, content: bytes, now: datetime) -> Snapshot:
    """Keep a snapshot with the sight of whoever made it, and write that down; what was taken off long ago makes room.

    Raises:
        InvalidSettings: the note is too long, the content too large, or the viewer's snapshots are all together.
        SourceUnavailable: it cannot be written.
    """
    note = " ".join(snapshot.note.split())
    if len(note) > LONGEST_NOTE:
        raise InvalidSettings(
            "A note has at most {most} characters; this one has {count}.",
            "Shorten it; what is in the snapshot speaks for itself.",
            most=LONGEST_NOTE, count=len(note),
        )  # fmt: skip
    if len(content) > LARGEST:
        raise InvalidSettings(
            "A snapshot of {size} MB is too large to keep: the limit is {most} MB.",
            "Choose a shorter period or a filter, or take the page along as CSV.",
            size=len(content) // MB, most=LARGEST // MB,
        )  # fmt: skip
    sight = {"teams": None if viewer.teams is None else sorted(viewer.teams), "is_cleared": viewer.is_cleared}
    written = replace(snapshot, note=note, content_hash=hashlib.sha256(content).hexdigest(), **sight)
    with transaction(engine) as session:
        _make_room(session, viewer, len(content), now)
        fresh = pinned.pin(session, SnapshotRow, written, viewer, now)
        audit.append(session, viewer, audit.Act.SNAPSHOT_MADE, _told(fresh), now)
        write(file_of(fresh.id), content)
    return fresh


def may_remove(viewer: Viewer, snapshot: Snapshot) -> bool:
    """One's own, and for those who look after the data everybody's."""
    return snapshot.made_by == viewer.name or viewer.may(Right.DATA)


def remove_snapshot(engine: Engine, viewer: Viewer, snapshot: Snapshot, now: datetime) -> None:
    """Take a snapshot off; its file stays for a while, so that it can be put back.

    Raises:
        NotAllowed: it is another's, and the viewer's role does not look after the data.
        StateConflict: someone else has taken it off in the meantime.
    """
    _require(viewer, snapshot)
    with transaction(engine) as session:
        gone = pinned.take_off(session, SnapshotRow, snapshot, viewer, now)
        audit.append(session, viewer, audit.Act.SNAPSHOT_REMOVED, _told(gone), now)


def restore_snapshot(engine: Engine, viewer: Viewer, snapshot: Snapshot, now: datetime) -> None:
    """Put a snapshot back.

    Raises:
        NotAllowed: as in `remove_snapshot`.
        StateConflict: someone else has put it back in the meantime, or its file has made room for others.
    """
    _require(viewer, snapshot)
    if not file_of(snapshot.id).is_file():
        raise conflict()
    with transaction(engine) as session:
        back = pinned.put_back(session, SnapshotRow, snapshot)
        audit.append(session, viewer, audit.Act.SNAPSHOT_RESTORED, _told(back), now)


def _require(viewer: Viewer, snapshot: Snapshot) -> None:
    if not (_sees(viewer, snapshot) and may_remove(viewer, snapshot)):
        raise NotAllowed(
            "A snapshot is taken off by whoever made it, or by those who look after the data.",
            "Ask {who}, or a manager.",
            who=snapshot.made_by,
        )


def _make_room(session: Session, viewer: Viewer, size: int, now: datetime) -> None:
    """Delete files of what was taken off long ago; refuse where the viewer's others leave too little room."""
    since = now - KEPT
    delete(session.scalars(select(SnapshotRow.id).where(SnapshotRow.removed_at < since)))
    there = or_(SnapshotRow.removed_at.is_(None), SnapshotRow.removed_at >= since)
    own = session.scalars(select(SnapshotRow.id).where(SnapshotRow.made_by == viewer.name, there))
    if total_size(own) + size > LARGEST_TOGETHER:
        raise InvalidSettings(
            "With this one your snapshots would take up more than the {most} MB that one person has.",
            "Take some off that are no longer needed: {days} days later their room is free.",
            most=LARGEST_TOGETHER // MB, days=KEPT.days,
        )  # fmt: skip


def _sees(viewer: Viewer, snapshot: Snapshot) -> bool:
    """Does the viewer's sight include that of the maker?"""
    if snapshot.is_cleared and not viewer.is_cleared:
        return False
    return viewer.includes(snapshot.teams)


def _told(snapshot: Snapshot) -> dict[str, str]:
    told = {"title": snapshot.title, "note": snapshot.note, "numbers": snapshot.numbers_hash}
    return {**told, "from": snapshot.first.isoformat(), "to": snapshot.last.isoformat()}
