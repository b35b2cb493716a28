"""Series and events from CSV files, with the line of whatever cannot be read."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from data_access.imports.delimited import read_delimited
from data_access.imports.source_rows import LINE
from metrics.calendar import Event
from metrics.errors import ImportFailed

PERIOD = "period"
TEXTS = {"name", "label", "subgroup"}


def read_table(file: Path, named: Mapping[str, str]) -> pl.DataFrame:
    """Columns of a CSV file under the names given: `period` and `day` as days, `TEXTS` as text, all else as numbers."""
    source = read_delimited(file, frozenset(named.values()))
    for line, _column, _value, reason in source.broken.iter_rows():
        raise _unreadable(file, line, reason)
    made = {name: _parsed(file, source.rows, name, column) for name, column in named.items()}
    return pl.DataFrame(made)


def read_events(file: Path | None) -> tuple[Event, ...]:
    """What else happened: a CSV file with the columns `day` and `name`; nothing without one."""
    if file is None:
        return ()
    table = read_table(file, {"day": "day", "name": "name"})
    return tuple(Event(day, name) for day, name in table.iter_rows())


def _parsed(file: Path, rows: pl.DataFrame, name: str, column: str) -> pl.Series:
    text = rows[column].str.strip_chars()
    if name in TEXTS:
        return text.alias(name)
    is_day = name in {PERIOD, "day"}
    parsed = text.str.to_date("%Y-%m-%d", strict=False) if is_day else text.cast(pl.Float64, strict=False)
    bad = parsed.is_null() if is_day else parsed.is_null() | ~parsed.is_finite()
    if bad.any():
        line, value = rows.filter(bad)[LINE][0], text.filter(bad)[0]
        what = "In line {line} of {file}, column {column} has '{value}', which is not a number."
        fix = "Write it like 1234.5, without thousands separators; leave out periods without a value."
        if is_day:
            what = "In line {line} of {file}, column {column} has '{value}', which is not a day."
            fix = "Write days like 2026-11-09: the first day of each period."
        raise ImportFailed(what, fix, line=line, file=file, column=column, value=value)
    return parsed.alias(name)


def _unreadable(file: Path, line: int, reason: str) -> ImportFailed:
    return ImportFailed(
        "Line {line} of {file} cannot be read: {reason}.", "Correct the line.", line=line, file=file, reason=reason
    )
