"""What viewers of the live floor cost the server: sessions that redraw it every few seconds, as browsers do.

The server's processor time is read from /proc, so this runs on Linux only.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx

from benchmarks.outcome import Outcome
from data_access.home import Home
from jobs.simulate import beside
from tests.browser.server import Server, serving
from tests.rights.wire import Visit, visit

AIM_PERCENT = 2.0  # of one core for each viewer
VIEWERS = 20
SECONDS = 40.0
WARM_UP = 10.0


def run(home: Path, log: Path) -> Iterator[Outcome]:
    """The server's processor time for each viewer, above what it takes without any: of the page and of the wall."""
    yield _measured(home, log, "the page", {})
    yield _measured(home, log, "the wall screen", {"wall": "1"})


def _measured(home: Path, log: Path, name: str, path: dict[str, str]) -> Outcome:
    with beside(Home(home)), serving(Home(home), log) as server:
        httpx.get(f"{server.address}/_stcore/script-health-check", timeout=120)
        idle = _used(server, SECONDS / 4)
        with ExitStack() as opened, _Watching(server, opened, path) as watching:
            time.sleep(WARM_UP)
            before = watching.redrawn
            busy = _used(server, SECONDS)
            redrawn = watching.redrawn - before
    each = (busy - idle) / VIEWERS * 100
    return Outcome(
        f"Live floor, {name}, {VIEWERS} viewers: processor time for each",
        AIM_PERCENT,
        each,
        "%",
        f"of one core over {SECONDS:.0f} s; {redrawn} redraws, {(busy - idle) * SECONDS / redrawn * 1000:.0f} ms each; "
        f"without viewers {idle * 100:.1f} %",
    )


def _used(server: Server, seconds: float) -> float:
    """The cores that the server uses in the next seconds."""
    begun, used = time.perf_counter(), _processor_seconds(server.process.pid)
    time.sleep(seconds)
    return (_processor_seconds(server.process.pid) - used) / (time.perf_counter() - begun)


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class _Watching:
    """Viewers who came one after the other, each with the floor redrawn as often as the page asks for."""

    def __init__(self, server: Server, opened: ExitStack, path: dict[str, str]) -> None:
        self.redrawn = 0
        self._stop = threading.Event()
        self._threads = []
        for _number in range(VIEWERS):
            viewer = opened.enter_context(visit(server.address, {}))
            viewer.open("floor", lang="en", **path)
            self._threads.append(threading.Thread(target=self._watch, args=(viewer,)))

    def __enter__(self) -> "_Watching":
        for place, each in enumerate(self._threads):
            each.start()
            time.sleep(5.0 / VIEWERS if place < VIEWERS - 1 else 0)
        return self

    def __exit__(self, *_failure: object) -> None:
        self._stop.set()
        for each in self._threads:
            each.join()

    def _watch(self, viewer: Visit) -> None:
        fragment, seconds = viewer.refreshing
        while not self._stop.wait(seconds):
            viewer.redraw(fragment)
            self.redrawn += 1
