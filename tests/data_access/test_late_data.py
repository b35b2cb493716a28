"""Late data: which changes of a connected warehouse the next refresh sees, and which the daily look at all days."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from data_access.dialects import day
from data_access.rollups import Rollups, open_rollups
from data_access.schema import TABLES
from data_access.warehouse import open_connected
from metrics.errors import SourceUnavailable
from metrics.rules import Rules
from tests.data_access.rebuilding import Opened, assert_as_built_anew, case_files, change
from tests.data_access.seed import contact

CONTACTS, REVIEWS, COMPLAINTS, CUSTOMERS = (
    TABLES[name] for name in ("contacts", "qa_reviews", "complaints", "customers")
)
LATE_DAYS = 20
NOW = datetime(2024, 6, 1, tzinfo=UTC)
SOON, NEXT_DAY = NOW + timedelta(hours=23), NOW + timedelta(hours=24)
EARLY, RECENT = date(2024, 1, 31), date(2024, 3, 1)


@pytest.fixture
def rollups(connect: Opened, tmp_path: Path) -> Rollups:
    """Refreshed at NOW; the newest contact is in the middle of March 2024."""
    found = open_rollups(replace(connect(), late_days=LATE_DAYS), Rules(), tmp_path)
    newest = max(found.refresh(now=NOW).days)
    assert EARLY < newest - timedelta(days=LATE_DAYS) < RECENT < newest
    return found


def of_week(table: str, start: date) -> Callable[[Connection], object]:
    """Every row of a week gets another value of a column that figures are made from."""
    instant, column = {"contacts": ("started_at", "csat"), "qa_reviews": ("reviewed_at", "score")}[table]
    its_day = day(TABLES[table].c[instant])
    within = (its_day >= start, its_day < start + timedelta(days=7))
    changed = update(TABLES[table]).where(*within).values(**{column: 1.0})

    def act(connection: Connection) -> None:
        assert connection.execute(select(func.count()).select_from(TABLES[table]).where(*within)).scalar_one() > 0
        connection.execute(changed)

    return act


@pytest.mark.parametrize("table", ["contacts", "qa_reviews"])
def test_change_within_the_window_is_seen_at_the_next_refresh(table: str, rollups: Rollups, tmp_path: Path) -> None:
    before = rollups.refresh(now=NOW)
    change(rollups.warehouse, of_week(table, RECENT))
    after = rollups.refresh(now=SOON)
    assert after.id != before.id
    assert_as_built_anew(rollups, after, tmp_path)


@pytest.mark.parametrize("table", ["contacts", "qa_reviews"])
def test_older_change_is_seen_within_a_day(table: str, rollups: Rollups, tmp_path: Path) -> None:
    before = rollups.refresh(now=NOW)
    change(rollups.warehouse, of_week(table, EARLY))
    assert rollups.refresh(now=SOON).id == before.id
    after = rollups.refresh(now=NEXT_DAY)
    assert after.id != before.id
    assert_as_built_anew(rollups, after, tmp_path)


def test_older_change_is_seen_after_a_clock_that_was_ahead_is_set_right(rollups: Rollups, tmp_path: Path) -> None:
    rollups.refresh(now=NOW + timedelta(days=400))  # looked at every day, by a clock that was wrong
    change(rollups.warehouse, of_week("contacts", EARLY))
    assert_as_built_anew(rollups, rollups.refresh(now=NOW), tmp_path)


def test_days_outside_the_window_are_kept_as_they_were(rollups: Rollups, tmp_path: Path) -> None:
    late = contact("late", datetime(2024, 3, 1, 12), "new")
    change(rollups.warehouse, lambda connection: connection.execute(insert(CONTACTS).values(**late)))
    assert_as_built_anew(rollups, rollups.refresh(now=SOON), tmp_path)


def test_contact_dated_in_the_future_does_not_hide_todays_changes(rollups: Rollups, tmp_path: Path) -> None:
    mistyped = contact("mistyped", datetime(2042, 3, 1, 12), "new")
    change(rollups.warehouse, lambda connection: connection.execute(insert(CONTACTS).values(**mistyped)))
    in_march = datetime(2024, 3, 20, tzinfo=UTC)
    rollups.refresh(now=in_march)
    change(rollups.warehouse, of_week("contacts", date(2024, 3, 5)))
    assert_as_built_anew(rollups, rollups.refresh(now=in_march + timedelta(hours=1)), tmp_path)


def test_window_that_is_empty_now_leaves_no_day_behind(rollups: Rollups, tmp_path: Path) -> None:
    gone = delete(CONTACTS).where(CONTACTS.c.started_at >= datetime(2024, 2, 10))
    change(rollups.warehouse, lambda connection: connection.execute(gone))
    after = rollups.refresh(now=SOON)
    assert max(after.days) < date(2024, 2, 10)
    assert_as_built_anew(rollups, after, tmp_path)


@pytest.mark.parametrize(
    "statement",
    [
        update(COMPLAINTS).where(COMPLAINTS.c.received_at < datetime(2024, 2, 1)).values(severity="urgent"),
        delete(COMPLAINTS).where(COMPLAINTS.c.received_at < datetime(2024, 2, 1)),
        update(CUSTOMERS).where(CUSTOMERS.c.customer_id == "c1").values(tier="platinum"),
    ],
    ids=["another severity", "deleted", "another tier of the customer"],
)
def test_complaints_are_followed_at_every_refresh(statement: object, rollups: Rollups, tmp_path: Path) -> None:
    before = rollups.refresh(now=NOW)
    assert rollups.refresh(now=SOON).parts == before.parts  # nothing changed: not even written again
    change(rollups.warehouse, lambda connection: connection.execute(statement))  # ty: ignore[no-matching-overload]
    after = rollups.refresh(now=SOON)
    assert case_files(after, "complaints") != case_files(before, "complaints")
    assert_as_built_anew(rollups, after, tmp_path)


def test_number_of_days_that_is_none_is_a_sentence(connect: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    url = connect().engine.url.render_as_string()
    monkeypatch.setenv("TWINWING_LATE_DAYS", "a quarter")
    with pytest.raises(SourceUnavailable, match="TWINWING_LATE_DAYS is 'a quarter'"):
        open_connected(url)
