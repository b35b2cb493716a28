"""Names of the codes that complaints alone have."""

from reports.messages import N_

CODES = {
    "serious": N_("Serious"),
    "12315": N_("12315 hotline"),
    "consumer_association": N_("Consumer association"),
    "post_regulator": N_("Postal regulator"),
    "media": N_("Media"),
}
COLUMNS = {
    "complaint_id": N_("Complaint"),
    "complaint_type": N_("Complaint type"),
    "claimed_cause": N_("Claimed cause"),
    "established_cause": N_("Established cause"),
    "upheld": N_("Upheld"),
}
