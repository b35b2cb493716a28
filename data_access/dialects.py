"""The places where SQL engines differ: days, seconds, what tells words apart, a row's fingerprint, site time."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Date, DateTime, Integer, String, case, literal, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

OFFSETS_FROM = datetime(2000, 1, 1)
OFFSETS_TO = datetime(2040, 1, 1)
SECONDS_A_DAY = 86_400


class day(FunctionElement):
    """The calendar day of an instant that is already site time."""

    inherit_cache = True
    type = Date()


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


def told_apart(words: ColumnElement, engine: str) -> ColumnElement:
    """Words that are compared and grouped letter by letter, also where an engine would take 'Fax ' for 'fax'."""
    return every_letter(words) if engine in LENIENT else words


def add_days(instant: ColumnElement, days: int) -> ColumnElement:
    return add_seconds(instant, whole(days * SECONDS_A_DAY))


#: Engines that can fingerprint a row. On others every day counts as changed at each refresh.
FINGERPRINTS = ("duckdb", "postgresql", "mysql", "mariadb")

#: Engines that compare words without regard to case, accents and blanks at the end, unless a column says otherwise.
LENIENT = ("mysql", "mariadb")


def _arguments(element: FunctionElement, compiler: SQLCompiler, **given: object) -> list[str]:
    return [compiler.process(clause, **given) for clause in element.clauses]


@compiles(day)
def _day(element: day, compiler: SQLCompiler, **given: object) -> str:
    return f"CAST({_arguments(element, compiler, **given)[0]} AS DATE)"


@compiles(day, "sqlite")
@compiles(day, "mysql")
@compiles(day, "mariadb")
def _day_function(element: day, compiler: SQLCompiler, **given: object) -> str:
    return f"DATE({_arguments(element, compiler, **given)[0]})"


class hour(FunctionElement):
    """The hour of the day of an instant, 0 to 23."""

    inherit_cache = True
    type = Integer()


@compiles(hour)
def _hour(element: hour, compiler: SQLCompiler, **given: object) -> str:
    return f"CAST(EXTRACT(HOUR FROM {_arguments(element, compiler, **given)[0]}) AS INTEGER)"


@compiles(hour, "mysql")
@compiles(hour, "mariadb")
def _hour_function(element: hour, compiler: SQLCompiler, **given: object) -> str:
    return f"HOUR({_arguments(element, compiler, **given)[0]})"


@compiles(hour, "sqlite")
def _hour_text(element: hour, compiler: SQLCompiler, **given: object) -> str:
    return f"CAST(strftime('%H', {_arguments(element, compiler, **given)[0]}) AS INTEGER)"


@compiles(add_seconds)
def _add_seconds(element: add_seconds, compiler: SQLCompiler, **given: object) -> str:
    instant, seconds = _arguments(element, compiler, **given)
    return f"({instant} + INTERVAL '{seconds}' SECOND)"


@compiles(add_seconds, "mysql")
@compiles(add_seconds, "mariadb")
def _add_seconds_unquoted(element: add_seconds, compiler: SQLCompiler, **given: object) -> str:
    instant, seconds = _arguments(element, compiler, **given)
    return f"({instant} + INTERVAL {seconds} SECOND)"


@compiles(add_seconds, "sqlite")
def _add_seconds_text(element: add_seconds, compiler: SQLCompiler, **given: object) -> str:
    instant, seconds = _arguments(element, compiler, **given)
    # SQLAlchemy stores instants in SQLite as text with six decimals: the result must compare with it.
    return f"(strftime('%Y-%m-%d %H:%M:%f', {instant}, '{seconds} seconds') || '000')"


@compiles(seconds_between)
def _seconds_between(element: seconds_between, compiler: SQLCompiler, **given: object) -> str:
    start, end = _arguments(element, compiler, **given)
    return f"CAST(FLOOR(EXTRACT(EPOCH FROM ({end} - {start}))) AS BIGINT)"


@compiles(seconds_between, "duckdb")
def _seconds_between_duckdb(element: seconds_between, compiler: SQLCompiler, **given: object) -> str:
    start, end = _arguments(element, compiler, **given)
    return f"((epoch_us({end}) - epoch_us({start})) // 1000000)"


@compiles(seconds_between, "mysql")
@compiles(seconds_between, "mariadb")
def _seconds_between_mysql(element: seconds_between, compiler: SQLCompiler, **given: object) -> str:
    start, end = _arguments(element, compiler, **given)
    return f"TIMESTAMPDIFF(SECOND, {start}, {end})"


@compiles(seconds_between, "sqlite")
def _seconds_between_sqlite(element: seconds_between, compiler: SQLCompiler, **given: object) -> str:
    start, end = _arguments(element, compiler, **given)
    return f"(CAST(strftime('%s', {end}) AS INTEGER) - CAST(strftime('%s', {start}) AS INTEGER))"


@compiles(row_fingerprint, "duckdb")
def _row_fingerprint_duckdb(element: row_fingerprint, compiler: SQLCompiler, **given: object) -> str:
    return f"CAST(hash({', '.join(_arguments(element, compiler, **given))}) % 2147483647 AS BIGINT)"


@compiles(row_fingerprint, "postgresql")
def _row_fingerprint_postgresql(element: row_fingerprint, compiler: SQLCompiler, **given: object) -> str:
    return f"(hashtext(ROW({', '.join(_arguments(element, compiler, **given))})::text)::bigint & 2147483647)"


@compiles(row_fingerprint, "mysql")
@compiles(row_fingerprint, "mariadb")
def _row_fingerprint_mysql(element: row_fingerprint, compiler: SQLCompiler, **given: object) -> str:
    quoted = ", ".join(f"QUOTE({argument})" for argument in _arguments(element, compiler, **given))
    return f"(CRC32(CONCAT_WS(',', {quoted})) & 2147483647)"


@compiles(every_letter, "mysql")
@compiles(every_letter, "mariadb")
def _every_letter_mysql(element: every_letter, compiler: SQLCompiler, **given: object) -> str:
    # Collations that do this have other names in MySQL and MariaDB, and none pads nowhere in all their versions.
    return f"CAST(CONVERT({_arguments(element, compiler, **given)[0]} USING utf8mb4) AS BINARY)"


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
