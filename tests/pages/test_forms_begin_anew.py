"""Forms that begin anew: what was typed for one thing is neither shown nor saved for another, and none of it is lost.

The cross of a dialog reruns nothing: here the next one is opened while what was typed still stands in the first.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial

import pytest
from sqlalchemy import Engine
from streamlit.runtime.scriptrunner import RerunData
from streamlit.testing.v1 import AppTest, local_script_runner

from data_access.actions.minutes import Minutes, keep_minutes, read_minutes
from data_access.home import Home
from data_access.notes import read_notes
from data_access.people import Grant, read_people, save_grant
from data_access.saved_views import read_views
from data_access.state import open_state
from data_access.viewer import LOCAL, Role, Viewer
from data_access.watch.alert_rules import read_alert_rules
from data_access.wings.coaching import read_sessions
from metrics.scope import Period
from reports.text import speaking
from tests.demo_home import copied
from tests.pages.conftest import in_use
from tests.pages.visiting import broken, opened, said

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
OTHER = Viewer("wang", Role.MANAGER, None, True)
EVER = Period(date(2020, 1, 1), date(2030, 1, 1))
METRIC = "first_contact_resolution"
WORDS = "Half the desk was ill"
MINUTES = "What was decided, who does it, until when"
MONDAY = date(2026, 10, 19)  # of the newest whole week: the demo ends with 31 October, a Saturday


@pytest.fixture(scope="module")
def own_demo(ready_demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copied(ready_demo, tmp_path_factory.mktemp("forms"))


@pytest.fixture(autouse=True)
def state(own_demo: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    in_use(own_demo, monkeypatch)
    engine = open_state(f"sqlite:///{own_demo.state}")
    with speaking("en"):  # AppTest looks up what a widget offers in the thread of the test
        yield engine
    engine.dispose()


def press(app: AppTest, label: str) -> AppTest:
    next(each for each in app.button if each.label == label).click().run()
    assert broken(app) == []
    return app


def press_inside(app: AppTest, label: str) -> None:
    """A button of the dialog: as in a browser only the dialog is run again, and the page stays beside it."""
    dialog, page = [*app._fragment_storage._fragments][-1], app._tree
    button = next(each for each in app.button if each.label == label)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "RerunData", partial(RerunData, fragment_id=dialog))
        button.click().run()
    assert broken(app) == []
    button.set_value(False)
    if not app.title:  # the dialog is still open
        app._tree = page


def field(app: AppTest, label: str):
    kinds = app.text_input, app.text_area, app.checkbox, app.toggle, app.selectbox
    return next(each for kind in kinds for each in kind if each.label == label)


def choose_row(app: AppTest, key: str, row: int) -> None:
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    app.run()


def test_what_was_ticked_for_a_new_person_is_not_given_to_another(state: Engine):
    save_grant(state, LOCAL, Grant(person="li@example.com", role=Role.VIEWER), NOW)
    app = opened("people")
    choose_row(app, "people_list", 0)
    press(app, "Add a person")
    sees = "Sees names, numbers and texts as they are"
    field(app, sees).check()
    press(app, "Correct")
    assert field(app, "Person").value == "li@example.com"
    assert not field(app, sees).value
    press_inside(app, "Save")
    assert [(each.person, each.is_cleared) for each in read_people(state, LOCAL)] == [("li@example.com", False)]


def test_what_was_typed_for_a_new_alert_is_not_saved_with_another(state: Engine):
    app = press(opened("alerts", part="rules"), "Add an alert")
    field(app, "Name").input(WORDS)
    field(app, "Owner").input("somebody")
    field(app, "Switched on").set_value(not read_alert_rules(state, LOCAL)[0].rule.is_on)
    press(app, "Change it")
    before = read_alert_rules(state, LOCAL)[0].rule
    fields = "Name", "Owner", "Switched on"
    assert [field(app, each).value for each in fields] == [before.name, before.owner, before.is_on]
    press_inside(app, "Save")
    (kept,) = [each for each in read_alert_rules(state, LOCAL) if each.id]
    assert kept.rule == before


def test_what_was_typed_for_a_new_change_is_not_shown_for_another():
    app = press(opened("sop_change"), "Register a change")
    field(app, "Owner").input("somebody")
    press_inside(app, "Save")  # refused, as it has no name
    press(app, "Correct")
    assert not field(app, "Owner").value


def test_what_was_typed_for_a_new_action_is_not_shown_for_the_next_one():
    app = press(opened("actions"), "Add an action")
    field(app, "What is the problem?").input(WORDS)
    press_inside(app, "Save")  # refused, as it has no title
    press(app, "Add an action")
    assert not field(app, "What is the problem?").value


@pytest.mark.parametrize("presses_something_else", [False, True])
def test_minutes_typed_while_another_saves_are_shown_beside_theirs(state: Engine, presses_something_else: bool):
    app = opened("quality_week")
    held = read_minutes(state, LOCAL, MONDAY)
    theirs = keep_minutes(state, OTHER, Minutes(id=held.id if held else "", week=MONDAY, words="Theirs"), NOW)
    if presses_something_else:
        app.run()
        assert "wang has kept other minutes in the meantime." in said(app)
    field(app, MINUTES).input("Mine")
    press(app, "Keep the minutes")
    assert field(app, MINUTES).value == "Theirs"
    assert "Somebody else kept other minutes in the meantime" in said(app)
    assert [each.value for each in app.code] == ["Mine"]
    assert read_minutes(state, LOCAL, MONDAY) == theirs
    field(app, MINUTES).input("Theirs and mine")
    press(app, "Keep the minutes")
    assert read_minutes(state, LOCAL, MONDAY).words == "Theirs and mine"
    assert field(app, MINUTES).value == "Theirs and mine"
    assert not app.code


def test_the_name_of_a_view_that_is_refused_stays_until_it_is_kept(state: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("data_access.saved_views.MOST", 0)
    app = opened("complaints")
    field(app, "Name of this view").input("Mondays")
    press(app, "Keep this view")
    assert "as many as one person may" in said(app)
    assert field(app, "Name of this view").value == "Mondays"
    monkeypatch.setattr("data_access.saved_views.MOST", 1)
    press(app, "Keep this view")
    assert [each.name for each in read_views(state, LOCAL)] == ["Mondays"]
    assert not field(app, "Name of this view").value


def test_a_note_is_pinned_once_and_put_back_after_it_was_taken_off(state: Engine):
    app = opened("metric", metric=METRIC)
    field(app, "What happened?").input(WORDS)
    press(app, "Pin a note")
    assert not field(app, "What happened?").value
    press(app, "Take off")
    assert read_notes(state, LOCAL, METRIC, EVER) == []
    press(app, f"Put back: {WORDS}")
    (back,) = read_notes(state, LOCAL, METRIC, EVER)
    assert back.words == WORDS
    assert not [each for each in app.button if each.label.startswith("Put back")]


def test_a_note_taken_off_one_metric_is_not_offered_back_at_another(state: Engine):
    app = opened("metric", metric=METRIC)
    field(app, "What happened?").input(WORDS)
    press(press(app, "Pin a note"), "Take off")
    app.selectbox(key="metric en").set_value("csat").run()
    assert not [each for each in app.button if each.label.startswith("Put back")]


def test_a_coaching_session_taken_off_is_put_back(state: Engine):
    sheet = "Open the coaching sheet"
    app = press(opened("learning"), sheet)
    agent = app.selectbox(key="coached").value
    field(app, "What was agreed?").input(WORDS)
    press_inside(app, "Put on record")
    (held,) = read_sessions(state, LOCAL, agent)
    press(app, sheet)
    assert not field(app, "What was agreed?").value
    app.button(key=f"session_{held.id}").click().run()
    assert read_sessions(state, LOCAL, agent) == []
    press(press(app, sheet), f"Put back: {WORDS}")
    assert read_sessions(state, LOCAL, agent) == [held]
