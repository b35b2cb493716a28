import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from data_access.home import Home
from data_access.opening import open_store
from data_access.viewer import LOCAL
from jobs import metrics_command
from metrics.catalogue import CATALOGUE
from metrics.rules import Rules
from reports import text
from reports.text import _, speaking
from tests.browser.controls import choose, tiles
from tests.browser.screen import Look, open_page, page_of
from tests.browser.server import ROOT, Server, serving

LAST_WEEK = ("2026-10-19", "2026-10-26")  # of the demo, which ends on 31 October 2026, a Saturday
SHOWN = ("complaint_rate", "csat", "handle_time")
MARKUP = "<b>x</b> **y** [a](https://example.org) :red[z] $w$ `v`"


@pytest.fixture(scope="module")
def place(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home of this module's own: its warehouse is going to be replaced."""
    folder = tmp_path_factory.mktemp("replaced") / "home"
    shutil.copytree(home.folder, folder)
    return Home(folder)


@pytest.fixture(scope="module")
def changing(place: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(place, tmp_path_factory.mktemp("changing") / "log.txt") as running:
        yield running


@pytest.fixture(scope="module")
def visit(browser: Browser, changing: Server) -> Iterator[Page]:
    """One window: every link opened in it is a new session of the dashboard."""
    with page_of(browser, changing.address, Look("zh")) as opened, speaking("zh"):
        yield opened


def printed(place: Home) -> dict[str, str]:
    """What `python -m jobs metrics` prints of the last week, as Chinese writes it."""
    request = metrics_command.requested(*LAST_WEEK, (), SHOWN, (), None)
    rows = metrics_command.rows(open_store(place, Rules()), LOCAL, request).iter_rows(named=True)
    return {_(CATALOGUE[row["metric"]].name): text.value(row["value"], CATALOGUE[row["metric"]].unit) for row in rows}


def shown(page: Page) -> dict[str, str]:
    return {name: value for name, value in tiles(page).items() if name in {_(CATALOGUE[each].name) for each in SHOWN}}


def test_a_dashboard_answers_while_a_warehouse_is_made_and_then_shows_it(visit: Page, place: Home, changing: Server):
    open_page(visit)
    before = printed(place)
    assert shown(visit) == before
    command = [sys.executable, "-m", "jobs", "demo", "--contacts", "5000", "--seed", "7"]
    clicks = 0
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"TWINWING_HOME": str(place.folder)}, stdout=subprocess.DEVNULL
    ) as making:
        while making.poll() is None:
            choose(visit, _("Period"), _("Last month") if clicks % 2 else _("Last 4 weeks"))
            clicks += 1
            assert tiles(visit)
    assert making.returncode == 0
    assert clicks
    choose(visit, _("Period"), _("Last complete week"))
    after = printed(place)
    assert shown(visit) == after != before
    assert "Traceback" not in changing.said


def test_markup_in_a_link_is_shown_as_text(visit: Page):
    open_page(visit, team=MARKUP)
    assert MARKUP in visit.get_by_test_id("stAlert").inner_text()


def test_a_warehouse_that_is_gone_is_a_sentence_and_its_return_the_page_again(visit: Page, place: Home):
    open_page(visit)
    numbers, pointer = tiles(visit), place.pointer.read_text()
    warehouses, elsewhere = place.folder / "warehouses", place.folder / "elsewhere"
    warehouses.rename(elsewhere)
    place.pointer.write_text(f"{pointer} ")  # touched, so that what is in memory no longer counts
    open_page(visit)
    assert "python -m jobs demo" in visit.get_by_test_id("stAlert").inner_text()
    elsewhere.rename(warehouses)
    place.pointer.write_text(pointer)
    open_page(visit)
    assert tiles(visit) == numbers != {}
