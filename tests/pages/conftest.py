"""A home of the test's own, or the demo's, in use; and Streamlit's caches without anything of the home before."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import local_script_runner

from data_access.home import Home
from tests.demo_home import copied

CACHED: list[Home] = []  # the one that Streamlit's caches are of


@pytest.fixture(scope="session", autouse=True)
def components() -> Iterator[None]:
    """Streamlit looks through every installed package for components at each opening: here once for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def unasked() -> Iterator[None]:
    """AppTest asks a thousand times a second whether the script has ended, which the script loses time by."""
    asking = local_script_runner.require_widgets_deltas

    def waiting(runner: local_script_runner.LocalScriptRunner, timeout: float = 3) -> None:
        assert runner._script_thread is not None
        runner._script_thread.join(timeout)
        if not runner.script_stopped():
            asking(runner, timeout=0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", waiting)
        yield


@pytest.fixture(scope="session")
def demo(ready_demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copied(ready_demo, tmp_path_factory.mktemp("demo"))


@pytest.fixture
def on_demo(demo: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    return in_use(demo, monkeypatch)


@pytest.fixture
def fresh(on_demo: Home) -> Home:
    """The demo as a process that has just started sees it: for tests that write to its state from outside."""
    st.cache_resource.clear()
    return on_demo


@pytest.fixture(scope="session")
def two_contacts(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two contacts, with nothing but what a warehouse must have."""
    rows = "(VALUES ('c1', TIMESTAMP '2026-10-20 10:00'), ('c2', TIMESTAMP '2026-10-25 23:59'))"
    home = Home(tmp_path_factory.mktemp("two_contacts"))
    return with_contacts(home, f"SELECT * FROM {rows} AS given (contact_id, started_at)")


@pytest.fixture
def contacts_only(two_contacts: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The two contacts to be looked at."""
    return in_use(two_contacts, monkeypatch)


@pytest.fixture
def own_contacts(two_contacts: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The two contacts of a home in which the test may break something."""
    return in_use(copied(two_contacts, tmp_path), monkeypatch)


@pytest.fixture(scope="session")
def lost_warehouse(two_contacts: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose warehouse is gone."""
    home = copied(two_contacts, tmp_path_factory.mktemp("lost"))
    (home.folder / "warehouses").rename(home.folder / "elsewhere")
    return home


@pytest.fixture
def in_place(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Home:
    return in_use(Home(tmp_path_factory.mktemp("home")), monkeypatch)


def with_contacts(home: Home, contacts: str) -> Home:
    """A warehouse that holds the contacts of a query and nothing else."""
    path = home.new_warehouse()
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE TABLE contacts AS {contacts}")
        connection.execute("CREATE TABLE warehouse_info (key VARCHAR, value VARCHAR)")
    home.adopt(path)
    return home


def in_use(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    for variable in ("TWINWING_WAREHOUSE", "TWINWING_STATE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TWINWING_HOME", str(home.folder))
    if [home] != CACHED:
        st.cache_resource.clear()
        CACHED[:] = [home]
    return home
