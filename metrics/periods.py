"""Which periods of a series lie before a change and which after it, and are they enough?"""

from datetime import date

import polars as pl

from metrics.errors import InvalidScope
from metrics.results import Kind, Needed, NotEstimable, Reason
from metrics.scope import Period

LEAST_PERIODS = 2  # on a side; with one there is no telling what a period varies by


def check_windows(start: date, before: tuple[date, date], after: tuple[date, date]) -> None:
    """Raise InvalidScope where a window has no day or lies on the wrong side of the change."""
    earlier, later = Period(*before), Period(*after)
    if earlier.end > start:
        raise InvalidScope(
            "The window before the change ends on {end}, after the change on {start}.",
            "Let it end on {start} or earlier.",
            end=earlier.end,
            start=start,
        )
    if later.start < start:
        raise InvalidScope(
            "The window after the change begins on {first}, before the change on {start}.",
            "Let it begin on {start} or later.",
            first=later.start,
            start=start,
        )


def placed(series: pl.DataFrame, start: date, before: tuple[date, date], after: tuple[date, date]) -> pl.DataFrame:
    """Periods with their `end` (excluded), `place` and whether they are `used`.

    Place: before, after, change (which lies inside it), edge (only partly in a window), or null. A period is used that
    is before or after and has a count and at least one day covered by data.
    """
    known = series if "denominator" in series.columns else series.with_columns(denominator=pl.lit(None, pl.Float64))
    first, days = pl.col("period"), pl.col("days")
    # A period covered in part still lasts until the next one begins; where periods are missing, as long as the longest.
    longest = first + pl.duration(days=days.max())
    end = pl.min_horizontal(first.shift(-1), longest)
    last = pl.int_range(pl.len()) == pl.len() - 1
    ended = known.sort("period").with_columns(end=pl.when(last).then(first + pl.duration(days=days)).otherwise(end))

    def inside(window: tuple[date, date]) -> pl.Expr:
        return (first >= window[0]) & (pl.col("end") <= window[1])

    def touches(window: tuple[date, date]) -> pl.Expr:
        return (first < window[1]) & (pl.col("end") > window[0])

    place = (
        pl.when((first < start) & (pl.col("end") > start))
        .then(pl.lit("change"))
        .when(inside(before))
        .then(pl.lit("before"))
        .when(inside(after))
        .then(pl.lit("after"))
        .when(touches(before) | touches(after))
        .then(pl.lit("edge"))
    )
    measured = pl.col("numerator").is_not_null() & (days > 0)
    return ended.with_columns(pl.col("days", "denominator").cast(pl.Float64), place=place).with_columns(
        used=(pl.col("place").is_in(["before", "after"]) & measured).fill_null(value=False)
    )


def missing(used: pl.DataFrame, kind: Kind) -> NotEstimable | None:
    """What the two sides lack to be compared, if anything."""
    sides = (
        ("before", Reason.NO_PERIOD_BEFORE, Reason.FEW_PERIODS_BEFORE, Needed.PERIODS_BEFORE),
        ("after", Reason.NO_PERIOD_AFTER, Reason.FEW_PERIODS_AFTER, Needed.PERIODS_AFTER),
    )
    for place, none, few, needed in sides:
        side = used.filter(pl.col("place") == place)
        if side.height < LEAST_PERIODS:
            values = {"found": side.height, "least": LEAST_PERIODS}
            return NotEstimable(few if side.height else none, needed, values)
        if kind == "proportion" and (side["denominator"].null_count() or not side["denominator"].sum()):
            return NotEstimable(Reason.NO_DENOMINATOR, Needed.DENOMINATOR, {"found": 0, "least": 1})
    if not used["numerator"].sum():
        return NotEstimable(Reason.NO_EVENTS, Needed.EVENTS, {"found": 0, "least": 1})
    return None


def check_counts(used: pl.DataFrame, kind: Kind) -> None:
    """Raise InvalidScope where a count is not whole, is below 0, or is more than what it is a share of."""
    count, base = pl.col("numerator").cast(pl.Float64), pl.col("denominator")
    wrong = used.filter((count < 0) | (count != count.round()) | (base < 0).fill_null(value=False))
    if not wrong.is_empty():
        raise InvalidScope(
            "The period from {period} counts {count} of {base}.",
            "Compare whole counts from 0 up; for a mean or a score choose another analysis.",
            period=wrong["period"][0],
            count=wrong["numerator"][0],
            base=wrong["denominator"][0],
        )
    over = used.filter(count > base)
    if kind == "proportion" and not over.is_empty():
        raise InvalidScope(
            "In the period from {period} {count} of {base} were counted, which is no share.",
            "Compare it as a count, or correct what it is a share of.",
            period=over["period"][0],
            count=over["numerator"][0],
            base=over["denominator"][0],
        )
