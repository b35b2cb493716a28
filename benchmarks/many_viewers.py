"""Many viewers at once: `python -m benchmarks.many_viewers --sessions 50 --minutes 30 --processes 2 HOME`.

Windows that speak Streamlit's protocol click every ten seconds, through nginx, on several processes; one real Chromium
among them measures from a click to the last change painted. A copy of the home is used. Everything that a window is
shown is compared, at the end, with what data_access gives that person. Only 127.0.0.1 is used; memory is read from
/proc (Linux).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from playwright.sync_api import Browser, Locator, Page

from benchmarks.click import BREAKDOWN, WATCH
from benchmarks.outcome import quantile
from data_access.home import Home
from tests.browser.screen import LOCALES, launched, open_page, wait_until_at_rest
from tests.demo_home import copied
from tests.scale.crowd import LEAST_SAMPLES, MEMORY_EVERY, Counts, crowd
from tests.scale.fleet import Fleet, fleet
from tests.scale.oracle import Oracle

AIM_MS = 1000.0
OFTEN = round(600 / MEMORY_EVERY)
FLAT_MIB = 60.0  # an hour: a process would be a GiB larger after a day of work
PERSON = "manager@example.com"
#: Chromium, the other windows and what judges them would be on machines of their own. Here they share the cores with
#: the processes, so Chromium draws first when it has to draw, and the others take what is left over (of nice).
AFTER_CHROMIUM, AFTER_ALL = 5, 10
BETWEEN = 3.0  # seconds between two clicks of Chromium
MAIN = '[data-testid="stMain"]'
LINKS = [f'[data-testid="stSidebarNavLink"][href*="/{page}"]' for page in ("complaints", "first_contact_resolution")]
MOST_SESSIONS, MOST_MINUTES, MOST_PROCESSES = 200, 120, 8


def main(
    home: Path,
    sessions: Annotated[int, typer.Option(min=1, max=MOST_SESSIONS)] = 50,
    minutes: Annotated[float, typer.Option(min=0.5, max=MOST_MINUTES)] = 30,
    processes: Annotated[int, typer.Option(min=1, max=MOST_PROCESSES)] = 2,
    every: Annotated[float, typer.Option(help="Seconds between two clicks of a window.", min=1)] = 10,
) -> None:
    """Measure, print, and end with status 1 where an aim is missed or a figure was wrong."""
    with TemporaryDirectory(prefix="twinwing-") as folder:
        copy = copied(Home(home), Path(folder) / "home")
        with launched() as browser:
            os.nice(AFTER_CHROMIUM)
            with fleet(copy, Path(folder), processes) as running, _window(browser, running) as page:
                os.nice(AFTER_ALL)
                oracle = Oracle(copy)
                with crowd(running, oracle, sessions, every, judge_meanwhile=False) as counts:
                    parts, whole = _clicked(page, running, time.monotonic() + minutes * 60)
    for line in told(counts, oracle):
        print(line)
    for name, taken in (("part of a page", parts), ("page", whole), ("both", parts + whole)):
        p50, p95 = quantile(taken, 0.5), quantile(taken, 0.95)
        print(f"Chromium, click to painted, {name}: {len(taken)} clicks, p50 {p50:.0f} ms, p95 {p95:.0f} ms")
    missed = list(misses(counts, oracle))
    if quantile(parts + whole, 0.95) > AIM_MS:
        missed.append(f"p95 in Chromium is above {AIM_MS:.0f} ms")
    missed += [f"the process at {port} grows" for port, slope in counts.slopes().items() if slope > FLAT_MIB]
    print("\n".join(missed) or "All aims are met.")
    raise typer.Exit(1 if missed else 0)


def told(counts: Counts, oracle: Oracle) -> Iterator[str]:
    """What happened, a line each."""
    p50, p95 = quantile(counts.seconds, 0.5), quantile(counts.seconds, 0.95)
    yield f"Windows: {counts.clicks} clicks, to the last message p50 {p50:.2f} s, p95 {p95:.2f} s"
    yield f"{counts.lost} connections lost, {counts.silent} clicks without a figure"
    yield f"{oracle.tiles} tiles of {oracle.judged} clicks compared: {len(oracle.wrong)} wrong"
    yield f"{len(counts.foreign)} names or teams sent to who must not see them"
    for port, memory in counts.memory.items():
        amounts = [amount for _at, amount in memory]
        slope = (
            f"second half {counts.slopes()[port]:+.0f} MiB an hour" if len(memory) >= 2 * LEAST_SAMPLES else "too short"
        )
        yield (
            f"Memory of the process at {port}: {amounts[0]:.0f} MiB at first, {max(amounts):.0f} at most,"
            f" {amounts[-1]:.0f} at last; every ten minutes {', '.join(f'{each:.0f}' for each in amounts[::OFTEN])};"
            f" {slope}"
        )


def misses(counts: Counts, oracle: Oracle) -> Iterator[str]:
    """What must not have been."""
    yield from oracle.wrong[:20]
    yield from sorted(counts.foreign)[:20]
    yield from counts.failures
    if not oracle.tiles:
        yield "nothing was compared"


def _clicked(page: Page, running: Fleet, until: float) -> tuple[list[float], list[float]]:
    """Milliseconds from a click to the last change painted: of a part of a page, and of pages from the menu."""
    parts, whole = [], []
    open_page(page, f"{running.proxy.path}/{BREAKDOWN.path}")
    while time.monotonic() < until:
        for which in (1, 0):  # a page begins with the first one chosen
            parts.append(_click(page, page.locator(BREAKDOWN.buttons).nth(which), BREAKDOWN.chart))
        for link in LINKS:
            whole.append(_click(page, page.locator(link).first, MAIN))
    return parts[2:], whole[2:]  # the first ones only warm up


def _click(page: Page, what: Locator, changes: str) -> float:
    taken = page.evaluate(WATCH, [what.element_handle(), changes])
    wait_until_at_rest(page)
    time.sleep(BETWEEN)
    return taken


@contextmanager
def _window(browser: Browser, running: Fleet) -> Iterator[Page]:
    context = browser.new_context(
        base_url=running.proxy.origin,
        locale=LOCALES["zh"],
        viewport={"width": 1440, "height": 900},
        ignore_https_errors=True,  # the certificate was made a moment ago
    )
    context.set_default_timeout(60_000)
    cookies = running.cookies(PERSON)
    context.add_cookies(
        [{"name": name, "value": value, "url": running.proxy.origin} for name, value in cookies.items()]
    )
    yield context.new_page()
    context.close()


if __name__ == "__main__":
    typer.run(main)
