import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest

from data_access.home import Home
from metrics.scope import Comparison, Preset
from reports.links import END_OF, TEAMS_OF, packed
from reports.text import speaking
from tests.pages.visiting import ESCAPED, FILES, broken, opened, said

#: The demo ends on 31 October 2026, a Saturday: its last complete week is that of Monday 19 October.
LAST_WEEK = "19 – 25 Oct 2026"
WEEK_BEFORE = "12 – 18 Oct 2026"
DIMENSIONS = {
    "channel": "Channel",
    "team": "Team",
    "queue": "Queue",
    "issue": "Issue type",
    "product": "Product",
    "tier": "Customer tier",
}
MARKUP = "<b>x</b> **y** [a](https://example.org) :red[z] $w$ `v`"


@pytest.mark.parametrize(
    "link",
    [
        {"period": "nonsense"},
        {"compare": "nonsense"},
        {"from": "2026-13-99"},
        {"from": "2026-13-99", "to": "2026-10-05"},
        {"period": "custom", "from": "2026-10-05"},
        {"period": "custom", "to": "2026-10-05"},
        {"period": "custom", "from": "2026-10-05", "to": "2026-10-04"},
        {"period": "custom", "from": "0001-01-01", "to": "0001-01-07"},
        {"period": "custom", "from": "2026-10-05", "to": "9999-12-31"},
        {"compare": "custom", "compare_from": "0001-01-01", "compare_to": "0001-01-07"},
        {"period": "custom", "from": MARKUP, "to": MARKUP},
    ],
    ids=lambda link: "&".join(f"{name}={value[:10]}" for name, value in link.items()),
)
def test_a_period_that_cannot_be_read_is_one_sentence_and_the_last_week(on_demo: Home, link: dict[str, str]):
    app = opened("this_week", **link)
    assert broken(app) == []
    warned = [ESCAPED.sub(r"\1", each.value) for each in app.warning]
    assert warned == ["The period in this link cannot be read; the last complete week is shown instead."]
    assert f"{LAST_WEEK} · compared with {WEEK_BEFORE}" in said(app)
    assert app.query_params == {"lang": "en"}
    assert app.metric


@pytest.mark.parametrize(("language", "sentence"), [("en", "cannot be read"), ("zh", "无法识别")])
def test_what_is_wrong_with_a_link_is_said_in_the_readers_language(on_demo: Home, language: str, sentence: str):
    assert sentence in opened("this_week", language, period="nonsense").warning[0].value
    assert sentence in opened("this_week", "en", lang=language, period="nonsense").warning[0].value


@pytest.mark.parametrize("name", DIMENSIONS)
def test_an_unknown_filter_value_is_one_sentence_and_left_out(on_demo: Home, name: str):
    app = opened("first_contact_resolution", **{name: "zzz"})
    assert broken(app) == []
    warned = [ESCAPED.sub(r"\1", each.value) for each in app.warning]
    assert warned == [f"{DIMENSIONS[name]} “zzz” is not in these data and was left out of the filter."]
    assert app.query_params == {"lang": "en"}
    assert app.metric


def test_the_known_values_beside_an_unknown_one_stay(on_demo: Home):
    app = opened("first_contact_resolution", channel=["phone", "zzz", "chat"])
    assert len(app.warning) == 1
    assert app.query_params["channel"] == ["phone", "chat"]


@pytest.mark.parametrize("name", DIMENSIONS)
def test_markup_in_a_link_is_shown_as_text(on_demo: Home, name: str):
    app = opened("this_week", **{name: MARKUP})
    assert broken(app) == []
    shown = app.warning[0].value
    assert MARKUP in ESCAPED.sub(r"\1", shown)
    assert re.findall(r"(?<!\\)[<>\[\]()*$:`]", shown) == []  # what Markdown or Streamlit would read as a mark


@pytest.mark.parametrize("name", ["lang", "change", "unheard_of"])
def test_other_values_that_are_unknown_change_nothing(on_demo: Home, name: str):
    app = opened("this_week", **{name: MARKUP})
    assert broken(app) == []
    assert not app.warning
    assert LAST_WEEK in said(app)


@pytest.mark.parametrize(("language", "other"), [("zh", "en"), ("en", "zh")])
def test_the_language_of_a_link_comes_before_the_browsers(on_demo: Home, language: str, other: str):
    assert opened("complaints", other, lang=language).title[0].value == {"zh": "投诉", "en": "Complaints"}[language]


def test_a_link_written_by_the_scope_bar_shows_the_same_screen(on_demo: Home):
    with speaking("en"):
        app = opened("complaints")
        named(app.selectbox, "Period").set_value(Preset.CUSTOM).run()
        app.date_input[0].set_value((date(2026, 8, 3), date(2026, 8, 30))).run()
        named(app.selectbox, "Compare with").set_value(Comparison.CUSTOM).run()
        app.date_input[1].set_value((date(2026, 7, 6), date(2026, 8, 2))).run()
        named(app.multiselect, "Team").set_value(["team_01", "team_02"]).run()
        named(app.multiselect, "Channel").set_value(["phone"]).run()
    assert app.query_params == {
        "lang": "en", "period": "custom", "from": "2026-08-03", "to": "2026-08-30",
        "compare": "custom", "compare_from": "2026-07-06", "compare_to": "2026-08-02",
        "team": ["team_01", "team_02"], "channel": "phone",
    }  # fmt: skip
    again = opened("complaints", **app.query_params)
    assert broken(again) == []
    assert said(again) == said(app)
    assert "3 – 30 Aug 2026 · compared with 6 Jul – 2 Aug 2026" in said(again)
    assert [each.value for each in again.metric] == [each.value for each in app.metric] != []


VIEWS = {
    "complaints": {"grain.complaints": "day", "by.complaint_rate": "issue_type"},
    "qa_coverage": {"grain.qa_coverage": "month", "by.qa_coverage": "channel", "by.level": "scenario"},
    "sop_change": {"grain": "week", "part": "robustness"},
}


@pytest.mark.parametrize("url", VIEWS)
def test_a_link_carries_how_figures_are_looked_at(on_demo: Home, url: str):
    view = VIEWS[url]
    app = opened(url, **view)
    assert broken(app) == []
    assert not app.warning
    offered = {each.key.removesuffix(" en"): str(each.value) for each in app.segmented_control if each.key}
    assert {name: offered.get(name) for name in view} == view
    assert {name: value for name, value in app.query_params.items() if name in view} == view


def test_a_choice_of_view_is_written_into_the_link_and_the_usual_one_is_left_out(on_demo: Home):
    with speaking("en"):
        app = opened("first_contact_resolution")
        for chosen, link in (("month", {"grain.first_contact_resolution": "month"}), ("week", {})):
            app.segmented_control(key="grain.first_contact_resolution en").set_value(chosen).run()
            assert broken(app) == []
            assert app.query_params == {"lang": "en", **link}


def test_a_view_that_is_not_offered_is_the_usual_one(on_demo: Home):
    app = opened("first_contact_resolution", **{"grain.first_contact_resolution": MARKUP})
    assert broken(app) == []
    assert app.segmented_control(key="grain.first_contact_resolution en").value == "week"


def test_another_page_begins_with_its_usual_view(on_demo: Home):
    app = opened("complaints", **VIEWS["complaints"])
    app.switch_page(FILES["qa_coverage"]).run()
    assert app.query_params == {"lang": "en"}


def named(widgets: Iterable, label: str) -> Any:
    return next(each for each in widgets if each.label == label)


@pytest.fixture
def short_report(on_demo: Home) -> Iterator[None]:
    file = on_demo.folder / "weekly.toml"
    file.write_text('chapters = ["figures"]\nfigures = ["csat"]\n', "utf-8")
    yield
    file.unlink()


@pytest.mark.usefixtures("short_report")
def test_a_link_to_a_report_of_several_teams_shows_those_and_says_which_it_cannot():
    asked = packed(["team_01", "team_02", "gone, and 100 %"])
    app = opened("weekly_report", **{TEAMS_OF: asked})
    assert broken(app) == []
    chosen = app.selectbox(key=f"{TEAMS_OF} en")
    assert chosen.value == asked
    assert [ESCAPED.sub(r"\1", each.value) for each in app.warning] == [
        "Team “gone, and 100 %” is not in these data and was left out of the filter."
    ]
    _all, first, second, *_others = chosen.options
    assert f"Team: {first}, {second}" in said(app)  # the title of the report itself


@pytest.mark.usefixtures("short_report")
def test_a_link_to_a_report_of_long_ago_shows_that_one_and_to_one_beyond_the_data_the_newest():
    old = opened("weekly_report", **{f"{END_OF}.week": "2025-03-10"})  # beyond the 52 weeks that are offered
    assert broken(old) == []
    assert not old.warning
    chosen = old.selectbox(key=f"{END_OF}.week en")
    assert (chosen.value, chosen.options[-1]) == (date(2025, 3, 10), "3 – 9 Mar 2025")
    assert "3 – 9 Mar 2025" in said(old)
    for end in ("2019-03-11", "2025-03-12", "9999-12-31", "soon"):
        beyond = opened("weekly_report", **{f"{END_OF}.week": end})
        assert broken(beyond) == []
        assert [each.value for each in beyond.warning] == [
            "The data do not reach over the period that this link asks for; the newest is shown."
        ]
        assert LAST_WEEK in said(beyond)
