"""Opening a warehouse: what it has, what it lacks, which clock it keeps, and that it is never written."""

import hashlib
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import Boolean, String, create_engine, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from data_access import engine_limits
from data_access.engine_limits import roomy
from data_access.read import read
from data_access.schema import COLUMNS, REQUIRED, TABLES
from data_access.warehouse import open_connected, open_embedded
from metrics.errors import InvalidSettings, SourceUnavailable
from tests.data_access.seed import ENGINES, EVERY_COLUMN, FILES, contact, embedded, seeded

EVERY_ENGINE = pytest.mark.parametrize("engine", ENGINES)
EVERY_FILE = pytest.mark.parametrize("engine", FILES)
AT = datetime(2024, 1, 15)


@EVERY_ENGINE
def test_every_logical_table_and_column_is_found(engine: str, tmp_path: Path) -> None:
    warehouse = seeded(tmp_path / f"w.{engine}", {})
    assert warehouse.columns == {table: frozenset(names) for table, names in EVERY_COLUMN.items()}


@EVERY_ENGINE
def test_table_without_its_needed_columns_does_not_count_as_present(engine: str, tmp_path: Path) -> None:
    warehouse = seeded(
        tmp_path / f"w.{engine}", {}, only={"contacts": "contact_id started_at", "complaints": "complaint_id channel"}
    )
    assert warehouse.has("contacts")
    assert not warehouse.has("complaints")
    with pytest.raises(SourceUnavailable, match=r"The warehouse has no table 'complaints'. Add it to the mapping file"):
        warehouse.table("complaints")


@EVERY_ENGINE
def test_a_view_serves_as_a_table(engine: str, tmp_path: Path) -> None:
    columns = "contact_id started_at customer_id issue_type direction"
    source = seeded(tmp_path / f"w.{engine}", {"contacts": [contact("c1", AT)]}, only={"contacts": columns}).engine
    source.dispose()
    writing = create_engine(source.url)
    with writing.begin() as connection:
        connection.execute(text("ALTER TABLE contacts RENAME TO calls"))
        kept = "MATERIALIZED " if engine == "postgresql" else ""
        connection.execute(text(f"CREATE {kept}VIEW contacts AS SELECT contact_id, started_at FROM calls"))
    writing.dispose()
    warehouse = open_connected(source.url.render_as_string(hide_password=False))
    assert warehouse.columns == {"contacts": frozenset({"contact_id", "started_at"})}
    assert read(warehouse.engine, select(warehouse.column("contacts", "contact_id")))["contact_id"].to_list() == ["c1"]


def test_columns_of_the_users_own_are_passed_over(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "w.duckdb") as connection:
        connection.execute("CREATE TABLE contacts (contact_id VARCHAR, started_at TIMESTAMP, salary DOUBLE)")
        connection.execute("CREATE TABLE payroll (salary DOUBLE)")
    warehouse = open_connected(f"duckdb:///{tmp_path}/w.duckdb")
    assert warehouse.columns == {"contacts": frozenset({"contact_id", "started_at"})}


def test_missing_names_what_is_needed_and_not_there(tmp_path: Path) -> None:
    warehouse = seeded(tmp_path / "w.sqlite", {}, only={"contacts": "contact_id started_at csat"})
    needs = ("contacts.csat", "contacts.customer_id", "contacts", "complaints", "complaints.severity")
    assert warehouse.missing(needs) == ("contacts.customer_id", "complaints", "complaints.severity")


def test_a_column_or_table_may_stand_in_for_another(tmp_path: Path) -> None:
    only = {"contacts": "contact_id started_at priority", "volumes": "day kind value"}
    warehouse = seeded(tmp_path / "w.sqlite", {}, only=only)
    assert warehouse.missing(("contacts.sla_met or contacts.priority", "complaints.severity or volumes")) == ()
    # A table stands in only where there is no table at all.
    assert warehouse.missing(("contacts.answered_at or volumes",)) == ("contacts.answered_at",)
    assert warehouse.missing(("contacts.sla_met or contacts.resolved_at",) * 2) == ("contacts.sla_met",)


def test_embedded_warehouse_says_what_it_is(tmp_path: Path) -> None:
    warehouse = embedded(tmp_path / "w.duckdb", {"contacts": [contact("1", AT)]}, build="b17")
    assert (warehouse.version, warehouse.source, warehouse.source_zone) == ("b17", "import", "UTC")
    assert read(warehouse.engine, select(TABLES["contacts"].c.contact_id)).rows() == [("1",)]


def test_embedded_warehouse_reads_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a\n1\n")
    warehouse = embedded(tmp_path / "w.duckdb", {})
    with warehouse.engine.connect() as connection, pytest.raises(SQLAlchemyError):
        connection.exec_driver_sql(f"SELECT * FROM read_csv('{tmp_path}/other.csv')").fetchall()


@pytest.mark.parametrize("is_embedded", [True, False])
def test_duckdb_warehouse_cannot_be_written(*, is_embedded: bool, tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    warehouse = embedded(path, {}) if is_embedded else seeded(path, {})
    with warehouse.engine.connect() as connection, pytest.raises((SQLAlchemyError, SourceUnavailable)):
        connection.execute(insert(TABLES["teams"]).values(team_id="a"))


@EVERY_FILE
def test_reading_leaves_the_file_as_it_was(engine: str, tmp_path: Path) -> None:
    path = tmp_path / f"w.{engine}"
    warehouse = seeded(path, {"contacts": [contact("1", AT)]})
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    read(warehouse.engine, select(TABLES["contacts"].c.contact_id))
    warehouse.engine.dispose()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


@pytest.mark.parametrize("folder", ["", "nowhere/"])
@EVERY_FILE
def test_missing_file_is_an_expected_failure_and_is_not_made(engine: str, folder: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=f"The warehouse typo.{engine} does not answer. Check that"):
        open_connected(f"{engine}:///{tmp_path}/{folder}typo.{engine}")
    assert list(tmp_path.iterdir()) == []


def test_embedded_file_that_is_gone_or_garbage_is_an_expected_failure(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"gone\.duckdb does not answer"):
        open_embedded(tmp_path / "gone.duckdb")
    (tmp_path / "bad.duckdb").write_bytes(b"not a database" * 500)
    with pytest.raises(SourceUnavailable, match=r"bad\.duckdb does not answer"):
        open_embedded(tmp_path / "bad.duckdb")


def test_zones_of_a_connected_warehouse_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_engine(f"sqlite:///{tmp_path}/w.db").connect().close()
    (tmp_path / "w.db").touch()
    url = f"sqlite:///{tmp_path}/w.db"
    monkeypatch.delenv("TWINWING_SOURCE_ZONE", raising=False)
    monkeypatch.delenv("TWINWING_SITE_ZONE", raising=False)
    assert (open_connected(url).source_zone, open_connected(url).site_zone) == ("Asia/Shanghai", "Asia/Shanghai")
    monkeypatch.setenv("TWINWING_SOURCE_ZONE", "UTC")
    assert (open_connected(url).source_zone, open_connected(url).site_zone) == ("UTC", "UTC")
    monkeypatch.setenv("TWINWING_SITE_ZONE", "Europe/London")
    assert open_connected(url).site_zone == "Europe/London"


def test_needed_columns_are_columns() -> None:
    assert set(REQUIRED) == set(COLUMNS)
    assert all(set(names) <= set(EVERY_COLUMN[table]) for table, names in REQUIRED.items())


def test_no_bar_of_progress_is_drawn_into_what_a_program_prints(tmp_path: Path) -> None:
    """DuckDB draws one by itself, into files and pipes too, when a statement takes two seconds."""
    seeded(tmp_path / "w.duckdb", {"contacts": [contact("1", AT)]}).engine.dispose()
    told = select(func.current_setting("enable_progress_bar", type_=Boolean()).label("drawn"))
    assert read(open_connected(f"duckdb:///{tmp_path / 'w.duckdb'}").engine, told).item() is False


def test_an_engine_takes_more_memory_only_for_as_long_as_something_needs_it(tmp_path: Path) -> None:
    warehouse = seeded(tmp_path / "w.duckdb", {"contacts": [contact("1", AT)]})
    told = select(func.current_setting("memory_limit", type_=String()).label("limit"))
    limits = {engine_limits.READING: "1.0 GiB", engine_limits.ROOMY: "3.0 GiB"}  # of a machine with 6 GiB or more
    assert read(warehouse.engine, told).item() == limits[engine_limits.READING]
    with roomy(warehouse.engine):
        with roomy(warehouse.engine):
            assert read(warehouse.engine, told).item() == limits[engine_limits.ROOMY]
        assert read(warehouse.engine, told).item() == limits[engine_limits.ROOMY]  # for the one that is not over
    assert read(warehouse.engine, told).item() == limits[engine_limits.READING]


@pytest.mark.parametrize("setting", ["TWINWING_SOURCE_ZONE", "TWINWING_SITE_ZONE"])
def test_zone_of_the_environment_that_is_none_is_a_sentence(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "w.db").touch()
    monkeypatch.setenv(setting, "Asia/Shangai")
    with pytest.raises(InvalidSettings, match=f"{setting} is 'Asia/Shangai'.*Asia/Shanghai"):
        open_connected(f"sqlite:///{tmp_path}/w.db")
