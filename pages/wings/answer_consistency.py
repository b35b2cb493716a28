"""Answer consistency: do all give the same answer to the same question, and who does not?"""

import streamlit as st

from pages.ui.wings import answers
from reports.text import _

st.title(_("Answer consistency"))
answers.page()
