"""Calibration between reviewers: do they judge alike, and does anybody grow milder?"""

import streamlit as st

from metrics.catalogue import named
from pages.ui import show
from pages.ui.wings import calibration_view as view
from reports.text import _

METRICS = named(["calibration_alpha", "calibration_kappa", "calibration_ac1", "calibration_agreement"])

st.title(_("Calibration between reviewers"))
if view.is_possible():
    view.lead()
    show.tiles(METRICS, show.compared(METRICS), {})
    left, right = st.columns(2, gap="large")
    with left:
        view.drifting()
    with right:
        view.lenient()
        view.agreed()
    view.people()
