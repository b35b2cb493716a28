"""Every page on nasty data: nothing of them is markup where it is made, and a real browser makes nothing of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from data_access.home import Home
from pages.ui.menu import ENTRIES
from tests.browser.screen import Look, open_page, page_of
from tests.browser.server import serving
from tests.browser.test_nasty import watched
from tests.nasty import HOST
from tests.pages.conftest import in_use
from tests.pages.raw import harm
from tests.pages.visiting import broken, opened

URLS = [entry.url for entry in ENTRIES if not entry.demo]


@pytest.mark.parametrize("url", URLS)
def test_text_is_text_on_every_page(nasty: Home, url: str, monkeypatch: pytest.MonkeyPatch):
    in_use(nasty, monkeypatch)
    for language in ("zh", "en"):
        app = opened(url, language, period="last_quarter")
        assert broken(app) == []
        assert not app.error
        assert harm(app) == []


@pytest.fixture(scope="module")
def address(nasty: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(nasty, tmp_path_factory.mktemp("nasty") / "log.txt") as server:
        yield server.address


@pytest.mark.parametrize("url", URLS)
def test_a_browser_makes_nothing_of_data(browser: Browser, address: str, url: str):
    asked: list[str] = []
    with page_of(browser, address, Look("en")) as page:
        watched(page, asked, address)
        open_page(page, "/" if url == URLS[0] else url, lang="en", period="last_quarter")
        assert page.title().endswith("Twinwing 双翼")
        assert page.locator(f'[href*="{HOST}"], [src*="{HOST}"], [onerror], [onload]').count() == 0
    assert asked == []
