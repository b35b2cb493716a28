"""When contacts and complaints come: weekdays, hours, shopping festivals, the Spring Festival and 15 March."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

WEEKDAYS = np.array([1.14, 1.08, 1.04, 1.02, 1.00, 0.90, 0.82])  # Monday first
HOURS = np.array(
    (
        *(0.5, 0.3, 0.2, 0.2, 0.2, 0.4, 0.9, 2.0, 4.2, 7.0, 8.0, 7.2),
        *(5.0, 5.4, 7.2, 7.4, 6.6, 5.4, 4.6, 5.2, 6.4, 5.6, 3.4, 1.5),
    )
)  # from midnight on
SPRING_FESTIVALS = (
    *(date(2021, 2, 12), date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29)),
    *(date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 3)),
)  # the first day of each lunar year


def contact_weights(days: Sequence[date]) -> np.ndarray[Any, Any]:
    """The relative number of contacts on each day."""
    weights = np.array([_festival(day) * WEEKDAYS[day.weekday()] for day in days])
    return weights * 1.004 ** (np.arange(len(days)) / 30)


def _festival(day: date) -> float:
    """Load against an ordinary day; festivals load the days after them too, when parcels arrive and come back."""
    place = (day.month, day.day)
    if (11, 1) <= place <= (11, 20):
        return 1.7 if (11, 10) <= place <= (11, 14) else 1.35
    if (6, 1) <= place <= (6, 24):
        return 1.45 if (6, 16) <= place <= (6, 21) else 1.2
    if (12, 10) <= place <= (12, 16):
        return 1.25
    if (3, 1) <= place <= (3, 15):
        return 1.08
    holiday = any(-1 <= (day - festival).days <= 6 for festival in SPRING_FESTIVALS)
    return 0.5 if holiday else 1.0


def complaint_factor(day: date) -> float:
    """How much likelier a contact ends in a complaint: rising from the end of February to 15 March (“315”)."""
    if (day.month, day.day) < (2, 22) or (day.month, day.day) > (3, 16):
        return 1.25 if (day.month, day.day) == (5, 17) else 1.0
    days_to_go = max(0, (date(day.year, 3, 15) - day).days)
    return 1.0 + 1.2 * (1 - days_to_go / 22)
