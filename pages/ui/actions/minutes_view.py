"""The minutes of a week on the screen: one text, kept by version; what could not be saved is not lost."""

from contextlib import suppress
from datetime import datetime

import streamlit as st
from sqlalchemy import Engine

from data_access.actions.minutes import LONGEST, Minutes, keep_minutes, read_minutes
from data_access.swot.editions import read_editions
from data_access.viewer import Viewer
from metrics.errors import StateConflict
from metrics.scope import Period
from pages.ui import load, scope
from pages.ui.actions import writing
from pages.ui.notices import plain
from reports import text
from reports.text import _

UNSAVED, TURN = "minutes unsaved", "minutes turn"


def minutes(week: Period) -> str:
    """The minutes of a week, and a field for whoever may write them; gives what is kept."""
    shown = scope.current()
    st.subheader(_("Minutes"))
    held = read_minutes(load.state(), shown.viewer, week.start, load.unseen(shown.store, shown.viewer))
    words = held.words if held else ""
    if held is not None:
        _kept(held)
    if held is not None and held.edition_id:
        writing.to_board(held.edition_id)
    if not writing.may_write():
        st.markdown(plain(words) or f":gray[{_('No minutes yet.')}]")
        return words
    _form(held or Minutes(week=week.start, words=""))
    unsaved = scope.noted(UNSAVED)
    if unsaved and unsaved[0] == week.start and unsaved[1] != words:
        st.warning(
            _("Somebody else kept other minutes in the meantime; they stand above. What you wrote is here: copy what "
              "is missing."), icon=":material/content_copy:",
        )  # fmt: skip
        st.code(unsaved[1], language=None, wrap_lines=True)
    return words


def _kept(held: Minutes) -> None:
    """Who kept them and when."""
    if held.made_at is not None:
        when = text.moment(text.at_site(held.made_at, scope.current().store.warehouse.site_zone))
        st.caption(plain(_("Kept by {who} on {moment}.").format(who=text.person(held.made_by), moment=when)))


def _form(held: Minutes) -> None:
    """The same field, with what is typed in it, until that was kept or somebody else was first."""
    key = f"minutes_{held.week}_{scope.noted(TURN) or 0}"
    if scope.chosen(f"{key}_said") is None:  # drawn for the first time: these are what it takes the place of
        scope.note(key, held)
    begun: Minutes = scope.noted(key)
    with st.form(key, border=False):
        said = st.text_area(
            _("What was decided, who does it, until when"), begun.words, max_chars=LONGEST, height=180,
            key=f"{key}_said", help=_("Everybody with a role reads these minutes, whatever their teams."),
            placeholder=_("Like: logistics delays – tell customers first. Li Min, until Friday."),
        )  # fmt: skip
        if st.form_submit_button(_("Keep the minutes"), type="primary", icon=":material/save:"):
            _keep(begun, said)
    if held.id != begun.id:
        said = _("{who} has kept other minutes in the meantime. Press “Keep the minutes” to see both; nothing is lost.")
        st.info(plain(said.format(who=text.person(held.made_by))), icon=":material/sync_problem:")


def _newest() -> str | None:
    """The edition of the SWOT board that lay before the group: the newest one of the whole centre."""
    shown = scope.current()
    kept = read_editions(load.state(), shown.viewer, (), load.unseen(shown.store, shown.viewer))
    return kept[0].id if kept else None


def _keep(begun: Minutes, said: str) -> None:
    """What was written is noted first: it is still there when it cannot be saved."""
    if said != begun.words:
        scope.note(UNSAVED, (begun.week, said))
    people = load.unseen(scope.current().store, scope.current().viewer)
    fresh = Minutes(id=begun.id, week=begun.week, words=said, edition_id=begun.edition_id or _newest())

    def keep(state: Engine, viewer: Viewer, now: datetime) -> None:
        with suppress(StateConflict):  # both versions are shown then
            keep_minutes(state, viewer, fresh, now, people)
            scope.note(UNSAVED, None)

    writing.write(keep, _begin_anew)


def _begin_anew(_done: None) -> None:
    scope.note(TURN, (scope.noted(TURN) or 0) + 1)
    st.rerun()
