"""The Chinese calendar against the State Council's announcements and the almanac."""

from datetime import date, timedelta

import pytest

from metrics.calendar import Stretch, events, is_workday, spring_festival, year_of
from metrics.scope import Comparison, Period, compared_period


@pytest.mark.parametrize(
    ("year", "day"),
    # Almanac of the Purple Mountain Observatory.
    [(2024, date(2024, 2, 10)), (2025, date(2025, 1, 29)), (2026, date(2026, 2, 17))],
)
def test_the_spring_festival_is_the_almanacs(year: int, day: date):
    assert spring_festival(year) == day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        # State Council's notice for 2025: off 28 January to 4 February, at work on 26 January and 8 February.
        (date(2025, 1, 26), True),  # a Sunday
        (date(2025, 2, 8), True),  # a Saturday
        (date(2025, 1, 28), False),
        (date(2025, 2, 4), False),  # a Tuesday
        (date(2025, 2, 5), True),
        (date(2025, 3, 15), False),  # a Saturday
        (date(2025, 10, 8), False),  # National Day with the Mid-Autumn Festival: 1 to 8 October
        (date(2025, 10, 11), True),  # and at work on this Saturday
    ],
)
def test_make_up_workdays_are_worked_and_days_off_are_not(day: date, works: bool):
    assert is_workday(day) is works


def test_seasons_of_a_year_stand_in_their_order():
    found = [(each.day.isoformat(), each.code) for each in events(date(2026, 1, 1), date(2027, 1, 1))]
    assert found == [
        ("2026-02-17", "spring_festival"),
        ("2026-03-15", "consumer_day"),
        ("2026-05-17", "telecom_day"),
        ("2026-06-18", "mid_year_sale"),
        ("2026-11-11", "singles_day"),
        ("2026-12-12", "year_end_sale"),
    ]
    assert events(date(2026, 3, 16), date(2026, 5, 17)) == []


def test_the_week_of_the_spring_festival_is_compared_with_that_of_the_year_before():
    # In 2026 it begins on 17 February, in 2025 on 29 January: 384 days before.
    week = Period(date(2026, 2, 16), date(2026, 2, 23))
    assert compared_period(week, Comparison.LUNAR_YEAR) == Period(date(2025, 1, 28), date(2025, 2, 4))


@pytest.mark.parametrize(
    ("day", "before"),
    [
        # Mid-Autumn, the fifteenth of the eighth lunar month; 2025 had a leap month before it, 2023 too.
        (date(2025, 10, 6), date(2024, 9, 17)),
        (date(2024, 9, 17), date(2023, 9, 29)),
        # The Lantern Festival, the fifteenth of the first lunar month.
        (date(2025, 2, 12), date(2024, 2, 24)),
        # New Year's Eve of the lunar year is one on both sides.
        (date(2026, 2, 16), date(2025, 1, 28)),
    ],
)
def test_a_festival_is_compared_with_itself_a_lunar_year_before(day: date, before: date):
    shown = compared_period(Period(day, day + timedelta(days=1)), Comparison.LUNAR_YEAR)
    assert shown is not None
    assert shown.start == before


def test_the_last_year_of_the_calendar_has_a_lunar_year_before():
    shown = compared_period(Period(date(2099, 8, 1), date(2099, 8, 8)), Comparison.LUNAR_YEAR)
    assert shown is not None
    assert shown.start.year == 2098


def test_a_year_has_its_holidays_with_their_weekends_and_its_make_up_workdays():
    # State Council's notice for 2026, which names these days off and these days at work.
    found = [(each.first, each.last, each.kind) for each in year_of(2026) if each.kind != "season"]
    off = [((1, 1), (1, 3)), ((2, 15), (2, 23)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((6, 19), (6, 21))]
    off += [((9, 25), (9, 27)), ((10, 1), (10, 7))]
    worked = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    wanted = [(date(2026, *first), date(2026, *last), "holiday") for first, last in off]
    wanted += [(date(2026, *day), date(2026, *day), "make_up_workday") for day in worked]
    assert found == sorted(wanted)


def test_two_holidays_at_once_are_both_named():
    # In 2025 the Mid-Autumn Festival fell into the days off around National Day, 1 to 8 October.
    assert Stretch(date(2025, 10, 1), date(2025, 10, 8), "holiday", ("national_day", "mid_autumn")) in year_of(2025)
