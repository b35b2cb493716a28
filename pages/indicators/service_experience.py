"""Service experience: are customers helped the first time, kindly and in time, and are they content?"""

import streamlit as st

from metrics.catalogue import named
from metrics.stages import arranged
from pages.ui import grid, scope, show
from reports.text import N_, _

GROUPS = {
    N_("Solved the first time"): named(
        [
            "first_contact_resolution", "first_contact_resolution_flag", "first_contact_resolution_survey",
            "one_contact_resolution", "reopen_rate", "transfer_rate", "identified_share",
        ]
    ),
    N_("Answered in time"): named(
        [
            "service_level", "abandonment_rate", "abandonment_rate_short", "first_response_time",
            "first_response_time_p90", "resolution_time", "resolution_time_p90", "contact_sla_attainment",
            "self_service_containment",
        ]
    ),
    N_("Content"): named(
        ["csat", "csat_mean", "csat_response_rate", "heated_emotion_share", "service_follow_up_rate"]
    ),
    N_("Complaints"): named(
        [
            "complaint_rate", "attitude_complaint_rate", "staff_error_complaint_rate", "staff_error_found_by_us",
            "repeat_complaint_rate", "complaint_solution_24h", "upheld_rate",
        ]
    ),
    N_("Complaint handling"): named(
        [
            "complaint_sla_attainment", "complaint_sla_attainment_response", "complaint_sla_attainment_hand_over",
            "complaint_sla_attainment_department", "complaint_sla_attainment_resolution", "follow_up_rate",
            "follow_up_satisfaction", "redo_rate", "promise_kept_rate", "backlog_age",
        ]
    ),
    N_("Escalation"): named(
        [
            "escalation_rate_l1", "escalation_rate_l2", "escalation_rate_l3", "external_complaint_rate",
            "pre_escalation_contact_rate", "pre_escalation_ticket_rate", "escalation_lead_time",
            "escalation_lead_time_p90",
        ]
    ),
}  # fmt: skip

st.title(_("Service experience"))
groups = arranged(GROUPS, scope.current().store.rules)
grid.themes(_("Service experience"), groups, show.compared([each for group in groups.values() for each in group]))
