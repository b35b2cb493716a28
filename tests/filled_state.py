"""A state store of any version with rows in every table, whatever its tables are called."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Engine, Integer, String, Table, select

from data_access.backups.rows import tables_of

#: For every type of a column, what stands in the first row and in the second; JSON holds any object.
VALUES: dict[type, tuple[Any, Any]] = {
    str: ("甲 “a\n\x07b” 🙂", "B"),
    int: (7, 8),
    float: (0.1, -2.5e-9),
    bool: (True, False),
    datetime: (datetime(2026, 3, 1, 23, 59, 59, 999_999), datetime(2026, 1, 1)),
    date: (date(2026, 2, 28), date(2024, 2, 29)),
    object: ({"名": ["一", 2, None], "b": {"c": False}}, {}),
}
FIRST = 1_000  # keys of rows put here; a migration's own have small ones


def fill_every_table(connection: Connection, but: Collection[str] = ()) -> None:
    """Two rows for every table; one that refers to another refers to a row that is there."""
    for table in (table for table in tables_of(connection) if table.name not in but):
        connection.execute(table.insert(), [_row(connection, table, place) for place in (0, 1)])
    connection.commit()


def contents(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every table with all its rows, in the order of their keys."""
    with engine.connect() as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for table in tables_of(connection)
        }


def _row(connection: Connection, table: Table, place: int) -> dict[str, Any]:
    return {column.name: _value(connection, column, place) for column in table.columns}


def _value(connection: Connection, column: Column, place: int) -> Any:
    if column.foreign_keys:
        parent = next(iter(column.foreign_keys)).column
        return connection.execute(select(parent).order_by(parent).offset(place)).scalars().first()
    if column.primary_key:
        return FIRST + place if isinstance(column.type, Integer) else f"k{FIRST + place}"
    if column.nullable and place:
        return None
    if column.unique or isinstance(column.type, String):
        return f"{VALUES[str][place]}{column.name}"
    return VALUES[column.type.python_type][place]
