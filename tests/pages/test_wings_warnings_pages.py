import pytest

from reports.text import speaking
from tests.pages.visiting import broken, opened, said

#: What each page says of the pattern that is planted in the demo.
FOUND = {
    "early_warning": {"en": "Texture, Face cream, b07: ", "zh": "质地、面霜、b07："},
    "answer_consistency": {"en": "answers otherwise about Returns", "zh": "在退换货上口径不同"},
    "responsibility": {"en": "the cause was what the customer claimed", "zh": "责任与客户主张一致"},
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("url", FOUND)
@pytest.mark.usefixtures("on_demo")
def test_the_finding_stands_in_words_above_the_tables(url: str, language: str):
    with speaking(language):
        app = opened(url, language)
        assert broken(app) == []
        assert FOUND[url][language] in said(app)


@pytest.mark.usefixtures("on_demo")
def test_an_earlier_week_in_the_link_is_shown_as_it_stood():
    days = {"period": "custom", "from": "2025-03-03", "to": "2025-03-09"}
    with speaking("en"):
        app = opened("early_warning", "en", **days, as_of="2025-02-10")
        assert broken(app) == []
        assert app.select_slider[0].value.isoformat() == "2025-02-10"
        assert "18 weeks were looked at" in said(app)  # 129 days from 1 November 2024 to 9 March 2025


@pytest.mark.usefixtures("on_demo")
def test_the_cases_of_a_cluster_are_of_its_batch():
    with speaking("en"):
        app = opened("early_warning", "en")
        pressed = next(each for each in app.button if each.key == "rows_early_batch").click().run()
        assert broken(pressed) == []
        assert set(pressed.dataframe[-1].value["Batch"]) == {"b07"}
        quality = next(each for each in pressed.button if each.key == "rows_early_qa_batch").click().run()
        assert broken(quality) == []  # of a demo this small hardly any contact about it was reviewed
