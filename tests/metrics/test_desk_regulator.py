"""The regulator's table by hand: business days over a holiday, eight weeks, ends of half-years, rates."""

from datetime import date, datetime
from itertools import pairwise

import polars as pl
import pytest
from scipy import stats

from metrics.desk.regulator import (
    A_MILLION,
    A_THOUSAND,
    Span,
    appealed,
    mean_customers,
    per,
    returned,
    spans,
)
from metrics.scope import Period
from tests.metrics.test_complaint import TYPES

AS_OF = datetime(2025, 12, 31, 12)
TYPED = TYPES | {"redress_amount": pl.Float64, "escalation_body": pl.String, "escalated_at": pl.Datetime("us")}
FIRST, SECOND = Period(date(2025, 1, 1), date(2025, 7, 1)), Period(date(2025, 7, 1), date(2026, 1, 1))


def cases(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame([{"received_at": datetime(2025, 9, 26, 23, 59), **row} for row in rows], schema=TYPED)


@pytest.mark.parametrize(
    ("closed_at", "column"),
    # Received on Friday 26 September 2025. Working days after it: Sunday 28 (made up), 29, 30; then a holiday week.
    [
        (datetime(2025, 9, 26, 23, 59, 59), "closed_3_days"),
        (datetime(2025, 9, 30, 23, 59, 59), "closed_3_days"),
        (datetime(2025, 10, 1), "closed_8_weeks"),
        (datetime(2025, 11, 21, 23, 59), "closed_8_weeks"),  # the 56th day: 4 of September, 31, 21
        (datetime(2025, 11, 22), "closed_later"),
        (None, None),
        (datetime(2026, 1, 5), None),  # the data end before
    ],
)
def test_a_closing_belongs_to_one_of_three_speeds(closed_at: datetime | None, column: str | None) -> None:
    row = returned(cases({"closed_at": closed_at}), [SECOND], AS_OF).row(0, named=True)
    speeds = ("closed_3_days", "closed_8_weeks", "closed_later")
    assert {name: row[name] for name in speeds} == {name: int(name == column) for name in speeds}
    assert (row["opened"], row["closed"]) == (1, int(column is not None))


def test_the_third_working_day_after_the_eve_of_a_holiday_week_lies_behind_it() -> None:
    # Received on Tuesday 30 September: working days 9, 10 and 11 October, the last a worked Saturday.
    received = datetime(2025, 9, 30, 8)
    rows = [{"received_at": received, "closed_at": datetime(2025, 10, day, 20)} for day in (11, 12)]
    row = returned(cases(*rows), [SECOND], AS_OF).row(0, named=True)
    assert (row["closed_3_days"], row["closed_8_weeks"]) == (1, 1)


def test_a_complaint_is_opened_in_one_half_year_and_closed_in_the_next() -> None:
    row = {"received_at": datetime(2025, 6, 30, 23), "closed_at": datetime(2025, 7, 1, 1)}
    paid = row | {"upheld": "partly_upheld", "redress_amount": 12.5}
    rejected = row | {"upheld": "rejected", "redress_amount": None}
    found = returned(cases(paid, rejected, row, row | {"is_valid": False}), [FIRST, SECOND], AS_OF)
    columns = ("opened", "closed", "closed_3_days", "upheld_count", "judged", "redress", "upheld_share")
    assert found.select(columns).rows() == [(3, 0, 0, 0, 0, 0.0, None), (0, 3, 3, 1, 2, 12.5, 50.0)]
    # Wilson, 1 of 2: (0.5 ± 1.96 √(0.125 + 0.2401)) … = 9.45 % to 90.55 % (Newcombe 1998, method 3).
    assert found.row(1, named=True)["low"] == pytest.approx(9.45, abs=0.01)


def test_groups_add_up_to_the_total() -> None:
    rows = [{"issue_type": kind, "closed_at": datetime(2025, 10, 9)} for kind in ("refund", "refund", None)]
    found = returned(cases(*rows), [SECOND], AS_OF, ("issue_type",))
    assert found.select("issue_type", "opened", "closed").rows() == [("refund", 2, 2), (None, 1, 1)]


def test_appeals_count_on_the_day_of_the_escalation_and_by_body() -> None:
    taken = {"escalation_level": "L3", "escalated_at": datetime(2025, 7, 2), "received_at": datetime(2025, 6, 1)}
    rows = [
        taken | {"escalation_body": "12315"},
        taken | {"escalation_body": "12315"},
        taken | {"escalation_body": "media", "escalated_at": None},  # the day of receipt
        taken | {"escalation_level": "L2", "escalation_body": "12315"},
        taken | {"duplicate_of": "x", "escalation_body": "12315"},
    ]
    found = appealed(cases(*rows), [FIRST, SECOND], AS_OF)
    assert found.rows() == [(FIRST.start, FIRST.end, "media", 1), (SECOND.start, SECOND.end, "12315", 2)]


def test_rates_are_per_customers_on_the_mean_of_the_days_that_have_come() -> None:
    # 100 customers on two days and 400 on the third, in two tiers: (100 + 100 + 400) / 3 = 200; 3 complaints.
    day = date(2025, 7, 1)
    daily = pl.DataFrame({"day": [day, day, date(2025, 7, 2), date(2025, 7, 3)], "customer_days": [60, 40, 100, 400]})
    customers = mean_customers(daily, [FIRST, SECOND])
    assert customers["customers"].to_list() == [None, 200.0]
    counts = pl.DataFrame({"start": [FIRST.start, SECOND.start], "opened": [5, 3]})
    found = per(counts, "opened", customers, A_THOUSAND)
    assert found["rate"].to_list() == [None, 15.0]
    # A count of 3 is one per 5: at the ends as many cases or more, half of as many, are as unlikely as 0.025.
    low, high = found.row(1, named=True)["rate_low"] / 5, found.row(1, named=True)["rate_high"] / 5
    assert stats.poisson.sf(3, low) + stats.poisson.pmf(3, low) / 2 == pytest.approx(0.025)
    assert stats.poisson.cdf(2, high) + stats.poisson.pmf(3, high) / 2 == pytest.approx(0.025)
    assert per(counts, "opened", customers, A_MILLION)["rate"][1] == 15_000


@pytest.mark.parametrize(
    ("span", "first", "last", "starts"),
    [
        (Span.HALF_YEAR, date(2024, 11, 5), date(2026, 10, 25),
         ["2024-07", "2025-01", "2025-07", "2026-01", "2026-07"]),
        (Span.QUARTER, date(2026, 3, 31), date(2026, 10, 1), ["2026-01", "2026-04", "2026-07", "2026-10"]),
        (Span.QUARTER, date(2020, 1, 1), date(2026, 12, 31),
         ["2025-07", "2025-10", "2026-01", "2026-04", "2026-07", "2026-10"]),
        (Span.QUARTER, date(2026, 4, 1), date(2026, 4, 1), ["2026-04"]),
    ],
)  # fmt: skip
def test_spans_are_those_of_the_calendar(span: Span, first: date, last: date, starts: list[str]) -> None:
    found = spans(span, first, last)
    assert [f"{each.start:%Y-%m}" for each in found] == starts
    assert all(one.end == other.start for one, other in pairwise(found))
