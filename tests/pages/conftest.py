"""A home of the test's own, or the demo's, in use; and Streamlit's caches without anything of the home before."""

import pytest
import streamlit as st

from data_access.home import Home
from tests.demo_home import demo_home


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return demo_home(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def on_demo(demo: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    return in_use(demo, monkeypatch)


@pytest.fixture
def in_place(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Home:
    return in_use(Home(tmp_path_factory.mktemp("home")), monkeypatch)


def in_use(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    for variable in ("TWINWING_WAREHOUSE", "TWINWING_STATE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TWINWING_HOME", str(home.folder))
    st.cache_resource.clear()
    return home
