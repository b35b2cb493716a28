"""Names of what the calendar has."""

from reports.messages import N_

#: Days of the calendar that are drawn on every trend.
EVENTS = {
    "consumer_day": N_("315"),
    "telecom_day": N_("517"),
    "mid_year_sale": N_("618"),
    "singles_day": N_("11.11"),
    "year_end_sale": N_("12.12"),
    "spring_festival": N_("Spring Festival"),
}

HOLIDAYS = {
    "new_year": N_("New Year"),
    "tomb_sweeping": N_("Tomb-Sweeping Day"),
    "labour_day": N_("Labour Day"),
    "dragon_boat": N_("Dragon Boat Festival"),
    "mid_autumn": N_("Mid-Autumn Festival"),
    "national_day": N_("National Day"),
    "victory_day": N_("Victory Day"),
}
