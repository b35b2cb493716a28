"""Encodings that files from contact centres come in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.imports.text_encoding import decode
from metrics.errors import ImportFailed

CHINESE = "编号,内容\n1,客户投诉物流太慢，要求退款\n2,已解决\n"
FILE = Path("contacts.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_chinese_text_comes_back_from_every_encoding(encoding):
    assert decode(CHINESE.encode(encoding), FILE).text == CHINESE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_named(encoding):
    assert decode(CHINESE.encode(encoding), FILE).encoding == encoding


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4, max_size=60))
def test_any_chinese_sentence_in_utf_8_is_read_as_utf_8(sentence):
    assert decode(f"id,text\n1,{sentence}\n".encode(), FILE).text == f"id,text\n1,{sentence}\n"


def test_traditional_chinese_in_gb18030_is_recognised():
    text = "編號,內容\n1,客戶對物流延誤表示不滿，要求退款\n"
    assert decode(text.encode("gb18030"), FILE).text == text


def test_one_damaged_line_does_not_turn_utf_8_into_other_chinese():
    decoded = decode("编号,内容\n1,客户\n".encode() + b"2,\xe5\xae\n" + "3,投诉\n".encode(), FILE)
    assert (decoded.encoding, decoded.is_damaged) == ("utf-8", True)
    assert "客户" in decoded.text
    assert "投诉" in decoded.text


def test_western_european_text_is_not_taken_for_chinese():
    with pytest.raises(ImportFailed, match=r"encoding of contacts\.csv was not recognised"):
        decode("id,nom\n1,Andrés\n2,Hélène\n".encode("cp1252"), FILE)


def test_a_stated_encoding_is_taken_at_its_word():
    text = "id,nom\n1,Andrés\n"
    assert decode(text.encode("cp1252"), FILE, "cp1252").text == text


def test_a_file_that_is_no_text_is_refused():
    with pytest.raises(ImportFailed, match="not a CSV file"):
        decode(b"\x7fELF\0\0\1\2" + bytes(range(256)), FILE)


def test_a_cut_off_utf_16_file_is_refused():
    with pytest.raises(ImportFailed, match="cut off"):
        decode(CHINESE.encode("utf-16")[:-1], FILE)
