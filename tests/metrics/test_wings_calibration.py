"""Leniency against a maintained package, drift against injected effects and none, agreement against tables."""

from datetime import date

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm

from metrics.results import NotEstimable
from metrics.wings.disputes import disputes
from metrics.wings.drift import Drift, by_quarter, drift
from metrics.wings.leniency import Leniency, leniency
from metrics.wings.pairs import by_item, by_pair, by_reviewer, judged_again, paired

MONTHS = [date(2025 + place // 12, place % 12 + 1, 1) for place in range(24)]
REVIEWERS = [f"r{place}" for place in range(8)]


def cells(reviews: pl.DataFrame, *mix: str) -> pl.DataFrame:
    """Reviews with a `rating` summed as the analyses ask for."""
    lost = 100 - pl.col("rating")
    return reviews.group_by("reviewer_id", *mix, maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("reviews"),
        pl.col("rating").sum().alias("rating_sum"),
        (pl.col("rating") ** 2).sum().alias("rating_squares"),
        lost.sum().alias("lost"),
        (lost**2).sum().alias("lost_squares"),
    )


def rated(seed: int, each: int, effects: dict[str, float]) -> pl.DataFrame:
    """Each reviewer rates so many contacts; hard ones lose ten points, and of them every second reviewer has most."""
    random = np.random.default_rng(seed)
    names = np.repeat(list(effects), each)
    hard = (
        random.random(len(names))
        < np.where(np.char.str_len(names) > 0, np.arange(len(names)) // each % 2, 0) * 0.6 + 0.2
    )
    rating = 85 + np.vectorize(effects.get)(names) - 10 * hard + random.normal(0, 6, len(names))
    return pl.DataFrame({"reviewer_id": names, "issue_type": np.where(hard, "hard", "easy"), "rating": rating})


def test_leniency_is_the_mixed_model_of_statsmodels():
    reviews = rated(1, 40, {"a": 3.0, "b": -2.0, "c": 0.0, "d": 1.0, "e": -3.0, "f": 1.0})
    found = leniency(cells(reviews, "issue_type"), ["issue_type"], 30)
    assert isinstance(found, Leniency)
    x = np.column_stack([np.ones(reviews.height), (reviews["issue_type"] == "hard").to_numpy()])
    wanted = sm.MixedLM(reviews["rating"].to_numpy(), x, groups=reviews["reviewer_id"].to_numpy()).fit(
        reml=True, method="powell"
    )
    assert found.noise == pytest.approx(np.sqrt(wanted.scale), rel=1e-4)
    assert found.spread == pytest.approx(float(np.sqrt(np.asarray(wanted.cov_re).item())), rel=1e-3)
    effects = {name: float(np.asarray(value)[0]) for name, value in wanted.random_effects.items()}
    assert dict(found.reviewers.select("reviewer_id", "leniency").iter_rows()) == pytest.approx(effects, abs=1e-3)


def test_hard_contacts_do_not_make_a_reviewer_strict():
    """Nobody differs; b, d, f have four times as many hard contacts, which cost ten points each."""
    reviews = rated(2, 300, dict.fromkeys("abcdef", 0.0))
    raw = reviews.group_by("reviewer_id").agg(pl.col("rating").mean())["rating"]
    found = leniency(cells(reviews, "issue_type"), ["issue_type"], 30)
    assert isinstance(found, Leniency)
    assert float(raw.max()) - float(raw.min()) > 4  # ty: ignore[invalid-argument-type, unsupported-operator]
    assert not found.reviewers["is_apart"].any()


def test_intervals_of_leniency_cover_what_was_drawn():
    """Effects drawn as the model says: of 8 reviewers in 60 simulations 95 % are covered, 93 to 97 % for chance."""
    covered = []
    for seed in range(60):
        effects = dict(zip(REVIEWERS, np.random.default_rng(seed).normal(0, 2, 8), strict=True))
        found = leniency(cells(rated(100 + seed, 60, effects), "issue_type"), ["issue_type"], 30)
        assert isinstance(found, Leniency)
        truth = pl.Series([effects[name] for name in found.reviewers["reviewer_id"]])
        covered += ((found.reviewers["low"] <= truth) & (truth <= found.reviewers["high"])).to_list()
    assert 0.91 <= np.mean(covered) <= 0.98  # standard error 1 point; REML takes the spread as known


def test_one_reviewer_is_compared_with_nobody():
    found = leniency(cells(rated(1, 40, {"a": 0.0}), "issue_type"), ["issue_type"], 30)
    assert isinstance(found, NotEstimable)


def scored(seed: int, strictness: dict[str, tuple[float, float]], each: int = 15) -> pl.DataFrame:
    """Reviews by month: items of 10 points are failed as often as a reviewer is strict, at first and in the end.

    Contacts of the hard kind, which are failed twice as often, become more common for r1 over the months.
    """
    random = np.random.default_rng(seed)
    rows = []
    for place, month in enumerate(MONTHS):
        for name in REVIEWERS:
            first, last = strictness.get(name, (1.0, 1.0))
            hard = random.random(each) < (0.1 + 0.8 * place / 23 if name == "r1" else 0.3)
            chance = 0.08 * (first + (last - first) * place / 23) * np.where(hard, 2.0, 1.0)
            rating = 100 - 10.0 * random.binomial(8, np.minimum(chance, 1.0))
            rows += [
                (name, "team", month, "hard" if kind else "easy", value)
                for kind, value in zip(hard, rating, strict=True)
            ]
    return pl.DataFrame(rows, schema=["reviewer_id", "level", "month", "issue_type", "rating"], orient="row")


def drifting(reviews: pl.DataFrame) -> Drift:
    found = drift(cells(reviews, "level", "month", "issue_type"), ["issue_type"], 30)
    assert isinstance(found, Drift)
    return found


def test_who_drifts_is_found_and_nobody_else():
    """r3 falls to a third of the others' strictness; r1 has ever harder contacts and does not change."""
    found = drifting(scored(5, {"r3": (1.0, 0.33)}))
    told = found.reviewers.filter("is_drifting")
    assert told["reviewer_id"].to_list() == ["r3"]
    row = told.row(0, named=True)
    # A straight line from 1 to 0.33 over 23 months is about 0.33 ** (12 / 23) = 0.56 a year: −44 %.
    assert row["low"] < -44 < row["high"]
    assert (row["last"], row["first"]) == (pytest.approx(33, abs=12), pytest.approx(100, abs=15))
    quarters = by_quarter(found, ("r3", "team"))
    assert quarters.height == 8
    assert quarters["reviews"].sum() == 24 * 15


def test_without_drift_hardly_anybody_is_named():
    """Benjamini–Hochberg holds the share of simulations with any name at 5 %: of 60, seven or more come once in 60."""
    named = [drifting(scored(1_000 + seed, {}, each=8)).reviewers["is_drifting"].any() for seed in range(60)]
    assert sum(named) <= 6


def test_two_who_drift_apart_are_both_found():
    found = drifting(scored(9, {"r3": (1.0, 0.3), "r5": (1.0, 2.2)}, each=25))
    told = found.reviewers.filter("is_drifting").sort("reviewer_id")
    assert told["reviewer_id"].to_list() == ["r3", "r5"]
    assert (told["yearly"] > 0).to_list() == [False, True]


def test_few_months_are_refused():
    reviews = scored(1, {}).filter(pl.col("month") < date(2025, 6, 1))
    assert isinstance(drift(cells(reviews, "level", "month"), [], 30), NotEstimable)


def reviews_of(rows: list[tuple]) -> pl.DataFrame:
    """Reviews by contact, reviewer, rating and whether the item failed."""
    names = ["contact_id", "reviewer_id", "rating", "item x"]
    told = pl.DataFrame(rows, schema=names, orient="row").with_row_index("place")
    return told.with_columns(
        review_id=pl.col("place").cast(pl.String),
        reviewed_at=pl.lit(date(2026, 1, 1)).cast(pl.Datetime("us")) + pl.duration(minutes=pl.col("place")),
        form_id=pl.lit("f"),
        form_version=pl.lit("1"),
        purpose=pl.lit("regular"),
        level=pl.lit("team"),
        is_automatic=pl.lit(value=False),
        verdict=2 - pl.col("item x"),
    )


def doubled(table: dict[tuple[int, int], int]) -> pl.DataFrame:
    """Contacts that a and b reviewed, so many for each two verdicts on the item."""
    kinds = [kind for kind, count in table.items() for _ in range(count)]
    rows = [(f"c{place}", name, 100.0 - 10 * kind[side], kind[side]) for place, kind in enumerate(kinds)
            for side, name in enumerate("ab")]  # fmt: skip
    return reviews_of(rows)


def test_items_agree_as_in_a_published_table():
    """Gwet (2002), Kappa statistic is not satisfactory: 118, 5, 2 and 0 of 125 have κ = −0.0234 and AC1 = 0.9408."""
    own = judged_again(doubled({(0, 0): 118, (0, 1): 5, (1, 0): 2}))
    row = by_item(own, paired(own), ["item x"], 30).row(0, named=True)
    assert (row["pairs"], row["agreement"]) == (125, pytest.approx(94.4))
    assert (row["kappa"], row["ac1"]) == (pytest.approx(-0.0234, abs=5e-5), pytest.approx(0.9408, abs=5e-5))
    # Krippendorff (2011), two observers and binary data, by hand: 7 apart of 125, 7 ones and 243 zeros of 250 values:
    # α = 1 − 249 · 7 / (7 · 243) = −0.0247.
    assert row["alpha"] == pytest.approx(1 - 249 * 7 / (7 * 243))


def test_pairs_and_reviewers_are_told_apart_by_hand():
    own = judged_again(doubled({(0, 0): 20, (0, 1): 10, (1, 1): 10}))
    pairs = paired(own)
    row = by_pair(pairs, 30).row(0, named=True)
    # Ten of forty differ by ten points: the mean is 2.5; agreement 30 / 40.
    assert (row["reviewer_id"], row["other_reviewer_id"], row["pairs"]) == ("a", "b", 40)
    assert (row["agreement"], row["difference"]) == (pytest.approx(75.0), pytest.approx(2.5))
    assert row["difference_low"] > 0
    against = by_reviewer(pairs, 30)
    told = dict(against.select("reviewer_id", "difference").iter_rows())
    assert told == {"a": pytest.approx(2.5), "b": pytest.approx(-2.5)}
    few = by_pair(pairs, 41).row(0, named=True)
    assert (few["pairs"], few["agreement"], few["difference"]) == (40, None, None)


def test_the_last_review_of_each_person_counts_and_one_person_is_no_pair():
    rows = [
        ("c1", "a", 50.0, 1),
        ("c1", "a", 90.0, 0),
        ("c1", "b", 90.0, 0),
        ("c2", "a", 70.0, 1),
        ("c2", "a", 80.0, 1),
    ]
    pairs = paired(judged_again(reviews_of(rows)))
    assert pairs.select("contact_id", "rating", "rating of the other").rows() == [("c1", 90.0, 90.0)]


def test_disputes_by_hand():
    four = [1] * 4 + [0] * 36
    counts = {"reviews_disputable": [1] * 40, "reviews_disputed": four, "disputes_decided": four,
              "disputes_upheld": [1] + [0] * 39, "reviewer_id": ["a"] * 40}  # fmt: skip
    row = disputes(pl.DataFrame(counts), "reviewer_id", 30).row(0, named=True)
    assert (row["reviews"], row["disputed"], row["decided"], row["disputes_upheld"]) == (40, 4, 4, 1)
    # Wilson (1927) for 4 of 40 at z = 1.96: (0.1 + 0.048 ± 1.96 · sqrt(0.00225 + 0.0006)) / 1.096 = 0.0396 and 0.2305.
    assert [round(row[name], 1) for name in ("rate", "rate_low", "rate_high")] == [10.0, 4.0, 23.1]
    assert row["upheld_rate"] is None  # of four decisions nothing is told
