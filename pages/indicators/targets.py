"""Targets: what was agreed for which metric and team, from when on, and by whom."""

import streamlit as st

from pages.ui import scope, target_view
from reports.text import _

st.title(_("Targets"))
targets = list(scope.current().targets)
target_view.listed(targets)
target_view.shipped()
target_view.form(targets)
