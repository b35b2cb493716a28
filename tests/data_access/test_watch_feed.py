"""The simulated floor: its tables agree with each other, the same seed makes the same day, and the file stays small."""

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data_access.demo import vocabulary as words
from data_access.demo.floor import LIVE_QUEUES, Agent, floor_day
from data_access.demo.season import HOURS
from data_access.home import Home
from data_access.watch.feed import Feed, open_own
from data_access.watch.live_tables import CONTACT_COLUMNS

DAY = date(2026, 11, 27)
MORNING = datetime(2026, 11, 27, 10)
AGENTS = [
    Agent(f"a{number}", words.TEAM_IDS[number % 12], words.SHIFTS[words.SHIFT_PATTERN[number // 12]])
    for number in range(48)
]
WAITING = """
    SELECT queue, count(*), CAST(round((julianday(:now) - julianday(min(started_at))) * 86400) AS INTEGER)
    FROM contacts WHERE answered_at IS NULL AND abandoned_at IS NULL GROUP BY queue"""
TALKING = "SELECT queue, count(*) FROM contacts WHERE answered_at IS NOT NULL AND ended_at IS NULL GROUP BY queue"
QUEUES = """
    SELECT queue, waiting, longest_wait_seconds, in_progress
    FROM live_queue WHERE at = (SELECT max(at) FROM live_queue) ORDER BY queue"""


def fed(
    folder: Path, began: datetime, *later: datetime, seed: int = 1, speed: float = 1, starts: datetime | None = None
):
    """A store that was fed from an instant on and then at later ones."""
    home = Home(folder)
    engine = open_own(home)
    feed = Feed(engine, AGENTS, seed, speed, began, starts or began)
    feed.start()
    for now in later:
        feed.go_on(now)
    engine.dispose()
    return home.live


def sql(file: Path, query: str, **values: str) -> list[tuple]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query, values).fetchall()


def contacts(file: Path) -> list[tuple]:
    return sql(file, "SELECT * FROM contacts ORDER BY contact_id")


def test_the_queues_are_those_of_the_contacts_in_plain_sql(tmp_path: Path):
    engine = open_own(Home(tmp_path))
    feed = Feed(engine, AGENTS, 1, 1, MORNING, MORNING)
    feed.start()
    waited = talked = 0
    for minute in range(0, 60, 2):
        now = MORNING + timedelta(minutes=minute, seconds=10)
        feed.go_on(now)
        waiting = {row[0]: row[1:] for row in sql(Home(tmp_path).live, WAITING, now=now.isoformat(" "))}
        talking = dict(sql(Home(tmp_path).live, TALKING))
        told = sql(Home(tmp_path).live, QUEUES)
        assert told == [(each, *waiting.get(each, (0, 0)), talking.get(each, 0)) for each in sorted(LIVE_QUEUES)]
        waited, talked = waited + sum(row[1] for row in told), talked + sum(row[3] for row in told)
    assert waited > 3
    assert talked > 100  # a morning without anybody on the line would prove nothing
    engine.dispose()


def test_a_simulator_that_begins_later_shows_the_same_day(tmp_path: Path):
    later = MORNING + timedelta(minutes=30)
    steps = [MORNING + timedelta(minutes=minutes) for minutes in (1, 7, 8, 29)]
    whole = fed(tmp_path / "one", later)
    pieces = fed(tmp_path / "two", MORNING, *steps, later)
    assert contacts(whole) == contacts(pieces)
    assert contacts(whole) != contacts(fed(tmp_path / "three", later, seed=2))


def test_what_is_older_than_a_day_is_deleted(tmp_path: Path):
    now = MORNING + timedelta(days=2)
    file = fed(tmp_path, MORNING, MORNING + timedelta(hours=20), now)
    first, count = sql(file, "SELECT min(started_at), count(*) FROM contacts")[0]
    assert datetime.fromisoformat(first) >= now - timedelta(days=1)
    assert count > 400  # 48 agents, 30 contacts each a day, of phone and online
    assert sql(file, "SELECT count(*) FROM live_queue WHERE at < :day", day=str(now - timedelta(days=1))) == [(0,)]


def test_a_clock_that_is_set_back_over_midnight_brings_nobody_from_the_future(tmp_path: Path):
    midnight = datetime(2026, 11, 28)
    evening = midnight - timedelta(minutes=1)
    file = fed(tmp_path, evening, midnight + timedelta(minutes=1), evening, midnight + timedelta(minutes=2))
    ((latest,),) = sql(file, "SELECT max(started_at) FROM contacts")
    assert datetime.fromisoformat(latest) <= midnight + timedelta(minutes=2)


def test_after_a_long_sleep_the_last_day_alone_is_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made: list[date] = []
    monkeypatch.setattr(
        "data_access.watch.feed.floor_day",
        lambda agents, seed, day: made.append(day) or floor_day(agents, seed, day),
    )
    awake = MORNING + timedelta(days=400)
    slept = contacts(fed(tmp_path / "one", MORNING, awake))
    assert made == [DAY, awake.date() - timedelta(days=1), awake.date()]
    since = (awake - timedelta(days=1)).isoformat(" ")
    assert len(slept) > 400
    assert all(str(row[CONTACT_COLUMNS.index("started_at")]) >= since for row in slept)


def test_a_faster_clock_brings_contacts_sooner_and_leaves_their_times_as_they_are(tmp_path: Path):
    hour = fed(tmp_path / "one", MORNING, MORNING + timedelta(hours=1))
    minute = fed(tmp_path / "two", MORNING, MORNING + timedelta(minutes=1), speed=60)
    times = "SELECT contact_id, {}, {} FROM contacts ORDER BY contact_id".format(
        *(f"round((julianday({name}) - julianday(queued_at)) * 86400)" for name in ("answered_at", "ended_at"))
    )
    assert sql(minute, times) == sql(hour, times)
    assert sql(minute, "SELECT max(started_at) <= '2026-11-27 10:01:00.000000' FROM contacts") == [(1,)]


def test_it_may_begin_at_another_hour_than_the_clocks(tmp_path: Path):
    night = datetime(2026, 11, 27, 23)
    file = fed(tmp_path, night, night + timedelta(minutes=1), starts=MORNING)
    same = fed(tmp_path / "day", MORNING, MORNING + timedelta(minutes=1))
    assert [row[0] for row in contacts(file)] == [row[0] for row in contacts(same)]
    assert sql(file, "SELECT max(at) FROM live_queue") == [("2026-11-27 23:01:00.000000",)]


@pytest.fixture(scope="module")
def days() -> pl.DataFrame:
    return pl.concat([floor_day(AGENTS, seed, DAY).contacts for seed in range(8)])


def test_arrivals_follow_the_hours_of_the_demo(days: pl.DataFrame):
    counts = np.bincount((days["arrived"] // 3600).cast(pl.Int64), minlength=24)
    expected = HOURS / HOURS.sum() * counts.sum()
    # Chi-square with 23 degrees of freedom: 49.7 is passed once in a thousand.
    assert ((counts - expected) ** 2 / expected).sum() < 49.7


def test_nobody_talks_to_two_customers_at_once(days: pl.DataFrame):
    day = floor_day(AGENTS, 3, DAY).contacts.drop_nulls("answered").sort("agent_id", "answered")
    again = day.with_columns(before=pl.col("free").shift().over("agent_id")).drop_nulls("before")
    assert again.height > 200
    assert again.filter(pl.col("answered") < pl.col("before")).is_empty()


def test_the_floor_speaks_the_words_of_the_demo_and_is_neither_idle_nor_overrun(days: pl.DataFrame):
    assert set(days["queue"]) == set(LIVE_QUEUES) <= set(words.QUEUES)
    assert set(days["channel"]) <= set(words.CHANNELS)
    assert set(days["issue_type"]) <= set(words.ISSUE_CODES)
    team = {each.agent_id: each.team_id for each in AGENTS}
    taken = days.drop_nulls("agent_id")
    assert [team[each] for each in taken["agent_id"]] == taken["team_id"].to_list()
    in_time = (taken["answered"] - taken["arrived"] <= 20).sum() / days.height
    heated = (days["emotion_score"].drop_nulls() >= 80).mean()
    assert 0.6 < in_time < 0.95
    # A normal score of mean 44 and deviation 19 passes 80 in 2.9 % of cases; a long wait adds to it.
    assert 0.025 < heated < 0.06
