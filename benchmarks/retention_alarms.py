"""How often does retention after bad service raise a false alarm? `python -m benchmarks.retention_alarms [WORLDS]`.

Each world is a demo of 20,000 contacts without planted truths, of another seed: nobody leaves because of anything.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from data_access.demo import make_demo
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import open_embedded
from data_access.wings.retention import read_retention
from metrics.rules import Rules
from metrics.scope import Period
from metrics.wings.retention import After

CONTACTS = 20_000
WORLDS = 10


def judged(folder: Path, seed: int) -> list[After]:
    """Every difference of one world that could be judged."""
    make_demo(folder / "demo.duckdb", contacts=CONTACTS, seed=seed, truths=False)
    rollups = open_rollups(open_embedded(folder / "demo.duckdb"), Rules(), folder)
    store = Store(rollups, rollups.refresh())
    week = Period(store.anchor - timedelta(days=7), store.anchor)
    return [each for each in read_retention(store, LOCAL, week, ()).after if each.p is not None]


def main(worlds: int) -> None:
    """Differences whose own interval leaves out 0, those that stand out, and worlds with any of them."""
    every, alarmed = [], 0
    for seed in range(1, worlds + 1):
        with tempfile.TemporaryDirectory(prefix="twinwing-alarms-") as place:
            found = judged(Path(place), seed)
        standing = [each for each in found if each.stands_out]
        alarmed += bool(standing)
        every += found
        print(f"seed {seed}: {len(found)} differences, {len(standing)} stand out", flush=True)
    outside = sum((each.p or 1) < 0.05 for each in every)
    print(f"{len(every)} differences in {worlds} worlds: {outside} with p < 0.05 ({100 * outside / len(every):.1f} %);")
    print(f"worlds in which something stands out: {alarmed} of {worlds}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS)
