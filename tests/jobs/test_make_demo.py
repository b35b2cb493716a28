"""`python -m jobs demo`: one build at a time, and what is in use stays until the new one is complete."""

from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from data_access.home import Home
from data_access.imports.before import go_back
from data_access.opening import open_warehouse
from jobs import make_demo
from metrics.errors import ImportFailed, InvalidScope
from tests.importing import imported
from tests.jobs.test_metrics_command import Command

END = date(2026, 11, 1)


def build(home: Home, contacts: int = 1_000, seed: int = 1) -> make_demo.Made:
    return make_demo.run(
        home, contacts=contacts, months=12, seed=seed, truths=True, end=END, progress=lambda _share, _step: None
    )


def names(home: Home) -> list[str]:
    return sorted(path.name for path in (home.folder / "warehouses").iterdir())


def test_demo_is_put_in_use(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    build(home)
    assert open_warehouse(home).source == "demo"


def test_third_demo_leaves_two_warehouses_each_with_its_manifest(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for seed in (1, 2, 3):
        build(home, seed=seed)
    assert [Path(name).suffix for name in names(home)] == [".duckdb", ".json"] * 2  # home keeps the one before


def test_failed_demo_leaves_the_one_in_use(tmp_path: Path) -> None:
    home = Home(tmp_path)
    build(home)
    before = names(home), home.pointer.read_bytes()
    with pytest.raises(InvalidScope, match="too small"):
        build(home, contacts=10)
    assert (names(home), home.pointer.read_bytes()) == before


def test_second_build_at_once_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with FileLock(home.lock), pytest.raises(ImportFailed, match=r"Another import or build is running\. Wait"):
        build(home)
    assert not home.pointer.exists()


def test_summary_ends_with_the_next_command(tmp_path: Path) -> None:
    said = list(make_demo.summary(build(Home(tmp_path)), END))
    assert said[0] == "A demo of 1,000 contacts in 12 months up to 2026-10-31 is in use."
    assert said[-1] == "Next: make run"


def test_a_demo_beside_a_connected_database_is_not_called_in_use(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TWINWING_WAREHOUSE", "duckdb:///elsewhere.duckdb")
    said = list(make_demo.summary(build(Home(tmp_path)), END))
    assert said[:2] == [
        "A demo of 1,000 contacts in 12 months up to 2026-10-31 is made, and not in use.",
        "In use stays the database that TWINWING_WAREHOUSE names; take that away to see the demo.",
    ]
    assert "Next: make run" not in said


def test_summary_says_what_the_demo_took_the_place_of(tmp_path: Path) -> None:
    home = Home(tmp_path)
    build(home)
    first = home.current_warehouse()
    said = list(make_demo.summary(build(home, seed=2), END))
    assert said[1:3] == [
        "It took the place of: Demo: an invented contact centre, 1,000 contacts.",
        f"Kept in {first}: Demo: an invented contact centre, 1,000 contacts. The page Own data brings it back, "
        "until the next import.",
    ]


def test_own_data_are_kept_however_many_demos_follow(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    own = imported(tmp_path, "id,start,moves\na,2026-10-05 09:00,0\nb,2026-10-05 10:00,1\n").warehouse
    for seed in (1, 2, 3):
        done = build(home, seed=seed)
        assert done.before is not None
        assert done.kept is not None
        assert (done.before.source, done.kept.path, done.kept.contacts) == ("import" if seed == 1 else "demo", own, 2)
        assert f"Kept in {own}: Test, 2 contacts, imported " in "\n".join(make_demo.summary(done, END))
        assert own.exists()
    assert len(list((home.folder / "warehouses").glob("*.duckdb"))) == 2  # the demos before are gone
    assert go_back(home).path == own
    assert open_warehouse(home).source == "import"


def test_a_timetable_has_nothing_to_mail(tmp_path: Path, command: Command) -> None:
    home = Home(tmp_path)
    for arguments in (["demo", "--contacts", "1000"], ["refresh"]):
        done = command(arguments, home)
        assert (arguments, done.returncode, done.stderr) == (arguments, 0, "")
