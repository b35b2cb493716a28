"""A home of the test's own, or the demo's, in use; and Streamlit's caches without anything of the home before."""

from collections.abc import Iterator
from functools import cache

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from data_access.home import Home
from tests.demo_home import copied

CACHED: list[Home] = []  # the one that Streamlit's caches are of


@pytest.fixture(scope="session", autouse=True)
def components() -> Iterator[None]:
    """Streamlit looks through every installed package for components at each opening: here once for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
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


@pytest.fixture
def in_place(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Home:
    return in_use(Home(tmp_path_factory.mktemp("home")), monkeypatch)


def in_use(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    for variable in ("TWINWING_WAREHOUSE", "TWINWING_STATE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TWINWING_HOME", str(home.folder))
    if [home] != CACHED:
        st.cache_resource.clear()
        CACHED[:] = [home]
    return home
