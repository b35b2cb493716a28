"""Which kinds of complaints grow month by month, faster than complaints do altogether?

A kind's weekly counts lie on a level for half a year and from there on grow for the last half year (Poisson likelihood,
variance widened to what is seen); so do those of all other complaints. A kind grows only where both its own growth and
its growth against the others are more than chance: what a season does to all of them is no growth of one.

Source: McCullagh & Nelder (1989), Generalized Linear Models, 6.2; Berger (1982), Technometrics 24, intersection–union
test: the larger of two p values.
"""

from datetime import date

import numpy as np
import polars as pl
from scipy import special

from metrics.discoveries import discoveries
from metrics.wings.loglinear import slope

WEEKS = 26  # that may grow
LEVEL_WEEKS = 26  # before them, which say from where
LEAST_CASES = 30  # of a kind in all these weeks; fewer say nothing of a rate
GOES_ON = 1.28  # standard errors by which the last half year's own line must rise: a step up that is over is no growth
WEEKS_A_MONTH = 365.25 / 12 / 7
RANKS = {"alarm": 0, "growing": 1, "steady": 2, "too_few": 3}
GROWN = {
    "count": pl.Int64(), "first": pl.Float64(), "last": pl.Float64(), "value": pl.Float64(), "low": pl.Float64(),
    "high": pl.Float64(), "against_others": pl.Float64(), "p": pl.Float64(), "verdict": pl.String(),
}  # fmt: skip


def growth(cells: pl.DataFrame, observed: np.ndarray, total: np.ndarray, alarm: float) -> pl.DataFrame:
    """How each kind of complaint grows, alarms first, wide kinds before narrow ones: the columns of `cells` and GROWN.

    `value` with its 95 % interval and `against_others` are percent a month; `first` and `last` the fitted complaints of
    a week before and of the last one. `verdict` is «alarm» where growth is no chance, goes on, may be as fast as
    `alarm` and is nearer to it than to none; «growing» where it is slower; «steady»; «too_few» where nothing is fitted.

    Args:
        cells: a row a kind; kinds that are told apart by a column being null are judged among themselves.
        observed: complaints of each kind by week: LEVEL_WEEKS and WEEKS.
        total: all complaints by week.
        alarm: growth in percent a month that matters.
    """
    rows = [_kind(each, total - each) for each in observed]
    found = pl.concat([cells, pl.DataFrame(rows, schema=GROWN)], how="horizontal")
    is_real = (
        pl.col("p")
        .map_batches(_named, return_dtype=pl.Boolean)
        .over(*(pl.col(name).is_null() for name in cells.columns))
    )
    judged = found.filter(pl.col("p").is_not_null()).with_columns(is_real=is_real)
    grows = pl.col("is_real") & (pl.col("verdict") == "lasting")
    is_fast = (pl.col("high") >= alarm) & (pl.col("value") >= alarm / 2)
    spoken = pl.when(grows & is_fast).then(pl.lit("alarm"))
    told = judged.with_columns(verdict=spoken.when(grows).then(pl.lit("growing")).otherwise(pl.lit("steady")))
    few = found.filter(pl.col("p").is_null())
    rank = pl.col("verdict").replace_strict(RANKS, return_dtype=pl.Int8)
    ordered = pl.concat([told.drop("is_real"), few]).sort(*cells.columns)
    depth = pl.sum_horizontal(pl.col(name).is_not_null() for name in cells.columns)
    return ordered.sort(rank, depth, -pl.col("value"), -pl.col("count"), nulls_last=True, maintain_order=True)


def _named(p: pl.Series) -> pl.Series:
    return pl.Series(discoveries(p.to_numpy()), dtype=pl.Boolean)


def _kind(own: np.ndarray, others: np.ndarray) -> dict[str, object]:
    if own.sum() < LEAST_CASES:
        return dict.fromkeys(GROWN) | {"count": int(own.sum()), "verdict": "too_few"}
    time, degrees = growing_weeks(len(own)), len(own) - 2
    steep, variance = trend(own, time)
    beside, beside_variance = trend(others, time) if others.sum() >= LEAST_CASES else (0.0, 0.0)
    rises = (steep, variance), (steep - beside, variance + beside_variance)
    p = max(special.stdtr(degrees, -each / np.sqrt(width)) for each, width in rises)
    spread = float(special.stdtrit(degrees, 0.975)) * np.sqrt(variance)
    level = own.sum() / np.exp(steep * time).sum()
    late, late_variance = trend(own[-WEEKS:], np.arange(WEEKS, dtype=float))
    return {
        "count": int(own.sum()), "first": float(level), "last": float(level * np.exp(steep * time[-1])),
        "value": monthly(steep), "low": monthly(steep - spread), "high": monthly(steep + spread),
        "against_others": monthly(steep - beside), "p": float(p),
        "verdict": "lasting" if late > GOES_ON * np.sqrt(late_variance) else "passing",
    }  # fmt: skip


def growing_weeks(weeks: int) -> np.ndarray:
    """For how many weeks a week has been growing: 0 while the level holds, then 1, 2 … WEEKS."""
    return np.clip(np.arange(weeks, dtype=float) - (weeks - WEEKS) + 1, 0, None)


def trend(counts: np.ndarray, time: np.ndarray) -> tuple[float, float]:
    """How the logarithm of a weekly count rises with time, and the variance of that: never below Poisson's."""
    if counts.sum() == 0:
        return 0.0, np.inf
    steep, variance = slope(counts, np.ones(len(counts)), time)
    fitted = counts.sum() * np.exp(steep * time) / np.exp(steep * time).sum()
    scale = ((counts - fitted) ** 2 / fitted).sum() / max(1, len(counts) - 2)
    return steep, variance * max(1.0, float(scale))


def monthly(steep: float) -> float:
    """A rise of the logarithm by the week as percent a month."""
    return 100 * float(np.expm1(steep * WEEKS_A_MONTH))


def fitted_weeks(row: dict, ends: tuple[date, ...]) -> pl.DataFrame:
    """The fitted complaints of each week of a kind: `end fitted`."""
    weeks = growing_weeks(len(ends))
    return pl.DataFrame({"end": ends, "fitted": row["first"] * (row["last"] / row["first"]) ** (weeks / WEEKS)})
