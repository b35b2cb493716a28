"""Do those who judge or answer the same thing agree? Krippendorff's α, weighted κ, AC1, agreement, rank correlation."""

import math
from collections.abc import Callable

import numpy as np
import polars as pl
from scipy import special

from metrics.results import Estimate

SEED = 20_260_101  # of the resampling, so that the same reviews give the same interval
RESAMPLES = 1_000
MANY = 500  # units, from which on the interval needs no resampling
Z_95 = float(special.ndtri(0.975))
VERDICTS = 3  # of a review, in order: fatal, failed, passed
Tables = np.ndarray  # counts by first and second verdict: … × VERDICTS × VERDICTS


def alpha(units: pl.DataFrame) -> Estimate | None:
    """Krippendorff's α for interval data, with a bootstrap interval over the units; None where nothing varies.

    Args:
        units: one row per thing that several people rated: `raters`, `rating_sum`, `rating_squares`.

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
    """
    known = units.filter(pl.col("raters") > 1).sort("raters", "rating_sum", "rating_squares")
    raters, sums, squares = (
        known[name].to_numpy().astype(float) for name in ("raters", "rating_sum", "rating_squares")
    )
    apart = 2 * (raters * squares - sums**2) / np.maximum(raters - 1, 1)  # within a unit, over all pairs
    parts = np.column_stack([raters, sums, squares, apart])
    total = parts.sum(axis=0)
    whole = float(_alpha(total))
    if math.isnan(whole):
        return None
    return _bootstrapped(whole, _alpha(_resampled(parts))) if len(parts) <= MANY else _jackknifed(whole, parts, total)


def _jackknifed(value: float, parts: np.ndarray, total: np.ndarray) -> Estimate:
    """Of many units the interval by leaving out each in turn, which takes one pass. Source: Tukey (1958)."""
    n = len(parts)
    without = _alpha(total - parts)
    half = Z_95 * math.sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))
    return Estimate(value, value - half, min(value + half, 1.0))


def _alpha(sums: np.ndarray) -> np.ndarray:
    n, total, squares, apart = np.moveaxis(sums, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_chance = 2 * (squares - total**2 / n) / (n - 1)
        return np.where(by_chance > 1e-12 * np.abs(squares), 1 - (apart / n) / by_chance, np.nan)


def _resampled(parts: np.ndarray) -> np.ndarray:
    """Sums of resamples of the rows: each row comes as often as a Poisson count says."""
    return np.random.default_rng(SEED).poisson(1.0, (RESAMPLES, len(parts))) @ parts


def kappa(pairs: pl.DataFrame) -> Estimate | None:
    """Cohen's κ with quadratic weights over the ordered verdicts of two reviewers: `first`, `second` (0 to 2).

    With two verdicts only it is the plain κ. Source: Cohen (1968), Psychological Bulletin 70.
    """
    return _of_tables(pairs, _kappa)


def ac1(pairs: pl.DataFrame) -> Estimate | None:
    """Gwet's AC1 over the verdicts of two reviewers, which stays sensible where nearly all pass.

    Source: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61; here passed against not passed.
    """
    return _of_tables(pairs, _ac1)


def agreement(pairs: pl.DataFrame) -> Estimate | None:
    """Percent of pairs in which both reviewers passed the contact, or both did not."""
    return _of_tables(pairs, lambda tables: 100 * np.trace(_passed(tables), axis1=-2, axis2=-1) / _size(tables))


def _of_tables(pairs: pl.DataFrame, statistic: Callable[[Tables], np.ndarray]) -> Estimate | None:
    table = np.zeros((VERDICTS, VERDICTS))
    known = pairs.drop_nulls(["first", "second"])
    np.add.at(table, (known["first"].to_numpy(), known["second"].to_numpy()), 1)
    count = int(table.sum())
    if not count:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = float(statistic(table))
        drawn = np.random.default_rng(SEED).multinomial(count, (table / count).ravel(), RESAMPLES)
        return None if math.isnan(whole) else _bootstrapped(whole, statistic(drawn.reshape(-1, VERDICTS, VERDICTS)))


def _size(tables: Tables) -> np.ndarray:
    return tables.sum(axis=(-2, -1))


def _passed(tables: Tables) -> Tables:
    """Fatal and failed together, against passed: … × 2 × 2."""
    return np.add.reduceat(np.add.reduceat(tables, [0, VERDICTS - 1], axis=-2), [0, VERDICTS - 1], axis=-1)


def _kappa(tables: Tables) -> np.ndarray:
    place = np.arange(VERDICTS)
    weight = (place[:, None] - place[None, :]) ** 2
    shares = tables / _size(tables)[..., None, None]
    expected = shares.sum(axis=-1)[..., :, None] * shares.sum(axis=-2)[..., None, :]
    return 1 - (weight * shares).sum(axis=(-2, -1)) / (weight * expected).sum(axis=(-2, -1))


def _ac1(tables: Tables) -> np.ndarray:
    shares = _passed(tables) / _size(tables)[..., None, None]
    passed = (shares.sum(axis=-1) + shares.sum(axis=-2))[..., 1] / 2
    by_chance = 2 * passed * (1 - passed)
    return (np.trace(shares, axis1=-2, axis2=-1) - by_chance) / (1 - by_chance)


def _bootstrapped(value: float, drawn: np.ndarray) -> Estimate:
    """The value between the ends of the middle 95 % of what resamples gave; those in which nothing varies are out."""
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Estimate(float(value), min(float(low), float(value)), max(float(high), float(value)))


def rank_correlation(rows: pl.DataFrame, one: str, other: str) -> Estimate | None:
    """Spearman's ρ of two columns, ties at their middle rank; None where one of them does not vary.

    The interval is Fisher's with the standard error of Bonett & Wright (2000), Psychometrika 65.
    """
    known = rows.drop_nulls([one, other])
    if known.height < 4 or known[one].n_unique() < 2 or known[other].n_unique() < 2:
        return None
    # Scores and outcomes have few values: ranks of the values, weighed by how often they come together.
    pairs = known.group_by(one, other).len("n").join(_ranks(known, one), on=one).join(_ranks(known, other), on=other)
    n, x, y = (pairs[name].to_numpy().astype(float) for name in ("n", f"{one} rank", f"{other} rank"))
    middle = (known.height + 1) / 2
    spread = math.sqrt(float((n * (x - middle) ** 2).sum()) * float((n * (y - middle) ** 2).sum()))
    value = float((n * (x - middle) * (y - middle)).sum()) / spread
    if abs(value) > 1 - 1e-12:
        return Estimate(round(value), round(value), round(value))
    error = math.sqrt((1 + value**2 / 2) / (known.height - 3))
    low, high = (math.tanh(math.atanh(value) + sign * Z_95 * error) for sign in (-1, 1))
    return Estimate(value, low, high)


def _ranks(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """The middle rank of each value of a column."""
    counted = rows.group_by(column).len("count").sort(column)
    rank = pl.col("count").cum_sum() - (pl.col("count") - 1) / 2
    return counted.select(column, rank.alias(f"{column} rank"))


def same_answer(counts: pl.DataFrame) -> Estimate | None:
    """Percent of pairs of contacts of one issue type that got the same answer, over all pairs within the types.

    Args:
        counts: `issue_type answer_code answered`, at any finer grain.

    The variance is that of a U statistic, by the shares of the answers of each type, added up with the weights of the
    types. Source: Simpson (1949), Nature 163, with its large-sample variance.
    """
    answers = counts.group_by("issue_type", "answer_code").agg(pl.col("answered").sum().cast(pl.Float64))
    n, share = pl.col("answered").sum(), pl.col("answered") / pl.col("answered").sum()
    types = (
        answers.sort("issue_type", "answer_code")
        .group_by("issue_type", maintain_order=True)
        .agg(
            (n * (n - 1)).alias("pairs"),
            (pl.col("answered") * (pl.col("answered") - 1)).sum().alias("same"),
            (4 * ((share**3).sum() - (share**2).sum() ** 2) / n).alias("variance"),
        )
    )
    total = float(types["pairs"].sum())
    if total <= 0:
        return None
    value = float(types["same"].sum()) / total
    error = math.sqrt(max(float(((types["pairs"] / total) ** 2 * types["variance"]).sum()), 0.0))
    return Estimate(100 * value, 100 * max(value - Z_95 * error, 0.0), 100 * min(value + Z_95 * error, 1.0))
