"""The points of a control chart as a table, and what its columns are called."""

import polars as pl

from data_access.watch.control import Controlled
from metrics.results import NotEstimable
from reports.text import _
from reports.watch.charts_control import part_of

KEPT = ("value", "numerator", "denominator", "low", "high", "covers", "mature", "status")
LIMITS = ("centre", "lower", "upper")


def points(found: Controlled) -> pl.DataFrame:
    """Each period with its value, its limits, and the patterns that it belongs to, in words."""
    grain, drawn = found.grain.value, found.chart
    rows = found.rows.drop_nulls(grain).sort(grain).select(grain, *KEPT)
    if isinstance(drawn, NotEstimable):
        return rows
    names = [rule.name for rule in drawn.rules.rules]
    told = drawn.points.select(
        pl.col("period").alias(grain), *LIMITS, "phase", pl.col("is_excluded").alias("left_out"), *names
    )
    said = [", ".join(part_of(name, row[name]) for name in names if row[name]) for row in told.iter_rows(named=True)]
    return rows.join(told.drop(names).with_columns(pattern=pl.Series(said, dtype=pl.String)), on=grain, how="left")


def headers() -> dict[str, str]:
    """In the reader's language."""
    return {
        "centre": _("Centre"),
        "lower": _("Lower limit"),
        "upper": _("Upper limit"),
        "phase": _("Phase"),
        "left_out": _("Left out"),
        "pattern": _("Pattern"),
        "target": _("Target"),
        "variation": _("Variation"),
        "assurance": _("Will the target be met?"),
        "action": _("What to do"),
    }
