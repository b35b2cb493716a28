"""A document as XLSX: real numbers and days on a sheet for each table and chart, native charts, and their meanings."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import cast

import polars as pl
import xlsxwriter
from xlsxwriter.chart import Chart as Native
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports import text
from reports.document import said
from reports.document.numbers import drawn_columns
from reports.document.parts import Chart, Document, Figures, Paragraph, Points, Shape, Table, meanings
from reports.export import Section, spoken
from reports.palette import GOOD, SERIES
from reports.text import _
from reports.visible import in_file, width

LONGEST_TITLE = 31  # characters of a sheet's name
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")  # in a sheet's name
NARROWEST, WIDEST, LINES = 8, 40, 100  # characters of a column, and of the column of words
MOST_ROWS = 50_000  # of a sheet: a second for each 10,000, and slow to open; CSV has no end
LONGEST_CELL = 32_700  # characters: Excel's limit is 32,767, and what is cut says how long it was
FORMATS = {"day": "yyyy-mm-dd", "instant": "yyyy-mm-dd hh:mm", "count": "#,##0", "number": "#,##0.00"}
KINDS = {Shape.LINE: "line", Shape.BAR: "bar", Shape.COLUMN: "column", Shape.STACKED: "column"}


def workbook_of(document: Document) -> bytes:
    """The document as XLSX, headers frozen and rows to be filtered; equal input, equal bytes.

    Numbers are numbers and days are days, so that people can reckon on; text stays text, whatever it begins with. The
    first sheet has the headline and key figures, the last one scope, data time, fingerprint and definitions.
    """
    memory = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = _Book(xlsxwriter.Workbook(memory, options))
    book.file.set_properties({"created": document.as_of, "title": in_file(document.title)})
    if document.lead or any(isinstance(part, _READ) for chapter in document.chapters for part in chapter.parts):
        _headline(book, document)
    for part in (each for chapter in document.chapters for each in chapter.parts):
        if isinstance(part, Table):
            book.fill(part.section.title, spoken(part.section))
        elif isinstance(part, Chart):
            _chart_sheet(book, part)
    _tell(book, [*said.about(document), *book.cut, *meanings(document)])
    book.file.close()
    return memory.getvalue()


_READ = (Paragraph, Points, Figures)


class _Book:
    """A workbook in the making: its formats, the names that its sheets have, and what found no room in it."""

    def __init__(self, file: Workbook) -> None:
        self.file = file
        self.styles = {name: file.add_format({"num_format": each}) for name, each in FORMATS.items()}
        self.styles["header"] = file.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.styles["words"] = file.add_format({"text_wrap": True, "valign": "top"})
        self.styles["title"] = file.add_format({"bold": True, "font_size": 14})
        self.taken: set[str] = set()
        self.cut: list[tuple[str, str]] = []

    def sheet(self, title: str) -> Worksheet:
        return self.file.add_worksheet(_sheet_name(in_file(title), self.taken))

    def fill(self, title: str, frame: pl.DataFrame) -> Worksheet:
        """A sheet with a table; where it has too many rows for one, what is left out is told at the end."""
        sheet = self.sheet(title)
        if frame.height > MOST_ROWS:
            shown, total = text.number(MOST_ROWS), text.number(frame.height)
            told = _("The first {shown} of {total} rows; all of them are in the CSV file.")
            self.cut.append((sheet.get_name(), told.format(shown=shown, total=total)))
        _fill(sheet, frame.head(MOST_ROWS), self.styles)
        return sheet


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that spreadsheets accept and no other sheet has."""
    plain = FORBIDDEN.sub(" ", title).strip(" '")[:LONGEST_TITLE].rstrip(" '") or "1"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        tail = f" {number}"
        name = plain[: LONGEST_TITLE - len(tail)] + tail
    taken.add(name.casefold())
    return name


def _headline(book: _Book, document: Document) -> None:
    """What a person reads: sentences as they stand, and key figures as a table of words."""
    sheet = book.sheet(_("Headline"))
    sheet.set_column(0, 0, LINES // 2, book.styles["words"])
    sheet.set_column(1, 4, 24, book.styles["words"])
    sheet.write_string(0, 0, in_file(document.title), book.styles["title"])
    row = 1
    for sentence in document.lead:
        sheet.write_string(row, 0, in_file(sentence), book.styles["words"])
        row += 1
    for chapter in document.chapters:
        if not any(isinstance(part, _READ) for part in chapter.parts) and not chapter.message:
            continue
        sheet.write_string(row + 1, 0, in_file(chapter.title), book.styles["header"])
        row += 2
        for line in [[chapter.message], *(each for part in chapter.parts for each in _read(part))]:
            for place, words in enumerate(line):
                sheet.write_string(row, place, in_file(words), book.styles["words"])
            row += 1 if line[0] else 0


def _read(part: object) -> list[list[str]]:
    match part:
        case Paragraph(words):
            return [[words]]
        case Points(points):
            return [[each] for each in points]
        case Figures(figures):
            return [[each.name, each.value, each.change, each.target, each.note] for each in figures]
    return []


def _fill(sheet: Worksheet, frame: pl.DataFrame, styles: dict[str, Format]) -> None:
    for place, name in enumerate(frame.columns):
        sheet.write_string(0, place, in_file(name), styles["header"])
        column = frame[name]
        style = _style(column)
        widest = max([width(name), *(_width(each) for each in column.head(LINES))])
        sheet.set_column(place, place, max(NARROWEST, min(WIDEST, widest + 2)), styles.get(style))
        for row, value in enumerate(column, start=1):
            _write(sheet, row, place, value, styles.get(style))
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)


def _width(value: object) -> int:
    return width(value) if isinstance(value, str) else 10


def _style(column: pl.Series) -> str:
    """The format of a column; whole numbers have no decimals, of whatever type they are."""
    kind = column.dtype
    if kind == pl.Date:
        return "day"
    if isinstance(kind, pl.Datetime):
        return "instant"
    if kind.is_float():
        known = column.drop_nulls().drop_nans()
        return "count" if (known == known.round()).all() else "number"
    return "count" if kind.is_integer() else ""


def _write(sheet: Worksheet, row: int, place: int, value: object, style: Format | None) -> None:
    """Nothing stands where there is no value: a 0 would be one."""
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, date):
        at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        sheet.write_datetime(row, place, at.replace(tzinfo=None), style)
    elif isinstance(value, int | float):
        if value - value == 0:  # neither NaN nor infinite, which a spreadsheet has no number for
            sheet.write_number(row, place, value, style)
    elif isinstance(value, pl.Series | list):
        sheet.write_string(row, place, in_file(text.listed(str(each) for each in value), LONGEST_CELL))
    elif value is not None:
        sheet.write_string(row, place, in_file(str(value), LONGEST_CELL), style)


def _chart_sheet(book: _Book, chart: Chart) -> None:
    """A chart's numbers, and beside them the chart that a spreadsheet draws of them."""
    names = dict(zip(chart.values, chart.names, strict=True))
    if chart.interval:
        names |= dict(zip(chart.interval, (_("95 % interval from"), _("95 % interval to")), strict=True))
    shown = spoken(Section(chart.title, chart.frame.select(drawn_columns(chart)), names))
    levels = {name: level for name, level in chart.lines if name not in shown.columns}
    table = shown.with_columns(pl.lit(level, pl.Float64).alias(name) for name, level in levels.items())
    sheet = book.fill(chart.title, table)
    if not chart.frame.height:
        return
    stacked = {"subtype": "stacked"} if chart.shape is Shape.STACKED else {}
    drawn = cast("Native", book.file.add_chart({"type": KINDS[chart.shape], **stacked}))
    rows = min(chart.frame.height, MOST_ROWS)
    for place in range(len(chart.values)):
        drawn.add_series(_series(sheet.get_name(), chart, place, rows))
    if chart.shape is Shape.LINE:
        for place in range(len(levels)):
            drawn.add_series(_level(sheet.get_name(), shown.width + place, rows))
    title = in_file(chart.title)
    drawn.set_title({"name": f" {title}" if title.startswith("=") else title, "name_font": {"size": 12}})  # no formula
    across, up = ("y", "x") if chart.shape is Shape.BAR else ("x", "y")
    axes = {across: {"reverse": True} if chart.shape is Shape.BAR else {}, up: {"name": in_file(chart.unit)}}
    drawn.set_x_axis(axes["x"])
    drawn.set_y_axis(axes["y"])
    drawn.set_legend({"position": "bottom"} if len(chart.values) + len(levels) > 1 else {"none": True})
    sheet.insert_chart(1, table.width + 1, drawn, {"x_scale": 1.6, "y_scale": 1.4})


def _series(sheet: str, chart: Chart, place: int, rows: int) -> dict:
    """One series as a spreadsheet draws it from its cells; the first one with its interval."""
    paint = {"color": (chart.colours or SERIES)[place % len(chart.colours or SERIES)]}
    marks = {"line": {**paint, "width": 2}} if chart.shape is Shape.LINE else {"fill": paint}
    whiskers = {}
    if chart.interval and not place and chart.shape is not Shape.STACKED:
        value, low, high = (chart.frame[each].head(rows) for each in (chart.values[0], *chart.interval))
        reach = {"plus_values": _gap(high - value), "minus_values": _gap(value - low)}
        whiskers = {"x_error_bars" if chart.shape is Shape.BAR else "y_error_bars": {"type": "custom", **reach}}
    cells = {"name": [sheet, 0, place + 1], "categories": [sheet, 1, 0, rows, 0]}
    return {**cells, "values": [sheet, 1, place + 1, rows, place + 1], **marks, **whiskers}


def _gap(distance: pl.Series) -> list[float]:
    """From a value to an end of its interval; none where there is no interval."""
    return [0.0 if each is None or each - each != 0 else round(each, 6) for each in distance]


def _level(sheet: str, column: int, rows: int) -> dict:
    line = {"color": GOOD, "width": 1.25, "dash_type": "dash"}
    cells = {"name": [sheet, 0, column], "categories": [sheet, 1, 0, rows, 0]}
    return {**cells, "values": [sheet, 1, column, rows, column], "line": line}


def _tell(book: _Book, told: Sequence[tuple[str, str]]) -> None:
    sheet = book.sheet(_("Definitions"))
    for place, header in enumerate((_("Figure"), _("Meaning"))):
        sheet.write_string(0, place, header, book.styles["header"])
    for row, (name, words) in enumerate(told, start=1):
        sheet.write_string(row, 0, in_file(name), book.styles["words"])
        sheet.write_string(row, 1, in_file(words), book.styles["words"])
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, LINES)
    sheet.freeze_panes(1, 0)
