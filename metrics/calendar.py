"""The calendar of a Chinese centre: public holidays with their make-up workdays, sales and complaint seasons."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

#: Days on which contacts or complaints rise every year, by month and day; the codes are named in reports/codes.py.
SEASONS = {
    (3, 15): "consumer_day",
    (5, 17): "telecom_day",
    (6, 18): "mid_year_sale",
    (11, 11): "singles_day",
    (12, 12): "year_end_sale",
}
NEW_YEAR = "Chinese New Year (Spring Festival)"  # as the package names it in English
FIRST_YEAR, LAST_YEAR = 1950, 2099


@dataclass(frozen=True, slots=True)
class Event:
    """A day that explains a rise or a fall."""

    day: date
    code: str


@cache
def _year(year: int) -> holidays.HolidayBase:
    """The public holidays of a year; days off of the next one are announced in November, until then the law's."""
    return holidays.country_holidays("CN", years=year, language="en_US", expand=False)


def is_workday(day: date) -> bool:
    """Do people work on that day? Make-up workdays on weekends count, days off do not."""
    return _year(day.year).is_working_day(day)


def spring_festival(year: int) -> date:
    """The first day of the lunar year that begins in this one."""
    return min(day for day, name in _year(year).items() if NEW_YEAR in name)


def events(start: date, end: date) -> list[Event]:
    """The seasons of [start, end) in their order."""
    found = []
    for year in range(max(start.year, FIRST_YEAR), min(end.year, LAST_YEAR) + 1):
        found += [Event(date(year, *place), code) for place, code in SEASONS.items()]
        found.append(Event(spring_festival(year), "spring_festival"))
    return sorted((each for each in found if start <= each.day < end), key=lambda each: each.day)


def lunar_year_before(day: date) -> timedelta:
    """How far back the same day of the lunar year before lies: from Spring Festival to Spring Festival."""
    return spring_festival(day.year) - spring_festival(day.year - 1)
