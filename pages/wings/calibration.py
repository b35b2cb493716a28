"""Calibration between reviewers: do they judge alike, and does anybody grow milder?"""

import streamlit as st

from pages.ui.wings import calibration_view
from reports.text import _

st.title(_("Calibration between reviewers"))
calibration_view.page()
