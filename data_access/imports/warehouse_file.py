"""A new embedded warehouse: a DuckDB file with the logical tables that mappings fill, and no others."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from sqlalchemy import URL, Column, Connection, MetaData, Table, create_engine, insert, inspect, select, table
from sqlalchemy import column as named
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from data_access.engine_limits import SILENT
from data_access.imports.adding import EXTRA, INCOMING, OCCURRENCE, Added, Staged, registered, type_of
from data_access.imports.table_rows import order_of
from data_access.schema import TABLES, warehouse_info

BEFORE = "before"
Frames = Sequence[tuple[str, pl.DataFrame]]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: what each block of rows did, in their order, and the rows of each table of the warehouse."""

    added: tuple[Added, ...]
    rows: Mapping[str, int]


def write_warehouse(path: Path, frames: Frames, info: Mapping[str, str], before: Path | None = None) -> Written:
    """Write a whole warehouse file and force it to disk. Rows are ordered by the time of their table.

    Args:
        frames: logical tables with blocks of their rows, in canonical names and types; a later block's row takes the
            place of an earlier one's with its key.
        info: the rows of warehouse_info, to which the number of rows of each table is added.
        before: a warehouse file that the rows are added to; it is only read.

    Raises:
        SQLAlchemyError, duckdb.Error, OSError: it cannot be written.
    """
    engine = create_engine(URL.create("duckdb", database=str(path)), poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(SILENT)
        added, rows = _tables(connection, frames, _attached(connection, before))
        counts = {"rows": sum(rows.values()), **{f"rows_{name}": count for name, count in rows.items()}}
        told = [*info.items(), *((key, str(count)) for key, count in counts.items())]
        facts = pl.DataFrame(told, schema={"key": pl.String, "value": pl.String}, orient="row")
        connection.execute(CreateTable(warehouse_info))
        with registered(connection, facts):
            source = select(named("key"), named("value")).select_from(table(INCOMING))
            connection.execute(insert(warehouse_info).from_select(["key", "value"], source))
        connection.commit()
        connection.exec_driver_sql("CHECKPOINT")  # at closing DuckDB keeps to itself that there was no room for it
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return Written(tuple(added), rows)


def _attached(connection: Connection, before: Path | None) -> dict[str, Table]:
    """The tables of the warehouse before, by name, to be read until the connection closes."""
    if before is None:
        return {}
    place = str(before).replace("'", "''")  # a path of the product's own; no dialect binds the name of a file
    connection.exec_driver_sql(f"ATTACH '{place}' AS {BEFORE} (READ_ONLY)")
    found = inspect(connection).get_multi_columns(schema=f"{BEFORE}.main", filter_names=list(TABLES))
    return {
        name: Table(name, MetaData(schema=BEFORE), *_columns(name, [each["name"] for each in columns]))
        for (_, name), columns in found.items()
    }


def _columns(name: str, columns: Sequence[str]) -> list[Column]:
    known = {*TABLES[name].c.keys(), *EXTRA}
    return [Column(each, type_of(name, each)) for each in columns if each in known]


def _tables(connection: Connection, frames: Frames, old: Mapping[str, Table]) -> tuple[list[Added], dict[str, int]]:
    added: dict[int, Added] = {}  # by the place of their rows among the frames
    rows: dict[str, int] = {}
    for name in dict.fromkeys([*old, *(name for name, _ in frames)]):
        before = old.get(name)
        blocks = {place: frame for place, (each, frame) in enumerate(frames) if each == name}
        columns = [
            *(before.c.keys() if before is not None else []),
            *(each for frame in blocks.values() for each in frame.columns),
        ]
        staged = Staged(connection, name, columns, before)
        done = {place: staged.add(frame) for place, frame in blocks.items()}
        rows[name] = staged.height
        added |= {place: replace(each, rows=staged.height) for place, each in done.items()}
        kept = [each for each in staged.columns if each != OCCURRENCE]
        target = Table(name, MetaData(), *_columns(name, kept))
        connection.execute(CreateTable(target))
        connection.execute(insert(target).from_select(kept, staged.rows(kept, order_of(name, kept))))
        staged.drop()
    return [added[place] for place in sorted(added)], rows
