"""Notes that people pin to a metric and a day: every chart of the metric shows them."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Mapped, mapped_column

from data_access import audit
from data_access.state import Base, Instant, conflict, transaction
from data_access.viewer import Right, Viewer, require
from metrics.catalogue import named
from metrics.errors import InvalidSettings
from metrics.scope import Period

LONGEST = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody has to say about a metric on a day."""

    metric: str
    day: date
    words: str
    id: str = ""
    made_at: datetime | None = None
    made_by: str = ""


class NoteRow(Base):
    __tablename__ = "notes"

    id: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str]
    day: Mapped[date]
    words: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str]
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


WRITTEN = ("id", "metric", "day", "words", "made_at", "made_by")


def read_notes(engine: Engine, metric: str, period: Period) -> list[Note]:
    """The notes pinned to a metric in a period, by day."""
    asked = (
        select(NoteRow)
        .where(NoteRow.metric == metric, NoteRow.removed_at.is_(None))
        .where(NoteRow.day >= period.start, NoteRow.day < period.end)
        .order_by(NoteRow.day, NoteRow.made_at)
    )
    with transaction(engine) as session:
        return [Note(**{name: getattr(row, name) for name in WRITTEN}) for row in session.scalars(asked)]


def pin_note(engine: Engine, viewer: Viewer, note: Note, now: datetime) -> Note:
    """Pin a note.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        InvalidSettings: it says nothing, or too much.
        UnknownName: there is no such metric.
    """
    require(viewer, Right.CHANGES)
    named([note.metric])
    words = " ".join(note.words.split())
    if not 0 < len(words) <= LONGEST:
        raise InvalidSettings(
            "A note has 1 to {most} characters; this one has {count}.",
            "Write what happened in one sentence.",
            most=LONGEST,
            count=len(words),
        )
    fresh = replace(note, words=words, id=uuid.uuid4().hex, made_at=now, made_by=viewer.name)
    with transaction(engine) as session:
        session.add(NoteRow(**{name: getattr(fresh, name) for name in WRITTEN}))
        audit.append(session, viewer, audit.Act.NOTE_PINNED, _told(fresh), now)
    return fresh


def remove_note(engine: Engine, viewer: Viewer, note: Note, now: datetime) -> None:
    """Take a note off.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        StateConflict: someone else has taken it off in the meantime.
    """
    require(viewer, Right.CHANGES)
    with transaction(engine) as session:
        row = session.get(NoteRow, note.id)
        if row is None or row.removed_at is not None:
            raise conflict()
        row.removed_at = now
        audit.append(session, viewer, audit.Act.NOTE_REMOVED, _told(note), now)


def _told(note: Note) -> dict[str, str]:
    return {"metric": note.metric, "day": note.day.isoformat(), "words": note.words}
