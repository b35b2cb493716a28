import pytest

from reports.text import speaking
from tests.pages.visiting import broken, opened, said

TOLD = {"en": "Growth a month over the last 26 weeks", "zh": "最近 26 周相对之前 26 周水平的月增长率"}


@pytest.mark.parametrize("language", TOLD)
@pytest.mark.usefixtures("on_demo")
def test_growth_words_and_codes_are_told(language: str):
    with speaking(language):
        app = opened("emerging", language)
        assert broken(app) == []
        assert TOLD[language] in said(app)


@pytest.mark.usefixtures("on_demo")
def test_an_earlier_week_and_another_window_come_with_the_link():
    with speaking("en"):
        app = opened("emerging", "en", weeks="12", as_of="2026-06-01")
        assert broken(app) == []
        assert app.select_slider[0].value.isoformat() == "2026-06-01"
        assert " texts of 9 Mar – 31 May 2026 against " in said(app)  # twelve weeks


@pytest.mark.usefixtures("on_demo")
def test_a_queue_is_nothing_that_complaints_are_known_by():
    with speaking("en"):
        app = opened("emerging", "en", queue="phone_service")
        assert broken(app) == []
        assert "Complaints cannot be filtered by Queue" in said(app)
