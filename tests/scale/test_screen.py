"""What tests of pages rest on: whether a page is open, wide, broken or in a language is seen on a small page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from data_access.home import Home
from tests.browser.conftest import in_look, windows_on
from tests.browser.screen import Look, open_page, sideways_scroll, wait_until_at_rest
from tests.browser.server import Server, serving

SCRIPT = """
import time
import streamlit as st
query = st.query_params
st.navigation([st.Page(lambda: None, title="Small", url_path="small", default=True)]).run()
st.title("Started")
if query.get("fail"):
    raise ValueError("This page is broken.")
time.sleep(1)
if "again" in query and "done" not in st.session_state:
    st.session_state["done"] = True
    st.rerun()
st.write(f"Ended {query.get('word', '')} {st.context.locale} {st.context.theme.type}")
st.html(f"<div style='width: {query.get('wide', '100')}px'>box</div>")
if st.button("Press"):
    time.sleep(1)
    st.write("Pressed")
"""


DARK, PHONE = Look("zh", "dark"), Look("en", "light", 390)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.py").write_text(SCRIPT)
    with serving(Home(folder), folder / "log.txt", folder / "small.py") as running:
        yield running


@pytest.fixture(scope="module")
def small_windows(browser: Browser, small: Server) -> Callable[[Look], Page]:
    return windows_on(browser, small.address)


@pytest.fixture
def visit(small_windows: Callable[[Look], Page], request: pytest.FixtureRequest) -> Page:
    return in_look(small_windows, getattr(request, "param", DARK))


@pytest.mark.parametrize("query", [{"word": "a"}, {"word": "a", "again": "1"}])
def test_a_page_is_open_when_its_script_has_ended(visit: Page, query: dict[str, str]):
    open_page(visit, "/", **query)
    assert "Ended a" in visit.locator("body").inner_text()


def test_a_click_is_over_when_its_rerun_has_ended(visit: Page):
    open_page(visit)
    visit.get_by_role("button", name="Press").click()
    wait_until_at_rest(visit)
    assert visit.get_by_text("Pressed").is_visible()


def test_an_exception_on_the_page_fails_the_visit(visit: Page):
    with pytest.raises(AssertionError, match=r"This page is broken\."):
        open_page(visit, "/", fail="1")


def test_an_address_that_no_page_has_fails_the_visit(visit: Page):
    with pytest.raises(AssertionError, match="no page of the menu"):
        open_page(visit, "nowhere")


@pytest.mark.parametrize(
    ("visit", "said"),
    [(DARK, "zh-CN dark"), (PHONE, "en-GB light")],
    indirect=["visit"],
)
def test_the_look_is_what_the_page_sees(visit: Page, said: str):
    open_page(visit)
    assert said in visit.locator("body").inner_text()


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_what_is_wider_than_the_window_is_noticed(visit: Page):
    open_page(visit, "/", wide="100")
    assert sideways_scroll(visit) == 0
    open_page(visit, "/", wide="1000")
    assert sideways_scroll(visit) > 0


def test_the_server_ends_with_its_block(tmp_path: Path):
    script = tmp_path / "one.py"
    script.write_text("import streamlit as st\nst.title('One')")
    with serving(Home(tmp_path), tmp_path / "log.txt", script) as running:
        assert running.process.poll() is None
    assert running.process.poll() is not None


def test_a_server_that_cannot_start_says_why(tmp_path: Path):
    with (
        pytest.raises(RuntimeError, match="does not exist"),
        serving(Home(tmp_path), tmp_path / "log", tmp_path / "no.py"),
    ):
        pass
