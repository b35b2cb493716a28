"""Periods and their comparisons, worked on a calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.errors import InvalidScope
from metrics.scope import Comparison, Period, Preset, Scope, compared_period, months_before, preset_period, settled


def period(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("preset", "anchor", "start", "end"),
    # Monday 2024-01-01, Wednesday 2024-02-14, Friday 2024-03-01 (2024 is a leap year), Monday 2024-07-01.
    [
        (Preset.LAST_WEEK, "2024-02-14", "2024-02-05", "2024-02-12"),
        (Preset.LAST_WEEK, "2024-01-01", "2023-12-25", "2024-01-01"),
        (Preset.LAST_WEEK, "2024-03-03", "2024-02-19", "2024-02-26"),
        (Preset.LAST_4_WEEKS, "2024-02-14", "2024-01-15", "2024-02-12"),
        (Preset.LAST_MONTH, "2024-03-01", "2024-02-01", "2024-03-01"),
        (Preset.LAST_MONTH, "2024-01-31", "2023-12-01", "2024-01-01"),
        (Preset.MONTH_TO_DATE, "2024-02-14", "2024-02-01", "2024-02-14"),
        (Preset.MONTH_TO_DATE, "2024-03-01", "2024-02-01", "2024-03-01"),
        (Preset.MONTH_TO_DATE, "2024-01-01", "2023-12-01", "2024-01-01"),
        (Preset.LAST_QUARTER, "2024-02-14", "2023-10-01", "2024-01-01"),
        (Preset.LAST_QUARTER, "2024-07-01", "2024-04-01", "2024-07-01"),
        (Preset.CUSTOM, "2024-02-14", "2024-02-05", "2024-02-12"),
    ],
)
def test_preset_ends_before_the_day_that_is_not_over(preset: Preset, anchor: str, start: str, end: str) -> None:
    assert preset_period(preset, date.fromisoformat(anchor)) == period(start, end)


@pytest.mark.parametrize(
    ("chosen", "before"),
    [
        (("2024-02-05", "2024-02-12"), ("2024-01-29", "2024-02-05")),  # a week: the week before
        (("2024-01-15", "2024-02-12"), ("2023-12-18", "2024-01-15")),  # four weeks
        (("2024-03-01", "2024-04-01"), ("2024-02-01", "2024-03-01")),  # March (31) against February (29)
        (("2023-03-01", "2023-04-01"), ("2023-02-01", "2023-03-01")),  # … and 28
        (("2024-01-01", "2024-04-01"), ("2023-10-01", "2024-01-01")),  # a quarter
        (("2024-02-01", "2024-02-14"), ("2024-01-01", "2024-01-14")),  # month to date: as many days
        (("2023-03-01", "2023-03-31"), ("2023-01-30", "2023-03-01")),  # 30 days, of which February has only 28
        (("2023-03-01", "2023-03-29"), ("2023-02-01", "2023-03-01")),
        (("2024-06-01", "2024-07-02"), ("2024-05-01", "2024-06-01")),  # 31 days that reach into the next month
        (("2024-02-10", "2024-02-13"), ("2024-02-07", "2024-02-10")),  # any days
        (("2024-07-01", "2024-07-08"), ("2024-06-24", "2024-07-01")),  # a week that begins on the first of a month
        (("2024-07-01", "2024-07-29"), ("2024-06-03", "2024-07-01")),  # four weeks that do
        (("2024-06-01", "2024-06-08"), ("2024-05-01", "2024-05-08")),  # seven days from a Saturday: month to date
    ],
)
def test_previous_period_is_the_one_just_before(chosen: tuple[str, str], before: tuple[str, str]) -> None:
    assert compared_period(period(*chosen), Comparison.PREVIOUS) == period(*before)


@pytest.mark.parametrize(
    ("chosen", "before"),
    [
        # 52 weeks for weeks: Monday 5 February 2024 against Monday 6 February 2023.
        (("2024-02-05", "2024-02-12"), ("2023-02-06", "2023-02-13")),
        (("2024-01-15", "2024-02-12"), ("2023-01-16", "2023-02-13")),
        # Whole months against the same months, whatever their length.
        (("2024-02-01", "2024-03-01"), ("2023-02-01", "2023-03-01")),
        (("2023-02-01", "2023-03-01"), ("2022-02-01", "2022-03-01")),
        (("2024-01-01", "2024-04-01"), ("2023-01-01", "2023-04-01")),
        # Other days against the same dates.
        (("2024-02-01", "2024-02-14"), ("2023-02-01", "2023-02-14")),
        (("2024-02-01", "2024-02-15"), ("2023-02-01", "2023-02-15")),  # month to date, by chance of two weeks
        (("2024-02-29", "2024-03-02"), ("2023-02-28", "2023-03-02")),
    ],
)
def test_a_year_ago_keeps_weekdays_for_weeks_and_dates_for_months(
    chosen: tuple[str, str], before: tuple[str, str]
) -> None:
    assert compared_period(period(*chosen), Comparison.YEAR_AGO) == period(*before)


@pytest.mark.parametrize("comparison", [Comparison.NONE, Comparison.CUSTOM])
def test_without_a_comparison_there_is_none(comparison: Comparison) -> None:
    assert compared_period(period("2024-02-05", "2024-02-12"), comparison) is None


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2024-03-31", 1, "2024-02-29"),
        ("2023-03-31", 1, "2023-02-28"),
        ("2024-01-15", 1, "2023-12-15"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2024-12-31", 0, "2024-12-31"),
        ("2024-01-31", 13, "2022-12-31"),
        ("2024-05-31", 11, "2023-06-30"),
    ],
)
def test_months_before_stops_at_the_last_day_of_shorter_months(day: str, months: int, before: str) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))


@given(anchor=DAYS, preset=st.sampled_from(Preset))
def test_presets_are_over_and_compare_with_what_lies_wholly_before(anchor: date, preset: Preset) -> None:
    shown = preset_period(preset, anchor)
    assert shown.end <= anchor
    for comparison in (Comparison.PREVIOUS, Comparison.YEAR_AGO):
        earlier = compared_period(shown, comparison)
        assert earlier is not None
        assert earlier.end <= shown.start


@given(start=DAYS, days=st.integers(1, 400))
def test_compared_period_has_as_many_days_unless_months_are_compared(start: date, days: int) -> None:
    shown = Period(start, start + timedelta(days=days))
    if shown.start.day == 1 and shown.end.day == 1:
        return
    for comparison in (Comparison.PREVIOUS, Comparison.YEAR_AGO):
        earlier = compared_period(shown, comparison)
        assert earlier is not None
        assert earlier.days == shown.days


@pytest.mark.parametrize(
    ("end", "mature_days", "weeks_back"),
    # Data end before 21 January 2024. With a look ahead of seven days the 13th is the last final day: week 7 to 13.
    [("2024-01-21", 0, 0), ("2024-01-21", 7, 1), ("2024-01-14", 7, 0), ("2024-01-15", 7, 1), ("2024-01-22", 14, 3)],
)
def test_settled_period_is_moved_back_by_whole_weeks_until_every_day_is_final(
    end: str, mature_days: int, weeks_back: int
) -> None:
    last = date.fromisoformat(end)
    shown = Period(last - timedelta(days=7), last)
    moved = timedelta(days=7 * weeks_back)
    assert settled(shown, date(2024, 1, 21), mature_days) == Period(shown.start - moved, shown.end - moved)


@pytest.mark.parametrize("days", [0, -1])
def test_period_without_a_day_is_refused_with_both_dates(days: int) -> None:
    start = date(2024, 2, 5)
    with pytest.raises(InvalidScope, match=r"from 2024-02-05 to .* has no day in it\. Choose a start"):
        Period(start, start + timedelta(days=days))


def test_period_counts_its_days_and_knows_its_last() -> None:
    leap = period("2024-02-01", "2024-03-01")
    assert (leap.days, leap.last) == (29, date(2024, 2, 29))


def test_filter_is_replaced_added_and_taken_away() -> None:
    scope = Scope(period("2024-02-05", "2024-02-12"))
    two = scope.narrowed("team_id", ("a", "b")).narrowed("channel", ("phone",))
    assert two.filters == (("channel", ("phone",)), ("team_id", ("a", "b")))
    assert two.narrowed("team_id", ("c",)).filters == (("channel", ("phone",)), ("team_id", ("c",)))
    assert two.narrowed("team_id", ()).narrowed("channel", ()) == scope
