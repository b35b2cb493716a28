"""Connect: is the warehouse reached, which of its tables and columns are the logical ones, and what is missing?"""

import streamlit as st

from pages.ui import sign_in
from pages.ui.connect import page_view
from reports.text import _

st.title(_("Connect a warehouse"))
page_view.page(sign_in.viewer())
