"""Feeding the demo's own live store: contacts as they come in, and the queues every few seconds; a day is kept."""

import math
import uuid
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import polars as pl
from sqlalchemy import URL, Connection, Engine, create_engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from data_access.demo.floor import Agent, FloorDay, floor_day
from data_access.home import Home
from data_access.read import read
from data_access.warehouse import Warehouse
from data_access.watch.live_tables import CONTACT_COLUMNS, live_contacts, live_queue, metadata
from metrics.errors import SourceUnavailable

KEPT = timedelta(days=1)  # what is older is deleted, so that the file does not grow
LOOKED_BACK = timedelta(hours=1)  # for which there are queues at the start
STEP = timedelta(minutes=1)  # between them
BEFORE = -1.0  # the second before the first
COLUMN_OF = {"answered": "answered_at", "abandoned": "abandoned_at", "ended": "ended_at"}


def agents_of(warehouse: Warehouse) -> list[Agent]:
    """The agents who work in a demo when it ends."""
    agent = warehouse.table("agents")
    query = select(agent.c.agent_id, agent.c.team_id, agent.c.shift).where(agent.c.valid_to.is_(None))
    return [Agent(*row) for row in read(warehouse.engine, query.order_by(agent.c.agent_id)).iter_rows()]


@dataclass(eq=False)
class Feed:
    """One simulation that goes on, from `began` by the demo's clock and from `starts` in the simulated day.

    `speed` is how much faster than the clock contacts come and go; they take as long as ever, and what is written down
    of them says so: with a speed of 10, a customer who is answered after 2 s by the clock has waited 20.
    """

    engine: Engine
    agents: list[Agent]
    seed: int
    speed: float
    began: datetime
    starts: datetime
    simulated: datetime = field(init=False)  # up to when everything is written
    day: FloorDay = field(init=False)

    def __post_init__(self) -> None:
        self.simulated = self.starts
        self.day = floor_day(self.agents, self.seed, self.starts.date())

    def start(self) -> None:
        """Put the day so far in the place of whatever the store holds."""
        with self._writing() as connection:
            connection.execute(delete(live_queue))
            connection.execute(delete(live_contacts))
            self._write_contacts(connection, self.day.seen_at(_second(self.starts)))
            at = max(self.starts - LOOKED_BACK, _midnight(self.starts))
            while at < self.starts:
                self._write_queues(connection, self._by_the_clock(at), self.day.queues_at(_second(at)))
                at += STEP
            self._write_queues(connection, self.began, self.day.queues_at(_second(self.starts)))

    def go_on(self, now: datetime) -> None:
        """Write what happened since the last time, and delete what is older than a day.

        Where the clock was set back nothing happens anew; of a long sleep only what is kept is written.
        """
        until = max(self.simulated, self.starts + (now - self.began) * self.speed)
        self._skip(until - KEPT * self.speed)
        with self._writing() as connection:
            while until.date() > self.simulated.date():
                self._advance(connection, _midnight(self.simulated) + timedelta(days=1))
                self.day = floor_day(self.agents, self.seed, self.simulated.date())
            self._advance(connection, until)
            self._write_queues(connection, now, self.day.queues_at(_second(until)))
            connection.execute(delete(live_queue).where(live_queue.c.at < now - KEPT))
            connection.execute(delete(live_contacts).where(live_contacts.c.started_at < now - KEPT))

    def _skip(self, oldest: datetime) -> None:
        """Leave out whole days of which nothing would be kept."""
        if oldest.date() > self.simulated.date():
            self.simulated = _midnight(oldest)
            self.day = floor_day(self.agents, self.seed, oldest.date())

    def _advance(self, connection: Connection, until: datetime) -> None:
        """Up to a later instant of the same day or to the next midnight, by which everything of the day has ended."""
        second = _second(until) if until.date() == self.day.day else math.inf
        since = _second(self.simulated) or BEFORE
        self._write_contacts(connection, self.day.seen_at(second, since))
        self.simulated = until

    def _write_contacts(self, connection: Connection, news: pl.DataFrame) -> None:
        rows = [self._row(row) for row in news.iter_rows(named=True)]
        if rows:
            known = live_contacts.c.contact_id
            connection.execute(delete(live_contacts).where(known.in_([row["contact_id"] for row in rows])))
            connection.execute(insert(live_contacts), rows)

    def _row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A contact begins by the demo's clock; from then on it takes the time it takes."""
        began = self._by_the_clock(datetime.combine(self.day.day, time.min) + timedelta(seconds=row["arrived"]))
        later = {
            column: None if row[name] is None else began + timedelta(seconds=row[name] - row["arrived"])
            for name, column in COLUMN_OF.items()
        }
        same = {name: row[name] for name in CONTACT_COLUMNS if name in row}
        return {**dict.fromkeys(CONTACT_COLUMNS), **same, **later, "started_at": began, "queued_at": began}

    def _by_the_clock(self, simulated: datetime) -> datetime:
        passed = simulated - self.starts
        return self.began + (passed / self.speed if simulated > self.starts else passed)

    def _write_queues(self, connection: Connection, at: datetime, queues: pl.DataFrame) -> None:
        connection.execute(insert(live_queue), [{"at": at, **row} for row in queues.iter_rows(named=True)])

    @contextmanager
    def _writing(self) -> Generator[Connection]:
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as failure:
            raise SourceUnavailable(
                "The live store {file} cannot be written.",
                "Make room on the disk or give rights to its folder, then start again.",
                file=self.engine.url.database,
            ) from failure


def open_own(home: Home) -> Engine:
    """The demo's live store, to be written; made with its indexes where there is none, complete when it appears."""
    if not home.live.exists():
        home.make()
        fresh = home.live.with_suffix(f".{uuid.uuid4().hex}.tmp")
        making = create_engine(URL.create("sqlite", database=str(fresh)))
        with making.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")  # kept in the file: readers never wait for a writer
            metadata.create_all(connection)
            connection.commit()
        making.dispose()
        fresh.replace(home.live)
    return create_engine(URL.create("sqlite", database=str(home.live)))


def _midnight(instant: datetime) -> datetime:
    return datetime.combine(instant.date(), time.min)


def _second(instant: datetime) -> float:
    return (instant - _midnight(instant)).total_seconds()
