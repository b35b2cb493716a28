"""What each rule that a site may set is called."""

from reports.messages import N_

NAMES = {
    "stage": N_("Which indicators lead"),
    "fcr_window_days": N_("No further contact within, days (W)"),
    "fcr_gap_days": N_("No contact before within, days (W0)"),
    "min_denominator": N_("Fewest cases that may be judged"),
    "service_level_formula": N_("Formula of the service level"),
    "answer_seconds": N_("Answered in time within, seconds (T)"),
    "short_abandon_seconds": N_("Short abandon within, seconds"),
    "hand_over_seconds": N_("Hand-over to the department within, minutes"),
    "department_seconds": N_("Reply of the department within, minutes"),
    "solution_seconds": N_("Solution within, hours"),
    "follow_up_seconds": N_("Follow-up after the resolution within, hours"),
    "high_value_follow_up_seconds": N_("Follow-up of high-value customers within, hours"),
    "repeat_complaint_days": N_("Repeated complaint within, days"),
    "escalation_complaints": N_("Trigger of escalation: complaints about one issue"),
    "strong_dissatisfaction": N_("Strongly dissatisfied from this score on (of 100)"),
    "growth_alarm": N_("Complaints alarm where they may grow by, % a month"),
    "team_share": N_("Team QA: share of each day’s contacts, %"),
    "centre_share": N_("Centre QA: share of agents a week, %"),
    "random_share": N_("Sampling plan: share drawn at random, %"),
    "new_agent_days": N_("An agent is new for, days"),
    "training_workdays": N_("Training after a finding within, working days"),
    "recurrence_days": N_("A finding came back when found again within, days"),
}
LEGS = {
    "response": N_("{severity} complaints: first response within, minutes"),
    "resolution": N_("{severity} complaints: resolution within, hours"),
}
LIMIT = N_("{priority} priority: resolution within, hours")
