"""The first start: an empty home, and a visitor who wants to see something."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.outcome import Outcome
from data_access.home import Home
from tests.browser.screen import Look, launched, page_of, wait_until_at_rest
from tests.browser.server import serving

PROGRESS_AIM_SECONDS = 10
PAGE_AIM_SECONDS = 30
PROGRESS = '[data-testid="stProgress"], [data-testid="stAlert"]'


def run() -> Iterator[Outcome]:
    """From starting the server to progress on screen, and to the first page at rest; Chromium runs already."""
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        progress, complete = _visit(browser, Path(folder))
    yield Outcome("First start, progress on screen", PROGRESS_AIM_SECONDS, progress, "s", "from starting the server")
    made = "a demo of 200,000 contacts is made first"
    yield Outcome("First start, first page complete", PAGE_AIM_SECONDS, complete, "s", made)


def _visit(browser: Browser, folder: Path) -> tuple[float, float]:
    begun = time.perf_counter()
    with (
        serving(Home(folder / "home"), folder / "log") as server,
        page_of(browser, server.address, Look("en")) as page,
    ):
        page.goto("/", wait_until="domcontentloaded")
        page.locator(PROGRESS).first.wait_for()
        progress = time.perf_counter() - begun
        page.locator('[data-testid="stMetric"]').first.wait_for()
        wait_until_at_rest(page)
        return progress, time.perf_counter() - begun
