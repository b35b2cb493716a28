"""Closing the loop: were customers asked, were cases taken up again, were promises kept, and who handed what on?"""

import streamlit as st

from metrics.catalogue import named
from pages.ui import show
from pages.ui.desk import closing_view
from reports.text import _

METRICS = named(["follow_up_rate", "follow_up_satisfaction", "redo_rate", "promise_kept_rate"])

st.title(_("Closing the loop"))
closing_view.page(METRICS, show.compared(METRICS))
