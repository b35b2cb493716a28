"""A real server that is killed while pages are looked at or while it is counted, and started again."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data_access.connecting.place import VARIABLE
from data_access.home import Home
from data_access.opening import open_store
from metrics.errors import SourceUnavailable
from metrics.rules import Rules
from pages.ui import shelf
from tests.data_access.rebuilding import change, frames
from tests.data_access.seed import random_rows, seed
from tests.pages.visiting import FILES, broken, said, visitor
from tests.postgresql import OwnServer

SILENT, LIVE = "has not answered since", "does not answer"


@pytest.fixture
def server(in_place: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnServer]:
    server = OwnServer()
    seed(server.url, random_rows())
    monkeypatch.setenv(VARIABLE, server.url)
    st.cache_resource.clear()
    yield server
    server.start()  # so that it can be ended in good order
    st.cache_resource.clear()


def figures(app: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in app.metric}


def test_pages_go_on_without_the_warehouse_and_find_it_again(
    server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visitor().run()
    shown = figures(app)
    assert shown
    assert SILENT not in said(app)
    server.kill()
    # In the middle of a page that asks the warehouse itself: that part cannot be shown, the page says since when.
    app.switch_page(FILES["sampling_plan"]).run()
    assert broken(app) == []
    assert SILENT in said(app)
    assert LIVE in said(app)
    app.switch_page(FILES["this_week"]).run()
    assert broken(app) == []
    assert not app.error
    assert figures(app) == shown
    assert SILENT in said(app)
    server.start()
    monkeypatch.setattr(shelf, "SILENT_SECONDS", 0.0)
    app.run()
    assert SILENT not in said(app)
    assert figures(app) == shown
    app.switch_page(FILES["sampling_plan"]).run()
    assert broken(app) == []
    assert not app.error


def test_refresh_that_loses_its_warehouse_leaves_the_last_good_figures(server: OwnServer, in_place: Home) -> None:
    first = open_store(in_place, Rules())
    wanted = frames(first.rollups, first.manifest)
    change(first.warehouse, lambda connection: connection.exec_driver_sql("DELETE FROM contacts WHERE csat = 1"))

    def kill(_fraction: float, step: str) -> None:
        if step == "Counting contacts":
            server.kill()

    with pytest.raises(SourceUnavailable, match="does not answer"):
        open_store(in_place, Rules(), kill)
    app = visitor().run()
    assert broken(app) == []
    assert SILENT in said(app)
    kept = first.rollups.in_place()
    assert kept is not None
    assert kept.id == first.manifest.id
    assert {name: frame.equals(wanted[name]) for name, frame in frames(first.rollups, kept).items()} == dict.fromkeys(
        wanted, True
    )
    server.start()
    after = open_store(in_place, Rules())
    assert after.manifest.id != first.manifest.id
