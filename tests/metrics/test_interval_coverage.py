"""How often intervals cover what is true: nominally 95 of 100, by simulation with a fixed seed."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from metrics.contact import CSAT_MEAN
from metrics.coverage import LEAST_OF_EACH
from metrics.intervals import clustered_share, mean_interval, poisson_mid_p, ratio_interval, wilson
from metrics.quality import QA_SCORE

TRIALS = 4_000  # the standard error of a coverage of 95 % is 0.34 points


def covered(low: pl.Series, high: pl.Series, truth: float) -> float:
    return 100 * float(((low <= truth) & (truth <= high)).mean())


def ends(pair: tuple[pl.Expr, pl.Expr], frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    found = frame.select(pair[0].alias("low"), pair[1].alias("high"))
    return found["low"], found["high"]


@pytest.mark.parametrize(("share", "size"), [(0.7, 200), (0.95, 400), (0.2, 60), (0.05, 800)])
def test_shares(share: float, size: int):
    counts = np.random.default_rng(1).binomial(size, share, TRIALS)
    frame = pl.DataFrame({"x": counts.astype(float), "n": [float(size)] * TRIALS})
    assert 93 <= covered(*ends(wilson(pl.col("x"), pl.col("n")), frame), share) <= 97


@pytest.mark.parametrize("expected", [4.0, 30.0, 150.0, 600.0])
def test_rates(expected: float):
    counts = np.random.default_rng(2).poisson(expected, TRIALS)
    frame = pl.DataFrame({"x": counts.astype(float), "n": [1_000.0] * TRIALS})
    assert 93 <= covered(*ends(poisson_mid_p(pl.col("x"), pl.col("n")), frame), expected / 1_000) <= 97


@pytest.mark.parametrize(("expected", "least"), [((LEAST_OF_EACH, 120), 93), ((0.5, LEAST_OF_EACH), 91)])
def test_single_rates_above_the_least_number_of_cases_are_covered_as_said_and_not_all_below(
    expected: tuple[float, float], least: float
):
    """Not drawn: every count of a Poisson distribution, by how likely it is."""
    counts, truths = np.arange(240), np.arange(*expected, 0.05)
    low, high = ends(poisson_mid_p(pl.col("x"), pl.lit(1)), pl.DataFrame({"x": counts}))
    found = told(stats.poisson.pmf(counts, truths[:, None]), low, high, truths)
    assert least <= found.min() < found.max()
    assert (found.min() >= 93 and found.max() <= 97) == (least == 93)


@pytest.mark.parametrize("size", [30, 200, 20_000])
def test_single_shares_above_the_least_number_of_either_kind_are_covered_as_said(size: int):
    """Not drawn: every count of a binomial distribution. From 120 cases on a share goes as a rate does."""
    counts, cases = np.arange(min(size, 240) + 1), np.arange(LEAST_OF_EACH, min(size / 2, 120) + 0.01, 0.05)
    low, high = ends(wilson(pl.col("x"), pl.lit(size)), pl.DataFrame({"x": counts}))
    found = told(stats.binom.pmf(counts, size, cases[:, None] / size), low, high, cases / size)
    assert found.min() >= 93
    assert found.max() <= 97


def told(likely: np.ndarray, low: pl.Series, high: pl.Series, truths: np.ndarray) -> np.ndarray:
    """How often each truth is covered, by how likely each count is of it."""
    truth = truths[:, None]
    return 100 * (likely * ((low.to_numpy() <= truth) & (truth <= high.to_numpy()))).sum(1)


def test_the_mean_of_answers_that_are_nearly_all_the_best_is_covered_from_its_least_number_on():
    shares, size = [0.02, 0.01, 0.02, 0.1, 0.85], CSAT_MEAN.least_cases
    values = np.random.default_rng(7).choice([1, 2, 3, 4, 5], p=shares, size=(TRIALS, size))
    frame = pl.DataFrame({"s": values.sum(1) * 1.0, "q": (values**2).sum(1) * 1.0, "n": [float(size)] * TRIALS})
    truth = 0.02 + 0.02 + 0.06 + 0.4 + 4.25
    assert 93 <= covered(*ends(mean_interval(pl.col("s"), pl.col("q"), pl.col("n")), frame), truth) <= 97


def test_scores_of_which_fatal_items_make_nothing_are_covered_from_their_least_number_on():
    random, size = np.random.default_rng(8), QA_SCORE.least_cases
    points = 100 * random.beta(17, 3, size=(TRIALS, size)) * (random.random((TRIALS, size)) >= 0.02)
    sums = {"x": points, "y": np.full_like(points, 100.0), "xx": points**2, "xy": 100 * points}
    frame = pl.DataFrame({name: each.sum(1) for name, each in sums.items()}).with_columns(n=pl.lit(float(size)))
    squares = (pl.col("xx"), pl.col("xy"), 100 * pl.col("y"))
    pair = ratio_interval(pl.col("x"), pl.col("y"), squares, pl.col("n"))
    assert 93 <= covered(*ends(pair, frame), 0.85 * 0.98) <= 97


def test_means():
    values = np.random.default_rng(3).choice([1, 2, 3, 4, 5], p=[0.1, 0.1, 0.1, 0.2, 0.5], size=(TRIALS, 80))
    frame = pl.DataFrame({"s": values.sum(1) * 1.0, "q": (values**2).sum(1) * 1.0, "n": [80.0] * TRIALS})
    truth = 0.1 + 0.2 + 0.3 + 0.8 + 2.5
    assert 93 <= covered(*ends(mean_interval(pl.col("s"), pl.col("q"), pl.col("n")), frame), truth) <= 97


@pytest.mark.parametrize("clusters", [30, 120])
def test_ratios_of_sums_over_clusters(clusters: int):
    # Points of reviews: forms of 80 or 100 points, of which each review gives its own share, 85 % on average.
    random = np.random.default_rng(4)
    possible = random.choice([80.0, 100.0], size=(TRIALS, clusters))
    points = possible * random.beta(17, 3, size=(TRIALS, clusters))
    sums = {"x": points, "y": possible, "xx": points**2, "xy": points * possible, "yy": possible**2}
    frame = pl.DataFrame({name: each.sum(1) for name, each in sums.items()}).with_columns(n=pl.lit(float(clusters)))
    squares = (pl.col("xx"), pl.col("xy"), pl.col("yy"))
    pair = ratio_interval(pl.col("x"), pl.col("y"), squares, pl.col("n"))
    assert 93 <= covered(*ends(pair, frame), 0.85) <= 97
    # Taken as trials of their own, points would promise far more than they know.
    assert covered(*ends(wilson(pl.col("x"), pl.col("y")), frame), 0.85) < 80


@pytest.mark.parametrize("clusters", [40, 400])
def test_shares_of_cases_that_come_in_clusters(clusters: int):
    # Half of the customers have 1 contact each and come again after 40 %, half have 5 and come again after 70 %, give
    # or take what each customer is like: of all contacts (0.4 + 5 · 0.7) / 6 = 65 % are followed by another.
    random = np.random.default_rng(6)
    often = random.random((TRIALS, clusters)) < 0.5
    y = np.where(often, 5, 1)
    like = np.where(often, random.beta(2.8, 1.2, often.shape), random.beta(1.6, 2.4, often.shape))
    x = random.binomial(y, like)
    sums = {"x": x, "y": y, "xx": x * x, "xy": x * y, "yy": y * y}
    frame = pl.DataFrame({name: each.sum(1).astype(float) for name, each in sums.items()}).with_columns(
        n=pl.lit(float(clusters))
    )
    squares = (pl.col("xx"), pl.col("xy"), pl.col("yy"))
    pair = clustered_share(pl.col("x"), pl.col("y"), squares, pl.col("n"))
    assert 93 <= covered(*ends(pair, frame), 0.65) <= 97
    assert covered(*ends(wilson(pl.col("x"), pl.col("y")), frame), 0.65) < 91  # taken as cases of their own
