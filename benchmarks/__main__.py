"""The benchmarks: `python -m benchmarks` prints aim, measured and verdict; `--write` puts them into docs/."""

import os
import platform
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import (
    change_judged,
    click,
    demo_speed,
    first_start,
    live_floor,
    one_day,
    page_rerun,
    rollup_build,
    why_moved,
)
from benchmarks.demo_files import cache, demo
from benchmarks.outcome import Outcome
from data_access.demo.manifest import manifest_path
from data_access.home import Home
from data_access.opening import open_store
from metrics.rules import Rules

REPORT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
NAMES = ("demo", "build", "day", "page", "large", "why", "change", "click", "floor", "start")
PAGE_CONTACTS = 200_000
HEAD = """# How fast it is

Written by `make bench`, or one part after the other by `python -m benchmarks --only … --write`, which leaves the other
lines as they are. Ratios compare ways of doing the same work that took turns in one run, so they say more than seconds
do; *when* also tells how many processes wanted the machine's cores by the end of the run.

* *Full build*: every roll-up from nothing, written to Parquet, against the SQL in benchmarks/hand_written.py (one
  statement for each family of cubes) and against the script in benchmarks/with_pandas.py. Complaints' texts are masked
  and cut into words by the same functions in all three.
* *Refresh after one day changed*: a connected warehouse in which a day two months back changed; finding that day within
  the window of late data and counting anew what it reaches, of the time of the full build, the median of five days one
  after the other: once what customers said on it changed, once whose contacts they were, on which complaints and
  repeats of the weeks around hang.
* *Warm rerun*: one run of a whole page's script without drawing, on 200,000 contacts and on the largest demo, the
  period changing each time between two that were looked at before; the detail says what a new period takes.
* *Why … moved*: a month against the one before, taken apart by every dimension, on the largest demo.
* *Everything about one change*: estimate, checks, other ways of analysing, verdict and plan, by month and by week, on a
  store that has kept no answer; and the first run of the page's script.
* *Click to chart drawn*: in Chromium, from the click to the frame after the chart's last change.
* *Live floor*: sessions that redraw it every five seconds while the demo moves; the server's processor time for each,
  above what it takes without viewers.

"""


def measured(names: Iterable[str], contacts: list[int], repetitions: int, folder: Path) -> Iterator[Outcome]:
    """Run the named benchmarks, one after the other."""
    chosen = set(names)
    if "demo" in chosen:
        yield from demo_speed.run(folder, is_large=max(contacts) >= demo_speed.LARGE)
    for size in contacts:
        times = repetitions if size <= 1_000_000 else 1
        if "build" in chosen:
            yield from rollup_build.run(demo(folder, size), size, times)
        if "day" in chosen:
            yield from one_day.run(demo(folder, size), size)
    if chosen & {"page", "click", "floor"}:
        home = _home(folder, PAGE_CONTACTS)
        if "page" in chosen:
            yield from page_rerun.run(home, PAGE_CONTACTS)
        if "click" in chosen:
            yield from click.run(home, folder / "server.log")
        if "floor" in chosen:
            yield from live_floor.run(home, folder / "server.log")
    if chosen & {"large", "why", "change"}:
        yield from _on_the_largest(chosen, _home(folder, max(contacts)), max(contacts))
    if "start" in chosen:
        yield from first_start.run()


def _on_the_largest(chosen: set[str], home: Path, size: int) -> Iterator[Outcome]:
    if "change" in chosen:  # before other pages read what it needs
        yield from change_judged.run(home, size)
    if "why" in chosen:
        yield from why_moved.run(home, size)
    if "large" in chosen:
        yield from page_rerun.run(home, size)


def _home(folder: Path, size: int) -> Path:
    home = Home(folder / f"home-{size}")
    if home.current_warehouse() is None:
        path = home.new_warehouse()
        made = demo(folder, size)
        shutil.copyfile(made, path)
        shutil.copyfile(manifest_path(made), manifest_path(path))
        home.adopt(path)
    open_store(home, Rules()).warehouse.engine.dispose()
    return home.folder


def report(outcomes: list[Outcome], before: str = "") -> str:
    """The Markdown page; lines of the page before stay where nothing of that name was measured now."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    when = f"{datetime.now(UTC):%Y-%m-%d}, {os.getloadavg()[0]:.1f}"
    head = "| What | Aim | Measured | Verdict | Detail | When |\n|---|---|---|---|---|---|\n"
    rows = {
        line.split(" | ")[0]: line for line in before.splitlines() if " | " in line and not line.startswith(head[:6])
    }
    rows |= {f"| {each.name}": f"| {' | '.join(each.cells)} | {when} |" for each in outcomes}
    return f"{HEAD}{machine}.\n\n{head}" + "".join(f"{line}\n" for line in rows.values())


Only = Annotated[list[str] | None, typer.Option(help=f"Run these only: {', '.join(NAMES)}.")]
Sizes = Annotated[list[int] | None, typer.Option(help="Contacts of the demos to build roll-ups of.")]
Repetitions = Annotated[int, typer.Option(help="Repetitions of each full build of a million contacts or fewer.")]
Write = Annotated[bool, typer.Option("--write", help="Write docs/benchmarks.md: the lines of what is run.")]


def main(only: Only = None, contacts: Sizes = None, repetitions: Repetitions = 3, write: Write = False) -> None:
    """Measure, and say for each figure whether it meets its aim. TWINWING_BENCH names a folder to keep demos in."""
    outcomes = []
    with cache() as folder:
        for outcome in measured(only or NAMES, contacts or [1_000_000], repetitions, folder):
            print(" | ".join(outcome.cells), flush=True)
            outcomes.append(outcome)
    if write:
        before = REPORT.read_text(encoding="utf-8") if only and REPORT.exists() else ""
        REPORT.write_text(report(outcomes, before), encoding="utf-8")
    raise SystemExit(any(not each.is_met for each in outcomes))


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    app.command()(main)
    app()
