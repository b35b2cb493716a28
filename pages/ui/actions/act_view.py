"""Act on the screen: make it the standard, or go back to Plan; and what is watched once it is closed."""

import streamlit as st

from data_access.actions.moves import standardise, start_over
from data_access.change_rows import Kind
from metrics.actions.action import Action
from metrics.intervention import VerdictCode
from pages.ui import load, scope
from pages.ui.actions import check_view, writing
from pages.ui.menu import CHANGE_PAGE
from reports import text
from reports.actions import action_words as words
from reports.text import _

MOST_NOTE = 500  # characters


def panel(action: Action) -> None:
    """What the check found, and the two ways on."""
    check_view.goal(action)
    if action.check is not None:
        check_view.verdict(action, action.check)
    if not writing.may_write():
        return
    st.markdown(f"**{_('What follows?')}**")
    worked = action.check is not None and action.check.code in {VerdictCode.WORKED, VerdictCode.WORKED_FADING}
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        _standard(action, worked=worked)
    with right, st.container(border=True):
        st.markdown(f"**{_('Back to Plan')}**")
        st.caption(_("A new round begins with the same problem; this one stays readable below."))
        st.button(
            _("Start a new round"), icon=":material/replay:", type="secondary" if worked else "primary",
            on_click=_start_over, args=(action,),
        )  # fmt: skip


def _standard(action: Action, *, worked: bool) -> None:
    st.markdown(f"**{_('Make it the standard')}**")
    st.caption(words.becomes(worked=worked))
    kinds = {each: text.code(each) for each in Kind}
    with st.form(f"standard_{action.id}_{action.version}", border=False, enter_to_submit=False):
        kind = st.selectbox(_("Kind"), list(Kind), index=1, format_func=lambda each: kinds[each])
        note = st.text_area(
            _("Note on the SOP"), max_chars=MOST_NOTE, height=80,
            help=_("What the procedure says from now on. Empty: no note."),
        )  # fmt: skip
        if st.form_submit_button(
            _("Make it the standard"), icon=":material/verified:", type="primary" if worked else "secondary"
        ):
            today = writing.today()
            writing.write(
                lambda state, viewer, now: standardise(state, viewer, action, kind, note, today, now),
                lambda _done: st.rerun(),
            )


def _start_over(action: Action) -> None:
    """For callbacks."""
    writing.write(lambda state, viewer, now: start_over(state, viewer, action, now))


def closed(action: Action) -> None:
    """What it became, and how long it is watched."""
    shown = scope.current()
    check_view.goal(action)
    st.success(words.watch(action), icon=":material/visibility:")
    known = {each.id for each in load.changes(shown.store, shown.viewer)}
    if action.change_id in known and st.button(_("Open the SOP change"), icon=":material/published_with_changes:"):
        scope.choose_change(action.change_id)
        st.switch_page(CHANGE_PAGE, query_params=scope.here())
    if action.check is not None:
        check_view.verdict(action, action.check)
