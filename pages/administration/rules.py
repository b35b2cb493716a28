"""Rules: the windows, limits and choices on which every figure of the site depends, and who set them."""

import streamlit as st

from data_access.site_rules import read_rule_history
from pages.ui import load, rule_view, scope
from reports.text import _

st.title(_("Rules"))
st.markdown(
    _("Windows, limits and choices on which figures depend. They hold for the whole site and for the past as well; "
      "every definition names the one in force.")
)  # fmt: skip
past = read_rule_history(load.state(), scope.current().viewer)
rule_view.form(past)
rule_view.taken_back(past)
rule_view.history(past)
