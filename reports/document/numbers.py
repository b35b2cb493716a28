"""The fingerprint of a document's numbers: the same in every file made of it, and again when it is made again."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256

import polars as pl

from reports.document.parts import Chart, Document, Figures, Paragraph, Part, Points, Table

DIGITS = 6  # decimals, as files give values: sums of another order differ far behind
IN_WORDS = re.compile(r"\d+(?:[.,]\d+)*")
Cell = float | int | str | None


def numbers_hash(document: Document) -> str:
    """SHA-256, in hexadecimal, over all cells of the document's tables and the numbers that its sentences tell.

    Each stands at its place. Cells of words count whole: they say what a row is of, or a number as it is read. What a
    document is about (its facts and definitions) is not part of it: the same numbers of a newer version of the product,
    or under another note, are the same numbers.
    """
    return sha256(canonical(document).encode()).hexdigest()


def canonical(document: Document) -> str:
    """What is hashed: a line for each list of cells or numbers, in JSON, with the place that it stands at."""
    rows = [["lead", *_in_words(document.lead)]]
    for number, chapter in enumerate(document.chapters):
        rows.append([number, "message", *_in_words([chapter.title, chapter.message])])
        for place, part in enumerate(chapter.parts):
            rows += [[number, place, *row] for row in _of_part(part)]
    return "\n".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) for row in rows)


def row_counts(document: Document) -> list[tuple[str, int]]:
    """Each table's and chart's title and number of rows; a chart and the table of its numbers once."""
    counted = []
    for part in (each for chapter in document.chapters for each in chapter.parts):
        if isinstance(part, Table):
            counted.append((part.section.title, part.section.frame.height))
        elif isinstance(part, Chart):
            counted.append((part.title, part.frame.height))
    return list(dict.fromkeys(counted))


def _of_part(part: Part) -> Iterator[list[Cell]]:
    match part:
        case Paragraph(words):
            yield ["words", *_in_words([words])]
        case Points(said):
            yield ["points", *_in_words(said)]
        case Figures(figures):
            for each in figures:
                yield ["figure", *_in_words([each.value, each.change, each.target, each.note])]
        case Table(section):
            yield from _of_frame("table", section.frame, section.frame.columns)
        case Chart():
            yield from _of_frame("chart", part.frame, drawn_columns(part))
            yield ["levels", *(_settled(level) for _name, level in part.lines)]


def drawn_columns(chart: Chart) -> list[str]:
    """The columns of a chart's frame that it shows."""
    return [chart.across, *chart.values, *(each for each in (chart.low, chart.high) if each)]


def _of_frame(kind: str, frame: pl.DataFrame, columns: Sequence[str]) -> Iterator[list[Cell]]:
    yield [kind, frame.height]
    for place, name in enumerate(columns):
        yield [place, *(_settled(each) for each in frame[name])]


def _settled(value: object) -> Cell:
    """A value as it is written down: six decimals, no minus before a zero, days as ISO 8601 has them."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        shown = f"{value:.{DIGITS}f}"
        return "0.000000" if shown == "-0.000000" else shown
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, pl.Series):
        return json.dumps([_settled(each) for each in value])
    return str(value)


def _in_words(sentences: Iterable[str]) -> list[Cell]:
    """The numbers that sentences tell, as they tell them."""
    return [found for sentence in sentences for found in IN_WORDS.findall(sentence)]
