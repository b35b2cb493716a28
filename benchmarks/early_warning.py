"""False alarms and power of the early warning: `python -m benchmarks.early_warning [DEMOS]`.

False alarms are counted in demos into which no pattern was planted; power by cases added to one of 160 cells (40
products and issues with four batches each, 0.4 cases a week in each cell).
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from data_access.demo import make_demo
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import open_embedded
from data_access.wings.early_warning import read_warnings
from metrics.rules import Rules
from metrics.wings.scan import episodes, scan_shares, week_ends

DEMOS = 8
REPEATS = 100
END = date(2026, 11, 2)  # any day: power does not depend on it
CELLS, BATCHES, USUAL, HISTORY = 160, 4, 0.4, 60


def false_alarms(demos: int) -> pl.DataFrame:
    """Weeks with a false alarm and their episodes, by list, over so many demos."""
    rows = []
    for seed in range(1, demos + 1):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "demo.duckdb"
            make_demo(path, seed=seed, truths=False)
            rollups = open_rollups(open_embedded(path), Rules(), Path(folder))
            store = Store(rollups, rollups.refresh())
            for kind, found in read_warnings(store, LOCAL, store.data_end, ()).items():
                for side, scanned in found.sides.items():
                    alarmed = scanned.alarms["end"].n_unique()
                    rows.append((kind, side, alarmed, episodes(scanned.alarms, found.keys).height, len(scanned.ends)))
    schema = ["list", "side", "weeks_alarmed", "episodes", "weeks"]
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.group_by("list", "side", maintain_order=True).agg(pl.exclude("list", "side").sum())


def power(added: float, weeks: int) -> float:
    """How often a batch is found that has so many cases a week more than usual since so many weeks."""
    keys = pl.DataFrame({"stratum": np.arange(CELLS) // BATCHES, "name": [str(each) for each in range(CELLS)]})
    found = 0
    for seed in range(REPEATS):
        observed = np.random.default_rng(seed).poisson(USUAL, (CELLS, HISTORY)).astype(float)
        observed[0, -weeks:] += np.random.default_rng(1_000 + seed).poisson(added, weeks)
        ends = week_ends(END, HISTORY)
        scanned = scan_shares(keys, ("name",), "stratum", observed, np.full(observed.shape, 100.0), ends)
        found += "0" in scanned.at(ends[-1])["name"].to_list()
    return found / REPEATS


if __name__ == "__main__":
    print(false_alarms(int(sys.argv[1]) if len(sys.argv) > 1 else DEMOS))
    for added in (1, 2, 3, 4, 6):
        print(added, "a week more:", {weeks: power(added, weeks) for weeks in (1, 2, 4, 8, 12)})
