"""Whether everybody can read and use a page: axe-core's rules of WCAG 2.2 AA, and what it does not look at."""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

MAIN = '[data-testid="stMain"]'  # all of a page but the menu
CHECK = Path(__file__).with_suffix(".js").read_text("utf-8")
#: What Streamlit itself makes and we cannot change, by axe's rule and the part of the page.
EXCUSED = {
    # The menu's sections are <div> between its <ul> and its <li>. Their order is right, and each link has its name.
    ("list", '[data-testid="stSidebarNavItems"]'),
    ("listitem", '[data-testid="stSidebarNavItems"] li'),
    # Day, month and year of a date field stand close together; arrow keys go through them, and its calendar is large.
    ("target-size", '[role="spinbutton"][contenteditable]'),
}


def faults(page: Page, part: str) -> list[str]:
    """What is wrong with a part of the page that is open, in words.

    Args:
        part: its selector.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(CHECK, [part, list(EXCUSED)])


def blocked(page: Page) -> list[str]:
    """What the browser did not load or run because the server's policy does not let it."""
    return [each.text for each in page.console_messages() if "Content Security Policy" in each.text]
