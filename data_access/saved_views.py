"""Views that people keep: a page with the scope and the way it was looked at, for oneself or for one's teams."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Engine
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings, NotAllowed

LONGEST = 60  # characters
MOST = 100  # views of one person
TEAMS = "team"  # the name under which a link carries the teams that it keeps
Asked = dict[str, Any]  # names of a link with a string each, or a list of strings


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView(Pinned):
    """A page and what its link asks for.

    `teams` are those of who kept it, None for every team: who shares a view shares it with whoever has one of them.
    """

    name: str
    page: str
    asked: Asked
    is_shared: bool = False
    teams: list[str] | None = None


class SavedViewRow(PinnedRow):
    __tablename__ = "saved_views"

    name: Mapped[str]
    page: Mapped[str]
    asked: Mapped[Asked] = mapped_column(JSON)
    is_shared: Mapped[bool]
    teams: Mapped[list[str] | None] = mapped_column(JSON)


def read_views(engine: Engine, viewer: Viewer, people: frozenset[str] = frozenset()) -> list[SavedView]:
    """The viewer's own views and those shared with him, by name; names without personal data unless cleared.

    Args:
        people: names of known people, which are looked for in the views' names.
    """
    found = [each for each in pinned.on_record(engine, SavedView, SavedViewRow) if _is_open(each, viewer)]
    return sorted(pinned.as_seen(found, ("name",), viewer, people), key=lambda each: each.name.casefold())


def save_view(engine: Engine, viewer: Viewer, view: SavedView, now: datetime) -> SavedView:
    """Keep a view; one of the viewer's own with the same name makes place for it.

    Raises:
        InvalidSettings: it has no name, or too long a one, or the viewer keeps as many as one person may.
        NotAllowed: the viewer's role shares nothing.
    """
    if view.is_shared:
        require(viewer, Right.CHANGES)
    name = " ".join(view.name.split())
    if not 0 < len(name) <= LONGEST:
        raise InvalidSettings(
            "The name of a view has 1 to {most} characters; this one has {count}.",
            "Name it after what it shows.",
            most=LONGEST,
            count=len(name),
        )
    teams = None if viewer.teams is None else list(viewer.teams)
    with transaction(engine) as session:
        own = (SavedViewRow.made_by == viewer.name, SavedViewRow.name == name)
        pinned.replace_those(session, SavedViewRow, own, viewer, now)
        _require_room(session, viewer)
        fresh = pinned.pin(session, SavedViewRow, replace(view, name=name, teams=teams), viewer, now)
        audit.append(session, viewer, audit.Act.VIEW_SAVED, _told(fresh), now)
    return fresh


def remove_view(engine: Engine, viewer: Viewer, view: SavedView, now: datetime) -> None:
    """Take one of the viewer's own views off; who may say who sees what takes off any.

    Raises:
        NotAllowed: it is somebody else's.
        StateConflict: someone else has taken it off in the meantime.
    """
    with transaction(engine) as session:
        gone = pinned.take_off(session, SavedViewRow, view, viewer, now)
        _require_own(viewer, gone)
        audit.append(session, viewer, audit.Act.VIEW_REMOVED, _told(gone), now)


def restore_view(engine: Engine, viewer: Viewer, view: SavedView, now: datetime) -> None:
    """Undo a removal.

    Raises:
        NotAllowed: it is somebody else's.
        StateConflict: someone else has put it back in the meantime.
    """
    with transaction(engine) as session:
        back = pinned.put_back(session, SavedViewRow, view)
        _require_own(viewer, back)
        audit.append(session, viewer, audit.Act.VIEW_RESTORED, _told(back), now)


def _is_open(view: SavedView, viewer: Viewer) -> bool:
    """Own views, and shared ones of which the viewer may see every team that they name and has one with the maker."""
    if view.made_by == viewer.name:
        return True
    named = view.asked.get(TEAMS, [])
    named = [named] if isinstance(named, str) else named
    is_colleague = view.teams is None or viewer.teams is None or not set(view.teams).isdisjoint(viewer.teams)
    return view.is_shared and is_colleague and all(map(viewer.sees, named))


def _require_room(session: Session, viewer: Viewer) -> None:
    if len(pinned.held(session, SavedView, SavedViewRow, SavedViewRow.made_by == viewer.name)) >= MOST:
        raise InvalidSettings(
            "You keep {most} views already, as many as one person may.",
            "Take one off that you no longer open, or keep this one under the name of another.",
            most=MOST,
        )


def _require_own(viewer: Viewer, view: SavedView) -> None:
    if view.made_by != viewer.name and not viewer.may(Right.PEOPLE):
        raise NotAllowed(
            "This view is {name}'s.",
            "Ask them to take it off, or keep one of your own.",
            name=view.made_by,
        )


def _told(view: SavedView) -> dict[str, Any]:
    return {"name": view.name, "page": view.page, "is_shared": view.is_shared}
