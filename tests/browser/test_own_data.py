"""In a real browser: a file of a ticket system becomes the data, and next week's overlapping file is added."""

import random
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from data_access.home import Home
from data_access.opening import open_store
from metrics.rules import Rules
from reports.text import _, speaking
from tests.browser.controls import choose, tiles
from tests.browser.screen import Look, open_page, page_of, wait_until_at_rest
from tests.browser.server import serving
from tests.demo_home import copied

HEADER = "工单明细导出\n代号,创建时间,渠道,工单状态,满意度\n"
WORDS = ("已解决", "已关闭", "处理中")


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


def test_a_ticket_export_becomes_the_data_and_the_next_week_is_added_once(
    browser: Browser, ready_demo: Home, tmp_path: Path
):
    home = copied(ready_demo, tmp_path / "home")
    with (
        serving(home, tmp_path / "log.txt") as server,
        page_of(browser, server.address, Look("zh")) as page,
        speaking("zh"),
    ):
        open_page(page)
        page.get_by_role(
            "link", name=_("These are invented data. Bring your own: a CSV or XLSX export is enough")
        ).click()
        wait_until_at_rest(page)
        drop(page, "工单_1.csv", export(0, 48 * 14))
        expect(page.get_by_role("button", name=_("Import"), exact=True)).to_be_disabled()
        page.get_by_role("combobox", name="代号").scroll_into_view_if_needed()
        wait_until_at_rest(page)
        choose(page, _("Meaning of {column}").format(column="代号"), "★ " + _("Contact"))
        imported(page)
        page.get_by_role("link", name=_("To this week")).click()
        wait_until_at_rest(page)
        # Tickets 336 to 671 are of the last week: answers 1 to 5 in turns, of which 4 and 5 are good; 134 of 336.
        assert tiles(page)[_("Customer satisfaction")] == "39.9%"
        open_page(page, "own_data")
        drop(page, "工单_2.csv", export(48 * 7, 48 * 21, state="已解决"))
        imported(page)
        server_said = server.said
    assert "Traceback" not in server_said
    days = counted(home)
    assert (len(days), set(days.values())) == (21, {48})  # 14 and 14 days, of which 7 are the same
