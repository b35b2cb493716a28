import re

import pytest
from streamlit.testing.v1 import AppTest

from data_access.demo.vocabulary import TEAM_IDS
from data_access.home import Home
from data_access.viewer import Role, Viewer
from reports.text import speaking
from tests.pages.visiting import broken, opened, said

ATTENTION = {"en": r"\d+ of \d+ metrics need attention", "zh": r"\d+ 个指标中有 \d+ 个需要关注"}


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def button(app: AppTest, begins: str):
    return next(each for each in app.button if each.label.startswith(begins))


@pytest.mark.parametrize("language", ATTENTION)
@pytest.mark.usefixtures("on_demo")
def test_the_meeting_sees_what_needs_attention_first_and_may_see_all(language: str):
    with speaking(language):
        app = opened("watch", language)
        assert broken(app) == []
        assert re.search(ATTENTION[language], said(app))
        urgent = html(app).count("<tr>")
        everything = opened("watch", language, show="all")
        assert html(everything).count("<tr>") > urgent > 1
        assert f'href="control?lang={language}&amp;metric=' in html(app)
        assert "<svg" not in html(app)  # the browser would cut it out
        assert "nan" not in html(everything)
        assert broken(opened("watch", language, grain="day")) == []


def test_a_phase_begins_with_a_registered_change_and_can_be_taken_back_and_restored(
    fresh: Home, monkeypatch: pytest.MonkeyPatch
):
    with speaking("en"):
        app = opened("control", "en", metric="complaint_rate", grain="month", issue="returns")
        assert broken(app) == []
        assert "One phase, no point left out." in said(app)
        because = next(each for each in app.selectbox if each.label == "Because of the change")
        place = next(place for place, each in enumerate(because.options) if "One solution for returns" in each)
        chosen = because.select_index(place).run()
        kept = button(chosen, "Put on record").click().run()
        assert broken(kept) == []
        decided = "New phase from 1 Jan 2026: One solution for returns"
        assert decided in said(kept)
        gone = button(kept, "Take back").click().run()
        assert "One phase, no point left out." in said(gone)
        back = button(gone, "Restore: ").click().run()
        assert broken(back) == []
        assert "One phase, no point left out." not in said(back)
        elsewhere = opened("control", "en", metric="complaint_rate", grain="month")
        assert "One phase, no point left out." in said(elsewhere)  # it was decided for these filters
        leader = Viewer("zhao", Role.TEAM_LEADER, TEAM_IDS[:2], is_cleared=True)
        for room in ("sign_in", "identity"):
            monkeypatch.setattr(f"pages.ui.{room}.LOCAL", leader)
        app = opened("control", "en", metric="complaint_rate", grain="month", issue="returns")
        assert broken(app) == []
        assert "Limits of all teams are not yours to change" in said(app)
        assert not [each for each in app.button if each.label in {"Take back", "Put on record"}]


@pytest.mark.usefixtures("on_demo")
def test_a_metric_whose_values_overlap_is_drawn_without_limits_and_says_why():
    with speaking("en"):
        app = opened("control", "en", metric="calibration_alpha")
        assert broken(app) == []
        assert "Each value tells of 90 days" in said(app)
