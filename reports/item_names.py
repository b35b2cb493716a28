"""Names of the items and sections of the review form that the demo uses; a user's others are shown as they are."""

from reports.messages import N_

ITEMS = {
    "greeting": N_("Greeting"),
    "listening": N_("Listening"),
    "answer_accuracy": N_("Right answer"),
    "solution": N_("Solution"),
    "promise_script": N_("Promises as scripted"),
    "attitude": N_("Attitude"),
    "record": N_("Record kept"),
    "opening": N_("Opening"),
    "business": N_("Business"),
    "closing": N_("Closing"),
}
COLUMNS = {
    "item": N_("Item"),
    "section": N_("Section"),
    "other_reviewer_id": N_("Other reviewer"),
}
