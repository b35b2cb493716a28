"""QA coverage: which share of contacts and agents do people look at, and where does nobody look?"""

import streamlit as st

from metrics.catalogue import named
from metrics.review import QA_COVERAGE, QA_COVERAGE_AGENTS_CENTRE
from pages.ui import cases, files, levels, pieces, scope, show
from reports.text import _

METRICS = named(
    [
        "qa_coverage", "qa_coverage_agents_centre", "qa_coverage_agents", "qa_coverage_self", "qa_coverage_team",
        "qa_coverage_centre",
    ]
)  # fmt: skip
SPLITS = {
    QA_COVERAGE.id: ("scenario", "team_id", "issue_type", "channel", "product", "customer_tier"),
    QA_COVERAGE_AGENTS_CENTRE.id: ("team_id",),
}

st.title(_("QA coverage"))
result = show.compared(METRICS)
show.tiles(METRICS, result, show.sparks(METRICS))
if scope.current().store.warehouse.has("qa_reviews"):
    left, right = st.columns(2, gap="large")
    with left:
        pieces.trend(QA_COVERAGE)
        pieces.breakdown(QA_COVERAGE_AGENTS_CENTRE, SPLITS[QA_COVERAGE_AGENTS_CENTRE.id])
    with right:
        pieces.breakdown(QA_COVERAGE, SPLITS[QA_COVERAGE.id])
        levels.coverage()
    with st.container(horizontal=True):
        cases.button(QA_COVERAGE, "coverage")
        files.page(_("QA coverage"), result, METRICS, splits=SPLITS, more=levels.sections)
