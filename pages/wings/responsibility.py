"""Responsibility: was it the agent, the rule, the system or the product, and did QA pass what went wrong?"""

import streamlit as st

from pages.ui.wings import responsibility
from reports.text import _

st.title(_("Responsibility"))
responsibility.page()
