import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from pages.ui.menu import ENTRIES, Entry
from reports.text import _, speaking
from tests.browser.accessible import MAIN, blocked, faults
from tests.browser.controls import go
from tests.browser.screen import Look, follow, open_page, resize, sideways_scroll
from tests.browser.server import Server

CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff]")


LOOKS = (Look("zh", "light", 1440), Look("en", "dark", 1440))  # by turns; test_every_page.py opens each page in both
PHONE = {"width": 390, "height": 844}
PAGES = [
    pytest.param(LOOKS[place // 2 % 2], entry, place // 2 % 4 > 1, id=f"{entry.url}-{LOOKS[place // 2 % 2]}")
    for place, entry in enumerate(ENTRIES)
]
#: The first of each look opens from its address, the others within the window, which is sooner done: test_payload.py
#: opens every page but those of the demo from its address, and test_every_page.py every page, both without a browser.
FROM_ADDRESS = {ENTRIES[0].url, ENTRIES[2].url}


@pytest.mark.alike(2)
@pytest.mark.parametrize(("look", "entry", "phone_first"), PAGES)
def test_every_page_opens_and_fits_the_window_and_a_phone(
    windows: Callable[[Look], Page], server: Server, look: Look, entry: Entry, phone_first: bool
):
    """Every second page of a look opens on the phone that the one before has left: a page less to lay out anew."""
    page = windows(look)
    said_before = len(server.said)
    page.clear_page_errors()
    page.clear_console_messages()
    page.set_viewport_size(PHONE if phone_first else look.viewport)
    opened_in(page, entry, by_menu=not phone_first)
    assert urlsplit(page.url).path == ("/" if entry is ENTRIES[0] else f"/{entry.url}")
    assert sideways_scroll(page) == 0
    if phone_first:
        resize(page, look.viewport)
    menu_speaks(page)
    assert faults(page, "html" if entry.url in FROM_ADDRESS else MAIN) == []
    if not phone_first:
        resize(page, PHONE)
    assert sideways_scroll(page) == 0
    assert [str(error) for error in page.page_errors()] + blocked(page) == []
    assert "Traceback" not in server.said[said_before:]


def opened_in(page: Page, entry: Entry, *, by_menu: bool) -> None:
    """Open a page; from its address where the window is new, or the page is to be."""
    path = "" if entry is ENTRIES[0] else entry.url
    is_new = page.get_by_test_id("stApp").count() == 0
    if is_new or entry.url in FROM_ADDRESS:
        open_page(page, path)
    elif by_menu:
        with speaking(page.evaluate("navigator.language")[:2]):
            go(page, _(entry.title))
    else:
        follow(page, path)


def menu_speaks(page: Page) -> None:
    """Every title in the language of the browser."""
    language = page.evaluate("navigator.language")[:2]
    menu = page.get_by_test_id("stSidebarNav").inner_text()
    with speaking(language):
        assert [entry.title for entry in ENTRIES if _(entry.title) not in menu] == []
    assert bool(CHINESE_CHARACTER.search(menu)) == (language == "zh")
