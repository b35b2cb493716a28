"""What every piece of an action shares: reading actions, writing in the name of who is signed in, opening one."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import streamlit as st
from sqlalchemy import Engine

from data_access.actions.actions import read_actions, read_removed_actions, save_action
from data_access.viewer import Right, Viewer
from metrics.actions.action import Action
from metrics.scope import FILTERS
from pages.ui import identity, load, notices, scope
from pages.ui.menu import ACTIONS_PAGE, ACTIONS_URL, SWOT_PAGE, SWOT_URL
from reports.text import _

Done = TypeVar("Done")


def known() -> list[Action]:
    """The actions on record as the reader may see them."""
    shown = scope.current()
    load.changes(shown.store, shown.viewer)  # a demo's own changes are on record before anything is judged
    return read_actions(load.state(), shown.viewer, load.unseen(shown.store, shown.viewer))


def removed() -> list[Action]:
    """Those that were taken off the record."""
    shown = scope.current()
    return read_removed_actions(load.state(), shown.viewer, load.unseen(shown.store, shown.viewer))


def may_write() -> bool:
    return scope.current().viewer.may(Right.CHANGES)


def today() -> date:
    """The day at the site."""
    return datetime.now(ZoneInfo(scope.current().store.warehouse.site_zone)).date()


def write(act: Callable[[Engine, Viewer, datetime], Done], then: Callable[[Done], None] = lambda _done: None) -> None:
    """Do it in the name of who is signed in now, and then the rest; says so where it is refused. For callbacks too."""
    with notices.explained():
        viewer = scope.current().viewer
        identity.require_same(viewer, identity.claims())
        then(act(load.state(), viewer, datetime.now(UTC)))


def save(action: Action, then: Callable[[object], None] = lambda _done: None) -> None:
    """Save what was edited, and then do the rest; where it is refused nothing more is done. For callbacks too."""
    people = load.unseen(scope.current().store, scope.current().viewer)
    write(lambda state, viewer, now: save_action(state, viewer, action, now, people), then)


def put(action: Action) -> None:
    """Save what was edited, within what its caller does and explains.

    Raises:
        NotAllowed, StateConflict: it is refused.
    """
    shown = scope.current()
    save_action(load.state(), shown.viewer, action, datetime.now(UTC), load.unseen(shown.store, shown.viewer))


def look_at(action: Action | None) -> None:
    """For callbacks on the page of actions: from now on it shows this action, or the board."""
    scope.look_closer(ACTIONS_URL, {} if action is None else {"action": action.id})


def open_page(action: Action) -> None:
    """From another page to an action."""
    look_at(action)
    st.switch_page(ACTIONS_PAGE, query_params=scope.here())


def to_board(edition: str | None = None) -> None:
    """A button that opens the SWOT board of the whole centre, as it is now or in one of its editions."""
    said = _("Open this edition of the SWOT board") if edition else _("Open the SWOT board")
    if st.button(said, icon=":material/grid_view:"):
        for name in FILTERS:
            scope.narrow(name, ())
        scope.look_closer(SWOT_URL, {"edition": edition} if edition else {})
        st.switch_page(SWOT_PAGE, query_params=scope.here())
