"""Reading: the only place that opens a connection to a warehouse and turns rows into a Polars frame."""

import warnings
from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
from sqlalchemy import Boolean, Connection, Date, DateTime, Engine, Float, Integer, Numeric, Select, String, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import CompoundSelect
from sqlalchemy.types import TypeEngine

from data_access.connecting.faults import out_of_memory
from data_access.engine_limits import turn
from data_access.operating.meters import READS, UNREAD, measured
from metrics.errors import SourceUnavailable

# A relation, which DuckDB recommends instead, plans every statement twice; ours are long, and their results short.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result makes an extra copy")
# A column that a warehouse lacks is a null cast to the column's type, which not every engine has a name for in a cast.
warnings.filterwarnings("ignore", message="Datatype .* does not support CAST on MySQL/MariaDb")

Query = Select | CompoundSelect
MOST_ROWS = 20_000_000  # of one answer of a connected warehouse: more than any roll-up or case table brings
FAILURES = (SQLAlchemyError, duckdb.Error, RuntimeError, OSError)
TYPES: tuple[tuple[type[TypeEngine] | tuple[type[TypeEngine], ...], pl.DataType], ...] = (
    (Boolean, pl.Boolean()),
    (Integer, pl.Int64()),
    ((Numeric, Float), pl.Float64()),
    (String, pl.String()),
    (DateTime, pl.Datetime("us")),
    (Date, pl.Date()),
)


def read(engine: Engine, query: Query) -> pl.DataFrame:
    """The rows of a query, typed as the query says: engines differ on sums, and say nothing of columns without a value.

    Whole numbers come as Int64: narrower sums would wrap in Polars.

    Raises:
        SourceUnavailable: the warehouse does not answer or refuses the statement.
    """
    try:
        with turn(engine), measured(READS, UNREAD):
            arrived = _arrived(engine, query)
    except FAILURES as failure:
        raise _failed(engine, failure) from failure
    return _bounded(engine, _typed(arrived, query))


def read_pieces(engine: Engine, query: Query, rows: int) -> Iterator[pl.DataFrame]:
    """The same in pieces of at least so many rows, but for the last: one at least, and none in memory but the newest.

    Engines other than DuckDB give all in one.

    Raises:
        SourceUnavailable: as `read`.
    """
    if engine.dialect.name != "duckdb":
        yield read(engine, query)
        return
    try:
        with turn(engine), measured(READS, UNREAD):
            for piece in _streamed(engine, query, rows):
                yield _typed(piece, query)
    except FAILURES as failure:
        raise _failed(engine, failure) from failure


def _arrived(engine: Engine, query: Query) -> pl.DataFrame:
    """The rows as they come."""
    if engine.dialect.name == "duckdb":
        return _read_arrow(engine, query)
    with engine.connect() as connection:
        return pl.read_database(query, connection, infer_schema_length=None)


def answers(engine: Engine) -> bool:
    """Does the warehouse answer at all?"""
    try:
        with engine.connect() as connection:
            connection.execute(select(1)).close()
    except FAILURES:
        return False
    return True


def _bounded(engine: Engine, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, unless they were cut off: then figures made of them would be wrong."""
    most = engine.get_execution_options().get("most_rows")
    if most is not None and rows.height > most:
        raise SourceUnavailable(
            "The warehouse {url} answers with more than {most} rows, and is read no further.",
            "Leave rows out with where in the mapping, such as those of years that nobody looks at.",
            url=database_name(engine),
            most=most,
        )
    return rows


def _failed(engine: Engine, failure: BaseException) -> SourceUnavailable:
    return out_of_memory(failure, database_name(engine)) or unavailable(engine)


def unavailable(engine: Engine) -> SourceUnavailable:
    """The sentence for a warehouse that does not answer; never with its password."""
    return SourceUnavailable(
        "The warehouse {url} does not answer.",
        "Check that it is running and reachable, then reload the page or run the command again; figures computed "
        "earlier are kept.",
        url=database_name(engine),
    )


def database_name(engine: Engine) -> str:
    """What a database is called on the screen; drivers take passwords in the query part too."""
    return engine.url.set(query={}).render_as_string(hide_password=True).split("/")[-1]


def _read_arrow(engine: Engine, query: Query) -> pl.DataFrame:
    # Rows through the DBAPI take ten times as long: docs/metrics.md, "How numbers are read".
    with engine.connect() as connection:
        arrived = _cursor(connection, query).to_arrow_table()
        return pl.DataFrame(pl.from_arrow(arrived, rechunk=False))  # whoever sorts or filters copies once anyway


def _streamed(engine: Engine, query: Query, rows: int) -> Iterator[pl.DataFrame]:
    with engine.connect() as connection:
        arriving = _cursor(connection, query).to_arrow_reader(rows)
        held = [pl.DataFrame(pl.from_arrow(arriving.schema.empty_table()))]
        for batch in arriving:
            held.append(pl.DataFrame(pl.from_arrow(batch)))
            if sum(map(len, held)) >= rows:
                yield pl.concat(held)
                held = held[:1]
        yield pl.concat(held)


def _cursor(connection: Connection, query: Query) -> Any:
    """The driver's cursor of a statement that was sent."""
    cursor = connection.execute(query).cursor
    if cursor is None:  # hung up in the meantime
        raise unavailable(connection.engine)
    return cursor


def _typed(frame: pl.DataFrame, query: Query) -> pl.DataFrame:
    # ClickHouse says of which table a column is, where two of them have one of its name.
    named = zip(frame.columns, query.selected_columns, strict=True)
    frame = frame.rename({told: each.name for told, each in named if told.endswith(f".{each.name}")})
    types = [_polars_type(column.type) for column in query.selected_columns]
    told = zip(frame.columns, frame.dtypes, types, strict=True)
    wanted = {name: dtype for name, has, dtype in told if dtype is not None and dtype != has}
    return frame.cast(wanted)  # ty: ignore[invalid-argument-type]


def _polars_type(kind: TypeEngine) -> pl.DataType | None:
    return next((dtype for kinds, dtype in TYPES if isinstance(kind, kinds)), None)
