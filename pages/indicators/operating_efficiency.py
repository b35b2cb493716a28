"""Operating efficiency: is quality controlled as planned, and is the agents' time well used?"""

import streamlit as st

from metrics.catalogue import named
from metrics.stages import arranged
from pages.ui import grid, scope, show
from reports.text import N_, _

GROUPS = {
    N_("Time"): named(["handle_time_compliance", "handle_time", "handle_time_p90", "occupancy", "utilisation"]),
    N_("QA coverage"): named(
        ["qa_coverage", "qa_coverage_agents", "qa_coverage_agents_centre", "qa_linkage", "complaint_linkage"]
    ),
    N_("QA plan"): named(["qa_plan_attainment_self", "qa_plan_attainment_team", "qa_plan_attainment_centre"]),
    N_("QA results"): named(
        ["qa_pass_rate", "qa_score", "script_compliance", "qa_dispute_rate", "qa_dispute_upheld", "qa_miss_rate"]
    ),
    N_("Findings"): named(["findings_trained_in_time", "findings_closed_in_time", "findings_recurred"]),
    N_("Do reviewers and agents agree?"): named(
        ["calibration_alpha", "calibration_kappa", "calibration_ac1", "calibration_agreement", "answer_consistency"]
    ),
    N_("Does QA measure what customers feel?"): named(
        ["qa_validity", "qa_validity_resolution", "qa_validity_complaint"]
    ),
}

st.title(_("Operating efficiency"))
groups = arranged(GROUPS, scope.current().store.rules)
grid.themes(_("Operating efficiency"), groups, show.compared([each for group in groups.values() for each in group]))
