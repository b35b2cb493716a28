"""Is a Spark cluster counted as DuckDB is, also when a worker is killed? Prints a table; exit status 0 when it is.

python -m tests.scale.spark --contacts 10000000 --demo demo.duckdb
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from data_access.rollups import Progress
from data_access.warehouse import open_connected, open_embedded
from tests.scale import cluster, equality, parquet, telling


def main() -> int:
    """Exit status 1 where anything differs."""
    given = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="twinwing-spark-"))
    try:
        demo = given.demo or telling.demo(folder, given.contacts)
        places = telling.timed("write Parquet files", lambda: parquet.write(demo, folder / "parquet"))
        wanted, _ = telling.built(open_embedded(demo), folder / "duckdb", "DuckDB, all roll-ups")
        with cluster.running(folder / "spark", given.driver_memory, given.executor_memory) as spark:
            parquet.register(spark.url, places)
            warehouse = open_connected(spark.url)
            found, seconds = telling.built(warehouse, folder / "whole", "Spark, all roll-ups")
            compared = [*equality.roll_ups(found, wanted), *equality.metrics(found, wanted)]
            telling.show(f"Spark and DuckDB, {telling.contacts(wanted):,} contacts", compared)
            again, without = telling.built(warehouse, folder / "killed", "Spark, a worker killed", _killing(spark))
            after = list(equality.roll_ups(again, wanted))
            telling.show(f"The same with a worker killed ({without / seconds:.2f} times as long)", after)
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


def _killing(spark: cluster.Cluster) -> Progress:
    """Kills a worker once contacts are being counted."""

    def heard(_fraction: float, step: str) -> None:
        if step == "Counting contacts" and spark.is_whole:
            spark.kill_worker()

    return heard


if __name__ == "__main__":
    sys.exit(main())
