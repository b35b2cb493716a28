"""XLSX files: rows as a person sees them numbered, date cells, several sheets."""

from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from data_access.home import Home
from data_access.imports.import_files import import_files
from data_access.imports.mapping_check import read_mapping
from data_access.imports.source_rows import LINE
from data_access.imports.workbook import read_workbook
from metrics.errors import ImportFailed
from tests.importing import HEAD, file_of, mapping_file, query, rejects


def workbook(folder, sheets, name="contacts.xlsx"):
    path = folder / name
    with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yy"}) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in rows.items():
                for place, value in enumerate(row):
                    sheet.write(number - 1, place, value)
    return path


def test_rows_carry_the_number_that_the_spreadsheet_shows(tmp_path):
    book = workbook(tmp_path, {"s": {2: ["id", "n"], 3: ["a", 1], 5: ["b", 2.5]}})
    source = read_workbook(book, frozenset({"id", "n"}))
    assert source.rows.select(LINE, "id", "n").rows() == [(3, "a", "1"), (5, "b", "2.5")]
    assert source.blank == 1  # row 4


def test_an_error_cell_is_listed_and_not_read_as_missing(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "e.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "n"])
        sheet.write_row(1, 0, ["a", 1])
        sheet.write_string(2, 0, "b")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    source = read_workbook(tmp_path / "e.xlsx", frozenset({"id", "n"}))
    assert source.rows["id"].to_list() == ["a"]
    assert source.broken.rows() == [(3, "n", "", "the cell holds an error of the workbook")]


def test_the_mapping_names_one_of_several_sheets(tmp_path):
    book = workbook(tmp_path, {"五月": {1: ["id"], 2: ["a"]}, "六月": {1: ["id"], 2: ["b"]}})
    assert read_workbook(book, frozenset({"id"}), sheet="六月").rows["id"].to_list() == ["b"]
    with pytest.raises(ImportFailed, match=r'several sheets: 五月, 六月. Name the one .* sheet = "五月"'):
        read_workbook(book, frozenset({"id"}))
    with pytest.raises(ImportFailed, match="no sheet '七月'"):
        read_workbook(book, frozenset({"id"}), sheet="七月")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [({}, "is empty"), ({1: ["id"]}, "has a header line and no rows"), ({1: ["x"], 2: [1]}, "has no column 'id'")],
)
def test_a_sheet_without_rows_or_columns_is_one_sentence(tmp_path, rows, sentence):
    with pytest.raises(ImportFailed, match=sentence):
        read_workbook(workbook(tmp_path, {"s": rows}), frozenset({"id"}))


def test_a_file_that_is_no_workbook_is_one_sentence(tmp_path):
    with pytest.raises(ImportFailed, match="cannot be read as a workbook") as caught:
        read_workbook(file_of(tmp_path, "id\n1\n", "a.xlsx"), frozenset({"id"}))
    assert "\n" not in str(caught.value)


BODY = """
[contacts.columns]
contact_id = "id"
started_at = { column = "start", format = "%d/%m/%Y %H:%M" }
closed_at = { column = ["day", "clock"], format = "%d/%m/%Y %H:%M:%S" }
talk_seconds = { column = "talk", unit = "h:mm:ss" }
"""


def test_date_and_time_cells_need_no_format_and_text_beside_them_keeps_its_own(tmp_path):
    rows = {
        1: ["id", "start", "day", "clock", "talk"],
        2: ["cells", datetime(2024, 5, 3, 14, 7), date(2024, 5, 4), time(9, 30, 1), time(0, 2, 23)],
        3: ["words", "03/05/2024 14:07", "04/05/2024", "09:30:01", "0:02:23"],
        4: ["wrong", "05/03/24 14:07", "", "", ""],
    }
    mapping = read_mapping(mapping_file(tmp_path, BODY, HEAD + "max_rejected = 0.5\n"))
    done = import_files(mapping, [workbook(tmp_path, {"s": rows})], Home(tmp_path / "home"))
    moment = (datetime(2024, 5, 3, 14, 7), datetime(2024, 5, 4, 9, 30, 1), 143)  # 2 × 60 + 23
    assert query(done, "select contact_id, started_at, closed_at, talk_seconds from contacts order by all") == [
        ("cells", *moment),
        ("words", *moment),
    ]
    assert rejects(done) == [("4", "start", "05/03/24 14:07", "not a date of the form %d/%m/%Y %H:%M")]


@pytest.mark.parametrize("is_1904", [False, True])
def test_durations_of_a_day_and_more_are_read_in_either_calendar(tmp_path, is_1904):
    hours = (2, 20, 26, 50)
    path = tmp_path / "contacts.xlsx"
    options = {"default_date_format": "yyyy-mm-dd hh:mm", "date_1904": is_1904}
    with xlsxwriter.Workbook(path, options) as book:
        sheet, elapsed = book.add_worksheet(), book.add_format({"num_format": "[h]:mm:ss"})
        sheet.write_row(0, 0, ["id", "start", "talk"])
        for row, each in enumerate(hours, 1):
            sheet.write(row, 0, f"c{each:02}")
            sheet.write(row, 1, datetime(2024, 5, 3, 14))
            sheet.write(row, 2, timedelta(hours=each), elapsed)
    body = """
[contacts.columns]
contact_id = "id"
started_at = { column = "start", format = "%Y-%m-%d %H:%M" }
talk_seconds = { column = "talk", unit = "h:mm:ss" }
"""
    done = import_files(read_mapping(mapping_file(tmp_path, body)), [path], Home(tmp_path / "home"))
    told = query(done, "select talk_seconds from contacts order by contact_id")
    assert [seconds for (seconds,) in told] == [each * 3600 for each in hours]
