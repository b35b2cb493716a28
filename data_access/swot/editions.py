"""Editions of the board: frozen with their numbers, who froze them and when, and never altered afterwards."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Engine, select
from sqlalchemy.orm import Mapped, mapped_column

from data_access import audit, pinned
from data_access.masking import KINDS, masked_words
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.swot.edits import require_same, scope_key
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings
from metrics.scope import Filters, Period
from metrics.swot.arranged import Arranged, Item
from metrics.swot.editions import frozen, thawed
from metrics.swot.evidence import Evidence

LONGEST = 300  # characters of a note
MOST = 104  # editions that are read: two years of weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition(Pinned):
    """A board as it was. `start` and `end` are the days that it is about, the end not included."""

    scope: str = ""  # the board, as `scope_key` names it
    start: date
    end: date
    data_as_of: str  # the site's clock at the newest data, in ISO 8601
    note: str
    told: Mapping[str, Any]

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def board(self) -> Arranged:
        return thawed(self.told)


class EditionRow(PinnedRow):
    __tablename__ = "swot_editions"

    scope: Mapped[str] = mapped_column(index=True)
    start: Mapped[date]
    end: Mapped[date]
    data_as_of: Mapped[str]
    note: Mapped[str]
    told: Mapped[dict[str, Any]] = mapped_column(JSON)


def read_editions(engine: Engine, viewer: Viewer, filters: Filters, people: Iterable[str] = ()) -> list[Edition]:
    """The newest editions of the board of these filters, the newest first.

    For a viewer who is not cleared without entries about single people, and without personal data in what was written.

    Args:
        people: names of known people, which are looked for in what was written.
    """
    held = select(EditionRow).where(EditionRow.scope == scope_key(viewer, filters), EditionRow.removed_at.is_(None))
    newest = held.order_by(EditionRow.made_at.desc(), EditionRow.id).limit(MOST)
    with transaction(engine) as session:
        found = [pinned.of_row(Edition, row) for row in session.scalars(newest)]
    seen = pinned.as_seen(found, ("note",), viewer, people)
    return seen if viewer.is_cleared else [_cut(each, viewer, people) for each in seen]


def _cut(edition: Edition, viewer: Viewer, people: Iterable[str]) -> Edition:
    def seen(items: Iterable[Item]) -> tuple[Item, ...]:
        return tuple(_cut_item(item, viewer, people) for item in items if not _is_personal(item))

    shown, dismissed = edition.board.shown, edition.board.dismissed
    cut = Arranged(
        {quadrant: seen(items) for quadrant, items in shown.items()},
        {quadrant: seen(items) for quadrant, items in dismissed.items()},
    )
    return replace(edition, told=frozen(cut))


def _cut_item(item: Item, viewer: Viewer, people: Iterable[str]) -> Item:
    words, reason = masked_words([item.edit.words, item.edit.dismissed], viewer, people)
    return replace(
        item,
        edit=replace(item.edit, words=words, dismissed=reason),
        merged=tuple(each for each in item.merged if not _names_people(each)),
        joined=tuple(_cut_item(each, viewer, people) for each in item.joined if not _is_personal(each)),
    )


def _is_personal(item: Item) -> bool:
    return item.evidence is not None and _names_people(item.evidence)


def _names_people(evidence: Evidence) -> bool:
    return any(name in KINDS for name, _code in evidence.subject)


def freeze(
    engine: Engine,
    viewer: Viewer,
    filters: Filters,
    board: Arranged,
    period: Period,
    as_of: datetime,
    note: str,
    now: datetime,
) -> Edition:
    """Keep the board as it is, with its numbers.

    Args:
        as_of: the site's clock at the newest data.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        InvalidSettings: the note is too long, or there is nothing to keep.
    """
    require(viewer, Right.CHANGES)
    words = " ".join(note.split())
    if len(words) > LONGEST:
        raise InvalidSettings(
            "The note of an edition has at most {most} characters; this one has {count}.",
            "Say in one sentence what the edition is for.",
            most=LONGEST,
            count=len(words),
        )
    if not board.items:
        raise InvalidSettings("There is nothing on the board to keep.", "Choose a longer period, or add an entry.")
    whole = Edition(
        scope=scope_key(viewer, filters), start=period.start, end=period.end, data_as_of=as_of.isoformat(), note=words,
        told=frozen(board),
    )  # fmt: skip
    with transaction(engine) as session:
        fresh = pinned.pin(session, EditionRow, whole, viewer, now)
        audit.append(session, viewer, audit.Act.SWOT_FROZEN, _logged(fresh), now)
    return fresh


def remove_edition(engine: Engine, viewer: Viewer, filters: Filters, edition: Edition, now: datetime) -> None:
    """Take an edition off that was frozen by mistake; `restore_edition` puts it back.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        StateConflict: someone else has taken it off already.
    """
    require(viewer, Right.CHANGES)
    with transaction(engine) as session:
        gone = pinned.take_off(session, EditionRow, edition, viewer, now)
        require_same(viewer, filters, gone.scope)
        audit.append(session, viewer, audit.Act.SWOT_EDITION_REMOVED, _logged(gone), now)


def restore_edition(engine: Engine, viewer: Viewer, filters: Filters, edition: Edition, now: datetime) -> None:
    """Put an edition back; raises as `remove_edition`."""
    require(viewer, Right.CHANGES)
    with transaction(engine) as session:
        back = pinned.put_back(session, EditionRow, edition)
        require_same(viewer, filters, back.scope)
        audit.append(session, viewer, audit.Act.SWOT_FROZEN, _logged(back), now)


def _logged(edition: Edition) -> dict[str, Any]:
    days = {"from": edition.start.isoformat(), "to": edition.period.last.isoformat()}
    named = {name: list(values) for name, values in json.loads(edition.scope)}
    return {"edition": edition.id, "note": edition.note, "entries": len(edition.told["shown"]), **days, **named}
