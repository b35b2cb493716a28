import pytest

from reports.text import speaking
from tests.pages.visiting import broken, opened, said

TOLD = {
    "en": ("contacts expected in", "of that of the seasonal naive forecast", "315 (22 Feb – 16 Mar 2027)"),
    "zh": ("次联络", "季节性朴素预测", "315 维权日（2027年2月22日至3月16日）"),
}


@pytest.mark.parametrize("language", TOLD)
@pytest.mark.usefixtures("on_demo")
def test_a_forecast_is_told_with_its_test(language: str):
    with speaking(language):
        app = opened("forecast", language)
        assert broken(app) == []
        assert all(each in said(app) for each in TOLD[language])


@pytest.mark.usefixtures("on_demo")
def test_complaints_of_a_type_by_week_come_with_the_link():
    with speaking("en"):
        link = {"by.forecast": "complaints", "grain.forecast": "week", "weeks": "13", "part": "logistics"}
        app = opened("forecast", "en", **link)
        assert broken(app) == []
        words = said(app)
        assert "complaints expected in 2 Nov 2026 – 31 Jan 2027" in words  # thirteen weeks from the first Monday on
        assert "The calendar does not help to foretell this" in words  # some seven complaints a week in all


@pytest.mark.usefixtures("on_demo")
def test_staff_is_reckoned_when_asked_for():
    with speaking("en"):
        app = opened("forecast", "en")
        app.toggle(key="reckon_staff").set_value(True).run()
        assert broken(app) == []
        assert "The busiest hour is" in said(app)
        assert "80 % answered within 20 s" in said(app)


@pytest.mark.usefixtures("on_demo")
def test_few_complaints_are_refused_a_forecast():
    with speaking("en"):
        app = opened("forecast", "en", **{"by.forecast": "complaints"}, issue="other")
        assert broken(app) == []
        assert "A forecast needs at least 52 cases in the last year" in said(app)
