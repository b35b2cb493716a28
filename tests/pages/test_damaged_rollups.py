"""Roll-ups that are damaged while a server runs: the next page that needs them has them made anew."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from data_access.home import Home
from tests.pages.visiting import broken, opened, said


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def rotten(path: Path) -> None:
    """Other bytes, of which neither the length nor the time tells."""
    told = path.stat()
    path.write_bytes(bytes(told.st_size))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


@pytest.mark.parametrize("harm", [cut, Path.unlink])
def test_damaged_roll_ups_are_made_anew_while_people_look(harm: Callable[[Path], object], own_contacts: Home) -> None:
    opened("this_week")
    harmed = list(own_contacts.rollups.rglob("*.parquet"))
    assert harmed
    for path in harmed:
        harm(path)
    page = opened("data_quality")
    assert broken(page) == []
    assert not page.error, said(page)


def test_roll_ups_of_which_nobody_can_tell_that_they_are_damaged_are_found_as_they_are_read(own_contacts: Home) -> None:
    opened("this_week")
    for path in (harmed := list(own_contacts.rollups.rglob("*.parquet"))):
        rotten(path)
    told = 0
    while (page := opened("data_quality")).error:  # as it asks for: reloaded, until all that it reads were made anew
        assert broken(page) == []
        assert "is gone or damaged" in said(page)
        assert (told := told + 1) < len(harmed)
    assert broken(page) == []
