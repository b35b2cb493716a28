"""What precedes complaints: which failed items go before them, and what do they tell that no item asks for?"""

import streamlit as st

from pages.ui.wings import precursor_view
from reports.text import _

st.title(_("What precedes complaints"))
precursor_view.page()
