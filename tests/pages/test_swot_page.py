"""The SWOT board on its page: an entry edited by two people at once, kept as an edition, and made an action."""

from datetime import UTC, datetime
from html import escape

import pytest
from streamlit.testing.v1 import AppTest

from data_access.home import Home
from data_access.state import open_state
from data_access.swot.editions import read_editions
from data_access.swot.edits import read_edits, reword
from data_access.swot.weights import WEIGHTS
from data_access.viewer import LOCAL, Role, Viewer
from metrics.catalogue import CATALOGUE
from metrics.swot.edits import Edit
from tests.pages.visiting import broken, opened, said

MARKUP = '<img src=x onerror="alert(1)"> **一句**话'
OTHER = Viewer("wang", Role.MANAGER, None, True)


def html(app: AppTest) -> str:
    return "\n".join(each.proto.body for each in app.get("html"))


def press(app: AppTest, key: str) -> AppTest:
    next(each for each in app.button if (each.key or "").startswith(key)).click().run()
    assert broken(app) == []
    return app


def first_key(app: AppTest) -> str:
    """The key of the first entry that can be opened."""
    return next(each.key for each in app.button if (each.key or "").startswith("swot_open_")).removeprefix("swot_open_")


@pytest.fixture
def store(fresh: Home):
    return open_state(f"sqlite:///{fresh.state}")


def test_what_two_people_write_at_once_is_lost_to_neither_and_text_stays_text(store) -> None:
    app = press(opened("swot"), "swot_edit_weakness")
    key = first_key(app)
    press(app, f"swot_open_{key}")
    press(app, "swot_do_:material/save:")  # as it was: the numbers go on saying it
    assert read_edits(store, LOCAL, ()) == []
    press(app, f"swot_open_{key}")
    reword(store, OTHER, (), Edit(key=key), "Written by the other", datetime.now(UTC))
    app.text_area(key=f"swot_words_{key}").input(MARKUP)
    press(app, "swot_do_:material/save:")
    assert "wang has changed this entry in the meantime." in said(app)
    assert "Written by the other" in html(app)
    assert app.text_area(key=f"swot_words_{key}").value == MARKUP
    press(app, "swot_do_:material/save:")
    assert "&lt;img src=x" in html(app)
    assert "<img src=x" not in html(app)
    assert "The numbers say:" in html(app)
    assert [each.words for each in read_edits(store, LOCAL, ())] == [MARKUP]


def test_an_edition_is_kept_and_the_next_board_is_held_against_it(store) -> None:
    app = press(opened("swot", "zh"), "swot_edit_threat")
    next(each for each in app.text_input if (each.key or "").startswith("swot_add_threat")).input("监管新规")
    press(app, "swot_do_add_threat")
    assert "✎ 由 本机用户 手工添加，无数据证明" in html(app)
    press(app, "swot_keep")
    assert "新增 0 条，增强 0 条，减弱 0 条，消失 0 条" in said(app)
    press(app, "swot_open_added/")
    next(each for each in app.segmented_control if (each.key or "").startswith("swot_way_added/")).set_value(
        "aside"
    ).run()
    next(each for each in app.text_input if (each.key or "").startswith("swot_reason_added/")).input("已处理")
    press(app, "swot_do_:material/archive:")
    assert "监管新规 理由：已处理（本机用户）" in said(app)
    (kept,) = read_editions(store, LOCAL, ())
    past = opened("swot", "zh", edition=kept.id)
    assert broken(past) == []
    assert "只读" in said(past)
    assert "监管新规" in html(past)
    assert [each.key for each in past.button if (each.key or "").startswith("swot_edit_")] == []


def test_a_strategy_opens_the_form_of_an_action_with_what_is_known_already(on_demo: Home) -> None:
    app = press(opened("swot", part="tows"), "swot_act_")
    title = next(each.value for each in app.text_input if each.label == "What is to become better?")
    metric = next(each for each in app.selectbox if each.label.startswith("Metric"))
    problem = next(each.value for each in app.text_area)
    assert f"<p>{escape(title)}</p><ul><li>" in html(app)
    assert f"<li>{escape(problem.partition('. ')[0])}" in html(app)
    assert metric.value in CATALOGUE


def test_a_board_with_weights_of_the_centre_says_so_and_leaves_out_what_weighs_nothing(store) -> None:
    def shown() -> tuple[bool, bool]:
        app = opened("swot")
        assert broken(app) == []
        return "answers “Return within 15 days”" in html(app), "shipped with" in said(app)

    assert shown() == (True, False)
    page = opened("swot_weights")
    next(each for each in page.number_input if each.label == "Teams that answer otherwise").set_value(0.0)
    next(each for each in page.button if each.label == "Save").click().run()
    assert broken(page) == []
    assert page.dataframe[0].value["Shipped with"].to_list() == ["3"]
    assert shown() == (False, True)
    WEIGHTS.reset(store, LOCAL, ["other_answer"], datetime.now(UTC))
    assert shown() == (True, False)
