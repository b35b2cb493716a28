"""What each rule that a site may set is called."""

from reports.messages import N_

NAMES = {
    "stage": N_("Which indicators lead"),
    "control_rules": N_("Which patterns count as more than chance"),
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
    "dissatisfied_score": N_("Dissatisfied at the follow-up up to the score"),
    "repeat_complaint_days": N_("Repeated complaint within, days"),
    "escalation_complaints": N_("Trigger of escalation: complaints about one issue"),
    "strong_dissatisfaction": N_("Strongly dissatisfied from this score on (of 100)"),
    "growth_alarm": N_("Complaints alarm where they may grow by, % a month"),
    "deadline_clock": N_("When the clock of deadlines runs"),
    "office_opens_seconds": N_("The office opens at, hour"),
    "office_closes_seconds": N_("The office closes at, hour"),
    "reminder_department_seconds": N_("Reminder to the department after, minutes"),
    "reminder_head_seconds": N_("Reminder to its head after, minutes"),
    "reminder_leader_seconds": N_("Reminder to the leader above after, minutes"),
    "due_soon_seconds": N_("What falls due: first within, hours"),
    "due_later_seconds": N_("What falls due: then within, hours"),
    "due_last_seconds": N_("What falls due: last within, hours"),
    "team_share": N_("Team QA: share of each day’s contacts, %"),
    "centre_share": N_("Centre QA: share of agents a week, %"),
    "random_share": N_("Sampling plan: share drawn at random, %"),
    "new_agent_days": N_("An agent is new for, days"),
    "training_workdays": N_("Training after a finding within, working days"),
    "recurrence_days": N_("A finding came back when found again within, days"),
    "twice_limit": N_("Rows on record twice: trouble from, %"),
    "orphan_limit": N_("Rows that name one not on record: trouble from, %"),
    "impossible_limit": N_("Impossible times and numbers: trouble from, %"),
    "unmapped_limit": N_("Unknown codes: trouble from, %"),
    "empty_limit": N_("What is left open, such as the customer: trouble from, %"),
    "late_limit": N_("Rows that came late: trouble from, %"),
    "volume_limit": N_("A day is unusual from so much off what is expected, %"),
    "staff_service_level": N_("Staff need: answered within T, %"),
    "staff_occupancy": N_("Staff need: agents busy at most, %"),
    "staff_shrinkage": N_("Staff need: shrinkage (leave, training, breaks), %"),
}
LEGS = {
    "response": N_("{severity} complaints: first response within, minutes"),
    "resolution": N_("{severity} complaints: resolution within, hours"),
}
LIMIT = N_("{priority} priority: resolution within, hours")
#: When the clock of deadlines runs.
CLOCKS = {
    "always": N_("around the clock"),
    "workdays": N_("on Chinese working days"),
    "office_hours": N_("in office hours of Chinese working days"),
}
#: Sets of rules of control charts.
CONTROL_RULES = {
    "nhs": N_("NHS: outside the limits, 7 on one side, trend of 7, 2 of 3 near a limit"),
    "western": N_("Western Electric: outside, 2 of 3, 4 of 5, 8 on one side"),
    "nelson": N_("Nelson: eight tests, 9 on one side, trend of 6 and others"),
    "anhoej": N_("Anhøj: outside, longest run and crossings of the whole phase"),
}
