"""A document as PDF: typeset from its data, with contents, page numbers, drawn charts and the fonts inside."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any

import typst

from reports import text
from reports.document import axes, drawn, said
from reports.document.cells import grid
from reports.document.fonts import FAMILY, LETTERS, MISSING, font_file, named, printable
from reports.document.numbers import numbers_hash
from reports.document.parts import Chart, Document, Figures, Paragraph, Part, Points, Table, meanings
from reports.text import _
from reports.version import PRODUCT
from reports.visible import width

TEMPLATE = Path(__file__).with_name("document.typ")
LONGEST_CELL = 200  # letters: what is longer fills a page with one row
WIDEST, GAP = 34, 4  # letters of a column that count for its width, and between two columns
LARGEST, SMALLEST = 8.5, 6.5  # points of a table's words
LYING = 728.0  # points: the width of the text of a page that lies on its side
Say = Callable[[str], str]


def pdf_of(document: Document) -> bytes:
    """The document as PDF, in the language that is spoken; equal input, equal bytes.

    Raises:
        FontMissing: the font that it is set in is not installed.
    """
    return _compiled(document, "pdf")


def pages_of(document: Document) -> list[bytes]:
    """The same pages as PNG pictures, to look at."""
    pages = _compiled(document, "png")
    return pages if isinstance(pages, list) else [pages]


def _compiled(document: Document, kind: str) -> Any:
    compiler = typst.Compiler(TEMPLATE, font_paths=[font_file().parent], ignore_system_fonts=True)
    given = {"document": json.dumps(_told(document), ensure_ascii=False)}
    made_at = document.as_of if document.as_of.tzinfo else document.as_of.replace(tzinfo=UTC)
    return compiler.compile(format=kind, sys_inputs=given, timestamp=made_at)  # ty: ignore


def _told(document: Document) -> Mapping[str, Any]:
    """All that the template shows, in characters that the font has; those that it lacks are told among the facts."""
    missing: set[str] = set()

    def say(words: str) -> str:
        return printable(words, missing)

    chapters = []
    for each in document.chapters:
        parts = [_part(part, say) for part in each.parts]
        wide = any(part.get("wide") for part in parts)
        chapters.append({"title": say(each.title), "message": say(each.message), "parts": parts, "wide": wide})
    facts, defined = (
        [[say(name), say(words)] for name, words in each] for each in (said.about(document), meanings(document))
    )
    told = {
        "title": say(document.title),
        "lead": [say(each) for each in document.lead],
        "about": say(said.in_short(document)),
        "footer": said.foot(document),
    }
    if missing:
        facts.append([_("Characters that the font lacks, printed as {sign}").format(sign=MISSING), named(missing)])
    language = text.language.get()
    words = {"contents": _("Contents"), "facts": _("About these numbers"), "definitions": _("Definitions")}
    words |= {"good": _("better"), "bad": _("worse")}
    is_chinese = language == "zh"
    place = {"lang": language, "region": "CN" if is_chinese else "GB"}
    place |= {"font": FAMILY, "letters": "" if is_chinese else LETTERS}
    made = {"product": PRODUCT, "hash": numbers_hash(document), "words": words}
    return {**told, **place, **made, "chapters": chapters, "facts": facts, "definitions": defined}


def _part(part: Part, say: Say) -> Mapping[str, Any]:
    match part:
        case Paragraph(words):
            return {"kind": "words", "words": say(words)}
        case Points(points):
            return {"kind": "points", "said": [say(each) for each in points]}
        case Figures(figures):
            return {"kind": "figures", "figures": [_figure(each, say) for each in figures]}
        case Table():
            return _table(part, say)
        case Chart():
            return _chart(part, say)


def _figure(figure: Any, say: Say) -> Mapping[str, str]:
    shown = {name: say(getattr(figure, name)) for name in ("name", "value", "change", "target", "note")}
    return {**shown, "tone": str(figure.tone)}


def _table(part: Table, say: Say) -> Mapping[str, Any]:
    shown = grid(part.section, part.most)
    headers = [say(each) for each in shown.headers]
    rows = [[_short(say(each)) for each in row] for row in shown.rows]
    widths = [
        GAP + max(5, min(WIDEST, max([width(header) * 0.6, *(width(row[place]) for row in rows)])))
        for place, header in enumerate(headers)
    ]
    need = sum(widths) * axes.LETTER
    upright, lying = (min(LARGEST, room / need) for room in (axes.WIDTH, LYING))
    size = max(SMALLEST, upright if upright >= SMALLEST else lying)
    told = {"title": say(part.section.title), "wide": upright < SMALLEST, "size": size, "note": shown.note()}
    return {"kind": "table", **told, "headers": headers, "right": list(shown.right), "rows": rows, "widths": widths}


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_CELL else words[: LONGEST_CELL - 1] + "…"


def _chart(part: Chart, say: Say) -> Mapping[str, Any]:
    if not part.frame.height:
        return {"kind": "words", "words": text.labelled(say(part.title), _("Nothing in this period."))}
    more = drawn.left_out(part)
    total = {"shown": text.number(part.frame.height - more), "total": text.number(part.frame.height)}
    note = (
        _("{shown} of {total} groups are drawn; all of them are in the XLSX and CSV files.").format(**total)
        if more
        else ""
    )
    alt = say(f"{part.title} ({text.listed(part.names)})")
    picture = drawn.picture(part, say)
    words = [{**asdict(each), "size": axes.SMALL} for each in picture.words]
    shown = {"svg": picture.svg, "words": words, "height": picture.height}
    told = say(text.paragraph([part.note, note]))
    return {"kind": "chart", "title": say(part.title), **shown, "alt": alt, "note": told}
