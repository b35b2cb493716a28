"""Snapshots: what did the numbers say at the last meeting, and what has changed since?"""

import streamlit as st

from pages.ui import notices
from pages.ui.take_along import snapshots_view
from reports.text import _

st.title(_("Snapshots"))
with notices.explained():
    snapshots_view.board()
