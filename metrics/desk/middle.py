"""The median of a few values, with the two of them that enclose the true one."""

from typing import NamedTuple

import polars as pl

from metrics.intervals import quantile_ranks


class Middle(NamedTuple):
    """A median and its 95 % interval, in the unit of the values; None of nothing, or where an end is out of reach."""

    value: float | None
    low: float | None
    high: float | None


def middle(values: pl.Series) -> Middle:
    """Source: as `metrics.intervals.quantile_ranks`."""
    if values.is_empty():
        return Middle(None, None, None)
    ordered = values.cast(pl.Float64).sort()
    low, high = quantile_ranks(pl.lit(len(ordered)), 0.5)
    places = pl.select(low.alias("low"), high.alias("high")).row(0)
    below, above = (None if place is None else float(ordered[place - 1]) for place in places)
    return Middle(float(ordered.quantile(0.5, "linear") or 0.0), below, above)
