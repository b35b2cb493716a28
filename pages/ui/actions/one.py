"""One action on the screen: where it stands on the circle, what is to be done there, and how it got there."""

import streamlit as st

from data_access.actions.actions import remove_action
from metrics.actions.action import Action, Stage
from metrics.actions.stages import overdue
from pages.ui import scope
from pages.ui.actions import act_view, check_view, do_view, past_view, plan_form, plan_panel, writing
from pages.ui.notices import plain
from reports.actions import action_words as words
from reports.text import _

PANELS = {
    Stage.PLAN: plan_panel.panel,
    Stage.DO: do_view.panel,
    Stage.CHECK: check_view.panel,
    Stage.ACT: act_view.panel,
    Stage.CLOSED: act_view.closed,
}


def page(action: Action) -> None:
    """The action with what its stage asks for; its earlier rounds and history below."""
    shown = scope.current()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Back to the board"), icon=":material/arrow_back:", on_click=writing.look_at, args=(None,))
        if action.from_entry:
            writing.to_board()
        if writing.may_write():
            if action.stage is not Stage.CLOSED and st.button(_("Edit"), icon=":material/edit:"):
                plan_form.open_form(action)
            st.button(_("Take off the record"), icon=":material/delete:", on_click=_remove, args=(action,))
    st.subheader(plain(action.title))
    st.markdown(_circle(action.stage))
    st.caption(plain(" · ".join(words.circumstances(action))))
    for each in overdue(action, writing.today(), shown.store.rules):
        st.markdown(f":red[:material/alarm:] {plain(words.late(action, each))}")
    entries = past_view.history(action)
    past_view.returned(entries)
    PANELS[action.stage](action)
    past_view.past(entries)


def _circle(stage: Stage) -> str:
    """The stages in their order, the action's own marked by a sign and in bold."""
    said = [
        f":blue-badge[:material/radio_button_checked: **{words.stage(each)}**]" if each is stage else words.stage(each)
        for each in Stage
    ]
    return " → ".join(said)


def _remove(action: Action) -> None:
    """For callbacks: the board then offers to put it back."""
    writing.write(
        lambda state, viewer, now: remove_action(state, viewer, action, now), lambda _gone: writing.look_at(None)
    )
