"""Rules: the windows, limits and choices on which every figure of the site depends, and who set them."""

import streamlit as st

from pages.ui import rule_view, set_values_view
from reports.text import _

st.title(_("Rules"))
st.markdown(
    _("Windows, limits and choices on which figures depend. They hold for the whole site and for the past as well; "
      "every definition names the one in force.")
)  # fmt: skip
found = rule_view.shown()
rule_view.form(found)
set_values_view.taken_back(found)
set_values_view.history(found)
