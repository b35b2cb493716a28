"""The state store locked, full, read-only or damaged: pages go on reading, and say what could not be written."""

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data_access import state
from data_access.home import Home
from reports import text
from reports.text import speaking
from tests.faults.full_disk import full_disk
from tests.pages.visiting import broken, opened, said

SILENT = "does not answer"
READ = "needs Customer (contacts.customer_id)"  # what the page says of the two contacts of this home


@pytest.fixture
def impatient(own_contacts: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with a state store for which a writer waits a tenth of a second."""
    monkeypatch.setattr(state, "BUSY_SECONDS", 0.1)
    st.cache_resource.clear()
    with speaking("en"):
        yield own_contacts
    st.cache_resource.clear()


@contextmanager
def locked(home: Home) -> Generator[None]:
    """Somebody else writes, and does not come to an end."""
    with closing(sqlite3.connect(home.state, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("harmed", [locked, lambda _home: full_disk()])
def test_what_cannot_be_saved_is_a_sentence_and_stays_typed(harmed, impatient: Home) -> None:
    page = opened("rules")
    typed(page, 3)
    with harmed(impatient):
        press(page, "Save")
        assert broken(page) == []
        assert SILENT in said(page)
        assert typed(page) == 3
        tiles = opened("this_week")
        assert broken(tiles) == []
        assert not tiles.error
        assert SILENT not in said(tiles)
        assert READ in said(tiles)
    press(page, "Save")  # the same once more, now that it is over
    assert broken(page) == []
    assert not page.error
    assert page.dataframe[0].value["In force"].to_list() == ["3 d"]


def typed(page: AppTest, value: int | None = None) -> float | None:
    box = next(each for each in page.number_input if each.label == text.rule("fcr_window_days"))
    if value is not None:
        box.set_value(value)
    return box.value


def press(page: AppTest, label: str) -> None:
    next(each for each in page.button if each.label == label).click().run()


def test_a_store_that_is_damaged_meanwhile_is_a_sentence_and_figures_stay(impatient: Home) -> None:
    opened("this_week")
    for ending in ("", "-wal", "-shm"):
        file = impatient.state.with_name(impatient.state.name + ending)
        if file.exists():
            file.write_bytes(b"not a database " * 1_000)
    tiles = opened("this_week")
    assert broken(tiles) == []
    assert READ in said(tiles)
    page = opened("rules")
    assert broken(page) == []
    assert SILENT in said(page)


def test_a_store_that_may_only_be_read_shows_figures_and_says_that_nothing_was_saved(
    impatient: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that was mounted to be read: SQLite itself refuses to write."""
    opened("rules")
    monkeypatch.setenv("TWINWING_STATE", f"sqlite:///file:{impatient.state}?mode=ro&uri=true")
    st.cache_resource.clear()
    page = opened("rules")
    typed(page, 3)
    press(page, "Save")
    assert broken(page) == []
    assert SILENT in said(page)
    assert typed(page) == 3
    tiles = opened("this_week")
    assert broken(tiles) == []
    assert READ in said(tiles)
