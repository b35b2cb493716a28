"""From a click to the chart drawn again, in real Chromium, for a fragment with one chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.outcome import Outcome, quantile
from data_access.home import Home
from tests.browser.screen import Look, launched, open_page, page_of, wait_until_at_rest
from tests.browser.server import serving

AIM_MS = 300
CLICKS = 24
#: Milliseconds from the click to the frame after the chart's last change; the chart is quiet for 300 ms after it.
#: Charts below the window, which the browser draws when it has nothing else to do, are not waited for.
WATCH = """([button, chart]) => new Promise((resolve, reject) => {
  let last = null;
  const began = {};
  const watcher = new MutationObserver((changes) => {
    const below = new Map();
    const isBelow = (plot) => {
      if (!below.has(plot)) below.set(plot, plot.getBoundingClientRect().top > innerHeight);
      return below.get(plot);
    };
    const seen = changes.some((change) => {
      const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;
      const plot = at?.closest('[data-testid="stPlotlyChart"]');
      if (plot && isBelow(plot)) return false;
      return at && (at.closest(chart) || [...change.addedNodes].some((node) => node.querySelector?.(chart)));
    });
    if (seen && began.at) requestAnimationFrame((now) => { last = performance.now(); });
  });
  watcher.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
  document.addEventListener("click", () => { began.at ??= performance.now(); }, {capture: true, once: true});
  button.click();
  const poll = setInterval(() => {
    const now = performance.now();
    if (last && now - last > 300) { clearInterval(poll); watcher.disconnect(); resolve(last - began.at); }
    if (now - began.at > 20000) { clearInterval(poll); watcher.disconnect(); reject(new Error("nothing was drawn")); }
  }, 20);
})"""


@dataclass(frozen=True, slots=True)
class Place:
    """A page, the buttons to press in turn there, and the chart that they change (CSS selectors)."""

    path: str
    buttons: str
    chart: str


BREAKDOWN = Place(
    "first_contact_resolution",
    '[class*="st-key-by-first_contact_resolution"] [data-testid="stButtonGroup"] button',
    ".js-plotly-plot",
)


def run(home: Path, log: Path, place: Place = BREAKDOWN) -> Iterator[Outcome]:
    """Press the first two buttons in turn; the first two presses only warm up."""
    with (
        serving(Home(home), log) as server,
        launched() as browser,
        page_of(browser, server.address, Look("en")) as page,
    ):
        open_page(page)  # a cold server knows its other pages only after the first
        open_page(page, place.path)
        taken = [_click(page, place, number % 2) for number in range(1, CLICKS + 3)][2:]
    yield Outcome(
        "Click to chart drawn, one fragment, p95",
        AIM_MS,
        quantile(taken, 0.95),
        "ms",
        f"p50 {quantile(taken, 0.5):.0f} ms over {CLICKS} clicks in Chromium",
    )


def _click(page: Page, place: Place, which: int) -> float:
    button = page.locator(place.buttons).nth(which).element_handle()
    taken = page.evaluate(WATCH, [button, place.chart])
    wait_until_at_rest(page)
    return taken
