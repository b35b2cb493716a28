"""Complaints: how many, about what, through which channel, and which department has to act?"""

import streamlit as st

from metrics.catalogue import named
from metrics.complaint import COMPLAINT_RATE, COMPLAINT_SLA_ATTAINMENT
from pages.ui import cases, files, pieces, scope, show
from reports.text import _

METRICS = named(
    [
        "complaint_rate", "complaint_rate_per_order", "attitude_complaint_rate", "cause_established_share",
        "complaint_sla_attainment", "complaint_sla_attainment_response", "complaint_sla_attainment_resolution",
    ]
)  # fmt: skip
SPLITS = {
    COMPLAINT_RATE.id: ("issue_type", "team_id", "channel", "product", "customer_tier"),
    COMPLAINT_SLA_ATTAINMENT.id: ("severity", "team_id", "responsible_department", "issue_type"),
}

st.title(_("Complaints"))
result = show.compared(METRICS)
show.tiles(METRICS, result, show.sparks(METRICS))
if scope.current().store.warehouse.has("complaints"):
    shares = {
        _("Complaints by type"): "issue_type",
        _("Complaints by channel"): "channel",
        _("Responsible departments"): "responsible_department",
    }
    left, right = st.columns(2, gap="large")
    with left:
        pieces.complaint_trend(_("Complaints over time"))
        pieces.complaint_shares(_("Complaints by channel"), "channel")
        pieces.breakdown(COMPLAINT_RATE, SPLITS[COMPLAINT_RATE.id])
    with right:
        pieces.complaint_shares(_("Complaints by type"), "issue_type")
        pieces.complaint_shares(_("Responsible departments"), "responsible_department")
        pieces.breakdown(COMPLAINT_SLA_ATTAINMENT, SPLITS[COMPLAINT_SLA_ATTAINMENT.id])
    with st.container(horizontal=True):
        cases.button(COMPLAINT_RATE, "complaints")
        files.page(_("Complaints"), result, METRICS, splits=SPLITS, shares=shares)
