"""Disks that are full or may not be written to: a sentence and status 2, what was there stays, and then it works."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_access.home import Home
from tests.faults.forking import Harm
from tests.faults.killing import CASES
from tests.faults.world import World, rows_in_use

SILENT = "does not answer"
#: Of each job, how many bytes a file may hold so that what it writes does not fit, and what it says.
FULL = {
    "import": (100_000, "The new warehouse could not be written"),
    "alerts": (1_000, SILENT),
    "backup": (50_000, "The backup cannot be written to"),
    "restore": (600_000, "cannot be put back"),
}


@pytest.mark.parametrize("job", list(FULL))
def test_a_full_disk_is_a_sentence_and_with_room_the_job_does_its_work(job: str, world: World):
    case, (most, sentence) = CASES[job], FULL[job]
    case.prepare(world)
    before = rows_in_use(world.home)
    ended = world.run(case.arguments(world), Harm(most_bytes=most))
    assert (ended.status, sentence in ended.printed) == (2, True), ended.printed
    assert rows_in_use(world.home) == before
    again = world.run(case.arguments(world))
    assert again.status == 0, again.printed
    assert case.outcome(world)


@pytest.fixture
def readable(world: World, template: Home) -> Iterator[World]:
    """In a folder that everybody may read, which is not so of those that tests usually get."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield world.moved(template, folder)
    shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_to_is_a_sentence(readable: World):
    files = {path: path.stat().st_mtime_ns for path in readable.home.folder.rglob("*") if path.is_file()}
    for path in (readable.home.folder, *readable.home.folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    ended = readable.run(CASES["refresh"].arguments(readable), Harm(is_nobody=True))
    assert (ended.status, SILENT in ended.printed) == (2, True), ended.printed
    assert {path: path.stat().st_mtime_ns for path in readable.home.folder.rglob("*") if path.is_file()} == files
