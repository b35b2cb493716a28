"""The swap: readers are not disturbed, and nothing that fails or is killed changes what is in use."""

import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from data_access.home import Home
from data_access.imports.import_files import CONVERTING, WRITE_WAREHOUSE, import_files
from data_access.imports.mapping_check import read_mapping
from metrics.errors import ImportFailed
from tests.importing import CONTACTS, HEAD, file_of, imported, mapping_file, query

ONE = "id,start,moves\na,2024-05-01 10:00,1\n"
TWO = ONE + "b,2024-05-01 11:00,1\n"
ROOT = Path(__file__).resolve().parents[2]

#: A process that stops where its new warehouse exists and is not yet in use, says so, and waits to be killed.
KILLED = """
import sys, time
from pathlib import Path
from data_access.home import Home
from data_access.imports import import_files as module
from data_access.imports.mapping_check import read_mapping

class Waiting(Home):
    def adopt(self, warehouse):
        print(warehouse, flush=True)
        time.sleep(600)

folder = Path(sys.argv[1])
mapping = read_mapping(folder / "mapping.toml")
module.import_files(mapping, [folder / "contacts.csv"], Waiting(folder / "home"))
"""

#: A process that may write no file above 100 kB, as on a disk without room.
FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from data_access.home import Home
from data_access.imports import import_files as module
from data_access.imports.mapping_check import read_mapping

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
folder = Path(sys.argv[1])
mapping = read_mapping(folder / "mapping.toml")
module.import_files(mapping, [folder / "contacts.csv"], Home(folder / "home"))
"""


def count(path):
    return query(path, "select count(*) from contacts")[0][0]


def files_left(folder):
    return sorted(path.name for path in (folder / "home" / "warehouses").iterdir())


def test_an_open_reader_keeps_its_answer_and_the_next_one_sees_the_new_rows(tmp_path):
    old = imported(tmp_path, ONE).warehouse
    answers = []
    with duckdb.connect(str(old), read_only=True) as reader:
        mapping = read_mapping(mapping_file(tmp_path))

        def ask(share, step):
            answers.append(reader.execute("select count(*) from contacts").fetchall())

        import_files(mapping, [file_of(tmp_path, TWO)], Home(tmp_path / "home"), ask)
        answers.append(reader.execute("select count(*) from contacts").fetchall())
    assert len(answers) >= 4  # reading, checking, writing, done; and once more after the swap
    assert set(map(str, answers)) == {"[(1,)]"}
    assert count(Home(tmp_path / "home").current_warehouse()) == 2


def test_the_warehouse_in_use_and_the_one_before_are_kept(tmp_path):
    made = [imported(tmp_path, text).warehouse.name for text in (ONE, TWO, ONE)]
    assert files_left(tmp_path) == sorted(made[1:])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("id,start,moves\n", "no rows"),
        ("id,begin,moves\na,1,1\n", "no column 'start'"),
        (
            "id,start,moves\na,soon,1\nb,2024-05-01 10:00,1\n",
            r"1 of 2 rows do not fit the table contacts; up to 20% may",
        ),
    ],
)
def test_a_failed_import_leaves_the_warehouse_in_use_as_it_was(tmp_path, text, sentence):
    old = imported(tmp_path, ONE).warehouse
    before = old.read_bytes()
    with pytest.raises(ImportFailed, match=sentence) as caught:
        imported(tmp_path, text)
    assert str(tmp_path / "contacts.csv") not in str(caught.value)  # where uploads lie is nobody's business
    assert Home(tmp_path / "home").current_warehouse() == old
    assert old.read_bytes() == before
    assert files_left(tmp_path) == [old.name]


def test_an_import_that_is_stopped_when_all_is_written_changes_nothing(tmp_path):
    old = imported(tmp_path, ONE).warehouse

    def stop(share, step):
        if CONVERTING < share < 1:
            raise ImportFailed("stopped", "")

    with pytest.raises(ImportFailed, match="stopped"):
        import_files(read_mapping(mapping_file(tmp_path)), [file_of(tmp_path, TWO)], Home(tmp_path / "home"), stop)
    assert Home(tmp_path / "home").current_warehouse() == old
    assert files_left(tmp_path) == [old.name]


def test_too_many_rejects_are_listed_although_nothing_is_imported(tmp_path):
    with pytest.raises(ImportFailed, match="rejects") as caught:
        imported(tmp_path, "id,start,moves\na,soon,1\n")
    assert "a,soon" not in str(caught.value)
    assert "soon" in Path(caught.value.values["rejects"]).read_text(encoding="utf-8-sig")


def test_a_warehouse_that_cannot_be_written_is_removed(tmp_path):
    old = imported(tmp_path, ONE).warehouse
    rows = "".join(f"contact number {number},2024-05-01 10:00,{number}\n" for number in range(60_000))
    file_of(tmp_path, "id,start,moves\n" + rows)
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "ImportFailed: The new warehouse could not be written" in result.stderr
    assert Home(tmp_path / "home").current_warehouse() == old
    assert files_left(tmp_path) == [old.name]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "warehouses").write_text("a file stands where the folder should be")
    with pytest.raises(ImportFailed, match="could not be written"):
        imported(tmp_path, ONE)


def test_a_second_import_at_the_same_time_is_refused(tmp_path):
    imported(tmp_path, ONE)
    with FileLock(tmp_path / "home" / "build.lock"), pytest.raises(ImportFailed, match="Another import or build"):
        imported(tmp_path, TWO)


def test_a_killed_import_changes_nothing_and_the_next_one_cleans_up(tmp_path):
    first = imported(tmp_path, ONE).warehouse
    old = imported(tmp_path, ONE).warehouse
    file_of(tmp_path, TWO)
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        unfinished = Path(process.stdout.readline().strip())
        assert unfinished.stat().st_size > 0
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert Home(tmp_path / "home").current_warehouse() == old
    assert count(old) == 1
    assert unfinished.exists()
    new = imported(tmp_path, TWO).warehouse
    assert not unfinished.exists()
    assert not first.exists()
    assert files_left(tmp_path) == sorted([old.name, new.name])


def test_only_mapped_columns_are_made_in_the_order_of_time_with_the_facts_of_the_warehouse(tmp_path):
    before = datetime.now(UTC).replace(microsecond=0)
    text = "id,start,moves\nb,2024-05-01 11:00,1\na,2024-05-01 12:00,1\nc,2024-05-01 10:00,1\n"
    done = imported(tmp_path, text, head=HEAD + 'site_zone = "UTC"\n')
    described = query(
        done, "select column_name, data_type from information_schema.columns where table_name = 'contacts'"
    )
    assert sorted(described) == [("contact_id", "VARCHAR"), ("started_at", "TIMESTAMP"), ("transfer_count", "INTEGER")]
    assert query(done, "select contact_id from contacts") == [("c",), ("b",), ("a",)]
    facts = dict(query(done, "from warehouse_info"))
    assert datetime.fromisoformat(facts.pop("made_at")) >= before
    assert facts == {
        "build_id": done.build_id,
        "source": "import",
        "name": "Test",
        "origin": "",
        "source_zone": "Asia/Shanghai",
        "site_zone": "UTC",
        "mappings": '["Test"]',
        "rows": "3",
        "rows_contacts": "3",
    }


def test_tables_take_the_files_that_their_pattern_names(tmp_path):
    body = (
        '[contacts]\nfiles = "calls-*.csv"\n'
        + CONTACTS
        + '[teams]\nfiles = "teams.csv"\n[teams.columns]\nteam_id = "t"\n'
    )
    mapping = read_mapping(mapping_file(tmp_path, body))
    may, june = file_of(tmp_path, ONE, "calls-05.csv"), file_of(tmp_path, ONE.replace("a,", "b,"), "calls-06.csv")
    teams, other = file_of(tmp_path, "t\nA\n", "teams.csv"), file_of(tmp_path, ONE, "chats.csv")
    done = import_files(mapping, [may, june, teams], Home(tmp_path / "home"))
    assert [(table.table, table.loaded) for table in done.tables] == [("contacts", 2), ("teams", 1)]
    with pytest.raises(ImportFailed, match="No file is given for the table teams"):
        import_files(mapping, [may], Home(tmp_path / "home"))
    with pytest.raises(ImportFailed, match=r"chats.csv fits no section"):
        import_files(mapping, [may, teams, other], Home(tmp_path / "home"))
    with pytest.raises(ImportFailed, match=r"There is no file .*calls-07.csv"):
        import_files(mapping, [tmp_path / "calls-07.csv", teams], Home(tmp_path / "home"))
    with pytest.raises(ImportFailed, match=re.escape(f"{tmp_path} is a folder. Name the files in it, such as")):
        import_files(mapping, [tmp_path], Home(tmp_path / "home"))


def test_progress_rises_to_one(tmp_path):
    shares = []
    mapping = read_mapping(mapping_file(tmp_path))
    import_files(
        mapping, [file_of(tmp_path, TWO)], Home(tmp_path / "home"), lambda share, step: shares.append((share, step))
    )
    assert [share for share, _ in shares] == sorted(share for share, _ in shares)
    assert (shares[0][0], shares[-1][0]) == (0.0, 1.0)
    assert WRITE_WAREHOUSE in {step for _, step in shares}
