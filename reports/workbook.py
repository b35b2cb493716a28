"""What a person takes along as XLSX: a sheet for each table with real numbers and days, and one of their meanings."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports.export import Section, spoken
from reports.text import _

LONGEST_TITLE = 31  # characters of a sheet's name
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")  # in a sheet's name
NARROWEST, WIDEST, LINES = 8, 40, 100  # characters of a column, and of the column of words
FORMATS = {"day": "yyyy-mm-dd", "instant": "yyyy-mm-dd hh:mm", "count": "#,##0", "number": "#,##0.00"}


def workbook(sections: Sequence[Section], said: Sequence[tuple[str, str]], made_at: datetime) -> bytes:
    """The tables as sheets, their headers frozen, and a last sheet with what they mean; equal input, equal bytes.

    Numbers are numbers and days are days, so that people can reckon on; text stays text, whatever it begins with.

    Args:
        said: names and what belongs to them, for the last sheet.
        made_at: what the file says of itself.
    """
    memory = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(memory, options)
    book.set_properties({"created": made_at})
    styles = {name: book.add_format({"num_format": each}) for name, each in FORMATS.items()}
    styles["header"] = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    styles["words"] = book.add_format({"text_wrap": True, "valign": "top"})
    names: set[str] = set()
    for each in sections:
        _fill(book.add_worksheet(_sheet_name(each.title, names)), spoken(each), styles)
    _tell(book, said, styles, names)
    book.close()
    return memory.getvalue()


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that spreadsheets accept and no other sheet has."""
    plain = FORBIDDEN.sub(" ", title).strip(" '")[:LONGEST_TITLE] or "1"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        tail = f" {number}"
        name = plain[: LONGEST_TITLE - len(tail)] + tail
    taken.add(name.casefold())
    return name


def _fill(sheet: Worksheet, frame: pl.DataFrame, styles: dict[str, Format]) -> None:
    for place, name in enumerate(frame.columns):
        sheet.write_string(0, place, name, styles["header"])
        column = frame[name]
        style = _style(column.dtype)
        widest = max([len(name), *(_width(each) for each in column.head(LINES))])
        sheet.set_column(place, place, max(NARROWEST, min(WIDEST, widest + 2)), styles.get(style))
        for row, value in enumerate(column, start=1):
            _write(sheet, row, place, value, styles.get(style))
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)


def _width(value: object) -> int:
    """Characters that a value takes; a Chinese one takes two."""
    return sum(2 if ord(each) > 255 else 1 for each in str(value)) if isinstance(value, str) else 10


def _style(kind: pl.DataType) -> str:
    if kind == pl.Date:
        return "day"
    if isinstance(kind, pl.Datetime):
        return "instant"
    return "count" if kind.is_integer() else "number" if kind.is_float() else ""


def _write(sheet: Worksheet, row: int, place: int, value: object, style: Format | None) -> None:
    """Nothing stands where there is no value: a 0 would be one."""
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, date):
        at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        sheet.write_datetime(row, place, at, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, style)
    elif value is not None:
        sheet.write_string(row, place, str(value))


def _tell(book: Workbook, said: Sequence[tuple[str, str]], styles: dict[str, Format], taken: set[str]) -> None:
    sheet = book.add_worksheet(_sheet_name(_("Definitions"), taken))
    for place, header in enumerate((_("Figure"), _("Meaning"))):
        sheet.write_string(0, place, header, styles["header"])
    for row, (name, words) in enumerate(said, start=1):
        sheet.write_string(row, 0, name, styles["words"])
        sheet.write_string(row, 1, words, styles["words"])
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, LINES)
    sheet.freeze_panes(1, 0)
