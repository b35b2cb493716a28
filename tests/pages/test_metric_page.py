"""The page of one metric: it opens for every metric, in every closer look that fits it."""

import pytest

from data_access.home import Home
from metrics.catalogue import CATALOGUE
from pages.ui.closer_view import PARTS
from pages.ui.menu import METRIC_URL
from reports.text import _, speaking
from tests.pages.visiting import broken, opened, said

IDS = list(CATALOGUE)


@pytest.mark.parametrize("metrics", [IDS[start::8] for start in range(8)], ids=lambda ids: ids[0])
def test_every_metric_has_a_page_with_its_number_and_definition(on_demo: Home, metrics: list[str]):
    for metric in metrics:
        app = opened(METRIC_URL, "zh", metric=metric, period="last_quarter")
        assert broken(app) == [], metric
        assert not app.error, metric
        with speaking("zh"):
            assert [each.value for each in app.title] == [_(CATALOGUE[metric].name)]
            assert [each.label for each in app.metric] == [_(CATALOGUE[metric].name)], metric


@pytest.mark.parametrize("part", list(PARTS))
@pytest.mark.parametrize("metric", ["first_contact_resolution", "complaint_rate", "handle_time", "qa_score"])
def test_every_closer_look_opens_where_it_fits(on_demo: Home, metric: str, part: str):
    app = opened(METRIC_URL, "en", metric=metric, part=part, period="last_quarter")
    assert broken(app) == []
    assert not app.error


def test_the_windows_of_first_contact_resolution_stand_side_by_side(on_demo: Home):
    app = opened(METRIC_URL, "en", metric="first_contact_resolution", part="definitions", period="last_quarter")
    table = app.dataframe[-1].value
    assert [f"First-contact resolution, {days} days" in set(table["Definition"]) for days in (1, 3, 7, 14, 30)] == [
        True
    ] * 5
    # A longer window finds more repeats, and the default of seven days is the page's own figure.
    shown = dict(zip(table["Definition"], table["Value"], strict=True))
    assert shown["First-contact resolution, 7 days"] == shown["First-contact resolution"] == app.metric[0].value


def test_a_change_is_taken_apart_in_words(on_demo: Home):
    app = opened(METRIC_URL, "en", metric="complaint_rate", period="last_quarter", compare="year_ago")
    words = said(app)
    assert "because groups changed" in words
    assert "Complaint rate" in words
