"""Emerging issues: what do customers complain of more and more, in kinds, in words and in new codes?"""

import streamlit as st

from pages.ui.desk import emerging_view
from reports.text import _

st.title(_("Emerging issues"))
emerging_view.page()
