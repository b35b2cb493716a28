"""Alerts on their page: switched on after a look at their past, found, taken on, and for whose role may."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from data_access.home import Home
from data_access.state import open_state
from data_access.viewer import LOCAL
from data_access.watch.alert_rules import new_key, read_alert_rules, remove_alert_rule, save_alert_rule
from data_access.watch.events import read_events
from metrics.alerts.rule import AlertRule, Kind
from reports.text import _, speaking
from tests.pages.visiting import broken, opened, said
from tests.receivers import dingtalk, web_server

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
ALWAYS = AlertRule(key="", kind=Kind.THRESHOLD, about="complaint_rate", limit=0.0, is_on=True, name="Any complaint")


@pytest.fixture
def state(fresh: Home) -> Iterator[Engine]:
    engine = open_state(f"sqlite:///{fresh.state}")
    yield engine
    for each in read_alert_rules(engine, LOCAL):
        if each.id:
            remove_alert_rule(engine, LOCAL, each, NOW)
    engine.dispose()


def press(app: AppTest, label: str) -> AppTest:
    return next(each for each in app.button if each.label == label).click().run()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_says_what_to_do_where_there_is_nothing(state: Engine, language: str):
    for part in ("events", "rules", "channels", "log"):
        page = opened("alerts", language, part=part)
        assert broken(page) == []
        assert page.info or page.dataframe


def test_a_rule_is_switched_on_after_its_past_and_its_event_is_taken_on(state: Engine):
    with speaking("en"):  # AppTest looks up what a widget offers in the thread of the test
        page = opened("alerts", "en", part="rules")
        assert "it would" in said(page)  # what it would have done, before it is switched on
        press(page, _("Switch on"))
        assert broken(page) == []
        assert {each.rule.key: each.rule.is_on for each in read_alert_rules(state, LOCAL)}[
            "first_contact_resolution_low"
        ]
        save_alert_rule(state, LOCAL, None, replace(ALWAYS, key=new_key()), (), NOW)
        events = opened("alerts", "en")
        press(events, _("Evaluate now"))
        assert "Any complaint" in said(events)
        press(events, _("I take it on"))
        assert broken(events) == []
    taken = [each for each in read_events(state, LOCAL) if each.taken_by]
    assert [each.taken_by for each in taken] == ["local"]


def test_a_channel_is_tried_by_a_test_message_and_its_secret_stays_hidden(
    state: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "secrets.toml"
    monkeypatch.setenv("TWINWING_ALERTS", str(file))
    with web_server(dingtalk("SEChidden")) as server, speaking("zh"):
        url = f"{server.address}/robot/send?access_token=t"
        file.write_text(f'[alerts.channels.duty]\nkind = "dingtalk"\nurl = "{url}"\nsecret = "SEChidden"\n')
        page = press(opened("alerts", "zh", part="channels"), _("Send a test message"))
        assert broken(page) == []
        assert [each.value for each in page.success] == ["“duty”已接收测试消息。"]
        assert "测试" in server.taken[0].told["markdown"]["title"]
        assert "SEChidden" not in said(page)
        assert "access" not in said(page)
    with speaking("zh"):
        gone = press(opened("alerts", "zh", part="channels"), _("Send a test message"))
    assert "无法连接" in said(gone)
