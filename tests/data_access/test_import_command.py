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


def test_added_files_are_told_each_with_its_own_counts(tmp_path, capsys):
    body = '[contacts]\nfiles = "[ac]*"\n' + CONTACTS + '[teams]\nfiles = "[bd]*"\n[teams.columns]\nteam_id = "t"\n'
    texts = {
        "a.csv": "id,start,moves\na,2024-05-01 10:00,1\n",
        "b.csv": "t\nA\nB\n",
        "c.csv": "id,start,moves\nb,2024-05-01 10:00,1\nc,2024-05-01 10:00,1\nd,2024-05-01 10:00,1\n",
        "d.csv": "t\nC\n",
    }
    files = [file_of(tmp_path, text, name) for name, text in texts.items()]
    home = Home(tmp_path / "home")
    run(mapping_file(tmp_path, body), files, home, add=True)
    capsys.readouterr()
    run(mapping_file(tmp_path, body), files, home, add=True)
    second = capsys.readouterr().out
    told = [line for line in second.splitlines() if " new, " in line]
    assert told == [
        "Table contacts: 0 new, 0 changed, 1 as they were; 4 rows now.",
        "Table teams: 0 new, 0 changed, 2 as they were; 3 rows now.",
        "Table contacts: 0 new, 0 changed, 3 as they were; 4 rows now.",
        "Table teams: 0 new, 0 changed, 1 as they were; 3 rows now.",
    ]


def test_a_file_given_twice_is_said_to_be_read_once(tmp_path, capsys):
    file = file_of(tmp_path, TEXT)
    run(mapping_file(tmp_path, EVENTS), [file, file], Home(tmp_path / "home"), add=False)
    assert capsys.readouterr().out.splitlines()[0] == f"File {file} was given 2 times and read once."


def test_a_clean_import_names_no_rejects_file(tmp_path):
    done = imported(tmp_path, TEXT, EVENTS)
    assert done.rejects is None
    assert not any("Warning" in line or "line numbers" in line for line in summary(done))
