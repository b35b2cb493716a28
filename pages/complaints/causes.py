"""Causes: what are complaints about, in one language for all sources, and why does it happen?"""

import streamlit as st

from pages.ui.desk import causes_view
from reports.text import _

st.title(_("Causes"))
causes_view.page()
