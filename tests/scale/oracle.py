"""What windows were shown, judged tile by tile against what data_access gives that person in that scope."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from data_access.compared import read_compared
from data_access.home import Home
from data_access.names import values_seen
from data_access.opening import open_store
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.catalogue import CATALOGUE
from metrics.metric import Status
from metrics.rules import Rules
from metrics.scope import Comparison, Filters, Preset, Scope, compared_period, preset_period
from reports import counted, sentences, text
from reports.text import _
from tests.rights.wire import Visit


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure as it was sent: the metric's name, the value, and the lines below with interval and count."""

    name: str
    value: str
    below: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What one click brought: who looked, in which scope and language, between which monotonic seconds."""

    viewer: Viewer
    language: str
    page: str
    preset: Preset
    filters: Filters
    tiles: tuple[Tile, ...]
    begun: float
    ended: float


def tiles_of(opened: Visit) -> tuple[Tile, ...]:
    """The tiles that the last run drew."""
    begun = max((place for place, each in enumerate(opened.messages) if each.HasField("new_session")), default=0)
    drawn = {tuple(each.metadata.delta_path): each.delta.new_element for each in opened.messages[begun:]}
    found = []
    for path, element in drawn.items():
        if element.HasField("metric"):
            near = [drawn.get((*path[:-1], path[-1] + step)) for step in (1, 2)]  # the course of a tile may lie between
            below = next((each.markdown.body for each in near if each and each.HasField("markdown")), "")
            name = element.metric.label.partition(" :gray[")[0]  # days that are not those of the scope stand behind it
            found.append(Tile(name, element.metric.body, below.replace("\xa0", " ")))
    return tuple(found)


class Oracle:
    """The right figures at every moment: while a warehouse is changed over those of either, but never a mix."""

    def __init__(self, home: Home) -> None:
        self.judged = self.tiles = 0
        self.wrong: list[str] = []
        self._home = home
        self._generations: list[tuple[float, float, Store]] = [(0.0, float("inf"), open_store(home, Rules()))]
        self._asked: deque[Seen] = deque()
        self._lock = Lock()

    @property
    def store(self) -> Store:
        """What is in use now."""
        return self._generations[-1][2]

    def take(self, seen: Seen) -> None:
        """To be judged when it is known what was in use."""
        self._asked.append(seen)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Around what puts another warehouse in use; nothing is judged before it is known which."""
        with self._lock:
            begun = time.monotonic()
            yield
            fresh = open_store(self._home, Rules())
            since, _until, old = self._generations[-1]
            self._generations[-1:] = [(since, time.monotonic(), old), (begun, float("inf"), fresh)]

    def judge(self) -> None:
        """Everything that was taken so far."""
        with self._lock:
            for _each in range(len(self._asked)):
                seen = self._asked.popleft()
                self.judged, self.tiles = self.judged + 1, self.tiles + len(seen.tiles)
                stores = [
                    store for since, until, store in self._generations if seen.begun <= until and since <= seen.ended
                ]
                told = [list(differences(store, seen)) for store in stores]
                if all(told):
                    self.wrong += min(told, key=len)


def differences(store: Store, seen: Seen) -> Iterator[str]:
    """A sentence for each tile that does not say what the store gives."""
    text.language.set(seen.language)
    by_name = {_(metric.name): metric for metric in CATALOGUE.values()}
    unknown = [tile.name for tile in seen.tiles if tile.name not in by_name]
    yield from (f"{seen.viewer.name}: no metric is called {name}" for name in unknown)
    metrics = [by_name[tile.name] for tile in seen.tiles if tile.name in by_name]
    if not metrics:
        return
    period = preset_period(seen.preset, store.anchor)
    # A value that the person's own rows do not have is left out of a filter, as the page says.
    known = [(name, tuple(set(values) & set(values_seen(store, seen.viewer, name)))) for name, values in seen.filters]
    filters = tuple((name, values) for name, values in known if values)
    scope = Scope(period, compared_period(period, Comparison.PREVIOUS), filters)
    result = read_compared(store, seen.viewer, list(dict.fromkeys(metrics)), scope)
    rows = {row["metric"]: row for row in result.iter_rows(named=True)}
    for tile in seen.tiles:
        metric = by_name.get(tile.name)
        if metric is None:
            continue
        row = rows[metric.id]
        value = text.value(row["value"], metric.unit)
        interval = sentences.interval(row, metric.unit).replace("\xa0", " ")
        n = "–" if row["denominator"] is None else counted.amount(metric, row["denominator"])
        count = _("n = {count} {counted}").format(count=n, counted=counted.of_what(metric, store.rules))
        wanted = f":gray[{value}]" if row["status"] == Status.TOO_FEW else value
        if tile.value != wanted or interval not in tile.below or count not in tile.below:
            where = f"{seen.viewer.name}, {seen.page}, {seen.preset}, {seen.filters}"
            yield f"{where}: {tile}; right: {wanted}; {interval}; {count}"
