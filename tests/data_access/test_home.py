"""The home of an installation: where it lies nobody else reads."""

from pathlib import Path

from data_access.home import Home


def test_a_home_that_is_made_is_its_owners_alone_and_one_that_is_there_stays_as_it_is(tmp_path: Path):
    fresh = Home(tmp_path / "a" / "home")
    fresh.new_warehouse()
    assert fresh.folder.stat().st_mode & 0o077 == 0
    given = Home(tmp_path / "given")
    given.folder.mkdir(mode=0o750)
    given.new_warehouse()
    assert given.folder.stat().st_mode & 0o777 == 0o750
