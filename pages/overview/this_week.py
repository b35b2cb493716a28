"""This week: what moved, by how much, and is it more than chance?"""

import streamlit as st

from metrics.catalogue import named
from metrics.compare import movers
from metrics.stages import arranged, leading
from pages.ui import frame, grid, scope, show, words
from reports.rule_words import LEADING, why_leading
from reports.text import N_, _

GROUPS = {
    N_("Service experience"): named(
        [
            "first_contact_resolution", "csat", "first_response_time", "resolution_time", "resolution_time_p90",
            "first_contact_resolution_flag", "csat_mean", "csat_response_rate",
        ]
    ),
    N_("Complaints"): named(
        [
            "complaint_rate", "complaint_sla_attainment", "attitude_complaint_rate", "cause_established_share",
            "complaint_rate_per_order",
        ]
    ),
    N_("Quality and operation"): named(
        [
            "qa_coverage", "qa_coverage_agents_centre", "contact_sla_attainment", "transfer_rate", "handle_time",
            "handle_time_p90", "reopen_rate",
        ]
    ),
}  # fmt: skip

rules = scope.current().store.rules
lead = leading(rules)
groups = {LEADING[rules.stage]: lead} | {
    heading: [each for each in metrics if each not in lead] for heading, metrics in arranged(GROUPS, rules).items()
}
metrics = [metric for chosen in groups.values() for metric in chosen]

st.title(words.period_title())
frame.invite()
result = show.compared(metrics)
if not result["value"].is_null().all():
    st.subheader(_("What moved most"))
    words.movers(movers(result), metrics)
grid.themes(words.file_title(), groups, result, {LEADING[rules.stage]: why_leading(rules.stage)})
