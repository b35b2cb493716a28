"""A new embedded warehouse: a DuckDB file with the logical tables that a mapping fills, and no others."""

import os
from pathlib import Path
from typing import cast

import duckdb
import polars as pl
from sqlalchemy import URL, Column, Connection, MetaData, Table, create_engine, insert, select, table
from sqlalchemy import column as named
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from data_access.schema import TABLES, warehouse_info

INCOMING = "incoming_rows"


def write_warehouse(path: Path, frames: dict[str, pl.DataFrame], info: dict[str, str]) -> None:
    """Write a whole warehouse file and force it to disk. Rows keep the order of the frames.

    Args:
        frames: by logical table, with canonical column names and types.
        info: the rows of warehouse_info.

    Raises:
        SQLAlchemyError, duckdb.Error, OSError: it cannot be written.
    """
    engine = create_engine(URL.create("duckdb", database=str(path)), poolclass=NullPool)
    with engine.begin() as connection:
        for name, frame in frames.items():
            _fill(connection, _table(name, frame.columns), frame)
        facts = pl.DataFrame(list(info.items()), schema={"key": pl.String, "value": pl.String}, orient="row")
        _fill(connection, warehouse_info, facts)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _table(name: str, columns: list[str]) -> Table:
    return Table(name, MetaData(), *(Column(column, TABLES[name].c[column].type) for column in columns))


def _fill(connection: Connection, target: Table, frame: pl.DataFrame) -> None:
    connection.execute(CreateTable(target))
    # Arrow goes in as one block; SQLAlchemy's own inserts would bind every value by itself.
    driver = cast(duckdb.DuckDBPyConnection, connection.connection.driver_connection)
    driver.register(INCOMING, frame.to_arrow())
    rows = select(*(named(column) for column in frame.columns)).select_from(table(INCOMING))
    connection.execute(insert(target).from_select(frame.columns, rows))
    driver.unregister(INCOMING)
