"""`python -m jobs simulate`: feeds the demo's live store, so that the live floor moves."""

import os
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from data_access.connecting.place import VARIABLE, connected_place
from data_access.home import Home
from data_access.opening import open_warehouse, warehouse_stamp
from data_access.warehouse import Warehouse
from data_access.watch import live_store
from data_access.watch.feed import Feed, agents_of, open_own
from jobs.simulate_command import USUAL_SEED
from metrics.errors import ServiceQualityError, SourceUnavailable
from reports.text import explained

FEEDER = "live floor"  # the thread that moves it
EVERY_SECONDS = 5.0  # between two looks at the queues
BUSY_FROM, BUSY_UNTIL, MORNING = 8, 22, 10  # hours

Say = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """Which day is simulated, how fast, and from which hour on."""

    seed: int = USUAL_SEED
    speed: float = 1.0
    hour: int | None = None

    def starts(self, now: datetime) -> datetime:
        """Where in the simulated day it begins: at night, when hardly anybody calls, there would be nothing to see."""
        if self.hour is None and BUSY_FROM <= now.hour < BUSY_UNTIL:
            return now
        return now.replace(hour=MORNING if self.hour is None else self.hour, minute=0, second=0, microsecond=0)


def run(place: Home, stop: threading.Event, pace: Pace, say: Say) -> None:
    """Feed the live store of the demo until `stop` is set or another warehouse is in use.

    Args:
        say: told how many agents there are, when it moves.

    Raises:
        SourceUnavailable: no demo is in use, another simulator feeds it, or the store cannot be written.
    """
    if not _is_ours():
        raise SourceUnavailable(
            "The simulator feeds the demo only, and another live store or warehouse is named.",
            "Take {live} and {warehouse} out of the environment to see the demo.",
            live=live_store.VARIABLE,
            warehouse=VARIABLE,
        )
    warehouse = open_warehouse(place)
    if warehouse.source != "demo":
        raise SourceUnavailable(
            "The simulator feeds the demo only, and the warehouse in use is none.",
            "Connect live tables of your own: docs/watch.md shows how. python -m jobs demo brings the demo back.",
        )
    try:
        with _lock(place).acquire(timeout=0):
            _feed(place, warehouse, stop, pace, say)
    except Timeout as failure:
        raise SourceUnavailable(
            "Another process feeds this live store already.",
            "A dashboard that make run started does; python -m jobs serve --no-simulate leaves it to you.",
        ) from failure


def _feed(place: Home, warehouse: Warehouse, stop: threading.Event, pace: Pace, say: Say) -> None:
    """As `run`, by whoever holds the lock."""
    stamp, zone, agents = warehouse_stamp(place), ZoneInfo(warehouse.site_zone), agents_of(warehouse)
    warehouse.engine.dispose()
    engine, now = open_own(place), _now(zone)
    feed = Feed(engine, agents, pace.seed, pace.speed, now, pace.starts(now))
    feed.start()
    say(len(agents))
    while not stop.wait(EVERY_SECONDS) and warehouse_stamp(place) == stamp:
        feed.go_on(_now(zone))
    engine.dispose()


def _now(zone: ZoneInfo) -> datetime:
    return datetime.now(UTC).astimezone(zone).replace(tzinfo=None)


def _is_ours() -> bool:
    """Is it the home's own live store that pages read?"""
    return connected_place() is None and live_store.VARIABLE not in os.environ


def _lock(place: Home) -> FileLock:
    return FileLock(place.live.with_suffix(".lock"))


@contextmanager
def beside(place: Home) -> Generator[None]:
    """Feed the live store of a demo for as long as the block runs, also when the demo comes later.

    In a thread: it ends with this process, however that ends, and leaves nothing behind.
    """
    stop = threading.Event()
    worker = threading.Thread(target=_whenever_there_is_a_demo, args=(place, stop), name=FEEDER, daemon=True)
    if _is_ours():
        worker.start()
    try:
        yield
    finally:
        stop.set()
        if worker.is_alive():
            worker.join(EVERY_SECONDS)


def _whenever_there_is_a_demo(place: Home, stop: threading.Event) -> None:
    looked_at = ""
    while not stop.is_set():
        stamp = warehouse_stamp(place)
        if stamp != looked_at:
            # Another dashboard on the same home may be feeding it: when that ends, this one takes over.
            with suppress(Timeout), _lock(place).acquire(timeout=0):
                looked_at = stamp
                _feed_if_demo(place, stop)
        stop.wait(EVERY_SECONDS)


def _feed_if_demo(place: Home, stop: threading.Event) -> None:
    try:
        warehouse = open_warehouse(place)
        if warehouse.source == "demo":
            _feed(place, warehouse, stop, Pace(), lambda _agents: None)
    except ServiceQualityError as failure:  # the dashboard goes on without
        print(*explained(failure), file=sys.stderr)
