"""In a real browser: data are replaced, are gone, come back, and become those of a file of a ticket system."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.home import Home
from data_access.opening import open_store
from data_access.seen import WORD_JOINER
from data_access.viewer import LOCAL
from jobs import metrics_command
from metrics.catalogue import CATALOGUE
from metrics.rules import Rules
from reports import text
from reports.text import _, speaking
from tests.browser.controls import choose, tiles
from tests.browser.screen import Look, follow, open_page, page_of, wait_until_at_rest
from tests.browser.server import ROOT, Server, serving
from tests.demo_home import copied

LAST_WEEK = ("2026-10-19", "2026-10-26")  # of the demo, which ends on 31 October 2026, a Saturday
SHOWN = ("complaint_rate", "csat", "handle_time")
HEADER = "工单明细导出\n代号,创建时间,渠道,工单状态,满意度\n"
WORDS = ("已解决", "已关闭", "处理中")
MARKUP = "<b>x</b> **y** [a](https://example.org) :red[z] $w$ `v`"


@pytest.fixture(scope="module")
def place(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home of this module's own: its warehouse is going to be replaced."""
    return copied(home, tmp_path_factory.mktemp("replaced") / "home")


@pytest.fixture(scope="module")
def changing(place: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(place, tmp_path_factory.mktemp("changing") / "log.txt") as running:
        yield running


@pytest.fixture(scope="module")
def visit(browser: Browser, changing: Server) -> Iterator[Page]:
    """One window, whose session goes through all that happens to the warehouse."""
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
        while making.poll() is None and clicks < 2:
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
    follow(visit, team=MARKUP)
    said = visit.get_by_test_id("stAlert").inner_text()
    assert MARKUP in said.replace(WORD_JOINER, "")  # which keeps an address from becoming a link
    assert visit.get_by_test_id("stAlert").locator("a, b, code").count() == 0


def test_a_warehouse_that_is_gone_is_a_sentence_and_its_return_the_page_again(visit: Page, place: Home):
    follow(visit)
    numbers, pointer = tiles(visit), place.pointer.read_text()
    warehouses, elsewhere = place.folder / "warehouses", place.folder / "elsewhere"
    warehouses.rename(elsewhere)
    place.pointer.write_text(f"{pointer} ")  # touched, so that what is in memory no longer counts
    follow(visit)
    assert "python -m jobs demo" in visit.get_by_test_id("stAlert").inner_text()
    elsewhere.rename(warehouses)
    place.pointer.write_text(pointer)
    follow(visit)
    assert tiles(visit) == numbers != {}


def export(first: int, last: int, state: str = "") -> bytes:
    """Tickets of the numbers from `first` up to `last`, one every half hour from 5 October 2026 on, in GB18030."""
    draw, start = random.Random(1), datetime(2026, 10, 5)
    states = [draw.choice(WORDS) for _number in range(last)]
    times = [f"{start + timedelta(minutes=30 * number):%Y/%m/%d %H:%M}" for number in range(last)]
    lines = [
        f"T{number},{times[number]},电话,{state or states[number]},{1 + number % 5}" for number in range(first, last)
    ]
    return (HEADER + "\n".join(lines)).encode("gb18030")


def drop(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files([{"name": name, "mimeType": "text/csv", "buffer": content}])
    page.get_by_role("button", name=_("Import"), exact=True).wait_for()
    wait_until_at_rest(page)


def imported(page: Page) -> None:
    page.get_by_role("button", name=_("Import"), exact=True).click()
    page.get_by_text(_("Imported. Every page shows these data now.")).wait_for()
    wait_until_at_rest(page)


def counted(home: Home) -> dict[str, int]:
    """Contacts by day in the roll-ups."""
    store = open_store(home, Rules())
    try:
        return {str(day): count for day, (count, _print) in store.manifest.days.items()}
    finally:
        store.warehouse.engine.dispose()


def test_a_ticket_export_becomes_the_data_and_the_next_week_is_added_once(visit: Page, place: Home, changing: Server):
    said_before = len(changing.said)
    follow(visit)
    visit.get_by_role("link", name=_("These are invented data. Bring your own: a CSV or XLSX export is enough")).click()
    wait_until_at_rest(visit)
    drop(visit, "工单_1.csv", export(0, 48 * 14))
    expect(visit.get_by_role("button", name=_("Import"), exact=True)).to_be_disabled()
    visit.get_by_role("combobox", name="代号").scroll_into_view_if_needed()
    wait_until_at_rest(visit)
    choose(visit, _("Meaning of {column}").format(column="代号"), "★ " + _("Contact"))
    imported(visit)
    visit.get_by_role("link", name=_("To this week")).click()
    wait_until_at_rest(visit)
    # Tickets 336 to 671 are of the last week: answers 1 to 5 in turns, of which 4 and 5 are good; 134 of 336.
    assert tiles(visit)[_("Customer satisfaction")] == "39.9%"
    follow(visit, "own_data")
    drop(visit, "工单_2.csv", export(48 * 7, 48 * 21, state="已解决"))
    imported(visit)
    assert "Traceback" not in changing.said[said_before:]
    days = counted(place)
    assert (len(days), set(days.values())) == (21, {48})  # 14 and 14 days, of which 7 are the same
