"""The quality group's week on the screen: an agenda whose every line opens its page, and the minutes."""

from datetime import timedelta

import streamlit as st

from data_access.actions.agenda import WEEK, read_agenda
from metrics.scope import Period
from pages.ui import controls, files, load, scope
from pages.ui.actions import minutes_view, writing
from pages.ui.menu import PAGES, entry_at
from pages.ui.notices import plain
from reports.actions import agenda_words as words
from reports.actions.agenda_words import Line, Part
from reports.export import Section
from reports.text import _

WEEKS_BACK = 12


def page() -> None:
    """The newest whole week first; earlier ones can be looked at again."""
    shown = scope.current()
    newest = shown.store.anchor - timedelta(days=shown.store.anchor.weekday())
    end = controls.as_of([newest - place * WEEK for place in range(WEEKS_BACK, -1, -1)])
    week = Period(end - WEEK, end)
    people = load.unseen(shown.store, shown.viewer)
    load.changes(shown.store, shown.viewer)  # a demo's own changes are on record
    with st.spinner(_("Gathering the agenda")):
        agenda = read_agenda(shown.store, load.state(), shown.viewer, week, writing.today(), people)
    found = words.parts(agenda, shown.filter_words)
    st.markdown(f"**{plain(words.lead(agenda))}**")
    for part in found:
        _part(part)
    kept = minutes_view.minutes(week)
    title = _("Quality group’s week")
    with st.container(horizontal=True):
        files.lazily(title, lambda: [Section(title, words.table(found), period=week)], "quality_week")
        files.printable(title, words.lead(agenda), lambda: words.blocks(found, kept), week, "quality_week")


def _part(part: Part) -> None:
    st.subheader(part.title)
    if not part.lines:
        st.caption(part.nothing)
    for place, line in enumerate(part.lines):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"- {plain(line.said)}", width="stretch")
            key = f"agenda_{part.name}_{place}"
            if st.button(_("Open"), key=key, icon=":material/open_in_new:", type="tertiary", help=plain(line.said)):
                _open(line)


def _open(line: Line) -> None:
    """The page of a line, as the line means it."""
    asked = dict(line.place.asked)
    if "change" in asked:
        scope.choose_change(asked.pop("change"))
    if line.days is not None:
        scope.look_at(line.days.start, line.days.last)
    scope.look_closer(line.place.page, asked)
    st.switch_page(PAGES / entry_at(line.place.page).file, query_params=scope.here())
