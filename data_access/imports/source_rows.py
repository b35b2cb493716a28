"""The rows of one source file as text, each with its line number, and the lines that are no rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from metrics.errors import ImportFailed, near

LINE = "\0line"  # no header can hold this name
BROKEN = {LINE: pl.UInt32, "column": pl.String, "value": pl.String, "reason": pl.String}


@dataclass(frozen=True, slots=True, eq=False)
class SourceRows:
    """What one file holds.

    `rows` has the wanted columns as text and LINE, the physical line a row starts on (in a workbook: its row number).
    `broken` has LINE, column, value, reason for lines that cannot be rows; one per line. `blank` lines are no rows.
    `whole` is how many rows there are in all, broken ones included, where the others are a sample of them.
    """

    file: Path
    encoding: str
    rows: pl.DataFrame
    broken: pl.DataFrame
    blank: int
    whole: int
    is_workbook: bool = False

    @property
    def read(self) -> int:
        return self.rows.height + self.broken.height


def positions(header: list[str], wanted: frozenset[str], file: Path) -> dict[str, int]:
    """Where each wanted column stands in the header.

    Raises:
        ImportFailed: one of them is not there, or there twice.
    """
    for name in sorted(wanted):
        if header.count(name) != 1:
            what = "{file} has no column '{column}'."
            if name in header:
                what = "{file} has more than one column '{column}'."
            raise ImportFailed(
                what,
                "Correct the name, or the file's header line; the nearest columns there are: {near}.",
                file=file.name,
                column=name,
                near=near(name, filter(None, header)),
            )
    return {name: header.index(name) for name in sorted(wanted)}


def no_rows(file: Path) -> ImportFailed:
    return ImportFailed(
        "{file} has a header line and no rows.", "Export it again, or use another file.", file=file.name
    )


def is_empty(file: Path) -> ImportFailed:
    return ImportFailed("{file} is empty.", "Export it again, or use another file.", file=file.name)


def broken_lines(lines: Sequence[tuple[int, str | None, str, str]]) -> pl.DataFrame:
    """LINE, column, value, reason of lines that cannot be rows."""
    return pl.DataFrame(lines, schema=BROKEN, orient="row")
