"""The live store: a database of its own, which another process writes all the time and pages only read."""

import os
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl
from sqlalchemy import URL, Engine, Select, event
from sqlalchemy.sql import CompoundSelect

from data_access.home import Home
from data_access.kept import Kept
from data_access.opening import engine_at
from data_access.read import database_name, read
from data_access.warehouse import Warehouse, columns_of, reading_engine
from data_access.watch.live_tables import KNOWN, REQUIRED
from metrics.errors import InvalidSettings, SourceUnavailable

VARIABLE = "TWINWING_LIVE"
ZONE = "TWINWING_LIVE_ZONE"
STALE = "TWINWING_LIVE_STALE_SECONDS"
USUAL_STALE_SECONDS = 60
ANSWERS_KEPT = 64  # viewers who see different things, at several moments
BYTES_OF_ANSWERS = 64 * 2**20


@dataclass(frozen=True, eq=False)
class Live:
    """`tables` knows `live_queue` and, where there are any, the contacts of the day, on the source's clock."""

    tables: Warehouse
    stale_seconds: int  # figures that are older are shown grey
    is_own: bool = False  # of the demo, fed by the product's own simulator
    answers: Kept = field(default_factory=lambda: Kept(ANSWERS_KEPT, BYTES_OF_ANSWERS))

    def read(self, query: Select | CompoundSelect) -> pl.DataFrame:
        """As `data_access.read.read`, with a sentence that speaks of the live store."""
        try:
            return read(self.tables.engine, query)
        except SourceUnavailable as failure:
            raise silent(self.tables.engine) from failure


def open_live(home: Home, warehouse: Warehouse) -> Live | None:
    """The live store beside a warehouse; None where none is named and the demo has none of its own yet.

    Raises:
        SourceUnavailable: it does not answer, or has no table of queues.
        InvalidSettings: the age from which on figures are stale is no number of seconds.
    """
    given = os.environ.get(VARIABLE)
    source = os.environ.get(ZONE, warehouse.source_zone)
    if given:
        engine_at(given, VARIABLE).dispose()
        return _opened(given, None, source, warehouse.site_zone, _stale_seconds())
    if warehouse.source != "demo" or not home.live.exists():
        return None
    own = URL.create("sqlite", database=f"file:{home.live}", query={"mode": "ro", "uri": "true"})
    return _opened(str(own), home.live.stat().st_ino, source, warehouse.site_zone, _stale_seconds())


@lru_cache(maxsize=8)
def _opened(url: str, own_file: int | None, source_zone: str, site_zone: str, stale_seconds: int) -> Live:
    """One for the whole process; another file of the product's own under the same name is another store."""
    try:
        engine = reading_engine(url)
        if engine.dialect.name == "sqlite":
            _only_reads(engine)
        columns = columns_of(engine, KNOWN, REQUIRED)
    except SourceUnavailable as failure:
        raise silent(engine_at(url, VARIABLE)) from failure
    if "live_queue" not in columns:
        raise SourceUnavailable(
            "The live store {store} has no table live_queue with the columns at and queue.",
            "Add the table, or a view of that name over your own: docs/watch.md lists its columns.",
            store=database_name(engine),
        )
    tables = Warehouse(engine, columns, "live", "live", database_name(engine), source_zone, site_zone)
    return Live(tables, stale_seconds, is_own=own_file is not None)


def _only_reads(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def read_only(connection, _record) -> None:
        connection.execute("PRAGMA query_only = ON")


def _stale_seconds() -> int:
    given = os.environ.get(STALE, str(USUAL_STALE_SECONDS))
    if not given.isdecimal() or not int(given):
        raise InvalidSettings(
            "{variable} is '{given}', which is no number of seconds.",
            "Write a whole number from 1 on, or leave it out for {usual}.",
            variable=STALE,
            given=given,
            usual=USUAL_STALE_SECONDS,
        )
    return int(given)


def silent(engine: Engine) -> SourceUnavailable:
    """The sentence for a live store that does not answer; never with its password."""
    return SourceUnavailable(
        "The live store {store} does not answer.",
        "Check that it is running and reachable; this page asks again by itself. The other pages do not need it.",
        store=database_name(engine),
    )
