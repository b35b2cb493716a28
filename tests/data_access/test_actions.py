"""Actions and minutes on record: nobody's edit is lost, the goal stays as declared, and each sees what is his."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from data_access.actions.action_rows import Happened
from data_access.actions.actions import (
    Action,
    Step,
    add_action,
    read_action_history,
    read_actions,
    read_removed_actions,
    remove_action,
    restore_action,
    save_action,
)
from data_access.actions.declared import InvalidAction
from data_access.actions.minutes import Minutes, keep_minutes, read_minutes
from data_access.actions.moves import begin, go_live, record_check, standardise, start_over
from data_access.audit import Search, read_audit
from data_access.change_rows import Kind
from data_access.changes import (
    read_change_history,
    read_changes,
    read_removed_changes,
    remove_change,
    save_change,
)
from data_access.viewer import LOCAL, Role, Viewer
from metrics.actions.action import Check, Stage
from metrics.errors import InvalidScope, NotAllowed, StateConflict, UnknownName
from metrics.intervention import VerdictCode

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
ANALYST = Viewer("chen", Role.ANALYST)
LEADER = Viewer("wang", Role.TEAM_LEADER, ("t01",), is_cleared=True)
STEP = Step(words="Write the script", owner="赵", due=TODAY)
PLANNED = Action(
    title="退换货统一口径", problem="Three answers", owner="Li", due=TODAY, metric="complaint_rate",
    filters=(("team_id", ("t01", "t02")),), expected_change=-0.2, check_on=date(2027, 3, 1),
)  # fmt: skip


def checked(code: VerdictCode) -> Check:
    told = {"kind": "refusal", "result": {}}
    return Check(code=code, at=NOW, by="job", until=date(2027, 3, 1), grain="week", teams=None, told=told)


def live(state: Engine) -> Action:
    doing = begin(state, LOCAL, add_action(state, LOCAL, PLANNED, NOW), TODAY, NOW)
    done = save_action(state, LOCAL, replace(doing, steps=(replace(STEP, done_on=TODAY),)), NOW)
    return go_live(state, LOCAL, done, TODAY, NOW)


def test_once_round_the_circle_every_step_stands_in_the_history_and_in_the_log(state):
    acting = record_check(state, LOCAL, live(state), checked(VerdictCode.WORKED), NOW)
    closed = standardise(state, LOCAL, acting, Kind.SCRIPT, "SOP 4.2", TODAY, NOW)
    assert (closed.stage, closed.closed_on, closed.round) == (Stage.CLOSED, TODAY, 1)
    (change,) = read_changes(state, LOCAL)
    assert (change.id, change.name, change.start, change.note) == (closed.change_id, PLANNED.title, TODAY, "SOP 4.2")
    assert (change.metric, change.scope, change.expected) == ("complaint_rate", PLANNED.filters, "decrease")
    assert [each.what for each in read_action_history(state, LOCAL, closed)] == [
        Happened.ADDED, Happened.BEGUN, Happened.STEPS_SET, Happened.WENT_LIVE, Happened.CHECKED, Happened.STANDARDISED,
    ]  # fmt: skip
    entries, _count = read_audit(state, LOCAL, Search(), 10)
    acts = ["action_added", "action_moved", "action_edited", "action_moved", "action_checked", "change_created"]
    assert [each.act for each in reversed(entries)] == [*acts, "action_moved"]


def test_a_new_round_begins_with_an_empty_plan_and_the_old_one_stays_readable(state):
    acting = record_check(state, LOCAL, live(state), checked(VerdictCode.NO_CLEAR_CHANGE), NOW)
    again = start_over(state, LOCAL, acting, NOW)
    assert (again.stage, again.round, again.steps, again.check, again.live_on) == (Stage.PLAN, 2, (), None, None)
    assert (again.problem, again.metric) == (PLANNED.problem, PLANNED.metric)
    before = read_action_history(state, LOCAL, again)[-1].before
    assert before is not None
    assert (before.round, before.check, before.steps, before.live_on) == (1, acting.check, acting.steps, TODAY)


def test_stages_cannot_be_skipped_and_the_goal_is_settled_when_the_action_begins(state):
    bare = add_action(state, LOCAL, Action(title="x"), NOW)
    with pytest.raises(InvalidAction, match="something is missing"):
        begin(state, LOCAL, bare, TODAY, NOW)
    doing = begin(state, LOCAL, add_action(state, LOCAL, PLANNED, NOW), TODAY, NOW)
    with pytest.raises(InvalidAction, match="stays as it was declared"):
        save_action(state, LOCAL, replace(doing, expected_change=-0.01), NOW)
    with pytest.raises(InvalidAction, match="something is missing"):
        go_live(state, LOCAL, doing, TODAY, NOW)  # no step
    with pytest.raises(InvalidAction, match="another stage"):
        record_check(state, LOCAL, doing, checked(VerdictCode.WORKED), NOW)
    ready = save_action(state, LOCAL, replace(doing, steps=(replace(STEP, done_on=TODAY),)), NOW)
    with pytest.raises(InvalidAction, match="to be checked on 2027-03-01"):
        go_live(state, LOCAL, ready, date(2027, 3, 1), NOW)


def test_the_second_of_two_people_is_told_and_neither_loses_anything(state):
    held = add_action(state, LOCAL, PLANNED, NOW)
    first = save_action(state, LOCAL, replace(held, owner="赵"), NOW)
    for late in (
        lambda: save_action(state, LEADER_OF_BOTH, replace(held, owner="孙"), NOW),
        lambda: begin(state, LEADER_OF_BOTH, held, TODAY, NOW),
        lambda: remove_action(state, LEADER_OF_BOTH, held, NOW),
    ):
        with pytest.raises(StateConflict, match="Someone else has saved this"):
            late()
    assert read_actions(state, LOCAL) == [first]
    mine = keep_minutes(state, LOCAL, Minutes(week=TODAY, words="one"), NOW)
    with pytest.raises(StateConflict):
        keep_minutes(state, ANALYST, Minutes(week=TODAY + timedelta(days=2), words="two"), NOW)  # of the same week
    assert read_minutes(state, ANALYST, TODAY) == mine
    assert keep_minutes(state, ANALYST, replace(mine, words="both"), NOW).words == "both"


LEADER_OF_BOTH = Viewer("sun", Role.TEAM_LEADER, ("t01", "t02"), is_cleared=True)


def test_what_is_taken_off_can_be_put_back(state):
    gone = remove_action(state, LOCAL, add_action(state, LOCAL, PLANNED, NOW), NOW)
    assert (read_actions(state, LOCAL), read_removed_actions(state, LOCAL)) == ([], [gone])
    back = restore_action(state, LOCAL, gone, NOW)
    assert read_actions(state, LOCAL) == [back]


def test_each_sees_his_teams_and_no_numbers_of_others_and_who_only_looks_writes_nothing(state):
    acting = record_check(state, LOCAL, live(state), checked(VerdictCode.WORKED), NOW)
    (seen,) = read_actions(state, LEADER)
    assert seen.filters == (("team_id", ("t01",)),)
    assert seen.check == replace(checked(VerdictCode.WORKED), told={})
    assert read_action_history(state, LEADER, seen)[-1].after == replace(
        seen, id="", version=0, created_at=None, created_by="", updated_at=None
    )
    elsewhere = Viewer("ma", Role.TEAM_LEADER, ("t09",))
    assert (read_actions(state, elsewhere), read_action_history(state, elsewhere, acting)) == ([], [])
    with pytest.raises(NotAllowed, match="also covers teams"):
        start_over(state, LEADER, acting, NOW)
    with pytest.raises(InvalidScope):
        add_action(state, elsewhere, PLANNED, NOW)
    for role in (Role.NEWCOMER, Role.VIEWER):
        with pytest.raises(NotAllowed):
            add_action(state, Viewer("x", role), PLANNED, NOW)
        with pytest.raises(NotAllowed):
            keep_minutes(state, Viewer("x", role), Minutes(week=TODAY, words="x"), NOW)


def test_who_is_not_cleared_reads_no_names_and_saving_keeps_them(state):
    named = replace(PLANNED, problem="王小美 (13800138000) 说了三遍", steps=(replace(STEP, words="王小美复听"),))
    add_action(state, LOCAL, named, NOW)
    (shown,) = read_actions(state, ANALYST, {"王小美"})
    told = f"{shown.problem} {shown.steps[0].words}"
    assert [each for each in ("王小美", "13800138000") if each in told] == []
    save_action(state, ANALYST, replace(shown, owner="Chen"), NOW, {"王小美"})
    (kept,) = read_actions(state, LOCAL)
    assert (kept.problem, kept.steps, kept.owner) == (named.problem, named.steps, "Chen")
    minutes = keep_minutes(state, LOCAL, Minutes(week=TODAY, words="王小美 calls back"), NOW)
    with pytest.raises(NotAllowed, match="masked for you"):
        keep_minutes(state, ANALYST, replace(minutes, words="gone"), NOW, {"王小美"})


def test_what_an_action_masks_the_change_that_it_becomes_masks_too_and_saving_keeps_it(state):
    people, named = (
        {"王小美"},
        replace(PLANNED, title="王小美的话术", problem="王小美 (13800138000) 说了三遍", filters=()),
    )
    doing = begin(state, LOCAL, add_action(state, LOCAL, named, NOW), TODAY, NOW)
    done = save_action(state, LOCAL, replace(doing, steps=(replace(STEP, done_on=TODAY),)), NOW)
    acting = record_check(state, LOCAL, go_live(state, LOCAL, done, TODAY, NOW), checked(VerdictCode.WORKED), NOW)
    standardise(state, ANALYST, acting, Kind.SCRIPT, "王小美讲解", TODAY, NOW)
    (shown,) = read_changes(state, ANALYST, people)
    save_change(state, ANALYST, replace(shown, owner="Chen", note="由班长讲解"), NOW, people)
    told = f"{read_changes(state, ANALYST, people)}{read_change_history(state, ANALYST, shown, people)}"
    assert [each for each in ("王小美", "13800138000") if each in told] == []
    (kept,) = read_changes(state, LOCAL)
    assert (kept.name, kept.hypothesis) == (named.title, named.problem)
    assert (kept.owner, kept.note) == ("Chen", "由班长讲解")
    removed = remove_change(state, LOCAL, kept, NOW)
    assert (removed.name, "王小美" in str(read_removed_changes(state, ANALYST, people))) == (named.title, False)


WRONG = (
    ({"title": " "}, InvalidAction),
    ({"metric": "no_such"}, UnknownName),
    ({"filters": (("agent_id", ("a1",)),)}, UnknownName),
    ({"expected_change": -1.0}, InvalidAction),
    ({"expected_change": 0.0}, InvalidAction),
    ({"steps": (Step(words="", owner="Li"),)}, InvalidAction),
)


def test_what_cannot_be_is_not_put_on_record(state):
    for wrong, error in WRONG:
        with pytest.raises(error):
            add_action(state, LOCAL, replace(PLANNED, **wrong), NOW)
    assert read_actions(state, LOCAL) == []
