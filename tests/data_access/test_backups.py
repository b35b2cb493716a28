"""Backups against real stores: every row comes back, on the other engine too, and a bad file changes nothing."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from data_access.audit import record
from data_access.audit_check import verify_audit
from data_access.audit_rows import Act
from data_access.backups import restoring
from data_access.backups.archive import CONTENTS, UNFINISHED, Contents
from data_access.backups.making import Along, back_up, forget_older, place_for
from data_access.backups.restoring import restore
from data_access.home import Home, home
from data_access.snapshots.files import write
from data_access.state import MIGRATIONS, VARIABLE, fill_new_state, open_state
from data_access.viewer import LOCAL
from metrics.errors import BackupFailed, SourceUnavailable
from tests.filled_state import contents, fill_every_table
from tests.postgresql import fresh_database

THE_LOG = ("audit_log", "audit_head")  # sealed: made-up rows would not verify
NOW = datetime(2026, 11, 28, 3, 30, tzinfo=UTC)


VERSIONS = sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def nobody(_share: float, _step: str) -> None:
    """Nobody watches."""


@contextmanager
def opened() -> Iterator[Engine]:
    """The state store, which nobody holds afterwards."""
    state = open_state()
    yield state
    state.dispose()


def lived_in(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str | None = None) -> Home:
    """A home with three entries of the audit log, a snapshot and an embedded warehouse."""
    place = lived_nowhere(folder, monkeypatch, url)
    with opened() as state:
        for number in range(3):
            record(state, LOCAL, Act.FILE_TAKEN, {"title": f"份{number}"}, NOW)
    write(place.folder / "snapshots" / "a.zip", b"frozen")
    warehouse = place.new_warehouse()
    warehouse.write_bytes(b"rows" * 100_000)
    warehouse.with_suffix(".truths.json").write_text("{}")
    warehouse.with_name(f"{warehouse.name}.tmp").mkdir()  # where an engine spills to
    place.adopt(warehouse)
    return place


def lived_nowhere(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str | None = None) -> Home:
    """An empty home, and a state store that is not there yet."""
    monkeypatch.setenv("TWINWING_HOME", str(folder))
    monkeypatch.delenv(VARIABLE, raising=False)
    if url:
        monkeypatch.setenv(VARIABLE, url)
    return home()


def made(place: Home, path: Path, *, with_secret: bool = True) -> Contents:
    with opened() as state:
        return back_up(path, place, state, NOW, "0", Along(secret=with_secret), nobody)


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_all_that_people_entered_comes_back_in_an_empty_home(source, target, tmp_path, monkeypatch):
    addresses = {"sqlite": lambda: None, "postgresql": fresh_database}
    place = lived_in(tmp_path / "old", monkeypatch, addresses[source]())
    with open_state().connect() as connection:
        fill_every_table(connection, but=THE_LOG)
    before, kept = contents(open_state()), place.secret.read_bytes()
    path = place_for(tmp_path / "kept", NOW)
    told = made(place, path)
    assert path.name == "twinwing-20261128T033000Z.zip"
    assert path.stat().st_mode & 0o777 == 0o600
    assert told.tables == {name: len(rows) for name, rows in before.items()}

    other = lived_nowhere(tmp_path / "new", monkeypatch, addresses[target]())
    found, aside = restore(path, other, NOW, nobody)
    assert found == told
    assert not aside.exists()
    assert contents(open_state()) == before
    assert verify_audit(open_state()).fault is None
    assert verify_audit(open_state()).count == 3
    assert other.secret.read_bytes() == kept
    assert (other.folder / "snapshots" / "a.zip").read_bytes() == b"frozen"
    warehouse = other.current_warehouse()
    assert warehouse is not None
    assert warehouse.read_bytes() == b"rows" * 100_000
    assert warehouse.with_suffix(".truths.json").read_text() == "{}"
    record(open_state(), LOCAL, Act.FILE_TAKEN, {"title": "next"}, NOW)  # numbered on behind what was put back
    assert verify_audit(open_state()).count == 4


def test_what_was_there_before_is_kept_aside(tmp_path, monkeypatch):
    place = lived_in(tmp_path / "home", monkeypatch)
    path = tmp_path / "b.zip"
    made(place, path)
    in_use = place.current_warehouse()
    with opened() as state:
        record(state, LOCAL, Act.FILE_TAKEN, {"title": "after the backup"}, NOW)
    _found, aside = restore(path, place, NOW, nobody)
    assert verify_audit(open_state()).count == 3
    assert {each.name for each in aside.iterdir()} - {"state.sqlite-wal", "state.sqlite-shm"} == {
        "state.sqlite",
        "secret.key",
        "audit.anchor",
        "warehouse.json",
    }
    assert place.previous_warehouse() == in_use
    for each in aside.iterdir():  # as docs/deploying.md says: moved back by hand
        each.replace(place.folder / each.name)
    assert verify_audit(open_state()).count == 4
    assert place.current_warehouse() == in_use


def test_a_restore_that_is_run_again_keeps_what_was_in_use_before_the_first(tmp_path, monkeypatch):
    place = lived_in(tmp_path / "home", monkeypatch)
    path = tmp_path / "b.zip"
    made(place, path)
    newer = place.new_warehouse()
    newer.write_bytes(b"imported since")
    place.adopt(newer)
    keeping = restoring._keep

    def out_of_room(*_given: object) -> None:
        monkeypatch.setattr(restoring, "_keep", keeping)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "_keep", out_of_room)  # when the backup's warehouse is in use already
    with pytest.raises((BackupFailed, SourceUnavailable, OSError)):
        restore(path, place, NOW, nobody)
    restore(path, place, NOW + timedelta(minutes=1), nobody)
    assert place.previous_warehouse() == newer
    assert newer.read_bytes() == b"imported since"


def test_a_backup_is_of_one_moment_while_others_write(tmp_path, monkeypatch):
    place = lived_in(tmp_path / "home", monkeypatch)
    state = open_state()
    ends = []
    for number in range(4):
        with ThreadPoolExecutor(1) as others:
            written = others.submit(lambda: [record(state, LOCAL, Act.FILE_TAKEN, {"title": "x"}, NOW) for _ in "123"])
            told = made(place, tmp_path / f"{number}.zip")
            written.result()
        # A row and the head that tells of it are written together: there are as many rows as the head says.
        assert told.tables["audit_log"] == told.audit[0]
        ends.append(told.audit[0])
    assert ends == sorted(ends)


def test_the_secret_can_be_kept_apart(tmp_path, monkeypatch):
    place = lived_in(tmp_path / "old", monkeypatch)
    path = tmp_path / "b.zip"
    made(place, path, with_secret=False)
    kept = place.secret.read_bytes()
    assert kept not in b"".join(contents_of(path).values())
    other = lived_nowhere(tmp_path / "new", monkeypatch)
    with pytest.raises(BackupFailed, match="holds no secret"):
        restore(path, other, NOW, nobody)
    assert not other.folder.exists()
    other.folder.mkdir()
    other.secret.write_bytes(kept)
    restore(path, other, NOW, nobody)
    assert verify_audit(open_state()).fault is None


def contents_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewritten(path: Path, **changed: object) -> None:
    """The backup with other words in its list of contents."""
    parts = contents_of(path)
    parts[CONTENTS] = json.dumps(json.loads(parts[CONTENTS]) | changed).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1_000])


def flipped(path: Path) -> None:
    """One bit within the warehouse, which is stored as it is, so that only a sum can tell."""
    content = bytearray(path.read_bytes())
    content[content.index(b"rowsrows") + 40] ^= 1
    path.write_bytes(content)


def foreign(path: Path) -> None:
    path.write_text("no ZIP")


def with_a_way_out(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("../out", "x")
    members = json.loads(contents_of(path)[CONTENTS])["members"]
    digest = hashlib.sha256(b"x").hexdigest()
    rewritten(path, members=members | {"../out": (1, digest)})


def too_new(path: Path) -> None:
    rewritten(path, schema="9999")


def of_another_form(path: Path) -> None:
    rewritten(path, format=99)


def short_of_a_table(path: Path) -> None:
    told = json.loads(contents_of(path)[CONTENTS])["tables"]
    rewritten(path, tables={name: count for name, count in told.items() if name != "changes"})


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a home and its backup b.zip, to be copied."""
    folder = tmp_path_factory.mktemp("backed_up")
    with pytest.MonkeyPatch.context() as patch:
        made(lived_in(folder / "home", patch), folder / "b.zip")
        yield folder


@pytest.mark.parametrize("harm", [cut, flipped, foreign, with_a_way_out, too_new, of_another_form, short_of_a_table])
def test_a_bad_file_is_a_sentence_and_changes_nothing(harm, backed_up, tmp_path, monkeypatch):
    shutil.copytree(backed_up, tmp_path, dirs_exist_ok=True)
    place, path = lived_nowhere(tmp_path / "home", monkeypatch), tmp_path / "b.zip"
    harm(path)
    before = {each: each.read_bytes() for each in files_of(place)}
    with pytest.raises(BackupFailed, match=r"no whole backup|newer version"):
        restore(path, place, NOW, nobody)
    assert {each: each.read_bytes() for each in files_of(place)} == before
    assert not (tmp_path / "out").exists()


def files_of(place: Home) -> list[Path]:
    """All that a restore might touch, apart from locks and what it builds aside."""
    return [each for each in place.folder.rglob("*") if each.is_file() and each.suffix not in {".lock", ".restoring"}]


def test_a_server_that_holds_something_is_left_alone(tmp_path, monkeypatch):
    place = lived_in(tmp_path / "home", monkeypatch, fresh_database())
    path = tmp_path / "b.zip"
    made(place, path)
    with pytest.raises(BackupFailed, match="not empty"):
        restore(path, place, NOW, nobody)
    assert verify_audit(open_state()).count == 3


def test_what_a_killed_backup_left_goes_and_what_others_are_writing_stays(tmp_path, monkeypatch):
    place = lived_nowhere(tmp_path / "home", monkeypatch)
    theirs, ours = tmp_path / "film.zip.1.part", tmp_path / f"a.zip.1{UNFINISHED}"
    theirs.touch()
    ours.touch()
    made(place, tmp_path / "b.zip")
    assert (theirs.exists(), ours.exists()) == (True, False)


def test_the_newest_are_kept(tmp_path):
    for day in range(1, 6):
        place_for(tmp_path, datetime(2026, 11, day, tzinfo=UTC)).write_bytes(b"")
    (tmp_path / "notes.zip").write_bytes(b"")
    assert [each.name for each in forget_older(tmp_path, 3)] == [
        "twinwing-20261101T000000Z.zip",
        "twinwing-20261102T000000Z.zip",
    ]
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.alike(2)
@pytest.mark.parametrize(
    ("version", "engine"), [*((each, "sqlite") for each in VERSIONS), ("0001", "postgresql"), ("0014", "postgresql")]
)
def test_a_store_of_every_earlier_version_is_brought_up_to_date_with_all_its_rows(version, engine, tmp_path):
    url = f"sqlite:///{tmp_path / 'state.sqlite'}" if engine == "sqlite" else fresh_database()
    fill_new_state(url, version, fill_every_table)
    before = contents(create_engine(url))
    after = contents(open_state(url))
    assert before.keys() <= after.keys()
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0] if name in row} for row in after[table]]
        assert all(each in kept for each in rows), table
