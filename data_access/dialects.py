"""The places where SQL engines differ: days, seconds, what tells words apart, a row's fingerprint, site time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    String,
    case,
    literal,
    literal_column,
)
from sqlalchemy.dialects import registry
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

OFFSETS_FROM = datetime(2000, 1, 1)
OFFSETS_TO = datetime(2040, 1, 1)
SECONDS_A_DAY = 86_400

registry.register("spark", "data_access.spark", "SparkDialect")


class day(FunctionElement):
    """The calendar day of an instant that is already site time."""

    inherit_cache = True
    type = Date()


class hour(FunctionElement):
    """The hour of the day of an instant, 0 to 23."""

    inherit_cache = True
    type = Integer()


class add_seconds(FunctionElement):
    """An instant moved by a whole number of seconds: `add_seconds(instant, whole(n))`."""

    inherit_cache = True
    type = DateTime()


class seconds_between(FunctionElement):
    """Whole seconds from the first instant to the second; negative when the second is earlier."""

    inherit_cache = True
    type = BigInteger()


class row_fingerprint(FunctionElement):
    """A number below 2**31 that changes when any of the columns changes, null and empty kept apart."""

    inherit_cache = True
    type = BigInteger()


class every_letter(FunctionElement):
    """Words as the bytes that they are: case, accents and blanks at the end tell them apart."""

    inherit_cache = True
    type = String()


def whole(number: int) -> ColumnElement[int]:
    """A whole number written into the statement: engines differ on binding the number in an interval."""
    return literal_column(str(int(number)), BigInteger())


def midnight(day: date, engine: str) -> ColumnElement:
    """When a day begins, to hold instants against.

    SQLite keeps these as text, with parts of seconds or without: what has none sorts before either.
    """
    begun = datetime.combine(day, datetime.min.time())
    return literal(f"{begun:%Y-%m-%d %H:%M:%S}", String()) if engine == "sqlite" else literal(begun, DateTime())


def told_apart(words: ColumnElement, engine: str) -> ColumnElement:
    """Words that are compared and grouped letter by letter, also where an engine would take 'Fax ' for 'fax'."""
    return every_letter(words) if engine in LENIENT else words


def add_days(instant: ColumnElement, days: int) -> ColumnElement:
    return add_seconds(instant, whole(days * SECONDS_A_DAY))


#: Engines that compare words without regard to case, accents and blanks at the end, unless a column says otherwise.
LENIENT = ("mysql", "mariadb")
MYSQL = ("mysql", "mariadb", "starrocks")
CLICKHOUSE = ("clickhousedb", "chdb")
#: Of each construct how engines write it, {0} and {1} being what it is made of; the first is that of all others.
WRITTEN: dict[type[FunctionElement], dict[tuple[str, ...], str]] = {
    day: {
        (): "CAST({0} AS DATE)",
        ("sqlite", *MYSQL): "DATE({0})",
        CLICKHOUSE: "toDate32({0})",
    },
    hour: {
        (): "CAST(EXTRACT(HOUR FROM {0}) AS INTEGER)",
        ("sqlite",): "CAST(strftime('%H', {0}) AS INTEGER)",
        MYSQL: "HOUR({0})",
        CLICKHOUSE: "toHour({0})",
    },
    add_seconds: {
        (): "({0} + INTERVAL '{1}' SECOND)",
        # SQLAlchemy stores instants in SQLite as text with six decimals: the result must compare with it.
        ("sqlite",): "(strftime('%Y-%m-%d %H:%M:%f', {0}, '{1} seconds') || '000')",
        MYSQL: "({0} + INTERVAL {1} SECOND)",
        CLICKHOUSE: "addSeconds({0}, {1})",
        ("trino",): "date_add('second', {1}, {0})",
        ("snowflake",): "DATEADD(second, {1}, {0})",
        ("bigquery",): "DATETIME_ADD({0}, INTERVAL {1} SECOND)",
    },
    seconds_between: {
        (): "CAST(FLOOR(EXTRACT(EPOCH FROM ({1} - {0}))) AS BIGINT)",
        ("duckdb",): "CAST(FLOOR((epoch_us({1}) - epoch_us({0})) / 1000000) AS BIGINT)",
        ("sqlite",): (
            "(CAST(strftime('%s', {1}) AS INTEGER) - CAST(strftime('%s', {0}) AS INTEGER)"
            " - (substr(strftime('%f', {1}), 3) < substr(strftime('%f', {0}), 3)))"
        ),
        ("mysql", "mariadb"): "FLOOR(TIMESTAMPDIFF(MICROSECOND, {0}, {1}) / 1000000)",
        ("starrocks",): "FLOOR(MICROSECONDS_DIFF({1}, {0}) / 1000000)",
        ("hive",): "CAST(FLOOR(TIMESTAMPDIFF(MICROSECOND, {0}, {1}) / 1000000) AS BIGINT)",
        CLICKHOUSE: "toInt64(floor(dateDiff('microsecond', {0}, {1}) / 1000000))",
        ("trino",): "CAST(FLOOR(date_diff('millisecond', {0}, {1}) / 1000e0) AS BIGINT)",
        ("snowflake",): "FLOOR(DATEDIFF(microsecond, {0}, {1}) / 1000000)",
        ("bigquery",): "CAST(FLOOR(DATETIME_DIFF({1}, {0}, MICROSECOND) / 1000000) AS INT64)",
    },
    every_letter: {
        # Collations that do this have other names in MySQL and MariaDB, and not all versions have one without padding.
        ("mysql", "mariadb"): "CAST(CONVERT({0} USING utf8mb4) AS BINARY)",
    },
}
#: A row's fingerprint, {0} being all its columns: each as the second text writes it.
PRINTED: dict[tuple[str, ...], tuple[str, str]] = {
    ("duckdb",): ("CAST(hash({0}) % 2147483647 AS BIGINT)", "{0}"),
    ("postgresql",): ("(hashtext(ROW({0})::text)::bigint & 2147483647)", "{0}"),
    ("mysql", "mariadb"): ("(CRC32(CONCAT_WS(',', {0})) & 2147483647)", "QUOTE({0})"),
    # The hash passes over nulls: beside each value stands whether it is one.
    ("hive",): ("PMOD(XXHASH64({0}), 2147483647)", "{0}, {0} IS NULL"),
    CLICKHOUSE: ("toInt64(sipHash64(toString(tuple({0}))) % 2147483647)", "{0}"),
}
#: Engines that can fingerprint a row. On others every day counts as changed at each refresh.
FINGERPRINTS = tuple(engine for engines in PRINTED for engine in engines)


def _arguments(element: FunctionElement, compiler: SQLCompiler, **given: object) -> list[str]:
    return [compiler.process(clause, **given) for clause in element.clauses]


def _written(text: str) -> Callable[..., str]:
    """How a construct is compiled whose arguments stand in a text; a per cent sign may have to be doubled in it."""

    def compiled(element: FunctionElement, compiler: SQLCompiler, **given: object) -> str:
        percent = "%%" if compiler.preparer._double_percents else "%"
        return text.replace("%", percent).format(*_arguments(element, compiler, **given))

    return compiled


def _printed(whole_row: str, each: str) -> Callable[..., str]:
    def compiled(element: FunctionElement, compiler: SQLCompiler, **given: object) -> str:
        told = ", ".join(each.format(argument) for argument in _arguments(element, compiler, **given))
        return whole_row.format(told)

    return compiled


def _teach() -> None:
    """Let SQLAlchemy know the ways of all engines."""
    for construct, ways in WRITTEN.items():
        for engines, text in ways.items():
            compiles(construct, *engines)(_written(text))
    for engines, (whole_row, each) in PRINTED.items():
        compiles(row_fingerprint, *engines)(_printed(whole_row, each))


_teach()


def site_time(instant: ColumnElement, source_zone: str, site_zone: str) -> ColumnElement:
    """An instant of the source zone's clock as the site's clock shows it: the one place where zones are changed.

    Offsets come from the time-zone database of Python, so that every engine gives the same. An hour that a clock
    shows twice is taken as its first passing.
    """
    spans = offsets(source_zone, site_zone)
    if spans == ((None, 0),):
        return instant
    *dated, (_, last) = spans
    if not dated:
        return add_seconds(instant, whole(last))
    branches = [(instant < literal(until, DateTime()), add_seconds(instant, whole(shift))) for until, shift in dated]
    return case(*branches, else_=add_seconds(instant, whole(last)))


@lru_cache(maxsize=64)
def offsets(source_zone: str, site_zone: str) -> tuple[tuple[datetime | None, int], ...]:
    """Seconds to add to the source's clock: (until, seconds) in order; until None in the last."""
    if source_zone == site_zone:
        return ((None, 0),)
    source, site = ZoneInfo(source_zone), ZoneInfo(site_zone)

    def shift(clock: datetime) -> int:
        there = clock.replace(tzinfo=source).astimezone(UTC).astimezone(site).replace(tzinfo=None)
        return round((there - clock).total_seconds())

    spans: list[tuple[datetime | None, int]] = []
    before, clock = OFFSETS_FROM, OFFSETS_FROM
    while clock < OFFSETS_TO:
        clock = before + timedelta(days=1)
        if shift(clock) != shift(before):
            low, high = before, clock
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                low, high = (low, middle) if shift(middle) != shift(before) else (middle, high)
            spans.append((high.replace(second=0, microsecond=0), shift(before)))
        before = clock
    return (*spans, (None, shift(OFFSETS_TO)))
