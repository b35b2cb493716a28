"""Opening a page through the frame as a new visitor does, without a browser."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.ui.menu import ENTRIES

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard.py"
FILES = {entry.url: f"pages/{entry.file}" for entry in ENTRIES}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
ESCAPED = re.compile(r"\\(.)|\u2060")


def visitor(language: str = "en", **query: str | list[str]) -> AppTest:
    """A browser of that language with a link in its address bar; nothing has run yet."""
    app = AppTest.from_file(DASHBOARD, default_timeout=60)
    app.context["locale"] = LOCALES[language]
    for name, value in query.items():
        app.query_params[name] = value
    return app


def opened(url: str, language: str = "en", **query: str | list[str]) -> AppTest:
    """The page of a pasted link, which is the first that its session sees."""
    return visitor(language, **query).switch_page(FILES[url]).run()


def said(app: AppTest) -> str:
    """Every sentence on the page, without the marks that keep text from being read as Markdown."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error)
    return ESCAPED.sub(lambda found: found[1] or "", "\n".join(element.value for kind in kinds for element in kind))


def has_figures(app: AppTest) -> bool:
    """Tiles, tables or charts: something to look at besides words."""
    drawn = [each for each in app.get("html") if "<table" in each.proto.body or "<img" in each.proto.body]
    return bool(app.metric or app.dataframe or app.get("plotly_chart") or drawn)


def broken(app: AppTest) -> list[str]:
    """The stack traces on the page."""
    return [f"{each.message}\n{''.join(each.stack_trace)}" for each in app.exception]
