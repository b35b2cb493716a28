"""False alarms, lead and power of the early warning.

`python -m benchmarks.early_warning` prints the power, by cases added to one of 160 cells (40 products and issues with
four batches each, 0.4 cases a week in each cell). What alarms in demos, `python -m benchmarks.two_wings` writes down.
"""

from datetime import date

import numpy as np
import polars as pl

from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.wings.early_warning import read_warnings
from metrics.wings.clusters import history, lead
from metrics.wings.scan import episodes, scan_shares, week_ends

REPEATS = 100
END = date(2026, 11, 2)  # any day: power does not depend on it
CELLS, BATCHES, USUAL, HISTORY = 160, 4, 0.4, 60


LISTS = ("batch", "item", "issue")
FAULTY, TEXTURE = ("air_fryer", "b10"), ("face_cream", "b07")  # the clusters planted in demos with patterns


def alarms(store: Store) -> dict[str, str]:
    """Weeks with an alarm and episodes of each list and wing, all of them false where nothing is planted."""
    found = read_warnings(store, LOCAL, store.data_end, ())
    return {
        f"{name}, {side}": f"{scanned.alarms['end'].n_unique()} of {len(scanned.ends)} "
        f"({episodes(scanned.alarms, found[name].keys).height})"
        for name in LISTS
        for side, scanned in found[name].sides.items()
    }


def planted(store: Store) -> dict[str, str]:
    """Of the planted batches: days that QA was ahead of complaints, by list; and alarms on other batches."""
    found, told = read_warnings(store, LOCAL, store.data_end, ()), {}
    own = [pl.struct("product", "batch") == pl.struct(product=pl.lit(a), batch=pl.lit(b)) for a, b in (FAULTY, TEXTURE)]
    for name in LISTS[:2]:
        ahead = lead(found[name], store.data_end)
        days = [] if ahead is None else ahead.clusters.filter(own[0])["days"].to_list()
        told[f"{name}, days ahead"] = ", ".join(map(str, days)) or "not found"
        told[f"{name}, other alarms"] = str(history(found[name], store.data_end).filter(~own[0], ~own[1]).height)
    return told


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
    for added in (1, 2, 3, 4, 6):
        print(added, "a week more:", {weeks: power(added, weeks) for weeks in (1, 2, 4, 8, 12)})
