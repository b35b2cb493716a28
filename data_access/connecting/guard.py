"""A connection that only reads: nothing but SELECT, a session that cannot write, and time-outs."""

import os
import re
import threading
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.sql import CompoundSelect, Select

from data_access.read import MOST_ROWS
from metrics.errors import SourceUnavailable

VARIABLE = "TWINWING_STATEMENT_SECONDS"
STATEMENT_SECONDS = 900  # a first roll-up of a large warehouse counts a month in one statement
READS = re.compile(
    r"\s*(\(\s*)*(SELECT|WITH|SHOW|DESCRIBE|DESC|EXPLAIN\s+(?!ANALYZE\b)|"
    r"PRAGMA\s+([\w'\"]+\.)?(table_|index_|foreign_key_list|database_list))",
    re.I,
)
#: A statement within one, rows put into a table, rows locked.
WRITES = re.compile(
    r"[()]\s*(INSERT|UPDATE|DELETE|MERGE|REPLACE)\s+\w|\bINTO\b|\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE)\b", re.I
)
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`", re.S)
ESCAPED = re.compile(r"\\.", re.S)  # a quote after a backslash ends nothing, on engines that read it so
WITH_ESCAPES = ("mysql", "mariadb", "clickhouse", "hive", "spark", "bigquery", "databricks")
#: With these null stays null in ClickHouse, also where nothing is joined or added up, and a name means the column and
#: not what is made of it in the same statement.
LIKE_OTHERS = (
    "SET join_use_nulls = 1",
    "SET cast_keep_nullable = 1",
    "SET aggregate_functions_null_for_empty = 1",
    "SET prefer_column_name_to_alias = 1",
)
#: What makes a session read only and bounds its statements, for each engine that can; `{seconds}` and `{thousandths}`.
SESSIONS = {
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET default_transaction_read_only = on",
        "SET statement_timeout = {thousandths}",
    ),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_execution_time = {thousandths}"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_statement_time = {seconds}"),
    "sqlite": ("PRAGMA query_only = ON",),
    "clickhousedb": LIKE_OTHERS,
    "chdb": LIKE_OTHERS,
}
#: What sets the clock of a session; elsewhere the server's own counts.
ZONES = {"postgresql": "SET TIME ZONE '{zone}'", "duckdb": "SET TimeZone = '{zone}'"}
TIMED = ("postgresql", "mysql", "mariadb")  # the server itself ends what takes too long


def statement_seconds(given: int | None = None) -> int:
    """How long a statement may take: what the environment says, else the mapping, else the usual.

    Raises:
        SourceUnavailable: the environment says something else than a number of seconds.
    """
    told = os.environ.get(VARIABLE)
    if told is None:
        return given or STATEMENT_SECONDS
    if not told.isdecimal() or not int(told):
        raise SourceUnavailable(
            "{variable} is '{given}', which is no number of seconds.",
            "Write a whole number, or leave it out for {usual}.",
            variable=VARIABLE,
            given=told,
            usual=STATEMENT_SECONDS,
        )
    return int(told)


def guard(engine: Engine, seconds: int) -> None:
    """Let an engine send nothing but what reads, end what takes longer, and bring at most MOST_ROWS rows."""
    event.listen(engine, "connect", lambda connection, _record: _begin(engine, connection, seconds))
    event.listen(engine, "before_cursor_execute", _refuse_writing)
    event.listen(engine, "before_execute", _limited, retval=True)
    if engine.dialect.name not in TIMED:
        event.listen(engine, "before_cursor_execute", lambda *told: _watch(told[0], seconds))
        event.listen(engine, "after_cursor_execute", lambda *told: _stop(told[0]))
        event.listen(engine, "handle_error", lambda context: _stop(context.connection))


def in_zone(engine: Engine, zone: str) -> None:
    """From now on instants with a zone are told, and functions answer, by the clock of a known zone."""
    statement = ZONES.get(engine.dialect.name)
    if statement is not None:
        event.listen(engine, "connect", lambda connection, _record: _set(engine, connection, statement, zone))
        engine.dispose()  # connections made before have another


def _set(engine: Engine, connection: Any, statement: str, zone: str) -> None:
    cursor = connection.cursor()
    cursor.execute(statement.format(zone=zone))
    cursor.close()
    if engine.dialect.name in TIMED:
        connection.commit()


def _begin(engine: Engine, connection: Any, seconds: int) -> None:
    name = "mariadb" if getattr(engine.dialect, "is_mariadb", False) else engine.dialect.name
    cursor = connection.cursor()
    for statement in SESSIONS.get(name, ()):
        cursor.execute(statement.format(seconds=seconds, thousandths=seconds * 1000))
    cursor.close()
    if name in TIMED:
        connection.commit()  # else the next rollback takes the settings back


def _refuse_writing(connection: Any, _cursor: Any, statement: str, *_told: Any) -> None:
    is_escaped = connection.dialect.name in WITH_ESCAPES
    plain = QUOTED.sub("''", ESCAPED.sub("", statement) if is_escaped else statement)
    if not READS.match(plain) or WRITES.search(plain) or ";" in plain.rstrip().rstrip(";"):
        raise SourceUnavailable(
            "A statement that does more than read was not sent to the warehouse.",
            "Tell the administrator: Twinwing reads a connected warehouse only, and this is a fault of its own.",
        )


def _limited(_connection: Any, query: Any, many: Any, one: Any, _options: Any) -> tuple[Any, Any, Any]:
    """Without a limit of its own, a statement brings one row more than is allowed at most: `read` then refuses."""
    if isinstance(query, Select | CompoundSelect) and query._limit_clause is None:
        query = query.limit(MOST_ROWS + 1)
    return query, many, one


def _watch(connection: Any, seconds: int) -> None:
    """Where no server ends a statement, a clock does: through whatever the driver has to break one off."""
    _stop(connection)
    driver = connection.connection.dbapi_connection
    cancel = getattr(driver, "interrupt", None) or getattr(driver, "cancel", None)
    if cancel is not None:
        clock = threading.Timer(seconds, _cancelled, [cancel])
        clock.daemon = True
        connection.info["statement_clock"] = clock
        clock.start()


def _cancelled(cancel: Any) -> None:
    with suppress(Exception):  # whatever a driver raises: the statement has just ended by itself
        cancel()


def _stop(connection: Any) -> None:
    clock = connection.info.pop("statement_clock", None) if connection is not None else None
    if clock is not None:
        clock.cancel()
