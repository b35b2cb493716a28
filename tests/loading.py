"""The logical tables on any engine, and a warehouse that the product made copied into them."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import polars.selectors as cs
from sqlalchemy import Column, Connection, DateTime, Index, MetaData, String, Table, create_engine, insert, select, text
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

from data_access.read import read
from data_access.schema import COLUMNS, TABLES
from data_access.warehouse import open_embedded

KEYS = ("contact_id", "customer_id", "complaint_id", "review_id")  # what joins go by
FEW = 1_000  # below, a file costs more than it saves
AT_ONCE = 20_000  # rows in memory
EVERY_COLUMN = {table: " ".join(names for _, names in columns).split() for table, columns in COLUMNS.items()}
#: MySQL keeps no part of a second and no text without a length unless it is told.
MYSQL = ("mysql", "mariadb")
INSTANT = DateTime().with_variant(mysql.DATETIME(fsp=6), *MYSQL)
WORDS = String().with_variant(String(191), *MYSQL)
TEXT = String().with_variant(mysql.TEXT(), *MYSQL)


def tables(columns: Mapping[str, Sequence[str]] = EVERY_COLUMN) -> dict[str, Table]:
    """Tables of these columns, as they can be made on every engine."""
    return {
        table: Table(table, MetaData(), *(Column(name, _kind(TABLES[table].c[name])) for name in names))
        for table, names in columns.items()
    }


def _kind(column: Column) -> TypeEngine:
    if isinstance(column.type, DateTime):
        return INSTANT
    if isinstance(column.type, String):
        return TEXT if column.name == "text" else WORDS
    return column.type


def load(source: Path, url: str) -> None:
    """Copy a warehouse that the product made into an empty database; index by what joins go by."""
    warehouse = open_embedded(source)
    options = {"local_infile": True} if url.startswith(MYSQL) else {}
    engine = create_engine(url, connect_args=options)
    with engine.begin() as connection:
        for name, table in tables({each: sorted(names) for each, names in warehouse.columns.items()}).items():
            table.create(connection)
            rows = read(warehouse.engine, select(*(TABLES[name].c[column.name] for column in table.c)))
            fill(connection, table, rows)
            _index(connection, table)
    engine.dispose()
    warehouse.engine.dispose()


def fill(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Put rows into a table by what the engine has for many."""
    if rows.is_empty():
        return
    if connection.dialect.name == "duckdb":
        _register(connection, table, rows)
    elif connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    elif connection.dialect.name in MYSQL and rows.height > FEW:
        _load_data(connection, table, rows)
    else:
        for some in rows.iter_slices(AT_ONCE):
            connection.execute(insert(table), some.to_dicts())


def _index(connection: Connection, table: Table) -> None:
    """As whoever runs a warehouse would: an index on each key, and what is known of the rows told to the planner."""
    for column in table.c:
        if column.name in KEYS:
            Index(f"{table.name}_{column.name}", column).create(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ANALYZE {table.name}"))


def _register(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.register("incoming", rows.to_arrow())
    driver.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM incoming")
    driver.unregister("incoming")


def _copy(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    names = ", ".join(f'"{name}"' for name in rows.columns)
    with driver.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(rows.write_csv(include_header=False, quote_style="non_numeric", null_value="").encode())


def _load_data(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    told = rows.with_columns(cs.boolean().cast(pl.Int8), cs.string().str.replace_all("\\", "\\\\", literal=True))
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        told.write_csv(file.name, include_header=False, null_value="\\N", datetime_format="%Y-%m-%d %H:%M:%S%.6f")
        names = ", ".join(f"`{name}`" for name in rows.columns)
        connection.exec_driver_sql(
            f"LOAD DATA LOCAL INFILE '{file.name}' INTO TABLE {table.name} CHARACTER SET utf8mb4 "
            f"FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '\\\\' ({names})"
        )
