"""The dashboard without a mouse: to the filters, to the cases behind a figure, and back."""

from playwright.sync_api import Page

from reports.text import _, speaking
from tests.browser.screen import follow, wait_until_at_rest

FOCUSED = "document.activeElement.dataset.testid"


def tab_to(page: Page, button: str) -> None:
    """Press Tab until the button that says this is focused."""
    says = "words => document.activeElement.matches('button') && document.activeElement.innerText.includes(words)"
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(says, button):
            return
    raise AssertionError(f"{button} cannot be reached by Tab")


def test_filters_and_cases_open_and_close_by_keyboard(page: Page):
    with speaking("zh"):
        follow(page, "first_contact_resolution")
        tab_to(page, _("Filters"))
        page.keyboard.press("Enter")
        page.get_by_test_id("stPopoverBody").get_by_role("combobox").first.wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('[data-testid=stPopoverBody]') !== null")
        page.keyboard.press("Escape")
        page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
        tab_to(page, _("Show the cases"))
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        wait_until_at_rest(page)
        for _press in range(8):  # into the table
            page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED).startswith(("data-grid-canvas", "glide-cell"))  # the table, or its first cell
        page.keyboard.press("Escape")
        dialog.wait_for(state="hidden")
        page.wait_for_function("words => document.activeElement.innerText.includes(words)", arg=_("Show the cases"))


def test_the_cases_of_a_bar_open_by_keyboard_from_the_table_behind_it(page: Page):
    with speaking("zh"):
        follow(page, "first_contact_resolution", **{"by.first_contact_resolution": "scenario"})
        page.get_by_role("switch", name=_("Show as table")).nth(1).focus()
        page.keyboard.press("Space")
        wait_until_at_rest(page)
        while page.evaluate(FOCUSED) != "data-grid-canvas":
            page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+Space")
        page.get_by_role("dialog").get_by_text(f"{_('Scenario')}：").wait_for()
