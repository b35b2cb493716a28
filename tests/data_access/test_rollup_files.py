"""Files of roll-ups: damaged, garbled, written by two at once or left behind by a refresh that was killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import insert

from data_access.rollup_files import Manifest, RollupFiles
from data_access.rollups import Rollups, open_rollups
from data_access.schema import TABLES
from data_access.warehouse import open_embedded
from metrics.errors import SourceUnavailable
from metrics.rules import Rules
from tests.data_access.rebuilding import BORDER, Opened, assert_as_built_anew, change, frames
from tests.data_access.seed import contact, embedded
from tests.faults.full_disk import full_disk

DAMAGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "truncated": ("sums/team_id/2024-02", lambda path: path.write_bytes(path.read_bytes()[:500])),
    "deleted": ("times/team_id/2024-01", lambda path: path.unlink()),
    "unreadable": ("sums/team_id/2024-02", lambda path: (path.unlink(), path.symlink_to(path))),
    "emptied": ("cases/complaints/0001-01-01", lambda path: path.write_bytes(b"")),
    "altered": (
        "sums/team_id+agent_id+shift/2024-03",
        lambda path: path.write_bytes(path.read_bytes().replace(b"team_id", b"team_ie", 1)),
    ),
}


@pytest.mark.alike(2)
@pytest.mark.parametrize("damage", list(DAMAGES))
def test_damaged_file_is_made_again(damage: str, refreshed: Rollups, tmp_path: Path) -> None:
    part, act = DAMAGES[damage]
    manifest = refreshed.refresh()
    act(refreshed.files.folder / manifest.parts[part].file)
    assert refreshed.in_place() is None
    assert_as_built_anew(refreshed, refreshed.refresh(), tmp_path)


def test_damaged_file_of_a_settled_warehouse_is_made_again(embed: Opened, tmp_path: Path) -> None:
    part, act = DAMAGES["altered"]
    rollups = open_rollups(embed(), Rules(), tmp_path)
    manifest = rollups.refresh()
    act(rollups.files.folder / manifest.parts[part].file)
    assert_as_built_anew(rollups, rollups.refresh(), tmp_path)


def test_other_figures_are_not_read_from_an_altered_file(tmp_path: Path) -> None:
    files = RollupFiles(tmp_path)
    part = files.write(pl.DataFrame({"sum": [1_234_567]}))
    path = tmp_path / part.file
    told = path.stat()
    path.write_bytes(path.read_bytes().replace((1_234_567).to_bytes(8, "little"), (7_654_321).to_bytes(8, "little")))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns + 1))
    assert pl.read_parquet(path)["sum"].to_list() == [7_654_321]  # it can be read
    with pytest.raises(SourceUnavailable, match="is gone or damaged"):
        files.read(part)


def test_a_file_whose_schema_cannot_be_read_is_a_sentence_and_goes(tmp_path: Path) -> None:
    """Of which neither length nor time tells; Polars says it in an exception of its own."""
    files = RollupFiles(tmp_path)
    part = files.write(pl.DataFrame({"sum": [1]}))
    path = tmp_path / part.file
    told = path.stat()
    path.write_bytes(path.read_bytes().replace(b"/////", b"[////"))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    with pytest.raises(SourceUnavailable, match="is gone or damaged"):
        files.read(part)
    assert not path.exists()


SOUND = (
    '{"key": "k", "version": "v", "as_of": null, "marks": {"contacts": [[738156], [3], [7]]}, '
    '"checked_at": "2024-01-01T00:00:00", "parts": {}, "bands": []}'
)


def test_sound_manifest_is_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(SOUND)
    found = RollupFiles(tmp_path).manifest()
    (tmp_path / "manifest.json").write_text(SOUND.replace("[[738156], [3], [7]]", '{"2022-01-01": [3, 7]}'))
    assert RollupFiles(tmp_path).manifest() == found  # as it was written before
    # 738,156: 2,021 years of 365 days, 490 leap days until then (505 − 20 + 5), and the day itself.
    assert found is not None and found.marks == {"contacts": {date(2022, 1, 1): (3, 7)}}


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "null", "[]", "7", "{}", '{"key": 1}', "\x00\x01\x02"),
        SOUND.replace('{"contacts": [[738156], [3], [7]]}', "[]"),
        SOUND.replace("null", '"soon"'),
        SOUND.replace('"parts": {}', '"parts": {"a": 1}'),
        SOUND.replace("[[738156], [3], [7]]", '{"2022-01-01": 3}'),
        SOUND.replace("[[738156], [3], [7]]", "[[738156], [3], []]"),
        SOUND.replace("738156", '"2022-01-01"'),
        SOUND.replace("738156", "9" * 30),
    ],
)
def test_garbage_manifest_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert RollupFiles(tmp_path).manifest() is None


def test_full_disk_is_a_sentence_and_what_was_there_stays(embed: Opened, tmp_path: Path) -> None:
    old = open_rollups(embed("a"), Rules(), tmp_path)
    first = old.refresh()
    rollups = open_rollups(embed("b"), Rules(), tmp_path)
    with full_disk(), pytest.raises(SourceUnavailable, match="cannot be written to"):
        rollups.refresh()
    assert old.in_place() == first
    assert_as_built_anew(rollups, rollups.refresh(), tmp_path)


def test_binary_manifest_means_build_anew(tmp_path: Path) -> None:
    rollups = open_rollups(embedded(tmp_path / "w.duckdb", {"contacts": [contact("1", BORDER)]}), Rules(), tmp_path)
    rollups.refresh()
    (rollups.files.folder / "manifest.json").write_bytes(b"\xff\xfe\x00\x9f")
    assert_as_built_anew(rollups, rollups.refresh(), tmp_path)


def test_manifest_survives_its_own_text(embed: Opened, tmp_path: Path) -> None:
    manifest = open_rollups(embed(), Rules(), tmp_path).refresh()
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_files_of_the_manifest_before_stay_for_its_readers(connect: Opened, tmp_path: Path) -> None:
    warehouse = connect()
    rollups = open_rollups(warehouse, Rules(), tmp_path)
    manifests = [rollups.refresh()]
    for number in range(3):
        row = contact(f"n{number}", BORDER, f"new {number}")
        change(warehouse, lambda connection, row=row: connection.execute(insert(TABLES["contacts"]).values(**row)))
        manifests.append(rollups.refresh())
        frames(rollups, manifests[-2])  # who opened the one before can still read every part
    named = {part.file for manifest in manifests[-2:] for part in manifest.parts.values()}
    assert {path.name for path in rollups.files.folder.glob("*.parquet")} == named


REFRESH = """
import os, signal, sys
from pathlib import Path
from data_access.rollups import open_rollups
from data_access.warehouse import open_embedded
from metrics.rules import Rules

def progress(share, step):
    if share >= float(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

print(open_rollups(open_embedded(Path(sys.argv[1])), Rules(), Path(sys.argv[2])).refresh(progress).id)
"""


def refreshing(warehouse: Path, folder: Path, killed_at: float = 2.0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", REFRESH, str(warehouse), str(folder), str(killed_at)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )


def test_two_refreshes_at_once_end_right(embed: Opened, tmp_path: Path) -> None:
    embed().engine.dispose()
    path = tmp_path / "a.duckdb"
    both = [refreshing(path, tmp_path) for _ in range(2)]
    ids = [process.communicate(timeout=60)[0].strip() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    rollups = open_rollups(open_embedded(path), Rules(), tmp_path)
    manifest = rollups.in_place()
    assert manifest is not None
    assert ids == [manifest.id] * 2
    assert_as_built_anew(rollups, manifest, tmp_path)


@pytest.mark.parametrize("killed_at", [0.05, 0.9])
def test_killed_refresh_leaves_what_was_there_and_the_next_one_ends_right(
    killed_at: float, embed: Opened, tmp_path: Path
) -> None:
    old = open_rollups(embed("a"), Rules(), tmp_path)
    first = old.refresh()
    embed("b").engine.dispose()
    process = refreshing(tmp_path / "b.duckdb", tmp_path, killed_at)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert old.in_place() == first
    rollups = open_rollups(open_embedded(tmp_path / "b.duckdb"), Rules(), tmp_path)
    assert_as_built_anew(rollups, rollups.refresh(), tmp_path)
