"""A workbook as a spreadsheet reads it: numbers are numbers, days are days, text is text, headers stay in sight."""

import re
import zipfile
from datetime import date, datetime
from io import BytesIO

import fastexcel
import polars as pl

from reports.document.book import workbook_of
from reports.document.parts import Chapter, Document, Table
from reports.export import Section
from reports.text import speaking

MADE = datetime(2026, 1, 2, 3, 4)
FRAME = pl.DataFrame(
    {
        "span": ["2025 Q1", "=1+1"],
        "start": [date(2025, 1, 1), date(2025, 4, 1)],
        "opened_at": [datetime(2025, 1, 1, 9, 30), None],
        "count": [1_234, None],
        "value": [12.345678, -0.5],
    }
)


def made(language: str = "en") -> bytes:
    with speaking(language):
        sections = [Section("Return: a/b", FRAME, {"span": "Span"}), Section("Return: a/b", FRAME.head(1))]
        chapter = Chapter("Return", "", tuple(Table(each) for each in sections))
        return workbook_of(Document("T", (), (("Title", "=cmd()"),), (chapter,), (("Closed", "words"),), MADE))


def test_every_cell_keeps_its_kind() -> None:
    book = fastexcel.read_excel(made())
    assert book.sheet_names == ["Return  a b", "Return  a b 2", "Definitions"]
    found = book.load_sheet(0).to_polars()
    assert found.columns == ["Span", "First day", "Opened", "Count", "Value"]
    assert [found.schema[name].base_type() for name in found.columns] == [
        pl.String, pl.Datetime, pl.Datetime, pl.Float64, pl.Float64,
    ]  # fmt: skip
    assert found.rows() == [
        ("2025 Q1", datetime(2025, 1, 1), datetime(2025, 1, 1, 9, 30), 1_234, 12.345678),
        ("=1+1", datetime(2025, 4, 1), None, None, -0.5),
    ]


def test_headers_stay_in_sight_and_nothing_is_a_formula() -> None:
    with zipfile.ZipFile(BytesIO(made())) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 3
    for sheet in sheets:
        assert re.search(r'<pane ySplit="1"[^>]* state="frozen"', sheet)
        assert "<f>" not in sheet


def test_the_last_sheet_says_what_the_others_mean_in_the_readers_language() -> None:
    for language, header in (("en", ["Figure", "Meaning"]), ("zh", ["指标", "含义"])):
        sheet = fastexcel.read_excel(made(language)).load_sheet(2).to_polars()
        assert sheet.columns == header
        rows = sheet.rows()
        assert (rows[0], rows[-1]) == (("Title", "=cmd()"), ("Closed", "words"))


def test_equal_input_gives_equal_bytes() -> None:
    assert made() == made()


def test_a_title_that_is_cut_after_a_quote_still_names_its_sheet() -> None:
    title = "x" * 30 + "'s"  # 31 characters, the most that a sheet's name has, end with the quote
    with speaking("en"):
        content = workbook_of(Document("T", (), (), (Chapter("C", "", (Table(Section(title, FRAME)),)),)))
    assert fastexcel.read_excel(content).sheet_names[0] == "x" * 30
