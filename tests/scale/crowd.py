"""Many people at once: each with a window of their own, clicking every few seconds, all they are shown judged."""

import random
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import linear_regression

from websockets.exceptions import WebSocketException

from data_access.names import names_seen
from data_access.viewer import Viewer
from metrics.errors import ServiceQualityError
from metrics.scope import Preset
from tests.rights.wire import Visit, visit
from tests.scale.fleet import PEOPLE, Fleet, Instance, viewer_of
from tests.scale.oracle import Oracle, Seen, tiles_of

PAGES = ("", "service_experience", "operating_efficiency", "complaints", "first_contact_resolution", "metric")
PERIODS = (Preset.LAST_WEEK, Preset.LAST_4_WEEKS, Preset.LAST_MONTH, Preset.LAST_QUARTER)
CHANNELS = ((), (), ("phone",), ("chat",))
#: A thread that died of one of these unseen would prove nothing.
UNSEEN = (ServiceQualityError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
CAME_BACK_AFTER = 1.0  # seconds, as a browser tries again
LOST = (WebSocketException, OSError, TimeoutError)
MEMORY_EVERY = 30.0  # seconds
LEAST_SAMPLES = 10  # five minutes: below, filling what is kept looks like growth


@dataclass(eq=False)
class Counts:
    """What happened, over all windows."""

    clicks: int = 0
    lost: int = 0  # connections that broke
    silent: int = 0  # clicks that brought no figure: a sentence in their place
    foreign: set[str] = field(default_factory=set)  # marks of what the person must not see
    failures: list[str] = field(default_factory=list)  # of this program
    seconds: list[float] = field(default_factory=list)  # from a click to the last message
    memory: dict[int, list[tuple[float, float]]] = field(default_factory=dict)  # by port: (seconds, MiB)

    def slopes(self) -> dict[int, float]:
        """MiB an hour by port, over the second half of the time, when what is kept has been filled."""
        return {port: _slope(told[len(told) // 2 :]) for port, told in self.memory.items()}


def _slope(told: list[tuple[float, float]]) -> float:
    """0 where there is too little to tell."""
    if len(told) < LEAST_SAMPLES:
        return 0.0
    return linear_regression(*zip(*told, strict=True)).slope * 3600


@dataclass(eq=False)
class Window:
    """One person's window."""

    fleet: Fleet
    person: str
    cookies: dict[str, str]
    oracle: Oracle
    counts: Counts
    every: float
    chance: random.Random
    stop: threading.Event

    def __post_init__(self) -> None:
        self.viewer: Viewer = viewer_of(self.person)
        self.language = self.chance.choice(("zh", "en"))
        channels = self.chance.choice(CHANNELS)
        self.filters = (("channel", channels),) if channels else ()
        self.preset = self.chance.choice(PERIODS)
        self.page = self.chance.choice(PAGES)
        self.foreign = _foreign(self.viewer, self.oracle)

    def run(self) -> None:
        """Click until told to stop; a connection that breaks is made anew, as a browser does."""
        self.stop.wait(self.chance.uniform(0, self.every))
        while not self.stop.is_set():
            try:
                self._sit()
            except LOST:
                self.counts.lost += 1
                self.stop.wait(CAME_BACK_AFTER)
            except UNSEEN as failure:
                self.counts.failures.append(f"{self.person}: {failure!r}")
                return

    def _sit(self) -> None:
        with visit(self.fleet.proxy.address, self.cookies) as opened:
            self._judged(opened, lambda: opened.open(self.page, **self.link))
            while not self.stop.wait(self.every):
                self._judged(opened, lambda: self._click(opened))

    def _click(self, opened: Visit) -> None:
        """A period, a page, or what is behind a figure."""
        what = self.chance.random()
        drills = [each for each in opened.buttons.values() if "-open_" in each or "-rows_tile_" in each]
        if what < 0.2 and drills:
            opened.press(self.chance.choice(drills))
        elif what < 0.6:
            self.preset = self.chance.choice(PERIODS)
            channels = self.chance.choice(CHANNELS)
            self.filters = (("channel", channels),) if channels else ()
            opened.go(self.page, **self.link)
        else:
            self.page = self.chance.choice(PAGES)
            opened.go(self.page, **self.link)

    @property
    def link(self) -> dict[str, str | list[str]]:
        """What is looked at, as the address says it."""
        channels = [each for _name, values in self.filters for each in values]
        return {"lang": self.language, "period": str(self.preset), **({"channel": channels} if channels else {})}

    def _judged(self, opened: Visit, click: Callable[[], None]) -> None:
        begun = time.monotonic()
        click()
        ended = time.monotonic()
        self.counts.clicks += 1
        self.counts.seconds.append(ended - begun)
        tiles = tiles_of(opened)
        self.counts.silent += not tiles
        self.counts.foreign |= {f"{self.person}: {mark}" for mark in opened.holds(*self.foreign)}
        opened.received.clear()
        self.oracle.take(Seen(self.viewer, self.language, self.page, self.preset, self.filters, tiles, begun, ended))


def _foreign(viewer: Viewer, oracle: Oracle) -> tuple[str, ...]:
    """What this person must never be sent: other teams by id, people's names where they are masked."""
    names = names_seen(oracle.store, viewer_of("manager@example.com"))
    marks = [] if viewer.teams is None else [
        code for dimension, code in names if dimension == "team_id" and code not in viewer.teams
    ]  # fmt: skip
    people = [] if viewer.is_cleared else [name for (dimension, _code), name in names.items() if dimension != "team_id"]
    return (*marks, *people)


@contextmanager
def crowd(
    running: Fleet, oracle: Oracle, sessions: int, every: float, seed: int = 1, *, judge_meanwhile: bool = True
) -> Generator[Counts]:
    """So many windows, evenly of all people, for as long as the block runs; everything is judged when it ends.

    Args:
        judge_meanwhile: must be where the warehouse changes and an old one goes; it takes cores as the windows do.
    """
    counts, stop = Counts(), threading.Event()
    cookies = {person: running.cookies(person) for person in PEOPLE}
    people = [list(PEOPLE)[number % len(PEOPLE)] for number in range(sessions)]
    nodes = random.Random(seed)
    windows = [
        Window(running, person, cookies[person] | {"twinwing_node": f"{nodes.getrandbits(128):032x}"}, oracle, counts,
               every, random.Random(seed + number), stop)
        for number, person in enumerate(people)
    ]  # fmt: skip
    threads = [threading.Thread(target=each.run) for each in windows]
    if judge_meanwhile:
        threads.append(threading.Thread(target=_judging, args=(oracle, stop)))
    threads.append(threading.Thread(target=_weighing, args=(running.instances, counts, stop)))
    try:
        for each in threads:
            each.start()
        yield counts
    finally:
        stop.set()
        for each in threads:
            each.join()
        oracle.judge()


def _judging(oracle: Oracle, stop: threading.Event) -> None:
    while not stop.wait(1.0):
        oracle.judge()


def _weighing(instances: Sequence[Instance], counts: Counts, stop: threading.Event) -> None:
    begun = time.monotonic()
    while True:
        for each in instances:
            counts.memory.setdefault(each.port, []).append((time.monotonic() - begun, each.megabytes))
        if stop.wait(MEMORY_EVERY):
            return
