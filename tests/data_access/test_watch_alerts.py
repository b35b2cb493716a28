"""Alerts on record: rules with their history, one open event each, and messages that are claimed once."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.queued import CLAIM
from data_access.state import open_state
from data_access.viewer import LOCAL, Role, Viewer
from data_access.watch import outbox
from data_access.watch.alert_rules import (
    SetRule,
    read_alert_rule_history,
    read_alert_rules,
    remove_alert_rule,
    restore_alert_rule,
    save_alert_rule,
    undo_alert_rule,
)
from data_access.watch.events import (
    Event,
    What,
    close_others,
    read_events,
    record_failure,
    record_findings,
    snooze,
    take_on,
)
from data_access.watch.quiet import is_quiet, read_quiet_hours, save_quiet_hours
from data_access.watch.runs import begin_run, end_run, last_run
from metrics.alerts.finding import Finding
from metrics.alerts.rule import AlertRule, Kind
from metrics.alerts.shipped import SHIPPED
from metrics.errors import InvalidSettings, NotAllowed, StateConflict
from tests.postgresql import fresh_database

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
END = date(2026, 3, 2)
MANAGER, ANALYST = Viewer("li", Role.MANAGER), Viewer("wang", Role.ANALYST)
LEADER = Viewer("zhao", Role.TEAM_LEADER, teams=("a",))
OWN = AlertRule(key="own", kind=Kind.THRESHOLD, about="csat", limit=80.0, channels=("duty", "mail"), is_on=True)
OF_TEAM = replace(OWN, key="team", filters=(("team_id", ("a",)),))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store: made once, copied by each test."""
    file = tmp_path_factory.mktemp("state") / "state.sqlite"
    open_state(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(params=["sqlite"])
def state(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Engine]:
    server = request.param == "postgresql"
    engine = open_state(fresh_database() if server else f"sqlite:///{shutil.copy(template, tmp_path)}")
    yield engine
    engine.dispose()


BOTH = pytest.mark.parametrize("state", ["sqlite", "postgresql"], indirect=True)


def saved(state: Engine, rule: AlertRule, before: SetRule | None = None, at: datetime = NOW) -> SetRule:
    return save_alert_rule(state, MANAGER, before, rule, ("duty", "mail"), at)


def in_force(state: Engine, key: str) -> AlertRule | None:
    return next((each.rule for each in read_alert_rules(state, LOCAL) if each.rule.key == key), None)


def test_a_rule_that_ships_is_set_undone_put_back_and_as_shipped_again(state: Engine):
    shipped = SHIPPED[0]
    assert [each.rule for each in read_alert_rules(state, LOCAL)] == list(SHIPPED)
    first = saved(state, replace(shipped, is_on=True))
    second = saved(state, replace(shipped, is_on=True, limit=65.0), first, NOW + MINUTE)
    assert in_force(state, shipped.key).limit == 65.0
    undo_alert_rule(state, MANAGER, second, NOW + 2 * MINUTE)
    assert in_force(state, shipped.key) == replace(shipped, is_on=True)
    restore_alert_rule(state, MANAGER, second, NOW + 3 * MINUTE)
    assert in_force(state, shipped.key).limit == 65.0
    remove_alert_rule(state, MANAGER, second, NOW + 4 * MINUTE)
    assert in_force(state, shipped.key) == shipped
    told = [(each.rule.limit, each.made_by, each.removed_by) for each in read_alert_rule_history(state, MANAGER)]
    assert told == [(65.0, "li", "li"), (70.0, "li", "li")]
    acts = [each.act for each in read_audit(state, LOCAL, Search(), 10)[0]]
    assert acts == [
        "alert_rule_taken_back",
        "alert_rule_set",
        "alert_rule_taken_back",
        "alert_rule_set",
        "alert_rule_set",
    ]


def test_who_saves_what_somebody_else_has_changed_is_told_so(state: Engine):
    first = saved(state, OWN)
    saved(state, replace(OWN, limit=70.0), first)
    with pytest.raises(StateConflict):
        saved(state, replace(OWN, limit=60.0), first)
    with pytest.raises(StateConflict):
        undo_alert_rule(state, MANAGER, first, NOW)
    with pytest.raises(StateConflict):
        saved(state, OWN)  # as if it were new
    assert in_force(state, "own").limit == 70.0


def test_only_who_sets_targets_sets_alerts_and_of_own_teams_only(state: Engine, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(NotAllowed):
        save_alert_rule(state, ANALYST, None, OWN, ("duty", "mail"), NOW)
    with pytest.raises(InvalidSettings, match="teams that you do not see"):
        save_alert_rule(state, replace(MANAGER, teams=("b",)), None, OF_TEAM, ("duty", "mail"), NOW)
    saved(state, OWN)
    saved(state, OF_TEAM)
    assert [each.rule.key for each in read_alert_rules(state, LEADER)] == ["team"]
    recorded(state, OF_TEAM, [finding()], {}, NOW)
    recorded(state, OWN, [finding()], {}, NOW + MINUTE)
    monkeypatch.setattr("data_access.watch.events.MOST_EVENTS", 1)  # what others alone may see takes no place
    assert [each.rule.key for each in read_events(state, LEADER)] == ["team"]


def finding(subject: str = "", *, starts: bool = True, is_over: bool = False, end: date = END) -> Finding:
    return Finding(subject, end, starts, is_over, value=72.0, low=70.0, high=74.0, count=900.0)


def recorded(state: Engine, rule: AlertRule, found: list[Finding], told: dict, now: datetime) -> list[str]:
    end = max((each.end for each in found), default=END)
    return record_findings(state, rule, found, told, now, data_end=end)


def events(state: Engine) -> list[Event]:
    return read_events(state, LOCAL)


def messages(state: Engine) -> list[outbox.Message]:
    return outbox.read_messages(state, [each.id for each in events(state)])


@BOTH
def test_one_event_and_one_message_to_each_channel_until_it_is_over(state: Engine):
    assert recorded(state, OWN, [finding()], {"": {"target": 85.0}}, NOW) == [""]
    assert recorded(state, OWN, [finding()], {}, NOW + MINUTE) == []
    (event,) = events(state)
    assert (event.told["value"], event.told["target"], event.told["count"]) == (72.0, 85.0, 900.0)
    assert sorted(each.channel for each in messages(state)) == ["duty", "mail"]
    recorded(state, OWN, [finding(starts=False)], {}, NOW + 2 * MINUTE)  # not beyond, not back either
    assert events(state)[0].is_open
    recorded(state, OWN, [finding(starts=False, is_over=True)], {}, NOW + 3 * MINUTE)
    assert not events(state)[0].is_open
    assert recorded(state, OWN, [finding()], {}, NOW + 4 * MINUTE) == [""]
    assert len(messages(state)) == 4


def test_an_issue_is_over_when_it_has_not_come_up_for_two_weeks(state: Engine):
    rule = replace(OWN, kind=Kind.EMERGING, about="")
    recorded(state, rule, [finding("type/a"), finding("type/b")], {}, NOW)
    recorded(state, rule, [finding("type/b", end=END + timedelta(days=13))], {}, NOW)
    assert sum(each.is_open for each in events(state)) == 2
    recorded(state, rule, [finding("type/b", end=END + timedelta(days=14))], {}, NOW)
    assert {each.subject for each in events(state) if each.is_open} == {"type/b"}
    record_findings(state, rule, [], {}, NOW, data_end=END + timedelta(days=28))  # nothing comes up at all
    assert not any(each.is_open for each in events(state))


def test_the_events_of_a_rule_that_is_switched_off_are_over(state: Engine):
    for rule in (OWN, OF_TEAM):
        recorded(state, rule, [finding()], {}, NOW)
    close_others(state, ["own"], NOW + MINUTE)
    assert {each.rule.key: each.is_open for each in events(state)} == {"own": True, "team": False}


def test_many_who_find_the_same_at_once_open_one_event(state: Engine):
    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(lambda _one: recorded(state, OWN, [finding()], {}, NOW), range(8)))
    assert sorted(map(len, found)) == [0] * 7 + [1]
    assert len(messages(state)) == 2


def test_a_failure_is_an_event_once_and_over_when_the_rule_works_again(state: Engine):
    error = {"what": "x", "fix": "y", "values": {}}
    assert record_failure(state, OWN, error, END, NOW)
    assert not record_failure(state, OWN, error, END, NOW + MINUTE)
    recorded(state, OWN, [finding()], {}, NOW + 2 * MINUTE)
    assert {(each.what, each.is_open) for each in events(state)} == {(What.FAILED, False), (What.FIRED, True)}


def test_taking_on_and_snoozing_are_for_who_works_with_figures_and_written_down(state: Engine):
    recorded(state, OWN, [finding()], {}, NOW)
    (event,) = events(state)
    with pytest.raises(NotAllowed):
        take_on(state, Viewer("x", Role.VIEWER), event, "", NOW)
    take_on(state, ANALYST, event, " calling the  carrier ", NOW)
    with pytest.raises(StateConflict):  # two looked at the same event
        snooze(state, MANAGER, event, 1, NOW)
    (taken,) = events(state)
    assert (taken.taken_by, taken.words) == ("wang", "calling the carrier")
    assert [each.act for each in read_audit(state, LOCAL, Search(), 5)[0]] == ["alert_taken_on"]


def test_a_snooze_puts_one_message_at_its_end_in_the_place_of_those_not_sent(state: Engine):
    recorded(state, replace(OWN, channels=("duty",)), [finding()], {}, NOW)
    (event,) = events(state)
    snooze(state, MANAGER, event, 3, NOW)
    assert outbox.claim_next(state, NOW, (), is_quiet=False) is None
    later = outbox.claim_next(state, NOW + timedelta(days=3), (), is_quiet=False)
    assert later is not None
    assert later.reason is outbox.Reason.STILL_OPEN


@BOTH
def test_a_message_is_claimed_once_and_again_when_the_claim_has_run_out(state: Engine):
    recorded(state, replace(OWN, channels=("duty",)), [finding()], {}, NOW)
    first = outbox.claim_next(state, NOW, (), is_quiet=False)
    assert first is not None
    assert outbox.claim_next(state, NOW + CLAIM, (), is_quiet=False) is None
    second = outbox.claim_next(state, NOW + CLAIM + MINUTE, (), is_quiet=False)
    assert second is not None
    assert second.id == first.id  # the receiver can tell that it is the same
    assert not outbox.confirm(state, first, None, NOW)  # whose claim has run out settles nothing
    assert outbox.confirm(state, second, None, NOW)
    assert outbox.claim_next(state, NOW + timedelta(days=99), (), is_quiet=False) is None


def test_a_clock_that_was_ahead_holds_nothing_back_when_it_is_set_right(state: Engine):
    ahead = NOW + timedelta(days=365)
    recorded(state, replace(OWN, channels=("duty",)), [finding()], {}, ahead)
    killed = outbox.claim_next(state, ahead, (), is_quiet=False)
    again = outbox.claim_next(state, NOW, (), is_quiet=False)
    assert killed is not None
    assert again is not None
    assert outbox.postpone(state, again, "http_500", ahead)
    assert outbox.claim_next(state, NOW, (), is_quiet=False) is not None
    snooze(state, MANAGER, events(state)[0], 7, NOW)
    assert outbox.claim_next(state, NOW, (), is_quiet=False) is None  # a week as somebody wished it


def test_waits_double_up_to_an_hour_and_never_end(state: Engine):
    recorded(state, replace(OWN, channels=("duty",)), [finding()], {}, NOW)
    now, waits = NOW, []
    for _attempt in range(9):
        message = outbox.claim_next(state, now, (), is_quiet=False)
        assert message is not None
        outbox.postpone(state, message, "http_500", now)
        due = messages(state)[0].due_at
        assert outbox.claim_next(state, due - timedelta(seconds=1), (), is_quiet=False) is None
        waits.append((due - now) / MINUTE)
        now = due
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    with pytest.raises(NotAllowed):
        outbox.retry_now(state, ANALYST, "duty", now)
    outbox.retry_now(state, MANAGER, "duty", now - timedelta(seconds=1))
    assert outbox.claim_next(state, now, (), is_quiet=False) is not None


def test_quiet_hours_hold_back_what_is_not_urgent(state: Engine):
    save_quiet_hours(state, MANAGER, (22, 7), NOW)
    hours = read_quiet_hours(state)
    quiet = [hour for hour in range(24) if is_quiet(hours, datetime(2026, 3, 2, hour))]
    assert quiet == [0, 1, 2, 3, 4, 5, 6, 22, 23]
    recorded(state, replace(OWN, channels=("duty",)), [finding()], {}, NOW)
    recorded(state, replace(OWN, key="u", channels=("mail",), is_urgent=True), [finding()], {}, NOW)
    told = outbox.claim_next(state, NOW, (), is_quiet=True)
    assert told is not None
    assert told.channel == "mail"
    assert outbox.claim_next(state, NOW, (), is_quiet=True) is None
    with pytest.raises(InvalidSettings):
        save_quiet_hours(state, MANAGER, (7, 7), NOW)


def test_an_evaluation_that_did_not_end_is_noticed_by_the_next(state: Engine):
    begin_run(state, NOW)
    place, was_killed = begin_run(state, NOW + 30 * MINUTE)
    assert not was_killed  # it may still run
    end_run(state, place, None, (3, 1), NOW + 31 * MINUTE)
    assert begin_run(state, NOW + 61 * MINUTE)[1]
    run = last_run(state)
    assert run is not None
    assert (run.rules, run.opened, run.failure) == (3, 1, None)
