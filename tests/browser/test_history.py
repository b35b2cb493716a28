from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from data_access.home import Home
from data_access.opening import open_store
from metrics.rules import Rules
from reports import text
from reports.text import _
from tests.browser.conftest import in_look
from tests.browser.controls import click_bar, go, path_of, press, scope_words, tiles
from tests.browser.screen import Look, follow, open_page, wait_until_at_rest
from tests.browser.test_weekly_flow import FCR, saved


@pytest.fixture(scope="module")
def teams(home: Home) -> dict[str, str]:
    with open_store(home, Rules()).warehouse.engine.connect() as connection:
        return dict(connection.exec_driver_sql("SELECT team_id, name FROM teams").fetchall())


def screen(page: Page) -> tuple[str, str, dict[str, str]]:
    """Where the reader is and what is shown there."""
    return page.url, scope_words(page), tiles(page)


def scope_of(page: Page) -> list[str]:
    """Period, channel and team in the address."""
    query = parse_qs(urlsplit(page.url).query)
    return [query[name][0] for name in ("period", "channel", "team")]


def test_the_screen_is_in_the_link_goes_along_and_comes_back(
    visit: Page, teams: dict[str, str], windows: Callable[[Look], Page]
):
    open_page(visit, FCR, period="last_quarter", channel="phone")
    whole = screen(visit)
    click_bar(visit, 1, teams["team_04"])
    narrowed = screen(visit)
    visit.get_by_role("radio", name=_("Months")).first.click()
    wait_until_at_rest(visit)
    by_month = screen(visit)
    assert len({each[0] for each in (whole, narrowed, by_month)}) == 3
    colleague = in_look(windows, Look("en"))
    open_page(colleague, path_of(visit))
    assert screen(colleague) == by_month
    for title in ("QA coverage", "This week"):  # every page is gone through without a browser elsewhere
        go(visit, _(title))
        assert scope_of(visit) == ["last_quarter", "phone", "team_04"]
    while urlsplit(visit.url).path != f"/{FCR}":  # a page is a step of its own before its link is written
        visit.go_back()
        wait_until_at_rest(visit)
    assert screen(visit) == by_month
    for step, expected in (
        (visit.go_back, narrowed),
        (visit.go_back, whole),
        (visit.go_forward, narrowed),
        (visit.go_forward, by_month),
    ):
        step()
        wait_until_at_rest(visit)
        assert screen(visit) == expected


def test_a_change_is_corrected_taken_off_and_put_back(visit: Page):
    name, better = "First zh", "Second **zh** <b>x</b>"  # shown as it is
    follow(visit, "sop_change")
    press(visit, _("Register a change"))
    saved(visit, name, "2026-03-02")
    press(visit, _("Correct"))
    saved(visit, better, "2026-04-06")
    main, chosen = visit.get_by_test_id("stMain"), visit.get_by_role("combobox", name=_("Change"))
    assert text.day(date(2026, 4, 6)) in main.inner_text()
    assert chosen.input_value() == f"{better} · {text.day(date(2026, 4, 6))}"
    press(visit, _("Take off the record"))
    assert better not in chosen.input_value()
    main.get_by_text(_("Taken off the record ({count})").format(count=1)).click()
    press(visit, _("Put back: {name}").format(name=better))
    assert better in chosen.input_value()
    assert main.get_by_text(_("Taken off the record ({count})").format(count=1)).count() == 0
