"""The dashboard's controls as a person uses them; each returns when the page has come to rest."""

from playwright.sync_api import Locator, Page

from tests.browser.screen import LOOKS_EVERY, wait_until_at_rest

# An open list settles in steps: options are measured, drawn and drawn again. A press that begins on an option and ends
# after it has moved chooses nothing, so a hand faster than a person's has to wait until the list stands still.
LIST_STANDS_STILL = """() => {
  const options = [...document.querySelectorAll('[role="option"]')];
  const now = options.map((each) => each.innerText + each.getBoundingClientRect().y).join();
  if (!options.length || now !== window.listWas) { window.listWas = now; window.listSince = performance.now(); }
  return options.length > 0 && performance.now() - window.listSince >= 250;
}"""


def tiles(page: Page) -> dict[str, str]:
    """The value on each tile by its name."""
    shown = page.get_by_test_id("stMetric").all()
    # The days of a value, where they are not those of the scope, stand on a line below the name.
    names = [tile.get_by_test_id("stMetricLabel").inner_text().strip().splitlines()[0] for tile in shown]
    values = [tile.get_by_test_id("stMetricValue").inner_text().strip() for tile in shown]
    return dict(zip(names, values, strict=True))


def scope_words(page: Page) -> str:
    """The line that says period, comparison and filters."""
    return page.locator(".st-key-scope_words").inner_text()


def press(page: Page, name: str, within: Page | Locator | None = None) -> None:
    (within or page).get_by_role("button", name=name).first.click()
    wait_until_at_rest(page)


def go(page: Page, title: str) -> None:
    """To another page by the menu."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    wait_until_at_rest(page)


def choose(page: Page, label: str, option: str, within: Page | Locator | None = None) -> None:
    """Pick an option in a box for one or for several."""
    (within or page).get_by_role("combobox", name=label).first.click()
    chosen = page.get_by_role("option", name=option, exact=True)
    page.wait_for_function(LIST_STANDS_STILL, polling=LOOKS_EVERY)
    chosen.hover()  # which may scroll it
    page.wait_for_function(LIST_STANDS_STILL, polling=LOOKS_EVERY)
    chosen.click()
    wait_until_at_rest(page)


def filter_by(page: Page, filters: str, dimension: str, option: str) -> None:
    """Keep one value of a dimension; `filters` is what the button says that opens them."""
    press(page, filters)
    choose(page, dimension, option, page.get_by_test_id("stPopoverBody"))
    page.keyboard.press("Escape")  # closes the list
    page.keyboard.press("Escape")  # closes what the button opened
    page.get_by_test_id("stPopoverBody").wait_for(state="hidden")


def point_at_bar(page: Page, chart: int, name: str) -> Locator:
    """The bar of that name in a chart, with the mouse on it; charts are counted from 0."""
    drawn = page.get_by_test_id("stPlotlyChart").nth(chart)
    names = [each.strip() for each in drawn.locator(".ytick text").all_text_contents()]
    bar = drawn.locator(".barlayer .point path").nth(names.index(name))
    bar.hover(force=True)  # Plotly's drag layer lies above the bars
    drawn.locator(".hoverlayer .hovertext").first.wait_for()  # a click counts only where it has noticed the mouse
    return bar


def click_bar(page: Page, chart: int, name: str) -> None:
    """Click a bar, which narrows the scope."""
    point_at_bar(page, chart, name)
    before = page.url
    page.mouse.down()  # where the mouse is: were it moved once more, Plotly might not have noticed it yet
    page.mouse.up()
    page.wait_for_url(lambda url: url != before)
    wait_until_at_rest(page)


def path_of(page: Page) -> str:
    """The link in the address bar, as `open_page` takes it."""
    return page.url.split("/", 3)[3]
