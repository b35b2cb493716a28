"""Repeat complaints: who complains of the same again, how soon, and what was not really resolved?"""

import streamlit as st

from pages.ui.desk import repeat_view
from reports.text import _

st.title(_("Repeat complaints"))
repeat_view.page()
