"""A first look at a file: where its header stands, what columns it has, and a sample of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mode

from data_access.imports.delimited import DELIMITERS, read_delimited, records, text_lines
from data_access.imports.source_rows import SourceRows, is_empty, no_rows
from data_access.imports.text_encoding import readable
from data_access.imports.workbook import ENDINGS, cells_of, read_workbook, sheets_of
from metrics.errors import ImportFailed

MOST_ROWS = 2_000_000
MOST_COLUMNS = 500
SAMPLE = 5_000  # rows, spread evenly over the file
LOOKED_AT = 50  # lines among which the header is looked for
NUMERIC = frozenset("0123456789.,:-/+% ")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What a file looks like. `source` has a sample of its rows and every column that can be used, as text.

    `doubled` names stand more than once in the header and cannot be used. `rows` is how many there are in all.
    """

    file: Path
    sheets: tuple[str, ...]
    sheet: str | None
    encoding: str
    header_line: int
    columns: tuple[str, ...]
    doubled: tuple[str, ...]
    rows: int
    source: SourceRows


def sample_of(file: Path, sheet: str | None = None) -> Sample:
    """Look at a CSV or XLSX file; of a workbook at one sheet, the first unless it is named.

    Raises:
        ImportFailed: it cannot be read, holds no table, or is larger than a person without a warehouse needs.
    """
    if file.suffix.lower() in ENDINGS:
        return _of_workbook(file, sheet)
    lines, decoded = text_lines(file)
    first = [fields or [] for _, _, fields in records(lines[:LOOKED_AT], 0, _delimiter(lines[:LOOKED_AT]))]
    starts = [start for start, _, _ in records(lines[:LOOKED_AT], 0, _delimiter(lines[:LOOKED_AT]))]
    place = _header(first, file)
    line = starts[place] + 1
    used, doubled = _names(first[place], file)
    rows = len(lines) - line
    _require_room(file, rows)
    source = read_delimited(
        file, frozenset(used), encoding=decoded.encoding, header_line=line, every=max(1, rows // SAMPLE)
    )
    return Sample(file, (), None, decoded.encoding, line, used, doubled, source.whole, source)


def _of_workbook(file: Path, sheet: str | None) -> Sample:
    sheets = sheets_of(file)
    name = sheet or sheets[0]
    cells, _errors = cells_of(file, name)
    first = [[(value or "").strip() for value in row] for row in cells.head(LOOKED_AT).iter_rows()]
    place = _header(first, file)
    used, doubled = _names(first[place], file)
    rows = cells.height - place - 1
    _require_room(file, rows)
    source = read_workbook(file, frozenset(used), sheet=name, header_line=place + 1, every=max(1, rows // SAMPLE))
    return Sample(file, tuple(sheets), name, "XLSX", place + 1, used, doubled, source.whole, source)


def _header(first: Sequence[Sequence[str]], file: Path) -> int:
    """The first line that names most of the columns, each by a word of its own: a title above it does not."""
    widths = [_filled(fields) for fields in first]
    if not max(widths, default=0):
        raise is_empty(file)
    usual = mode(sorted((width for width in widths if width), reverse=True))
    likely = [place for place, width in enumerate(widths) if width >= 0.6 * usual]
    named = [place for place in likely if _is_named(first[place])]
    place = (named or likely or [0])[0]
    if place + 1 >= len(first) or not any(widths[place + 1 :]):
        raise no_rows(file)
    return place


def _filled(fields: Sequence[str]) -> int:
    return sum(bool(field.strip()) for field in fields)


def _is_named(fields: Sequence[str]) -> bool:
    told = [field.strip() for field in fields if field.strip()]
    return len(set(told)) == len(told) and not any(NUMERIC.issuperset(each) for each in told)


def _names(header: Sequence[str], file: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that stand once, and those that stand more often."""
    told = [readable(name).strip() for name in header if name.strip()]
    if len(told) > MOST_COLUMNS:
        raise ImportFailed(
            "{file} has {count} columns; up to {most} can be read here.",
            "Export it with the columns that matter, or split it.",
            file=file.name,
            count=f"{len(told):,}",
            most=MOST_COLUMNS,
        )
    once = tuple(name for name in told if told.count(name) == 1)
    return once, tuple(dict.fromkeys(name for name in told if told.count(name) > 1))


def _require_room(file: Path, rows: int) -> None:
    if rows > MOST_ROWS:
        raise ImportFailed(
            "{file} has about {count} rows; up to {most} can be read here.",
            "Split it by month, or import it with `python -m jobs import`.",
            file=file.name,
            count=f"{rows:,}",
            most=f"{MOST_ROWS:,}",
        )


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts most of these lines into most fields, whatever stands in the first."""

    def usual_width(delimiter: str) -> int:
        widths = [len(fields) for _, _, fields in records(list(lines), 0, delimiter) if fields]
        return mode(sorted(widths, reverse=True)) if widths else 0

    return max(DELIMITERS, key=usual_width)
