"""A page that is drawn again asks for no cases: what it says of them is kept, however many there are."""

from collections.abc import Callable

import pytest

from data_access.frames import Frames
from data_access.home import Home
from pages.ui.menu import ENTRIES, Entry
from tests.pages.visiting import broken, opened

SMALL = {"names", "item_sections", "drift"}  # a row for each person, team or item, and each change of a table seen


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked for from here on: parts of cases and sources of facts."""
    found: list[str] = []

    def noted(method: Callable, place: int) -> Callable:
        def noting(frames: Frames, *given: object, **named: object) -> object:
            found.append(str(given[place]))
            return method(frames, *given, **named)

        return noting

    for name, place in (("cases", 0), ("case_files", 0), ("stretches", 1)):
        monkeypatch.setattr(Frames, name, noted(getattr(Frames, name), place))
    return found


@pytest.mark.alike(2)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url)
def test_a_page_that_is_drawn_again_asks_for_no_cases(on_demo: Home, entry: Entry, asked: list[str]):
    app = opened(entry.url)
    assert broken(app) == []
    asked.clear()
    app.run()
    assert broken(app) == []
    assert [each for each in asked if each not in SMALL] == []
