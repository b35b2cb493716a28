"""Complaints that are still open, and those that went to a regulator: how long it took, as histograms."""

from datetime import date, datetime, timedelta

import polars as pl

from metrics.complaint_facts import DIMENSIONS, LEVELS, valid
from metrics.evaluation import BIN_RATIO

BACKLOG, LEAD_TIME = "backlog_age", "escalation_lead_time"


def backlog_rows(cases: pl.DataFrame, start: date, as_of: datetime) -> pl.DataFrame:
    """Every valid complaint on each day at whose end it was open: all columns of `cases`, `day` and its age `seconds`.

    The last day ends when the data do. One that was reopened after its resolution is open again until it is closed.

    Args:
        start: the first day to look at.
        as_of: the instant up to which the data reach.
    """
    known = valid(cases).filter(pl.col("received_at") <= as_of)
    again = (pl.col("reopened_at") >= pl.col("resolved_at")) & (pl.col("reopened_at") <= as_of) & _stays_open()
    spans = [
        _with_span(known, pl.col("received_at"), pl.coalesce("resolved_at", "closed_at"), start, as_of),
        _with_span(known.filter(again), pl.col("reopened_at"), pl.col("closed_at"), start, as_of),
    ]
    daily = pl.concat(spans).with_columns(day=pl.date_ranges("first_day", "last_day")).explode("day")
    end = pl.min_horizontal((pl.col("day") + timedelta(days=1)).cast(pl.Datetime("us")), pl.lit(as_of))
    return daily.with_columns(seconds=(end - pl.col("received_at")).dt.total_seconds()).drop("first_day", "last_day")


def _with_span(cases: pl.DataFrame, begun: pl.Expr, ended: pl.Expr, start: date, as_of: datetime) -> pl.DataFrame:
    """The cases with the `first_day` and the `last_day` at whose ends they were open, without those that never were."""
    is_open = ended.is_null() | (ended > as_of)
    last_day = pl.when(is_open).then(pl.lit(as_of.date())).otherwise(ended.dt.date() - timedelta(days=1))
    first_day = pl.max_horizontal(begun.dt.date(), pl.lit(start))
    return cases.with_columns(first_day=first_day, last_day=last_day).filter(pl.col("first_day") <= pl.col("last_day"))


def is_open_again(as_of: datetime) -> pl.Expr:
    """Was the case reopened after its resolution, and is not resolved anew or closed by then?"""
    reopened = pl.col("reopened_at")
    closed = pl.col("closed_at").is_not_null() & (pl.col("closed_at") <= as_of)
    return ((reopened >= pl.col("resolved_at")) & (reopened <= as_of) & _stays_open() & ~closed).fill_null(value=False)


def _stays_open() -> pl.Expr:
    """Not closed before it was reopened."""
    return pl.col("closed_at").is_null() | (pl.col("closed_at") > pl.col("reopened_at"))


def lead_time_rows(cases: pl.DataFrame) -> pl.DataFrame:
    """Valid complaints to a regulator whose customer had contacted us before: `day` of receipt and `seconds` since."""
    known = (pl.col("escalation_level") == LEVELS[2]) & pl.col("last_contact_at").is_not_null()
    return (
        valid(cases)
        .filter(known)
        .with_columns(
            day=pl.col("received_at").dt.date(),
            seconds=(pl.coalesce("escalated_at", "received_at") - pl.col("last_contact_at")).dt.total_seconds(),
        )
    )


def binned(rows: pl.DataFrame, duration: str) -> pl.DataFrame:
    """`day`, DIMENSIONS, `duration`, `bin` and how many there are (`contacts`): bins as `metrics.evaluation` reads."""
    seconds = pl.col("seconds").cast(pl.Float64)
    place = (seconds.clip(lower_bound=1).log() / pl.lit(BIN_RATIO).log()).floor().cast(pl.Int64)
    in_bins = rows.filter(pl.col("seconds") >= 0).with_columns(bin=pl.when(seconds < 1).then(-1).otherwise(place))
    counted = in_bins.group_by("day", *DIMENSIONS, "bin").agg(pl.len().cast(pl.Int64).alias("contacts"))
    return counted.with_columns(duration=pl.lit(duration))
