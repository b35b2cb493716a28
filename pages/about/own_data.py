"""Own data: files of a ticket system become the data of this dashboard, without a warehouse."""

import streamlit as st

from pages.ui.own_data import page_view
from reports.text import _

st.title(_("Own data"))
page_view.page()
