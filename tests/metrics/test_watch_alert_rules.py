"""When an alert begins and ends, worked out by hand day by day, and what cannot be declared."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.alerts.judging import JUDGED, Hindsight, episodes, judged, starts
from metrics.alerts.rule import AlertRule, Kind, Side, check, rule_of, written
from metrics.alerts.shipped import SHIPPED
from metrics.errors import InvalidSettings, UnknownName

FIRST = date(2026, 3, 2)
RULE = AlertRule(
    key="r", kind=Kind.THRESHOLD, about="first_contact_resolution", side=Side.BELOW, limit=70.0, is_sure=False,
    window_days=2,
)  # fmt: skip
Day = tuple[float, float] | float | None  # value and half its interval; None: cannot be judged


def days(values: list[Day]) -> pl.DataFrame:
    rows = []
    for place, each in enumerate(values):
        value, half = each if isinstance(each, tuple) else (each, 0.0)
        ends = {} if value is None else {"low": value - half, "high": value + half}
        rows.append({"end": FIRST + timedelta(days=place), "value": value, "usable": value is not None, **ends})
    return pl.DataFrame(rows, schema=JUDGED)


def spans(rule: AlertRule, values: list[Day]) -> list[tuple[int, int | None]]:
    """The days, counted from 0, on which events began and were over."""
    found = episodes(rule, judged(rule, days(values)))
    return [((each.start - FIRST).days, each.end and (each.end - FIRST).days) for each in found]


@pytest.mark.parametrize(
    ("change", "values", "wanted"),
    [
        ({}, [71, 69, 68, 70, 72], [(1, 3)]),  # 70 is not below 70
        ({}, [71, 69, None, 69, 71], [(1, 4)]),  # a day that cannot be judged ends nothing
        ({"lasting": 3}, [69, 69, 71, 69, 69, 69, 71], [(5, 6)]),
        ({"lasting": 2}, [69, None, 69, 71], [(2, 3)]),  # and does not break a row
        ({"margin": 1.0}, [69, 70, 70.5, 69, 71, 69], [(0, 4), (5, None)]),  # one event until it is back at 71
        ({"margin": 0.0}, [69, 70, 69, 70], [(0, 1), (2, 3)]),
        ({"is_sure": True}, [(69, 2), (67, 2), (69, 2), (71, 2)], [(1, 3)]),  # 67 ± 2 is below as a whole; 71 is back
        ({"side": Side.ABOVE}, [69, 71, 70], [(1, 2)]),
        ({"kind": Kind.DEADLINE, "about": "overdue", "side": Side.ABOVE, "limit": 2}, [1, 2, 3, 1], [(1, 3)]),
        ({"kind": Kind.CASES, "side": Side.ABOVE, "limit": 2}, [1, 2, 3, 1], [(1, 2), (2, 3)]),  # an event a day
    ],
)
def test_events_begin_and_end_as_worked_out_by_hand(change: dict, values: list[Day], wanted: list):
    assert spans(replace(RULE, **change), values) == wanted


def test_growth_is_sure_where_the_whole_interval_is_growth_and_fast_where_the_value_is():
    rule = replace(RULE, kind=Kind.GROWTH, about="return_rate", side=Side.ABOVE, limit=10.0, is_sure=True)
    found = judged(rule, days([(12, 11), (12, 13), (9, 1), (-12, 1)]))
    assert found["beyond"].to_list() == [True, False, False, False]
    falls = judged(replace(rule, side=Side.BELOW), days([(-12, 11), (-12, 13), (12, 1)]))
    assert falls["beyond"].to_list() == [True, False, False]


def test_a_special_cause_is_what_its_chart_flags_whatever_the_limit():
    rule = replace(RULE, kind=Kind.SPECIAL_CAUSE, limit=0.0)
    frame = days([71, 69, 69, 71]).with_columns(flagged=pl.Series([False, True, True, False]))
    (found,) = episodes(rule, judged(rule, frame))
    assert (found.start, found.end) == (FIRST + timedelta(days=1), FIRST + timedelta(days=3))


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([69, 69, 68], Hindsight.LASTED),  # two days on, the value of two new days
        ([69, 69, 71], Hindsight.PASSED),
        ([69, 71, 69], Hindsight.LASTED),  # over by then, and yet no false alarm
        ([69, 69, None], Hindsight.UNKNOWN),
        ([69, 69], Hindsight.UNKNOWN),
    ],
)
def test_an_alarm_is_held_against_the_next_days_that_share_none_with_it(values: list[Day], wanted: Hindsight):
    assert episodes(RULE, judged(RULE, days(values)))[0].hindsight is wanted


def test_what_was_foretold_came_true_where_its_day_brought_more_than_the_limit():
    rule = replace(RULE, kind=Kind.FORECAST, about="contacts", side=Side.ABOVE, limit=100.0)
    weeks = days([120, 90, 120, 90, 120]).with_columns(
        came=pl.Series([101.0, None, 100.0, None, None]),
        beyond=pl.col("value") > 100,
        back=pl.col("value") <= 100,
        usable=pl.lit(value=True),
    )
    wanted = [Hindsight.LASTED, Hindsight.PASSED, Hindsight.UNKNOWN]  # 100 is not more than 100; the last is not over
    assert [each.hindsight for each in episodes(rule, weeks)] == wanted


@settings(max_examples=30)
@given(st.lists(st.one_of(st.none(), st.floats(60, 80)), min_size=1, max_size=30), st.integers(1, 3), st.data())
def test_what_comes_later_begins_and_ends_nothing_before(values: list[Day], lasting: int, data: st.DataObject):
    rule = replace(RULE, lasting=lasting, margin=1.0)
    known = data.draw(st.integers(1, len(values)))
    whole, part = spans(rule, values), spans(rule, values[:known])
    early = [(start, end if end is not None and end < known else None) for start, end in whole if start < known]
    assert part == early


@settings(max_examples=30)
@given(st.lists(st.one_of(st.none(), st.floats(60, 80)), min_size=1, max_size=20), st.integers(1, 3))
def test_the_day_that_begins_an_event_now_is_the_day_that_would_have_begun_it(values: list[Day], lasting: int):
    rule = replace(RULE, lasting=lasting)
    frame = judged(rule, days(values))
    first = next((each.start for each in episodes(rule, frame)), None)
    begins = [
        row["end"] for place, row in enumerate(frame.iter_rows(named=True)) if starts(rule, frame.head(place + 1))
    ]
    assert (begins[0] if begins else None) == first


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda each: each.key)
def test_what_ships_can_be_set_and_is_read_as_it_was_written(rule: AlertRule):
    check(rule, ())
    assert rule_of(written(rule)) == rule
    assert rule.source


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"about": "first_contact_resolutoin"}, UnknownName),
        ({"limit": 170.0}, InvalidSettings),
        ({"limit": float("nan")}, InvalidSettings),
        ({"window_days": 5}, InvalidSettings),
        ({"lasting": 0}, InvalidSettings),
        ({"margin": -1.0}, InvalidSettings),
        ({"name": "x" * 61}, InvalidSettings),
        ({"channels": ("pager",)}, UnknownName),
        ({"kind": Kind.DEADLINE, "about": "tomorrow"}, UnknownName),
        ({"kind": Kind.CASES, "about": "first_response_time"}, InvalidSettings),  # a median counts no cases
    ],
)
def test_what_cannot_be_watched_is_refused(change: dict, error: type[Exception]):
    with pytest.raises(error):
        check(replace(RULE, **change), ("duty",))
