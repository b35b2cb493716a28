"""What people make of the board: nobody's edit is lost, and everybody sees their own board only."""

from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.swot.boards import read_known
from data_access.swot.comments import add_comment, read_comments, remove_comment, restore_comment
from data_access.swot.editions import freeze, read_editions, remove_edition, restore_edition
from data_access.swot.edits import (
    LONGEST,
    LONGEST_REASON,
    add_entry,
    bring_back,
    dismiss,
    merge,
    pin,
    read_edits,
    reword,
    split,
)
from data_access.swot.strategies import Paired, add_strategy, read_strategies, remove_strategy, restore_strategy
from data_access.swot.weights import WEIGHTS
from data_access.viewer import LOCAL, Role, Viewer
from metrics.errors import InvalidSettings, NotAllowed, ServiceQualityError, StateConflict
from metrics.scope import Period
from metrics.swot.arranged import arranged
from metrics.swot.edits import Edit
from metrics.swot.evidence import Kind, Quadrant
from metrics.swot.ranking import Entry
from metrics.swot.tows import Strategy
from tests.metrics.test_swot_board import LOW, SLOW, W, entry, evidence

NOW = datetime(2026, 4, 6, 8, tzinfo=UTC)
DAYS = Period(date(2026, 1, 5), date(2026, 4, 6))
CHEN, LI = (Viewer(name, Role.MANAGER, None, True) for name in ("chen", "li"))
ANALYST = Viewer("wu", Role.ANALYST)
LEADER = Viewer("zhao", Role.TEAM_LEADER, ("T1",), True)
UNTOUCHED = Edit(key="below_target/csat/")


def only(engine: Engine, viewer: Viewer = CHEN) -> Edit:
    (found,) = read_edits(engine, viewer, ())
    return found


def test_who_edits_what_someone_else_has_edited_is_told_who_and_nothing_is_lost(state):
    reword(state, CHEN, (), UNTOUCHED, "满意度偏低", NOW)
    with pytest.raises(StateConflict, match="chen has changed this entry in the meantime"):
        dismiss(state, LI, (), UNTOUCHED, "已处理", NOW)
    assert (only(state).words, only(state).dismissed) == ("满意度偏低", "")
    dismiss(state, LI, (), only(state), "已处理", NOW)
    assert (only(state).words, only(state).dismissed, only(state).version) == ("满意度偏低", "已处理", 2)


def test_of_two_who_save_at_the_same_moment_one_wins_and_the_other_is_told(state):
    barrier, refused = Barrier(2), []

    def save(viewer: Viewer) -> None:
        barrier.wait()
        try:
            reword(state, viewer, (), UNTOUCHED, f"by {viewer.name}", NOW)
        except StateConflict:
            refused.append(viewer.name)

    threads = [Thread(target=save, args=(each,)) for each in (CHEN, LI)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    (loser,) = refused
    assert only(state).words == f"by {'li' if loser == 'chen' else 'chen'}"


def test_every_edit_can_be_undone_and_stands_in_the_log(state):
    pin(state, CHEN, (), UNTOUCHED, NOW)
    pin(state, CHEN, (), only(state), NOW)
    dismiss(state, CHEN, (), only(state), "已知", NOW)
    bring_back(state, CHEN, (), only(state), NOW)
    merge(state, CHEN, (), only(state), SLOW.key, NOW)
    split(state, CHEN, (), only(state), NOW)
    reword(state, CHEN, (), only(state), " 一句\n话 ", NOW)
    assert only(state).words == "一句 话"
    reword(state, CHEN, (), only(state), " ", NOW)
    found = only(state)
    assert (found.words, found.is_pinned, found.dismissed, found.merged_into, found.version) == ("", False, "", "", 8)
    acts = ("pinned", "unpinned", "dismissed", "brought_back", "merged", "split", "reworded", "reworded")
    entries, _count = read_audit(state, LOCAL, Search(), 20)
    assert [each.act for each in reversed(entries)] == [f"swot_{each}" for each in acts]


def test_entries_are_not_merged_in_a_circle(state):
    merge(state, CHEN, (), UNTOUCHED, SLOW.key, NOW)
    with pytest.raises(InvalidSettings):
        merge(state, CHEN, (), Edit(key=SLOW.key), UNTOUCHED.key, NOW)


def test_what_says_nothing_or_too_much_is_refused(state):
    added = add_entry(state, CHEN, (), W, "x", NOW)
    for act in (
        lambda: reword(state, CHEN, (), UNTOUCHED, "x" * (LONGEST + 1), NOW),
        lambda: dismiss(state, CHEN, (), UNTOUCHED, "  ", NOW),
        lambda: dismiss(state, CHEN, (), UNTOUCHED, "x" * (LONGEST_REASON + 1), NOW),
        lambda: add_entry(state, CHEN, (), W, "", NOW),
        lambda: reword(state, CHEN, (), added, "", NOW),
        lambda: add_comment(state, CHEN, (), LOW.key, "", NOW),
        lambda: freeze(state, CHEN, (), arranged([], []), DAYS, NOW, "", NOW),
    ):
        with pytest.raises(InvalidSettings):
            act()


def test_who_may_only_look_writes_nothing(state):
    viewer, board = Viewer("zhou", Role.VIEWER), arranged([LOW], [])
    paired = Paired(strategy=Strategy.WT, inner=LOW.key, outer=SLOW.key, words="x")
    for act in (
        lambda: pin(state, viewer, (), UNTOUCHED, NOW),
        lambda: add_entry(state, viewer, (), W, "x", NOW),
        lambda: add_comment(state, viewer, (), LOW.key, "x", NOW),
        lambda: freeze(state, viewer, (), board, DAYS, NOW, "", NOW),
        lambda: add_strategy(state, viewer, (), paired, NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert read_edits(state, viewer, ()) == []


def test_a_leader_has_the_board_of_the_own_teams_whoever_else_looks_at_it(state):
    reword(state, CHEN, (), UNTOUCHED, "全中心", NOW)
    assert read_edits(state, LEADER, ()) == []
    reword(state, LEADER, (), UNTOUCHED, "一组", NOW)
    own = (("team_id", ("T1",)),)
    assert [each.words for each in read_edits(state, CHEN, own)] == ["一组"]
    assert [each.words for each in read_edits(state, LEADER, (("team_id", ("T1", "T2")),))] == ["一组"]
    with pytest.raises(NotAllowed):
        read_edits(state, LEADER, (("team_id", ("T2",)),))
    edition = freeze(state, CHEN, (), arranged([LOW], []), DAYS, NOW, "", NOW)
    assert read_editions(state, LEADER, ()) == []
    with pytest.raises(StateConflict):
        remove_edition(state, LEADER, (), edition, NOW)
    assert [each.id for each in read_editions(state, CHEN, ())] == [edition.id]


def test_an_edition_is_for_those_who_see_all_teams_that_its_maker_saw(state):
    # Made by someone who sees T1 and T2 on the board of T1: a change of both teams stands there with T2's numbers.
    both = replace(LEADER, name="sun", teams=("T1", "T2"))
    own = (("team_id", ("T1",)),)
    kept = [freeze(state, each, own, arranged([LOW], []), DAYS, NOW, "", NOW) for each in (CHEN, both, LEADER)]
    for viewer, count in ((CHEN, 3), (both, 2), (LEADER, 1)):
        found = read_editions(state, viewer, own)
        assert {each.id for each in found} == {each.id for each in kept[3 - count :]}
    with pytest.raises(StateConflict):
        remove_edition(state, LEADER, own, kept[0], NOW)
    remove_edition(state, CHEN, own, kept[0], NOW)
    with pytest.raises(StateConflict):
        restore_edition(state, LEADER, own, kept[0], NOW)
    assert len(read_editions(state, CHEN, own)) == 2


def test_who_is_not_cleared_reads_no_names_and_an_edit_of_theirs_keeps_what_was_written(state):
    words = "王小美 (13800138000) 反复投诉"
    people = {"王小美"}
    reword(state, CHEN, (), UNTOUCHED, words, NOW)
    masked = read_edits(state, ANALYST, (), people)[0]
    assert [each for each in ("王小美", "13800138000") if each in masked.words] == []
    pin(state, ANALYST, (), masked, NOW)
    assert (only(state).words, only(state).is_pinned) == (words, True)
    with pytest.raises(NotAllowed, match="masked for you"):
        reword(state, ANALYST, (), read_edits(state, ANALYST, (), people)[0], "已回访", NOW, people)
    assert only(state).words == words
    person = entry(W, Kind.DRIFTING_REVIEWER, reviewer_id="A7")
    change = Entry(replace(evidence(Kind.CHANGE_WORKED), values={"name": words}), Quadrant.STRENGTH, 1.0)
    freeze(state, CHEN, (), arranged([change, person, LOW], read_edits(state, CHEN, ())), DAYS, NOW, words, NOW)
    (cleared,), (cut,) = read_editions(state, CHEN, ()), read_editions(state, ANALYST, (), people)
    assert [item.key for item in cleared.board.items] == [change.evidence.key, LOW.key, person.evidence.key]
    assert [item.key for item in cut.board.items] == [change.evidence.key, LOW.key]
    assert "王小美" not in f"{cut.note}{cut.told}"


def test_an_edition_stays_as_it_was_and_can_be_taken_off_and_put_back(state):
    board = arranged([LOW, SLOW], [])
    first = freeze(state, CHEN, (), board, DAYS, NOW, " 周会 ", NOW)
    dismiss(state, LI, (), UNTOUCHED, "已知", NOW)
    (kept,) = read_editions(state, LI, ())
    assert (kept.board, kept.note, kept.period, kept.made_by) == (board, "周会", DAYS, "chen")
    second = freeze(state, LI, (), arranged([SLOW], []), DAYS, NOW.replace(hour=9), "", NOW.replace(hour=9))
    assert [each.id for each in read_editions(state, CHEN, ())] == [second.id, first.id]
    remove_edition(state, CHEN, (), second, NOW)
    assert [each.id for each in read_editions(state, CHEN, ())] == [first.id]
    restore_edition(state, CHEN, (), second, NOW)
    assert len(read_editions(state, CHEN, ())) == 2


def test_comments_and_pairs_are_taken_off_and_put_back_and_comments_by_their_author_only(state):
    said = add_comment(state, CHEN, (), LOW.key, "下周复查", NOW)
    with pytest.raises(NotAllowed):
        remove_comment(state, LI, (), said, NOW)
    remove_comment(state, CHEN, (), said, NOW)
    assert read_comments(state, LI, ()) == []
    restore_comment(state, CHEN, (), said, NOW)
    assert [each.words for each in read_comments(state, LI, ())] == ["下周复查"]
    paired = add_strategy(
        state, CHEN, (), Paired(strategy=Strategy.WT, inner=LOW.key, outer=SLOW.key, words="回访"), NOW
    )
    remove_strategy(state, LI, (), paired, NOW)
    with pytest.raises(ServiceQualityError):
        remove_strategy(state, CHEN, (), paired, NOW)
    restore_strategy(state, LI, (), paired, NOW)
    assert [(each.strategy, each.words) for each in read_strategies(state, LI, ())] == [(Strategy.WT, "回访")]


def test_a_weight_that_a_manager_sets_ranks_the_board_until_it_is_taken_back(state: Engine):
    (set_,) = WEIGHTS.save(state, LOCAL, {"worst_unit": 6.0, "churn": 1.5}, NOW)  # churn weighs as much already
    assert WEIGHTS.read(state) == dict(read_known(state, LOCAL, ()).weights) == {Kind.WORST_UNIT: 6.0}
    WEIGHTS.undo(state, LOCAL, set_, NOW)
    assert WEIGHTS.read(state) == {}
    entries, _count = read_audit(state, LOCAL, Search(), 5)
    told = [(each.act, each.scope["before"], each.scope["after"]) for each in entries]
    assert told == [("weight_taken_back", 6.0, 3.0), ("weight_set", 3.0, 6.0)]
    with pytest.raises(NotAllowed):
        WEIGHTS.save(state, Viewer("x", Role.ANALYST), {"churn": 0.0}, NOW)
