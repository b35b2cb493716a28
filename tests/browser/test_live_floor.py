"""The live floor in a browser: a figure changes by itself."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page
from sqlalchemy import insert

from data_access.home import Home
from data_access.watch.feed import open_own
from data_access.watch.live_tables import live_queue
from tests.browser.controls import tiles
from tests.browser.screen import Look, follow


@pytest.fixture
def now_waiting(home: Home) -> Iterator[Callable[[int], None]]:
    """Says that so many wait now."""
    engine = open_own(home)

    def say(count: int) -> None:
        at = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
        with engine.begin() as connection:
            connection.execute(insert(live_queue), [{"at": at, "queue": "phone_service", "waiting": count}])

    yield say
    engine.dispose()
    for path in home.folder.glob("live.*"):
        path.unlink()


@pytest.mark.parametrize("page", [Look("en")], indirect=True)
def test_a_figure_changes_by_itself_without_a_reload(page: Page, now_waiting: Callable[[int], None]):
    now_waiting(3)
    follow(page, "floor")
    assert tiles(page)["Waiting"] == "3"
    page.evaluate("window.sameDocument = true")
    now_waiting(41)
    page.get_by_test_id("stMetricValue").get_by_text("41", exact=True).wait_for(timeout=15_000)
    assert page.evaluate("window.sameDocument")
