"""A warehouse that is put in use while a process counts the one before is seen at the next click."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data_access.home import Home, home
from data_access.state import open_state
from pages.ui import shelf
from pages.ui.shelf import RuleBook, Shelf
from tests.data_access.seed import contact, embedded

FIRST = datetime(2026, 1, 5, 9)


def put_in_use(place: Home, count: int, build: str) -> None:
    path = place.new_warehouse()
    rows = [contact(f"k{number}", FIRST + number * timedelta(days=1)) for number in range(count)]
    embedded(path, {"contacts": rows}, build).engine.dispose()
    place.adopt(path)


def test_what_was_put_in_use_while_another_was_counted_is_shown_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TWINWING_WAREHOUSE", raising=False)
    put_in_use(home(), 10, "first")
    opening = shelf.open_store

    def slowly(*given: Any) -> Any:
        store = opening(*given)
        monkeypatch.setattr(shelf, "open_store", opening)
        put_in_use(home(), 20, "second")
        return store

    monkeypatch.setattr(shelf, "open_store", slowly)
    process = Shelf(RuleBook(open_state))
    counted = [len(process.open(lambda *_said: None).store.manifest.days) for _click in range(3)]
    assert counted == [10, 20, 20]
