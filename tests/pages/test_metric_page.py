"""The page of one metric: it opens for every metric, in every closer look that fits it."""

import re
from datetime import date

import pytest

from data_access.home import Home
from metrics.catalogue import CATALOGUE
from pages.ui.closer_view import PARTS
from pages.ui.menu import METRIC_URL
from reports.text import _, speaking
from tests.pages.visiting import broken, opened, said

IDS = list(CATALOGUE)[::2]  # every second, so that each theme and unit is among them


@pytest.mark.alike(2)
@pytest.mark.parametrize("metrics", [IDS[start::8] for start in range(8)], ids=lambda ids: ids[0])
def test_every_metric_has_a_page_with_its_number_and_definition(on_demo: Home, metrics: list[str]):
    for metric in metrics:
        app = opened(METRIC_URL, "zh", metric=metric, period="last_quarter")
        assert broken(app) == [], metric
        assert not app.error, metric
        with speaking("zh"):
            assert [each.value for each in app.title] == [_(CATALOGUE[metric].name)]
            # Of reviews that all passed there is no κ, and the page says so.
            alike = metric == "calibration_kappa" and "例，且全部相同或不足以比较" in said(app)
            names = [each.label.partition(" :gray[")[0] for each in app.metric]  # without the days
            assert names == ([] if alike else [_(CATALOGUE[metric].name)]), metric


def test_days_that_are_not_those_of_the_scope_stand_by_the_value(on_demo: Home):
    # By hand: data end with 31 October. Of the last whole week, 19 to 25 October, a repeat within seven days can still
    # come, and the last week of which none can is 12 to 18 October; an answer is final when it is given.
    fcr, csat = (opened(METRIC_URL, "en", metric=each).metric[0].label for each in ("first_contact_resolution", "csat"))
    assert (fcr, csat) == ("First-contact resolution :gray[12 – 18 Oct 2026]", "Customer satisfaction")


def test_an_unknown_metric_is_one_sentence_and_the_list(on_demo: Home):
    app = opened(METRIC_URL, "en", metric="no_such_metric")
    assert broken(app) == []
    warned = [each.value.replace("\\", "") for each in app.warning]
    assert warned == ["There is no metric “no_such_metric”, which this link asks for: choose one from the list."]
    assert not app.metric
    app.selectbox(key="metric en").set_value("csat").run()
    assert [each.label for each in app.metric] == ["Customer satisfaction"]
    assert app.query_params["metric"] == "csat"


@pytest.mark.alike(3)
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
    sentence = r"Complaint rate (.+) from (.+) to (.+): (.+) because groups changed, (.+) because their mix changed\."
    told = re.search(sentence, said(app))
    assert told is not None
    assert told[3] == app.metric[0].value
    change, old, new, rate, mix = (float(re.sub(r"[^\d.-]", "", each.replace("−", "-"))) for each in told.groups())
    assert old != new
    # Each is rounded to a tenth: two of them are off by a tenth at most, three by 0.15.
    assert change == pytest.approx(new - old, abs=0.151)
    assert change == pytest.approx(rate + mix, abs=0.151)


def test_definitions_say_on_which_days_they_stand_and_retention_leads_to_comparable_others(on_demo: Home):
    app = opened(METRIC_URL, "en", metric="retention_30d", part="definitions", period="last_quarter")
    family = app.dataframe[-1].value
    # What looks further ahead is final for earlier days.
    assert len(set(family["Period"])) == len(family) == 3
    assert "Beside comparable others" in {each.label for each in app.button}
    assert "compare rows of the same period" in said(app)


def test_a_target_that_is_set_is_the_one_on_the_tile_until_it_is_taken_away(on_demo: Home):
    page = opened("targets", "en")
    assert broken(page) == []
    assert "No target was set yet" in said(page)
    page.selectbox[0].set_value("transfer_rate")
    page.date_input[0].set_value(date(2026, 1, 1)).run()
    assert page.number_input[0].value == 10.0  # the one that ships
    page.number_input[0].set_value(7.5)
    next(each for each in page.button if each.label == "Set").click().run()
    assert broken(page) == []
    assert page.dataframe[0].value["Target"].to_list() == ["≤ 7.5 %"]
    tile = opened(METRIC_URL, "en", metric="transfer_rate", period="last_quarter")
    assert "Target ≤ 7.5 %" in said(tile)
    before = opened(
        METRIC_URL, "en", metric="transfer_rate", period="custom", **{"from": "2025-10-01", "to": "2025-12-31"}
    )
    assert "Target ≤ 10.0 %" in said(before)
    chosen = next(each for each in page.selectbox if each.label == "Target")
    chosen.select_index(0).run()
    next(each for each in page.button if each.label == "Take away").click().run()
    assert "No target was set yet" in said(page)


def test_a_note_stands_on_the_page_until_it_is_taken_off(on_demo: Home):
    page = opened(METRIC_URL, "en", metric="csat", period="last_quarter")
    words = "Phones were down **2 hours**"
    page.text_input[0].set_value(words)
    next(each for each in page.button if each.label == "Pin a note").click().run()
    assert broken(page) == []
    assert words in said(page)
    again = opened(METRIC_URL, "en", metric="csat", period="last_quarter")
    assert words in said(again)
    next(each for each in again.button if each.label == "Take off").click().run()
    assert words not in said(again)


def test_looking_closer_keeps_the_metric_and_the_scope(on_demo: Home):
    kept = {"lang": "zh", "period": "last_quarter", "channel": "phone"}
    with speaking("zh"):  # AppTest looks up what a widget offers in the thread of the test
        app = opened("complaints", "zh", **kept)
        look = next(each for each in app.button if each.label == _("Look closer"))
        app.button(key=look.key).click().run()
    assert broken(app) == []
    assert app.query_params == kept | {"metric": look.key.removeprefix("open_")}
