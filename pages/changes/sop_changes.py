"""SOP changes: what was changed, and which of it worked? And how long must one run that is still to come?"""

import streamlit as st

from pages.ui import change_form, change_list, controls, load, plan_view, scope
from reports.text import N_, _

PARTS = {"record": N_("On record"), "plan": N_("Plan a change")}

shown = scope.current()
st.title(_("SOP changes"))
spoken = {each: _(name) for each, name in PARTS.items()}
part = controls.segments(_("Shown"), "part", list(PARTS), "record", lambda each: spoken[each])
if part == "plan":
    plan_view.planner()
else:
    registered = load.changes(shown.store, shown.viewer)
    change_form.register_button()
    change_form.taken_off()
    if registered:
        change_list.listed(registered)
    else:
        st.info(
            _("No change is on record yet. Register what was changed and when; this page then says what came of it."),
            icon=":material/published_with_changes:",
        )
