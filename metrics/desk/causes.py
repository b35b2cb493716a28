"""What are complaints about? The few kinds that make most of them, what of them was upheld, and what was paid."""

import polars as pl

from metrics.intervals import wilson

MOST = 80.0  # percent: the kinds that make so much of all complaints are the vital few
PARETO = {
    "count": pl.Int64(), "share": pl.Float64(), "low": pl.Float64(), "high": pl.Float64(), "cumulative": pl.Float64(),
    "decided": pl.Int64(), "upheld": pl.Int64(), "upheld_share": pl.Float64(), "upheld_low": pl.Float64(),
    "upheld_high": pl.Float64(), "redressed": pl.Int64(), "redress_median": pl.Float64(), "redress_total": pl.Float64(),
}  # fmt: skip


def pareto(complaints: pl.DataFrame, by: str) -> pl.DataFrame:
    """Kinds of complaints, the most frequent first: `by` and PARETO; shares in percent, redress in the site's money.

    `upheld_share` is of those closed with a finding (`decided`) and null where there is none; the median is of what was
    paid at all. Complaints without a code are one kind, so that shares add up to the whole.

    Args:
        complaints: `by`, `upheld` (a finding or null), `redress_amount`; one row a complaint.

    Source: Juran (1951), Quality Control Handbook: the vital few. Intervals: Wilson (1927).
    """
    paid = pl.col("redress_amount").filter(pl.col("redress_amount") > 0)
    counted = complaints.group_by(by).agg(
        pl.len().cast(pl.Int64).alias("count"),
        pl.col("upheld").count().cast(pl.Int64).alias("decided"),
        pl.col("upheld").is_in(["upheld", "partly_upheld"]).sum().cast(pl.Int64).alias("upheld_count"),
        paid.len().cast(pl.Int64).alias("redressed"),
        paid.median().alias("redress_median"),
        pl.when(paid.len() > 0).then(paid.sum()).alias("redress_total"),
    )
    ordered = counted.rename({"upheld_count": "upheld"}).sort("count", by, descending=[True, False], nulls_last=True)
    total = pl.col("count").sum()
    low, high = wilson(pl.col("count"), total)
    upheld_low, upheld_high = wilson(pl.col("upheld"), pl.col("decided"))
    known = pl.col("decided") > 0
    told = ordered.with_columns(
        share=100 * pl.col("count") / total, low=100 * low, high=100 * high,
        cumulative=100 * pl.col("count").cum_sum() / total,
        upheld_share=pl.when(known).then(100 * pl.col("upheld") / pl.col("decided")),
        upheld_low=100 * upheld_low, upheld_high=100 * upheld_high,
    )  # fmt: skip
    return told.select(by, *(pl.col(name).cast(kind) for name, kind in PARETO.items()))


def vital_few(rows: pl.DataFrame) -> pl.DataFrame:
    """The first kinds of a Pareto table that together make MOST of all complaints."""
    before = pl.col("cumulative") - pl.col("share")
    return rows.filter(before < MOST - 1e-9)
