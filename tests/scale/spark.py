"""Is a Spark cluster counted as DuckDB is, also when a worker is killed? Prints a table; exit status 0 when it is.

python -m tests.scale.spark --contacts 10000000 --demo demo.duckdb
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from data_access.demo import make_demo
from data_access.rollups import Progress, open_rollups
from data_access.store import Store
from data_access.warehouse import Warehouse, open_connected, open_embedded
from metrics.rules import Rules
from tests.scale import cluster, equality, parquet

CONSOLE = Console()
Made = TypeVar("Made")


def main() -> int:
    """Exit status 1 where anything differs."""
    given = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="twinwing-spark-"))
    try:
        demo = given.demo or _timed("make the demo", lambda: _demo(folder, given.contacts))
        places = _timed("write Parquet files", lambda: parquet.write(demo, folder / "parquet"))
        wanted, _ = _built(open_embedded(demo), folder / "duckdb", "DuckDB, all roll-ups")
        with cluster.running(folder / "spark", given.driver_memory, given.executor_memory) as spark:
            parquet.register(spark.url, places)
            warehouse = open_connected(spark.url)
            found, seconds = _built(warehouse, folder / "whole", "Spark, all roll-ups")
            compared = [*equality.roll_ups(found, wanted), *equality.metrics(found, wanted)]
            _show(f"Spark and DuckDB, {_contacts(wanted):,} contacts", compared)
            again, without = _built(warehouse, folder / "killed", "Spark, a worker killed", _killing(spark))
            after = list(equality.roll_ups(again, wanted))
            _show(f"The same with a worker killed ({without / seconds:.2f} times as long)", after)
            warehouse.engine.dispose()
        return int(any(each.differ for each in (*compared, *after)) or spark.is_whole)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=10_000_000, help="of the demo that is made")
    parser.add_argument("--demo", type=Path, help="a demo's DuckDB file instead; it is only read")
    parser.add_argument("--driver-memory", default="3g", help="of the Thrift server")
    parser.add_argument("--executor-memory", default="1g", help="of each of the two workers")
    return parser.parse_args()


def _demo(folder: Path, contacts: int) -> Path:
    path = folder / "demo.duckdb"
    make_demo(path, contacts=contacts)
    return path


def _built(warehouse: Warehouse, folder: Path, what: str, progress: Progress | None = None) -> tuple[Store, float]:
    """The warehouse's store, all its roll-ups built, and how many seconds that took."""
    rollups = open_rollups(warehouse, Rules(), folder)
    start = time.perf_counter()
    store = _timed(what, lambda: Store(rollups, rollups.refresh(progress)))
    return store, time.perf_counter() - start


def _killing(spark: cluster.Cluster) -> Progress:
    """Kills a worker once contacts are being counted."""

    def heard(_fraction: float, step: str) -> None:
        if step == "Counting contacts" and spark.is_whole:
            spark.kill_worker()

    return heard


def _timed(what: str, act: Callable[[], Made]) -> Made:
    start = time.perf_counter()
    made = act()
    CONSOLE.print(f"{what}: {time.perf_counter() - start:.1f} s", highlight=False)
    return made


def _contacts(store: Store) -> int:
    return sum(count for count, _ in store.manifest.days.values())


def _show(title: str, compared: list[equality.Compared]) -> None:
    table = Table("compared", "rows", "rows that differ", title=title)
    for each in compared:
        table.add_row(each.name, f"{each.rows:,}", f"{each.differ:,}", style="red" if each.differ else "")
    CONSOLE.print(table)


if __name__ == "__main__":
    sys.exit(main())
