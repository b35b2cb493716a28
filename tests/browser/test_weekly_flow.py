import csv
import io
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from data_access.demo import read_manifest
from data_access.home import Home
from data_access.opening import open_store
from data_access.store import Store
from data_access.viewer import LOCAL
from jobs import metrics_command
from metrics.catalogue import CATALOGUE
from metrics.rules import Rules
from reports import text
from reports.text import _, speaking
from tests.browser.conftest import in_look
from tests.browser.controls import choose, click_bar, filter_by, path_of, press, scope_words, tiles
from tests.browser.screen import Look, follow, open_page, wait_until_at_rest

#: The demo ends on 31 October 2026, a Saturday. Its last complete week is that of Monday 19 October; the last week
#: after which seven more days have passed is the one before.
LAST_WEEK = ("2026-10-19", "2026-10-26")
LAST_FINAL_WEEK = ("2026-10-12", "2026-10-19")
LAST_QUARTER = ("2026-07-01", "2026-10-01")
A_YEAR_BEFORE = ("2025-07-01", "2025-10-01")
FCR = "first_contact_resolution"


@pytest.fixture(scope="module", params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def visit(windows: Callable[[Look], Page], language: str) -> Iterator[Page]:
    """One window for each language."""
    with speaking(language):
        yield in_look(windows, Look(language))


@pytest.fixture(scope="module")
def store(home: Home) -> Store:
    return open_store(home, Rules())


@pytest.fixture(scope="module")
def teams(store: Store) -> dict[str, str]:
    """The names of the teams by their codes, in plain SQL."""
    with store.warehouse.engine.connect() as connection:
        return dict(connection.exec_driver_sql("SELECT team_id, name FROM teams").fetchall())


def printed(store: Store, days: tuple[str, str], metric: str, *filters: str) -> dict:
    """The row that `python -m jobs metrics` prints."""
    request = metrics_command.requested(*days, (), [metric], filters, None)
    return metrics_command.rows(store, LOCAL, request).row(0, named=True)


def written(row: dict) -> str:
    """A value as the reader's language writes it."""
    return text.value(row["value"], CATALOGUE[row["metric"]].unit)


def test_the_tiles_say_what_the_command_prints_and_follow_period_comparison_and_team(
    visit: Page, store: Store, teams: dict[str, str]
):
    open_page(visit)
    before = tiles(visit)
    rows = [printed(store, LAST_FINAL_WEEK, metric) for metric in (FCR, "qa_coverage")]  # both wait for seven days
    rows += [printed(store, LAST_WEEK, metric) for metric in ("complaint_rate", "csat", "handle_time")]
    expected = {_(CATALOGUE[row["metric"]].name): written(row) for row in rows}
    assert {name: before[name] for name in expected} == expected
    choose(visit, _("Period"), _("Last quarter"))
    choose(visit, _("Compare with"), _("Same period last year"))
    assert visit.url.endswith("&period=last_quarter&compare=year_ago")
    name = _(CATALOGUE["csat"].name)
    whole = tiles(visit)
    assert whole[name] == written(printed(store, LAST_QUARTER, "csat"))
    assert whole != before
    filter_by(visit, _("Filters"), _("Team"), teams["team_04"])
    assert visit.url.endswith("&period=last_quarter&compare=year_ago&team=team_04")
    now, old = (printed(store, days, "csat", "team=team_04") for days in (LAST_QUARTER, A_YEAR_BEFORE))
    assert tiles(visit)[name] == written(now) != whole[name]
    tile = visit.get_by_test_id("stMetric").filter(has_text=name).first
    assert text.change(old["value"], now["value"], CATALOGUE["csat"].unit) in tile.inner_text()
    press(visit, text.labelled(_("Team"), teams["team_04"]))
    choose(visit, _("Compare with"), _("Previous period"))  # the list in the closed popover brings nothing back
    assert visit.url.endswith("&period=last_quarter")
    assert tiles(visit)[name] == whole[name]


def test_a_click_on_a_bar_narrows_and_its_chip_widens_again(visit: Page, store: Store, teams: dict[str, str]):
    follow(visit, FCR, period="last_quarter")
    name, whole = _(CATALOGUE[FCR].name), printed(store, LAST_QUARTER, FCR)
    part = printed(store, LAST_QUARTER, FCR, "team=team_04")
    assert tiles(visit)[name] == written(whole)
    click_bar(visit, 1, teams["team_04"])
    assert "team=team_04" in visit.url
    chip = text.labelled(_("Team"), teams["team_04"])
    assert chip in scope_words(visit)
    assert tiles(visit)[name] == written(part) != written(whole)
    assert part["denominator"] < 1_000  # all of its cases are shown
    assert _("Cases: {count}").format(count=text.number(part["denominator"])) in cases(visit)
    press(visit, chip)
    assert "team=" not in visit.url
    assert chip not in scope_words(visit)
    assert tiles(visit)[name] == written(whole)
    count = text.number(whole["denominator"])
    assert _("The newest {shown} of {count} cases").format(shown=text.number(1_000), count=count) in cases(visit)


def cases(page: Page) -> str:
    """What stands above the cases behind the page's figure."""
    press(page, _("Show the cases"))
    dialog = page.get_by_role("dialog")
    words = dialog.inner_text()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    return words


def saved(page: Page, name: str, start: str, issue: str = "") -> None:
    """Fill the form that is open and save it."""
    form = page.get_by_role("dialog")
    if issue:
        choose(page, _("Issue type"), issue, form)
    form.get_by_test_id("stDateInput").locator("input").first.fill(start)
    form.get_by_role("textbox", name=_("What is done differently?")).fill(name)  # also closes the calendar
    press(page, _("Save"), form)
    form.wait_for(state="hidden")
    wait_until_at_rest(page)


A_MONTH = {
    "zh": "变更前每月",
    "en": "A month there were",
}  # how the sentence begins that counts months; they are told whole from 100 on


def test_a_change_that_is_registered_is_judged(visit: Page, home: Home, language: str):
    follow(visit, "sop_change")
    press(visit, _("Register a change"))
    saved(visit, f"Returns {language}", "2026-01-01", _("Returns and exchanges"))
    shown = visit.get_by_test_id("stMain").inner_text()
    assert _("Cannot be told apart") in shown  # the demo has a change of the same day and issue type on record
    assert text.labelled(_("Issue type"), _("Returns and exchanges")) in shown
    manifest = read_manifest(home.current_warehouse())
    planted = next(each for each in manifest.truths if each.id == "returns_after_sop")
    size, tolerance = planted.expected, planted.tolerance
    sentence = shown[shown.index(A_MONTH[language]) :]
    before, after = (float(number) for number in re.findall(r"\d+(?:\.\d)?", sentence)[:2])
    assert before == pytest.approx(size["before"], abs=tolerance["before"])
    assert after == pytest.approx(size["after"], abs=tolerance["after"])
    open_page(visit, path_of(visit))
    assert visit.get_by_test_id("stMain").inner_text() == shown


def test_the_file_holds_the_numbers_of_the_tiles(visit: Page, language: str):
    follow(visit, "complaints", period="last_quarter", channel="phone")
    with visit.expect_download() as coming:
        visit.get_by_role("button", name=_("Take the whole page along as CSV")).click()
    assert coming.value.suggested_filename == f"{_('Complaints')}_2026-07-01_2026-09-30_{language}.csv"
    content = coming.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # the byte order mark of UTF-8
    lines = content.decode("utf-8-sig").split("\r\n")
    notes = [line.strip('"') for line in lines]
    assert notes[0] == f"# {text.labelled(_('Title'), _('Complaints'))}"
    assert notes[1].startswith(f"# {text.labelled(_('Period'), '')}")
    assert notes[1].endswith("(2026-07-01/2026-09-30)")
    assert notes[3] == f"# {text.labelled(_('Filters'), text.labelled(_('Channel'), _('Phone')))}"
    start = next(place for place, note in enumerate(notes) if note.startswith(f"# {_('Key figures')}")) + 1
    table = lines[start : lines.index("", start)]
    rows = {row[_("Metric")]: row for row in csv.DictReader(io.StringIO("\n".join(table)))}
    units = {_(metric.name): metric.unit for metric in CATALOGUE.values()}
    shown = tiles(visit)
    assert shown
    assert {name: text.value(float(rows[name][_("Value")]), units[name]) for name in shown} == shown
