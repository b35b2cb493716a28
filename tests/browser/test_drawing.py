"""Charts are drawn once, those below the window too, and go on following the window and whoever clicks into them."""

from playwright.sync_api import Browser, Page

from tests.browser.screen import Look, follow, open_page, page_of, resize, wait_until_at_rest
from tests.browser.server import Server

CHARTS = """() => [...document.querySelectorAll('.js-plotly-plot')].map((plot) => {
  const place = plot.closest('[data-testid="stPlotlyChart"]');
  return {times: Number(plot.dataset.drawn), width: plot._fullLayout.width, room: place.clientWidth,
          top: place.getBoundingClientRect().top};
})"""
SHOWN = "() => document.querySelector('.js-plotly-plot')._fullData.map((trace) => trace.visible)"


def test_every_chart_is_drawn_once_and_as_wide_as_its_place(visit: Page) -> None:
    follow(visit, "complaints", period="last_quarter")
    charts = visit.evaluate(CHARTS)
    assert len(charts) > 3
    assert any(each["top"] > 900 for each in charts), "none is below the window"
    assert [each["times"] for each in charts] == [1] * len(charts)
    assert [each["width"] for each in charts] == [each["room"] for each in charts]


def test_a_browser_that_does_not_tell_when_it_is_idle_draws_them_all_the_same(browser: Browser, server: Server) -> None:
    with page_of(browser, server.address, Look("zh")) as page:
        page.add_init_script("delete window.requestIdleCallback")
        open_page(page, "complaints", period="last_quarter")
        charts = page.evaluate(CHARTS)
        assert page.evaluate("typeof window.requestIdleCallback") == "undefined"
        assert any(each["top"] > 900 for each in charts)
        assert [each["times"] for each in charts] == [1] * len(charts)


def test_charts_follow_the_window(visit: Page) -> None:
    follow(visit, "complaints", period="last_quarter")
    before = visit.evaluate(CHARTS)
    resize(visit, {"width": 1100, "height": 900})
    wait_until_at_rest(visit)
    after = visit.evaluate(CHARTS)
    assert [each["width"] for each in after] == [each["room"] for each in after]
    assert all(new["width"] < old["width"] for new, old in zip(after, before, strict=True))


def test_what_was_hidden_by_the_legend_comes_back(visit: Page) -> None:
    follow(visit, "control", period="last_quarter")
    every = visit.evaluate(SHOWN)
    entry = visit.locator(".js-plotly-plot").first.locator(".legendtoggle").first
    entry.scroll_into_view_if_needed()
    for wanted in ("legendonly", True):
        entry.click(force=True)
        visit.wait_for_function(f"wanted => ({SHOWN})().some((each) => each === wanted)", arg=wanted)
        visit.wait_for_timeout(500)  # two clicks at once are another thing: that entry alone
    visit.wait_for_function(f"every => JSON.stringify(({SHOWN})()) === JSON.stringify(every)", arg=every)
