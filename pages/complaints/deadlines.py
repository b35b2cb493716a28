"""Deadlines: what falls due, what was kept, how long complaints wait, and with whom the time went."""

import streamlit as st

from metrics.catalogue import named
from pages.ui import show
from pages.ui.desk import deadlines
from reports.text import _

METRICS = named(
    [
        "complaint_sla_attainment_response", "complaint_sla_attainment_hand_over",
        "complaint_sla_attainment_department", "complaint_sla_attainment_resolution", "follow_up_rate",
        "complaint_solution_24h",
    ]
)  # fmt: skip

st.title(_("Deadlines"))
deadlines.page(METRICS, show.compared(METRICS))
