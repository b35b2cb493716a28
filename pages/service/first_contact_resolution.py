"""First-contact resolution: are customers helped the first time, and where are they not?"""

import streamlit as st

from metrics.catalogue import named
from metrics.contact import FIRST_CONTACT_RESOLUTION
from pages.ui import cases, files, pieces, show
from reports.text import _

METRICS = named(["first_contact_resolution", "first_contact_resolution_flag", "reopen_rate", "identified_share"])
DIMENSIONS = ("team_id", "channel", "issue_type", "product", "customer_tier", "scenario", "agent_id")
SPLITS = {FIRST_CONTACT_RESOLUTION.id: DIMENSIONS}

st.title(_("First-contact resolution"))
result = show.compared(METRICS)
show.tiles(METRICS, result, show.sparks(METRICS))
left, right = st.columns(2, gap="large")
with left:
    pieces.trend(FIRST_CONTACT_RESOLUTION)
with right:
    pieces.breakdown(FIRST_CONTACT_RESOLUTION, DIMENSIONS)
with st.container(horizontal=True):
    cases.button(FIRST_CONTACT_RESOLUTION, "fcr")
    files.page(_("First-contact resolution"), result, METRICS, splits=SPLITS)
