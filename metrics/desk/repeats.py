"""Who complains of the same again: chains, the time between, and what comes back after it was resolved."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from metrics.desk.middle import Middle, middle
from metrics.discoveries import discoveries
from metrics.exact import fisher
from metrics.intervals import wilson
from metrics.rules import DAY

SAME = ("customer_id", "issue_type")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, in percent with Wilson's interval; None of nothing."""

    count: int
    n: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """Days from a complaint to the customer's next one of the same issue."""

    complaints: int  # whose time looked ahead is over
    days: pl.Series  # of those with a next one, in order
    middle: Middle


def chains(cases: pl.DataFrame, days: int) -> pl.DataFrame:
    """Complaints of known customers in chains: each at most so many days after the one before, of the same issue.

    Args:
        cases: valid ones; without a customer or an issue a complaint is in no chain.

    Returns:
        all columns of `cases`, `matter` (a number for each customer and issue), `chain` (a number), `place` (from 1),
        `length`, `gap_days` since the one before, and `next_at`, when the next of the matter came, however late.
    """
    # In one order for all, a chain is a run of rows: windows over as many groups take twenty times as long.
    known = cases.drop_nulls(SAME).sort(*SAME, "received_at", "complaint_id")
    is_same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in SAME).fill_null(value=False)
    told = known.with_columns(matter=(~is_same).cum_sum().cast(pl.Int64))
    received, is_last = pl.col("received_at"), (pl.col("matter") != pl.col("matter").shift(-1)).fill_null(value=True)
    gap = received - received.shift(1)
    goes_on = (pl.col("matter") == pl.col("matter").shift(1)) & (gap <= timedelta(days=days))
    goes_on = goes_on.fill_null(value=False)
    row = pl.int_range(pl.len())
    return so_far(
        told.with_columns(
            chain=(~goes_on).cum_sum().cast(pl.Int64),
            place=row - pl.when(~goes_on).then(row).forward_fill() + 1,
            gap_days=pl.when(goes_on).then(gap.dt.total_seconds() / DAY),
            next_at=pl.when(~is_last).then(received.shift(-1)),
        )
    )


def so_far(chained: pl.DataFrame) -> pl.DataFrame:
    """Chains of which the later complaints may have been left out, with the `length` that is there."""
    return chained.with_columns(length=pl.col("place").max().over("chain"))


def customers(chained: pl.DataFrame) -> dict[int, Share]:
    """Of the customers who complained, those with at least two, and at least three, complaints in one chain."""
    longest = chained.group_by("customer_id").agg(pl.col("length").max())
    return {least: share(longest.filter(pl.col("length") >= least).height, longest.height) for least in (2, 3)}


def share(count: int, n: int) -> Share:
    """In percent, with Wilson's interval."""
    low, high = wilson(pl.lit(count), pl.lit(n))
    ends = pl.select(low=100 * low, high=100 * high).row(0)
    return Share(count, n, 100 * count / n if n else None, *ends)


def gaps(cases: pl.DataFrame, days: int, until: datetime) -> Gaps:
    """From each complaint to the next of the same customer and issue, within so many days, which are over.

    Args:
        cases: those that are asked about, as `chains` gives them.
        until: up to when the data reach.
    """
    wait, received = timedelta(days=days), pl.col("received_at")
    over = cases.filter(received <= until - wait).with_columns(gap=pl.col("next_at") - received)
    lengths = over.filter(pl.col("gap") <= wait)["gap"].dt.total_seconds().sort() / DAY
    return Gaps(over.height, lengths, middle(lengths))


def gap_weeks(found: Gaps, days: int) -> pl.DataFrame:
    """`week` (from 0) and `complaints` whose customer came back in it."""
    weeks = pl.DataFrame({"week": range(-(-days // 7))})
    counted = (
        found.days.to_frame("days")
        .group_by(week=(pl.col("days") // 7).cast(pl.Int64))
        .agg(pl.len().cast(pl.Int64).alias("complaints"))
    )
    return weeks.join(counted, on="week", how="left").with_columns(pl.col("complaints").fill_null(0))


def after_resolved(
    cases: pl.DataFrame, by: str, days: int, start: datetime, until: datetime, least: int
) -> pl.DataFrame:
    """What comes back after it was resolved: each customer and issue once, by the first case resolved in the time.

    Args:
        cases: as `chains` gives them, later ones included; those that are asked about say `is_inside`.
        by: the column that tells the groups.
        start: cases resolved from here on count; those after `until` less the days cannot be judged yet.
        least: cases below which a group is not compared.

    Returns:
        `by resolved again value low high` (percent, Wilson), `p` (Fisher's exact test against all the other groups) and
        `is_named` (false discoveries held, and more than the others); the most first.

    Source: Fisher (1935); Benjamini & Hochberg (1995).
    """
    wait = timedelta(days=days)
    judged = cases.filter("is_inside", pl.col("resolved_at") >= start, pl.col("resolved_at") <= until - wait)
    first = judged.sort("resolved_at", "complaint_id").unique("matter", keep="first", maintain_order=True)
    asked = first.select("matter", "resolved_at", by).sort("resolved_at")
    later = cases.select("matter", again_at="received_at").sort("again_at")
    told = asked.join_asof(
        later, left_on="resolved_at", right_on="again_at", by="matter", strategy="forward", tolerance=wait,
        allow_exact_matches=False, check_sortedness=False,
    )  # fmt: skip
    counted = told.group_by(by).agg(
        pl.len().cast(pl.Int64).alias("resolved"), pl.col("again_at").is_not_null().sum().cast(pl.Int64).alias("again")
    )
    low, high = wilson(pl.col("again"), pl.col("resolved"))
    shares = counted.with_columns(
        value=100 * pl.col("again") / pl.col("resolved"),
        low=100 * low,
        high=100 * high,
        is_few=pl.col("resolved") < least,
    )
    return _named(shares).sort("is_few", "value", by, descending=[False, True, False], nulls_last=True)


def _named(counted: pl.DataFrame) -> pl.DataFrame:
    n, again = int(counted["resolved"].sum()), int(counted["again"].sum())
    p: list[float | None] = []
    for row in counted.iter_rows(named=True):
        is_alone = row["resolved"] == n
        p.append(None if row["is_few"] or is_alone else fisher(row["again"], row["resolved"], again, n))
    told = counted.with_columns(p=pl.Series(p, dtype=pl.Float64))
    named = np.zeros(told.height, dtype=bool)
    tested = told["p"].is_not_null().to_numpy()
    named[tested] = discoveries(told["p"].drop_nulls().to_numpy())
    usual = 100 * again / n if n else 0.0
    return told.with_columns(is_named=pl.Series(named, dtype=pl.Boolean) & (pl.col("value") > usual))
