"""The regulator's table: complaints opened, closed by how long it took, upheld, redress, and appeals per million."""

import streamlit as st

from pages.ui.desk import regulator_view
from reports.text import _

st.title(_("Regulator’s table"))
regulator_view.page()
