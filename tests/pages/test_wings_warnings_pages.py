import shutil

import duckdb
import pytest

from data_access.home import Home
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


@pytest.mark.usefixtures("on_demo")
def test_the_reviews_of_a_cluster_of_failed_items_open():
    with speaking("en"):
        app = opened("early_warning", "en", **{"by.clusters": "item"})
        pressed = next(each for each in app.button if each.key == "rows_early_item_reviews").click().run()
        assert broken(pressed) == []
        assert "Cases: " in said(pressed)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Only the complaints can alarm: QA needs Contact (qa_reviews.contact_id)."),
        ("zh", "只有投诉一翼可以预警；质检一翼需要联络编号（qa_reviews.contact_id）。"),
    ],
)
def test_what_qa_lacks_is_told_and_the_complaints_alarm_all_the_same(
    in_place: Home, ready_demo: Home, language: str, sentence: str
):
    made, path = ready_demo.current_warehouse(), in_place.new_warehouse()
    assert made is not None
    shutil.copyfile(made, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("ALTER TABLE qa_reviews DROP COLUMN contact_id")
    in_place.adopt(path)
    with speaking(language):
        app = opened("early_warning", language)
        assert broken(app) == []
        assert sentence in said(app)
        assert FOUND["early_warning"][language] in said(app)
