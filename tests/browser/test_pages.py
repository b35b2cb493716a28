import re

import pytest
from playwright.sync_api import Page

from pages.ui.menu import ENTRIES
from reports.text import _, speaking
from tests.browser.screen import Look, open_page, sideways_scroll, wait_until_at_rest
from tests.browser.server import Server

CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff]")


LOOKS = (Look("zh", "light", 1440), Look("en", "dark", 1440))  # by turns; languages are compared page by page elsewhere
PAGES = [
    pytest.param(LOOKS[place % 2], entry.url if place else "", id=f"{entry.url}-{LOOKS[place % 2]}")
    for place, entry in enumerate(ENTRIES)
]


@pytest.mark.parametrize(("page", "url"), PAGES, indirect=["page"])
def test_every_page_opens_from_its_address_and_fits_the_window_and_a_phone(page: Page, url: str, server: Server):
    said_before = len(server.said)
    open_page(page, url)
    assert sideways_scroll(page) == 0
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until_at_rest(page)
    assert sideways_scroll(page) == 0
    assert [str(error) for error in page.page_errors(filter="since-navigation")] == []
    assert "Traceback" not in server.said[said_before:]


@pytest.mark.parametrize("page", [Look("zh"), Look("en")], ids=str, indirect=True)
def test_the_menu_speaks_the_language_of_the_browser(page: Page):
    open_page(page)
    language = page.evaluate("navigator.language")[:2]
    menu = page.get_by_test_id("stSidebarNav").inner_text()
    with speaking(language):
        assert [entry.title for entry in ENTRIES if _(entry.title) not in menu] == []
    assert bool(CHINESE_CHARACTER.search(menu)) == (language == "zh")
