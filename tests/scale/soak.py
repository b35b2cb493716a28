"""People of all roles while things go wrong: `python -m tests.scale.soak --minutes 30`, and no wrong or foreign figure.

Every two minutes one of these happens, in turn: another warehouse is imported and put in use; a refresh; a process of
the dashboard is killed and started again; the state store is locked for five seconds.
"""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import duckdb
import typer
from sqlalchemy import DateTime

from benchmarks.many_viewers import MOST_MINUTES, MOST_SESSIONS, misses, told
from data_access.demo import make_demo
from data_access.home import Home
from data_access.schema import TABLES
from tests.browser.server import ROOT
from tests.demo_home import demo_home
from tests.scale.crowd import crowd
from tests.scale.fleet import Fleet, fleet
from tests.scale.oracle import Oracle

IMPORTED = ("contacts", "complaints", "qa_reviews")
CONTACTS = 20_000
LOCKED = 5.0  # seconds
PROCESSES = 2


def main(
    minutes: Annotated[float, typer.Option(min=1, max=MOST_MINUTES)] = 30,
    sessions: Annotated[int, typer.Option(min=1, max=MOST_SESSIONS)] = 20,
    every: Annotated[float, typer.Option(help="Seconds between two clicks of a window.", min=1)] = 10,
    pause: Annotated[float, typer.Option(help="Seconds between two faults.", min=5)] = 120,
) -> None:
    """Run, print what happened, and end with status 1 where a figure was wrong or foreign."""
    with TemporaryDirectory(prefix="twinwing-") as name:
        folder = Path(name)
        home = demo_home(folder / "home", CONTACTS)
        files = [exported(folder / f"files{seed}", seed) for seed in (2, 3)]
        with fleet(home, folder, PROCESSES) as running:
            oracle, faults = Oracle(home), Faults(running, home, files)
            with crowd(running, oracle, sessions, every) as counts:
                until = time.monotonic() + minutes * 60
                for fault in cycle((faults.swapped, faults.killed, faults.refreshed, faults.locked)):
                    time.sleep(max(0.0, min(pause, until - time.monotonic())))
                    if time.monotonic() >= until:
                        break
                    fault(oracle)
            last = {each.port: each.megabytes for each in running.instances}
    print("\n".join([*told(counts, oracle), *faults.said]))
    missed = list(misses(counts, oracle))
    missed += [f"the process at {port} does not run any more" for port, amount in last.items() if amount == 0]
    print("\n".join(missed) or "No figure was wrong, and none was foreign.")
    raise typer.Exit(1 if missed else 0)


def exported(folder: Path, seed: int) -> Path:
    """A demo as CSV files with the mapping that brings them in; gives their folder."""
    folder.mkdir()
    make_demo(folder / "demo.duckdb", contacts=CONTACTS, seed=seed)
    lines = ['name = "Soak"', 'time_zone = "Asia/Shanghai"']
    with duckdb.connect(str(folder / "demo.duckdb"), read_only=True) as connection:
        for table in IMPORTED:
            there = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
            connection.execute(f"COPY {table} TO '{folder}/{table}.csv' (HEADER, TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S')")
            lines += [f"[{table}]", f'files = "{table}*.csv"', f"[{table}.columns]"]
            for column in TABLES[table].columns:
                if column.name in there:
                    told_as = f'{{ column = "{column.name}", format = "%Y-%m-%d %H:%M:%S" }}'
                    lines.append(
                        f"{column.name} = {told_as if isinstance(column.type, DateTime) else repr(column.name)}"
                    )
    (folder / "mapping.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


class Faults:
    """What goes wrong, and what is written down of it."""

    def __init__(self, running: Fleet, home: Home, files: list[Path]) -> None:
        self.said: list[str] = []
        self._running, self._home = running, home
        self._files, self._lost = cycle(files), cycle(running.instances)

    def swapped(self, oracle: Oracle) -> None:
        """Another warehouse comes into use by an import, while windows are clicking."""
        folder = next(self._files)
        files = [str(folder / f"{table}.csv") for table in IMPORTED]
        with oracle.changing():
            self._timed("imported", lambda: self._job("import", str(folder / "mapping.toml"), *files))

    def refreshed(self, _oracle: Oracle) -> None:
        """The nightly job in the middle of the day."""
        self._timed("refreshed", lambda: self._job("refresh"))

    def killed(self, _oracle: Oracle) -> None:
        """A process is gone at once, with all of its windows, and is started again."""
        lost = next(self._lost)
        lost.kill()
        self._timed(f"process at {lost.port} killed and started", lost.start)

    def locked(self, _oracle: Oracle) -> None:
        """Somebody holds the state store."""
        with sqlite3.connect(self._home.state, isolation_level=None) as state:
            state.execute("BEGIN EXCLUSIVE")
            self._timed("state store locked", lambda: time.sleep(LOCKED))
            state.execute("ROLLBACK")

    def _job(self, *asked: str) -> None:
        environment = {name: each for name, each in os.environ.items() if not name.startswith("TWINWING_")}
        done = subprocess.run(
            [sys.executable, "-m", "jobs", *asked],
            cwd=ROOT, env=environment | self._running.environment,
            check=False, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"python -m jobs {asked[0]} ended with status {done.returncode}: {done.stderr}")

    def _timed(self, what: str, act: Callable[[], object]) -> None:
        begun = time.monotonic()
        act()
        self.said.append(f"{what}: {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    typer.run(main)
