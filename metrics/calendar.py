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
ONE_DAY = timedelta(days=1)
JUNE = 6  # from the month after it on the next Spring Festival is nearer


@dataclass(frozen=True, slots=True)
class Event:
    """A day that explains a rise or a fall."""

    day: date
    code: str


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Days in a row of a kind (holiday, make_up_workday, season), the last included; codes are named in reports."""

    first: date
    last: date
    kind: str
    codes: tuple[str, ...] = ()


#: What the package calls a public holiday, in English, and its code.
HOLIDAYS = {
    "New Year's Day": "new_year",
    "Chinese New Year": "spring_festival",
    "Tomb-Sweeping Day": "tomb_sweeping",
    "Labor Day": "labour_day",
    "Dragon Boat Festival": "dragon_boat",
    "Mid-Autumn Festival": "mid_autumn",
    "National Day": "national_day",
    "70th Anniversary": "victory_day",
}


@cache
def _year(year: int) -> holidays.HolidayBase:
    """The public holidays of a year; days off of the next one are announced in November, until then the law's."""
    return holidays.country_holidays("CN", years=year, language="en_US", expand=False)


def is_workday(day: date) -> bool:
    """Do people work on that day? Make-up workdays on weekends count, days off do not."""
    return _year(day.year).is_working_day(day)


@cache
def workday_after(day: date, count: int) -> date:
    """The last of so many working days after a day, which itself does not count."""
    while count:
        day += ONE_DAY
        count -= is_workday(day)
    return day


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
    """How far back the same day of the lunar year before lies: as far as the Spring Festival that is nearer.

    So the half of a year that has no leap month is right to the day or two; in the other, days before or after the
    leap month are a month off.
    """
    year = min(day.year + int(day.month > JUNE), LAST_YEAR)
    return spring_festival(year) - spring_festival(year - 1)


@cache
def year_of(year: int) -> tuple[Stretch, ...]:
    """The public holidays of a year with the weekends that they join, its make-up workdays and seasons, in order."""
    off = sorted(day for day in _year(year) if day.year == year)
    runs: dict[tuple[date, date], list[str]] = {}
    for day in off:
        runs.setdefault(_days_off_around(day), []).extend(_codes(_year(year)[day]))
    found = [Stretch(*run, "holiday", tuple(dict.fromkeys(codes))) for run, codes in runs.items()]
    worked = sorted(day for day in _year(year).weekend_workdays if day.year == year)
    found += [Stretch(day, day, "make_up_workday") for day in worked]
    named = {code for stretch in found for code in stretch.codes}  # the Spring Festival is among the holidays
    seasons = events(date(year, 1, 1), date(year + 1, 1, 1))
    found += [Stretch(each.day, each.day, "season", (each.code,)) for each in seasons if each.code not in named]
    return tuple(sorted(found))


def _codes(names: str) -> list[str]:
    """A day may be two holidays at once; a day off in the place of a make-up workday is none."""
    return [code for known, code in HOLIDAYS.items() if known in names]


def _days_off_around(day: date) -> tuple[date, date]:
    """The first and the last of the days off in a row around this one."""
    first = last = day
    while not is_workday(first - ONE_DAY):
        first -= ONE_DAY
    while not is_workday(last + ONE_DAY):
        last += ONE_DAY
    return first, last
