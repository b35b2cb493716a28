"""Values that people set in the place of what ships: who set them, the way back, and everything that ever was set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl
import streamlit as st

from data_access.set_values import Book, PastValue, SetValue
from metrics.adjustable import Value
from pages.ui import identity, load, notices, scope, tables
from pages.ui.notices import plain
from reports import text
from reports.text import _


@dataclass(frozen=True, slots=True)
class Words:
    """What such values are called on the page, in the reader's language."""

    title: str
    nothing: str  # where nothing is set
    one: str  # the header of the names
    name: Callable[[str], str]
    value: Callable[[str, Value], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """One book on its page."""

    book: Book[Any]
    past: Sequence[PastValue]
    now: Any  # the whole in force
    shipped: Any
    words: Words

    @property
    def held(self) -> dict[str, SetValue]:
        """The newest that was set of each name and not taken back, in the order of the names."""
        found = {each.kept.name: each.kept for each in reversed(self.past) if each.removed_at is None}
        return {name: found[name] for name in self.book.names if name in found}

    def told(self, name: str, whole: Any) -> str:
        return self.words.value(name, self.book.value_of(whole, name))


def told(shown: Shown, name: str, why: str = "") -> str:
    """For a field's help: what ships, who set it otherwise, and why it is as it is."""
    said = [_("As shipped: {value}").format(value=plain(shown.told(name, shown.shipped)))]
    by = shown.held.get(name)
    if by is not None:
        said.append(
            _("Set by {who} on {moment}").format(who=plain(text.person(by.made_by)), moment=_moment(by.made_at))
        )
    return "  \n".join([*said, *([plain(why)] if why else [])])


def _moment(instant: datetime | None) -> str:
    zone = scope.current().store.warehouse.site_zone
    return "" if instant is None else text.moment(text.at_site(instant, zone))


def save(shown: Shown, given: dict[str, Value]) -> None:
    """What was altered in a form, all of it or nothing."""
    changed = {name: value for name, value in given.items() if value != shown.book.value_of(shown.now, name)}
    if not changed:
        st.info(_("Nothing was changed."), icon=":material/info:")
        return
    viewer = scope.current().viewer
    with notices.explained():
        identity.require_same(viewer, identity.claims())
        shown.book.save(load.state(), viewer, changed, datetime.now(UTC))
        st.rerun()


def taken_back(shown: Shown) -> None:
    """What the site has of its own, and the way back to what was before or to what ships."""
    held, words = shown.held, shown.words
    st.subheader(words.title)
    if not held:
        st.info(words.nothing, icon=":material/tune:")
        return
    rows = [
        {
            words.one: words.name(name),
            _("In force"): shown.told(name, shown.now),
            _("Shipped with"): shown.told(name, shown.shipped),
            _("Set by"): text.person(each.made_by),
            _("Set on"): _moment(each.made_at),
        }
        for name, each in held.items()
    ]
    tables.plain(pl.DataFrame(rows))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            words.one, list(held), format_func=words.name, index=None, placeholder=_("Choose"), width=360
        )
        kept = held.get(chosen or "")
        off = kept is None
        book = shown.book
        st.button(_("Undo the last change"), icon=":material/undo:", disabled=off, on_click=_undo, args=(book, kept))
        st.button(
            _("Back to what ships"), icon=":material/restart_alt:", disabled=off, on_click=_reset, args=(book, [chosen])
        )
        st.button(
            _("Everything back to what ships"), icon=":material/restart_alt:", type="tertiary", on_click=_reset,
            args=(book, list(held)),
        )  # fmt: skip


def _undo(book: Book[Any], kept: SetValue) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        book.undo(load.state(), scope.current().viewer, kept, datetime.now(UTC))


def _reset(book: Book[Any], names: list[str]) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        book.reset(load.state(), scope.current().viewer, names, datetime.now(UTC))


def history(shown: Shown) -> None:
    """Everything that was ever set, newest first."""
    if not shown.past:
        return
    words = shown.words
    with st.expander(_("History ({count})").format(count=text.number(len(shown.past))), icon=":material/history:"):
        rows = [
            {
                words.one: words.name(each.kept.name),
                _("Set to"): words.value(each.kept.name, each.kept.value),
                _("Set by"): text.person(each.kept.made_by),
                _("Set on"): _moment(each.kept.made_at),
                _("Taken back by"): text.person(each.removed_by) or "",
                _("Taken back on"): _moment(each.removed_at),
            }
            for each in shown.past
        ]
        tables.plain(pl.DataFrame(rows))
