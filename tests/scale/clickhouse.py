"""Is ClickHouse, in this process, counted as DuckDB is? Prints a table; exit status 0 when it is.

python -m tests.scale.clickhouse --contacts 20000
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from data_access.warehouse import open_connected, open_embedded
from tests.scale import equality, parquet, telling


def main() -> int:
    """Exit status 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=20_000, help="of the demo that is made")
    parser.add_argument("--demo", type=Path, help="a demo's DuckDB file instead; it is only read")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="twinwing-clickhouse-"))
    try:
        demo = given.demo or telling.demo(folder, given.contacts)
        url = f"chdb:///{folder / 'clickhouse'}"
        _load(url, parquet.write(demo, folder / "parquet"))
        found, _ = telling.built(open_connected(url), folder / "found", "ClickHouse, all roll-ups")
        wanted, _ = telling.built(open_embedded(demo), folder / "wanted", "DuckDB, all roll-ups")
        compared = [*equality.roll_ups(found, wanted), *equality.metrics(found, wanted)]
        telling.show(f"ClickHouse and DuckDB, {telling.contacts(wanted):,} contacts", compared)
        return int(any(each.differ for each in compared))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load(url: str, places: dict[str, Path]) -> None:
    """Tables as ClickHouse likes them: columns that never lack a value cannot be null there."""
    engine = create_engine(url)
    with engine.connect() as connection:
        for name, place in places.items():
            rows = f"SELECT * FROM file('{place}/*.parquet', Parquet)"
            connection.exec_driver_sql(f"CREATE TABLE {name} ENGINE = MergeTree ORDER BY tuple() AS {rows}")
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
