"""Instants as sources keep them: with a zone, as text, made by functions; and rows that are dated in the future."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import create_engine, text

from data_access.connecting.source_mapping import source_mapping
from data_access.numbers import Grain, read_metrics
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import Warehouse, open_connected
from metrics.catalogue import CATALOGUE, named
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.seed import contact, seeded
from tests.postgresql import fresh_database

ZONE = "Asia/Shanghai"
DAY = timedelta(days=1)
ZONED = ("duckdb", "postgresql")
EPOCH = 1_770_766_200  # 2026-02-11 07:30 in Shanghai, which is 2026-02-10 23:30 UTC
EARLY = date(2026, 2, 11)


def made(kind: str, folder: Path, statements: Sequence[str]) -> str:
    url = fresh_database() if kind == "postgresql" else f"{kind}:///{folder}/w.{kind}"
    engine = create_engine(url)
    with engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))
    engine.dispose()
    return url


def opened(warehouse: Warehouse, folder: Path) -> Store:
    rollups = open_rollups(warehouse, Rules(), folder / "rollups")
    return Store(rollups, rollups.refresh(), date.max)


@pytest.mark.parametrize("kind", ZONED)
def test_instants_with_a_zone_are_times_of_the_sources_clock(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWINWING_SOURCE_ZONE", ZONE)
    monkeypatch.delenv("TWINWING_SITE_ZONE", raising=False)
    at = "timestamp with time zone '2026-02-11 07:30:00+08'"
    url = made(kind, tmp_path, [
        "CREATE TABLE contacts (contact_id varchar, started_at timestamp with time zone)",
        "CREATE TABLE complaints (complaint_id varchar, received_at timestamp with time zone, severity varchar)",
        f"INSERT INTO contacts VALUES ('k1', {at})",
        f"INSERT INTO complaints VALUES ('p1', {at}, 'general')",
    ])  # fmt: skip
    store = opened(open_connected(url), tmp_path)
    assert set(store.manifest.days) == {EARLY}
    assert store.as_of == datetime(2026, 2, 11, 7, 30)
    assert store.cases("complaints")["received_at"].to_list() == [store.as_of]


@pytest.mark.parametrize("kind", ZONED)
def test_functions_that_give_an_instant_answer_by_the_mappings_clock(kind: str, tmp_path: Path) -> None:
    url = made(kind, tmp_path, [
        "CREATE TABLE calls (id varchar, created_epoch bigint)", f"INSERT INTO calls VALUES ('k1', {EPOCH})",
    ])  # fmt: skip
    mapping = source_mapping(
        f'name = "calls"\ntime_zone = "{ZONE}"\n[contacts]\ntable = "calls"\n[contacts.columns]\n'
        'contact_id = "id"\nstarted_at = { expression = "to_timestamp(created_epoch)" }\n',
        "m.toml",
    )
    store = opened(open_connected(url, mapping), tmp_path)
    assert store.as_of == datetime(2026, 2, 11, 7, 30)


@pytest.mark.parametrize("fraction", ["", ".000000"])
def test_a_day_of_texts_begins_at_midnight(fraction: str, tmp_path: Path) -> None:
    rows = [f"('{day}-{hour}', '2026-02-{day:02} {hour}:00:00{fraction}', 60)" for day in range(1, 15) for hour in
            ("00", "09")]  # fmt: skip
    url = made("sqlite", tmp_path, [
        "CREATE TABLE contacts (contact_id text, started_at datetime, talk_seconds integer)",
        f"INSERT INTO contacts VALUES {', '.join(rows)}",
    ])  # fmt: skip
    store = opened(open_connected(url), tmp_path)
    times = store.kept("times/team_id").group_by("day").agg(pl.col("contacts").sum()).sort("day")
    assert times["contacts"].to_list() == [2] * 14


def test_a_row_of_the_future_is_not_where_the_data_end(tmp_path: Path) -> None:
    days = [datetime(2024, 3, 1, 9) + number * DAY for number in range(30)]
    contacts = [contact(f"k{place}", at) for place, at in enumerate(days)]
    complaints = [{"complaint_id": f"p{place}", "received_at": at} for place, at in enumerate(days)]
    wrong = datetime(2062, 11, 29)
    rows = {
        "contacts": [*contacts, contact("wrong", wrong)],
        "complaints": [*complaints, {"complaint_id": "wrong", "received_at": wrong}],
    }
    store = opened(seeded(tmp_path / "w.duckdb", rows), tmp_path)
    assert (store.as_of, store.anchor) == (days[-1], days[-1].date() + DAY)


def test_handle_times_that_begin_late_are_no_band_and_no_crash(tmp_path: Path) -> None:
    # The usual handle times are those of the first ninety days, in which none was written down.
    first = datetime(2024, 1, 1, 9)
    rows = [
        contact(
            f"k{day}", first + day * DAY, f"c{day}", answered_at=first + day * DAY,
            talk_seconds=200 if day >= 100 else None,
        )
        for day in range(140)
    ]  # fmt: skip
    store = opened(seeded(tmp_path / "w.duckdb", {"contacts": rows}), tmp_path)
    period = Period(date(2024, 4, 20), date(2024, 5, 10))
    found = read_metrics(store, LOCAL, list(CATALOGUE.values()), period)
    row = found.row(by_predicate=pl.col("metric") == "handle_time_compliance", named=True)
    assert (row["value"], row["status"]) == (None, "no_data")
    weeks = read_metrics(store, LOCAL, named(["handle_time_compliance"]), period, grain=Grain.WEEK)
    assert weeks["value"].null_count() == weeks.height
