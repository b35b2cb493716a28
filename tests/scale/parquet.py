"""A warehouse that the product made as Parquet files, and tables over them in Spark."""

from pathlib import Path

import duckdb
from sqlalchemy import create_engine, text

from data_access.schema import TABLES

ROWS_A_FILE = 1_000_000


def write(source: Path, folder: Path) -> dict[str, Path]:
    """Each logical table of a DuckDB file in a folder of Parquet files; what lies there already is kept."""
    with duckdb.connect(str(source), read_only=True) as connection:
        present = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        places = {name: folder / name for name in TABLES if name in present}
        for name, place in places.items():
            if not place.exists():
                place.mkdir(parents=True)
                size = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
                assert size is not None
                for number, start in enumerate(range(0, max(size[0], 1), ROWS_A_FILE)):
                    rows = f"SELECT * FROM {name} WHERE rowid >= {start} AND rowid < {start + ROWS_A_FILE}"
                    connection.execute(f"COPY ({rows}) TO '{place}/{number:04d}.parquet' (FORMAT parquet)")
    return places


def register(url: str, places: dict[str, Path]) -> None:
    """Tables of these names over the files."""
    engine = create_engine(url)
    with engine.connect() as connection:
        for name, place in places.items():
            connection.execute(text(f"CREATE TABLE {name} USING PARQUET LOCATION '{place.resolve()}'"))
    engine.dispose()
