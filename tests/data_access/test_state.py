import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, insert, select, text

import data_access
from data_access.change_rows import ChangeRow
from data_access.state import MIGRATIONS, VARIABLE, Base, newest_version, open_state, transaction
from metrics.errors import SourceUnavailable

ROOT = Path(__file__).resolve().parents[2]
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=8)))
WORDS = dict.fromkeys(("name", "kind", "owner", "hypothesis", "expected", "shape", "metric", "note", "created_by"), "x")
ROW = WORDS | {
    "start": MORNING.date(),
    "scope": {},
    "guardrails": [],
    "check_dates": [],
    "created_at": MORNING,
    "updated_at": MORNING,
}


OF_EXTRAS = {"data_access.spark"}  # a dialect whose driver is no part of the product; it declares no table


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        return {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}


def rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("select count(*) from changes")).scalar_one()


def test_the_migrations_make_the_tables_that_the_program_declares(tmp_path):
    for module in walk_packages(data_access.__path__, "data_access."):
        if ".migrations." not in module.name and module.name not in OF_EXTRAS:
            import_module(module.name)
    engine = open_state(url_of(tmp_path / "state.sqlite"))
    declared = {each.class_ for each in Base.registry.mappers}
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    named = {each.__tablename__ for each in declared}
    assert tables(tmp_path / "state.sqlite") == named | {"alembic_version"}


def test_a_store_is_up_to_date_where_it_bears_the_mark_of_the_last_migration(tmp_path):
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert newest_version() == scripts.get_current_head()
    with open_state(url_of(tmp_path / "state.sqlite")).connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == newest_version()


@pytest.mark.parametrize(("setting", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 10_000)])
def test_sqlite_is_set_up_for_readers_beside_a_writer_and_keeps_references(tmp_path, setting, value):
    # Values as the SQLite manual names them; ten seconds are 10,000 milliseconds.
    engine = open_state(url_of(tmp_path / "state.sqlite"))
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.execute(text(f"pragma {setting}")).scalar_one() == value


def test_opening_again_keeps_what_people_added(tmp_path):
    url = url_of(tmp_path / "state.sqlite")
    with transaction(open_state(url)) as session:
        session.add(ChangeRow(id="a", **ROW))
    assert rows(open_state(url)) == 1


def test_without_an_address_the_store_is_a_file_in_the_home(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path / "home"))
    open_state()
    assert "changes" in tables(tmp_path / "home" / "state.sqlite")


def test_the_environment_names_another_store(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, url_of(tmp_path / "folder 50%" / "other.sqlite"))
    open_state()
    assert "changes" in tables(tmp_path / "folder 50%" / "other.sqlite")


def test_processes_that_open_a_new_store_at_once_all_succeed(tmp_path):
    code = f"from data_access.state import open_state; open_state({url_of(tmp_path / 'state.sqlite')!r})"
    running = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate(timeout=120)[1] for process in running] == [b""] * 2
    with sqlite3.connect(tmp_path / "state.sqlite") as connection:
        assert connection.execute("select count(*) from alembic_version").fetchone() == (1,)


class PowerCut(BaseException):
    pass


def test_a_migration_cut_off_half_way_leaves_nothing_and_the_next_opening_works(tmp_path):
    path = tmp_path / "state.sqlite"

    def cut(_connection, _cursor, statement, *_rest):
        if "CREATE TABLE change_history" in statement:
            raise PowerCut

    event.listen(Engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(PowerCut):
            open_state(url_of(path))
    finally:
        event.remove(Engine, "before_cursor_execute", cut)
    assert tables(path) == set()
    assert rows(open_state(url_of(path))) == 0


def test_a_store_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "state.sqlite"
    open_state(url_of(path)).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(SourceUnavailable, match="newer version of Twinwing"):
        open_state(url_of(path))
    with sqlite3.connect(path) as connection:
        assert connection.execute("select version_num from alembic_version").fetchone() == ("9999",)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", f"in {VARIABLE} cannot be read"),
        ("postgresql://user:secret@host:port/state", f"in {VARIABLE} cannot be read"),
        ("nosuchengine://user:secret@host/state", f"in {VARIABLE} cannot be read"),
        ("sqlite://", "in memory would forget"),
        ("sqlite:///:memory:", "in memory would forget"),
        ("postgresql+psycopg://user:secret@127.0.0.1:1/state?password=secret", "state store"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_sentence_without_the_password(tmp_path, monkeypatch, address, said):
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path))
    with pytest.raises(SourceUnavailable, match=said) as caught:
        open_state(address)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_a_sentence_and_stays_as_it_is(tmp_path):
    path = tmp_path / "state.sqlite"
    path.write_text("not a database, but dear to someone" * 100)
    with pytest.raises(SourceUnavailable, match="does not answer"):
        open_state(url_of(path))
    assert path.read_text() == "not a database, but dear to someone" * 100


@pytest.mark.parametrize("place", ["", "occupied/state.sqlite"])
def test_a_place_that_cannot_hold_a_file_is_a_sentence(tmp_path, place):
    (tmp_path / "occupied").write_text("a file where a folder should be")
    with pytest.raises(SourceUnavailable, match="does not answer"):
        open_state(f"sqlite:///{tmp_path}/{place}".rstrip("/"))


def test_what_a_failing_block_wrote_is_undone(tmp_path):
    engine = open_state(url_of(tmp_path / "state.sqlite"))
    with pytest.raises(PowerCut), transaction(engine) as session:
        session.execute(insert(ChangeRow).values(id="a", version=1, **ROW))
        raise PowerCut
    assert rows(engine) == 0


def test_a_store_that_falls_silent_later_is_a_sentence(tmp_path):
    engine = open_state(url_of(tmp_path / "state.sqlite"))
    engine.dispose()
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "state.sqlite").mkdir()
    with pytest.raises(SourceUnavailable, match="does not answer"), transaction(engine) as session:
        session.scalars(select(ChangeRow)).all()


def test_instants_come_back_in_utc(tmp_path):
    engine = open_state(url_of(tmp_path / "state.sqlite"))
    with transaction(engine) as session:
        session.add(ChangeRow(id="a", **ROW))
    with transaction(engine) as session:
        # 08:00 in Shanghai is 00:00 in UTC
        assert session.get_one(ChangeRow, "a").created_at == datetime(2026, 3, 2, tzinfo=UTC)
        assert session.get_one(ChangeRow, "a").created_at.tzinfo is UTC
