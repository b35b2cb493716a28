"""A warehouse on a server that takes too long, or whose session is ended in the middle of a statement."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from data_access.connecting.guard import VARIABLE as SECONDS
from data_access.connecting.place import VARIABLE
from data_access.home import Home
from data_access.opening import last_good_store, open_store
from metrics.errors import SourceUnavailable
from metrics.rules import Rules
from tests.data_access.seed import FIRST_DAY, seed
from tests.postgresql import fresh_database

ONLY = {"contacts": "contact_id started_at"}
WAITING = text(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
    "AND pid <> pg_backend_pid()"
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Past every guard of ours."""
    url = fresh_database()
    seed(url, {"contacts": [{"contact_id": "k1", "started_at": FIRST_DAY}]}, ONLY)
    monkeypatch.setenv(VARIABLE, url)
    engine = create_engine(url)
    yield engine
    engine.dispose()


def end_who_waits(server: Engine) -> None:
    """As an administrator does with a statement that holds others up."""
    deadline = time.monotonic() + 30
    with server.connect() as connection:
        while time.monotonic() < deadline and not (found := connection.execute(WAITING).scalars().all()):
            connection.rollback()
            time.sleep(0.05)
        for process in found:
            connection.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})


def locked(connection: Connection) -> None:
    connection.execute(text("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE"))


def test_a_refresh_that_is_cut_off_leaves_the_last_good_figures_and_the_next_one_ends_right(
    server: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = Home(tmp_path)
    first = open_store(home, Rules()).manifest
    with server.begin() as connection:
        connection.execute(text("INSERT INTO contacts VALUES ('k2', :at)"), {"at": FIRST_DAY})
    with server.connect() as holding:
        locked(holding)
        monkeypatch.setenv(SECONDS, "1")
        begun = time.monotonic()
        with pytest.raises(SourceUnavailable, match="does not answer"):
            open_store(home, Rules())
        assert time.monotonic() - begun < 30
        monkeypatch.setenv(SECONDS, "60")
        ending = threading.Thread(target=end_who_waits, args=(server,))
        ending.start()
        with pytest.raises(SourceUnavailable, match="does not answer"):
            open_store(home, Rules())
        ending.join()
        kept = last_good_store(home, Rules())
        assert kept is not None
        assert kept.store.manifest.id == first.id
        holding.rollback()
    assert [count for count, _print in open_store(home, Rules()).manifest.days.values()] == [2]
