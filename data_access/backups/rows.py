"""The rows of the state store as lines of JSON: the same from SQLite and PostgreSQL, and good for either."""

import base64
import json
from collections.abc import Callable, Generator, Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Column, Connection, Integer, MetaData, Table, func, select

from data_access.state import MARK

AT_ONCE = 2_000
BACK: dict[type, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
    bytes: base64.b64decode,
}


def tables_of(connection: Connection) -> list[Table]:
    """Every table of a store as it stands, what others refer to first; Alembic's mark apart."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=bool(column.nullable))
    return [table for table in found.sorted_tables if table.name != MARK.name]


def lines_of(connection: Connection, table: Table) -> Generator[bytes]:
    """The names of the columns, then a line for each row in the order of its key."""
    columns = list(table.columns)
    yield _line([column.name for column in columns])
    query = select(*columns).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
        yield _line([_plain(value) for value in row])


def fill(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Put the rows that `lines_of` told into an empty table; how many there were.

    Raises:
        KeyError, ValueError: the lines are of another table.
    """
    rest = iter(lines)
    names = json.loads(next(rest))
    readers = [_reader(table.columns[name]) for name in names]
    count = 0
    while some := list(islice(rest, AT_ONCE)):
        told = (zip(names, readers, json.loads(line), strict=True) for line in some)
        rows = [{name: read(value) for name, read, value in row} for row in told]
        connection.execute(table.insert(), rows)
        count += len(rows)
    _count_on(connection, table)
    return count


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return str(value) if isinstance(value, Decimal) else value


def _reader(column: Column) -> Callable[[Any], Any]:
    read = BACK.get(column.type.python_type)
    return (lambda value: value) if read is None else lambda value: None if value is None else read(value)


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number on behind the rows; SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if isinstance(column.type, Integer):  # without a sequence of its own nothing is set
            highest = select(func.max(column)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), highest)))
