"""What a page sends to the browser, searched for what data would be read as: markup, addresses, what nobody sees."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from data_access.seen import UNSEEN, WORD_JOINER
from tests.nasty import HOST

#: Shown as they are, without looking for markup in them.
AS_IT_IS = {"dataframe", "multiselect", "selectbox", "text_input", "text_area", "text", "number_input"}
#: Beginnings of what is read as something else where Streamlit reads Markdown; a page has none of them of its own.
BEGINNINGS = (
    "[zz", "![zz", f"http://{HOST}", f"www.{HOST}", f"zzmail@{HOST}", ":material/delete: zz", ":streamlit:", ":red[zz",
    "$\\frac", "`zzcode", "<script", "<img", "</title", "&lt;zz", "&amp;copy", "\n===", "\n    zz", "zz <- zz", "\t=1",
)  # fmt: skip
MARKUP = re.compile(rf"(?<!\\)(?:{'|'.join(map(re.escape, BEGINNINGS))})")  # none of it escaped
CHART_MARKUP = ("<script", "<img", "<svg", "<a ", "<span", "<zz", "</title")


def harm(app: AppTest) -> list[str]:
    """What on the page is more than text, with the place where it stands."""
    found = []
    for kind, place, words in sent(app):
        if kind == "plotly_chart":
            found += [f"{kind}{place}: {each}" for each in (_in_chart(words) if place == ".spec" else ())]
        elif kind == "html" and "zz" in words:  # the product's own scripts and styles hold no data
            found += [f"{kind}{place}: {each}" for each in Elements.of(words)]
        elif kind not in {"html", *AS_IT_IS}:
            found += [f"{kind}{place}: {each[0]} in {words[:200]!r}" for each in MARKUP.finditer(words)]
        if kind not in {"dataframe", "plotly_chart"} and UNSEEN.search(words.replace(WORD_JOINER, "")):
            found.append(f"{kind}{place}: unseen in {words[:200]!r}")
    return found


def marked(app: AppTest) -> int:
    """How many of its texts are data of tests/nasty.py: a search that finds nothing anywhere proves nothing."""
    return sum("zz" in words for _kind, _place, words in sent(app))


def sent(app: AppTest) -> Iterator[tuple[str, str, str]]:
    """Of each text its kind of element, the field and the words."""
    waiting = [app._tree]
    while waiting:
        node: Any = waiting.pop()
        proto = getattr(node, "proto", None)
        if proto is not None:
            yield from ((node.type, place, words) for place, words in _strings(proto))
        waiting += getattr(node, "children", {}).values()


def _strings(message: Message, place: str = "") -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        if field.message_type and field.message_type.GetOptions().map_entry:
            continue
        for each in value if field.is_repeated else [value]:
            if isinstance(each, Message):
                yield from _strings(each, f"{place}.{field.name}")
            elif isinstance(each, str | bytes):
                words = each if isinstance(each, str) else each.decode("utf-8", "replace")
                yield f"{place}.{field.name}", words


def _in_chart(spec: str) -> Iterator[str]:
    for words in _texts(json.loads(spec)):
        yield from (f"{mark} in {words[:200]!r}" for mark in CHART_MARKUP if mark in words)
        if UNSEEN.search(words):
            yield f"unseen in {words[:200]!r}"


def _texts(part: Any) -> Iterator[str]:
    """All that a chart may show; `customdata` is what a click says and is never drawn."""
    if isinstance(part, dict):
        for name, each in part.items():
            if name != "customdata":
                yield from _texts(each)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, str):
        yield part


class Elements(HTMLParser):
    """Of HTML: what runs, and what leads elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def of(cls, words: str) -> list[str]:
        reader = cls()
        reader.feed(words)
        reader.close()
        return reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "title", "textarea"}:
            self.found.append(f"<{tag}>")
        self.found += [f"{name}={value}" for name, value in attrs if name.startswith("on") or HOST in (value or "")]
