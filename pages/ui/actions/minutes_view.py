"""The minutes of a week on the screen: one text, kept by version; what could not be saved is not lost."""

import streamlit as st

from data_access.actions.minutes import LONGEST, Minutes, keep_minutes, read_minutes
from data_access.swot.editions import read_editions
from metrics.scope import Period
from pages.ui import load, scope
from pages.ui.actions import writing
from pages.ui.notices import plain
from reports import text
from reports.text import _

UNSAVED = "minutes unsaved"


def minutes(week: Period) -> str:
    """The minutes of a week, and a field for whoever may write them; gives what is kept."""
    shown = scope.current()
    st.subheader(_("Minutes"))
    held = read_minutes(load.state(), shown.viewer, week.start, load.unseen(shown.store, shown.viewer))
    words = held.words if held else ""
    if held is not None and held.made_at is not None:
        when = text.moment(text.at_site(held.made_at, shown.store.warehouse.site_zone))
        st.caption(plain(_("Kept by {who} on {moment}.").format(who=text.person(held.made_by), moment=when)))
    if held is not None and held.edition_id:
        writing.to_board(held.edition_id)
    if not writing.may_write():
        st.markdown(plain(words) or f":gray[{_('No minutes yet.')}]")
        return words
    with st.form(f"minutes_{week.start}_{held.id if held else ''}", border=False):
        said = st.text_area(
            _("What was decided, who does it, until when"), words, max_chars=LONGEST, height=180,
            help=_("Everybody with a role reads these minutes, whatever their teams."),
            placeholder=_("Like: logistics delays – tell customers first. Li Min, until Friday."),
        )  # fmt: skip
        if st.form_submit_button(_("Keep the minutes"), type="primary", icon=":material/save:"):
            _keep(held or Minutes(week=week.start, words=""), said)
    unsaved = scope.noted(UNSAVED)
    if unsaved and unsaved[0] == week.start and unsaved[1] != words:
        st.warning(
            _("Somebody else kept other minutes in the meantime; they stand above. What you wrote is here: copy what "
              "is missing."), icon=":material/content_copy:",
        )  # fmt: skip
        st.code(unsaved[1], language=None, wrap_lines=True)
    return words


def _newest() -> str | None:
    """The edition of the SWOT board that lay before the group: the newest one of the whole centre."""
    shown = scope.current()
    kept = read_editions(load.state(), shown.viewer, (), load.unseen(shown.store, shown.viewer))
    return kept[0].id if kept else None


def _keep(held: Minutes, said: str) -> None:
    """What was written is noted first: it is still there when it cannot be saved."""
    scope.note(UNSAVED, (held.week, said))
    people = load.unseen(scope.current().store, scope.current().viewer)
    fresh = Minutes(id=held.id, week=held.week, words=said, edition_id=held.edition_id or _newest())

    def done(_kept: Minutes) -> None:
        scope.note(UNSAVED, None)
        st.rerun()

    writing.write(lambda state, viewer, now: keep_minutes(state, viewer, fresh, now, people), done)
