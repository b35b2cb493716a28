"""How a table reads on paper and on a slide: values with their units, one column for an interval, codes by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from data_access.numbers import VALUE_TYPES
from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Status
from reports import counted, sentences, text
from reports.export import STATUSES, Section, spoken
from reports.text import _

MOST_COLUMNS = 14  # that a page lying on its side has room for
GRAINS = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in words. `right` says which columns are numbers; `left_out` how many columns found no room."""

    headers: Sequence[str]
    right: Sequence[bool]
    rows: Sequence[Sequence[str]]
    total: int  # rows of the whole table
    left_out: int = 0

    def note(self) -> str:
        """What is not shown and where it is; nothing where all is."""
        told = []
        if not self.total:
            told.append(_("No rows in this period."))
        if len(self.rows) < self.total:
            shown, total = text.number(len(self.rows)), text.number(self.total)
            told.append(
                _("{shown} of {total} rows; all of them are in the XLSX and CSV files.").format(
                    shown=shown, total=total
                )
            )
        if self.left_out:
            more = text.number(self.left_out)
            told.append(_("{count} more columns are in the XLSX and CSV files.").format(count=more))
        return text.paragraph(told)


def has_values(frame: pl.DataFrame) -> bool:
    """Is it a table of metrics' values, as `read_metrics` gives it?"""
    return set(VALUE_TYPES) <= set(frame.columns)


def is_compared(frame: pl.DataFrame) -> bool:
    """Is it a table of values beside older ones, as `compare` gives it?"""
    return has_values(frame) and {"old", "verdict"} <= set(frame.columns)


def grid(section: Section, most: int, columns: int = MOST_COLUMNS) -> Grid:
    """The first `most` rows and `columns` columns of a section, as people read them."""
    frame = section.frame.head(most)
    if is_compared(frame):
        return _of_comparison(section, frame)
    if has_values(frame):
        return _of_values(section, frame)
    shown = spoken(Section(section.title, frame, section.names))
    kept = [name for name in shown.columns if shown[name].null_count() < frame.height or not frame.height]
    told = [_column(shown[name]) for name in kept[:columns]]
    right = [shown[name].dtype.is_numeric() for name in kept[:columns]]
    return Grid(kept[:columns], right, list(zip(*told, strict=True)), section.frame.height, len(kept[columns:]))


def _of_values(section: Section, frame: pl.DataFrame) -> Grid:
    """Values of metrics: what they are of, the value, its interval, how many it stands on, and a note."""
    others = [name for name in frame.columns if name not in VALUE_TYPES]
    many = frame["metric"].n_unique() != 1
    groups = spoken(Section(section.title, frame.select(others), section.names)) if others else pl.DataFrame()
    told = [_column(groups[name]) for name in groups.columns]
    headers = [*([_("Metric")] if many else []), *groups.columns, _("Value"), _("95 % interval"), "n", _("Note")]
    rows = []
    for place, row in enumerate(frame.iter_rows(named=True)):
        metric = CATALOGUE.get(row["metric"])
        spell = (lambda amount, unit=metric.unit: text.value(amount, unit)) if metric else _number
        name = [_(metric.name) if metric else str(row["metric"])] if many else []
        known = row["value"] is not None and row["low"] is not None and row["high"] is not None
        interval = f"{spell(row['low'])} – {spell(row['high'])}" if known else "–"
        rows.append(
            [
                *name,
                *(each[place] for each in told),
                spell(row["value"]),
                interval,
                _stands_on(metric, row["denominator"]),
                _note(row),
            ]
        )
    right = [*([False] if many else []), *(groups[name].dtype.is_numeric() for name in groups.columns)]
    if not any(row[-1] for row in rows):
        headers, rows = headers[:-1], [row[:-1] for row in rows]
        return Grid(headers, [*right, True, True, True], rows, section.frame.height)
    return Grid(headers, [*right, True, True, True, False], rows, section.frame.height)


def _of_comparison(section: Section, frame: pl.DataFrame) -> Grid:
    """Values beside those before: how far they moved, and whether that is more than chance."""
    rows = []
    for row in frame.iter_rows(named=True):
        metric = CATALOGUE[row["metric"]]
        known = row["low"] is not None and row["high"] is not None
        interval = f"{text.value(row['low'], metric.unit)} – {text.value(row['high'], metric.unit)}" if known else "–"
        is_told = row["difference"] is not None
        moved = text.moved(row["old"], row["value"], metric.unit) if is_told else "–"
        told = [text.code(row["verdict"]), *sentences.coverage(row)] if row["verdict"] else [_note(row) or "–"]
        value, old = text.value(row["value"], metric.unit), text.value(row["old"], metric.unit)
        rows.append(
            [_(metric.name), value, interval, _stands_on(metric, row["denominator"]), old, moved, text.joined(told)]
        )
    headers = [_("Metric"), _("Value"), _("95 % interval"), "n", text.column("old"), _("Difference"), _("Verdict")]
    return Grid(headers, [False, True, True, True, True, True, False], rows, section.frame.height)


def _stands_on(metric: AnyMetric | None, count: float | None) -> str:
    """A number of cases, or hours worked."""
    if metric is None or count is None:
        return _number(count)
    return counted.stands_on(metric, count).removeprefix("n = ")


def _note(row: dict) -> str:
    """Why a value may not be judged."""
    told = [] if row["status"] == Status.OK else [_(STATUSES[Status(row["status"])])]
    told += [_("not final")] if row["mature"] is False else []
    told += sentences.coverage(row)
    return text.listed(told)


def _number(amount: float | None) -> str:
    return text.number(amount, 0 if amount is None or float(amount).is_integer() else 1)


def _column(column: pl.Series) -> list[str]:
    """A column's values; numbers with as many decimals as the largest needs."""
    if column.dtype.is_float():
        digits = _digits(column)
        return [text.number(None if each is None or each != each else each, digits) for each in column]  # noqa: PLR0124
    return [cell(each) for each in column]


def _digits(column: pl.Series) -> int:
    """None for whole numbers; else one above ten, two above one, three below."""
    known = column.drop_nulls().drop_nans()
    if not known.len() or (known == known.round()).all():
        return 0
    largest = known.abs().max()
    return (
        1 if isinstance(largest, float) and largest >= 10 else 2 if isinstance(largest, float) and largest >= 1 else 3
    )


def cell(value: object) -> str:
    """One value as people read it."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case int():
            return text.number(value)
        case datetime():
            return text.moment(value)
        case date():
            return text.day(value)
        case list() | pl.Series():
            return text.listed(str(each) for each in value)
    return "–" if value is None else str(value)
