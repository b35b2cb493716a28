"""Alerts: what went beyond its limit, who has taken it on, and which rules say so?"""

import streamlit as st

from pages.ui.watch import alert_view
from reports.text import _

st.title(_("Alerts"))
alert_view.page()
