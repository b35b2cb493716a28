"""CSV files, gzipped or not, as rows of text with their physical line numbers."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path

import polars as pl

from data_access.imports.source_rows import LINE, SourceRows, broken_lines, is_empty, no_rows, positions
from data_access.imports.text_encoding import Decoded, decode, is_undecoded, readable
from metrics.errors import ImportFailed

DELIMITERS = ",;\t|"
ROWS_AT_ONCE = 50_000
SHOWN_CHARACTERS = 500

BAD_QUOTES = "the quotes do not close where they should"
BAD_BYTES = "holds bytes that are not {encoding}"
BAD_WIDTH = "{found} fields instead of {width}"


def read_delimited(
    file: Path,
    wanted: frozenset[str],
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_line: int = 1,
    every: int = 1,
    progress: Callable[[float, int], None] = lambda share, rows: None,
) -> SourceRows:
    """The wanted columns of a CSV file. Encoding and delimiter are recognised where not given.

    Args:
        every: 1 for all rows; 10 for each tenth, as a sample.

    Raises:
        ImportFailed: the file cannot be read, is no CSV, is empty, or lacks a wanted column.
    """
    lines, decoded = text_lines(file, encoding)
    separator = delimiter or _delimiter(lines[header_line - 1 :])
    header, start = _header(lines, header_line - 1, separator)
    if not header:
        raise is_empty(file)
    places = positions(header, wanted, file)
    rows = _Rows(lines, decoded, len(header), places)
    frames = list(rows.take(records(lines, start, separator, len(header)), every, progress))
    if not rows.broken and not sum(frame.height for frame in frames):
        raise no_rows(file)
    return SourceRows(file, decoded.encoding, pl.concat(frames), broken_lines(rows.broken), rows.blank, rows.whole)


def text_lines(file: Path, encoding: str | None = None) -> tuple[list[str], Decoded]:
    """The lines of a text file, each with its end, and how they were decoded.

    Raises:
        ImportFailed: it cannot be read, is no text or holds nothing but delimiters.
    """
    decoded = decode(_content(file), file, encoding)
    if not decoded.text.strip("\r\n\t ,;|"):
        raise is_empty(file)
    return list(io.StringIO(decoded.text, newline="")), decoded


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
        content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except (OSError, EOFError, zlib.error) as failure:
        raise ImportFailed(
            "{file} cannot be read: {problem}.",
            "Check its name and your rights to it, or copy it again.",
            file=file.name,
            problem=getattr(failure, "strerror", None) or failure,
        ) from failure
    if content.startswith(b"PK\x03\x04"):
        raise ImportFailed(
            "{file} is a workbook or an archive, not a CSV file.",
            "Give it the ending .xlsx if it is a workbook, or unpack it.",
            file=file.name,
        )
    return content


def _delimiter(lines: list[str]) -> str:
    """The delimiter that cuts the header line into most fields."""
    return max(DELIMITERS, key=lambda delimiter: len(_header(lines[:50], 0, delimiter)[0]))


def _header(lines: list[str], position: int, delimiter: str) -> tuple[list[str], int]:
    """The names in the first line that is not blank, and where the rows begin."""
    for _, end, fields in records(lines, position, delimiter):
        if fields:
            return [readable(name).strip() for name in fields], end
    return [], len(lines)


def records(
    lines: list[str], position: int, delimiter: str, width: int | None = None
) -> Iterator[tuple[int, int, list[str] | None]]:
    """First line, line after the last, and fields of each record; no fields where its quotes are broken.

    A record of several lines without the `width` expected counts as broken. After a broken record reading goes on
    with the very next line: a quote left open swallows no rows.
    """
    # Polars and DuckDB read faster, but neither tells the line of every row and what was wrong with the others.
    while position < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(position, len(lines))), delimiter=delimiter, strict=True)
        start, is_broken = position, False
        try:
            for fields in reader:
                end = position + reader.line_num
                is_broken = width is not None and end - start > 1 and len(fields) != width
                if is_broken:
                    break
                yield start, end, fields
                start = end
        except csv.Error:
            is_broken = True
        if not is_broken:
            return
        yield start, start + 1, None
        position = start + 1


class _Rows:
    """Gathers records into frames, and what is no row into `broken` and `blank`."""

    def __init__(self, lines: list[str], decoded: Decoded, width: int, places: dict[str, int]) -> None:
        self.lines = lines
        self.encoding = decoded.encoding
        self.damaged = frozenset(i for i, line in enumerate(lines) if is_undecoded(line)) if decoded.is_damaged else ()
        self.width = width
        self.places = places
        self.broken: list[tuple[int, str | None, str, str]] = []
        self.blank = 0
        self.whole = 0

    def take(
        self, records: Iterator[tuple[int, int, list[str] | None]], every: int, progress: Callable[[float, int], None]
    ) -> Iterator[pl.DataFrame]:
        numbers: list[int] = []
        values: list[list[str]] = []
        for start, end, fields in self._sampled(records, every):
            if (fault := self._fault(start, end, fields)) or fields is None:
                value = readable("".join(self.lines[start:end])).rstrip("\r\n")[:SHOWN_CHARACTERS]
                self.broken.append((start + 1, None, value, fault))
            else:
                numbers.append(start + 1)
                values.append(fields)
            if len(numbers) == ROWS_AT_ONCE:
                yield self._frame(numbers, values)
                progress(end / len(self.lines), len(numbers))
                numbers, values = [], []
        yield self._frame(numbers, values)

    def _sampled(
        self, records: Iterator[tuple[int, int, list[str] | None]], every: int
    ) -> Iterator[tuple[int, int, list[str] | None]]:
        for start, end, fields in records:
            if fields is not None and not any(fields):
                self.blank += 1
                continue
            if self.whole % every == 0:
                yield start, end, fields
            self.whole += 1

    def _fault(self, start: int, end: int, fields: list[str] | None) -> str:
        if self.damaged and not self.damaged.isdisjoint(range(start, end)):
            return BAD_BYTES.format(encoding=self.encoding)
        if fields is None:
            return BAD_QUOTES
        if len(fields) != self.width:
            return BAD_WIDTH.format(found=len(fields), width=self.width)
        return ""

    def _frame(self, numbers: list[int], values: list[list[str]]) -> pl.DataFrame:
        columns = [pl.Series(LINE, numbers, dtype=pl.UInt32)]
        for name, place in self.places.items():
            columns.append(pl.Series(name, list(map(itemgetter(place), values)), dtype=pl.String))
        return pl.DataFrame(columns)
