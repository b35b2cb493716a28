"""Adding files to what is there: an overlap counts once, whatever the order; and the way back."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_access.home import Home
from data_access.imports.adding import Added
from data_access.imports.before import go_back, in_use
from data_access.imports.draft import mapping_of
from data_access.imports.first_draft import begin
from data_access.imports.import_files import Imported, import_files, import_parts
from data_access.imports.loading import Part
from data_access.imports.mapping_check import read_mapping
from data_access.imports.sampling import sample_of
from metrics.errors import ImportFailed
from reports.own_data import upload_words
from tests.demo_home import copied
from tests.importing import CONTACTS, HEAD, file_of, mapping_file, query

FIRST = "id,start,moves\na,2024-05-01 10:00,1\nb,2024-05-02 10:00,1\n"
NEXT = "id,start,moves\nb,2024-05-02 10:00,3\na,2024-05-01 10:00,1\nc,2024-05-03 10:00,\n"
EVENTS = """
[contacts]
rows = "events"
key = "id"
last_by = "n"

[contacts.columns]
contact_id = "id"
started_at = { column = "start", format = "%Y-%m-%d %H:%M" }
transfer_count = "moves"
"""
STEPS = """
[complaint_events.columns]
complaint_id = "id"
event = "step"
at = { column = "at", format = "%Y-%m-%d %H:%M" }
"""


def add(folder: Path, text: str, body: str = CONTACTS, head: str = HEAD, *, replace: bool = False) -> Imported:
    mapping = read_mapping(mapping_file(folder, body, head))
    return import_files(mapping, [file_of(folder, text)], Home(folder / "home"), add=not replace)


def rows(done: Imported, table: str = "contacts", columns: str = "*") -> list[tuple]:
    return query(done, f"select {columns} from {table} order by all")


def test_an_overlapping_file_counts_once_and_its_rows_are_the_newer_ones(tmp_path):
    add(tmp_path, FIRST)
    done = add(tmp_path, NEXT)
    assert rows(done, columns="contact_id, transfer_count") == [("a", 1), ("b", 3), ("c", None)]
    assert done.added == (Added("contacts", new=1, changed=1, same=1, older=0, rows=3),)
    again = add(tmp_path, NEXT)
    assert rows(again) == rows(done)
    assert again.added == (Added("contacts", new=0, changed=0, same=3, older=0, rows=3),)
    assert query(again, "select value from warehouse_info where key = 'rows_contacts'") == [("3",)]


def test_what_a_newer_file_does_not_tell_stays_and_so_do_other_tables(tmp_path):
    add(tmp_path, "t\nA\n", '[teams.columns]\nteam_id = "t"\n')
    add(tmp_path, FIRST)
    done = add(tmp_path, "id,start\na,2024-05-01 11:00\n", CONTACTS.replace('transfer_count = "moves"\n', ""))
    assert rows(done, columns="contact_id, transfer_count, hour(started_at)") == [("a", 1, 11), ("b", 1, 10)]
    assert rows(done, "teams") == [("A",)]


def test_rows_without_a_key_count_as_often_as_the_file_that_says_them_most(tmp_path):
    twice = "id,step,at\np,returned,2024-05-01 10:00\np,returned,2024-05-01 10:00\n"
    once = "id,step,at\np,returned,2024-05-01 10:00\np,resumed,2024-05-01 10:00\n"
    add(tmp_path, twice, STEPS)
    done = add(tmp_path, once, STEPS)
    assert rows(done, "complaint_events", "event") == [("resumed",), ("returned",), ("returned",)]
    assert done.added == (Added("complaint_events", new=1, changed=0, same=1, older=0, rows=3),)


def test_rows_without_a_key_are_the_same_in_what_both_files_tell(tmp_path):
    levels = STEPS + 'level = "level"\n'
    add(tmp_path, "id,step,at\np,escalated,2024-05-01 10:00\np,returned,2024-05-01 11:00\n", STEPS)
    more = "id,step,at,level\np,escalated,2024-05-01 10:00,L2\np,escalated,2024-05-02 10:00,L3\n"
    done = add(tmp_path, more, levels)
    told = [("escalated", "L2"), ("escalated", "L3"), ("returned", None)]
    assert rows(done, "complaint_events", "event, level") == told
    assert done.added == (Added("complaint_events", new=1, changed=1, same=0, older=0, rows=3),)
    again = add(tmp_path, "id,step,at\np,escalated,2024-05-02 10:00\np,closed,2024-05-03 10:00\n", STEPS)
    assert rows(again, "complaint_events", "event, level") == sorted([*told, ("closed", None)], key=str)
    assert again.added == (Added("complaint_events", new=1, changed=0, same=1, older=0, rows=4),)


def test_an_older_event_does_not_undo_a_newer_one(tmp_path):
    add(tmp_path, "id,start,moves,n\na,2024-05-01 10:00,5,9\n", EVENTS)
    done = add(tmp_path, "id,start,moves,n\na,2024-05-01 10:00,1,2\nb,2024-05-01 10:00,1,1\n", EVENTS)
    assert rows(done, columns="contact_id, transfer_count") == [("a", 5), ("b", 1)]
    assert done.added == (Added("contacts", new=1, changed=0, same=0, older=1, rows=2),)


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (HEAD.replace("Asia/Shanghai", "UTC"), "the time zone UTC, and those that they are added to of Asia/Shanghai"),
        (HEAD + 'site_zone = "Asia/Tokyo"\n', "the time zone Asia/Shanghai → Asia/Tokyo"),
    ],
)
def test_rows_of_other_clocks_are_not_added(tmp_path, head, sentence):
    old = add(tmp_path, FIRST).warehouse
    with pytest.raises(ImportFailed, match=sentence):
        add(tmp_path, NEXT, head=head)
    assert Home(tmp_path / "home").current_warehouse() == old


def _export(folder: Path, name: str, header: str, count: int) -> Path:
    lines = [f"{name}{number},2026-10-01 09:00" for number in range(count)]
    return file_of(folder, "\n".join([header, *lines]), f"{name}.csv")


@pytest.mark.parametrize("adds", [False, True])
def test_each_file_has_the_counts_of_its_own_rows(ready_demo, tmp_path, adds):
    files = [
        _export(tmp_path, "a_calls", "通话编号,开始时间", 10),
        _export(tmp_path, "b_tousu", "投诉编号,受理时间", 3),
        _export(tmp_path, "c_calls", "通话编号,开始时间", 7),
        _export(tmp_path, "d_qa", "质检编号,质检时间", 2),
    ]
    parts = [Part(mapping_of(begin(sample_of(file)), file.stem, "Asia/Shanghai"), (file,)) for file in files]
    home = copied(ready_demo, tmp_path / "home")
    if adds:
        import_parts(parts[3:], home)
    done = import_parts(parts, home, add=adds)
    told = [(count.files, count.table, count.loaded) for count in done.tables]
    assert told == [
        (("a_calls.csv",), "contacts", 10),
        (("b_tousu.csv",), "complaints", 3),
        (("c_calls.csv",), "contacts", 7),
        (("d_qa.csv",), "qa_reviews", 2),
    ]
    assert [(each.table, each.new, each.same, each.rows) for each in done.added] == [
        ("contacts", 10, 0, 17),
        ("complaints", 3, 0, 3),
        ("contacts", 7, 0, 17),
        ("qa_reviews", 0 if adds else 2, 2 if adds else 0, 2),
    ]
    shown = upload_words.counted(done.tables, done.added)
    assert shown["New"].to_list() == [each.new for each in done.added]
    assert shown["File"].to_list() == [file.name for file in files]


def test_own_rows_are_never_added_to_a_demo(ready_demo, tmp_path):
    home = copied(ready_demo, tmp_path / "home")
    with pytest.raises(ImportFailed, match="never mixed with invented ones"):
        add(tmp_path, FIRST)
    assert in_use(home).source == "demo"


def test_there_is_a_way_back_and_forth(tmp_path):
    home = Home(tmp_path / "home")
    first, then = add(tmp_path, FIRST).warehouse, add(tmp_path, NEXT).warehouse
    assert go_back(home).path == home.current_warehouse() == first
    assert go_back(home).path == home.current_warehouse() == then
    with FileLock(home.lock), pytest.raises(ImportFailed, match="Another import"):
        go_back(home)


def test_the_data_before_can_be_read_while_rows_are_added_to_them(tmp_path):
    old = add(tmp_path, FIRST).warehouse
    with duckdb.connect(str(old), read_only=True) as reader:
        add(tmp_path, NEXT)
        assert reader.execute("select count(*) from contacts").fetchall() == [(2,)]


@st.composite
def exports(draw: st.DrawFn) -> tuple[list[str], list[list[str]], Sequence[int]]:
    """The lines of a ticket system, exports that overlap and hold all of them, and the order in which they come."""
    lines = [
        f"{key},2024-05-{1 + day:02} 10:00,{moves},{number}"
        for number, (key, day, moves) in enumerate(
            draw(
                st.lists(
                    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 27), st.integers(0, 3)),
                    min_size=1,
                    max_size=12,
                )
            )
        )
    ]
    places = range(len(lines))
    cuts = [draw(st.sets(st.sampled_from(places))) for _ in range(draw(st.integers(0, 3)))]
    cuts.append(set(places).difference(*cuts) | draw(st.sets(st.sampled_from(places))))
    files = [[lines[place] for place in sorted(cut)] for cut in cuts if cut]
    return lines, files, draw(st.permutations(range(len(files))))


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=exports())
def test_files_in_any_order_and_overlap_give_the_rows_of_their_union(tmp_path, drawn):
    lines, files, order = drawn
    header = "id,start,moves,n"
    whole = add(tmp_path, "\n".join([header, *lines]), EVENTS, replace=True)
    expected, folder = rows(whole), tmp_path / "added"
    folder.mkdir(exist_ok=True)
    for number, place in enumerate(order):
        done = add(folder, "\n".join([header, *files[place]]), EVENTS, replace=number == 0)
    assert rows(done) == expected
    assert done.added[0].rows == len({line[0] for line in lines})
