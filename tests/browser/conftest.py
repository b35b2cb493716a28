"""The dashboard on a demo of its own, and a browser to look at it with: both once per worker."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from data_access.home import Home
from reports.text import speaking
from tests.browser.screen import Look, visitor
from tests.browser.server import Server, serving
from tests.demo_home import copied


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def home(ready_demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copied(ready_demo, tmp_path_factory.mktemp("twinwing"))


@pytest.fixture(scope="session")
def server(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(home, tmp_path_factory.mktemp("server") / "log.txt") as running:
        # Nobody warms it up: the first test to open a page pastes its link into a cold server.
        yield running


@pytest.fixture(scope="session")
def windows(browser: Browser, server: Server) -> Callable[[Look], Page]:
    return windows_on(browser, server.address)


def windows_on(browser: Browser, address: str) -> Callable[[Look], Page]:
    """One window for each look: whoever opens the next page in it has the dashboard's scripts compiled already."""
    return cache(lambda look: visitor(browser, address, look).new_page())


@pytest.fixture
def page(windows: Callable[[Look], Page], request: pytest.FixtureRequest) -> Page:
    """A window; `@pytest.mark.parametrize("page", [Look(width=390)], indirect=True)` sets how it looks."""
    return in_look(windows, getattr(request, "param", Look()))


@pytest.fixture
def visit(windows: Callable[[Look], Page]) -> Iterator[Page]:
    """A Chinese reader: that the words are there in English is tested elsewhere."""
    with speaking("zh"):
        yield in_look(windows, Look("zh"))


def in_look(windows: Callable[[Look], Page], look: Look) -> Page:
    """The window of that look, as wide as the look is whatever a test before has made of it."""
    opened = windows(look)
    opened.set_viewport_size(look.viewport)
    return opened
