"""Calendar: holidays, make-up workdays and seasons of a year, and the site's own events beside them."""

import streamlit as st

from pages.ui import calendar_view
from reports.text import _

st.title(_("Calendar"))
calendar_view.year()
calendar_view.own()
