"""What may be in a mapping's expression, what is sent to a database, and what its failures are called."""

import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from data_access.connecting.checking import check, reach
from data_access.connecting.expressions import written
from data_access.connecting.faults import masked
from data_access.connecting.guard import guard
from data_access.connecting.source_mapping import source_mapping
from data_access.read import read
from data_access.schema import TABLES
from data_access.viewer import LOCAL, Role, Viewer
from data_access.warehouse import reading_engine
from metrics.errors import MappingError, NotAllowed, SourceUnavailable
from metrics.rules import Rules
from tests.postgresql import fresh_database

COLUMNS = ("id", "Talk MS", "渠道", "at")


@pytest.mark.parametrize(
    ("engine", "expression", "sent"),
    [
        ("postgresql", "lower(渠道)", 'LOWER("渠道")'),
        ("postgresql", '"talk ms" + 1', '"Talk MS" + 1'),
        ("mysql", "coalesce(ID, 0)", "COALESCE(`id`, 0)"),
        ("sqlite", "'it''s %' || id", "'it''s %' || \"id\""),
    ],
)
def test_an_expression_is_written_anew_with_the_databases_own_names(engine: str, expression: str, sent: str):
    assert written(expression, engine, COLUMNS, "contacts.columns.x", "t") == sent


@pytest.mark.parametrize(
    "expression",
    [
        "id; DROP TABLE t", "id -- all", "id /* all */", "(SELECT 1)", "id IN (SELECT id FROM t)", "pg_sleep(60)",
        "count(id)", "row_number() OVER ()", "current_user", "@@version", "*", ":id", "DELETE FROM t", "t.id",
        "pg_read_file('/etc/passwd')", "nowhere", "lower(", "", "id = (WITH x AS (DELETE FROM t RETURNING 1) SELECT 1)",
    ],
)  # fmt: skip
def test_anything_more_than_an_expression_of_a_rows_columns_is_refused(expression: str):
    for engine in ("postgresql", "mysql", "duckdb", "sqlite"):
        with pytest.raises(MappingError):
            written(expression, engine, COLUMNS, "contacts.columns.x", "t")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM notes", "INSERT INTO notes VALUES (2)", "SELECT 1; DELETE FROM notes", "CREATE TABLE t (id INT)",
        "SELECT * INTO more FROM notes", "WITH gone AS (DELETE FROM notes RETURNING id) SELECT * FROM gone",
        "EXPLAIN ANALYZE DELETE FROM notes", "SELECT * FROM notes FOR UPDATE", "SET statement_timeout = 0",
    ],
)  # fmt: skip
def test_only_what_reads_is_sent(statement: str, tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path}/w.db")
    guard(engine, 5)
    with engine.connect() as connection, pytest.raises(SourceUnavailable, match="more than read"):
        connection.execute(text(statement))


@pytest.fixture(scope="module")
def server() -> str:
    url = fresh_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (id INT, at TIMESTAMP)"))
        connection.execute(text("CREATE TABLE hidden (id INT, at TIMESTAMP)"))
        connection.execute(text("CREATE ROLE reader LOGIN PASSWORD 'geheim'"))
        connection.execute(text("GRANT SELECT ON notes TO reader"))
    engine.dispose()
    return url


def test_a_server_itself_keeps_the_session_from_writing_and_ends_what_takes_long(server: str):
    engine = reading_engine(server, 1)
    with engine.connect() as connection:
        cursor = connection.connection.cursor()  # past every guard of ours
        with pytest.raises(Exception, match="read-only transaction"):
            cursor.execute("DELETE FROM notes")
        connection.connection.rollback()
        begun = time.monotonic()
        with pytest.raises(Exception, match="statement timeout"):
            cursor.execute("SELECT pg_sleep(20)")
        assert time.monotonic() - begun < 10
    engine.dispose()


def test_where_no_server_ends_a_statement_a_clock_does(tmp_path: Path):
    create_engine(f"sqlite:///{tmp_path}/w.db").connect().execute(text("CREATE TABLE t (id INT)"))
    engine = reading_engine(f"sqlite:///{tmp_path}/w.db", 1)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    begun = time.monotonic()
    with engine.connect() as connection, pytest.raises(SQLAlchemyError, match="interrupted"):
        connection.execute(text(endless)).fetchall()
    assert time.monotonic() - begun < 10


def test_a_row_too_many_is_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("data_access.connecting.guard.MOST_ROWS", 2)
    monkeypatch.setattr("data_access.warehouse.MOST_ROWS", 2)
    own = create_engine(f"sqlite:///{tmp_path}/w.db")
    with own.begin() as connection:
        TABLES["teams"].create(connection)
        connection.execute(insert(TABLES["teams"]), [{"team_id": each} for each in "abc"])
    engine = reading_engine(f"sqlite:///{tmp_path}/w.db")
    assert read(engine, select(TABLES["teams"].c.team_id).limit(2)).height == 2
    with pytest.raises(SourceUnavailable, match="more than 2 rows"):
        read(engine, select(TABLES["teams"].c.team_id))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://u:geheim@nowhere.invalid/db", "The host nowhere.invalid is not known."),
        ("postgresql+psycopg://u:geheim@127.0.0.1:1/db", "Nothing answers at 127.0.0.1, port 1."),
        ("trino://u:geheim@host/catalog", "Install it into .venv: uv pip install 'trino[sqlalchemy]'"),
        ("no address with geheim", "The address of the database cannot be read."),
        ("sqlite:////nowhere/w.db", "is not there, or may not be read"),
        ("duckdb:////nowhere/w.duckdb", "is not there, or may not be read"),
    ],
)
def test_a_connection_that_fails_says_why_and_never_the_password(url: str, said: str):
    _engine, steps = reach(url)
    assert said in str(steps[-1].failure)
    assert "geheim" not in str(steps[-1].failure)


def test_a_server_that_refuses_is_told_from_one_without_the_database_or_the_right(server: str):
    _engine, steps = reach(make_url(server).set(database="nowhere").render_as_string(hide_password=False))
    assert "There is no database nowhere" in str(steps[-1].failure)
    engine, steps = reach(make_url(server).set(username="reader").render_as_string(hide_password=False))
    assert engine is not None
    mapping = source_mapping(
        'name = "n"\ntime_zone = "UTC"\n[contacts]\ntable = "hidden"\n[contacts.columns]\n'
        'contact_id = "id"\nstarted_at = "at"\n',
        "m.toml",
    )
    found = check(engine, LOCAL, mapping, "m.toml", Rules(), steps)
    assert "has no right to read" in str(found.steps[-1].failure)
    with pytest.raises(NotAllowed):
        check(engine, Viewer("x", Role.ANALYST), mapping, "m.toml", Rules())
    engine.dispose()


def test_a_password_is_masked_however_it_is_written():
    url = "postgresql+psycopg://u:p%40ss@host/db?password=other"
    assert masked("p@ss p%40ss other stays", url) == "*** *** *** stays"
