"""Editions of the board: frozen with their numbers, who froze them and when, and never altered afterwards."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Engine, select
from sqlalchemy.orm import Mapped, mapped_column

from data_access import audit, pinned
from data_access.masking import KINDS, masked_words
from data_access.pinned import PinnedRow
from data_access.state import conflict, transaction
from data_access.swot.edits import scope_key
from data_access.swot.taking_off import OnBoard, of_this_board, remover, restorer
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings
from metrics.scope import Filters, Period
from metrics.swot.arranged import Arranged
from metrics.swot.editions import Beside, frozen, members, thawed

LONGEST = 300  # characters of a note
MOST = 53  # editions that are read: a year of weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition(OnBoard):
    """A board as it was. `start` and `end` are the days that it is about, the end not included."""

    start: date
    end: date
    data_as_of: str  # the site's clock at the newest data, in ISO 8601
    note: str
    told: Mapping[str, Any]
    teams: list[str] | None = None  # what its maker saw: rows of these teams, or of all

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
    teams: Mapped[list | None] = mapped_column(JSON(none_as_null=True))


def read_editions(engine: Engine, viewer: Viewer, filters: Filters, people: Iterable[str] = ()) -> list[Edition]:
    """The newest editions of the board of these filters whose maker saw no more teams than the viewer, newest first.

    What stands on a board also tells of teams beside those of its filters: what a change did that they share with
    others, and what it would bring elsewhere. For a viewer who is not cleared without entries about single people, and
    without personal data in what was written.

    Args:
        people: names of known people, which are looked for in what was written.
    """
    order = EditionRow.made_at.desc(), EditionRow.id
    held = select(EditionRow.id, EditionRow.teams).where(
        EditionRow.scope == scope_key(viewer, filters), EditionRow.removed_at.is_(None)
    )
    with transaction(engine) as session:
        newest = [id_ for id_, teams in session.execute(held.order_by(*order)) if viewer.includes(teams)][:MOST]
        rows = session.scalars(select(EditionRow).where(EditionRow.id.in_(newest)).order_by(*order))
        found = [pinned.of_row(Edition, row) for row in rows]
    names = frozenset(people)
    seen = pinned.as_seen(found, ("note",), viewer, names)
    return seen if viewer.is_cleared else [_cut(each, viewer, names) for each in seen]


def _cut(edition: Edition, viewer: Viewer, people: Collection[str]) -> Edition:
    """Straight from what is kept: whoever opens the page reads a year of editions."""
    return replace(edition, told={name: _cut_items(each, viewer, people) for name, each in edition.told.items()})


def _cut_items(told: Iterable[Mapping[str, Any]], viewer: Viewer, people: Collection[str]) -> list[dict[str, Any]]:
    return [
        _cut_item(each, viewer, people)
        for each in told
        if each["evidence"] is None or not _is_personal(each["evidence"])
    ]


def _cut_item(told: Mapping[str, Any], viewer: Viewer, people: Collection[str]) -> dict[str, Any]:
    edit = dict(told["edit"])
    edit["words"], edit["dismissed"] = masked_words([edit["words"], edit["dismissed"]], viewer, people)
    return {
        **told,
        "evidence": told["evidence"] and _cut_evidence(told["evidence"], viewer, people),
        "edit": edit,
        "merged": [_cut_evidence(each, viewer, people) for each in told["merged"] if not _is_personal(each)],
        "joined": _cut_items(told["joined"], viewer, people),
    }


def _cut_evidence(told: Mapping[str, Any], viewer: Viewer, people: Collection[str]) -> Mapping[str, Any]:
    """People have written the name of a change; the rest are codes and numbers."""
    if "name" not in told["values"]:
        return told
    (name,) = masked_words([told["values"]["name"]], viewer, people)
    return {**told, "values": {**told["values"], "name": name}}


def _is_personal(evidence: Mapping[str, Any]) -> bool:
    """Does it name a person?"""
    return any(name in KINDS for name, _code in evidence["subject"])


def beside(earlier: Sequence[Edition], until: date) -> Beside:
    """What a board is held against.

    Args:
        earlier: the newest first.
        until: the day after the last one that the board is about.
    """
    newest = earlier[0].board if earlier else None
    return Beside([(each.end, members(each.told)) for each in earlier], newest, until)


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
        told=frozen(board), teams=None if viewer.teams is None else sorted(viewer.teams),
    )  # fmt: skip
    with transaction(engine) as session:
        fresh = pinned.pin(session, EditionRow, whole, viewer, now)
        audit.append(session, viewer, audit.Act.SWOT_FROZEN, _logged(fresh), now)
    return fresh


def _require_own(viewer: Viewer, filters: Filters, edition: Edition) -> None:
    """Raises where it stands on another board, or its maker saw teams that the viewer does not see."""
    of_this_board(viewer, filters, edition)
    if not viewer.includes(edition.teams):
        raise conflict()


def _logged(edition: Edition) -> dict[str, Any]:
    days = {"from": edition.start.isoformat(), "to": edition.period.last.isoformat()}
    named = {name: list(values) for name, values in json.loads(edition.scope)}
    return {"edition": edition.id, "note": edition.note, "entries": len(edition.told["shown"]), **days, **named}


remove_edition = remover(EditionRow, audit.Act.SWOT_EDITION_REMOVED, _logged, _require_own)
restore_edition = restorer(EditionRow, audit.Act.SWOT_FROZEN, _logged, _require_own)
