"""Views that people keep: whose they are, who sees them, and what is asked of their names."""

from datetime import UTC, datetime

import pytest

from data_access.audit import Search, read_audit
from data_access.saved_views import LONGEST, SavedView, read_views, remove_view, restore_view, save_view
from data_access.viewer import LOCAL, Role, Viewer
from metrics.errors import InvalidSettings, NotAllowed, StateConflict

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LEADER = Viewer("lin", Role.TEAM_LEADER, teams=("T01", "T02"), is_cleared=True)
COLLEAGUE = Viewer("wu", Role.TEAM_LEADER, teams=("T02",), is_cleared=True)
STRANGER = Viewer("zhao", Role.TEAM_LEADER, teams=("T03",), is_cleared=True)
NEWCOMER = Viewer("he", Role.NEWCOMER, teams=("T02",))


def view(name: str, *, is_shared: bool = False, **asked: str | list[str]) -> SavedView:
    return SavedView(name=name, page="metric", asked=dict(asked), is_shared=is_shared)


def names(state, viewer: Viewer) -> list[str]:
    return [each.name for each in read_views(state, viewer)]


def test_a_view_is_ones_own_unless_it_is_shared_and_then_the_teams(state):
    save_view(state, LEADER, view("mine", period="month"), NOW)
    save_view(state, LEADER, view("ours", is_shared=True, team=["T02"]), NOW)
    save_view(state, LEADER, view("all of it", is_shared=True, team=["T01", "T02"]), NOW)
    assert names(state, LEADER) == ["all of it", "mine", "ours"]
    assert names(state, COLLEAGUE) == ["ours"]  # he does not see T01
    assert names(state, STRANGER) == []
    assert names(state, LOCAL) == ["all of it", "ours"]  # shared with everyone who has a team of its maker's
    found = read_views(state, COLLEAGUE)[0]
    assert (found.page, found.asked, found.made_by) == ("metric", {"team": ["T02"]}, "lin")


def test_a_name_that_one_has_used_already_is_of_the_newer_view(state):
    save_view(state, LEADER, view("week", period="month"), NOW)
    save_view(state, COLLEAGUE, view("week"), NOW)
    save_view(state, LEADER, view("  week ", period="quarter"), NOW)
    assert [each.asked for each in read_views(state, LEADER)] == [{"period": "quarter"}]
    assert names(state, COLLEAGUE) == ["week"]


def test_only_its_maker_or_an_administrator_takes_a_view_off_and_puts_it_back(state):
    kept = save_view(state, LEADER, view("ours", is_shared=True), NOW)
    with pytest.raises(NotAllowed, match="lin"):
        remove_view(state, COLLEAGUE, kept, NOW)
    assert names(state, COLLEAGUE) == ["ours"]
    remove_view(state, LEADER, kept, NOW)
    with pytest.raises(StateConflict):
        remove_view(state, LOCAL, kept, NOW)
    restore_view(state, LOCAL, kept, NOW)
    assert names(state, COLLEAGUE) == ["ours"]
    entries, _count = read_audit(state, LOCAL, Search(), 9)
    assert [each.act for each in entries] == ["view_restored", "view_removed", "view_saved"]


def test_who_writes_nothing_down_keeps_views_for_himself_only(state):
    save_view(state, NEWCOMER, view("mine"), NOW)
    with pytest.raises(NotAllowed):
        save_view(state, NEWCOMER, view("ours", is_shared=True), NOW)
    assert names(state, NEWCOMER) == ["mine"]


def test_who_is_not_cleared_reads_no_name_of_a_person(state):
    save_view(state, LEADER, view("王小美的投诉", is_shared=True), NOW)
    (seen,) = read_views(state, NEWCOMER, frozenset({"王小美"}))
    assert "王小美" not in seen.name


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST + 1)])
def test_a_view_has_a_name_and_not_too_long_a_one(state, name: str):
    with pytest.raises(InvalidSettings, match="characters"):
        save_view(state, LEADER, view(name), NOW)


def test_one_person_keeps_a_limited_number_of_views(state, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("data_access.saved_views.MOST", 3)
    kept = [save_view(state, LEADER, view(f"view {number}"), NOW) for number in range(3)]
    with pytest.raises(InvalidSettings, match="3 views already"):
        save_view(state, LEADER, view("one more"), NOW)
    save_view(state, LEADER, view("view 1", period="month"), NOW)  # in the place of another
    save_view(state, COLLEAGUE, view("his first"), NOW)
    remove_view(state, LEADER, kept[2], NOW)
    save_view(state, LEADER, view("one more"), NOW)
    assert names(state, LEADER) == ["one more", "view 0", "view 1"]
