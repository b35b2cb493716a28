"""The live floor against hand counts and plain SQL: the site is in Shanghai, the live store's clock runs in UTC."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import create_engine, insert, text

from data_access.home import Home
from data_access.masking import pseudonym
from data_access.viewer import LOCAL, Role, Viewer
from data_access.warehouse import Warehouse
from data_access.watch.floor import Freshness, Totals, heated_since, read_floor, read_last_hour, totals
from data_access.watch.live_store import STALE, VARIABLE, Live, open_live
from data_access.watch.live_tables import CONTACT_COLUMNS, live_contacts, live_queue, metadata
from metrics.answering import SERVICE_LEVEL
from metrics.business import HEATED_EMOTION_SHARE
from metrics.errors import InvalidSettings, SourceUnavailable
from metrics.rules import Rules
from tests.postgresql import fresh_database

NEWEST = datetime(2026, 11, 28, 2)  # 10:00 in Shanghai
NOW = datetime(2026, 11, 28, 2, 0, 5, tzinfo=UTC)
LEADER = Viewer("leader", Role.TEAM_LEADER, ("t1",), is_cleared=True)
AGENT = Viewer("agent", Role.VIEWER)


def queue(name: str, seconds_ago: int, *figures: int) -> dict:
    """Waiting, longest wait, in progress, agents ready."""
    names = ("waiting", "longest_wait_seconds", "in_progress", "agents_ready")
    return {"at": NEWEST - timedelta(seconds=seconds_ago), "queue": name, **dict(zip(names, figures, strict=True))}


QUEUES = [
    queue("front", 5, 9, 300, 1, 0),  # an earlier look
    queue("front", 0, 2, 40, 5, 1),
    queue("side", 10, 1, 55, 2, 0),
    queue("back", 90, 7, 600, 3, 3),  # silent for longer than a minute
    queue("gone", 7_200, 50, 9_000, 50, 50),  # no longer in service
]


def contact(number: int, started: datetime, **more: object) -> dict:
    known = {"queue": "front", "channel": "phone", "direction": "inbound", "issue_type": "refund", "queued_at": started}
    names = dict.fromkeys(CONTACT_COLUMNS)
    return {**names, **known, "contact_id": f"c{number}", "started_at": started, **more}


def answered(number: int, started: datetime, wait: int, agent: str, team: str, **more: object) -> dict:
    at = started + timedelta(seconds=wait)
    return contact(number, started, answered_at=at, agent_id=agent, team_id=team, **more)


MIDNIGHT = datetime(2026, 11, 27, 16)  # of Shanghai
MINUTE = timedelta(minutes=1)
CONTACTS = [
    answered(1, MIDNIGHT - MINUTE, 500, "a1", "t1", emotion_score=99.0),  # 23:59 of the day before
    answered(2, MIDNIGHT + MINUTE, 5, "a1", "t1", emotion_score=85.0, ended_at=MIDNIGHT + 9 * MINUTE),
    answered(3, MIDNIGHT + 60 * MINUTE, 20, "a1", "t1", emotion_score=80.0, ended_at=MIDNIGHT + 70 * MINUTE),
    answered(4, MIDNIGHT + 120 * MINUTE, 21, "a1", "t1", emotion_score=90.0),  # late, and still going on
    answered(5, MIDNIGHT + 121 * MINUTE, 3, "a2", "t2", emotion_score=79.9, queue="side"),
    answered(6, MIDNIGHT + 122 * MINUTE, 3, "a2", "t2", emotion_score=95.0, queue="side"),
    contact(7, MIDNIGHT + 123 * MINUTE, abandoned_at=MIDNIGHT + 124 * MINUTE),
    contact(8, NEWEST - MINUTE),  # waits
    answered(9, MIDNIGHT + 125 * MINUTE, 1, "a2", "t2", emotion_score=99.0, exclusion_reason="test"),
]


def fill(url: str) -> None:
    engine = create_engine(url)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(live_queue), QUEUES)
        connection.execute(insert(live_contacts), CONTACTS)
    engine.dispose()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "live.sqlite"
    monkeypatch.setenv(VARIABLE, f"sqlite:///{path}")
    fill(f"sqlite:///{path}")
    return path


def beside(folder: Path, source: str = "import") -> Live | None:
    return open_live(Home(folder), Warehouse(create_engine("sqlite://"), {}, "", source, "", "UTC", "Asia/Shanghai"))


@pytest.fixture
def live(file: Path) -> Iterator[Live]:
    opened = beside(file.parent)
    assert opened
    yield opened
    opened.tables.engine.dispose()


def sql(file: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def test_queues_count_with_their_last_row_and_silent_ones_do_not_count(live: Live):
    floor = read_floor(live, LOCAL, Rules(), NOW)
    assert floor.queues.select("queue", "waiting", "is_silent").rows() == [
        ("back", 7, True), ("front", 2, False), ("side", 1, False),
    ]  # fmt: skip
    # By hand: 2 + 1 wait, 5 + 2 in progress, 1 + 0 ready; 55 s of «side» is longer than 40 s of «front».
    assert totals(floor.queues) == Totals(3, 55, "side", 7, 1)


def test_the_service_level_of_today_begins_at_the_sites_midnight(live: Live):
    floor = read_floor(live, LOCAL, Rules(), NOW)
    assert floor.day == datetime(2026, 11, 28).date()
    # By hand: answered 2, 3, 4, 5, 6, given up 7; in 20 seconds 2, 3, 5, 6. Who still waits and a test do not count.
    level = floor.share(SERVICE_LEVEL)
    assert (level["numerator"], level["denominator"]) == (4, 6)
    by_queue = {row["queue"]: row["denominator"] for row in floor.queues.iter_rows(named=True)}
    assert by_queue == {"front": 4, "side": 2, "back": None}


def test_heated_contacts_are_those_of_plain_sql(live: Live, file: Path, monkeypatch: pytest.MonkeyPatch):
    floor = read_floor(live, LOCAL, Rules(), NOW)
    plain = "FROM contacts WHERE emotion_score >= 80 AND started_at >= '2026-11-27 16:00' AND exclusion_reason IS NULL"
    ids = [row[0] for row in sql(file, f"SELECT contact_id {plain} ORDER BY started_at DESC")]
    assert floor.heated["contact_id"].to_list() == ids == ["c6", "c4", "c3", "c2"]
    assert floor.share(HEATED_EMOTION_SHARE)["numerator"] == 4
    by_agent = sql(file, f"SELECT agent_id, team_id, count(*) {plain} GROUP BY 1, 2 ORDER BY 3 DESC")
    assert floor.agents.select("agent_id", "team_id", "heated").rows() == by_agent == [("a1", "t1", 3), ("a2", "t2", 1)]
    assert floor.strained == 1  # a1 with three
    assert floor.heated["started_at"].max() == datetime(2026, 11, 28, 2, 2)  # by the site's clock
    monkeypatch.setattr("data_access.watch.floor.MOST_HEATED", 1)
    few = read_floor(live, LOCAL, Rules(), NOW + MINUTE)
    assert (few.heated.height, few.heated_count) == (1, len(ids))  # a list that is cut is counted as a whole


def test_heated_contacts_since_an_instant_include_it(live: Live):
    since = datetime(2026, 11, 28, 1)  # contact 3 began then, in Shanghai
    assert heated_since(live, LOCAL, Rules(), since)["contact_id"].to_list() == ["c6", "c4", "c3"]
    later = since + timedelta(microseconds=1)
    assert heated_since(live, LOCAL, Rules(), later)["contact_id"].to_list() == ["c6", "c4"]
    assert heated_since(live, LOCAL, Rules(heated_score=95), since)["contact_id"].to_list() == ["c6"]


def test_who_sees_one_team_gets_its_contacts_and_no_queue(live: Live):
    floor = read_floor(live, LEADER, Rules(), NOW)
    assert floor.queues is None
    assert read_last_hour(live, LEADER, NOW).is_empty()
    assert floor.heated["team_id"].unique().to_list() == ["t1"]
    assert floor.agents["agent_id"].to_list() == ["a1"]
    level = floor.share(SERVICE_LEVEL)
    assert (level["numerator"], level["denominator"]) == (2, 3)  # by hand: 2 and 3 in time, 4 late


def test_who_is_not_cleared_learns_no_name(live: Live):
    floor = read_floor(live, AGENT, Rules(), NOW)
    assert floor.agents is None
    assert floor.strained == 1
    assert floor.heated["agent_id"].unique().sort().to_list() == sorted(
        pseudonym("agent", each) for each in ("a1", "a2")
    )
    assert not {"c2", "c3", "c4", "c6"} & set(floor.heated["contact_id"])


@pytest.mark.parametrize(
    ("seconds", "freshness"),
    [
        (0, Freshness.FRESH),
        (60, Freshness.FRESH),
        (61, Freshness.STALE),
        (-60, Freshness.FRESH),
        (-61, Freshness.AHEAD),
    ],
)
def test_figures_are_stale_after_a_minute_and_suspect_when_they_come_from_the_future(
    live: Live, seconds: int, freshness: Freshness
):
    now = NEWEST.replace(tzinfo=UTC) + timedelta(seconds=seconds)
    floor = read_floor(live, LOCAL, Rules(), now)
    assert floor.age_seconds(now) == seconds
    assert floor.freshness(now, live.stale_seconds) is freshness


def test_whoever_looks_within_two_seconds_shares_a_read_and_then_sees_what_is_new(live: Live, file: Path):
    first = read_floor(live, LOCAL, Rules(), NOW)
    with closing(sqlite3.connect(file)) as writer, writer:
        writer.execute("INSERT INTO live_queue VALUES ('2026-11-28 02:00:05.000000', 'front', 4, 45, 5, 0)")
    assert read_floor(live, LOCAL, Rules(), NOW) is first
    later = read_floor(live, LOCAL, Rules(), NOW + timedelta(seconds=2))
    assert totals(later.queues).waiting == 5


def test_the_last_hour_adds_up_the_queues_of_each_minute(live: Live):
    hour = read_last_hour(live, LOCAL, NOW)
    # By hand, the last row of each queue in a minute: 01:58 back; 01:59 front (9) and side (1); 02:00 front alone.
    assert hour.select("minute", "waiting", "longest_wait_seconds").rows() == [
        (datetime(2026, 11, 28, 1, 58), 7, 600),
        (datetime(2026, 11, 28, 1, 59), 10, 300),
        (datetime(2026, 11, 28, 2, 0), 2, 40),
    ]


def test_another_server_shows_the_same_floor(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = fresh_database()
    fill(url)
    monkeypatch.setenv(VARIABLE, url)
    other = beside(tmp_path)
    assert other
    expected, found = read_floor(live, LOCAL, Rules(), NOW), read_floor(other, LOCAL, Rules(), NOW)
    for name in ("queues", "today", "heated", "agents"):
        assert_frame_equal(getattr(found, name), getattr(expected, name))
    assert (found.at, found.day, found.strained) == (expected.at, expected.day, expected.strained)
    assert_frame_equal(read_last_hour(other, LOCAL, NOW), read_last_hour(live, LOCAL, NOW))
    other.tables.engine.dispose()


def test_queues_alone_are_enough(live: Live, file: Path):
    sql(file, "DROP TABLE contacts")
    live.tables.engine.dispose()
    bare = Live(
        Warehouse(live.tables.engine, {"live_queue": frozenset({"at", "queue", "waiting"})}, *"123", "UTC", "UTC"), 60
    )
    floor = read_floor(bare, LOCAL, Rules(), NOW)
    assert totals(floor.queues) == Totals(3, None, None, None, None)
    assert (floor.share(SERVICE_LEVEL), floor.agents, floor.strained, floor.heated.height) == (None, None, None, 0)


def test_nothing_is_ever_written(live: Live):
    with live.tables.engine.connect() as connection, pytest.raises(Exception, match="more than read was not sent"):
        connection.execute(text("DELETE FROM live_queue"))


def test_without_a_live_store_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert beside(tmp_path, "demo") is None
    Home(tmp_path).live.touch()
    assert beside(tmp_path) is None  # what a demo left behind is not shown beside one's own data


def test_what_is_wrong_with_a_live_store_is_said(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(STALE, "soon")
    with pytest.raises(InvalidSettings, match="is 'soon', which is no number of seconds"):
        beside(file.parent)
    monkeypatch.delenv(STALE)
    sql(file, "DROP TABLE live_queue")
    with pytest.raises(SourceUnavailable, match="has no table live_queue"):
        beside(file.parent)
    monkeypatch.setenv(VARIABLE, "sqlite:////nowhere/live.sqlite")
    with pytest.raises(SourceUnavailable, match=r"The live store live.sqlite does not answer"):
        beside(file.parent)
