"""A page on paper."""

from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from pages.ui.menu import ENTRIES
from reports.text import _, speaking
from tests.browser.screen import Look, open_page

TITLE = "First-contact resolution"


@pytest.mark.parametrize("page", [Look("en", "dark")], indirect=True)
def test_a_printed_page_has_title_scope_and_charts_and_nothing_to_click(page: Page):
    open_page(page, "first_contact_resolution")
    scope = page.locator(".st-key-scope_words p").inner_text()
    drawn = page.evaluate("document.querySelectorAll('.js-plotly-plot').length")
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    said = " ".join("".join(each.extract_text() for each in printed.pages).split())
    with speaking("en"):
        assert drawn
        assert all(each in said for each in (_(TITLE), *scope.split(" · ")))
        assert _("Take along as CSV") not in said
        assert [each.title for each in ENTRIES[1:] if _(each.title) != _(TITLE) and _(each.title) in said] == []
