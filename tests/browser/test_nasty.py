"""In a real browser text stays text: no element is made of it, and nobody is asked for anything."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from data_access.home import Home
from data_access.seen import WORD_JOINER
from reports.visible import on_screen
from tests.browser.screen import AT_REST
from tests.browser.server import serving
from tests.nasty import NASTY

SCRIPT = """
import streamlit as st
from pages.ui.notices import plain
from tests.nasty import NASTY

for place, words in enumerate(NASTY.values()):
    told = plain(words)
    with st.container(key=f"case_{place}"):
        st.markdown(told)
        st.caption(told)
        st.button(told, key=f"button_{place}")
        st.checkbox(told, key=f"box_{place}")
        st.expander(told)
        st.error(told)
        st.toast(told)
"""
#: Of an element whose words were escaped: its text, and what the browser made of it.
SHOWN = """each => [...each.querySelectorAll('[data-testid="stMarkdownContainer"]')]
  .map(one => [one.textContent, [...one.querySelectorAll("*")].map(part => part.tagName).join(" ")])"""


@pytest.fixture
def asked() -> list[str]:
    """Addresses that the page asks for, and dialogs that it opens."""
    return []


def watched(page: Page, asked: list[str], address: str) -> None:
    """Whatever leaves this server, and every dialog, is written down."""
    here = urlsplit(address).netloc
    page.on("request", lambda each: asked.append(each.url) if urlsplit(each.url).netloc not in {here, ""} else None)
    page.on("dialog", lambda each: (asked.append(each.message), each.dismiss()))


@pytest.mark.browser
def test_what_is_escaped_is_read_as_text_by_streamlit(browser: Browser, tmp_path: Path, asked: list[str]):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    with serving(Home(tmp_path / "home"), tmp_path / "log.txt", script) as server:
        page = browser.new_page()
        watched(page, asked, server.address)
        page.goto(server.address)
        page.wait_for_function(AT_REST, timeout=60_000)
        for place, (what, words) in enumerate(NASTY.items()):
            for shown, elements in page.locator(f".st-key-case_{place}").evaluate(SHOWN):
                assert set(elements.split()) <= {"P", "BR"}, what
                assert told(shown) == told(on_screen(words)), what
        page.close()
    assert asked == []


def told(words: str) -> str:
    """Words without the spaces between them, which a browser puts together, and what keeps them from being a link."""
    return "".join(words.replace(WORD_JOINER, "").split())
