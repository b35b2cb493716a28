"""What the pages of the two wings say of numbers: the number meant, and nothing that the data do not bear out."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from data_access.wings.sampling import Plan
from metrics.results import Estimate
from metrics.wings.drift import Drift
from metrics.wings.precursors import Precursors
from metrics.wings.reweighted import Rates
from metrics.wings.sampling import REASONS, Risk, Shares
from reports.text import language, speaking
from reports.wings import plan_words, quota_words
from reports.wings.calibration_words import item_states, reviewers
from reports.wings.charts_forest import Row, forest
from reports.wings.precursor_words import nearest
from reports.wings.validity_words import silent_items


@pytest.fixture(autouse=True)
def _in_english():
    with speaking("en"):
        assert language.get() == "en"
        yield


def test_expected_faults_are_those_of_the_reviews_that_are_planned():
    kinds = pl.DataFrame(
        {"reasons": [1, 3], "contacts": [90, 10], "risk": [0.1, 0.5], "targeted_share": [0.0, 1.0],
         "inclusion": [0.1, 1.0]}
    )  # fmt: skip
    effects = pl.DataFrame([{"reason": each, "reviews": 0} for each in REASONS])
    plan = Plan(date(2026, 10, 5), 19, kinds, Risk(0.1, effects, np.zeros(8)), None)
    row = plan_words.by_reason(plan, Shares(10, 9, kinds), ["complaint"]).row(0, named=True)
    # 9 reviews with one fault in ten and 10 with one in two are 19 reviews with 5.9 faults: 31.1 of 100.
    assert (row["Planned reviews"], row["Expected faults per 100 reviews"]) == ("19.0", "31.1")


@pytest.mark.parametrize(("low", "is_said"), [(89.0, False), (90.5, True)])
def test_aimed_reviews_are_blamed_only_where_the_interval_leaves_the_raw_rate_out(low: float, *, is_said: bool):
    rates = Rates(Estimate(90.0, 88.0, 92.0), 1_000, Estimate(91.0, low, 93.0), 400)
    assert ("look worse than it is" in plan_words.corrected({"team": rates})) is is_said


def test_no_team_is_named_for_what_no_team_owes():
    teams = pl.DataFrame({"team_id": ["a"], "owed_week": [0], "due_week": [50], "agents_owed": [3]})
    said = quota_words.lead(teams, "5 October 2026", lambda _dimension, code: f"Team {code}")
    assert "Team a" not in said
    assert "still owes 3 agents" in said


def test_items_that_agree_well_are_not_called_within_chance():
    rows = [Row("x", "X", 0.9, 0.8, 0.95, "inside", []), Row("y", "Y", 0.3, 0.2, 0.4, "apart", [])]
    drawn = forest(rows, at=0.667, title="α", spoken=item_states("alpha"))
    assert [each.name for each in drawn.data] == ["not surely below 0.667", "surely below 0.667"]


def test_who_reviews_on_two_levels_is_named_with_them_and_who_does_not_is_not():
    found = pl.DataFrame({"reviewer_id": ["r1", "r1", "r2"], "level": ["team", "centre", "team"]})
    names = reviewers(Drift(found, pl.DataFrame(), {}))
    assert names == {("r1", "team"): "r1 · Team QA", ("r1", "centre"): "r1 · Centre QA", ("r2", "team"): "r2"}


def test_reviews_lacking_for_a_single_type_of_complaint_are_said():
    # Two expected of 3,100 contacts: 5 / 2 of them is 7,750, said in two figures.
    cells = pl.DataFrame(
        {"item": ["greeting"] * 2, "issue_type": ["any", "refund"], "expected": [9.0, 2.0], "p": [0.2, None]}
    )
    said = nearest(Precursors(cells, 3_100, 40, 0))
    assert "about 7,800 reviewed contacts" in said
    assert "of which there are 3,100" in said


def test_a_few_items_that_tell_nobody_apart_are_told_and_the_others_counted():
    rows = [(f"item {place}", 100 + place, 0) for place in range(6)] + [("always", 40, 40)]
    items = pl.DataFrame(
        [(None, item, judged, failed, 0.0, 0.0, 3.0, True) for item, judged, failed in rows],
        schema=["form", "item", "judged", "failed", "share", "low", "high", "is_enough"], orient="row",
    )  # fmt: skip
    with speaking("en"):
        told = silent_items(items)
    assert ["always" in told[0], "item 5" in told[1], "item 4" in told[2]] == [True] * 3
    assert told[3:] == ["4 more items tell nobody apart: see the table."]
