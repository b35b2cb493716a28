"""What a histogram of durations tells: a quantile, and the share within a limit."""

import polars as pl


def quantile_of(bins: pl.DataFrame, share: float) -> float:
    """Seconds that `share` of all took no longer than, as the middle of its bin.

    Args:
        bins: `low high contacts` in order, at least one row with contacts.
    """
    reached = pl.col("contacts").cum_sum() >= (pl.col("contacts").sum() * share).ceil().clip(1)
    low, high = bins.filter(reached).select("low", "high").row(0)
    return (low + high) / 2


def share_within(bins: pl.DataFrame, seconds: float) -> float:
    """Percent that took no longer; a bin that the limit cuts counts where its middle lies."""
    inside = (pl.col("low") + pl.col("high")) / 2 <= seconds
    counts = pl.col("contacts")
    return float(bins.select(counts.filter(inside).sum() / counts.sum() * 100).item())
