"""Sampling plan: which contacts to review next week, why these, and what that is worth."""

import streamlit as st

from pages.ui.wings import plan_view
from reports.text import _

st.title(_("Sampling plan"))
plan_view.page()
