"""What bad service costs: how many customers stay after a complaint, a repeat or a failed review?"""

import streamlit as st

from metrics.catalogue import CATALOGUE
from pages.ui import cases
from pages.ui.wings import retention_view
from reports.text import _

st.title(_("What bad service costs"))
retention_view.compared()
cases.button(CATALOGUE["retention_90d"], "retained", words=_("Show the complaints and whether they were followed"))
