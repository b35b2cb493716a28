"""How mild is a reviewer against the others, the contacts he was given allowed for?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from metrics.agreement import Z_95
from metrics.results import Needed, NotEstimable, Reason
from metrics.wings.mixed import Absorbed, absorbed

FARTHEST = 12.0  # of the logarithm of the variances' ratio that is looked at
NOTHING = 1e-6  # a ratio below it means that reviewers do not differ


@dataclass(frozen=True, slots=True, eq=False)
class Leniency:
    """Reviewers against their like, in points of a hundred; above 0 is mild.

    `reviewers`: `reviewer_id reviews rating` (as scored), `leniency low high` (adjusted and shrunken), `is_apart`
    (the interval leaves out 0), `is_enough`.
    """

    reviewers: pl.DataFrame
    spread: float  # standard deviation between reviewers
    noise: float  # between reviews of one reviewer


def leniency(cells: pl.DataFrame, mix: Sequence[str], least: int) -> Leniency | NotEstimable:
    """A mixed model: the mix as fixed effects, reviewers drawn from a normal distribution, variances by REML.

    A reviewer with few reviews, or whose contacts nobody else reviews, is pulled towards 0 and has a wide interval. As
    the mix holds the level, team and centre reviewers are compared with their like.

    Args:
        cells: `reviewer_id`, `*mix`, `reviews rating_sum rating_squares` (ratings in percent of the possible points).

    Source: Henderson (1975), Biometrics 31, for predictions and their errors; Patterson & Thompson (1971), Biometrika
        58, for the variances.
    """
    known = cells.drop_nulls("reviewer_id").filter(pl.col("reviews") > 0)
    reviewers = known["reviewer_id"].n_unique()
    if reviewers < 2:
        return NotEstimable(Reason.FEW_POINTS, Needed.POINTS, {"found": reviewers, "least": 2})
    sums = absorbed(known, "reviewer_id", mix)
    if sums.freedom <= reviewers or sums.squares <= 1e-9 * float(known["rating_squares"].sum()):
        return NotEstimable(Reason.NO_VARIATION, Needed.VARIATION)
    ratio, noise = _variances(sums)
    inside = np.linalg.inv(np.eye(len(sums.groups)) + ratio * sums.within)
    value = ratio * inside @ sums.moved
    half = Z_95 * np.sqrt(np.maximum(ratio * noise * np.diag(inside), 0.0))
    counted = known.group_by("reviewer_id").agg(pl.col("reviews", "rating_sum").sum()).sort("reviewer_id")
    found = counted.select(
        "reviewer_id", "reviews", (pl.col("rating_sum") / pl.col("reviews")).alias("rating")
    ).with_columns(
        leniency=pl.Series(value),
        low=pl.Series(value - half),
        high=pl.Series(value + half),
        is_apart=pl.Series((np.abs(value) > half) & (half > 0)),
        is_enough=pl.col("reviews") >= least,
    )
    return Leniency(found, float(np.sqrt(ratio * noise)), float(np.sqrt(noise)))


def _variances(sums: Absorbed) -> tuple[float, float]:
    """The variance between reviewers over that within, and that within, where the restricted likelihood is largest."""
    sizes, turned = np.linalg.eigh(sums.within)
    sizes = np.maximum(sizes, 0.0)
    moved = (turned.T @ sums.moved) ** 2

    def left(ratio: float) -> float:
        return sums.squares - ratio * float((moved / (1 + ratio * sizes)).sum())

    def minus_likelihood(ratio: float) -> float:
        return sums.freedom * np.log(left(ratio) / sums.freedom) + float(np.log1p(ratio * sizes).sum())

    from scipy import optimize

    best = optimize.minimize_scalar(
        lambda power: minus_likelihood(float(np.exp(power))), bounds=(-FARTHEST - 4, FARTHEST - 4), method="bounded",
        options={"xatol": 1e-8},
    )  # fmt: skip
    ratio = float(np.exp(best.x))
    if ratio < NOTHING or minus_likelihood(ratio) >= minus_likelihood(0.0):
        ratio = 0.0
    return ratio, left(ratio) / sums.freedom
