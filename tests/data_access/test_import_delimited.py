"""CSV files as they come: quotes, line ends, delimiters, damage."""

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.imports.delimited import read_delimited
from data_access.imports.source_rows import LINE
from metrics.errors import ImportFailed
from tests.importing import file_of

WANTED = frozenset({"id", "note"})


def read(folder, text, **stated):
    return read_delimited(file_of(folder, text), WANTED, **stated)


def lines_and_notes(source):
    return source.rows.select(LINE, "note").rows()


def faults(source):
    return source.broken.select(LINE, "reason").rows()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised(tmp_path, delimiter):
    source = read(tmp_path, f"id{delimiter}note\n1{delimiter}a b\n")
    assert source.rows.rows() == [(2, "1", "a b")]  # LINE, id, note as written


def test_a_stated_delimiter_wins(tmp_path):
    source = read_delimited(file_of(tmp_path, "id;a,b,c\n1;x,y,z\n"), frozenset({"a,b,c"}), delimiter=";")
    assert source.rows.rows() == [(2, "x,y,z")]  # by commas alone it would be three columns, none of them named so


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_in_the_file_and_not_in_records(tmp_path, end):
    text = end.join(["id,note", "1,plain", '2,"three', "lines", 'long"', "", "3,after"]) + end
    source = read(tmp_path, text)
    assert source.rows.select(LINE, "id").rows() == [(2, "1"), (3, "2"), (7, "3")]  # counted by eye
    assert source.blank == 1


def test_a_row_with_too_many_or_too_few_fields_is_listed_and_the_others_are_read(tmp_path):
    source = read(tmp_path, "id,note\n1,a\n2,b,c\n3\n4,d\n")
    assert lines_and_notes(source) == [(2, "a"), (5, "d")]
    assert faults(source) == [(3, "3 fields instead of 2"), (4, "1 fields instead of 2")]


def test_a_quote_left_open_costs_one_row(tmp_path):
    source = read(tmp_path, 'id,note\n1,a\n2,"open\n3,b\n4,"c, d"\n5,e\n')
    assert lines_and_notes(source) == [(2, "a"), (4, "b"), (5, "c, d"), (6, "e")]
    assert faults(source) == [(3, "the quotes do not close where they should")]


def test_two_quotes_left_open_do_not_swallow_the_rows_between(tmp_path):
    source = read(tmp_path, 'id,note\n"1,open\n2,b\n3",x,y\n4,d\n')
    assert lines_and_notes(source) == [(3, "b"), (5, "d")]
    assert [line for line, _ in faults(source)] == [2, 4]


def test_text_after_a_closing_quote_is_listed_and_not_glued(tmp_path):
    source = read(tmp_path, 'id,note\n1,"a"b\n2,c\n')
    assert lines_and_notes(source) == [(3, "c")]
    assert source.broken["value"].to_list() == ['1,"a"b']


def test_bytes_that_fit_no_character_cost_their_row_only(tmp_path):
    source = read(tmp_path, "id,note\n1,客户\n".encode() + b"2,\xff\xfe\n" + "3,投诉\n".encode())
    assert lines_and_notes(source) == [(2, "客户"), (4, "投诉")]
    assert faults(source) == [(3, "holds bytes that are not utf-8")]


def test_gzip_is_read_as_it_is(tmp_path):
    file = file_of(tmp_path, gzip.compress(b"id,note\n1,a\n"), "contacts.csv.gz")
    assert lines_and_notes(read_delimited(file, WANTED)) == [(2, "a")]


def test_lines_above_the_header_are_passed_over(tmp_path):
    source = read(tmp_path, "Report of May\n\nid,note\n1,a\n", header_line=3)
    assert lines_and_notes(source) == [(4, "a")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "is empty"),
        (b"id,note\n", "has a header line and no rows"),
        (b"id,nite\n1,a\n", "has no column 'note'.*nearest columns there are: nite"),
        (b"id,note,note\n1,a,b\n", "more than one column 'note'"),
        (b"PK\x03\x04aaaa", "is a workbook or an archive"),
        (b"\x1f\x8b\x08broken", "cannot be read"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\0\1\2\0\0\3", "is not a CSV file"),
        (b"just a letter\nto somebody\n", "has no column 'id'"),
    ],
)
def test_a_file_that_cannot_be_imported_is_one_sentence(tmp_path, text, sentence):
    with pytest.raises(ImportFailed, match=sentence) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(ImportFailed, match="No such file or directory"):
        read_delimited(tmp_path / "nowhere.csv", WANTED)


@settings(max_examples=60)
@given(
    notes=st.lists(st.text("a,;\t\"'\r\n 客诉", max_size=8), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, notes, delimiter, encoding):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([["id", "内容", "note"], *([number, "客户投诉", note] for number, note in enumerate(notes))])
    file = file_of(tmp_path_factory.mktemp("csv"), text.getvalue().encode(encoding))
    source = read_delimited(file, WANTED)
    assert source.rows["note"].to_list() == notes
    assert source.broken.height == 0
