"""Mapping files: each mistake is one sentence that names the key."""

import re
from pathlib import Path

import pytest

from data_access.imports.mapping_check import read_mapping
from metrics.errors import MappingError
from tests.importing import CONTACTS, HEAD, mapping_file

START = 'started_at = { column = "start", format = "%Y-%m-%d" }\n'
COLUMNS = '[contacts.columns]\ncontact_id = "id"\n' + START


def complaint(folder, body=CONTACTS, head=HEAD):
    with pytest.raises(MappingError) as caught:
        read_mapping(mapping_file(folder, body, head))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("body", "key", "near"),
    [
        ("delimeter = 1\n" + CONTACTS, "delimeter", "delimiter"),
        ("time_zne = 'UTC'\n" + CONTACTS, "time_zne", "time_zone"),
        ("[contacts]\nrow = 'events'\n" + CONTACTS, "contacts.row", "rows"),
        (COLUMNS + "csat = { colum = 'c' }\n", "contacts.columns.csat.colum", "column"),
        ("[complaint]\n" + CONTACTS, "complaint", "complaints"),
    ],
)
def test_an_unknown_key_is_named_with_near_ones(tmp_path, body, key, near):
    sentence = complaint(tmp_path, body)
    assert f"unknown key: {key}." in sentence
    assert near in sentence.split("one of:")[1]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "fills no table"),
        ('[contacts.columns]\ncontact_id = "id"\n', "contacts.columns does not fill started_at"),
        (COLUMNS + 'startd_at = "x"\n', "no column 'startd_at'. Did you mean one of: started_at"),
        (COLUMNS + "csat = {}\n", "contacts.columns.csat needs a column or a value"),
        (COLUMNS + 'csat = { column = "c", value = 1 }\n', "needs a column or a value, and not both"),
        (COLUMNS + 'closed_at = "c"\n', "contacts.columns.closed_at is a date or time and has no format"),
        (COLUMNS + 'csat = { column = "c", format = "%d" }\n', "csat has format or missing_time"),
        (COLUMNS + 'csat = { column = "c", plus = "d" }\n', "csat has plus and is no time"),
        (COLUMNS + 'text = { column = "c", times = "d" }\n', "text has times and is no number"),
        (COLUMNS + "[contacts.kinds]\na = 'b'\n", "contacts has kinds, which only volumes have"),
        (COLUMNS + 'csat = { column = "c", unit = "hours" }\n', "csat has a unit and is no duration"),
        (COLUMNS + 'resolved = { column = "c", codes = { y = 1 } }\n', "resolved is given a value of another kind"),
        (COLUMNS + 'resolved = { value = "yes" }\n', "resolved is given a value of another kind"),
        (COLUMNS + "reopen_count = { value = true }\n", "reopen_count is given a value of another kind"),
        (COLUMNS + 'channel = { column = "c", other = "keep" }\n', "channel has other and no codes"),
        (COLUMNS + 'csat = { column = "c", codes = { a = 1 }, other = "keep" }\n', "csat cannot keep codes"),
        (COLUMNS + 'closed_at = { column = "c", format = "%d/%m" }\n', "lacks the year"),
        (COLUMNS + 'closed_at = { column = "c", format = "%Y-%m-%d %H" }\n', "without the others"),
        (COLUMNS + 'closed_at = { column = "c", format = "%Y-%m-%d %I:%M" }\n', "one of %I and %p"),
        (COLUMNS + 'closed_at = { column = "c", format = "%Y-%q-%d" }\n', "unknown part"),
        ('[contacts]\nrows = "events"\n' + COLUMNS, "contacts has events and no key"),
        ('[contacts]\nkey = "id"\n' + COLUMNS, "which only events use"),
        ('[contacts]\nrows = "things"\n' + COLUMNS, "key contacts.rows: Input should be"),
        ("encoding = 'utf8000'\n" + COLUMNS, "the encoding 'utf8000' is unknown"),
        ("max_rejected = 2\n" + COLUMNS, "key max_rejected: Input should be less than or equal to 1"),
        ("[contacts\n", "is not TOML"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_key(tmp_path, body, sentence):
    assert sentence in complaint(tmp_path, body)


def test_a_missing_key_is_named(tmp_path):
    assert "lacks the key time_zone" in complaint(tmp_path, head='name = "x"\n')


def test_a_wrong_time_zone_is_named_with_near_ones(tmp_path):
    sentence = complaint(tmp_path, head='name = "x"\ntime_zone = "Asia/Shangai"\n')
    assert "time_zone 'Asia/Shangai' is not a time zone" in sentence
    assert "Asia/Shanghai" in sentence


def test_a_missing_mapping_file_is_one_sentence(tmp_path):
    with pytest.raises(MappingError, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")


def test_a_mapping_in_another_encoding_is_one_sentence(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_bytes('name = "客户"'.encode("gb18030"))
    with pytest.raises(MappingError, match="is not TOML in UTF-8"):
        read_mapping(path)


def test_the_example_of_the_documentation_can_be_used(tmp_path):
    words = (Path(__file__).resolve().parents[2] / "docs" / "connecting.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", words, re.DOTALL)
    mapping = read_mapping(mapping_file(tmp_path, example[1], head=""))
    assert mapping.tables["contacts"].columns["channel"].codes == {"电话": "phone", "邮件": "email"}
