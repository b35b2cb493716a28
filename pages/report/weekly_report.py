"""Weekly quality report: what moved, how the targets stand, and what to do next, to read and to take along."""

import streamlit as st

from pages.ui.report import weekly_view
from reports.text import _

st.title(_("Weekly quality report"))
weekly_view.page()
