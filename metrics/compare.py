"""Has a metric moved between two periods, by how much, and is that more than chance?"""

from collections.abc import Iterable, Sequence

import polars as pl
from scipy import special

from metrics.discoveries import discoveries
from metrics.intervals import mover_difference
from metrics.metric import AnyMetric, Better, Status

NORMAL_95 = 1.959964  # quantile of the normal distribution that a 95 % interval reaches to
#: Variants of one metric move together and would fill the list with one movement.
FAMILY = r"(_p90|_mean|_flag|_per_order|_response|_resolution|_agents|_self|_team|_centre)+$"
KEPT = ("value", "numerator", "denominator", "low", "high", "mature", "status")


def compare(
    now: pl.DataFrame, before: pl.DataFrame, metrics: Iterable[AnyMetric], by: Sequence[str] = ()
) -> pl.DataFrame:
    """Two results of `evaluate` side by side.

    Returns:
        every row of `now` with `old`, `old_denominator`, `difference` and its interval `difference_low
        difference_high` (metric's unit; null where either side has too few cases), `relative` (percent of the old
        value; null where that is not above 0), and `verdict`: better, worse, changed (neither is better), unclear
        (chance may explain it), or null where one side has too few cases, is not mature, or has no value. The interval
        treats cases as independent.
        Source: Newcombe (1998); Zou & Donner (2008).
    """
    keys = [*by, "metric"]
    old = before.select(*keys, *(pl.col(name).alias(f"old_{name}") for name in KEPT))
    joined = now.join(old, on=keys, how="left", nulls_equal=True)
    ends = mover_difference(
        pl.col("value"), pl.col("low"), pl.col("high"), pl.col("old_value"), pl.col("old_low"), pl.col("old_high")
    )
    enough = (pl.col("status") == Status.OK) & (pl.col("old_status") == Status.OK)
    usable = enough & pl.col("mature") & pl.col("old_mature")
    with_interval = joined.with_columns(
        difference=pl.when(enough).then(pl.col("value") - pl.col("old_value")),
        difference_low=pl.when(enough).then(ends[0]),
        difference_high=pl.when(enough).then(ends[1]),
        relative=pl.when(enough & (pl.col("old_value") > 0)).then((pl.col("value") / pl.col("old_value") - 1) * 100),
    )
    verdict = _verdict(usable, {metric.id: _sign(metric) for metric in metrics})
    return with_interval.with_columns(verdict=verdict).rename({"old_value": "old"})


def _verdict(usable: pl.Expr, signs: dict[str, int]) -> pl.Expr:
    """What the interval of the difference says; a sign is 1 where higher is better, −1 where lower is."""
    sign = pl.col("metric").replace_strict(signs, default=0)
    direction = sign * pl.when(pl.col("difference") > 0).then(1).otherwise(-1)
    surely = (pl.col("difference_low") > 0) | (pl.col("difference_high") < 0)
    return (
        pl.when(~usable | surely.is_null())
        .then(None)
        .when(~surely)
        .then(pl.lit("unclear"))
        .when(direction > 0)
        .then(pl.lit("better"))
        .when(direction < 0)
        .then(pl.lit("worse"))
        .otherwise(pl.lit("changed"))
    )


def _sign(metric: AnyMetric) -> int:
    return {Better.HIGHER: 1, Better.LOWER: -1, Better.NEITHER: 0}[metric.better]


def movers(compared: pl.DataFrame, most: int = 3) -> pl.DataFrame:
    """The rows that moved more than chance explains, the clearest first, one of each family of metrics."""
    return of_families(beyond_chance(compared)).head(most)


def beyond_chance(compared: pl.DataFrame) -> pl.DataFrame:
    """The rows that moved more than chance explains, also taken together, the clearest first.

    Clearness is the difference over half its interval's width, so that a small move of a large metric counts. Among
    the many metrics looked at, at most one in twenty of those named is expected to be chance: Benjamini & Hochberg
    (1995), on the p values that the intervals stand for.
    """
    half = (pl.col("difference_high") - pl.col("difference_low")) / 2
    judged = compared.drop_nulls("verdict").with_columns(clearness=pl.col("difference").abs() / half)
    judged = judged.filter(pl.col("clearness").is_finite()).sort("clearness", "metric", descending=[True, False])
    p = 2 * special.ndtr(-judged["clearness"].to_numpy() * NORMAL_95)
    named = judged.filter(pl.Series(discoveries(p), dtype=pl.Boolean))
    return named.filter(pl.col("verdict") != "unclear")


def of_families(rows: pl.DataFrame) -> pl.DataFrame:
    """The first of each family of metrics, in the order of the rows."""
    return rows.unique(pl.col("metric").str.replace(FAMILY, ""), keep="first", maintain_order=True)


def on_target(target: float | pl.Expr, better: Better) -> pl.Expr:
    """Does the value keep its target: surely (the whole interval does), surely not, or open? yes, no, open."""
    above, below = pl.col("low") >= target, pl.col("high") < target
    if better is Better.LOWER:
        above, below = pl.col("high") <= target, pl.col("low") > target
    return pl.when(above).then(pl.lit("yes")).when(below).then(pl.lit("no")).otherwise(pl.lit("open"))
