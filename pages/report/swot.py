"""SWOT board: where does the service stand, inside and out, and what does each sentence stand on?"""

import streamlit as st

from pages.ui.swot import board_view
from reports.text import _

st.title(_("SWOT board"))
board_view.page()
