"""Deadlines out of a warehouse: the site's clock, each viewer's own rows, looks written down, and plain SQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.desk.deadlines import (
    due_list,
    held_list,
    overdue_list,
    read_curves,
    read_due,
    read_held,
    reminder_list,
)
from data_access.desk.loop import left_list, read_loop
from data_access.home import Home
from data_access.opening import open_store
from data_access.rollups import open_rollups
from data_access.state import open_state
from data_access.store import EVERYTHING, Store
from data_access.viewer import LOCAL, Viewer
from metrics.errors import NotAllowed
from metrics.rules import HOUR, Rules
from metrics.scope import Period
from metrics.working_time import Clock
from tests.data_access.seed import contact, seeded

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEADER = Viewer("a", teams=("a",), is_cleared=True)
MASKED = Viewer("masked")
# Friday 8 March 2024, 17:30 in Shanghai; the warehouse's clock is UTC.
FRIDAY = datetime(2024, 3, 8, 9, 30)
END = datetime(2024, 3, 11, 2, 0)  # Monday, 10:00 in Shanghai
TODAY: dict = {"period": Period(datetime(2024, 3, 8).date(), datetime(2024, 3, 9).date()), "filters": (), "now": NOW}
OFFICE = Rules(deadline_clock=Clock.OFFICE_HOURS, min_denominator=1)


def complaint(name: str, team: str, at: datetime = FRIDAY, **other: object) -> dict:
    return {"complaint_id": name, "team_id": team, "received_at": at, "severity": "general", **other}


def step(name: str, at: datetime, event: str, to: str | None = None) -> dict:
    return {"complaint_id": name, "at": at, "event": event, "to_department": to}


HANDED = FRIDAY + timedelta(minutes=5)
ROWS = {
    "contacts": [contact("k1", END)],
    "complaints": [
        complaint("p1", "a", handed_over_at=HANDED, responsible_department="it", first_response_at=HANDED),
        complaint("p2", "b", severity="urgent"),
        complaint("p3", "b", first_response_at=HANDED, resolved_at=HANDED, closed_at=HANDED),
        complaint("p4", "b", is_valid=False),
    ],
    "complaint_events": [
        step("p1", FRIDAY, "received", "customer_service"),
        step("p1", HANDED, "handed_over", "it"),
        step("p1", END - timedelta(minutes=30), "reminded", "it"),
        step("p3", FRIDAY, "received", "customer_service"),
        step("p3", HANDED, "solved"),
        step("p4", FRIDAY, "received", "customer_service"),
    ],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("deadlines")
    warehouse = seeded(folder / "w.duckdb", ROWS, zones=("UTC", "Asia/Shanghai"))
    rollups = open_rollups(warehouse, OFFICE, folder)
    return Store(rollups, rollups.refresh())


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Engine]:
    engine = open_state(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield engine
    engine.dispose()


def test_deadlines_follow_the_clock_of_the_site(store: Store, state: Engine) -> None:
    # p1, by office hours in Shanghai: 30 min were left on Friday, 60 min have passed on Monday; handed over at 17:35,
    # so 25 + 60 = 85 min of the department's two hours: due at 10:35. 24 h of resolution: 1 h 30 min are gone.
    (row,) = due_list(leg="department", column="soon")(store, state, LEADER, **TODAY).frame.rows(named=True)
    assert row["due_at"] == datetime(2024, 3, 11, 10, 35)
    assert row["seconds_left"] == 35 * 60
    # 24 office hours: 0.5 on Friday, 9 on Monday, 9 on Tuesday, 5.5 on Wednesday from 9:00 on.
    assert due_list(leg="resolution", column="last")(store, state, LEADER, **TODAY).frame.is_empty()
    found = read_due(store, LOCAL, ())
    assert (found.at, found.open, found.overdue) == (datetime(2024, 3, 11, 10), 2, 1)
    # p2 is urgent: its two hours never rest; it was due on Friday at 19:30, 62.5 h ago.
    (late,) = overdue_list(band=2)(store, state, LOCAL, **TODAY).frame.rows(named=True)
    assert (late["complaint_id"], late["seconds_left"]) == ("p2", -62.5 * HOUR)


def test_a_reminder_on_record_is_a_rung_of_the_ladder(store: Store, state: Engine) -> None:
    # 85 office minutes have passed, so no rung is reached; one reminder was sent: the next is its head's, after 4 h.
    (row,) = reminder_list(department="it")(store, state, LOCAL, **TODAY).frame.rows(named=True)
    assert (row["owed"], row["sent"], row["waited_seconds"]) == (None, 1, 85 * 60)
    assert row["next_at"] == datetime(2024, 3, 11, 12, 35)


def test_who_held_the_clock_leaves_out_what_does_not_count(store: Store, state: Engine) -> None:
    period = Period(datetime(2024, 3, 8).date(), datetime(2024, 3, 9).date())
    found = read_held(store, LOCAL, period, ())
    assert (found.complaints, found.without) == (3, 1)  # p2 has no steps on record; p4 is not valid
    # By the wall: p1 5 min with customer service and the rest of 64.5 h with it, p3 5 min.
    told = {row["department"]: row["seconds"] for row in found.holders.iter_rows(named=True)}
    assert told == {"it": 64.5 * HOUR - 300, "customer_service": 600}
    listed = held_list(department="it", is_customer=False)(store, state, LOCAL, **TODAY).frame
    assert listed.select("complaint_id", "held_seconds").rows() == [("p1", 64.5 * HOUR - 300)]


def test_a_team_leader_sees_the_own_team_only(store: Store, state: Engine) -> None:
    found = read_due(store, LEADER, ())
    assert (found.open, found.overdue) == (1, 0)
    assert overdue_list(band=2)(store, state, LEADER, **TODAY).frame.is_empty()
    assert read_held(store, LEADER, EVERYTHING, ()).complaints == 1
    assert list(read_curves(store, LEADER, EVERYTHING, (), "response")) == ["general"]


def test_lists_are_written_down_and_masked(store: Store, state: Engine) -> None:
    seen = [
        due_list(leg="department", column="soon")(store, state, MASKED, **TODAY),
        overdue_list(band=2)(store, state, MASKED, **TODAY),
        reminder_list(department="it")(store, state, MASKED, **TODAY),
        held_list(department="it", is_customer=False)(store, state, MASKED, **TODAY),
    ]
    assert [each.count for each in seen] == [1, 1, 1, 1]
    assert not {"p1", "p2"} & {str(cell) for each in seen for row in each.frame.iter_rows() for cell in row}
    entries, count = read_audit(state, LOCAL, Search(), 9)
    assert count == 4
    assert {(each.act, each.who, each.scope["rows"]) for each in entries} == {("cases_opened", "masked", 1)}
    with pytest.raises(NotAllowed):
        read_due(store, MASKED, (("agent_id", ("anna",)),))


@pytest.fixture(scope="module")
def of_demo(ready_demo: Home) -> Store:
    return open_store(ready_demo, Rules())


def asked(store: Store, sql: str) -> tuple:
    """The only row of a statement in plain SQL; `$end` is the end of the data."""
    with store.warehouse.engine.connect() as connection:
        end = store.as_of.replace(microsecond=0)
        return tuple(connection.exec_driver_sql(sql.replace("$end", f"TIMESTAMP '{end}'")).one())


def test_times_of_the_demo_add_up_to_those_of_plain_sql(of_demo: Store) -> None:
    """From receipt to solution, and from a reopening to the closing or the end of the data."""
    found = read_held(of_demo, LOCAL, EVERYTHING, ())
    seconds, waiting, count = asked(
        of_demo,
        """
        SELECT
            sum(date_diff('second', received_at, coalesce(resolved_at, $end)))
            + coalesce(sum(date_diff('second', reopened_at, coalesce(closed_at, $end))), 0),
            coalesce(sum(pending_seconds), 0) + coalesce(sum(date_diff('second', pending_since, $end)), 0),
            count(*)
        FROM complaints WHERE coalesce(is_valid, true) AND duplicate_of IS NULL AND received_at <= $end""",
    )
    assert (found.complaints, found.without) == (count, 0)
    assert found.holders["seconds"].sum() == seconds
    assert found.holders.filter(is_customer=True)["seconds"].to_list() == [waiting]


def test_open_cases_of_the_demo_are_those_of_plain_sql(of_demo: Store) -> None:
    found = read_due(of_demo, LOCAL, ())
    (count,) = asked(
        of_demo,
        """
        SELECT count(*) FROM complaints
        WHERE coalesce(is_valid, true) AND duplicate_of IS NULL AND closed_at IS NULL
            AND (resolved_at IS NULL OR reopened_at >= resolved_at)""",
    )
    assert found.open == count > 0
    assert found.falls_due["waiting"].sum() == found.waiting
    resolution = found.falls_due.row(3, named=True)
    assert resolution["overdue"] == found.overdue == found.ages["count"].sum()


def test_steps_and_hands_of_the_demo_are_those_of_plain_sql(of_demo: Store) -> None:
    found = read_loop(of_demo, LOCAL, EVERYTHING, ())
    rows = asked(
        of_demo,
        """
        WITH due AS (
            SELECT c.*, tier FROM complaints c LEFT JOIN customers USING (customer_id)
            WHERE coalesce(is_valid, true) AND duplicate_of IS NULL
                AND resolved_at + CASE WHEN tier = 'high_value' THEN INTERVAL 2 HOUR ELSE INTERVAL 24 HOUR END <= $end
        )
        SELECT count(*), count(follow_up_at), count(follow_up_score), count(*) FILTER (follow_up_score <= 2),
            count(*) FILTER (follow_up_score <= 2 AND reopened_at >= follow_up_at),
            count(*) FILTER (follow_up_score <= 2 AND reopened_at >= follow_up_at AND closed_at > reopened_at),
            count(*) FILTER (handed_over_at IS NOT NULL AND responsible_department IS DISTINCT FROM 'customer_service')
        FROM due""",
    )
    assert tuple(found.steps["count"]) == rows[:6]
    assert found.left == rows[3] - rows[4]
    assert (found.whole["handed_on"].item(), found.without) == (rows[6], 0)
    of_agents = found.groups["agent_id"]
    assert (of_agents["complaints"].sum(), of_agents["handed_on"].sum()) == (rows[0], rows[6])
    assert "first_owner" not in found.groups  # all were received by one department
    hidden = read_loop(of_demo, MASKED, EVERYTHING, ()).groups["agent_id"]
    assert set(hidden["agent_id"].drop_nulls()).isdisjoint(of_agents["agent_id"])
    assert hidden["complaints"].equals(of_agents["complaints"])


def test_a_loop_is_cut_to_the_own_team_and_its_list_is_masked(store: Store, state: Engine) -> None:
    by_the_wall = store.under(Rules(min_denominator=1))
    assert by_the_wall is not None
    assert read_loop(store, LOCAL, EVERYTHING, ()).steps["count"][0] == 0  # 24 office hours have not passed
    assert read_loop(by_the_wall, LOCAL, EVERYTHING, ()).steps["count"][0] == 1  # p3, of team b
    assert read_loop(by_the_wall, LEADER, EVERYTHING, ()).steps["count"][0] == 0
    with pytest.raises(NotAllowed):
        read_loop(store, MASKED, EVERYTHING, (("agent_id", ("anna",)),))
    assert left_list(store, state, MASKED, **TODAY).count == 0


def test_curves_of_the_demo_count_every_complaint_once(of_demo: Store) -> None:
    curves = read_curves(of_demo, LOCAL, EVERYTHING, (), "resolution")
    assert list(curves)[:3] == ["general", "serious", "urgent"]
    received = sum(getattr(each, "cases", 0) for each in curves.values())
    assert received == read_held(of_demo, LOCAL, EVERYTHING, ()).complaints
