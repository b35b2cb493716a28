"""The state store: opens the database of what people add, and brings it up to this version of the program."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from filelock import FileLock, Timeout
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    column,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    table,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from data_access.backups.in_use import hold
from data_access.home import Home, home
from data_access.state_types import Words
from metrics.errors import SourceUnavailable, StateConflict

VARIABLE = "TWINWING_STATE"
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 10  # how long a writer waits for another; a write takes milliseconds
LOCK_SECONDS = 60  # how long a process waits while another one migrates
MARK = table("alembic_version", column("version_num"))
ADVISORY_LOCK = 7_482_031  # of this product's migrations on a shared PostgreSQL server; any constant would do


class Base(DeclarativeBase):
    """The tables of the state store; each is declared beside the functions that read and write it."""

    type_annotation_map: ClassVar[dict[type, type[TypeDecorator]]] = {str: Words}


def open_state(url: str | None = None) -> Engine:
    """The state store, migrated to this version; two processes may open it at once.

    Args:
        url: any SQLAlchemy URL; without one TWINWING_STATE, and without that a SQLite file in the home.

    Raises:
        SourceUnavailable: the store cannot be reached, read or written, is of a newer version of the program, or a
            restore did not come to its end.
    """
    if url is None:
        _require_whole(home())
    given = url or os.environ.get(VARIABLE)
    engine = _engine(given) if given else _sqlite(URL.create("sqlite", database=str(home().state)))
    store = _shown(engine)
    lock = _lock(engine)
    try:
        if url is None:
            hold(home(), engine)
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=LOCK_SECONDS):
            _migrate(engine)
    except Timeout as failure:
        raise SourceUnavailable(
            "Another process has been updating the state store {store} for a minute.",
            "Wait until it has ended, then reload the page or run the command again.",
            store=store,
        ) from failure
    except SourceUnavailable:
        engine.dispose()
        raise
    except (DBAPIError, OSError) as failure:
        engine.dispose()
        raise _silent(engine) from failure
    return engine


def fill_new_state(url: str, version: str, fill: Callable[[Connection], None]) -> None:
    """Make the tables of a version in an empty database and fill them; all of it or nothing.

    Raises:
        SourceUnavailable: the database cannot be written, or the version is newer than this program.
    """
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            _begin(connection)
            _upgrade(connection, version)
            fill(connection)
            connection.commit()
    except (DBAPIError, OSError) as failure:
        raise _silent(engine) from failure
    finally:
        engine.dispose()


@contextmanager
def one_moment(engine: Engine) -> Generator[tuple[Connection, str]]:
    """A connection that sees the store as it is now, whatever others write meanwhile, and the store's version.

    Raises:
        SourceUnavailable: the store does not answer.
    """
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")  # the driver begins none for what only reads
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection, _version(connection) or ""
    except (DBAPIError, OSError) as failure:
        raise _silent(engine) from failure


def place_of_state() -> URL:
    """Where the state store is: TWINWING_STATE, or a SQLite file in the home."""
    given = os.environ.get(VARIABLE)
    return _engine(given).url if given else URL.create("sqlite", database=str(home().state))


@contextmanager
def transaction(engine: Engine) -> Generator[Session]:
    """A session whose work is kept when the block ends and undone when it raises.

    Raises:
        StateConflict: someone else wrote the same row in the meantime.
        SourceUnavailable: the store does not answer.
    """
    try:
        with Session(engine) as session, session.begin():
            yield session
    except StaleDataError as failure:
        raise conflict() from failure
    except (IntegrityError, ProgrammingError):
        raise  # the store answers: the caller's statement is wrong, or someone else has written the same key
    except (DBAPIError, PoolTimeout) as failure:
        raise _silent(engine) from failure


def conflict() -> StateConflict:
    return StateConflict(
        "Someone else has saved this in the meantime.",
        "Reload the page, look at what is there now, and make your change again.",
    )


def _require_whole(place: Home) -> None:
    """Nobody works with a state, a secret and data of which some are a backup's and some are not."""
    try:
        backup = place.restoring.read_text("utf-8").partition("\n")[0]
    except FileNotFoundError:
        return
    except OSError as failure:
        raise SourceUnavailable(
            "The folder {folder} cannot be read.", "Give it to the user of the service.", folder=place.folder
        ) from failure
    raise SourceUnavailable(
        "The restore of {backup} did not come to its end.",
        "Run python -m jobs restore {backup} again; if one is running, wait until it has ended.",
        backup=backup,
    )


def _engine(url: str) -> Engine:
    try:
        place = make_url(url)
        return _sqlite(place) if place.get_backend_name() == "sqlite" else create_engine(place, pool_pre_ping=True)
    except (ArgumentError, ValueError) as failure:
        raise SourceUnavailable(
            "The address of the state store in {variable} cannot be read.",
            "Write it as postgresql+psycopg://user:password@host/database, or leave it out to keep a file.",
            variable=VARIABLE,
        ) from failure
    except ImportError as failure:
        raise SourceUnavailable(
            "The driver '{driver}' that the state store needs is not installed.",
            "Install it into .venv, or leave out {variable} to keep the state in a file.",
            driver=failure.name or url.partition(":")[0],
            variable=VARIABLE,
        ) from failure


def _sqlite(place: URL) -> Engine:
    if place.database in (None, "", ":memory:"):
        raise SourceUnavailable(
            "A state store in memory would forget everything that people add.",
            "Name a file in {variable}, like sqlite:////srv/twinwing/state.sqlite, or leave it out.",
            variable=VARIABLE,
        )
    engine = create_engine(place, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def enforce_references(connection, _record) -> None:  # SQLite forgets this setting with each connection
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def _lock(engine: Engine) -> Path:
    database = engine.url.database
    if engine.dialect.name == "sqlite" and database:
        file = Path(database.removeprefix("file:"))  # as SQLite's own addresses begin
        return file.with_name(f"{file.name}.lock")
    return home().folder / "state.lock"


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        _begin(connection)
        if _version(connection) != newest_version():
            _upgrade(connection)
        connection.commit()


def _begin(connection: Connection) -> None:
    """A transaction in which tables may be made, alone."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")  # kept in the file; readers and a writer at once
        # The driver begins no transaction for CREATE TABLE: a killed migration would leave half of it behind.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))  # processes on other machines


def newest_version() -> str:
    """The version of a store that this program has brought up to date: that of its last migration."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _version(connection: Connection) -> str | None:
    """Alembic's mark in the store; None where it has none."""
    if not inspect(connection).has_table(MARK.name):
        return None
    return connection.execute(select(MARK.c.version_num)).scalar()


def _upgrade(connection: Connection, version: str = "head") -> None:
    # Loading Alembic takes longer than all else that most commands do, and nearly every store is up to date.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    try:
        command.upgrade(configuration, version)
    except CommandError as failure:
        raise SourceUnavailable(
            "The state store {store} was made by a newer version of Twinwing.",
            "Start that version again, or put back a backup that was made before the update.",
            store=_shown(connection.engine),
        ) from failure


def _silent(engine: Engine) -> SourceUnavailable:
    return SourceUnavailable(
        "The state store {store} does not answer.",
        "Check that it is there, can be reached and may be written, then reload the page or run the command again.",
        store=_shown(engine),
    )


def _shown(engine: Engine) -> str:
    """The store's name without its password; drivers take passwords in the query part too."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.set(query={}).render_as_string(hide_password=True)
