"""What needs attention: one row a metric, for the weekly meeting."""

import streamlit as st

from pages.ui.watch import board_view
from reports.text import _

st.title(_("What needs attention"))
board_view.page()
