"""Quality group's week: what is on the agenda, and what was decided?"""

import streamlit as st

from pages.ui.actions import week_view
from reports.text import _

st.title(_("Quality group’s week"))
week_view.page()
