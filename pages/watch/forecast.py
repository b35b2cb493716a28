"""Forecast: how many contacts and complaints are to be expected, what a season brings, and whom it takes?"""

import streamlit as st

from pages.ui.watch import forecast_view
from reports.text import _

st.title(_("Forecast"))
forecast_view.page()
