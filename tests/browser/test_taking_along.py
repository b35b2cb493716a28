"""What the browser itself does for taking along: the link, a kept view, the picture of a chart, a table."""

from playwright.sync_api import Page

from reports.text import _, speaking
from tests.browser.screen import follow, open_page, wait_until_at_rest

CLIPBOARD = "navigator.clipboard.readText()"


def test_link_view_picture_and_table_are_taken_along(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with speaking("zh"):
        open_page(page, "first_contact_resolution", compare="year_ago")
        page.get_by_test_id("stPopoverButton").filter(has_text=_("Views")).click()
        kept = page.get_by_test_id("stPopoverBody")
        kept.get_by_text(_("Copy the link to this page")).click()
        kept.get_by_text(_("Copied")).wait_for()
        assert page.evaluate(CLIPBOARD) == page.url
        kept.get_by_role("textbox").fill("同比")
        kept.get_by_role("button", name=_("Keep this view")).click()
        wait_until_at_rest(page)
        page.keyboard.press("Escape")

        page.get_by_role("switch", name=_("Show as table")).first.focus()
        page.keyboard.press("Space")
        wait_until_at_rest(page)
        page.get_by_role("button", name=_("Copy the table")).click()
        page.get_by_text(_("Copied: paste it where you need it.")).wait_for()
        about, header, *rows = page.evaluate(CLIPBOARD).splitlines()
        assert about.startswith(_("{metric} over time").format(metric=_("First-contact resolution")))
        assert header.split("\t")[0] == _("Week")
        assert len({row.count("\t") for row in [header, *rows]}) == 1

        chart = page.get_by_test_id("stPlotlyChart").first
        chart.hover()
        chart.locator(".modebar-btn").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=_("Save as SVG")).click()
        drawing = download.value.path().read_text(encoding="utf-8")
        assert drawing.startswith("<svg")
        assert _("{metric} over time").format(metric=_("First-contact resolution")) in drawing

        follow(page)
        page.get_by_test_id("stPopoverButton").filter(has_text=_("Views")).click()
        page.get_by_test_id("stPopoverBody").get_by_role("button", name="同比").click()
        page.wait_for_url("**/first_contact_resolution?*compare=year_ago*")
        wait_until_at_rest(page)
