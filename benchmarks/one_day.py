"""Refreshing after one day changed: what share of a full build does it take?"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import duckdb

import jobs  # noqa: F401 - looks for garbage as rarely as `python -m jobs refresh` does
from benchmarks.outcome import Outcome, spread
from data_access.rollups import Rollups, open_rollups
from data_access.warehouse import open_connected
from metrics.rules import Rules

AIM = 5.0
DAYS_BACK = (60, 61, 62, 63, 64)  # one after the other: a refresh is too short to be told from one
OF_THE_DAY = "WHERE CAST(started_at AS DATE) = (SELECT max(CAST(started_at AS DATE)) - {back} FROM contacts)"
#: What customers said, which no other day hangs on; and whose contacts they were, on which those of weeks around do.
CHANGES = {
    "one day changed": f"UPDATE contacts SET csat = 1, resolved = false, reopen_count = 1 {OF_THE_DAY}",
    "one day's customers changed": f"UPDATE contacts SET customer_id = 'other ' || customer_id {OF_THE_DAY}",
}


def run(warehouse: Path, contacts: int) -> Iterator[Outcome]:
    """Build from a connected warehouse, change one day two months back, refresh within the window of late data.

    The median of several days, each changed and brought up by itself.
    """
    changed = warehouse.with_name("one-day.duckdb")
    folder = warehouse.with_name("one-day-rollups")
    shutil.copyfile(warehouse, changed)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        full, before = _refreshed(changed, folder)
        for what, statement in CHANGES.items():
            seconds, written = [], []
            for back in DAYS_BACK:
                with duckdb.connect(changed) as connection:
                    connection.execute(statement.format(back=back))
                again, after = _refreshed(changed, folder)
                seconds.append(again)
                written.append(sum(file != before.get(name) for name, file in after.items()))
                before = after
            yield Outcome(
                f"Refresh after {what}, {contacts / 1e6:g} M contacts, of a full build",
                AIM,
                100 * median(seconds) / full,
                "%",
                f"{spread(seconds)} s of {full:.2f} s; at most {max(written)} of {len(before)} files written anew",
            )
    finally:
        changed.unlink()
        shutil.rmtree(folder)


def _refreshed(warehouse: Path, folder: Path) -> tuple[float, dict[str, str]]:
    rollups: Rollups = open_rollups(open_connected(f"duckdb:///{warehouse}"), Rules(), folder)
    begun = time.perf_counter()
    manifest = rollups.refresh()
    seconds = time.perf_counter() - begun
    rollups.warehouse.engine.dispose()
    return seconds, {name: part.file for name, part in manifest.parts.items()}
