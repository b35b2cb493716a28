"""Once round the circle in a real browser: from a finding of the SWOT board to the closed action and its change."""

import pytest
from playwright.sync_api import Locator, Page

from data_access.actions.actions import read_actions
from data_access.home import Home
from data_access.state import open_state
from data_access.viewer import LOCAL
from metrics.actions.action import Stage
from tests.browser.controls import press
from tests.browser.screen import Look, follow, wait_until_at_rest


def type_day(within: Page | Locator, label: str, day: str) -> None:
    """A day is typed part by part, as the field asks for it."""
    for part, digits in zip(("year", "month", "day"), day.split("-"), strict=True):
        within.get_by_role("spinbutton", name=f"{part}, {label}").press_sequentially(digits)


@pytest.mark.parametrize("page", [Look("en")], indirect=True)
def test_a_finding_becomes_an_action_that_the_product_checks_and_that_becomes_the_standard(page: Page, home: Home):
    follow(page, "swot")
    page.locator(".st-key-swot_edit_strength button").click()
    page.locator('[class*="st-key-swot_open_change_worked"] button').first.click()  # of the planted change of returns
    wait_until_at_rest(page)
    press(page, "Make it an action")
    form = page.get_by_role("dialog")
    form.get_by_label("What is to become better?").fill("One answer on returns")
    form.get_by_label("Owner").fill("Li Min")
    type_day(form, "To be live by", "2026-01-01")
    press(page, "Save", form)

    main = page.get_by_test_id("stMain")
    assert "Before it can begin, the plan needs: the day of the check." in main.inner_text()
    type_day(main, "To be checked on", "2026-11-01")
    press(page, "Keep this day")
    press(page, "Begin: on to Do")
    main.get_by_label("What is to be done?").fill("Write the answer down")
    press(page, "Add a step")
    press(page, "Done")
    type_day(main, "First day of the new way", "2026-01-01")
    press(page, "It is live: on to Check")
    press(page, "Check now")
    # Planted: from 30 to 10 a month, 66.7 % less.
    assert "Worked" in main.inner_text()
    assert "A month there were 30.0 before the change and 10.0 after it." in main.inner_text()
    main.get_by_role("textbox", name="Note on the SOP").fill("SOP 4.2: the first agent answers")
    press(page, "Make it the standard")
    press(page, "Open the SOP change")
    assert "SOP 4.2: the first agent answers" in main.inner_text()

    state = open_state(f"sqlite:///{home.state}")
    (closed,) = (each for each in read_actions(state, LOCAL) if each.title == "One answer on returns")
    state.dispose()
    assert (closed.stage, closed.live_on and closed.live_on.isoformat()) == (Stage.CLOSED, "2026-01-01")
    assert "change_worked" in closed.from_entry
    assert closed.filters == (("issue_type", ("returns",)),)  # as the change that it comes from
