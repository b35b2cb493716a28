"""Blind spots: where do complaints come from that nobody reviews, and where is QA spent on nothing?"""

import streamlit as st

from pages.ui.wings import blind_view
from reports.text import _

st.title(_("Blind spots"))
blind_view.page()
