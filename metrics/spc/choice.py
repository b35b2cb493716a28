"""Which charts fit a metric, and which of them is taken where nobody chose."""

import math

import polars as pl

from metrics.metric import AnyMetric, Metric, Unit
from metrics.spc.limits import RATIOS, SHARES, Chart

#: Within these a metric of the unit lies, and so do its limits.
BOUNDS = {Unit.PERCENT: (0.0, 100.0), Unit.COEFFICIENT: (-1.0, 1.0)}
NEVER_BELOW_0 = (0.0, math.inf)


def charts_for(metric: AnyMetric) -> tuple[Chart, ...]:
    """The charts that fit, the usual one first.

    Shares and rates of cases have Laney's limits, which become those by chance alone where chance explains everything;
    means, times, coefficients and ratios of what comes in clusters are single values.
    """
    is_of_cases = isinstance(metric, Metric) and metric.spread is None and metric.squares is None
    if is_of_cases and metric.unit is Unit.PERCENT:
        return Chart.P_PRIME, Chart.P, Chart.XMR
    if is_of_cases and metric.unit in {Unit.PER_THOUSAND, Unit.PER_MILLION}:
        return Chart.U_PRIME, Chart.U, Chart.XMR
    return (Chart.XMR,)


def fitting(chart: Chart, rows: pl.DataFrame) -> Chart:
    """The chart, or single values where a share counts more than it is counted of."""
    if chart in SHARES and (rows["numerator"] > rows["denominator"]).any():
        return Chart.XMR
    return chart


def plotted_of(metric: AnyMetric, chart: Chart, rows: pl.DataFrame, period: str) -> tuple[pl.DataFrame, float]:
    """The points of a metric's rows as a chart takes them, and what its values are multiplied by."""
    if chart in RATIOS:
        return rows.select(pl.col(period).alias("period"), "numerator", "denominator"), metric.unit.scale
    return rows.select(pl.col(period).alias("period"), "value"), 1.0


def bounds(metric: AnyMetric) -> tuple[float, float]:
    """Between which values a metric can lie."""
    return BOUNDS.get(metric.unit, NEVER_BELOW_0)
