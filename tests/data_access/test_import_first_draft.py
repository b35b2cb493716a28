"""A first look at files: header, table, columns, dates and words; and what is not even unpacked."""

import struct
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from data_access.home import Home
from data_access.imports.code_words import codes_of
from data_access.imports.date_forms import DateForms, date_forms
from data_access.imports.draft import Draft, Unlike, choose, mapping_of
from data_access.imports.first_draft import begin, for_table
from data_access.imports.mapping_check import checked
from data_access.imports.mapping_text import mapping_text
from data_access.imports.sampling import sample_of
from data_access.imports.table_rows import table_rows
from data_access.imports.uploads import keep_uploads
from data_access.imports.workbook import read_workbook
from data_access.imports.workbook_archive import MOST_BYTES
from data_access.schema import KIND
from metrics.errors import ImportFailed
from tests.importing import file_of
from tests.real_data import REAL_DATA

HOTLINE = """\
工单明细导出（共3条）
工单编号,创建时间,受理渠道,工单状态,满意度评价,通话时长
GD1,2026/10/12 上午8:05,电话,已解决,非常满意,1:23
GD2,2026/10/12 下午12:30,微信,处理中,-,4:05
GD3,2026/10/13 上午12:10,邮件,已关闭,不满意,0:40
"""


def test_a_chinese_export_below_a_title_is_read_without_a_word_from_anybody(tmp_path):
    draft = begin(sample_of(file_of(tmp_path, HOTLINE.encode("gb18030"), "工单.csv")))
    mapping = mapping_of(draft, "热线", "Asia/Shanghai", ["-"])
    rows = table_rows("contacts", mapping, [draft.sample.source]).frame
    assert rows.select("contact_id", "channel", "resolved", "csat", "talk_seconds").rows() == [
        ("GD1", "phone", True, 5.0, 83),
        ("GD2", "social", False, None, 245),
        ("GD3", "email", True, 2.0, 40),
    ]
    # 下午12:30 is half past noon and 上午12:10 ten past midnight
    assert [str(each) for each in rows["started_at"]] == [
        "2026-10-12 08:05:00", "2026-10-12 12:30:00", "2026-10-13 00:10:00",
    ]  # fmt: skip
    assert checked(mapping_text(mapping), "热线") == mapping


def test_merged_cells_count_for_all_that_they_cover(tmp_path):
    path = tmp_path / "投诉.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        sheet.merge_range("B2:E2", "投诉台账 2026年10月")
        sheet.merge_range("B3:B4", "投诉编号")
        sheet.merge_range("C3:D3", "时间")
        sheet.write_row("C4", ["受理时间", "办结时间"])
        sheet.merge_range("E3:E4", "责任部门")
        sheet.write_row("B5", ["TS1", "2026-10-01 09:00", "2026-10-02 09:00"])
        sheet.write_row("B6", ["TS2", "2026-10-01 10:00", ""])
        sheet.merge_range("E5:E6", "物流部")
    sample = sample_of(path)
    assert (sample.header_line, sample.columns) == (4, ("投诉编号", "受理时间", "办结时间", "责任部门"))
    assert sample.source.rows["责任部门"].to_list() == ["物流部", "物流部"]
    assert begin(sample).table == "complaints"


@pytest.mark.parametrize(
    ("values", "forms"),
    [
        (["01/11/2026", "25/11/2026"], DateForms(("%d/%m/%Y",))),
        (["11/01/2026", "11/25/2026"], DateForms(("%m/%d/%Y",))),
        (["01/11/2026 9:00", "05/11/2026 10:30"], DateForms(("%d/%m/%Y %H:%M",), ("%m/%d/%Y %H:%M",))),
        (["05/05/2026"], DateForms(("%d/%m/%Y",))),  # both readings are the same day
        (["3/5/2024 14:07", "-", "4/5/2024 9:00"], DateForms(("%d/%m/%Y %H:%M",), ("%m/%d/%Y %H:%M",))),
        (["3/5/2024 14:07", "N/A", "3/25/2024 9:00"], DateForms(("%m/%d/%Y %H:%M",))),
        (["-", "?"], None),
        (["2026年11月1日 下午3:05"], DateForms(("%Y年%m月%d日 %p%I:%M",))),
        (["2026-11-01", "2026-11-02 10:00"], DateForms(("%Y-%m-%d", "%Y-%m-%d %H:%M"))),
        (["2026-11-01T10:00:00Z"], DateForms(("%Y-%m-%dT%H:%M:%S%z",))),
        (["phone", "12"], None),
    ],
)
def test_dates_are_told_apart_by_the_data_and_asked_where_both_readings_fit(values, forms):
    assert date_forms(values) == forms


def test_words_that_say_the_contrary_are_not_mixed_up():
    assert codes_of("contacts", "resolved", ["未解决", "已解决", "什么"]) == {"未解决": False, "已解决": True}
    assert codes_of("contacts", "sla_met", ["超时", "未超时"]) == {"超时": False, "未超时": True}
    assert codes_of("contacts", "channel", ["phone", "chat"]) == {}  # the product's own


def test_a_correction_takes_the_meaning_from_the_column_that_had_it(tmp_path):
    text = "id,number,start\n1,a,2026-10-01 09:00\n2,a,2026-10-01 10:00\n3,b,2026-10-02 10:00\n"
    draft = for_table(sample_of(file_of(tmp_path, text)), "contacts")
    assert (draft.column_for("id"), draft.rows) == ("contact_id", "records")
    corrected = choose(draft, "number", "contact_id")
    assert (corrected.column_for("id"), corrected.column_for("number")) == (None, "contact_id")
    assert corrected.rows == "events"  # its values come again


def test_numbers_with_signs_are_offered_and_read(tmp_path):
    text = "质检编号,坐席工号,质检时间,质检得分\nq1,a,2026-10-01 09:00,84.5%\nq2,b,2026-10-02 09:00,70分\n"
    rows = loaded(begin(sample_of(file_of(tmp_path, text, "质检.csv"))))
    assert rows["score"].to_list() == [84.5, 70.0]
    text = '投诉编号,受理时间,赔付金额\np1,2026-10-01 09:00,"¥1,200.50"\np2,2026-10-02 09:00,"1,000.50"\n'
    rows = loaded(begin(sample_of(file_of(tmp_path, text, "投诉.csv"))))
    assert rows["redress_amount"].to_list() == [1200.5, 1000.5]


def test_a_column_left_out_for_its_values_is_told_until_a_person_says_what_it_is(tmp_path):
    text = "投诉编号,受理时间,赔付金额,内部标记\np1,2026-10-01 09:00,80,x\np2,2026-10-02 09:00,很多,y\n"
    draft = begin(sample_of(file_of(tmp_path, text, "投诉.csv")))
    assert draft.misnamed == {"赔付金额": Unlike("redress_amount", ("很多",))}
    assert choose(draft, "赔付金额", "redress_amount").misnamed == {}
    assert choose(draft, "内部标记", "redress_amount").misnamed == {}


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        (["1:23", "4:05", "0:40", "2:10", "1:00:05"], "m:ss"),
        (["0:01:23", "0:04:05", "0:00:40", "0:02:10", "85"], "h:mm:ss"),
        (["83", "245", "40", "130", "1:05"], "seconds"),
        (["1:23", "-", "4:05", "60", "61"], "seconds"),  # two of four are no majority
    ],
)
def test_one_odd_duration_does_not_decide_how_the_others_are_read(tmp_path, values, unit):
    lines = [f"c{place},2026-10-01 09:00,{each}" for place, each in enumerate(values)]
    sample = sample_of(file_of(tmp_path, "\n".join(["通话编号,开始时间,计时", *lines])))
    draft = choose(for_table(sample, "contacts"), "计时", "talk_seconds")
    assert draft.sources["talk_seconds"].unit == unit


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        ("投诉编号,工单号", {"complaint_id": "投诉编号", "contact_id": "工单号"}),
        ("工单号,投诉编号", {"complaint_id": "投诉编号", "contact_id": "工单号"}),
        ("工单号,投诉类型", {"complaint_id": "工单号", "contact_id": None}),
    ],
)
@pytest.mark.parametrize("second", ["a2", "a1"])  # a key that comes again is told apart no better by the other column
def test_the_ticket_of_a_complaint_is_its_contact_where_the_complaint_has_a_number_of_its_own(
    tmp_path, header, ids, second
):
    text = f"{header},受理时间\na1,b1,2026-10-01 09:00\n{second},b2,2026-10-02 09:00\n"
    draft = begin(sample_of(file_of(tmp_path, text, "投诉.csv")))
    assert draft.table == "complaints"
    assert {each: draft.sources[each].column[0] if each in draft.sources else None for each in ids} == ids


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_rows_are_counted_before_the_import_as_they_are_after_it(tmp_path, name):
    rows = [["id", "text"], ["1", "two\nlines"], ["", ""], ["2", "x"], ["", ""]]
    path = tmp_path / name
    if name.endswith(".csv"):
        path.write_text("\n".join(f'{one},"{other}"' if one else "," for one, other in rows) + "\n\n")
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    sample = sample_of(path)
    assert (sample.rows, sample.source.read) == (2, 2)


def test_a_sample_is_spread_over_the_rows_that_are_not_blank(tmp_path):
    lines = [f"{number},x\n,\n" for number in range(20_000)]
    sample = sample_of(file_of(tmp_path, "".join(["id,text\n", *lines])))
    assert sample.rows == 20_000
    every = 40_000 // 5_000  # lines by the size of a sample
    assert sample.source.rows["id"].to_list() == [str(number) for number in range(0, 20_000, every)]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "table", "found"),
    [
        ("pwc_call_center/calls.csv", "contacts", {"contact_id": ("Call Id",), "started_at": ("Date", "Time")}),
        ("calls_daily_service_level/calls_daily.csv", "volumes", {KIND + "offered": ("incoming_calls",)}),
    ],
)
def test_real_exports_are_recognised(file, table, found):
    draft = begin(sample_of(REAL_DATA / file))
    assert (draft.table, draft.lacking) == (table, ())
    assert {each: draft.sources[each].column for each in found} == found


def loaded(draft: Draft) -> pl.DataFrame:
    rows = table_rows(draft.table, mapping_of(draft, "x", "Asia/Shanghai"), [draft.sample.source])
    assert rows.rejects.rows() == []
    return rows.frame


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path


def declaring(path: Path, name: str, size: int) -> Path:
    """The same archive, whose directory says that a part is of another size than it is."""
    content, marker = bytearray(path.read_bytes()), b"PK\x01\x02"
    place = content.rindex(marker, 0, content.rindex(name.encode()))
    content[place + 24 : place + 28] = struct.pack("<I", size)
    path.write_bytes(content)
    return path


def test_a_workbook_that_would_grow_without_end_is_not_unpacked(tmp_path):
    bomb = declaring(archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<a/>"}), "xl/workbook.xml", MOST_BYTES + 1)
    with pytest.raises(ImportFailed, match=r"a\.xlsx was not opened: unpacked it would take 1,074 MB"):
        read_workbook(bomb, frozenset())
    liar = declaring(archive(tmp_path / "b.xlsx", {"xl/workbook.xml": b"0" * 5_000_000}), "xl/workbook.xml", 100)
    with pytest.raises(ImportFailed, match="the archive is damaged"):
        read_workbook(liar, frozenset())


@pytest.mark.parametrize("form", ["utf-8", "utf-16"])
def test_a_workbook_with_entities_is_not_opened(tmp_path, form):
    laughs = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'.encode(form)
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b" " * 2_000_000 + laughs})
    dropped = keep_uploads(Home(tmp_path / "home"), [(path.name, path.read_bytes())])
    assert ["declares XML entities" in str(each) for each in dropped.refused] == [True]
    assert list((tmp_path / "home" / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"\x1f\x8b\x08", "neither a CSV file nor an XLSX"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "a workbook of the old kind"),
        ("a.xlsx", b"id,start", "cannot be read as a workbook"),
    ],
)
def test_files_of_other_kinds_are_one_sentence(tmp_path, name, content, sentence):
    good = ("good.csv", b"id\n1\n")
    dropped = keep_uploads(Home(tmp_path), [(name, content), good])
    assert [each.name for each in dropped.files] == ["good.csv"]
    assert [sentence in str(each) for each in dropped.refused] == [True]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"id\n1\n", "a.csv was dropped twice. It is read once"),
        ("b.csv", b"id\n1\n", "b.csv holds the same as a.csv. It is read once"),
        ("a.csv", b"id\n2\n", "Two different files are called a.csv."),
    ],
)
def test_a_file_that_is_there_already_is_taken_once_and_said(tmp_path, name, content, sentence):
    dropped = keep_uploads(Home(tmp_path), [("a.csv", b"id\n1\n"), (name, content)])
    assert [each.read_bytes() for each in dropped.files] == [b"id\n1\n"]
    assert [sentence in str(each) for each in dropped.refused] == [True]


def test_a_dropped_file_cannot_name_its_place(tmp_path):
    (kept,) = keep_uploads(Home(tmp_path), [("../../..\\evil\n.csv", b"id\n1\n")]).files
    assert (kept.name, kept.parent.parent) == ("evil.csv", tmp_path / "uploads")
    assert kept.stat().st_mode & 0o077 == 0
