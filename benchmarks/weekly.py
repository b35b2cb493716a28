"""How long the weekly report takes: one, in a process that has read nothing yet, and a hundred for ten sets of rights.

`python -m benchmarks.weekly HOME` measures on a home with a warehouse and its roll-ups; findings of the SWOT board are
kept beside these, so that a second run on the same home tells what that saves. Time by the clock depends on what
else the machine does; time of the processor does not.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data_access.home import Home
from data_access.opening import open_store
from data_access.site_rules import read_rules
from data_access.state import open_state
from data_access.store import Store
from data_access.subscriptions.contents import read_contents
from data_access.subscriptions.subscriptions import Format
from data_access.viewer import LOCAL, Role, Viewer
from metrics.rhythm import Rhythm, last_whole
from reports.text import speaking
from reports.weekly.files import written
from reports.weekly.report import report
from reports.weekly.results import results_of

RECIPIENTS, RIGHTS = 100, 10


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, seconds of the processor, and the most memory that the process ever held, in MiB."""

    wall: float
    processor: float
    peak: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s by the clock, {self.processor:.1f} s of the processor, peak {self.peak:,.0f} MiB"


def spent(work: Callable[[], object]) -> Spent:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Spent(time.perf_counter() - wall, time.process_time() - processor, peak)


def make(place: Home, store: Store, viewer: Viewer, formats: tuple[Format, ...]) -> dict[Format, bytes]:
    """One weekly report as files."""
    state = open_state(f"sqlite:///{place.state}")
    contents = read_contents(place, Rhythm.WEEK)
    found = results_of(store, state, viewer, Rhythm.WEEK, last_whole(Rhythm.WEEK, store.anchor), (), contents)
    document = report(found, "zh")
    with speaking("zh"):
        return {each: written(document, each) for each in formats}


def sights(store: Store) -> list[Viewer]:
    """Ten sets of rights: everything, everything masked, and the leaders of eight teams."""
    teams = store.values(LOCAL, "team_id")[: RIGHTS - 2]
    leaders = [Viewer(team, Role.TEAM_LEADER, (team,), is_cleared=True) for team in teams]
    return [LOCAL, Viewer("analyst", Role.ANALYST), *leaders]


def main(folder: str) -> None:
    """Print both measurements."""
    place = Home(Path(folder))
    os.environ["TWINWING_HOME"] = folder
    store = open_store(place, read_rules(open_state(f"sqlite:///{place.state}")))
    contacts = sum(count for count, _print in store.manifest.days.values())
    print(f"{contacts:,} contacts; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("one report, four files:", spent(lambda: make(place, store, LOCAL, tuple(Format))), flush=True)

    def everybody() -> None:
        held: dict[object, dict[Format, bytes]] = {}
        viewers = sights(store)
        for number in range(RECIPIENTS):
            viewer = viewers[number % len(viewers)]
            if viewer.sight not in held:
                held[viewer.sight] = make(place, store, viewer, (Format.PDF,))

    print(f"{RECIPIENTS} recipients with {RIGHTS} sets of rights:", spent(everybody))


if __name__ == "__main__":
    main(sys.argv[1])
