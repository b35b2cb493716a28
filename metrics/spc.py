"""Process limits: between which values does a process move by itself?"""

from dataclasses import dataclass

import polars as pl

from metrics.metric import Status
from metrics.results import Needed, NotEstimable, Reason

D2_OF_TWO = 1.128  # mean range of two draws from N(0, 1): Montgomery, table of control-chart constants
LEAST_POINTS = 10  # fewer give limits that move with every new point


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Mean and natural limits of single values, in their unit."""

    mean: float
    low: float
    high: float
    points: int


def final_values(series: pl.DataFrame) -> pl.Series:
    """The values of a series that are final and have enough cases, in order of time."""
    return series.filter(pl.col("mature") & (pl.col("status") == Status.OK))["value"]


def process_limits(values: pl.Series) -> ProcessLimits | NotEstimable:
    """Limits of an XmR chart: three sigma, sigma being the mean moving range over 1.128.

    Source: Shewhart (1931); Wheeler, Understanding Variation (1993).
    """
    known = values.drop_nulls()
    if len(known) < LEAST_POINTS:
        return NotEstimable(Reason.FEW_POINTS, Needed.POINTS, {"found": len(known), "least": LEAST_POINTS})
    mean, moving_range = known.to_numpy().mean(), known.diff().drop_nulls().abs().to_numpy().mean()
    centre, spread = float(mean), 3 * float(moving_range) / D2_OF_TWO
    return ProcessLimits(centre, centre - spread, centre + spread, len(known))
