"""Which rows become records: plain rows, events, repeated rows; and that every row is accounted for."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.errors import ImportFailed
from tests.importing import CONTACTS, HEAD, imported, query, rejects

LENIENT = HEAD + "max_rejected = 1.0\n"
EVENTS = """
[contacts]
rows = "events"
key = "id"
last_by = "n"

[contacts.columns]
contact_id = "id"
started_at = { column = "start", format = "%Y-%m-%d %H:%M" }
sla_met = "ok"
"""
TEAMS = """
[teams]
rows = "repeated"

[teams.columns]
team_id = "team"
supervisor = "boss"
"""


def test_a_row_with_a_bad_value_is_left_out_and_listed_with_its_line(tmp_path):
    text = "id,start,moves\na,2024-05-01 10:00,1\nb,01/05/2024,many\nc,2024-05-01 09:00,\n,2024-05-01 09:00,2\n"
    done = imported(tmp_path, text, head=LENIENT)
    assert query(done, "select contact_id, transfer_count from contacts") == [("c", None), ("a", 1)]  # by started_at
    assert rejects(done) == [
        ("3", "start", "01/05/2024", "not a date of the form %Y-%m-%d %H:%M"),
        ("3", "moves", "many", "not a whole number"),
        ("5", "id", "", "missing, and the table needs it"),
    ]
    assert done.tables[0].rejected == 2  # lines 3 and 5


def test_a_kept_row_loses_only_the_bad_value_which_is_listed(tmp_path):
    text = "id,start,moves\na,2024-05-01 10:00,many\nb,soon,1\n"
    done = imported(tmp_path, text, head=LENIENT + 'on_bad = "null_and_list"\n')
    assert query(done, "select contact_id, transfer_count from contacts") == [("a", None)]
    assert rejects(done, ["line", "row", "column", "value"]) == [
        ("2", "kept", "moves", "many"),
        ("3", "rejected", "start", "soon"),  # the table needs it
    ]
    assert (done.tables[0].emptied, done.tables[0].rejected) == (1, 1)


@pytest.mark.parametrize(
    ("mapping", "table", "column", "kept"),
    [
        ("reject_row", "", "null_and_list", 1),
        ("null_and_list", "reject_row", "", 0),
        ("reject_row", "null_and_list", "", 1),
    ],
)
def test_what_stands_nearer_to_the_column_decides(tmp_path, mapping, table, column, kept):
    section = f'[contacts]\non_bad = "{table}"\n' if table else ""
    source = f'{{ column = "moves", on_bad = "{column}" }}' if column else '"moves"'
    body = section + CONTACTS.replace('"moves"', source)
    text = "id,start,moves\na,2024-05-01 10:00,many\nb,2024-05-01 10:00,1\n"
    done = imported(tmp_path, text, body, LENIENT + f'on_bad = "{mapping}"\n')
    assert query(done, "select count(*) from contacts") == [(1 + kept,)]


def test_the_second_row_of_a_key_is_listed_with_the_line_of_the_first(tmp_path):
    text = "id,start,moves\na,2024-05-01 10:00,1\nb,2024-05-01 10:00,1\na,2024-05-02 10:00,2\n"
    done = imported(tmp_path, text, head=LENIENT)
    assert query(done, "select started_at from contacts where contact_id = 'a'") == [(datetime(2024, 5, 1, 10),)]
    assert rejects(done) == [("4", "id", "a", f"the key of line 2 of {tmp_path / 'contacts.csv'} again")]


def test_the_last_event_wins_and_of_equal_ones_the_later_row(tmp_path):
    text = """id,n,start,ok
a,10,2024-05-01 10:00,false
a,9,2024-05-01 10:00,true
b,1,2024-05-01 11:00,true
b,1,2024-05-01 11:00,false
"""
    done = imported(tmp_path, text, EVENTS)
    assert query(done, "select contact_id, sla_met from contacts") == [("a", False), ("b", False)]  # 10 > 9 as numbers
    count = done.tables[0]
    assert (count.read, count.keys, count.loaded, count.superseded, count.rejected) == (4, 2, 2, 2, 0)


def test_a_contact_whose_last_event_does_not_fit_is_not_loaded_from_an_older_one(tmp_path):
    text = "id,n,start,ok\na,1,2024-05-01 10:00,true\na,2,2024-05-01 10:00,maybe\nb,1,2024-05-01 10:00,true\n"
    done = imported(tmp_path, text, EVENTS, LENIENT)
    assert query(done, "select contact_id from contacts") == [("b",)]
    count = done.tables[0]
    assert (count.keys, count.loaded, count.superseded, count.rejected) == (2, 1, 1, 1)
    assert rejects(done) == [("3", "ok", "maybe", "neither true nor false")]


def test_an_event_without_key_or_order_is_listed(tmp_path):
    text = "id,n,start,ok\n,1,2024-05-01 10:00,true\na,x,2024-05-01 10:00,true\na,1,2024-05-01 10:00,true\n"
    done = imported(tmp_path, text, EVENTS, LENIENT)
    assert query(done, "select contact_id from contacts") == [("a",)]
    assert {(line, column) for line, column, _, _ in rejects(done)} == {("2", "id"), ("3", "n")}


def test_events_can_be_ordered_by_a_time(tmp_path):
    body = EVENTS.replace('last_by = "n"', 'last_by = { column = "n", format = "%d/%m/%Y" }')
    text = "id,n,start,ok\na,1/12/2024,2024-05-01 10:00,false\na,30/11/2024,2024-05-01 10:00,true\n"
    assert query(imported(tmp_path, text, body), "select sla_met from contacts") == [(False,)]


def test_repeated_rows_count_once_and_rows_without_a_key_are_no_fault(tmp_path):
    text = "team,boss\nA,Li\nA,Li\n,Li\nB,Wang\nA,Zhao\n"
    done = imported(tmp_path, text, TEAMS, LENIENT)
    assert query(done, "select team_id, supervisor from teams") == [("A", "Li"), ("B", "Wang")]
    count = done.tables[0]
    assert (count.read, count.loaded, count.repeated, count.without_key, count.rejected) == (5, 2, 1, 1, 1)
    assert rejects(done) == [("6", "team", "A", f"the key of line 2 of {tmp_path / 'contacts.csv'} again")]


def test_one_file_fills_several_tables(tmp_path):
    text = "id,start,moves,team,boss\na,2024-05-01 10:00,1,A,Li\nb,2024-05-01 11:00,1,A,Li\n"
    done = imported(tmp_path, text, CONTACTS + TEAMS)
    assert query(done, "select (select count(*) from contacts), (select count(*) from teams)") == [(2, 1)]


CELLS = st.sampled_from(["a", "b", "c", "", "?", "2024-05-01 10:00", "1", "2", "true", "x,y"])


@settings(max_examples=30)
@given(
    lines=st.lists(st.lists(CELLS, min_size=3, max_size=5).map(",".join), min_size=1, max_size=15),
    body=st.sampled_from(
        [CONTACTS.replace("moves", "ok"), EVENTS, TEAMS.replace('team"', 'id"').replace("boss", "ok")]
    ),
    on_bad=st.sampled_from(["reject_row", "null_and_list"]),
)
def test_every_line_is_loaded_superseded_repeated_keyless_or_in_the_rejects_file(tmp_path_factory, lines, body, on_bad):
    folder = tmp_path_factory.mktemp("import")
    fit = "z,1,2024-05-01 10:00,1\ny,1,2024-05-01 10:00,true\n"
    text = "id,n,start,ok\n" + fit + "".join(f"{line}\n" for line in lines)
    try:
        done = imported(folder, text, body, LENIENT + f'missing = "?"\non_bad = "{on_bad}"\n')
    except ImportFailed:
        return
    count = done.tables[0]
    rejected = {line for line, row in rejects(done, ["line", "row"]) if row == "rejected"}
    assert count.rejected == len(rejected)
    assert count.read == count.loaded + count.superseded + count.repeated + count.without_key + count.rejected
    assert query(done, f"select count(*) from {count.table}") == [(count.loaded,)]
    assert count.read + done.files[0].blank == len(lines) + 2
