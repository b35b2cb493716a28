"""Notes that people pin to a metric and a day: every chart of the metric shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Mapped

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.catalogue import named
from metrics.errors import InvalidSettings
from metrics.scope import Period

LONGEST = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Pinned):
    """What somebody has to say about a metric on a day."""

    metric: str
    day: date
    words: str


class NoteRow(PinnedRow):
    __tablename__ = "notes"

    metric: Mapped[str]
    day: Mapped[date]
    words: Mapped[str]


def read_notes(engine: Engine, viewer: Viewer, metric: str, period: Period, people: Iterable[str] = ()) -> list[Note]:
    """The notes pinned to a metric in a period, by day; without personal data for a viewer who is not cleared.

    Args:
        people: names of known people, which are looked for in the words.
    """
    within = (NoteRow.metric == metric, NoteRow.day >= period.start, NoteRow.day < period.end)
    told = pinned.as_seen(pinned.on_record(engine, Note, NoteRow, *within), ("words",), viewer, people)
    return sorted(told, key=lambda each: each.day)


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
    with transaction(engine) as session:
        fresh = pinned.pin(session, NoteRow, replace(note, words=words), viewer, now)
        audit.append(session, viewer, audit.Act.NOTE_PINNED, _told(fresh), now)
    return fresh


def _told(note: Note) -> dict[str, str]:
    return {"metric": note.metric, "day": note.day.isoformat(), "words": note.words}


remove_note = pinned.remover(NoteRow, Right.CHANGES, audit.Act.NOTE_REMOVED, _told)
restore_note = pinned.restorer(NoteRow, Right.CHANGES, audit.Act.NOTE_PINNED, _told)
