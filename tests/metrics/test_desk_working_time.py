"""Deadlines by the calendar, checked by hand on the Chinese National Day of 2025."""

from datetime import datetime

import polars as pl
import pytest

from metrics.complaint_facts import with_deadlines
from metrics.rules import HOUR, MINUTE, Rules
from metrics.working_time import Clock, counted, later, when_it_runs
from tests.metrics.test_complaint import cases

WORKDAYS = Rules(deadline_clock=Clock.WORKDAYS)
OFFICE = Rules(deadline_clock=Clock.OFFICE_HOURS)  # 9 to 18
ALWAYS = Rules()
# State Council notice for 2025: 1 to 8 October off, Sunday 28 September and Saturday 11 October worked.
FRIDAY = datetime(2025, 9, 26, 17, 0)


def after(start: datetime | None, seconds: int | None, rules: Rules) -> datetime | None:
    frame = pl.DataFrame({"start": [start], "seconds": [seconds]}, schema={"start": pl.Datetime, "seconds": pl.Int64})
    return frame.select(later(pl.col("start"), pl.col("seconds"), rules)).item()


@pytest.mark.parametrize(
    ("start", "seconds", "rules", "due"),
    [
        (FRIDAY, 24 * HOUR, ALWAYS, datetime(2025, 9, 27, 17)),
        # Friday 7 h are left; Saturday is off; the Sunday is worked: its first 17 h.
        (FRIDAY, 24 * HOUR, WORKDAYS, datetime(2025, 9, 28, 17)),
        (FRIDAY, 2 * HOUR, OFFICE, datetime(2025, 9, 28, 10)),  # one hour on Friday, one on the make-up Sunday
        (FRIDAY, HOUR, OFFICE, datetime(2025, 9, 26, 18)),  # the end of the day, not the start of the next
        (datetime(2025, 9, 26, 23), 30 * MINUTE, OFFICE, datetime(2025, 9, 28, 9, 30)),  # it came at night
        (datetime(2025, 9, 30, 17), 2 * HOUR, OFFICE, datetime(2025, 10, 9, 10)),  # the holiday week lies between
        (datetime(2025, 10, 10, 18), 9 * HOUR, OFFICE, datetime(2025, 10, 11, 18)),  # a worked Saturday
        (datetime(2025, 12, 31, 17), 10 * HOUR, OFFICE, datetime(2026, 1, 4, 18)),  # 1 to 3 January off, Sunday worked
        (None, HOUR, OFFICE, None),
        (FRIDAY, None, OFFICE, None),
    ],
)
def test_a_deadline_counts_the_time_that_the_calendar_has(
    start: datetime | None, seconds: int | None, rules: Rules, due: datetime | None
) -> None:
    assert after(start, seconds, rules) == due


@pytest.mark.parametrize(
    ("start", "end", "rules", "seconds"),
    [
        (FRIDAY, datetime(2025, 9, 28, 10), ALWAYS, 41 * HOUR),
        (FRIDAY, datetime(2025, 9, 28, 10), WORKDAYS, 17 * HOUR),
        (FRIDAY, datetime(2025, 9, 28, 10), OFFICE, 2 * HOUR),
        (datetime(2025, 10, 1), datetime(2025, 10, 8, 23), OFFICE, 0),
        (datetime(2025, 9, 26, 8, 59, 59), datetime(2025, 9, 26, 18, 0, 1), OFFICE, 9 * HOUR),
    ],
)
def test_time_between_two_instants_leaves_out_what_the_calendar_does(
    start: datetime, end: datetime, rules: Rules, seconds: int
) -> None:
    assert pl.DataFrame({"a": [start], "b": [end]}).select(counted(pl.col("a"), pl.col("b"), rules)).item() == seconds


def test_what_ends_at_night_goes_on_in_the_morning() -> None:
    at = pl.DataFrame({"at": [datetime(2025, 9, 30, 20), datetime(2025, 9, 30, 10), datetime(2025, 10, 3, 12)]})
    expected = [datetime(2025, 10, 9, 9), datetime(2025, 9, 30, 10), datetime(2025, 10, 9, 9)]
    assert at.select(when_it_runs(pl.col("at"), OFFICE)).to_series().to_list() == expected


@pytest.mark.parametrize(
    ("case", "leg", "due"),
    # All received on Friday 26 September 2025 at 17:00, by office hours.
    [
        ({}, "response", datetime(2025, 9, 26, 17, 30)),
        ({"severity": "serious"}, "response", datetime(2025, 9, 26, 18)),
        # 24 office hours: 1 on Friday, 9 on Sunday, 9 on Monday, 5 on Tuesday.
        ({}, "resolution", datetime(2025, 9, 30, 14)),
        ({"severity": "urgent"}, "resolution", datetime(2025, 9, 26, 19)),  # the clock of urgent cases never stops
        ({"pending_seconds": 2 * HOUR}, "resolution", datetime(2025, 9, 30, 16)),
        ({"pending_seconds": 5 * HOUR}, "resolution", datetime(2025, 10, 9, 9)),  # 19:00 on the eve of the holidays
        ({"handed_over_at": FRIDAY}, "department", datetime(2025, 9, 28, 10)),
        ({"resolved_at": FRIDAY}, "follow_up", datetime(2025, 9, 30, 14)),
        ({"resolved_at": FRIDAY, "customer_tier": "high_value"}, "follow_up", datetime(2025, 9, 28, 10)),
        ({"severity": None}, "resolution", None),
    ],
)
def test_each_leg_of_a_complaint_follows_the_calendar(case: dict, leg: str, due: datetime | None) -> None:
    found = with_deadlines(cases({"received_at": FRIDAY, **case}), datetime(2025, 11, 1), OFFICE)
    assert found[f"{leg}_due_at"].to_list() == [due]


def test_a_site_with_hours_of_its_own_is_final_later() -> None:
    # 24 h are 3 days of 9 h; a weekend may double them, and a holiday week of 9 days lie between.
    assert (ALWAYS.solution_days, WORKDAYS.solution_days, OFFICE.solution_days) == (1, 11, 15)
