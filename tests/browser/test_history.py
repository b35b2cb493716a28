from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from data_access.home import Home
from data_access.opening import open_store
from metrics.rules import Rules
from pages.ui.menu import ENTRIES
from reports import text
from reports.text import _, speaking
from tests.browser.controls import choose, click_bar, filter_by, go, path_of, press, scope_words, tiles
from tests.browser.screen import Look, open_page, page_of, wait_until_at_rest
from tests.browser.server import Server
from tests.browser.test_weekly_flow import FCR, saved


@pytest.fixture(scope="module")
def visit(browser: Browser, server: Server) -> Iterator[Page]:
    """A Chinese reader: a link is the same in every language."""
    with page_of(browser, server.address, Look("zh")) as opened, speaking("zh"):
        open_page(opened)
        yield opened


@pytest.fixture(scope="module")
def teams(home: Home) -> dict[str, str]:
    with open_store(home, Rules()).warehouse.engine.connect() as connection:
        return dict(connection.exec_driver_sql("SELECT team_id, name FROM teams").fetchall())


def screen(page: Page) -> tuple[str, str, dict[str, str]]:
    """Where the reader is and what is shown there."""
    return page.url, scope_words(page), tiles(page)


def test_back_and_forward_lead_through_what_was_on_the_screen(visit: Page, teams: dict[str, str]):
    open_page(visit, FCR, period="last_quarter")
    whole = screen(visit)
    click_bar(visit, 1, teams["team_04"])
    narrowed = screen(visit)
    visit.get_by_role("radio", name=_("Months")).first.click()
    wait_until_at_rest(visit)
    by_month = screen(visit)
    assert len({each[0] for each in (whole, narrowed, by_month)}) == 3
    go(visit, _("QA coverage"))
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


def test_the_scope_survives_every_page_of_the_menu(visit: Page, teams: dict[str, str]):
    open_page(visit, FCR, period="last_quarter", channel="phone")
    click_bar(visit, 1, teams["team_04"])
    for entry in (*ENTRIES[::6], *ENTRIES[:2]):  # every page is gone through without a browser elsewhere
        go(visit, _(entry.title))
        query = parse_qs(urlsplit(visit.url).query)
        assert (query["period"], query["channel"], query["team"]) == (["last_quarter"], ["phone"], ["team_04"])


def test_a_change_is_corrected_taken_off_and_put_back(visit: Page):
    name, better = "First zh", "Second **zh** <b>x</b>"  # shown as it is
    open_page(visit, "sop_change")
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


def test_a_pasted_link_shows_the_same_screen(visit: Page, browser: Browser, server: Server):
    open_page(visit)
    choose(visit, _("Period"), _("Last 4 weeks"))
    filter_by(visit, _("Filters"), _("Channel"), _("Phone"))
    go(visit, _("QA coverage"))
    words, numbers = scope_words(visit), tiles(visit)
    assert text.labelled(_("Channel"), _("Phone")) in words
    with page_of(browser, server.address, Look("en")) as colleague:
        open_page(colleague, path_of(visit))
        assert scope_words(colleague) == words
        assert tiles(colleague) == numbers != {}
