"""What an action has behind it on the screen: earlier rounds, and every step of its history."""

from collections.abc import Sequence

import streamlit as st

from data_access.actions.action_rows import Happened, HistoryEntry
from data_access.actions.actions import read_action_history
from metrics.actions.action import Action
from pages.ui import load, scope
from pages.ui.actions import check_view
from pages.ui.notices import plain
from reports import text
from reports.actions import action_words
from reports.actions import history_words as words
from reports.text import _

ENDED = (Happened.STARTED_OVER, Happened.CAME_BACK)


def history(action: Action) -> list[HistoryEntry]:
    """What happened to it, oldest first, as the reader may see it."""
    shown = scope.current()
    return read_action_history(load.state(), shown.viewer, action, load.unseen(shown.store, shown.viewer))


def returned(entries: Sequence[HistoryEntry]) -> None:
    """That this round began because the problem is back, with the numbers that say so."""
    last = next((each for each in reversed(entries) if each.what in ENDED), None)
    if last is not None and last.what is Happened.CAME_BACK and last.before is not None:
        st.warning(plain(words.came_back(last, last.before)), icon=":material/replay:")


def past(entries: Sequence[HistoryEntry]) -> None:
    """The earlier rounds as they ended, and the history, newest first."""
    for entry in reversed(entries):
        if entry.what in ENDED and entry.before is not None:
            _round(entry, entry.before)
    with st.expander(_("History ({count})").format(count=len(entries)), icon=":material/history:"):
        for entry in reversed(entries):
            _entry(entry)


def _round(entry: HistoryEntry, before: Action) -> None:
    """A round that has ended: its goal, its steps and what its check found."""
    title = _("Round {number}: as it ended").format(number=before.round)
    if not st.toggle(title, key=f"round_{before.id}_{entry.at.isoformat()}_{before.round}"):
        return
    with st.container(border=True):
        check_view.goal(before)
        for step in before.steps:
            st.markdown(f"- {plain(action_words.past_step(step))}")
        if before.check is not None:
            check_view.verdict(before, before.check)


def _entry(entry: HistoryEntry) -> None:
    when = text.moment(text.at_site(entry.at, scope.current().store.warehouse.site_zone))
    st.markdown(f"**{plain(when)}** · {plain(text.person(entry.who))} · {words.happened(entry.what)}")
    for line in words.altered(entry, scope.current().filter_words):
        st.caption(plain(line))
