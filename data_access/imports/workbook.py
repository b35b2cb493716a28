"""XLSX files as rows of text with their row numbers."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import fastexcel
import polars as pl

from data_access.imports.source_rows import LINE, SourceRows, broken_lines, is_empty, no_rows, positions
from data_access.imports.workbook_archive import Area, merged_areas, require_harmless
from metrics.errors import ImportFailed, near

ENDINGS = (".xlsx", ".xlsm")
#: How real date cells arrive, whatever the workbook shows; mappings need not name these.
CELL_FORMATS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d")
ZERO_DAY = "1899-12-31 "  # a cell with a clock time and no date comes as that time on this day

#: Cells with a duration of a day and more come as instants behind the zero day, of either calendar of workbooks.
ZERO_DAYS = {1900: datetime(1899, 12, 31), 1904: datetime(1904, 1, 1)}

FILLED = "\0filled"
BAD_CELL = "the cell holds an error of the workbook"


def read_workbook(
    file: Path, wanted: frozenset[str], *, sheet: str | None = None, header_line: int = 1, every: int = 1
) -> SourceRows:
    """The wanted columns of one sheet. Date cells come as `2024-03-05 14:07:30`, clock times as `14:07:30`.

    Args:
        every: 1 for all rows; 10 for each tenth, as a sample.

    Raises:
        ImportFailed: the file is no workbook, the sheet is not named or not there, or lacks a wanted column.
    """
    cells, errors = cells_of(file, sheet)
    is_filled = pl.any_horizontal(pl.all().is_not_null()).alias(FILLED) if cells.width else pl.lit(False).alias(FILLED)
    numbered = cells.with_columns(is_filled).with_row_index(LINE, 1).filter(pl.col(LINE) >= header_line)
    first = numbered.filter(FILLED).head(1)
    if not first.height:
        raise is_empty(file)
    places = positions([(name or "").strip() for name in first.select(cells.columns).row(0)], wanted, file)
    rows = numbered.filter(pl.col(LINE) > first[LINE][0])
    at_fault = {row + 1: name for name, place in places.items() for row, column in errors if column == place}
    broken = [(line, name, "", BAD_CELL) for line, name in sorted(at_fault.items()) if line > first[LINE][0]]
    filled = rows.filter(pl.col(FILLED) | pl.col(LINE).is_in(list(at_fault)))
    blank = rows.height - filled.height
    if not filled.height:
        raise no_rows(file)
    values = [
        pl.col(cells.columns[place]).str.strip_prefix(ZERO_DAY).fill_null("").alias(name)
        for name, place in places.items()
    ]
    good = filled.gather_every(every).filter(~pl.col(LINE).is_in(list(at_fault))).select(LINE, *values)
    return SourceRows(file, "XLSX", good, broken_lines(broken), blank, filled.height, is_workbook=True)


def elapsed(text: pl.Expr) -> pl.Expr:
    """Seconds of cells that hold a duration of a day and more; null for others."""
    at = text.str.to_datetime(CELL_FORMATS[0], strict=False).dt.round("1s")
    since = [pl.when(at.dt.year() == year).then(at - pl.lit(zero)) for year, zero in ZERO_DAYS.items()]
    return pl.coalesce(since).dt.total_seconds()


def cells_of(file: Path, sheet: str | None) -> tuple[pl.DataFrame, list[tuple[int, int]]]:
    """All cells of a sheet as text, and the (row, column) of those that hold an error."""
    with _opened(file) as book:
        name = _sheet(file, book.sheet_names, sheet)
        batch, errors = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_arrow_with_errors()
    cells = pl.DataFrame(batch)
    cells = _spread(cells, merged_areas(file, name))
    return cells, [error.position for error in errors.errors] if errors else []


def sheets_of(file: Path) -> list[str]:
    """The names of a workbook's sheets.

    Raises:
        ImportFailed: it is no workbook.
    """
    with _opened(file) as book:
        return book.sheet_names


@contextmanager
def _opened(file: Path) -> Generator[fastexcel.ExcelReader]:
    require_harmless(file)
    try:
        yield fastexcel.read_excel(file)
    except fastexcel.FastExcelError as failure:
        raise ImportFailed(
            "{file} cannot be read as a workbook: {problem}.",
            "Open it in a spreadsheet program and save it again as XLSX or CSV.",
            file=file.name,
            problem=str(failure).splitlines()[0],
        ) from failure


def _spread(cells: pl.DataFrame, areas: Sequence[Area]) -> pl.DataFrame:
    """A merged cell counts for every cell that it covers."""
    covered: dict[int, dict[int, str | None]] = {}
    for top, left, bottom, right in areas:
        if top < cells.height and left < cells.width:
            value = cells.item(top, left)
            for column in range(left, min(right + 1, cells.width)):
                covered.setdefault(column, {}).update(dict.fromkeys(range(top, min(bottom + 1, cells.height)), value))
    return cells.with_columns(
        cells.to_series(column).scatter(list(values), list(values.values())) for column, values in covered.items()
    )


def _sheet(file: Path, names: list[str], wanted: str | None) -> str:
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names:
        return wanted
    if wanted is None:
        raise ImportFailed(
            "{file} has several sheets: {sheets}.",
            'Name the one to import in the mapping: sheet = "{first}".',
            file=file.name,
            sheets=", ".join(names),
            first=names[0],
        )
    raise ImportFailed(
        "{file} has no sheet '{sheet}'.",
        "Correct the mapping; the nearest sheets there are: {near}.",
        file=file.name,
        sheet=wanted,
        near=near(wanted, names),
    )
