"""Comparing people and teams honestly: limits by their number of cases, hard cases allowed for, no league table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy import special

from metrics.exact import binomial_quantile, poisson_quantile
from metrics.metric import Better, Metric, Unit

WARNING, ALARM = 0.05, 0.002  # outside of the limits by chance: one in twenty, one in five hundred
CHANCE = 0.05  # groups that differ as much by chance in fewer than one in twenty comparisons are ranked


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Groups side by side, in the metric's unit."""

    overall: float
    groups: pl.DataFrame  # see `compare_fairly`
    strength: float  # cases that the overall figure weighs in a shrunken estimate; infinite where groups do not differ
    chance: float | None  # how often groups with enough cases would differ as much by chance: see `heterogeneity`

    @property
    def differs(self) -> bool:
        """Do the groups, all together, differ by more than chance explains? Otherwise none has a rank."""
        return self.chance is not None and self.chance < CHANCE and math.isfinite(self.strength)


def compare_fairly(
    cells: pl.DataFrame, group: str, mix: Sequence[str], metric: Metric, least: int
) -> Comparison | None:
    """Each group against what its own mix of cases would give at everyone's rates. None where nothing is counted.

    Args:
        cells: `group, *mix, numerator, denominator`, a row a cell.
        mix: what makes cases harder or easier; a cell that only one group has is compared with itself.
        least: cases below which a group is neither judged nor ranked.

    Returns:
        groups with `numerator denominator value`, `expected` (the numerator that its mix would give), `adjusted`
        (observed over expected, times the overall figure), `shrunken` and its interval, the limits `low_95 high_95
        low_998 high_998` around the overall figure at its size, `outside` (inside, warning, alarm; few where it has too
        few cases or none is expected), `rank` (1 is best, who is alike shares it; null where cases are too few, no
        direction is better, or groups do not differ).

    Source: Spiegelhalter (2005), Statistics in Medicine 24, funnel plots; Efron & Morris (1975), empirical Bayes.
    Whether groups differ: Pearson's chi-squared test.
    """
    counted = _counted(cells, group, mix)
    total = counted.select(pl.col("numerator", "denominator").sum()).row(0)
    if not (total[1] and total[0]):
        return None
    overall = total[0] / total[1]
    adjusted = pl.when(pl.col("expected") > 0).then(pl.col("numerator") / pl.col("expected") * overall)
    placed = counted.with_columns(value=pl.col("numerator") / pl.col("denominator"), adjusted=adjusted)
    shrunken, strength = _shrunken(placed, overall, metric.unit)
    limited = _limits(shrunken, overall, metric.unit, least)
    scaled = ("value", "adjusted", "shrunken", "shrunken_low", "shrunken_high", *LIMITS)
    found = limited.with_columns(pl.col(scaled) * metric.unit.scale)
    chance = heterogeneity(placed.filter(pl.col("denominator") >= least), metric.unit)
    compared = Comparison(overall * metric.unit.scale, found, strength, chance)
    better = metric.better if compared.differs else Better.NEITHER
    return replace(compared, groups=_ranked(found, group, better, least))


def _counted(cells: pl.DataFrame, group: str, mix: Sequence[str]) -> pl.DataFrame:
    """`group numerator denominator expected` of the groups that have cases."""
    counts = pl.col("numerator", "denominator").fill_null(0.0)
    known = cells.drop_nulls([group]).with_columns(counts, pl.lit(1).alias("any case"))
    cell = ["any case", *mix]
    pooled = known.group_by(cell).agg(pl.col("numerator").sum().alias("x"), pl.col("denominator").sum().alias("n"))
    usual = pooled.with_columns(usual=pl.when(pl.col("n") > 0).then(pl.col("x") / pl.col("n")).otherwise(0.0))
    # Cases of a kind that nobody is counted for (complaints of a type nobody contacts about) are spread over everybody.
    bare = pl.lit(usual.select(pl.col("x").filter(pl.col("n") <= 0).sum() / pl.col("n").sum()).item())
    joined = known.join(usual, on=cell, how="left", nulls_equal=True)
    groups = joined.group_by(group).agg(
        pl.col("numerator").sum(),
        pl.col("denominator").sum(),
        (pl.col("denominator") * (pl.col("usual") + bare)).sum().alias("expected"),
    )
    return groups.filter(pl.col("denominator") > 0).sort(group)


LIMITS = ("low_95", "high_95", "low_998", "high_998")


def funnel(overall: float, sizes: Sequence[float], unit: Unit) -> pl.DataFrame:
    """The limits for groups of these sizes: `denominator` and LIMITS, in the metric's unit."""
    frame = pl.DataFrame({"denominator": [float(each) for each in sizes]})
    rate = overall / unit.scale
    return _bounds(frame, rate, unit).with_columns(pl.col(LIMITS) * unit.scale)


def heterogeneity(groups: pl.DataFrame, unit: Unit) -> float | None:
    """How often groups that do not differ lie as far apart: chi square of observed against expected cases.

    Args:
        groups: `numerator denominator expected`.
    """
    varies = pl.col("expected") > 0
    varies &= (pl.col("expected") < pl.col("denominator")) if unit is Unit.PERCENT else pl.lit(value=True)
    kept = groups.filter(varies)  # the others cannot differ from what is expected
    observed, expected, n = (kept[name].to_numpy() for name in ("numerator", "expected", "denominator"))
    left = 1 - expected / n if unit is Unit.PERCENT else np.ones(len(n))
    if len(observed) < 2:
        return None
    # All together have as many as expected, which leaves one less free to differ; not so where some are left out.
    free = len(observed) - int(math.isclose(observed.sum(), expected.sum(), rel_tol=1e-9))
    return float(special.chdtrc(free, ((observed - expected) ** 2 / (expected * left)).sum()))


def _limits(groups: pl.DataFrame, overall: float, unit: Unit, least: int) -> pl.DataFrame:
    bounded = _bounds(groups, overall, unit)
    shown = pl.col("adjusted")
    alarm = (shown < pl.col("low_998")) | (shown > pl.col("high_998"))
    warning = (shown < pl.col("low_95")) | (shown > pl.col("high_95"))
    few = pl.when((pl.col("denominator") < least) | shown.is_null()).then(pl.lit("few"))
    outside = few.when(alarm).then(pl.lit("alarm")).when(warning).then(pl.lit("warning")).otherwise(pl.lit("inside"))
    return bounded.with_columns(outside=outside)


def _bounds(frame: pl.DataFrame, rate: float, unit: Unit) -> pl.DataFrame:
    """Quantiles of the binomial or the Poisson distribution over the size."""
    n = frame["denominator"].to_numpy()
    ends = {}
    for name, error in (("95", WARNING), ("998", ALARM)):
        for side, tail in (("low", error / 2), ("high", 1 - error / 2)):
            shares = unit is Unit.PERCENT
            count = binomial_quantile(tail, np.round(n), rate) if shares else poisson_quantile(tail, n * rate)
            ends[f"{side}_{name}"] = count / n
    return frame.with_columns(**{name: pl.Series(values) for name, values in ends.items()})


def _shrunken(groups: pl.DataFrame, overall: float, unit: Unit) -> tuple[pl.DataFrame, float]:
    """Adjusted figures pulled towards the overall one, the more the fewer the cases; and by how many cases.

    The spread between groups is estimated by moments: what is left of the observed one after chance.
    """
    n, y = groups["denominator"].to_numpy(), groups["adjusted"].fill_null(overall).to_numpy()
    within = overall * (1 - overall) if unit is Unit.PERCENT else overall
    k = len(n)
    weight = n.sum() - (n**2).sum() / n.sum()
    between = ((n * (y - overall) ** 2).sum() - (k - 1) * within) / weight if weight > 0 else 0.0
    strength = max(within / between - (1 if unit is Unit.PERCENT else 0), 0.0) if between > 0 else float("inf")
    ends = pulled(y, n, overall, strength, unit, n.sum())
    columns = dict(zip(("shrunken", "shrunken_low", "shrunken_high"), ends, strict=True))
    return groups.with_columns(**{name: pl.Series(values) for name, values in columns.items()}), strength


def pulled(
    y: np.ndarray, n: np.ndarray, usual: float, strength: float, unit: Unit, every: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Figures of n cases pulled towards the usual one, with their 95 % intervals.

    Args:
        strength: cases that the usual figure weighs; infinite where groups do not differ: then `every` case counts.
    """
    pull = np.ones(len(n)) if np.isinf(strength) else strength / (strength + n)
    mean = pull * usual + (1 - pull) * y
    spread = (mean * (1 - mean) if unit is Unit.PERCENT else mean).clip(min=0)
    half = 1.959964 * np.sqrt(spread / (n + (every if np.isinf(strength) else strength)))
    most = 1.0 if unit is Unit.PERCENT else None
    return mean, (mean - half).clip(min=0), (mean + half).clip(max=most)


def _ranked(groups: pl.DataFrame, group: str, better: Better, least: int) -> pl.DataFrame:
    if better is Better.NEITHER:
        return groups.with_columns(rank=pl.lit(None, pl.Int64)).sort(group)
    enough = pl.col("denominator") >= least
    best_first = pl.col("shrunken") * (-1 if better is Better.HIGHER else 1)
    rank = pl.when(enough).then(best_first).rank("min").cast(pl.Int64)
    return groups.with_columns(rank=rank).sort("rank", group, nulls_last=True)
