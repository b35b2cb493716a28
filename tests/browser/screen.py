"""Looking at a page as a person does: in a language, a colour scheme and a width, once it has come to rest."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.chromium import FLAGS, chromium

FOLLOWS_WITHIN = 10_000  # milliseconds, on a busy machine
RESTS_WITHIN = 60_000  # milliseconds, the first roll-ups of a demo and a busy machine included
LOOKS_EVERY = 50  # milliseconds: to look at every frame keeps the browser drawing frames
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
# What moves without end while a page waits is drawn sixty times a second by the processor: here it moves once. Where
# anything comes to lie, and when it may be used, stays as it is.
MOVES_ONCE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    "*, ::before, ::after { animation-duration: 1ms !important; animation-iteration-count: 1 !important; }");
  document.adoptedStyleSheets.push(sheet);
}"""
# At rest: connected, something drawn, no script running and nothing waiting to be drawn, for 400 ms and six looks on
# end. A script that asks for a rerun is still for a moment in between, and a browser that is kept from working is, too.
AT_REST = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const drawn = document.querySelector('[data-testid="stMain"] [data-testid="stElementContainer"]');
  const waiting = document.querySelector(
    '[data-testid="stSkeleton"], [data-testid="stAppSkeleton"], [data-testid="stSpinner"], [data-stale="true"]'
    + ", [data-waits]");
  const still = app && drawn && !waiting && app.dataset.testConnectionState === "CONNECTED"
    && app.dataset.testScriptState === "notRunning";
  if (!still) { window.stillSince = null; return false; }
  if (!window.stillSince) [window.stillSince, window.stillLooks] = [performance.now(), 0];
  window.stillLooks += 1;
  return window.stillLooks >= 6 && performance.now() - window.stillSince >= 400;
}"""

# The browser's own back and forward tell a page so: it shows what the address says, in the same session.
FOLLOWED = "link => { history.pushState(null, '', link); dispatchEvent(new PopStateEvent('popstate')); }"
SIDEWAYS = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return Math.max(main.scrollWidth - main.clientWidth,
                  document.documentElement.scrollWidth - document.documentElement.clientWidth);
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at: the browser's language, its colour scheme, its width in CSS pixels."""

    language: Literal["zh", "en"] = "zh"
    scheme: Literal["light", "dark"] = "light"
    width: int = 1440

    @property
    def viewport(self) -> ViewportSize:
        return {"width": self.width, "height": 900 if self.width > 600 else 844}

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"


@contextmanager
def launched() -> Generator[Browser]:
    path = chromium()
    if path is None:
        raise FileNotFoundError("There is no Chromium: run `make test`, or name it in the variable CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def visitor(browser: Browser, address: str, look: Look) -> BrowserContext:
    """A new visitor, whose browser has seen nothing yet; paths given to `open_page` begin at `address`."""
    context = browser.new_context(
        base_url=address,
        locale=LOCALES[look.language],
        timezone_id="Asia/Shanghai",
        color_scheme=look.scheme,
        viewport=look.viewport,
        has_touch=look.width < 600,
        accept_downloads=True,
    )
    context.set_default_timeout(RESTS_WITHIN)
    context.add_init_script(f"({MOVES_ONCE})()")
    return context


@contextmanager
def page_of(browser: Browser, address: str, look: Look) -> Generator[Page]:
    """A page of a new visitor."""
    context = visitor(browser, address, look)
    try:
        yield context.new_page()
    finally:
        context.close()


def open_page(page: Page, path: str = "/", **query: str | list[str]) -> None:
    """Go to a page of the dashboard and wait until it rests.

    Raises:
        AssertionError: the page shows an exception, does not come to rest, or is not in the menu.
    """
    page.goto(_link(path, query), wait_until="domcontentloaded")
    wait_until_at_rest(page)
    if page.get_by_role("dialog").filter(has_text="Page not found").count():
        raise AssertionError(f"{page.url} is no page of the menu; the first page is at /")


def follow(page: Page, path: str = "/", **query: str | list[str]) -> None:
    """As `open_page`, where neither a new session nor a cold browser is asked for: half the work.

    Raises:
        AssertionError: as there.
    """
    if page.get_by_test_id("stApp").count() == 0:
        open_page(page, path, **query)
        return
    language = page.evaluate("navigator.language")[:2]  # a link that says it is taken as a whole
    page.evaluate(FOLLOWED, _link(path, {"lang": language, **query}))
    wait_until_at_rest(page)


def _link(path: str, query: dict[str, str | list[str]]) -> str:
    joint = "&" if "?" in path else "?"
    return f"/{path.lstrip('/')}{joint + urlencode(query, doseq=True) if query else ''}"


def wait_until_at_rest(page: Page) -> None:
    """Wait until nothing runs and nothing is left to draw; call it after every click.

    Raises:
        AssertionError: the page shows an exception, or does not come to rest.
    """
    try:
        page.evaluate("window.stillSince = null")  # what was before a click does not count
    except PlaywrightError:  # the page is just being left: the next one begins without it
        page.wait_for_load_state("domcontentloaded")
    try:
        page.wait_for_function(AT_REST, polling=LOOKS_EVERY, timeout=RESTS_WITHIN)
    except PlaywrightTimeout as late:
        shown = page.locator("body").inner_text()[:2000]
        raise AssertionError(f"{page.url} did not come to rest; it shows:\n{shown}") from late
    broken = page.locator('[data-testid="stException"]')
    if broken.count():
        raise AssertionError(f"{page.url} shows an exception:\n{broken.first.inner_text()}")


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than the window: 0 where nobody has to scroll sideways."""
    return page.evaluate(SIDEWAYS)


def resize(page: Page, viewport: ViewportSize) -> None:
    """Make the window another size, and wait until charts and tables, which follow by themselves, have done so."""
    page.set_viewport_size(viewport)
    wait_until_at_rest(page)
    with suppress(PlaywrightTimeout):  # one that is too wide for good stays so
        page.wait_for_function(f"() => ({SIDEWAYS})() === 0", polling=LOOKS_EVERY, timeout=FOLLOWS_WITHIN)
