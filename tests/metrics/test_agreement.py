"""Agreement and correlation against published examples, hand arithmetic, and what is true in simulations."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from metrics.agreement import ac1, agreement, alpha, kappa, rank_correlation, same_answer

#: Krippendorff (2011), section E: four observers, twelve units, α = 0.849 for interval data.
OBSERVERS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


def units(ratings: list[list[float]]) -> pl.DataFrame:
    """One row per unit from its ratings."""
    return pl.DataFrame(
        {
            "raters": [len(each) for each in ratings],
            "rating_sum": [float(sum(each)) for each in ratings],
            "rating_squares": [float(sum(x * x for x in each)) for each in ratings],
        }
    )


def pairs(table: list[list[int]]) -> pl.DataFrame:
    """One row per pair of verdicts from their counts."""
    found = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return pl.DataFrame(found, schema={"first": pl.Int64, "second": pl.Int64}, orient="row")


def test_alpha_of_krippendorffs_example():
    rows = [line.split() for line in OBSERVERS.strip().splitlines()]
    ratings = [[float(each) for each in unit if each != "."] for unit in zip(*rows, strict=True)]
    found = alpha(units(ratings))
    assert found is not None
    assert found.value == pytest.approx(0.849, abs=0.0005)
    assert found.low < found.value < found.high


def test_alpha_of_many_units_has_the_interval_of_a_bootstrap():
    """Beyond MANY units by leaving out each in turn: the same spread, drawn here from resamples of the units."""
    random = np.random.default_rng(7)
    ratings = (random.normal(0, 2, 800)[:, None] + random.normal(0, 1, (800, 2))).tolist()
    frame = units(ratings)
    found = alpha(frame)
    drawn = [alpha(frame[random.integers(0, 800, 800).tolist()]) for _ in range(300)]
    low, high = np.quantile([each.value for each in drawn if each], [0.025, 0.975])
    assert found is not None
    assert found.high - found.low == pytest.approx(high - low, rel=0.15)


def test_alpha_by_hand():
    # Ratings 1, 2 and 3, 4: within units 1 apart each, so D_o = 1; of the 12 ordered pairs of all four the squared
    # differences add up to 2 · (1 + 4 + 9 + 1 + 4 + 1) = 40, so D_e = 40 / 12; α = 1 − 12 / 40 = 0.7.
    found = alpha(units([[1, 2], [3, 4]]))
    assert found is not None
    assert found.value == pytest.approx(0.7)


def test_alpha_has_no_value_where_nothing_varies_or_nobody_rated_twice():
    assert alpha(units([[5, 5], [5, 5]])) is None
    assert alpha(units([[5], [4]])) is None


def test_kappa_misleads_and_ac1_does_not_where_nearly_all_pass():
    # 94 % pass, 92 % agree: 90 both passed, 4 and 4 differ, 2 both failed. By hand: by chance 0.94² + 0.06² = 0.8872,
    # κ = (0.92 − 0.8872) / 0.1128 = 0.29; AC1: 2 · 0.94 · 0.06 = 0.1128, (0.92 − 0.1128) / 0.8872 = 0.91.
    verdicts = pairs([[0, 0, 0], [0, 2, 4], [0, 4, 90]])
    found = [statistic(verdicts) for statistic in (kappa, ac1, agreement)]
    assert [each and round(each.value, 2) for each in found] == [0.29, 0.91, 92.0]


def test_kappa_weighs_a_fatal_item_four_times():
    # 10 fatal/fatal, 10 failed/failed, 10 passed/passed, one fatal/passed (weight 4) and one failed/passed (weight 1)
    # of 32: observed 5 / 32; margins 11, 11, 10 against 10, 10, 12: expected (11·10 + 11·12 + 11·10 + 10·10
    # + 4·(11·12 + 10·10)) / 32² = 1380 / 1024; κ = 1 − (5 / 32) / (1380 / 1024) = 1 − 160 / 1380.
    found = kappa(pairs([[10, 0, 1], [0, 10, 1], [0, 0, 10]]))
    assert found is not None
    assert found.value == pytest.approx(1 - 160 / 1380)


def test_nothing_compared_has_no_value():
    nothing = pairs([[0] * 3] * 3)
    assert [kappa(nothing), ac1(nothing), agreement(nothing)] == [None, None, None]


def test_rank_correlation_by_hand():
    # Ranks 1 2 3 4 5 against 2 1 4 3 5: d² adds up to 4, ρ = 1 − 6 · 4 / (5 · 24) = 0.8.
    found = rank_correlation(pl.DataFrame({"a": [1, 2, 3, 4, 5], "b": [20, 10, 40, 30, 50]}), "a", "b")
    assert found is not None
    assert found.value == pytest.approx(0.8)
    assert rank_correlation(pl.DataFrame({"a": [1, 2, 3, 4], "b": [1, 1, 1, 1]}), "a", "b") is None


def test_rank_correlation_with_ties_is_that_of_scipy():
    random = np.random.default_rng(3)
    a, b = random.integers(0, 5, 300), random.integers(0, 2, 300)
    found = rank_correlation(pl.DataFrame({"a": a, "b": b}), "a", "b")
    assert found is not None
    assert found.value == pytest.approx(stats.spearmanr(a, b).statistic)


def test_same_answer_by_hand():
    # Type x: answers 3 and 1 of 4: 3 of 6 pairs agree; type y: 2 of 2: 1 of 1. Together 4 of 7.
    counts = pl.DataFrame({"issue_type": ["x", "x", "y"], "answer_code": ["a", "b", "a"], "answered": [3, 1, 2]})
    found = same_answer(counts)
    assert found is not None
    assert found.value == pytest.approx(100 * 4 / 7)
    assert same_answer(counts.with_columns(answered=pl.Series([1, 0, 1]))) is None


TRIALS = 400  # the standard error of a coverage of 95 % is 1.1 points


def test_intervals_cover_the_truth():
    """By simulation: a shared part and a part of each rater's own, so that α and the correlations are known."""
    random = np.random.default_rng(5)
    inside = dict.fromkeys(("alpha", "rho", "same"), 0)
    normal = 6 / np.pi * np.arcsin(0.8 / 2)  # ρ of Spearman where two normal values correlate by 0.8
    for _ in range(TRIALS):
        shared, own = random.normal(0, 2, 150), random.normal(0, 1, (2, 150))
        one, other = shared + own[0], shared + own[1]  # α = 4 / (4 + 1)
        found = {
            "alpha": (alpha(units(np.column_stack([one, other]).tolist())), 0.8),
            "rho": (rank_correlation(pl.DataFrame({"a": one, "b": other}), "a", "b"), normal),
            "same": (same_answer(_answered(random)), 100 * (0.7**2 + 0.2**2 + 0.1**2)),
        }
        for name, (each, truth) in found.items():
            assert each is not None
            inside[name] += each.low <= truth <= each.high
    assert {name: 92 <= 100 * count / TRIALS <= 98 for name, count in inside.items()} == dict.fromkeys(inside, True)


def _answered(random: np.random.Generator) -> pl.DataFrame:
    counts = random.multinomial(200, [0.7, 0.2, 0.1])
    return pl.DataFrame({"issue_type": ["x"] * 3, "answer_code": ["a", "b", "c"], "answered": counts})
