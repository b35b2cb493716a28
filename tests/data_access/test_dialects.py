"""The places where engines differ, on literal instants."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from duckdb_sqlalchemy import Dialect as DuckdbDialect
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import DateTime, Engine, String, case, cast, create_engine, literal, select
from sqlalchemy.dialects import mysql, postgresql, sqlite

from data_access.case_part import Chosen, Days
from data_access.case_parts import PARTS
from data_access.contacts import CUBES, sums
from data_access.cubes import CUBES as MORE_CUBES
from data_access.dialects import (
    FINGERPRINTS,
    OFFSETS_FROM,
    add_days,
    add_seconds,
    day,
    offsets,
    row_fingerprint,
    seconds_between,
    site_time,
    whole,
)
from data_access.read import Query, read
from metrics.rules import Rules
from tests.data_access.seed import ENGINES, seeded, without_tables
from tests.loading import INSTANT

LATE = datetime(2024, 2, 28, 23, 30)
ZONES = (
    *(("UTC", "Asia/Shanghai"), ("UTC", "Europe/London"), ("Europe/London", "Asia/Shanghai")),
    *(("America/New_York", "Europe/London"), ("Asia/Kolkata", "Australia/Lord_Howe"), ("Europe/London",) * 2),
)


@pytest.fixture(params=ENGINES, scope="module")
def engine(request: pytest.FixtureRequest) -> Engine:
    return without_tables(request.param)


def instant(value: datetime | None, engine: Engine):
    """A literal as the engine keeps it: an instant, or in SQLite text with six decimals."""
    kept = literal(value, DateTime())
    return kept if engine.dialect.name == "sqlite" else cast(kept, INSTANT)


def answer(engine: Engine, expression: object) -> object:
    return read(engine, select(expression.label("answer"))).item()  # ty: ignore[missing-attribute]


@pytest.mark.parametrize(
    ("at", "expected"),
    [(LATE, date(2024, 2, 28)), (datetime(2024, 2, 29), date(2024, 2, 29)), (None, None)],
)
def test_day_is_the_calendar_day_up_to_its_last_second(
    engine: Engine, at: datetime | None, expected: date | None
) -> None:
    assert answer(engine, day(instant(at, engine))) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(1_800, datetime(2024, 2, 29)), (-1, datetime(2024, 2, 28, 23, 29, 59)), (0, LATE)],
)
def test_seconds_are_added_over_the_ends_of_days(engine: Engine, seconds: int, expected: datetime) -> None:
    assert answer(engine, add_seconds(instant(LATE, engine), whole(seconds))) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    # 2024 has a 29 February; 2023 has not.
    [(1, datetime(2024, 2, 29, 23, 30)), (2, datetime(2024, 3, 1, 23, 30)), (-366, datetime(2023, 2, 27, 23, 30))],
)
def test_days_are_added_over_the_leap_day(engine: Engine, days: int, expected: datetime) -> None:
    assert answer(engine, add_days(instant(LATE, engine), days)) == expected


def test_moved_instant_equals_the_same_instant_as_it_is_stored(engine: Engine) -> None:
    # SQLite compares text: «23:30:00.000» would not equal «23:30:00.000000».
    moved = add_days(instant(LATE, engine), 7)
    assert answer(engine, case((moved == instant(datetime(2024, 3, 6, 23, 30), engine), 1), else_=0)) == 1


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (datetime(2024, 2, 28, 23, 30, 59), 59),
        (datetime(2024, 2, 28, 23, 29, 58), -2),
        (datetime(2024, 3, 1, 23, 30), 2 * 86_400),
        (LATE, 0),
        (None, None),
    ],
)
def test_seconds_between_are_whole_and_signed(engine: Engine, end: datetime | None, expected: int | None) -> None:
    assert answer(engine, seconds_between(instant(LATE, engine), instant(end, engine))) == expected


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [((0, 60_999), 60), ((900, 1_100), 0), ((100, 900), 0), ((500, 0), -1), ((0, -1_500), -2), ((500, 1_500), 1)],
)
def test_part_of_a_second_is_left_out_of_seconds_between(
    engine: Engine, milliseconds: tuple[int, int], expected: int
) -> None:
    start, end = (instant(LATE + timedelta(milliseconds=each), engine) for each in milliseconds)
    assert answer(engine, seconds_between(start, end)) == expected


@pytest.mark.parametrize(
    ("source", "site", "clock", "expected"),
    [
        ("UTC", "Asia/Shanghai", "2024-01-31 23:30", "2024-02-01 07:30"),
        ("Asia/Shanghai", "UTC", "2024-02-01 07:30", "2024-01-31 23:30"),
        # London goes over to summer time on 31 March 2024 at 1:00 UTC, back on 27 October at 1:00 UTC.
        ("UTC", "Europe/London", "2024-03-31 00:59:59", "2024-03-31 00:59:59"),
        ("UTC", "Europe/London", "2024-03-31 01:00:00", "2024-03-31 02:00:00"),
        ("UTC", "Europe/London", "2024-10-27 00:59:59", "2024-10-27 01:59:59"),
        ("UTC", "Europe/London", "2024-10-27 01:00:00", "2024-10-27 01:00:00"),
        ("Europe/London", "Asia/Shanghai", "2024-03-31 00:59:59", "2024-03-31 08:59:59"),
        ("Europe/London", "Asia/Shanghai", "2024-03-31 02:00:00", "2024-03-31 09:00:00"),
        ("Europe/London", "Asia/Shanghai", "2024-10-27 01:30:00", "2024-10-27 08:30:00"),  # twice: the first passing
        ("Europe/London", "Asia/Shanghai", "2024-10-27 02:00:00", "2024-10-27 10:00:00"),
        ("America/New_York", "Europe/London", "2024-03-20 12:00:00", "2024-03-20 16:00:00"),  # 4 h apart for weeks
        ("America/New_York", "Europe/London", "2024-04-20 12:00:00", "2024-04-20 17:00:00"),
        ("Asia/Kolkata", "Asia/Shanghai", "2024-04-20 12:00:00", "2024-04-20 14:30:00"),
        ("Asia/Shanghai", "Asia/Shanghai", "2024-04-20 12:00:00", "2024-04-20 12:00:00"),
    ],
)
def test_site_time_is_what_the_sites_clock_shows(
    engine: Engine, source: str, site: str, clock: str, expected: str
) -> None:
    shown = site_time(instant(datetime.fromisoformat(clock), engine), source, site)
    assert answer(engine, shown) == datetime.fromisoformat(expected)


@settings(max_examples=150)
@given(
    clock=st.datetimes(datetime(2001, 1, 1), datetime(2037, 12, 31)),
    zones=st.sampled_from(ZONES),
)
def test_offsets_agree_with_pythons_time_zones_at_any_minute(clock: datetime, zones: tuple[str, str]) -> None:
    source, site = (ZoneInfo(name) for name in zones)
    there = clock.replace(tzinfo=source)
    if there.astimezone(ZoneInfo("UTC")).astimezone(source).replace(tzinfo=None) != clock:
        return  # an hour that the clock skips: no contact can carry it
    shift = (there.astimezone(site).replace(tzinfo=None) - clock).total_seconds()
    if zones[0] == zones[1]:
        shift = 0.0
    spans = offsets(*zones)
    assert next(seconds for until, seconds in spans if until is None or clock < until) == shift


def test_equal_zones_need_no_shift() -> None:
    assert offsets("Europe/London", "Europe/London") == ((None, 0),)


def test_spans_are_in_order_and_begin_after_the_first_known_day() -> None:
    dated = [until for until, _ in offsets("UTC", "Europe/London") if until]
    assert dated == sorted(dated)
    assert dated[0] > OFFSETS_FROM
    assert len(dated) == 80  # two changes in each of 40 years


def fingerprint(*values: str | None) -> int:
    columns = [cast(literal(value, String()), String()) for value in values]
    return answer(create_engine("duckdb://"), row_fingerprint(*columns))  # ty: ignore[invalid-explicit-return]


def test_fingerprint_changes_with_every_value_and_keeps_null_and_empty_apart() -> None:
    rows = [
        ("a", "b"),
        ("b", "a"),
        ("a", None),
        ("a", ""),
        (None, "a"),
        ("", "a"),
        (None, None),
        ("ab", ""),
        ("a,b", ""),
    ]
    marks = [fingerprint(*row) for row in rows]
    assert len(set(marks)) == len(rows)
    assert all(0 <= mark < 2**31 for mark in marks)
    assert fingerprint("a", "b") == marks[0]


@pytest.mark.parametrize(
    ("dialect", "pieces"),
    # PostgreSQL: EXTRACT EPOCH of an interval, whole seconds; MySQL: TIMESTAMPDIFF and an unquoted INTERVAL.
    [
        (postgresql.dialect(), ("INTERVAL '-60' SECOND", "EXTRACT(EPOCH FROM", "AS DATE)", "::bigint")),
        (mysql.dialect(), ("INTERVAL -60 SECOND", "TIMESTAMPDIFF(MICROSECOND,", "DATE(", "CRC32(CONCAT_WS(")),
    ],
)
def test_servers_get_their_own_functions(dialect: object, pieces: tuple[str, ...]) -> None:
    at = literal(LATE, DateTime())
    made = select(
        add_seconds(at, whole(-60)), seconds_between(at, at), day(at), row_fingerprint(at, literal("a", String()))
    )
    written = str(made.compile(dialect=dialect))  # ty: ignore[invalid-argument-type]
    assert [piece for piece in pieces if piece not in written] == []


def test_engines_without_a_fingerprint_are_left_out_of_the_list() -> None:
    assert "sqlite" not in FINGERPRINTS
    assert "duckdb" in FINGERPRINTS


DIALECTS = {
    "duckdb": DuckdbDialect(),
    "sqlite": sqlite.dialect(),
    "postgresql": postgresql.dialect(),
    "mysql": mysql.dialect(),
}


SOME = Chosen(["'; DROP TABLE contacts"], (date(2024, 1, 1), date(2024, 2, 1)))


@pytest.mark.parametrize("dialect", list(DIALECTS))
@pytest.mark.parametrize("zones", [("UTC", "UTC"), ("UTC", "Asia/Shanghai"), ("Europe/London", "Asia/Shanghai")])
def test_every_query_compiles_for_every_dialect_with_its_values_bound(
    dialect: str, zones: tuple[str, str], tmp_path: Path
) -> None:
    warehouse = replace(seeded(tmp_path / "w.sqlite", {}), source_zone=zones[0], site_zone=zones[1])
    told = "'; DROP TABLE contacts"
    filters = [("channel", (told,)), ("team_id", (told, "b"))]
    period = (date(2024, 1, 1), date(2024, 2, 1))
    rules = Rules(handle_time_bands=((told, 1, 2), ("", 3, 4)))
    more = [cube.query(warehouse, rules, *period, ("team_id",), filters) for cube in MORE_CUBES.values()]
    queries: list[Query] = [
        sums(warehouse, rules, *period, CUBES, filters),
        *(each for each in more if each is not None),
        *(part.query(warehouse, Rules(), SOME) for part in PARTS.values()),
        *(
            source.keys(warehouse, Rules(), Days.of({period[0], period[1]}))
            for part in PARTS.values()
            for source in part.sources.values()
            if source and zones[0] == zones[1]  # where they differ, a day is many times as long a condition
        ),
        sums(warehouse, Rules(fcr_same_channel=True), *period, [("hour", "shift", "supervisor")], filters),
    ]
    assert len(queries) >= 2 + len(MORE_CUBES) + len(PARTS)
    for query in queries:
        written = str(query.compile(dialect=DIALECTS[dialect]))
        assert "DROP TABLE" not in written
        assert "2024" not in written
    for query in queries[: 1 + len(MORE_CUBES)]:
        assert told in str(query.compile(dialect=DIALECTS[dialect]).params)
