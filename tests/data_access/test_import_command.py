"""`python -m jobs import`: what it says when it is done."""

from data_access.home import Home
from jobs.import_files import run, summary
from tests.importing import CONTACTS, HEAD, file_of, imported, mapping_file

EVENTS = '[contacts]\nrows = "events"\nkey = "id"\n' + CONTACTS
TEXT = "编号,id,start,moves\n1,a,2024-05-01 10:00,1\n2,a,2024-05-01 10:00,2\n3,b,2024-05-03 23:00,1\n"


def test_the_summary_counts_events_and_records_and_ends_with_the_next_command(tmp_path, capsys):
    file = file_of(tmp_path, TEXT.encode("gb18030"))
    run(mapping_file(tmp_path, EVENTS), [file], Home(tmp_path / "home"), add=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Imported: Test.")
    assert lines[1].endswith("3 rows read, encoding GB18030, 0 blank lines.")
    assert lines[2].startswith("Table contacts: 3 events of 2 records; 2 loaded")
    assert lines[3] == "Table contacts: from 2024-05-01 10:00:00 to 2024-05-03 23:00:00."
    assert lines[-1].endswith("python -m jobs metrics --from 2024-05-01 --to 2024-05-04")  # the end is excluded


def test_rejects_are_counted_their_file_is_named_and_above_a_twentieth_there_is_a_warning(tmp_path):
    bad = "4,c,soon,1\n"
    lines = list(summary(imported(tmp_path, TEXT + bad, head=HEAD + "max_rejected = 1.0\n")))
    assert "Table contacts: 4 rows; 2 loaded, 2 rejected." in lines  # one bad date, one key twice
    assert "Warning: 50.0 % of the rows for contacts were rejected." in lines
    assert any(line.endswith(".csv") and "line numbers" in line for line in lines)


def test_a_clean_import_names_no_rejects_file(tmp_path):
    done = imported(tmp_path, TEXT, EVENTS)
    assert done.rejects is None
    assert not any("Warning" in line or "line numbers" in line for line in summary(done))
