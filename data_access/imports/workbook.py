"""XLSX files as rows of text with their row numbers."""

from pathlib import Path

import fastexcel
import polars as pl

from data_access.imports.source_rows import LINE, SourceRows, broken_lines, is_empty, no_rows, positions
from metrics.errors import ImportFailed, near

ENDINGS = (".xlsx", ".xlsm")
#: How real date cells arrive, whatever the workbook shows; mappings need not name these.
CELL_FORMATS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d")
ZERO_DAY = "1899-12-31 "  # a cell with a clock time and no date comes as that time on this day

FILLED = "\0filled"
BAD_CELL = "the cell holds an error of the workbook"


def read_workbook(file: Path, wanted: frozenset[str], *, sheet: str | None = None, header_line: int = 1) -> SourceRows:
    """The wanted columns of one sheet. Date cells come as `2024-03-05 14:07:30`, clock times as `14:07:30`.

    Raises:
        ImportFailed: the file is no workbook, the sheet is not named or not there, or lacks a wanted column.
    """
    cells, errors = _cells(file, sheet)
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
    if not filled.height:
        raise no_rows(file)
    values = [
        pl.col(cells.columns[place]).str.strip_prefix(ZERO_DAY).fill_null("").alias(name)
        for name, place in places.items()
    ]
    good = filled.filter(~pl.col(LINE).is_in(list(at_fault))).select(LINE, *values)
    return SourceRows(file, "XLSX", good, broken_lines(broken), rows.height - filled.height, is_workbook=True)


def _cells(file: Path, sheet: str | None) -> tuple[pl.DataFrame, list[tuple[int, int]]]:
    """All cells of a sheet as text, and the (row, column) of those that hold an error."""
    try:
        book = fastexcel.read_excel(file)
        name = _sheet(file, book.sheet_names, sheet)
        batch, errors = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_arrow_with_errors()
    except fastexcel.FastExcelError as failure:
        raise ImportFailed(
            "{file} cannot be read as a workbook: {problem}.",
            "Open it in a spreadsheet program and save it again as XLSX or CSV.",
            file=file,
            problem=str(failure).splitlines()[0],
        ) from failure
    return pl.DataFrame(batch), [error.position for error in errors.errors] if errors else []


def _sheet(file: Path, names: list[str], wanted: str | None) -> str:
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names:
        return wanted
    if wanted is None:
        raise ImportFailed(
            "{file} has several sheets: {sheets}.",
            'Name the one to import in the mapping: sheet = "{first}".',
            file=file,
            sheets=", ".join(names),
            first=names[0],
        )
    raise ImportFailed(
        "{file} has no sheet '{sheet}'.",
        "Correct the mapping; the nearest sheets there are: {near}.",
        file=file,
        sheet=wanted,
        near=near(wanted, names),
    )
