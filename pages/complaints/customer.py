"""One customer: what happened with this customer, from the first contact to the last follow-up?"""

import streamlit as st

from pages.ui.desk import customer_view
from reports.text import _

st.title(_("One customer"))
customer_view.page()
