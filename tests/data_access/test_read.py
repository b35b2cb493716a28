"""Reading: frames of the same types from every engine, and one sentence when a warehouse does not answer."""

import re
import sqlite3
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import Integer, create_engine, func, literal_column, select, text, union_all

from data_access.dialects import day
from data_access.read import FAILURES, read, read_pieces, unavailable
from data_access.schema import TABLES
from metrics.errors import SourceUnavailable
from tests.data_access.seed import ENGINES, FILES, contact, seeded

CONTACTS = TABLES["contacts"]
AT = datetime(2024, 1, 15, 10, 30)
EVERY_ENGINE = pytest.mark.parametrize("engine", ENGINES)


@EVERY_ENGINE
@pytest.mark.parametrize("filled", [True, False])
def test_types_are_those_of_the_query_with_rows_and_without(engine: str, *, filled: bool, tmp_path: Path) -> None:
    rows = [contact("1", AT, talk_seconds=60, csat=4.0, resolved=True)] if filled else []
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows})
    column = CONTACTS.c
    query = select(
        *(column.contact_id, column.started_at, column.talk_seconds, column.csat, column.resolved, column.team_id),
        day(column.started_at).label("day"),
    )
    frame = read(warehouse.engine, query)
    assert dict(frame.schema) == {
        "contact_id": pl.String,
        "started_at": pl.Datetime("us"),
        "talk_seconds": pl.Int64,
        "csat": pl.Float64,
        "resolved": pl.Boolean,
        "team_id": pl.String,
        "day": pl.Date,
    }
    assert frame.rows() == ([("1", AT, 60, 4.0, True, None, date(2024, 1, 15))] if filled else [])


@EVERY_ENGINE
def test_sums_and_counts_are_whole_numbers_of_64_bits(engine: str, tmp_path: Path) -> None:
    # 3 × 2,000,000,000 = 6,000,000,000 does not fit into 32 bits.
    rows = [contact(str(number), AT, transfer_count=2_000_000_000) for number in range(3)]
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows})
    frame = read(
        warehouse.engine,
        select(func.sum(CONTACTS.c.transfer_count).label("a"), func.count().label("b")).select_from(CONTACTS),
    )
    assert dict(frame.schema) == {"a": pl.Int64, "b": pl.Int64}
    assert frame.row(0) == (6_000_000_000, 3)


@EVERY_ENGINE
def test_column_that_the_warehouse_lacks_has_its_type_all_the_same(engine: str, tmp_path: Path) -> None:
    warehouse = seeded(
        tmp_path / f"w.{engine}", {"contacts": [{"contact_id": "1"}]}, only={"contacts": "contact_id started_at"}
    )
    lacking = [warehouse.column("contacts", name).label(name) for name in ("team_id", "csat", "closed_at", "resolved")]
    frame = read(warehouse.engine, select(*lacking).select_from(warehouse.table("contacts")))
    assert list(frame.dtypes) == [pl.String, pl.Float64, pl.Datetime("us"), pl.Boolean]
    assert frame.rows() == [(None,) * 4]


@EVERY_ENGINE
def test_values_are_bound_in_the_order_of_the_statement(engine: str, tmp_path: Path) -> None:
    rows = [contact(name, AT, channel=channel) for name, channel in (("1", "phone"), ("2", "chat"), ("3", "'; --"))]
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows})
    parts = [
        select(literal_column(str(place), Integer()).label("place"), CONTACTS.c.contact_id).where(
            CONTACTS.c.channel.in_(channels), CONTACTS.c.contact_id != "9"
        )
        for place, channels in enumerate((["chat", "'; --"], ["phone"]))
    ]
    assert sorted(read(warehouse.engine, union_all(*parts)).rows()) == [(0, "2"), (0, "3"), (1, "1")]


@EVERY_ENGINE
def test_refused_statement_is_an_expected_failure(engine: str, tmp_path: Path) -> None:
    warehouse = seeded(tmp_path / f"w.{engine}", {}, only={"contacts": "contact_id started_at"})
    name = Path(warehouse.engine.url.database or "").name
    with pytest.raises(SourceUnavailable, match=rf"The warehouse {re.escape(name)} does not answer\. Check that"):
        read(warehouse.engine, select(TABLES["complaints"].c.complaint_id))


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("mysql+pymysql://someone:s3cret@host:3306/shop", "shop"),
        ("mysql+pymysql://someone@host/shop?password=s3cret", "shop"),
        ("mysql+pymysql://someone:s3cret@host:3306", "host:3306"),
    ],
)
def test_sentence_names_the_warehouse_and_never_its_password(url: str, named: str) -> None:
    error = unavailable(create_engine(url, module=sqlite3))  # any DBAPI will do: nothing connects
    assert "s3cret" not in str(error)
    assert named in str(error)
    assert error.fix.startswith("Check that it is running")


def test_an_engine_with_too_little_memory_says_so_and_not_that_it_is_silent() -> None:
    # Five megabytes do not hold three million numbers told apart, and there is no folder for what does not fit.
    config = {"memory_limit": "5MB", "temp_directory": ""}
    engine = create_engine("duckdb:///:memory:", connect_args={"config": config})
    number = literal_column("range", Integer())
    query = select(func.count(number.distinct()).label("n")).select_from(text("range(3000000)"))
    with pytest.raises(SourceUnavailable, match=r"The memory of the database .* does not suffice") as failure:
        read(engine, query)
    assert isinstance(failure.value.__cause__, FAILURES)


@pytest.mark.parametrize("engine", FILES)
def test_pieces_are_the_rows_of_the_whole(engine: str, tmp_path: Path) -> None:
    rows = [contact(f"{number:05}", AT, talk_seconds=number) for number in range(3_000)]
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows})
    query = select(CONTACTS.c.contact_id, CONTACTS.c.talk_seconds)
    pieces = list(read_pieces(warehouse.engine, query, 2_048))
    assert all(len(each) >= 2_048 for each in pieces[:-1])
    assert (len(pieces) > 1) == (engine == "duckdb")
    assert_frame_equal(pl.concat(pieces), read(warehouse.engine, query), check_row_order=False)
    (none,) = read_pieces(warehouse.engine, query.where(CONTACTS.c.contact_id == "none"), 2_048)
    assert none.schema == read(warehouse.engine, query).schema
