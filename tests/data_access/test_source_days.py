"""How far each source's data reach: what came after a feed ended is not counted as nothing."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data_access.change_rows import Change, Kind
from data_access.judging import judge
from data_access.numbers import Grain, read_metrics
from data_access.rollups import open_rollups
from data_access.source_days import days_of
from data_access.store import Store
from data_access.viewer import LOCAL
from metrics.catalogue import CATALOGUE
from metrics.complaint import COMPLAINT_RATE
from metrics.contact import TRANSFER_RATE
from metrics.metric import Status
from metrics.results import NotEstimable
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.seed import contact, seeded

MONDAY = date(2024, 1, 1)
WEEKS = 12


def noon(day: int) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=day), datetime.min.time()) + timedelta(hours=12)


def store_of(folder: Path, complaints: Iterable[int], **customers: list[dict]) -> Store:
    """Ten contacts on each day of twelve weeks, and a complaint on each of the given days."""
    rows = {
        "contacts": [
            contact(f"{day}-{number}", noon(day), f"c{day}-{number}", answered_at=noon(day), transfer_count=0)
            for day in range(7 * WEEKS)
            for number in range(10)
        ],
        "complaints": [
            {"complaint_id": str(day), "received_at": noon(day), "customer_id": "c", "is_valid": True}
            for day in complaints
        ],
        **customers,
    }
    rollups = open_rollups(seeded(folder / "w.duckdb", rows), Rules(), folder / "rollups")
    return Store(rollups, rollups.refresh())


@pytest.mark.parametrize(
    ("days", "first", "end"),
    [
        (range(84), 0, 84),  # to the end of the contacts
        (range(42), 0, 42),  # silent for six weeks after one every day
        (range(77), 0, 84),  # silent for a week: that happens
        (range(76), 0, 76),  # and a day
        (range(0, 60, 10), 0, 84),  # one in ten days, silent since day 50: 33 days are less than four times ten
        (range(21, 84), 21, 84),  # began later
    ],
)
def test_a_feed_has_ended_when_it_is_silent_for_far_longer_than_before(
    tmp_path: Path, days: range, first: int, end: int
):
    found = days_of(store_of(tmp_path, days), COMPLAINT_RATE.reads)
    assert found == Period(MONDAY + timedelta(days=first), MONDAY + timedelta(days=end))


def test_after_the_end_of_complaints_there_is_no_rate_and_before_it_is_not_final(tmp_path: Path):
    store = store_of(tmp_path, range(42))
    after = Period(MONDAY + timedelta(days=56), MONDAY + timedelta(days=84))
    across = Period(MONDAY + timedelta(days=35), MONDAY + timedelta(days=49))
    rate, transfers = (
        read_metrics(store, LOCAL, [each], after).row(0, named=True) for each in (COMPLAINT_RATE, TRANSFER_RATE)
    )
    assert (rate["status"], rate["value"]) == (Status.NO_DATA, None)
    assert (transfers["status"], transfers["denominator"], transfers["mature"]) == (Status.OK, 280.0, True)
    cut = read_metrics(store, LOCAL, [COMPLAINT_RATE], across).row(0, named=True)
    # A complaint on each of the seven days until they ended, and the ten contacts of those days only.
    assert (cut["numerator"], cut["denominator"], cut["mature"]) == (7.0, 70.0, False)
    together = read_metrics(store, LOCAL, [COMPLAINT_RATE, TRANSFER_RATE], across)
    assert together["mature"].to_list() == [False, True]


def test_a_change_is_not_called_better_because_complaints_ended(tmp_path: Path):
    store = store_of(tmp_path, range(42))
    change = Change(name="x", kind=Kind.SCRIPT, start=MONDAY + timedelta(days=28), metric="complaint_rate")
    judged = judge(store, LOCAL, change, Grain.WEEK)
    # One complaint a day before and after, in the six weeks until they ended: two after are no verdict.
    assert judged.series["numerator"].to_list() == [7.0] * 6
    assert isinstance(judged.result, NotEstimable)


def test_a_customer_on_record_twice_does_not_double_complaints(tmp_path: Path):
    twice = [{"customer_id": "c", "tier": "gold"}, {"customer_id": "c", "tier": "silver"}]
    store = store_of(tmp_path, range(84), customers=twice)
    whole = Period(MONDAY, MONDAY + timedelta(days=84))
    found = read_metrics(store, LOCAL, [CATALOGUE["complaint_rate"]], whole).row(0, named=True)
    assert found["numerator"] == 84.0
