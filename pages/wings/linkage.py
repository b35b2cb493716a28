"""How the data join: from a complaint to its contact, review and finding, and what is lost on the way."""

import streamlit as st

from pages.ui.wings import linkage_view
from reports.text import _

st.title(_("How the data join"))
linkage_view.page()
