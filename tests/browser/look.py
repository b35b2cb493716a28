"""Screenshots of every page to look at: `python -m tests.browser.look [FOLDER] [PAGE…]`."""

import tempfile
from itertools import product
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser, Page

from pages.ui.menu import ENTRIES
from tests.browser.accessible import blocked, faults
from tests.browser.screen import Look, launched, open_page, page_of, sideways_scroll
from tests.browser.server import Server, serving
from tests.demo_home import demo_home

FOLDER = Path("/tmp/twinwing-look")
LOOKS = [Look(*each) for each in product(("zh", "en"), ("light", "dark"), (1440, 390))]
CONTACTS = 200_000  # the demo that people get


def take(browser: Browser, server: Server, url: str, look: Look, folder: Path) -> list[str]:
    """One screenshot of the whole page; what is wrong with it in words."""
    with page_of(browser, server.address, look) as page:
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
        try:
            first = url == ENTRIES[0].url  # Streamlit serves the first page at / only
            open_page(page, "/" if first else url, lang=look.language)
        except AssertionError as failure:
            wrong.append(str(failure))
        else:
            wrong += [*faults(page, "html"), *blocked(page)]
            scroll = sideways_scroll(page)
            if scroll:
                wrong.append(f"{scroll} px wider than the window")
        stretch(page, look.width)
        page.screenshot(path=folder / f"{url}-{look}.png")
        return wrong


def stretch(page: Page, width: int) -> None:
    """Make the window as high as what it shows: Streamlit scrolls inside it, so a full-page picture would be cut."""
    height = page.evaluate("document.querySelector('[data-testid=\"stMain\"]')?.scrollHeight ?? 900")
    page.set_viewport_size({"width": width, "height": max(844, min(int(height), 8000))})
    page.wait_for_timeout(600)  # charts and tables follow the new size


def main(
    folder: Annotated[Path, typer.Argument(help="Where the pictures go.")] = FOLDER,
    wanted: Annotated[list[str] | None, typer.Argument(metavar="PAGE…", help="By address; else all.")] = None,
) -> None:
    """Take every page in every look, and end with status 1 where one is not as it should be."""
    folder.mkdir(parents=True, exist_ok=True)
    urls = wanted or [entry.url for entry in ENTRIES]
    faults = 0
    with tempfile.TemporaryDirectory(prefix="twinwing-look-") as place:
        home = demo_home(Path(place) / "home", CONTACTS)
        with serving(home, folder / "server.log") as server, launched() as browser:
            for url, look in product(urls, LOOKS):
                wrong = take(browser, server, url, look, folder)
                faults += len(wrong)
                print(f"{url}-{look}: {'; '.join(wrong) or 'good'}", flush=True)
    print(f"{len(urls) * len(LOOKS)} pictures in {folder}, {faults} faults")
    raise typer.Exit(min(faults, 1))


if __name__ == "__main__":
    typer.run(main)
