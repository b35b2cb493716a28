"""Days as they are typed behind an option."""

from datetime import date

from metrics.errors import InvalidScope

FIRST_YEAR, LAST_YEAR = 1970, 2199  # beyond them the look for repeats would leave the calendar


def day_of(text: str) -> date:
    """
    Raises:
        InvalidScope: it is no day, or none that anything can be shown of.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidScope("'{text}' is not a day that can be shown.", "Write days like 2026-11-09.", text=text)
    return day
