"""Findings closed: is what quality monitoring finds trained, closed in time, and gone for good?"""

import streamlit as st

from metrics.finding import FINDINGS_CLOSED, FINDINGS_RECURRED, FINDINGS_TRAINED, METRICS
from pages.ui import cases, files, pieces, scope, show
from pages.ui.wings import closing_view
from reports.text import _

DIMENSIONS = ("team_id", "item", "agent_id", "issue_type", "object_type")
SPLITS = {metric.id: DIMENSIONS for metric in METRICS}

st.title(_("Findings"))
result = show.compared(METRICS)
has_findings = scope.current().store.warehouse.has("findings")
if has_findings:
    closing_view.said(result)
show.tiles(METRICS, result, show.sparks(METRICS))
if has_findings:
    closing_view.backlog()
    left, right = st.columns(2, gap="large")
    with left:
        pieces.trend(FINDINGS_TRAINED)
        pieces.breakdown(FINDINGS_CLOSED, DIMENSIONS)
    with right:
        pieces.breakdown(FINDINGS_TRAINED, DIMENSIONS)
        pieces.breakdown(FINDINGS_RECURRED, DIMENSIONS)
    closing_view.objects()
    with st.container(horizontal=True):
        cases.button(FINDINGS_TRAINED, "trained")
        files.page(_("Findings"), result, METRICS, splits=SPLITS, more=closing_view.sections)
