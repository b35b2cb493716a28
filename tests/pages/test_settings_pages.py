"""Rules, calendar and targets by queue: what is set on their pages is what the others show."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from data_access.home import Home
from data_access.own_events import OwnEvent, add_event, read_events, remove_event
from data_access.site_rules import read_rules, reset_rules, save_rules
from data_access.state import open_state
from data_access.viewer import LOCAL
from metrics.adjustable import SETTINGS
from metrics.catalogue import CATALOGUE
from metrics.rules import Rules
from pages.ui.menu import METRIC_URL
from reports import rule_words, text
from reports.text import _, speaking
from tests.pages.visiting import ESCAPED, broken, opened, said

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):  # AppTest looks up what a widget offers in the thread of the test
        yield request.param


@pytest.fixture
def as_shipped(fresh: Home) -> Iterator[Home]:
    yield fresh
    state = open_state(f"sqlite:///{fresh.state}")
    reset_rules(state, LOCAL, list(SETTINGS), NOW)
    for event in read_events(state, LOCAL):
        remove_event(state, LOCAL, event, NOW)
    state.dispose()


def field(app: AppTest, label: str):
    return next(each for each in (*app.number_input, *app.selectbox, *app.text_input) if each.label == label)


def press(app: AppTest, label: str) -> AppTest:
    return next(each for each in app.button if each.label == label).click().run()


def test_every_kind_of_metric_can_be_given_a_target(as_shipped: Home):
    page = opened("targets")
    of_units = {metric.unit: metric for metric in CATALOGUE.values()}
    for metric in of_units.values():
        chosen = next(each for each in page.selectbox if each.label == "Metric").set_value(metric.id).run()
        assert broken(chosen) == [], metric.id
        assert len(chosen.number_input) == 1


@pytest.mark.parametrize("language", ["zh"], indirect=True)  # contacts are counted anew twice, in one language only
def test_a_rule_set_on_the_page_is_in_force_everywhere_until_it_is_taken_back(as_shipped: Home, language: str):
    other = opened(METRIC_URL, language, metric="first_contact_resolution", period="last_quarter")
    before = other.metric[0].value
    page = opened("rules", language)
    field(page, text.rule("fcr_window_days")).set_value(3)
    press(page, _("Save"))
    assert broken(page) == []
    assert page.dataframe[0].value[_("In force")].to_list() == [rule_words.value("fcr_window_days", 3)]
    other.run()  # a session that was open before
    assert other.metric[0].value > before  # fewer repeats are found
    assert "3 天内" in said(other)
    field(page, _("Rule")).set_value("fcr_window_days").run()
    press(page, _("Undo the last change"))
    assert _("No rule was set: all are as shipped.") in said(page)
    other.run()
    assert other.metric[0].value == before


def test_what_does_not_fit_is_one_sentence_and_nothing_is_lost(as_shipped: Home, language: str):
    page = opened("rules", language)
    field(page, text.rule("fcr_gap_days")).set_value(14)
    field(page, text.rule("deadlines.urgent.response")).set_value(600)
    press(page, _("Save"))
    assert broken(page) == []
    assert len(page.error) == 1
    assert _("Urgent") in page.error[0].value
    assert field(page, text.rule("fcr_gap_days")).value == 14
    assert field(page, text.rule("deadlines.urgent.response")).value == 600
    assert _("No rule was set: all are as shipped.") in said(page)


def test_a_number_out_of_bounds_is_one_sentence_that_names_the_rule(as_shipped: Home, language: str):
    page = opened("rules", language)
    field(page, text.rule("answer_seconds")).set_value(99_999)
    press(page, _("Save"))
    assert broken(page) == []
    assert [text.rule("answer_seconds") in each.value.replace("\\", "") for each in page.error] == [True]
    assert "3600" in page.error[0].value
    assert field(page, text.rule("answer_seconds")).value == 99_999


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_the_stage_of_the_centre_says_what_leads(as_shipped: Home, language: str):
    assert opened("this_week", language, period="last_quarter").metric[0].label == _("First-contact resolution")
    page = opened("rules", language)
    field(page, text.rule("stage")).set_value("mature")
    press(page, _("Save"))
    assert read_rules(open_state(f"sqlite:///{as_shipped.state}")) == Rules(stage="mature")
    week = opened("this_week", language, period="last_quarter")
    assert week.metric[0].label.partition(" :gray[")[0] == _("Customer win-back rate")  # with its days below
    assert _("Leading in a mature centre") in said(week)


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_the_formula_of_the_service_level_stands_on_its_card(as_shipped: Home, language: str):
    save_rules(open_state(f"sqlite:///{as_shipped.state}"), LOCAL, {"service_level_formula": "of_answered"}, NOW)
    app = opened(METRIC_URL, language, metric="service_level", part="definitions", period="last_quarter")
    assert broken(app) == []
    assert app.metric[0].label == _("Service level")
    formula = _("Formula chosen for this site: {formula}").format(formula=_("Service level (of answered)"))
    assert formula in said(app)
    table = app.dataframe[-1].value
    shown = dict(zip(table[_("Definition")], table[_("Value")], strict=True))
    assert shown[_("Service level")] == shown[_("Service level (of answered)")] == app.metric[0].value
    assert shown[_("Service level")] != shown[_("Service level (of all offered)")]


def test_an_event_is_drawn_on_every_trend_until_it_is_taken_out(as_shipped: Home, language: str):
    page = opened("calendar", language)
    assert broken(page) == []
    field(page, _("Name")).set_value("Hotline **moved** <b>")
    page.date_input[0].set_value(date(2026, 9, 7))
    page.date_input[1].set_value(date(2026, 9, 20))
    press(page, _("Add"))
    assert broken(page) == []
    assert "Hotline **moved** <b>" in page.dataframe[0].value[_("Event")].to_list()
    trend = opened(METRIC_URL, language, metric="csat", period="last_quarter")
    assert "Hotline **moved** &lt;b&gt;" in drawn(trend)
    field(page, _("Take an event out")).select_index(0).run()
    press(page, _("Take out"))
    assert broken(page) == []
    trend.run()
    assert "Hotline" not in drawn(trend)
    press(page, next(each.label for each in page.button if "Hotline" in each.label))
    assert "Hotline **moved** <b>" in page.dataframe[0].value[_("Event")].to_list()


def drawn(app: AppTest) -> list[str]:
    charts = (json.loads(each.proto.spec) for each in app.get("plotly_chart"))
    return [words["text"] for chart in charts for words in chart["layout"].get("annotations", [])]


def test_a_year_names_its_holidays(as_shipped: Home, language: str):
    add_event(open_state(f"sqlite:///{as_shipped.state}"), LOCAL, OwnEvent(name="Audit", first=date(2025, 12, 30),
              last=date(2026, 1, 5)), NOW)  # fmt: skip
    table = opened("calendar", language, year="2026").dataframe[0].value
    rows = list(zip(table[_("Event")], table[_("Number of days")], strict=True))
    assert rows[:3] == [("Audit", 7), (_("New Year"), 3), ({"en": "Sunday", "zh": "星期日"}[language], 1)]


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_a_queues_target_holds_where_it_alone_is_looked_at_and_beside_the_others(as_shipped: Home, language: str):
    page = opened("targets", language)
    field(page, _("Metric")).set_value("csat").run()
    field(page, _("For")).set_value(("queue", "phone_service"))
    page.date_input[0].set_value(date(2026, 1, 1)).run()
    page.number_input[0].set_value(66.0)
    press(page, _("Set"))
    assert broken(page) == []
    queue = "队列：电话客服"
    assert page.dataframe[0].value[_("For")].to_list() == [queue]
    narrow = opened(METRIC_URL, language, metric="csat", period="last_quarter", queue="phone_service")
    assert broken(narrow) == []
    assert "66.0" in said(narrow)
    assert [ESCAPED.sub(r"\1", each.label) for each in narrow.button if each.key == "drop_queue"] == [queue]
    by = opened(METRIC_URL, language, metric="csat", period="last_quarter", **{"by.csat": "queue"})
    assert "85.0" in said(by)
    assert _("Each bar has the target of its own that was set, or else that of all.") in said(by)
    field(page, _("Target")).select_index(0).run()
    press(page, _("Take away"))
    assert _("No target was set yet: those that ship are in force.") in said(page)


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_a_target_that_cannot_be_is_one_sentence_in_the_readers_language(as_shipped: Home, language: str):
    page = opened("targets", language)
    field(page, _("Metric")).set_value("cause_established_share").run()
    assert page.number_input[0].value is None  # none ships
    press(page, _("Set"))
    assert [each.value for each in page.warning] == [_("Write down the target first.")]
    page.number_input[0].set_value(101.0)
    press(page, _("Set"))
    assert [_("Complaints with an established cause") in each.value for each in page.error] == [True]


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_points_of_the_funnel_are_called_points(as_shipped: Home, language: str):
    app = opened(METRIC_URL, language, metric="csat", part="fair", period="last_quarter")
    assert _("Click a point to look at it alone.") in said(app)
