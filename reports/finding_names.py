"""Names of what stands in lists of findings, coaching sheets, and of what is reviewed."""

from reports.messages import N_

CODES = {"contact": N_("Customer contact"), "closing": N_("Closing")}
COLUMNS = {
    "finding_id": N_("Finding"),
    "due_at": N_("Due at"),
    "trained_at": N_("Trained at"),
    "closed_at": N_("Closed at"),
    "recurred_at": N_("Found again at"),
    "training_due": N_("Training due on"),
    "age_days": N_("Days open"),
    "overdue_days": N_("Days past its date"),
    "owed": N_("Owed"),
    "score_share": N_("Points of those possible, %"),
}
