"""Whose reviews are disputed, and how often is the one who disputes right?"""

import polars as pl

from metrics.intervals import wilson


def disputes(scored: pl.DataFrame, by: str, least: int) -> pl.DataFrame:
    """Disputes by one column: `by reviews disputed decided disputes_upheld`, and in percent `rate` and `upheld_rate`.

    Both with `_low` and `_high` (Wilson); null where there are fewer than `least` reviews, or decisions.

    Args:
        scored: `metrics.review_facts.score_rows`.
    """
    counts = scored.group_by(by).agg(
        pl.col("reviews_disputable").sum().alias("reviews"),
        pl.col("reviews_disputed").sum().alias("disputed"),
        pl.col("disputes_decided").sum().alias("decided"),
        pl.col("disputes_upheld").sum(),
    )
    shares = [
        *_share("rate", "disputed", "reviews", least),
        *_share("upheld_rate", "disputes_upheld", "decided", least),
    ]
    return counts.with_columns(shares).sort("rate", by, descending=[True, False], nulls_last=True)


def _share(name: str, top: str, bottom: str, least: int) -> list[pl.Expr]:
    low, high = wilson(pl.col(top), pl.col(bottom))
    values = {name: pl.col(top) / pl.col(bottom), f"{name}_low": low, f"{name}_high": high}
    enough = (pl.col(bottom) >= least) & (pl.col(bottom) > 0)
    return [pl.when(enough).then(100 * each).alias(key) for key, each in values.items()]
