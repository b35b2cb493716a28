"""Data quality: can these data be trusted, what is wrong with them, and which metrics suffer?"""

import streamlit as st

from pages.ui.about import data_quality_view
from reports.text import _

st.title(_("Data quality"))
data_quality_view.page()
