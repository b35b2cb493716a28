"""Documents to print: whatever stands in them is text, and nothing has to be loaded to read them."""

import re
from datetime import date
from html.parser import HTMLParser

import polars as pl
import pytest

from reports.printed import Block, document
from reports.text import speaking
from reports.wings import library_words

ATTACK = '<script>alert("1")</script>&'
PACK = pl.DataFrame(
    {"kind": ["contact", "complaint"], "case_id": ["k-1", "k-2"], "is_good": [True, False], "words": [ATTACK, "b"],
     "made_by": ["chen", "li"], "text": [f"第一行\n{ATTACK}", None]}
)  # fmt: skip


class Read(HTMLParser):
    """The tags of a document and its text, as a browser would read them."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(("language", "verdict"), [("zh", "值得学习"), ("en", "to copy")])
def test_a_case_pack_to_print_says_what_the_page_says_and_runs_nothing(language: str, verdict: str) -> None:
    with speaking(language):
        content = document(ATTACK, "", {"a": ATTACK}, library_words.blocks(PACK))
        read = Read(content)
        assert [library_words.caption(row) in read.text for row in PACK.iter_rows(named=True)] == [True, True]
        assert verdict in read.text
    assert read.text.count(ATTACK) == 5  # title twice, a fact, what it teaches, and what the customer said
    assert not {tag for tag, _attributes in read.tags} & {"script", "img", "link", "iframe", "a"}
    assert not re.search(r"https?:|url\(|@import", content.decode())
    assert dict(read.tags)["html"]["lang"].startswith(language)
    assert "size: A4" in content.decode()


def test_a_table_is_spoken_as_on_a_page() -> None:
    frame = pl.DataFrame({"issue_type": ["returns", None], "day": [date(2026, 3, 2), None], "share": [12.345, None]})
    with speaking("en"):
        read = Read(document("t", "lead", {}, [Block("b", ["point"], table=frame, lines=2)]))
    assert [tag for tag, _attributes in read.tags].count("td") == 6
    for each in ("Returns", "12.3", "lead", "point"):
        assert each in read.text
    assert [each.get("class") for _tag, each in read.tags].count("line") == 2
