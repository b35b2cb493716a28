"""Checks that the product runs: what was planted is found on the declared day, and an injected return reopens."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access.actions.action_rows import Happened
from data_access.actions.actions import Action, Step, add_action, read_action_history, read_actions
from data_access.actions.checking import check_action, earliest_check, run_actions
from data_access.actions.declared import InvalidAction
from data_access.actions.frozen import frozen, thawed
from data_access.actions.moves import begin, go_live, standardise
from data_access.change_rows import Kind
from data_access.changes import read_changes, register_demo_changes
from data_access.demo import Manifest
from data_access.rollups import open_rollups
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from jobs.actions import summary
from metrics.actions.action import Stage
from metrics.errors import NotAllowed
from metrics.intervention import ChangeEffect, VerdictCode
from metrics.rules import Rules
from reports.text import speaking
from tests.data_access.seed import contact, seeded

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MONDAY = date(2025, 1, 6)


@pytest.fixture
def state_file(tmp_path: Path) -> Iterator[Engine]:
    engine = open_state(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield engine
    engine.dispose()


def live(state: Engine, issue: str, start: date, check_on: date) -> Action:
    action = Action(
        title=issue, problem="Too many", owner="Li", due=start, metric="complaint_rate", expected_change=-0.5,
        filters=(("issue_type", (issue,)),), check_on=check_on,
        steps=(Step(words="Do it", owner="Li", due=start, done_on=start),),
    )  # fmt: skip
    doing = begin(state, LOCAL, add_action(state, LOCAL, action, NOW), start - timedelta(days=9), NOW)
    return go_live(state, LOCAL, doing, start, NOW)


def test_planted_change_is_checked_as_worked_once_and_the_one_that_did_nothing_is_not(
    planted: tuple[Store, Manifest], state_file: Engine
):
    store, manifest = planted
    register_demo_changes(state_file, manifest, "en", NOW)  # the same changes stand in the register
    for issue, first in (("returns", date(2026, 1, 1)), ("account", date(2026, 3, 1))):
        live(state_file, issue, first, store.anchor)
    assert earliest_check(store, state_file, LOCAL, read_actions(state_file, LOCAL)[0], date(2026, 1, 1))
    outcomes = run_actions(store, state_file, LOCAL, NOW)
    with speaking("en"):  # what the job prints
        assert {"returns: Checked: Worked.", "Actions checked: 2. Reopened: 0. Could not be looked at: 0."} <= {
            *summary(outcomes)
        }
    done = {each.action.title: each.action for each in outcomes}
    assert run_actions(store, state_file, LOCAL, NOW) == []  # once, however often it runs
    assert {each.stage for each in done.values()} == {Stage.ACT}
    worked, idle = done["returns"].check, done["account"].check
    assert worked is not None
    assert idle is not None
    assert worked.code is VerdictCode.WORKED
    assert idle.code not in {VerdictCode.WORKED, VerdictCode.WORKED_FADING}
    result = thawed(worked.told)
    assert isinstance(result, ChangeEffect)
    # Planted: from 30 to 10 a month, 66.7 % less; the declared day is the end of the demo, ten months later.
    assert result.rate_ratio.low < 1 / 3 < result.rate_ratio.high
    assert (result.before.mean.value, result.after.mean.value, result.after.periods) == (30, 10, 10)
    assert frozen(result) == worked.told
    planted_change = next(
        each for each in read_changes(state_file, LOCAL) if dict(each.scope)["issue_type"] == ("returns",)
    )
    closed = standardise(state_file, LOCAL, done["returns"], Kind.PROCESS, "SOP 4.2", NOW.date(), NOW)
    assert closed.change_id == planted_change.id  # no second entry of the same change


def test_a_check_waits_for_its_day_and_for_who_sees_all_that_it_counts(
    planted: tuple[Store, Manifest], state_file: Engine
):
    store, _manifest = planted
    waiting = live(state_file, "returns", date(2026, 1, 1), store.anchor + timedelta(days=1))
    assert run_actions(store, state_file, LOCAL, NOW) == []
    with pytest.raises(InvalidAction, match="not to be checked now"):
        check_action(store, state_file, LOCAL, waiting, NOW)
    for act in (
        lambda viewer: check_action(store, state_file, viewer, waiting, NOW),
        lambda viewer: run_actions(store, state_file, viewer, NOW),
    ):
        with pytest.raises(NotAllowed):
            act(Viewer("wang", Role.TEAM_LEADER, ("t01",)))


def test_a_problem_that_returns_reopens_its_action_by_itself(tmp_path: Path, state_file: Engine):
    # 19 or 21 complaints a week, from week 40 on 5 or 7, and from week 68 on 24 again; 100 contacts a week.
    counts = [*(20 + (-1) ** week for week in range(40)), *(6 + (-1) ** week for week in range(28)), *[24] * 6]
    rollups = open_rollups(seeded(tmp_path / "w.duckdb", _weeks(counts)), Rules(), tmp_path)
    store = Store(rollups, rollups.refresh())
    first, check_on = MONDAY + timedelta(weeks=40), MONDAY + timedelta(weeks=60)
    live(state_file, "refund", first, check_on)
    (checked,) = run_actions(store, state_file, LOCAL, NOW)
    assert checked.action.check is not None
    assert checked.action.check.code is VerdictCode.WORKED
    standardise(state_file, LOCAL, checked.action, Kind.PROCESS, "", NOW.date(), NOW)
    (reopened,) = run_actions(store, state_file, LOCAL, NOW)
    assert (reopened.action.stage, reopened.action.round) == (Stage.PLAN, 2)
    event = read_action_history(state_file, LOCAL, reopened.action)[-1]
    assert event.what is Happened.CAME_BACK
    # Half of what was gained, from 20 to 6, is lost at 13 a week: 7 5 24 make 12 after one week, 7 5 24 24 make 15.
    assert event.told["last"] == (MONDAY + timedelta(weeks=69)).isoformat()
    assert event.told["level"] == pytest.approx(0.15)
    assert run_actions(store, state_file, LOCAL, NOW) == []


def _weeks(counts: list[int]) -> dict[str, list[dict]]:
    contacts, complaints = [], []
    for week, count in enumerate(counts):
        begins = datetime.combine(MONDAY + timedelta(weeks=week), datetime.min.time())
        instants = [begins + timedelta(hours=1 + place) for place in range(100)]
        contacts += [contact(f"k{week}_{place}", at, f"c{place}", answered_at=at) for place, at in enumerate(instants)]
        complaints += [
            {
                "complaint_id": f"p{week}_{place}",
                "customer_id": f"q{week}_{place}",
                "received_at": at,
                "complaint_type": "refund",
            }
            for place, at in islice(enumerate(instants), count)
        ]
    return {"contacts": contacts, "complaints": complaints}
