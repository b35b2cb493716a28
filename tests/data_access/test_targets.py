"""Targets: the one in force on a day, who may set them, and what stands in the audit log."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data_access.audit import Search, read_audit
from data_access.targets import Target, in_force, read_targets, remove_target, set_target
from data_access.viewer import LOCAL, Role, Viewer
from metrics.catalogue import CATALOGUE
from metrics.errors import InvalidSettings, NotAllowed, StateConflict, UnknownName

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
FCR = CATALOGUE["first_contact_resolution"]
MANAGER = Viewer("li", Role.MANAGER)
SPRING, SUMMER = date(2026, 3, 1), date(2026, 6, 1)


def target(value: float, start: date = SPRING, team: str | None = None, queue: str | None = None) -> Target:
    return Target(metric=FCR.id, value=value, start=start, team_id=team, queue=queue)


@pytest.mark.parametrize(
    ("team", "queue", "day", "value"),
    [
        (None, None, date(2026, 2, 28), 70.0),  # the one that ships
        (None, None, SPRING, 72.0),
        (None, None, date(2026, 5, 31), 72.0),
        (None, None, SUMMER, 75.0),
        ("a", None, SPRING, 72.0),
        ("a", None, SUMMER, 68.0),  # its own goes before everyone's
        ("b", None, SUMMER, 75.0),
        (None, "q", SUMMER, 60.0),
        ("a", "q", SPRING, 72.0),
        ("a", "q", SUMMER, 60.0),  # the queue's goes before the team's
        ("a", "r", SUMMER, 68.0),
    ],
)
def test_the_target_in_force_is_the_narrowest(team: str | None, queue: str | None, day: date, value: float):
    held = [target(72.0), target(75.0, SUMMER), target(68.0, SUMMER, "a"), target(60.0, SUMMER, queue="q")]
    assert in_force(held, FCR, day, team_id=team, queue=queue) == value


def test_a_queues_target_stands_beside_the_others_and_for_everyone_to_see(state):
    own = set_target(state, MANAGER, target(60.0, queue="q"), NOW)
    general = set_target(state, MANAGER, target(70.0), NOW)
    again = set_target(state, MANAGER, target(61.0, queue="q"), NOW)
    assert own.id != again.id
    held = read_targets(state, Viewer("wang", Role.TEAM_LEADER, ("a",)))
    assert [(each.id, each.queue) for each in held] == [(general.id, None), (again.id, "q")]
    with pytest.raises(InvalidSettings, match="not for both"):
        set_target(state, MANAGER, target(60.0, team="a", queue="q"), NOW)


def test_targets_are_set_replaced_and_taken_away_and_written_down(state):
    first = set_target(state, MANAGER, target(72.0), NOW)
    again = set_target(state, MANAGER, target(73.0), NOW)
    own = set_target(state, MANAGER, target(68.0, team="a"), NOW)
    assert [each.id for each in read_targets(state, MANAGER)] == [again.id, own.id]
    remove_target(state, MANAGER, again, NOW)
    assert [each.id for each in read_targets(state, MANAGER)] == [own.id]
    for gone in (first, again):
        with pytest.raises(StateConflict):
            remove_target(state, MANAGER, gone, NOW)
    entries, _count = read_audit(state, LOCAL, Search(), 10)
    assert [each.act for each in entries] == ["target_removed", "target_set", "target_set", "target_set"]
    assert entries[1].scope == {"metric": FCR.id, "value": 68.0, "start": "2026-03-01", "team_id": "a"}


def test_a_leader_sees_targets_of_own_teams_and_sets_none(state):
    for team in (None, "a", "b"):
        set_target(state, MANAGER, target(70.0, team=team), NOW)
    leader = Viewer("wang", Role.TEAM_LEADER, ("a",))
    assert [each.team_id for each in read_targets(state, leader)] == [None, "a"]
    with pytest.raises(NotAllowed):
        set_target(state, leader, target(60.0, team="a"), NOW)


@pytest.mark.parametrize("value", [-1.0, 100.1, float("nan"), float("inf")])
def test_a_share_has_a_target_of_0_to_100(state, value: float):
    with pytest.raises(InvalidSettings, match="First-contact resolution"):
        set_target(state, MANAGER, target(value), NOW)
    assert read_targets(state, MANAGER) == []


def test_a_metric_that_there_is_not_has_none(state):
    with pytest.raises(UnknownName, match="fcr"):
        set_target(state, MANAGER, replace(target(70.0), metric="fcr"), NOW)
