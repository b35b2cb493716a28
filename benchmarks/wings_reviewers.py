"""Reviewers, items and complaints at full size, and how often demos without drift name somebody.

`python -m benchmarks.wings_reviewers` prints both; docs/statistics.md has the figures.
"""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import duckdb
import typer

from data_access.demo import make_demo
from data_access.items import read_sections, read_verdicts
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import open_embedded
from data_access.wings.calibration import read_calibration
from data_access.wings.precursors import read_precursors
from data_access.wings.validity import read_validity
from metrics.rules import Rules
from metrics.scope import Period
from metrics.wings.drift import Drift

LAST = Period(date(2026, 10, 1), date(2026, 11, 1))
COPIES = 48  # of the reviews, items and complaints of 200,000 contacts: as many as 10 million contacts have
TIMES = """
CREATE TABLE copies AS SELECT '_' || n AS copy FROM range(1, {copies}) AS given (n);
INSERT INTO qa_items SELECT i.* REPLACE (review_id || copy AS review_id) FROM qa_items i, copies;
INSERT INTO qa_reviews SELECT r.* REPLACE (review_id || copy AS review_id, contact_id || copy AS contact_id)
    FROM qa_reviews r, copies;
INSERT INTO contacts SELECT c.* REPLACE (contact_id || copy AS contact_id, customer_id || copy AS customer_id)
    FROM (FROM contacts SEMI JOIN (FROM qa_reviews) USING (contact_id)) c, copies;
INSERT INTO complaints SELECT k.* REPLACE (complaint_id || copy AS complaint_id, contact_id || copy AS contact_id,
    customer_id || copy AS customer_id) FROM complaints k, copies;
"""


def opened(folder: Path) -> Store:
    rollups = open_rollups(open_embedded(folder / "demo.duckdb"), Rules(), folder)
    return Store(rollups, rollups.refresh())


def drifting(store: Store) -> list[str]:
    found = read_calibration(store, LOCAL, LAST, ()).drift
    return found.reviewers.filter("is_drifting")["reviewer_id"].to_list() if isinstance(found, Drift) else []


def timed(what: str, act: Callable[[], object]) -> None:
    begun = time.perf_counter()
    act()
    print(f"{what}: {time.perf_counter() - begun:.2f} s")


def main(seeds: Annotated[int, typer.Option(help="demos with and without truths")] = 5, *, large: bool = True) -> None:
    """Names of drifting reviewers in demos with and without one, then times at full size."""
    for truths in (True, False):
        for seed in range(1, seeds + 1):
            with TemporaryDirectory() as folder:
                make_demo(Path(folder) / "demo.duckdb", seed=seed, truths=truths)
                print(
                    f"seed {seed}, {'with' if truths else 'without'} truths: drifting {drifting(opened(Path(folder)))}"
                )
    if not large:
        return
    with TemporaryDirectory() as folder:
        place = Path(folder)
        make_demo(place / "demo.duckdb")
        with duckdb.connect(str(place / "demo.duckdb")) as connection:
            connection.execute(TIMES.format(copies=COPIES))
        timed("roll-ups", lambda: opened(place))
        store = opened(place)
        counted = {name: store.cases(name).height for name in ("reviews", "items", "complaints")}
        print(counted, "items' rows:", int(store.cases("item_sections")["judged"].sum()))
        items = read_sections(store.warehouse)["item"].to_list()
        timed("verdicts summed in the warehouse", lambda: read_verdicts(store.warehouse, items))
        reads = {"calibration": read_calibration, "precursors": read_precursors, "validity": read_validity}
        for name, read in reads.items():
            for turn in ("first", "again"):
                timed(f"{name}, {turn} time", lambda read=read: read(store, LOCAL, LAST, ()))


if __name__ == "__main__":
    typer.run(main)
