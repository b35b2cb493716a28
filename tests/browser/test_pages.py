import re

import pytest
from playwright.sync_api import Page

from pages.ui.menu import ENTRIES
from reports.text import _, speaking
from tests.browser.screen import Look, open_page, sideways_scroll
from tests.browser.server import Server

CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("page", [Look("zh", "light", 1440), Look("en", "dark", 390)], ids=str, indirect=True)
@pytest.mark.parametrize("url", ["", *(entry.url for entry in ENTRIES[1:])])
def test_every_page_opens_from_its_address_and_fits_the_window(page: Page, url: str, server: Server):
    said_before = len(server.said)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_page(page, url)
    assert sideways_scroll(page) == 0
    assert errors == []
    assert "Traceback" not in server.said[said_before:]


@pytest.mark.parametrize("page", [Look("zh"), Look("en")], ids=str, indirect=True)
def test_the_menu_speaks_the_language_of_the_browser(page: Page):
    open_page(page)
    language = page.evaluate("navigator.language")[:2]
    menu = page.get_by_test_id("stSidebarNav").inner_text()
    with speaking(language):
        assert [entry.title for entry in ENTRIES if _(entry.title) not in menu] == []
    assert bool(CHINESE_CHARACTER.search(menu)) == (language == "zh")
