"""What days of a Chinese centre's year have in common: weekday, days off, run-up and wake of seasons, time of the year.

Every day is a row; every column is what a logarithm of the expected count may be moved by. The same calendar is known
of any day, past or to come, so nothing here looks ahead.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from metrics.calendar import SEASONS, events, year_of

WEEKDAYS = 7
RUN_UP = 21  # days in which a season makes itself felt more and more
#: Days from a season's own day, both ends included, that share an effect.
AROUND = {"early": (-RUN_UP, -11), "near": (-10, -2), "peak": (-1, 1), "wake": (2, 3), "after": (4, 9)}
#: The same of the first day of the lunar year: people travel before it and come back after it.
AROUND_FESTIVAL = {"near": (-10, -2), "peak": (-1, 6), "after": (7, 16)}
FESTIVAL = "spring_festival"
YEAR = 365.25
WAVES = 3  # of the year: one, a half, a third of it long
YEAR_NEEDED = 400  # days of history from which on a year's course can be told from a trend
SUMMER = (6, 7, 8)
MARGIN = timedelta(days=40)
#: How far an effect may go, one standard deviation of its logarithm, unless the data say more.
REACH = {"weekday": 1.0, "holiday": 0.3, "make_up_workday": 0.3, "season": 0.3, "summer": 0.15, "year": 0.05}
#: What a forecast may be moved by: all of it, or weekdays alone where a centre does not keep to this calendar.
WEEKDAYS_ONLY = ("weekday",)
EVERYTHING = (*WEEKDAYS_ONLY, "holiday", "make_up_workday", FESTIVAL, *SEASONS.values(), "summer", "year")


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns and how far each may go."""

    names: tuple[str, ...]
    reach: np.ndarray

    def places(self, kind: str) -> list[int]:
        """Where the columns of a kind stand: `consumer_day`, `year` …"""
        return [place for place, name in enumerate(self.names) if name.split(".")[0] == kind]


def columns() -> Columns:
    """Every column there is, in order."""
    names = [f"weekday.{day}" for day in range(1, WEEKDAYS)]
    names += ["holiday.off", "make_up_workday.on"]
    names += [f"{FESTIVAL}.{part}" for part in AROUND_FESTIVAL]
    names += [f"{code}.{part}" for code in SEASONS.values() for part in ("run_up", *AROUND)]
    names += ["summer.on"]
    names += [f"year.{wave}{side}" for wave in range(1, WAVES + 1) for side in ("s", "c")]
    kinds = [name.split(".")[0] for name in names]
    return Columns(tuple(names), np.array([REACH.get(kind, REACH["season"]) for kind in kinds]))


@cache
def rows(first: date, count: int) -> np.ndarray:
    """The calendar of so many days from the first on, a row each; not to be written to."""
    names, days = columns().names, [first + timedelta(days=place) for place in range(count)]
    made = np.zeros((count, len(names)))
    at = {name: place for place, name in enumerate(names)}
    for place, day in enumerate(days):
        if day.weekday():
            made[place, at[f"weekday.{day.weekday()}"]] = 1
    _days_off(made, at, first, days[-1])
    for event in events(first - MARGIN, days[-1] + MARGIN):
        _season(made, at, event.code, (event.day - first).days)
    angles = 2 * np.pi * np.array([day.timetuple().tm_yday for day in days]) / YEAR
    made[:, at["summer.on"]] = [day.month in SUMMER for day in days]
    for wave in range(1, WAVES + 1):
        made[:, at[f"year.{wave}s"]] = np.sin(wave * angles)
        made[:, at[f"year.{wave}c"]] = np.cos(wave * angles)
    made.flags.writeable = False
    return made


def _days_off(made: np.ndarray, at: dict[str, int], first: date, last: date) -> None:
    kinds = {"holiday": "holiday.off", "make_up_workday": "make_up_workday.on"}
    for year in range(first.year, last.year + 1):
        for stretch in year_of(year):
            if stretch.kind in kinds and FESTIVAL not in stretch.codes:
                begin, end = (stretch.first - first).days, (stretch.last - first).days
                made[max(0, begin) : max(0, end + 1), at[kinds[stretch.kind]]] = 1


def _season(made: np.ndarray, at: dict[str, int], code: str, place: int) -> None:
    """Writes what a season on this day does to the days around it."""
    parts = AROUND_FESTIVAL if code == FESTIVAL else AROUND
    for part, (begin, end) in parts.items():
        made[max(0, place + begin) : max(0, place + end + 1), at[f"{code}.{part}"]] = 1
    if code == FESTIVAL:
        return
    for ahead in range(RUN_UP + 1):
        if 0 <= place - ahead < len(made):
            made[place - ahead, at[f"{code}.run_up"]] = 1 - ahead / (RUN_UP + 1)
