"""Days as they are typed behind an option, and the one that it is."""

from datetime import date, datetime

from data_access.home import home
from data_access.opening import site_zone
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


def today() -> date:
    """By the site's clock."""
    return datetime.now(site_zone(home())).date()
