"""SOP changes: what was changed, and which of it worked?"""

import streamlit as st

from pages.ui import change_form, change_list, load, scope
from reports.text import _

shown = scope.current()
st.title(_("SOP changes"))
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
