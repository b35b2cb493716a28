"""Bands of usual handle times, found in the warehouse where none are set."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from data_access.contacts import exclusions, window
from data_access.durations import histogram
from data_access.read import read
from data_access.rollup_files import Marks
from data_access.warehouse import Warehouse
from metrics.evaluation import bin_seconds
from metrics.rules import Rules

LOW, HIGH = 0.1, 0.9  # the quantiles between which a handle time is usual
Bands = tuple[tuple[str, int, int], ...]


def reference_days(days: Marks, rules: Rules) -> Marks:
    """The marks of the days in which usual handle times are looked for: the first ones of the data."""
    end = min(days, default=date.max - timedelta(days=rules.handle_reference_days)) + timedelta(
        days=rules.handle_reference_days
    )
    return {each: mark for each, mark in days.items() if each < end}


def usual_bands(warehouse: Warehouse, rules: Rules, days: Marks) -> Bands:
    """P10 to P90 of each issue type's handle times on these days: `issue_type low high` in seconds.

    Types with too few contacts share the band of all, which stands under "".
    """
    if not days or not warehouse.has("contacts", "talk_seconds", "issue_type"):
        return ()
    near = [window(warehouse, min(days), max(days) + timedelta(days=1)), exclusions(warehouse)]
    query = histogram(warehouse, "handle_time", ("issue_type",), near)
    bins = read(warehouse.engine, query).group_by("issue_type", "bin").agg(pl.col("contacts").sum())
    own = _band(bins.drop_nulls("issue_type"), ["issue_type"]).filter(pl.col("n") >= rules.min_denominator)
    every = _band(
        bins.group_by("bin").agg(pl.col("contacts").sum()).with_columns(issue_type=pl.lit("")), ["issue_type"]
    )
    return tuple(pl.concat([every, own]).select("issue_type", "low", "high").sort("issue_type").iter_rows())


def _band(bins: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    reached = bins.sort("bin").with_columns(
        reached=pl.col("contacts").cum_sum().over(keys, order_by="bin"), n=pl.col("contacts").sum().over(keys)
    )

    def bin_at(share: float) -> pl.Expr:
        return pl.col("bin").filter(pl.col("reached") >= pl.col("n") * share).min()

    return reached.group_by(keys).agg(
        pl.col("n").first(),
        bin_seconds(bin_at(LOW), 0.0).floor().cast(pl.Int64).alias("low"),
        bin_seconds(bin_at(HIGH), 1.0).ceil().cast(pl.Int64).alias("high"),
    )


def with_bands(rules: Rules, bands: Bands) -> Rules:
    """The rules with the bands that were found, unless some are set."""
    return rules if rules.handle_time_bands else replace(rules, handle_time_bands=bands)
