"""Actions: what is being done about what was found, by whom, until when, and did it help?"""

import streamlit as st

from pages.ui.actions import board
from reports.text import _

st.title(_("Actions"))
board.page()
