"""Control chart: between which values does a metric move by itself, and what is no chance?"""

import streamlit as st

from pages.ui.watch import control_view
from reports.text import _

st.title(_("Control chart"))
control_view.page()
