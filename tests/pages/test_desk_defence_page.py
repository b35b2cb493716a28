from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from data_access.desk.house_rules import read_house_rules, remove_house_rule
from data_access.home import Home
from data_access.state import open_state
from data_access.viewer import LOCAL
from reports.text import speaking
from tests.pages.visiting import broken, opened, said

#: What the pages say of the demo: of 1,273 complaints 11 went to a regulator after the first 90 and 60 days.
FOUND = {
    "escalation": {"en": "They warned of none of 11 escalations", "zh": "11 件升级投诉均未预警"},
    "repeats": {"en": "No group comes back more often than the others", "zh": "没有哪一组明显多于其他组"},
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("url", FOUND)
@pytest.mark.usefixtures("on_demo")
def test_what_the_past_says_stands_in_words(url: str, language: str):
    with speaking(language):
        app = opened(url, language)
        assert broken(app) == []
        assert FOUND[url][language] in said(app)


@pytest.mark.usefixtures("on_demo")
def test_the_link_keeps_which_escalations_are_looked_at():
    with speaking("en"):
        app = opened("escalation", "en", **{"by.level": "L2"})
        assert broken(app) == []
        assert "went to head office within 60 days" in said(app)
        assert "better than at random" in said(app)  # the demo's customers say so before they go there


@pytest.mark.parametrize("url", FOUND)
@pytest.mark.usefixtures("on_demo")
def test_a_filter_that_complaints_do_not_have_is_named(url: str):
    with speaking("en"):
        app = opened(url, "en", queue="phone_service")
        assert broken(app) == []
        assert "Complaints cannot be filtered by Queue in these data." in said(app)


@pytest.fixture
def without_rules(fresh: Home) -> Iterator[None]:
    yield
    state = open_state(f"sqlite:///{fresh.state}")
    for each in read_house_rules(state, LOCAL):
        if each.removed_at is None:
            remove_house_rule(state, LOCAL, each.rule, datetime(2026, 11, 2, tzinfo=UTC))
    state.dispose()


@pytest.mark.usefixtures("without_rules")
def test_a_house_rule_finds_a_case_at_once_and_the_case_opens():
    with speaking("en"):
        app = opened("escalation", "en")
        assert "No open case meets a trigger." in said(app)
        app.text_input(key="house_name_0").set_value("Old ones")
        app.selectbox(key="house_field_0_0").set_value("open_hours").run()
        app.number_input(key="house_value_open_hours_0_0").set_value(400.0)
        app.button(key="house_add_0").click().run()
        assert broken(app) == []
        assert "house rule “Old ones”: Open for, hours ≥ 400" in said(app)  # the one case open for 473 hours
        assert "Old ones" in app.dataframe[-1].value["Name"].tolist()
        listed = app.button(key="rows_triggered").click().run()
        assert broken(listed) == []
        assert listed.dataframe[-1].value["Complaint"].str.len().gt(0).all()
        off = app.selectbox(key="house_off")
        off.select_index(0).run()
        app.button(key="house_off_act").click().run()
        assert broken(app) == []
        assert "No open case meets a trigger." in said(app)
        assert app.dataframe[-1].value["Holds"].tolist() == ["No"]
