"""Is QA measuring anything? Scores against what customers feel, and items that tell nobody apart."""

import streamlit as st

from pages.ui.wings import validity_view
from reports.text import _

st.title(_("Is QA measuring anything?"))
validity_view.page()
