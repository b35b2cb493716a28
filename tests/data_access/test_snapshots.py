"""Snapshots: seen by whoever may see all that is in them, whole or not at all, taken off and put back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.audit_rows import Act
from data_access.snapshots.records import (
    KEPT,
    LONGEST_NOTE,
    Snapshot,
    put_away,
    read_content,
    read_snapshots,
    remove_snapshot,
    restore_snapshot,
    scope_of,
)
from data_access.state import open_state
from data_access.viewer import LOCAL, Role, Viewer
from metrics.errors import InvalidSettings, NotAllowed, SourceUnavailable, StateConflict
from metrics.scope import Period, Scope
from reports.document.frozen import subject

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
MANAGER = Viewer("manager", Role.MANAGER, None, True)
ANALYST = Viewer("analyst", Role.ANALYST, None, False)
LEADER = Viewer("leader", Role.TEAM_LEADER, ("T1",), True)
TWO_TEAMS = Viewer("two", Role.TEAM_LEADER, ("T1", "T2"), True)
OTHER = Viewer("other", Role.TEAM_LEADER, ("T2",), True)
NEWCOMER = Viewer("newcomer", Role.NEWCOMER, ("T1",), False)
EVERYBODY = (MANAGER, ANALYST, LEADER, TWO_TEAMS, OTHER, NEWCOMER)
FROZEN = Snapshot(
    title="投诉", note=" for  Monday ", about="", page="complaints", query={"team": ["T1"]}, language="zh",
    first=date(2026, 11, 16), last=date(2026, 11, 22), filters={"team_id": ["T1"]},
    data_until="2026-11-22 23:59:59", version_of_product="0",
    numbers_hash="n" * 64, rows=3,
)  # fmt: skip


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.delenv("TWINWING_STATE", raising=False)
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path))
    return open_state()


# By the rule: teams of the maker are among the viewer's, and names are seen by the cleared only.
SEEN = {
    MANAGER: (MANAGER,),
    ANALYST: (MANAGER, ANALYST),
    LEADER: (MANAGER, LEADER, TWO_TEAMS),
    TWO_TEAMS: (MANAGER, TWO_TEAMS),
    NEWCOMER: (MANAGER, ANALYST, LEADER, TWO_TEAMS, NEWCOMER),
}


def test_only_who_may_see_all_of_it_sees_it(state: Engine) -> None:
    for maker, seers in SEEN.items():
        made = put_away(state, maker, FROZEN, b"content", NOW)
        assert {each for each in EVERYBODY if made.id in [one.id for one in read_snapshots(state, each)]} == set(seers)
        for each in EVERYBODY:
            if each in seers:
                assert read_content(state, each, made.id) == b"content"
            else:
                with pytest.raises(NotAllowed):
                    read_content(state, each, made.id)


def test_only_what_is_of_one_thing_is_compared() -> None:
    page = replace(FROZEN, page="metric", query={"metric": "csat", "team": ["T1"]})
    assert subject(page) == subject(replace(page, query={"metric": "csat", "from": "2026-11-16"}))  # other days, teams
    others = (FROZEN, replace(page, query={"metric": "qa_pass_rate"}), replace(page, query={"by.forecast": "csat"}))
    assert subject(page) not in map(subject, others)


def test_what_is_kept_comes_back_and_is_written_down(state: Engine) -> None:
    made = put_away(state, LOCAL, FROZEN, b"content", NOW)
    (found,) = read_snapshots(state, LOCAL)
    assert (found, found.note, found.made_by, found.query) == (made, "for Monday", LOCAL.name, {"team": ["T1"]})
    assert scope_of(found) == Scope(Period(date(2026, 11, 16), date(2026, 11, 23)), filters=(("team_id", ("T1",)),))
    ((entry,), _count) = read_audit(state, LOCAL, Search(acts=(Act.SNAPSHOT_MADE,)), 5)
    assert (entry.scope["title"], entry.scope["numbers"]) == ("投诉", "n" * 64)


def test_an_altered_or_missing_file_is_refused(state: Engine, tmp_path: Path) -> None:
    made = put_away(state, LOCAL, FROZEN, b"content", NOW)
    file = tmp_path / "snapshots" / f"{made.id}.zip"
    file.write_bytes(b"contents")
    with pytest.raises(SourceUnavailable, match="altered"):
        read_content(state, LOCAL, made.id)
    file.unlink()
    with pytest.raises(SourceUnavailable, match="missing"):
        read_content(state, LOCAL, made.id)


def test_its_maker_or_a_manager_takes_it_off_and_puts_it_back(state: Engine) -> None:
    made = put_away(state, NEWCOMER, FROZEN, b"content", NOW)
    with pytest.raises(NotAllowed):
        remove_snapshot(state, LEADER, made, NOW)
    for each in (NEWCOMER, MANAGER):
        remove_snapshot(state, each, made, NOW)
        assert read_snapshots(state, MANAGER) == []
        with pytest.raises(NotAllowed):
            read_content(state, MANAGER, made.id)
        with pytest.raises(StateConflict):
            remove_snapshot(state, each, made, NOW)
        restore_snapshot(state, each, made, NOW)
        assert read_content(state, MANAGER, made.id) == b"content"


def test_a_note_too_long_is_refused_and_nothing_is_kept(state: Engine, tmp_path: Path) -> None:
    too_long = replace(FROZEN, note="x" * (LONGEST_NOTE + 1))
    with pytest.raises(InvalidSettings, match="at most 300"):
        put_away(state, LOCAL, too_long, b"content", NOW)
    assert read_snapshots(state, LOCAL) == []
    assert not (tmp_path / "snapshots").exists()


def test_nobody_else_on_the_machine_reads_a_file(state: Engine, tmp_path: Path) -> None:
    made = put_away(state, LOCAL, FROZEN, b"content", NOW)
    folder = tmp_path / "snapshots"
    assert (folder.stat().st_mode & 0o777, (folder / f"{made.id}.zip").stat().st_mode & 0o777) == (0o700, 0o600)


def test_ones_snapshots_have_limited_room_which_what_was_taken_off_frees_later(
    state: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_access.snapshots.records.LARGEST_TOGETHER", 10)
    first = put_away(state, LEADER, FROZEN, b"1234567", NOW)  # 7 of 10 bytes, so 3 are left
    put_away(state, LEADER, FROZEN, b"890", NOW)
    with pytest.raises(InvalidSettings, match="one person has"):
        put_away(state, LEADER, FROZEN, b"1", NOW)
    put_away(state, MANAGER, FROZEN, b"1", NOW)
    remove_snapshot(state, LEADER, first, NOW)
    with pytest.raises(InvalidSettings, match="7 days later"):
        put_away(state, LEADER, FROZEN, b"1", NOW + KEPT)  # it can still be put back
    put_away(state, LEADER, FROZEN, b"1", NOW + KEPT + timedelta(seconds=1))
    assert not (tmp_path / "snapshots" / f"{first.id}.zip").exists()
    with pytest.raises(StateConflict):
        restore_snapshot(state, LEADER, first, NOW)
