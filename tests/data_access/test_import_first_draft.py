"""A first look at files: header, table, columns, dates and words; and what is not even unpacked."""

import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from data_access.home import Home
from data_access.imports.code_words import codes_of
from data_access.imports.date_forms import DateForms, date_forms
from data_access.imports.draft import choose, mapping_of
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
    with pytest.raises(ImportFailed, match="declares XML entities"):
        keep_uploads(Home(tmp_path / "home"), [(path.name, path.read_bytes())])
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
    with pytest.raises(ImportFailed, match=sentence):
        keep_uploads(Home(tmp_path), [(name, content)])


def test_a_dropped_file_cannot_name_its_place(tmp_path):
    (kept,) = keep_uploads(Home(tmp_path), [("../../..\\evil\n.csv", b"id\n1\n")])
    assert (kept.name, kept.parent.parent) == ("evil.csv", tmp_path / "uploads")
    assert kept.stat().st_mode & 0o077 == 0
