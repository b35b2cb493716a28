"""SOP change: what was changed, and did it work?"""

import streamlit as st

from data_access.viewer import Right
from pages.ui import change_form, change_view, controls, load, scope
from reports import text
from reports.text import _

shown = scope.current()
st.title(_("SOP change"))
registered = load.changes(shown.store, shown.viewer)
chosen = None
with st.container(horizontal=True, vertical_alignment="bottom"):
    if registered:
        names = {change.id: f"{text.change_name(change.name)} · {text.day(change.start)}" for change in registered}
        picked = controls.change(_("Change"), names)
        chosen = next(change for change in registered if change.id == picked)
    change_form.register_button()
    may = shown.viewer.may(Right.CHANGES)
    if may and chosen and st.button(_("Correct"), icon=":material/edit:"):
        change_form.open_form(chosen)
    if may and chosen:
        st.button(_("Take off the record"), icon=":material/delete:", on_click=change_form.remove, args=(chosen,))
change_form.taken_off()
if chosen is None:
    st.info(
        _("No change is on record yet. Register what was changed and when; this page then says what came of it."),
        icon=":material/published_with_changes:",
    )
else:
    change_view.one(chosen)
