"""Who is which viewer: by the record, by the sign-in's claims, and by nothing else."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.people import (
    Grant,
    forget_person,
    is_stale,
    read_people,
    save_grant,
    viewer_named,
    viewer_of,
)
from data_access.sign_in import Settings
from data_access.viewer import LOCAL, RIGHTS, Right, Role, Viewer
from metrics.errors import InvalidSettings, NotAllowed, StateConflict

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SETTINGS = Settings(
    admins=("boss@example.com",), role_claim="groups", teams_claim="teams", roles={"directors": Role.VIEWER}
)
LI = Grant(person="li@example.com", role=Role.ANALYST)


@pytest.fixture
def engine(state: Engine) -> Engine:
    return state


def claims(person: str = "li@example.com", **more: Any) -> dict[str, Any]:
    return {"is_logged_in": True, "email": person, "email_verified": True, "iat": NOW.timestamp()} | more


@pytest.mark.parametrize(
    ("told", "viewer"),
    [
        ({"groups": ["manager"]}, Viewer("li@example.com", Role.MANAGER, None, True)),
        ({"groups": "directors"}, Viewer("li@example.com", Role.VIEWER, None, False)),
        ({"groups": ["newcomer", "analyst"]}, Viewer("li@example.com", Role.ANALYST, None, False)),
        (
            {"groups": ["team_leader"], "teams": ["b", "a"]},
            Viewer("li@example.com", Role.TEAM_LEADER, ("a", "b"), True),
        ),
        ({"groups": ["team_leader"]}, Viewer("li@example.com", Role.TEAM_LEADER, (), True)),
        ({"groups": ["newcomer"], "teams": "a"}, Viewer("li@example.com", Role.NEWCOMER, ("a",), False)),
        ({"groups": ["manager"], "teams": "a"}, Viewer("li@example.com", Role.MANAGER, None, True)),
    ],
)
def test_claims_give_a_role_where_nothing_is_on_record(engine: Engine, told: dict[str, Any], viewer: Viewer):
    assert viewer_of(engine, SETTINGS, claims(**told), NOW) == viewer


@pytest.mark.parametrize("told", [{}, {"groups": ["Manager"]}, {"groups": {"manager": True}}, {"groups": [True]}])
def test_claims_that_name_no_role_give_none(engine: Engine, told: dict[str, Any]):
    with pytest.raises(NotAllowed, match="has no role"):
        viewer_of(engine, SETTINGS, claims(**told), NOW)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"email_verified": False}, "has not been verified"),
        ({"email_verified": "false"}, "has not been verified"),
        ({"email": ""}, "does not say who you are"),
        ({"email": None}, "does not say who you are"),
        ({"email": ["boss@example.com"]}, "does not say who you are"),
    ],
)
def test_nobody_is_let_in_on_an_address_that_is_not_sure(engine: Engine, told: dict[str, Any], sentence: str):
    with pytest.raises(NotAllowed, match=sentence):
        viewer_of(engine, SETTINGS, claims("boss@example.com", groups=["admin"]) | told, NOW)


def test_the_record_comes_before_the_claims_and_the_settings_before_both(engine: Engine):
    save_grant(engine, LOCAL, LI, NOW)
    told = claims("LI@Example.com ", groups=["admin"])
    assert viewer_of(engine, SETTINGS, told, NOW) == Viewer("li@example.com", Role.ANALYST, None, False)
    save_grant(engine, LOCAL, Grant(person="boss@example.com", role=None), NOW)
    assert viewer_of(engine, SETTINGS, claims("Boss@example.com"), NOW).role is Role.ADMIN


def test_who_is_shut_out_stays_out_whatever_the_claims_say(engine: Engine):
    save_grant(engine, LOCAL, Grant(person="li@example.com", role=None), NOW)
    with pytest.raises(NotAllowed):
        viewer_of(engine, SETTINGS, claims(groups=["admin"]), NOW)


def test_a_grant_counts_to_the_end_of_its_last_day(engine: Engine):
    save_grant(engine, LOCAL, replace(LI, until=date(2026, 11, 24)), NOW)
    assert viewer_of(engine, SETTINGS, claims(), NOW + timedelta(days=1)).role is Role.ANALYST
    with pytest.raises(NotAllowed):
        viewer_of(engine, SETTINGS, claims(groups=["manager"]), NOW + timedelta(days=2))


def test_the_last_day_of_a_grant_is_that_of_the_clock_that_is_read(engine: Engine):
    save_grant(engine, LOCAL, replace(LI, until=date(2026, 11, 24)), NOW)
    late = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # half past midnight on the 25th in Shanghai
    assert viewer_of(engine, SETTINGS, claims(), late).role is Role.ANALYST
    with pytest.raises(NotAllowed):
        viewer_of(engine, SETTINGS, claims(), late.astimezone(ZoneInfo("Asia/Shanghai")))


@pytest.mark.parametrize(
    ("age", "stale"),
    [
        (timedelta(hours=11, minutes=59), False),
        (timedelta(hours=12, minutes=1), True),
        (timedelta(minutes=-4), False),  # clocks differ
        (timedelta(minutes=-6), True),
    ],
)
def test_a_sign_in_counts_for_twelve_hours(age: timedelta, stale: bool):
    assert is_stale(SETTINGS, claims(iat=(NOW - age).timestamp()), NOW) is stale


@pytest.mark.parametrize("made", [None, "now"])
def test_a_sign_in_that_does_not_say_when_is_stale(made: object):
    assert is_stale(SETTINGS, claims(iat=made), NOW)


def test_a_job_runs_for_people_on_record_only(engine: Engine):
    with pytest.raises(NotAllowed):
        viewer_named(engine, SETTINGS, "li@example.com", NOW)
    save_grant(engine, LOCAL, LI, NOW)
    assert viewer_named(engine, SETTINGS, " LI@example.com", NOW).role is Role.ANALYST


def test_a_grant_is_kept_corrected_forgotten_and_written_down(engine: Engine):
    saved = save_grant(engine, LOCAL, replace(LI, person=" Li@Example.com "), NOW)
    assert (saved.person, saved.version, saved.granted_by) == ("li@example.com", 1, "local")
    better = save_grant(engine, LOCAL, replace(saved, role=Role.TEAM_LEADER, teams=("b", "a", "b")), NOW)
    assert better.teams == ("a", "b")
    assert read_people(engine, LOCAL) == [better]
    assert save_grant(engine, LOCAL, better, NOW) == better  # nothing new, nothing written
    forget_person(engine, LOCAL, better, NOW)
    assert read_people(engine, LOCAL) == []
    entries, _count = read_audit(engine, LOCAL, Search(), 10)
    assert [each.act for each in entries] == ["person_forgotten", "person_granted", "person_granted"]
    assert entries[1].scope["before"]["role"] == "analyst"
    assert entries[1].scope["after"] == json.loads(json.dumps(entries[0].scope["before"]))


@pytest.mark.parametrize(
    ("grant", "sentence"),
    [
        (Grant(person=" ", role=Role.VIEWER), "needs a person"),
        (Grant(person="x", role=Role.TEAM_LEADER), "needs a team"),
        (Grant(person="local", role=Role.MANAGER), "your own role"),
        (Grant(person="local", role=None), "your own role"),
    ],
)
def test_a_grant_that_makes_no_sense_is_one_sentence(engine: Engine, grant: Grant, sentence: str):
    with pytest.raises(InvalidSettings, match=sentence):
        save_grant(engine, LOCAL, grant, NOW)
    assert read_people(engine, LOCAL) == []


def test_a_newcomer_is_never_cleared(engine: Engine):
    assert not save_grant(engine, LOCAL, Grant(person="x", role=Role.NEWCOMER, is_cleared=True), NOW).is_cleared


def test_a_grant_that_someone_else_has_changed_is_not_overwritten(engine: Engine):
    saved = save_grant(engine, LOCAL, LI, NOW)
    save_grant(engine, LOCAL, replace(saved, role=Role.MANAGER), NOW)
    for stale in (saved, LI):
        with pytest.raises(StateConflict):
            save_grant(engine, LOCAL, replace(stale, role=Role.VIEWER), NOW)
    with pytest.raises(StateConflict):
        forget_person(engine, LOCAL, saved, NOW)


@pytest.mark.parametrize("role", [each for each in Role if Right.PEOPLE not in RIGHTS[each]])
def test_only_who_may_gives_rights(engine: Engine, role: Role):
    other = Viewer("x", role)
    for act in (
        lambda: read_people(engine, other),
        lambda: save_grant(engine, other, LI, NOW),
        lambda: forget_person(engine, other, LI, NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
