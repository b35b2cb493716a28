"""Scores against outcomes: injected connections and none, what a late review may not say, items that tell nothing."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from scipy import stats

from metrics.calibration_facts import with_outcomes
from metrics.wings.validity import WHOLE, Says, failing, telling_nothing, validity

NOON = datetime(2026, 1, 5, 12)
SECTIONS = {"item kind": "service", "item quick": "service", "item form": "closing"}


def reviewed(seed: int, effect: float, size: int = 600) -> pl.DataFrame:
    """Reviews with outcomes: satisfaction goes with item kind, and with nothing else; r1 and r2 review half each."""
    random = np.random.default_rng(seed)
    fails = (random.random((size, 3)) < 0.3).astype(np.int8)
    csat = np.clip(np.round(3.5 - effect * fails[:, 0] + random.normal(0, 1, size)), 1, 5)
    return pl.DataFrame(
        {
            "rating": 100.0 - 20 * fails.sum(axis=1),
            "form": ["v1"] * size,
            "level": ["team"] * size,
            "reviewer_id": ["r1", "r2"] * (size // 2),
            "csat": csat,
            "stayed_away": random.integers(0, 2, size),
            "uncomplained": [1] * size,
            "item kind": fails[:, 0],
            "item quick": fails[:, 1],
            "item form": fails[:, 2],
        }
    )


def says(found: pl.DataFrame, by: str, code: str, outcome: str) -> dict:
    return found.filter(pl.col("by") == by, pl.col("code") == code, pl.col("outcome") == outcome).row(0, named=True)


def test_what_measures_is_told_from_what_does_not():
    reviews = reviewed(1, 1.5)
    found = validity(reviews, SECTIONS, 30)
    assert says(found, "item", "item kind", "csat")["says"] == Says.MEASURES
    assert says(found, "section", "service", "csat")["says"] == Says.MEASURES
    assert says(found, "item", "item form", "csat")["says"] in {Says.UNCLEAR, Says.NOTHING}
    whole = says(found, WHOLE, WHOLE, "csat")
    assert whole["value"] == pytest.approx(stats.spearmanr(reviews["rating"], reviews["csat"]).statistic)
    assert whole["reviews"] == 600
    assert says(found, "reviewer_id", "r1", "csat")["reviews"] == 300


def test_a_score_that_rewards_what_customers_dislike_points_the_wrong_way():
    assert says(validity(reviewed(2, -1.5), SECTIONS, 30), "item", "item kind", "csat")["says"] == Says.AGAINST


def test_an_outcome_that_never_differs_or_too_few_reviews_are_refused():
    found = validity(reviewed(3, 1.0), SECTIONS, 30)
    assert says(found, WHOLE, WHOLE, "uncomplained")["says"] == Says.FEW
    few = validity(reviewed(3, 1.0, size=28), SECTIONS, 30)
    assert (few["says"] == Says.FEW).all()


def test_without_a_connection_hardly_anything_is_named():
    """Of 40 data sets 2 are expected with a name; six or more come once in 70."""
    named = [
        validity(reviewed(100 + seed, 0.0, 300), SECTIONS, 30)["says"]
        .is_in([Says.MEASURES, Says.WEAK, Says.AGAINST])
        .any()
        for seed in range(40)
    ]
    assert sum(named) <= 5


def test_much_data_without_a_connection_says_that_nothing_is_measured():
    # At n = 20,000 the interval is ±0.014 around a ρ of about 0: below 0.1 on both sides.
    found = validity(reviewed(5, 0.0, 20_000), SECTIONS, 30)
    assert says(found, WHOLE, WHOLE, "stayed_away")["says"] == Says.NOTHING


def test_a_review_made_after_the_complaint_says_nothing_of_complaints():
    rows = {
        "contact_id": ["before", "after", "none", "self"],
        "reviewed_at": [NOON] * 4,
        "purpose": ["regular"] * 4,
        "level": ["team", "team", "team", "self"],
        "is_automatic": [False] * 4,
        "csat": [5.0, 9.0, None, 4.0],
        "came_back": [0, 1, None, 0],
    }
    arrived = [NOON - timedelta(hours=1), NOON + timedelta(hours=1), NOON + timedelta(hours=9)]
    complaints = pl.DataFrame({"contact_id": ["before", "after", "after"], "received_at": arrived})
    found = with_outcomes(pl.DataFrame(rows), complaints).select("contact_id", "csat", "stayed_away", "uncomplained")
    assert found.rows() == [("before", 5.0, 1, None), ("after", None, 0, 0), ("none", None, None, 1)]


def test_items_that_never_fail_or_always_do():
    fails = {
        "item never": [0] * 40,
        "item always": [1] * 40,
        "item some": [1] * 4 + [0] * 36,
        "item rare": [0] * 5 + [None] * 35,
    }
    reviews = pl.DataFrame({"form": ["v1"] * 40, **fails}, schema_overrides=dict.fromkeys(fails, pl.Int8))
    found = failing(reviews, dict.fromkeys(fails, "service"), 30)
    assert telling_nothing(found, always=False)["item"].to_list() == ["item never"]
    assert telling_nothing(found, always=True)["item"].to_list() == ["item always"]
    never = found.filter(pl.col("item") == "item never").row(0, named=True)
    # Wilson for 0 of 40: z² / (40 + z²) = 3.841 / 43.841 = 8.76 %.
    assert (never["low"], never["high"]) == (0.0, pytest.approx(8.76, abs=0.01))
    rare = found.filter(pl.col("item") == "item rare").row(0, named=True)
    assert (rare["judged"], rare["is_enough"]) == (5, False)
