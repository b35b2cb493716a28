"""A real browser signs in through a real provider, as each role, and gets what is that role's."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.audit import Search, read_audit
from data_access.audit_check import verify_audit
from data_access.home import Home
from data_access.people import Grant, read_people, save_grant
from data_access.state import open_state
from data_access.viewer import LOCAL, Role
from tests.browser.controls import press
from tests.browser.screen import Look, open_page, page_of, wait_until_at_rest
from tests.browser.server import Server
from tests.rights.conftest import ROLES
from tests.rights.planted import OWN


@pytest.fixture(scope="module")
def window(browser: Browser, server: Server) -> Iterator[Page]:
    with page_of(browser, server.address, Look("en")) as page:
        yield page


@pytest.fixture
def visitor(window: Page) -> Iterator[Page]:
    """Somebody whom neither the dashboard nor the provider knows; the dashboard's scripts are in place already."""
    window.context.clear_cookies()
    yield window
    window.goto("about:blank")


def sign_in(page: Page, person: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=person).first.click()  # the provider's own page
    page.get_by_test_id("stApp").wait_for()
    wait_until_at_rest(page)


def told(page: Page, person: str) -> None:
    """The sidebar says who somebody is and what the role sees, and offers what the role may do."""
    sidebar = page.get_by_test_id("stSidebar").inner_text()
    role, seen = ROLES[person]
    assert person in sidebar
    assert role in sidebar
    assert seen in sidebar
    assert ("Audit log" in sidebar) is (person == "admin@example.com")


def test_the_link_that_was_asked_for_opens_after_the_sign_in_and_nothing_after_the_sign_out(visitor: Page):
    open_page(visitor, "complaints", period="last_4_weeks", channel="phone")
    assert visitor.get_by_test_id("stMetric").count() == 0
    assert visitor.get_by_test_id("stSidebarNav").count() == 0
    sign_in(visitor, "leader@example.com")
    visitor.wait_for_url("**/complaints?**")
    wait_until_at_rest(visitor)
    query = parse_qs(urlsplit(visitor.url).query)
    assert (query["period"], query["channel"]) == (["last_4_weeks"], ["phone"])
    assert visitor.get_by_test_id("stMetric").count() > 3
    told(visitor, "leader@example.com")  # test_payload.py has every role
    open_page(visitor)  # once is enough: the next visit to the first page stays there
    assert urlsplit(visitor.url).path == "/"
    assert visitor.get_by_test_id("stMetric").count() > 5
    visitor.get_by_role("button", name="Sign out").click()
    visitor.get_by_role("button", name="End session").click()  # the provider asks whether to sign out there too
    visitor.get_by_test_id("stApp").wait_for()
    open_page(visitor)
    assert visitor.get_by_test_id("stMetric").count() == 0
    expect(visitor.get_by_role("button", name="Sign in")).to_be_visible()


def test_an_administrator_gives_and_takes_rights_that_count_at_the_next_click(
    browser: Browser, visitor: Page, server: Server, home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TWINWING_HOME", str(home.folder))  # what is written here carries the server's own seal
    with page_of(browser, server.address, Look("en")) as other:
        open_page(other)
        sign_in(other, "stranger@example.com")
        assert "has no role in this dashboard" in other.get_by_test_id("stMain").inner_text()
        assert other.get_by_test_id("stMetric").count() == 0
        open_page(visitor, "people")
        sign_in(visitor, "admin@example.com")
        visitor.wait_for_url("**/people**")
        wait_until_at_rest(visitor)
        told(visitor, "admin@example.com")
        press(visitor, "Add a person")
        form = visitor.get_by_role("dialog")
        form.get_by_role("textbox", name="Person").fill("stranger@example.com")
        form.get_by_role("textbox", name="Person").press("Tab")
        wait_until_at_rest(visitor)
        press(visitor, "Save", form)
        form.wait_for(state="hidden")
        open_page(other, "first_contact_resolution")
        assert other.get_by_test_id("stMetric").count() > 1
        state = open_state(f"sqlite:///{home.state}")
        grant = next(each for each in read_people(state, LOCAL) if each.person == "stranger@example.com")
        assert (grant.role, grant.granted_by) == (Role.VIEWER, "admin@example.com")
        save_grant(state, LOCAL, Grant(person=grant.person, role=None, version=grant.version), datetime.now(UTC))
        other.get_by_role("radio", name="Months").first.click()  # a part of the page that reruns by itself
        wait_until_at_rest(other)
        assert other.get_by_test_id("stMetric").count() == 0
        state.dispose()


def test_what_was_done_stands_in_the_audit_log(visitor: Page, home: Home, monkeypatch: pytest.MonkeyPatch):
    open_page(visitor, "complaints", period="last_4_weeks", team=OWN)
    sign_in(visitor, "manager@example.com")
    visitor.wait_for_url("**/complaints?**")
    wait_until_at_rest(visitor)
    press(visitor, "Show the cases")
    visitor.keyboard.press("Escape")
    with visitor.expect_download():
        visitor.get_by_role("button", name="Take the whole page along as CSV").click()
    open_page(visitor, "people")
    monkeypatch.setenv("TWINWING_HOME", str(home.folder))
    state = open_state()
    entries, _count = read_audit(state, LOCAL, Search(who="manager@example.com"), 4)
    assert [each.act for each in entries] == ["refused", "file_taken", "cases_opened", "signed_in"]
    assert entries[0].scope == {"page": "people"}
    assert (entries[2].scope["team_id"], entries[2].scope["to"]) == ([OWN], "2026-10-25")
    assert verify_audit(state).fault is None
    state.dispose()
