"""What moved, on the agenda of a week: a move that the control chart confirms, and one that is as usual."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import Engine

from data_access.actions.agenda import read_agenda
from data_access.home import Home
from data_access.opening import open_store
from data_access.state import open_state
from data_access.viewer import LOCAL
from metrics.rules import Rules
from metrics.scope import Period
from tests.demo_home import copied

WEEK = Period(date(2026, 10, 19), date(2026, 10, 26))
SATISFIED = """SELECT 100.0 * count(*) FILTER (csat >= 4) / count(csat) FROM contacts
               WHERE started_at >= $start AND started_at < $end AND exclusion_reason IS NULL AND merged_into IS NULL"""


@pytest.fixture
def home(ready_demo: Home, tmp_path: Path) -> Home:
    return copied(ready_demo, tmp_path / "home")


@pytest.fixture
def state(tmp_path: Path) -> Engine:
    return open_state(f"sqlite:///{tmp_path / 'state.db'}")


def moved(home: Home, state: Engine, csat: str, since: date) -> list[dict]:
    """The moves of the week's agenda once every answer to the survey from a day on is another one, as SQL says it."""
    with duckdb.connect(str(home.current_warehouse())) as plain:
        plain.execute(f"UPDATE contacts SET csat = {csat} WHERE csat IS NOT NULL AND started_at >= $since",
                      {"since": since})  # fmt: skip
    shutil.rmtree(home.rollups)  # a warehouse that the product made is not looked at again
    store = open_store(home, Rules())
    found = read_agenda(store, state, LOCAL, WEEK, WEEK.end).moved.rows(named=True)
    store.warehouse.engine.dispose()
    return [each for each in found if each["metric"] == "csat"]


def satisfied(home: Home) -> list[float]:
    """Percent in the week before and in the week, in plain SQL."""
    days = [{"start": day, "end": day + timedelta(days=7)} for day in (WEEK.start - timedelta(days=7), WEEK.start)]
    with duckdb.connect(str(home.current_warehouse()), read_only=True) as plain:
        return [plain.execute(SATISFIED, each).fetchall()[0][0] for each in days]


def test_a_fall_that_never_was_before_is_on_the_agenda_with_what_plain_sql_counts(home: Home, state: Engine):
    (row,) = moved(home, state, "least(csat, 1 + 4 * (hash(contact_id) % 4 = 0)::INT)", WEEK.start)  # three of four
    assert (row["verdict"], row["start"]) == ("worse", WEEK.start)
    before, now = satisfied(home)
    assert (row["old"], row["value"]) == pytest.approx((before, now))
    assert now < before / 2


def test_a_fall_that_comes_every_other_week_is_no_news_however_large(home: Home, state: Engine):
    # Injected for two years: everybody is satisfied in one week, and nobody in the next.
    swing = "CASE WHEN date_diff('day', DATE '2024-01-01', started_at::DATE) // 7 % 2 = 0 THEN 1 ELSE 5 END"
    assert moved(home, state, swing, date(2024, 1, 1)) == []
    assert satisfied(home) == [100.0, 0.0]
