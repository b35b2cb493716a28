"""What is written on a button can be read."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reports.text import _, speaking
from tests.browser.screen import follow, wait_until_at_rest

THEMES = Path(__file__).parents[2] / ".streamlit" / "config.toml"
COLOURS = """button => [button.querySelector("p"), button].map((each, place) =>
  getComputedStyle(each)[place ? "backgroundColor" : "color"])"""


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance, of `rgb(…)`."""
    parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: from 1 to 21; AA asks for 4.5 (success criterion 1.4.3)."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_white_letters_on_the_blue_of_the_light_theme_can_be_read():
    blue = tomllib.loads(THEMES.read_text("utf-8"))["theme"]["light"]["primaryColor"]
    assert contrast(f"rgb{tuple(bytes.fromhex(blue[1:]))}", "rgb(255, 255, 255)") >= 4.5


@pytest.fixture
def dark(page: Page) -> Iterator[Page]:
    """The window of a reader who has gone over to the dark scheme; each click tells the server which one it is."""
    page.emulate_media(color_scheme="dark")
    app = page.get_by_test_id("stApp")
    if app.count():
        dark = tomllib.loads(THEMES.read_text("utf-8"))["theme"]["dark"]["backgroundColor"]
        expect(app).to_have_css("background-color", f"rgb{tuple(bytes.fromhex(dark[1:]))}")
    yield page
    page.emulate_media(color_scheme="light")


def test_a_main_button_and_how_to_take_over_a_text_can_be_read(dark: Page):
    with speaking("zh"):
        follow(dark, "qa_coverage")
        dark.get_by_test_id("stPopoverButton").filter(has_text=_("Freeze")).click()
        wait_until_at_rest(dark)
        opened = dark.get_by_test_id("stPopoverBody")  # stands outside the app, where its theme does not reach
        assert contrast(*opened.get_by_role("button", name=_("Freeze this page")).evaluate(COLOURS)) >= 4.5
        opened.get_by_role("textbox").fill("例会")
        opened.get_by_text(_("Press {key} to apply").format(key="Enter")).wait_for()
        assert "Press" not in opened.inner_text()
