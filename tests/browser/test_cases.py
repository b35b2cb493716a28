import pytest
from playwright.sync_api import Page

from data_access.home import Home
from data_access.opening import open_store
from data_access.store import Store
from metrics.catalogue import CATALOGUE
from metrics.rules import Rules
from reports import text
from reports.text import _
from tests.browser.controls import point_at_bar, press
from tests.browser.screen import follow, wait_until_at_rest
from tests.browser.test_weekly_flow import FCR, LAST_FINAL_WEEK, LAST_QUARTER, printed


@pytest.fixture(scope="module")
def store(home: Home) -> Store:
    return open_store(home, Rules())


def closed(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button").first.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")


def dialog_opens(page: Page) -> str:
    """What the dialog says that a click opened."""
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    wait_until_at_rest(page)
    words = dialog.inner_text()
    closed(page)
    return words


def test_a_bar_that_cannot_narrow_opens_its_cases_every_time(visit: Page, store: Store):
    follow(visit, FCR, **{"period": "last_quarter", f"by.{FCR}": "scenario"})
    with store.warehouse.engine.connect() as connection:
        scenario = connection.exec_driver_sql("SELECT min(scenario) FROM contacts").scalar_one()
    row = printed(store, LAST_QUARTER, FCR, f"scenario={scenario}")
    wanted = _("Cases: {count}").format(count=text.number(row["denominator"]))
    for _again in range(2):
        point_at_bar(visit, 1, text.code(scenario)).click(force=True)
        words = dialog_opens(visit)
        assert text.labelled(_("Scenario"), text.code(scenario)) in words
        assert wanted in words
    assert "scenario" not in visit.url.replace(f"by.{FCR}=scenario", "")


def test_a_level_of_a_team_opens_its_reviews(visit: Page, store: Store):
    with store.warehouse.engine.connect() as connection:
        teams = dict(connection.exec_driver_sql("SELECT team_id, name FROM teams").fetchall())
    follow(visit, "qa_coverage", period="last_quarter")
    table = visit.get_by_test_id("stDataFrame").last
    table.scroll_into_view_if_needed()
    place = table.bounding_box()
    assert place is not None
    visit.mouse.click(place["x"] + place["width"] * 0.3, place["y"] + 50)  # first row, the first of the levels
    words = dialog_opens(visit)
    assert words.startswith(_("Cases behind: {metric}").format(metric=_(CATALOGUE["qa_coverage"].name)))
    team = next(code for code, name in teams.items() if name in words)
    with store.warehouse.engine.connect() as connection:
        reviews = connection.exec_driver_sql(
            "SELECT count(*) FROM qa_reviews r JOIN contacts c USING (contact_id) WHERE c.team_id = ?"
            " AND c.started_at >= ? AND c.started_at < ? AND NOT coalesce(r.is_automatic, false)"
            " AND c.answered_at IS NOT NULL AND c.exclusion_reason IS NULL AND c.merged_into IS NULL"
            " AND c.talk_seconds + coalesce(c.hold_seconds, 0) + coalesce(c.wrap_seconds, 0) >= 10",
            (team, *LAST_QUARTER),
        ).scalar_one()
    assert _("Cases: {count}").format(count=text.number(reviews)) in words


def test_the_cases_of_both_sides_of_a_change_are_those_that_were_counted(visit: Page, store: Store):
    follow(visit, "sop_change")
    with store.warehouse.engine.connect() as connection:
        counted = [
            connection.exec_driver_sql(
                "SELECT count(*) FROM complaints WHERE batch = 'b07' AND subtype = 'texture' AND product = 'face_cream'"
                " AND complaint_type = 'product_quality' AND received_at >= ? AND received_at < ?"
                " AND coalesce(is_valid, true) AND duplicate_of IS NULL",
                days,
            ).scalar_one()
            for days in (("2024-11-01", "2026-05-01"), ("2026-05-01", "2026-11-01"))
        ]
    for button, count in zip((_("Cases before"), _("Cases after")), counted, strict=True):
        press(visit, button)
        assert _("Cases: {count}").format(count=text.number(count)) in dialog_opens(visit)


def test_cases_of_a_number_that_looks_ahead_are_of_its_own_week_and_have_one_file(visit: Page, store: Store):
    follow(visit, FCR)
    press(visit, _("Show the cases"))
    dialog = visit.get_by_role("dialog")
    count = printed(store, LAST_FINAL_WEEK, FCR)["denominator"]
    assert _("Cases: {count}").format(count=text.number(count)) in dialog.inner_text()
    dialog.get_by_test_id("stDataFrame").hover()
    tools = dialog.get_by_test_id("stElementToolbarButton").all()
    assert [
        each.get_attribute("aria-label") or each.inner_text() for each in tools if "ownload" in each.inner_html()
    ] == []
    with visit.expect_download() as coming:
        dialog.get_by_role("button", name=_("Take along as CSV")).click()
    lines = coming.value.path().read_text("utf-8-sig").splitlines()
    title = _("Cases behind: {metric}").format(metric=_(CATALOGUE[FCR].name))
    assert lines[0].strip('"') == f"# {text.labelled(_('Title'), title)}"
    assert any(f"# {_('Metric')} {FCR}" in line for line in lines)
    closed(visit)


def test_the_file_of_the_page_has_every_table_at_the_grain_shown(visit: Page):
    follow(visit, "qa_coverage")
    visit.get_by_role("radio", name=_("Months")).first.click()
    wait_until_at_rest(visit)
    with visit.expect_download() as coming:
        visit.get_by_role("button", name=_("Take the whole page along as CSV")).click()
    lines = coming.value.path().read_text("utf-8-sig").splitlines()
    titles = [line.strip('"').removeprefix("# ") for line in lines if line.startswith(("# ", '"# '))]
    for dimension in ("team_id", "scenario"):
        assert _("Coverage by level and {dimension}").format(dimension=text.dimension(dimension)) in titles
    over_time = _("{metric} over time").format(metric=_(CATALOGUE["qa_coverage"].name))
    place = next(number for number, line in enumerate(lines) if over_time in line)
    header = next(line for line in lines[place + 1 :] if not line.startswith(("# ", '"# ')))
    assert header.split(",")[0] == text.column("month")
