"""Is QA measuring anything? Scores against what customers feel, and items that tell nobody apart."""

import streamlit as st

from metrics.catalogue import named
from pages.ui import show
from pages.ui.wings import validity_view as view
from reports.text import _

METRICS = named(["qa_validity", "qa_validity_resolution", "qa_validity_complaint"])

st.title(_("Is QA measuring anything?"))
if view.is_possible():
    view.lead()
    show.tiles(METRICS, show.compared(METRICS), {})
    left, right = st.columns(2, gap="large")
    with left:
        view.correlated()
    with right:
        view.items()
    view.take_along()
