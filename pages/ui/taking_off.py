"""Taking off what people put on record, and putting it back: the same for every kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic

import streamlit as st
from sqlalchemy import Engine

from data_access.pinned import Kind
from data_access.viewer import Viewer
from pages.ui import identity, load, notices, scope
from reports.text import _
from reports.visible import on_screen

Write = Callable[[Engine, Viewer, Kind, datetime], None]


@dataclass(frozen=True, slots=True)
class Record(Generic[Kind]):
    """How things of a kind are taken off and put back, and what they are called."""

    name: str  # under which the session keeps the one that can be put back
    remove: Write[Kind]
    restore: Write[Kind]
    spoken: Callable[[Kind], str]  # in the list
    short: Callable[[Kind], str]  # on the button that puts it back


def take_off(record: Record[Kind], held: Sequence[Kind], label: str, button: str) -> None:
    """A list of what is on record with a button, and another for what was taken off last."""
    gone = scope.noted(record.name)
    if not held and gone is None:
        return
    with st.container(border=True):
        named = {each.id: on_screen(record.spoken(each)) for each in held}
        chosen = st.selectbox(
            label, list(named), index=None, format_func=lambda each: named[each], placeholder=_("Choose")
        )
        what = next((each for each in held if each.id == chosen), None)
        st.button(button, icon=":material/delete:", disabled=what is None, on_click=_remove, args=(record, what))
        if gone is not None:
            undo = _("Put back: {name}").format(name=notices.plain(record.short(gone)))
            st.button(undo, icon=":material/undo:", type="tertiary", on_click=_put_back, args=(record, gone))


def _remove(record: Record[Kind], what: Kind) -> None:
    """For callbacks."""
    write(record.remove, what, lambda: scope.note(record.name, what))


def _put_back(record: Record[Kind], what: Kind) -> None:
    """For callbacks."""
    write(record.restore, what, lambda: scope.note(record.name, None))


def write(act: Write[Kind], what: Kind, then: Callable[[], None] | None = None) -> None:
    """Do it in the name of who is signed in now, and then the rest; says so where it is refused."""
    with notices.explained():
        viewer = scope.current().viewer
        identity.require_same(viewer, identity.claims())
        act(load.state(), viewer, what, datetime.now(UTC))
        if then is not None:
            then()
