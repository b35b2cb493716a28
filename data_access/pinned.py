"""What people pin down: who did it and when, and that it can be taken off and put back, the same for every kind."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access.audit import append
from data_access.audit_rows import Act
from data_access.masking import masked_words
from data_access.state import Base, conflict, transaction
from data_access.state_types import Instant
from data_access.viewer import Right, Viewer, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What every kind has beside its own fields, each of which is a column; without `id` it has not been saved."""

    id: str = ""
    made_at: datetime | None = None
    made_by: str = ""


class PinnedRow(Base):
    """A row that is never rewritten: what takes its place is another row, and what is taken off stays on record."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str]
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_by: Mapped[str | None]


Kind = TypeVar("Kind", bound=Pinned)
#: Raises NotAllowed where the viewer's role has no right to it, and StateConflict where someone else was first.
Acting = Callable[[Engine, Viewer, Kind, datetime], None]
Own = Callable[[Viewer, Kind], None]


def everyones(_viewer: Viewer, _what: Pinned) -> None:
    """Whoever has the right may."""


def held(session: Session, kind: type[Kind], table: type[PinnedRow], *where: ColumnElement[bool]) -> list[Kind]:
    """Those that are not taken off, in the order in which they were pinned down."""
    asked = select(table).where(*where, table.removed_at.is_(None)).order_by(table.made_at, table.id)
    return [of_row(kind, row) for row in session.scalars(asked)]


def on_record(engine: Engine, kind: type[Kind], table: type[PinnedRow], *where: ColumnElement[bool]) -> list[Kind]:
    """The same, read by themselves."""
    with transaction(engine) as session:
        return held(session, kind, table, *where)


def as_seen(found: Iterable[Kind], written: tuple[str, ...], viewer: Viewer, people: Iterable[str]) -> list[Kind]:
    """Each with what people wrote in these fields as the viewer may read it: without personal data unless cleared.

    Args:
        written: fields that hold words, or a tuple of words.
        people: names of known people, which are looked for in the words.
    """
    kept = list(found)
    told = [word for each in kept for name in written for word in _words(getattr(each, name))]
    shown = iter(masked_words(told, viewer, people))
    return [replace(each, **{name: _again(getattr(each, name), shown) for name in written}) for each in kept]


def _words(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _again(value: str | tuple[str, ...], shown: Iterator[str]) -> Any:
    return next(shown) if isinstance(value, str) else tuple(next(shown) for _each in value)


def of_row(kind: type[Kind], row: PinnedRow) -> Kind:
    return kind(**{each.name: getattr(row, each.name) for each in fields(kind)})


def pin(session: Session, table: type[PinnedRow], what: Kind, viewer: Viewer, now: datetime) -> Kind:
    """Put it on record."""
    fresh = replace(what, id=uuid.uuid4().hex, made_at=now, made_by=viewer.name)
    session.add(table(**{each.name: getattr(fresh, each.name) for each in fields(fresh)}))
    return fresh


def take_off(session: Session, table: type[PinnedRow], what: Kind, viewer: Viewer, now: datetime) -> Kind:
    """Take it off the record; gives it as it was written, of which a viewer may have seen less.

    Raises:
        StateConflict: it is not on record, or someone else has taken it off in the meantime.
    """
    row = session.get(table, what.id)
    if row is None or row.removed_at is not None:
        raise conflict()
    row.removed_at, row.removed_by = now, viewer.name
    return of_row(type(what), row)


def put_back(session: Session, table: type[PinnedRow], what: Kind) -> Kind:
    """Undo a `take_off`.

    Raises:
        StateConflict: it is not on record, or someone else has put it back in the meantime.
    """
    row = session.get(table, what.id)
    if row is None or row.removed_at is None:
        raise conflict()
    row.removed_at = row.removed_by = None
    return of_row(type(what), row)


def remover(
    table: type[PinnedRow], right: Right, act: Act, told: Callable[[Kind], dict[str, Any]], own: Own[Kind] = everyones
) -> Acting[Kind]:
    """What takes one of a kind off for a viewer with the right to, and writes that down.

    Args:
        told: what the audit log says of it.
        own: raises NotAllowed where it is none of the viewer's; what was done in the session is then undone.
    """

    def remove(engine: Engine, viewer: Viewer, what: Kind, now: datetime) -> None:
        require(viewer, right)
        with transaction(engine) as session:
            gone = take_off(session, table, what, viewer, now)
            own(viewer, gone)
            append(session, viewer, act, told(gone), now)

    return remove


def restorer(
    table: type[PinnedRow], right: Right, act: Act, told: Callable[[Kind], dict[str, Any]], own: Own[Kind] = everyones
) -> Acting[Kind]:
    """What puts back what a `remover` took off; arguments as there."""

    def restore(engine: Engine, viewer: Viewer, what: Kind, now: datetime) -> None:
        require(viewer, right)
        with transaction(engine) as session:
            back = put_back(session, table, what)
            own(viewer, back)
            append(session, viewer, act, told(back), now)

    return restore


def replace_those(
    session: Session, table: type[PinnedRow], same: Iterable[ColumnElement[bool]], viewer: Viewer, now: datetime
) -> None:
    """Take off what a new one takes the place of."""
    for row in session.scalars(select(table).where(*same, table.removed_at.is_(None))):
        row.removed_at, row.removed_by = now, viewer.name
