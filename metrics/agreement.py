"""Do those who judge or answer the same thing agree? Krippendorff's α, weighted κ, AC1, agreement, rank correlation."""

import math
from collections.abc import Callable

import numpy as np
import polars as pl
from scipy import special

from metrics.intervals import wilson
from metrics.results import Estimate

SEED = 20_260_101  # of the draws, so that the same reviews give the same interval
DRAWS = 1_000
EVEN_PAIRS = 1.5  # spread over all cells of a table before it is drawn from: covers best in simulations
TOSSED = 2.0  # contacts whose raters toss a coin, before claims are drawn from: the same
BOTH_NOTHING, ONE_NOTHING = 0.3, 0.4  # units with a rating of nothing by two raters, by one, before drawing: the same
MANY_NOTHINGS = 30  # ratings of nothing from which on leaving out each unit covers as well, and costs less
HALF_A_CASE = 0.5  # of each answer, before a variance is worked out: Jeffreys (1946)
NOT_SEEN = 3.0  # cases that may be like none of n that were seen, at 95 %: Hanley & Lippman-Hand (1983), JAMA 249
Z_95 = float(special.ndtri(0.975))
VERDICTS = 3  # of a review, in order: fatal, failed, passed
Tables = np.ndarray  # counts by first and second verdict: … × VERDICTS × VERDICTS


def alpha(units: pl.DataFrame) -> Estimate | None:
    """Krippendorff's α for interval data; None where nothing varies.

    The interval leaves out each unit in turn, on the scale of Fisher's z, with as many degrees of freedom as the units
    that move α leave. It is −1 to 1 where a single unit makes all that varies, or none moves it. Where nobody differs
    at all, it goes down to what three more units would make of it on which two raters lie as far apart as units do.

    A rating of nothing, as a fatal item gives, lies so far from all others that a few units with one make α: there
    the interval is drawn (`_with_nothing`). Where no unit has one, it says nothing of those that would.

    Args:
        units: one row per thing that several people rated: `raters`, `rating_sum`, `rating_squares`, and `nothings`,
            how many of the ratings are 0.

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability; Tukey (1958), Annals of Mathematical
    Statistics 29: the jackknife; Satterthwaite (1946), Biometrics 2: the degrees of freedom.
    """
    parts = _parts(units)
    value = float(_alpha(parts.sum(axis=0)))
    if math.isnan(value):
        return None
    nothings = int(units.filter(pl.col("raters") > 1)["nothings"].sum())
    return _with_nothing(value, parts, nothings) if 0 < nothings < MANY_NOTHINGS else _left_out(value, parts)


def _with_nothing(value: float, parts: np.ndarray, nothings: int) -> Estimate:
    """The middle 95 % of α over weights of the units, drawn from the Dirichlet distribution of their shares.

    Before them stand parts of a unit that two raters gave nothing, and of one that one gave nothing and the other what
    is usual: with few such units neither kind is sure to be among them. Source: Rubin (1981), The Bayesian Bootstrap,
    Annals of Statistics 9.
    """
    kinds, counts = np.unique(parts, axis=0, return_counts=True)
    raters, total = parts[:, :2].sum(axis=0)
    usual = total / (raters - nothings)
    kinds = np.concatenate([kinds, _sums(np.full(2, 2.0), np.array([0, usual]), np.array([0, usual**2]))])
    weights = _weights(np.append(counts, [BOTH_NOTHING, ONE_NOTHING]))
    return _between(value, _alpha(len(parts) * weights / weights.sum(axis=1, keepdims=True) @ kinds))


def _weights(like: np.ndarray) -> np.ndarray:
    return np.random.default_rng(SEED).standard_gamma(like, (DRAWS, len(like)))


def _left_out(value: float, parts: np.ndarray) -> Estimate:
    """Each unit left out in turn, on the scale of Fisher's z."""
    total = parts.sum(axis=0)
    n, without = len(parts), _alpha(total - parts)
    if n < 2 or np.isnan(without).any():
        return Estimate(value, -1.0, 1.0)
    if value > 1 - 1e-12:
        return Estimate(value, float(_alpha(total + NOT_SEEN * _far_apart(parts))), 1.0)
    moved = (without - without.mean()) ** 2
    if not moved.any():
        return Estimate(value, -1.0, 1.0)
    error = math.sqrt((n - 1) / n * float(moved.sum())) / (1 - value**2)
    few = max(float((moved**2).sum() / moved.sum() ** 2) - 1 / n, 2 / (n - 1))
    half = float(special.stdtrit(max(2 / few, 1.0), 0.975)) * error
    return Estimate(value, *(math.tanh(math.atanh(value) + sign * half) for sign in (-1, 1)))


def alpha_of_claims(units: pl.DataFrame) -> Estimate | None:
    """As `alpha`, of ratings that are 0 or 1: did the item fail? The interval is drawn, as that of κ.

    Few items fail, and left out in turn those that everybody passed would seem to be sure of it.
    """
    parts = _parts(units)
    value = float(_alpha(parts.sum(axis=0)))
    if math.isnan(value):
        return None
    kinds, like = [], []
    for raters in np.unique(parts[:, 0]):
        claimed = np.arange(raters + 1)
        counted = np.bincount(parts[parts[:, 0] == raters, 1].astype(int), minlength=len(claimed))
        kinds.append(_sums(np.full_like(claimed, raters), claimed, claimed))
        like.append(counted + TOSSED * counted.sum() / len(parts) * special.binom(raters, claimed) / 2**raters)
    return _between(value, _alpha(_weights(np.concatenate(like)) @ np.concatenate(kinds)))


def _parts(units: pl.DataFrame) -> np.ndarray:
    """What α is made of, unit by unit; those that one person rated say nothing."""
    known = units.filter(pl.col("raters") > 1).sort("raters", "rating_sum", "rating_squares")
    names = ("raters", "rating_sum", "rating_squares")
    return _sums(*(known[name].to_numpy().astype(float) for name in names))


def _sums(raters: np.ndarray, sums: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """With the differences within each unit, over all its pairs."""
    return np.column_stack([raters, sums, squares, 2 * (raters * squares - sums**2) / np.maximum(raters - 1, 1)])


def _far_apart(parts: np.ndarray) -> np.ndarray:
    """A unit of two raters, one at the lowest unit and one at the highest."""
    middle = parts[:, 1] / parts[:, 0]
    low, high = middle.min(), middle.max()
    return _sums(np.array([2.0]), np.array([low + high]), np.array([low**2 + high**2]))[0]


def _alpha(sums: np.ndarray) -> np.ndarray:
    n, total, squares, apart = np.moveaxis(sums, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_chance = 2 * (squares - total**2 / n) / (n - 1)
        return np.where(by_chance > 1e-12 * np.abs(squares), 1 - (apart / n) / by_chance, np.nan)


def kappa(pairs: pl.DataFrame) -> Estimate | None:
    """Cohen's κ with quadratic weights over the ordered verdicts of two reviewers: `first`, `second` (0 to 2).

    With two verdicts only it is the plain κ. Source: Cohen (1968), Psychological Bulletin 70.
    """
    return _of_table(pairs, _kappa)


def ac1(pairs: pl.DataFrame) -> Estimate | None:
    """Gwet's AC1 over the verdicts of two reviewers, which stays sensible where nearly all pass.

    Source: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61; here passed against not passed.
    """
    return _of_table(pairs, _ac1)


def agreement(pairs: pl.DataFrame) -> Estimate | None:
    """Percent of pairs in which both reviewers passed the contact, or both did not."""
    known = pairs.drop_nulls(["first", "second"])
    if known.is_empty():
        return None
    passed = VERDICTS - 1
    agreed = ((pl.col("first") == passed) == (pl.col("second") == passed)).sum()
    low, high = wilson(agreed, pl.len())
    return Estimate(*known.select(value=100 * agreed / pl.len(), low=100 * low, high=100 * high).row(0))


def _of_table(pairs: pl.DataFrame, statistic: Callable[[Tables], np.ndarray]) -> Estimate | None:
    """A statistic of the table of verdicts, with the middle 95 % of what tables like it would give.

    They are drawn from the Dirichlet distribution of the shares, given the counts and EVEN_PAIRS before them: resampled
    tables would never have a verdict that few pairs happen to lack. Source: Basu, Banerjee & Sen (2000), Biometrics 56.
    """
    table = _table(pairs)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(statistic(table))
    if math.isnan(value):
        return None
    shape = DRAWS, VERDICTS, VERDICTS
    return _between(
        value, statistic(np.random.default_rng(SEED).standard_gamma(table + EVEN_PAIRS / VERDICTS**2, shape))
    )


def _between(value: float, drawn: np.ndarray) -> Estimate:
    """A value with the middle 95 % of what was drawn."""
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(value, min(float(low), value), max(float(high), value))


def _table(pairs: pl.DataFrame) -> Tables:
    table = np.zeros((VERDICTS, VERDICTS))
    known = pairs.drop_nulls(["first", "second"])
    np.add.at(table, (known["first"].to_numpy(), known["second"].to_numpy()), 1)
    return table


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
        counts: `issue_type answer_code answered`, at any finer grain; contacts of no known type make no pair.

    The variance is the exact one of a U statistic, of shares to which half a case of each answer, and of one that was
    not given, is added: where all were answered alike, the next may not be. The types' variances add up with the
    squares of their weights; the interval is Wilson's of as many cases as a share would need for that variance.
    Source: Simpson (1949), Nature 163; Hoeffding (1948), Annals of Mathematical Statistics 19; Wilson (1927).
    """
    given = counts.filter(pl.col("answered") > 0, pl.col("issue_type").is_not_null())
    answers = given.group_by("issue_type", "answer_code").agg(pl.col("answered").sum().cast(pl.Float64))
    n, likely = pl.col("answered").sum(), pl.col("answered") + HALF_A_CASE
    rest = HALF_A_CASE / (likely.sum() + HALF_A_CASE)
    share = likely / (likely.sum() + HALF_A_CASE)
    types = (
        answers.sort("issue_type", "answer_code")
        .group_by("issue_type", maintain_order=True)
        .agg(
            n.alias("n"),
            (n * (n - 1)).alias("pairs"),
            (pl.col("answered") * (pl.col("answered") - 1)).sum().alias("same"),
            ((share**2).sum() + rest**2).alias("alike"),
            ((share**3).sum() + rest**3).alias("alike_thrice"),
        )
        .filter(pl.col("pairs") > 0)
    )
    total = float(types["pairs"].sum())
    if total <= 0:
        return None
    weight, alike, size = types["pairs"] / total, types["alike"], types["n"]
    of_one, of_both = types["alike_thrice"] - alike**2, alike - alike**2
    variance = float((weight**2 * (4 * (size - 2) * of_one + 2 * of_both) / types["pairs"]).sum())
    usual = float((weight * alike).sum())
    value, cases = float(types["same"].sum()) / total, usual * (1 - usual) / variance
    low, high = _wilson(value, cases)
    return Estimate(100 * value, 100 * low, 100 * high)


def _wilson(share: float, cases: float) -> tuple[float, float]:
    """The ends of `metrics.intervals.wilson` for one share: an expression for each of many groups would take longer."""
    spread = Z_95**2 / cases
    half = Z_95 * math.sqrt(share * (1 - share) / cases + spread / (4 * cases))
    low, high = ((share + spread / 2 + sign * half) / (1 + spread) for sign in (-1, 1))
    return (0.0 if share == 0 else low), (1.0 if share == 1 else high)
