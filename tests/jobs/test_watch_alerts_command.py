"""`python -m jobs alerts` against a real receiver: killed in between, twice at once, down, slow, back again."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine

from data_access.home import Home
from data_access.opening import open_store
from data_access.queued import CLAIM
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL, Role
from data_access.watch import evaluating
from data_access.watch.alert_rules import read_alert_rules, save_alert_rule
from data_access.watch.events import What, read_events
from data_access.watch.outbox import read_messages, retry_now
from jobs.alerts import Sent, deliver, run
from metrics.alerts.rule import AlertRule, Kind
from metrics.alerts.shipped import EVALUATION_FAILED
from metrics.errors import InvalidSettings, NotAllowed, SourceUnavailable
from metrics.rules import Rules
from tests.demo_home import copied
from tests.receivers import Request, WebServer, web_server

ROOT = Path(__file__).parents[2]
Running = subprocess.Popen[str]
#: Heated contacts, and what always holds: more complaints than none.
RULES = (
    AlertRule(key="heated", kind=Kind.CASES, about="heated_emotion_share", limit=1, window_days=1, least=1),
    AlertRule(key="many", kind=Kind.THRESHOLD, about="complaint_rate", limit=0.0, owner="王建国"),
)
FILE = """
[alerts]
address = "https://quality.example.com"
[alerts.channels.duty]
kind = "webhook"
url = "{address}/hook"
language = "zh"
"""


def taken(_request: Request) -> tuple[int, dict[str, str], str]:
    return 200, {}, ""


@pytest.fixture
def place(ready_demo: Home, tmp_path: Path) -> Home:
    return copied(ready_demo, tmp_path / "home")


@pytest.fixture
def state(place: Home) -> Engine:
    engine = open_state(f"sqlite:///{place.state}")
    for each in read_alert_rules(engine, LOCAL):  # only those of the test
        if each.rule.is_on and each.rule.key != EVALUATION_FAILED:
            save_alert_rule(engine, LOCAL, None, replace(each.rule, is_on=False), (), datetime.now(UTC))
    for rule in RULES:
        save_alert_rule(
            engine, LOCAL, None, replace(rule, is_on=True, channels=("duty",)), ("duty",), datetime.now(UTC)
        )
    return engine


@pytest.fixture
def running(place: Home, tmp_path: Path) -> Callable[[WebServer], Running]:
    def start(server: WebServer) -> Running:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TWINWING_")}
        environment |= {"TWINWING_HOME": str(place.folder), "TWINWING_ALERTS": str(settings(tmp_path, server.address))}
        return subprocess.Popen(
            [sys.executable, "-m", "jobs", "alerts"],
            cwd=ROOT,
            env=environment | {"LANG": "en_GB.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    return start


def settings(folder: Path, address: str) -> Path:
    file = folder / "secrets.toml"
    file.write_text(FILE.format(address=address))
    return file


def ids(server: WebServer) -> list[str]:
    return [each.headers["webhook-id"] for each in server.taken]


def test_killed_in_between_and_twice_at_once_each_event_is_told_once(
    state: Engine, place: Home, running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    killed: list[Running] = []

    def kills(_request: Request) -> tuple[int, dict[str, str], str]:
        if len(server.taken) == 1:
            killed[0].send_signal(signal.SIGKILL)  # it has been taken, and can never be confirmed
            killed[0].wait()
        return 200, {}, ""

    with web_server(kills) as server:
        killed.append(running(server))
        assert killed[0].wait() == -signal.SIGKILL
        (first,) = ids(server)
        unsettled = {each.id: each.sent_at for each in messages(state)}
        assert len(unsettled) == 2
        assert unsettled[first] is None
        with sqlite3.connect(place.state) as plain:  # the claim of who was killed runs out
            plain.execute("UPDATE alert_messages SET claimed_until = ?", (str(datetime.now(UTC) - CLAIM)[:26],))
        both = Event()

        def waits(_request: Request) -> tuple[int, dict[str, str], str]:
            if len(server.taken) == 3:
                both.set()
            both.wait(8)  # until each of the two processes is in the middle of sending
            return 200, {}, ""

        server.answer = waits
        child = running(server)
        monkeypatch.setenv("TWINWING_ALERTS", str(settings(tmp_path, server.address)))
        run(place, state, LOCAL, lambda _share, _step: None)
        output, errors = child.communicate()
        assert child.returncode == 0, output + errors
    assert len(read_events(state, LOCAL)) == 2  # three evaluations, and no event twice
    assert all(each.sent_at for each in messages(state))
    # What was told once, once; what was taken and not confirmed once more, under the same id.
    assert sorted(ids(server)) == sorted([*unsettled, first])
    told = next(each.told["data"] for each in server.taken if each.told["data"]["rule"]["key"] == "many")
    assert told["value"] > 0
    assert told["count"] > 0
    assert told["link"].startswith("https://quality.example.com/metric?lang=zh&period=custom&from=2026-10-")
    assert any("王建国" in line for line in told["lines"])
    assert told["title"].startswith("预警：")


def messages(state: Engine) -> list:
    return read_messages(state, [each.id for each in read_events(state, LOCAL)])


@pytest.fixture
def store(place: Home) -> Store:
    return open_store(place, Rules())


def due_again(state: Engine) -> None:
    retry_now(state, LOCAL, "duty", datetime.now(UTC) - timedelta(seconds=1))


def test_a_receiver_that_is_down_or_fails_gets_everything_once_it_is_back(
    state: Engine, store: Store, place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TWINWING_ALERTS", str(settings(tmp_path, "http://127.0.0.1:9")))  # nobody listens there
    evaluating.run_evaluation(store, state, LOCAL, lambda: datetime.now(UTC))
    assert deliver(place, state, store) == Sent(sent=0, failed=1)  # the second is not even tried: its channel is down
    with web_server(lambda _request: (500, {}, "")) as server:
        settings(tmp_path, server.address)
        due_again(state)
        deliver(place, state, store)
        assert len(server.taken) == 1
        assert {each.failure for each in messages(state)} <= {"http_500", "ConnectError", None}
        server.answer = taken
        due_again(state)
        assert deliver(place, state, store).failed == 0
        assert deliver(place, state, store) == Sent()
        assert sorted(ids(server)[1:]) == sorted(each.id for each in messages(state))
    assert all(each.sent_at for each in messages(state))


def test_a_message_that_cannot_be_written_holds_up_no_other(
    state: Engine, store: Store, place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    evaluating.run_evaluation(store, state, LOCAL, lambda: datetime.now(UTC))
    with sqlite3.connect(place.state) as plain:  # as another version might have told it
        plain.execute("""UPDATE alert_events SET told = replace(told, '"value"', '"amount"') WHERE key = 'many'""")
    with web_server(taken) as server:
        monkeypatch.setenv("TWINWING_ALERTS", str(settings(tmp_path, server.address)))
        assert deliver(place, state, store) == Sent(sent=1, failed=1)
        assert [each.told["data"]["rule"]["key"] for each in server.taken] == ["heated"]


def test_a_rule_that_cannot_be_evaluated_is_told_and_the_others_go_on(state: Engine, store: Store, tmp_path: Path):
    lame = AlertRule(key="lame", kind=Kind.THRESHOLD, about="csat", limit=1, filters=(("customer_tier", ("x",)),))
    lame = replace(lame, about="occupancy", is_on=True, channels=("duty",))  # hours are not split by tier
    save_alert_rule(state, LOCAL, None, lame, ("duty",), datetime.now(UTC))
    outcomes = evaluating.run_evaluation(store, state, LOCAL, lambda: datetime.now(UTC))
    assert [each.key for each in outcomes if each.failure] == ["lame"]
    found = {(each.rule.key, each.what) for each in read_events(state, LOCAL)}
    assert found == {("heated", What.FIRED), ("many", What.FIRED), ("lame", What.FAILED)}


def test_who_sees_some_teams_only_or_sets_no_rules_evaluates_nothing(state: Engine, store: Store):
    for viewer in (replace(LOCAL, teams=("a",)), replace(LOCAL, role=Role.ANALYST)):
        with pytest.raises(NotAllowed):
            evaluating.run_evaluation(store, state, viewer, lambda: datetime.now(UTC))
    assert read_events(state, LOCAL) == []


def test_an_evaluation_that_breaks_off_is_an_alert_of_its_own(state: Engine, store: Store, monkeypatch):
    known = evaluating.read_findings

    def breaks(*given) -> list:
        if given[2].key == "heated":  # a fault that nobody foresaw
            raise ZeroDivisionError
        return known(*given)

    monkeypatch.setattr(evaluating, "read_findings", breaks)
    for _run in range(2):  # one event, however often
        with pytest.raises(ZeroDivisionError):
            evaluating.run_evaluation(store, state, LOCAL, lambda: datetime.now(UTC))
    found = [(each.rule.key, each.what) for each in read_events(state, LOCAL)]
    assert sorted(found) == [(EVALUATION_FAILED, What.FAILED), ("many", What.FIRED)]  # the others go on
    assert [each.channel for each in messages(state)] == ["duty", "duty"]  # to whom the alerts that are on go
    monkeypatch.undo()
    evaluating.run_evaluation(store, state, LOCAL, lambda: datetime.now(UTC))
    assert [each.rule.key for each in read_events(state, LOCAL) if not each.is_open] == [EVALUATION_FAILED]


def test_without_a_warehouse_that_answers_somebody_is_told(state: Engine, place: Home, monkeypatch, tmp_path: Path):
    place.pointer.unlink()
    with web_server(taken) as server:
        monkeypatch.setenv("TWINWING_ALERTS", str(settings(tmp_path, server.address)))
        with pytest.raises(SourceUnavailable):
            run(place, state, LOCAL, lambda _share, _step: None)
        assert server.taken[0].told["data"]["what"] == "failed"
    monkeypatch.setenv("TWINWING_ALERTS", str(tmp_path / "gone.toml"))
    with pytest.raises(InvalidSettings):  # messages wait
        deliver(place, state, None)
