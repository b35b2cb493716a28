"""Live floor: who waits, who is free, which contacts are heated right now, and whom to look after?"""

import streamlit as st

from pages.ui.watch import floor_view, wall_view
from reports.text import _

if wall_view.is_wall():
    wall_view.page()
else:
    st.title(_("Live floor"))
    floor_view.page()
