"""How often intervals cover what is true: nominally 95 of 100, by simulation with a fixed seed."""

import numpy as np
import polars as pl
import pytest

from metrics.intervals import clustered_share, mean_interval, poisson_mid_p, ratio_interval, wilson

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
