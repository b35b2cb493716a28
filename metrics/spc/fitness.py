"""Can this chart be drawn of these points? What is plotted, or which value stands in the way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from metrics.errors import InvalidScope
from metrics.spc.limits import RATIOS, SHARES, Chart


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of time with limits of its own, from the point `start` (counted from 0) on.

    `baseline`: only so many of its first points make the limits, which stay as they are; None: all of them do.
    """

    start: int = 0
    baseline: int | None = None


def plotted(points: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """`period, value, size, spread`: what the chart plots, over how many cases, and how far a subgroup spreads.

    Raises:
        InvalidScope: there is no point, a period occurs twice, or a value is none that the chart can have.
    """
    if points.is_empty():
        raise InvalidScope("There is no point to draw a control chart of.", "Give at least two.")
    if chart is Chart.XBAR_S:
        return _subgroups(points)
    twice = points.filter(pl.col("period").is_duplicated())
    if twice.height:
        raise InvalidScope(
            "The period {period} occurs twice.", "Write one row for each period.", period=twice["period"][0]
        )
    if chart in RATIOS:
        return _ratios(points, chart)
    least, is_open = {Chart.C: (0.0, False), Chart.G: (0.0, False), Chart.T: (0.0, True)}.get(chart, (None, False))
    if least is not None:
        _refuse_first(points, (pl.col("value") <= 0) if is_open else (pl.col("value") < 0), chart)
    nothing = pl.lit(None, pl.Float64)
    return points.select("period", pl.col("value").cast(pl.Float64), nothing.alias("size"), nothing.alias("spread"))


def _refuse_first(points: pl.DataFrame, is_unfit: pl.Expr, chart: Chart) -> None:
    unfit = points.filter(is_unfit)
    if unfit.height:
        raise InvalidScope(
            "The value {value} of period {period} is none that a {chart} chart can show.",
            "Counts are 0 or more, times between events more than 0.",
            value=unfit["value"][0],
            period=unfit["period"][0],
            chart=str(chart),
        )


def _ratios(points: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    over, counted = pl.col("denominator"), pl.col("numerator")
    _refuse_more_than_all(points.filter(counted > over, over > 0), chart)
    unfit = points.filter((over <= 0) | (counted < 0))
    if unfit.height:
        raise InvalidScope(
            "{numerator} of {denominator} in period {period} cannot be shown on a {chart} chart.",
            "Give a denominator above 0, and a count of 0 or more; leave periods without cases out.",
            numerator=_plain(unfit["numerator"][0]),
            denominator=_plain(unfit["denominator"][0]),
            period=unfit["period"][0],
            chart=str(chart),
        )
    size = over.cast(pl.Float64)
    return points.select("period", (counted / size).alias("value"), size.alias("size"), spread=pl.lit(None, pl.Float64))


def _refuse_more_than_all(points: pl.DataFrame, chart: Chart) -> None:
    """A share counts cases among all of them; a rate may count more than it is counted of."""
    if chart in SHARES and points.height:
        raise InvalidScope(
            "{numerator} of {denominator} in period {period} is more than there are.",
            "Look whether the columns are swapped; a u chart shows counts that can be more.",
            numerator=_plain(points["numerator"][0]),
            denominator=_plain(points["denominator"][0]),
            period=points["period"][0],
        )


def _plain(number: float) -> str:
    """19847, and not 19847.0."""
    return f"{number:.12g}"


def _subgroups(points: pl.DataFrame) -> pl.DataFrame:
    grouped = points.group_by("period", maintain_order=True).agg(
        pl.col("value").mean(), pl.len().cast(pl.Float64).alias("size"), pl.col("value").std().alias("spread")
    )
    alone = grouped.filter(pl.col("size") < 2)
    if alone.height:
        raise InvalidScope(
            "The subgroup {period} has one value; an x̄-s chart needs at least two of each.",
            "Leave it out, or draw single values with xmr.",
            period=alone["period"][0],
        )
    return grouped


def check_phases(count: int, phases: Sequence[Phase], excluded: Collection[int]) -> None:
    """Do phases and exclusions lie within a series of so many points?

    Raises:
        InvalidScope: one does not, or leaves nothing to make limits from.
    """
    for phase in phases:
        if not 0 <= phase.start < count:
            raise InvalidScope(
                "A phase cannot begin after point {point}: there are {count} points.",
                "Choose one from 1 to {last}.",
                point=phase.start,
                count=count,
                last=count - 1,
            )
    ends = [*(each.start for each in phases[1:]), count]
    for phase, end in zip(phases, ends, strict=True):
        last = end if phase.baseline is None else min(end, phase.start + phase.baseline)
        if phase.baseline is not None and not 2 <= phase.baseline <= end - phase.start:
            raise InvalidScope(
                "Limits cannot be frozen after {baseline} of {count} points.",
                "Choose a number from 2 to {count}.",
                baseline=phase.baseline,
                count=end - phase.start,
            )
        if all(point in excluded for point in range(phase.start, last)):
            raise InvalidScope(
                "Every point from {first} to {last} is left out, so there is nothing to make limits from.",
                "Leave fewer points out.",
                first=phase.start + 1,
                last=last,
            )
    beyond = [point for point in excluded if not 0 <= point < count]
    if beyond:
        raise InvalidScope(
            "There is no point {point} to leave out: there are {count} points.",
            "Count the points from 1 on.",
            point=beyond[0] + 1,
            count=count,
        )
