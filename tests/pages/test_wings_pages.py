"""The pages of the two wings as a visitor meets them: a finding first, a refusal where data are missing."""

import pytest

from data_access.home import Home
from tests.pages.visiting import broken, opened, said

PAGES = ("linkage", "blind_spots", "sampling_plan", "quotas")
NEEDS = {
    "blind_spots": "complaints.contact_id",
    "sampling_plan": "qa_reviews.contact_id",
    "quotas": "contacts.team_id",
    "linkage": "complaints.contact_id",
}


@pytest.mark.parametrize("url", PAGES)
def test_a_page_says_what_it_needs(contacts_only: Home, url: str):
    app = opened(url)
    assert broken(app) == []
    assert not app.error
    assert "not available: needs" in said(app)
    assert NEEDS[url].split(".", maxsplit=1)[0] in said(app)
    assert not app.metric


def test_the_blind_spot_is_told_before_any_table(on_demo: Home):
    app = opened("blind_spots", "en", weeks="52")
    assert broken(app) == []
    bold = [each for each in said(app).splitlines() if each.startswith("**")]
    assert bold[0].startswith("**Trade in: ")
    assert bold[0].endswith("Chance explains neither.**")


def test_a_few_days_judge_no_place(on_demo: Home):
    days = {"period": "custom", "from": "2024-11-01", "to": "2024-11-03"}  # 82 contacts: no place has 30
    assert "No place has enough contacts to be judged" in said(opened("blind_spots", "en", **days))


def test_a_plan_follows_the_capacity_that_is_typed_in(on_demo: Home):
    app = opened("sampling_plan", "en")
    assert broken(app) == []
    (capacity,) = app.number_input
    capacity.set_value(25).run()
    assert broken(app) == []
    assert app.query_params["capacity"] == "25"
    assert "25 reviews of contacts" in said(app)
    listed = app.dataframe[0].value
    assert len(listed) == 25
    assert {"for its risk", "at random"} == set(listed["Chosen"])


def test_a_filter_narrows_the_plan_and_the_map(on_demo: Home):
    whole, part = (
        {each.label: each.value for each in opened("sampling_plan", "en", **link).metric}
        for link in ({}, {"channel": "phone"})
    )
    count = "Contacts to choose from"
    assert int(part[count].replace(",", "")) < int(whole[count].replace(",", ""))
