"""Findings as facts: when training and closing were due, what was done in time, what came back."""

from datetime import datetime, timedelta

import polars as pl

from metrics.calendar import workday_after
from metrics.complaint_facts import Basis
from metrics.rules import Rules

#: What a finding can be grouped and filtered by; `object_type` is what was reviewed, `item` what failed.
DIMENSIONS = (
    "channel", "team_id", "issue_type", "product", "customer_tier", "scenario", "queue", "agent_id", "item",
    "object_type",
)  # fmt: skip
INSTANTS = ("opened_at", "due_at", "trained_at", "closed_at", "recurred_at")
WORDS = ("finding_id", "review_id", "contact_id", "level", "supervisor")
#: Ends of the bands of a backlog's age, in whole days since a finding was opened.
AGES = (3, 7, 30, 90)


def typed_findings(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: give them types. One row a finding, whatever joined twice."""
    typed = frame.with_columns(pl.col(*DIMENSIONS, *WORDS).cast(pl.String), pl.col(INSTANTS).cast(pl.Datetime("us")))
    return typed.sort(pl.all()).unique("finding_id", keep="first", maintain_order=True)


def finding_rows(findings: pl.DataFrame, as_of: datetime, rules: Rules) -> pl.DataFrame:
    """A row for each finding and each of its date bases that has come: opened, training due, closing due, closed.

    What is still open after its day counts as missed.

    Args:
        findings: as `typed_findings` gives them.
        as_of: the instant up to which the data reach; a day that has not ended then is not due yet.

    Returns:
        every column of `findings`, `training_due`, `day` and MEASURES, each 0, 1 or null (another basis).
    """
    dated = with_training_due(findings, rules)
    rows = [
        dated.filter(basis.holds.fill_null(value=False)).with_columns(
            basis.day.dt.date().alias("day"),
            *(claim.fill_null(value=False).cast(pl.Int64).alias(name) for name, claim in basis.measures.items()),
        )
        for basis in bases(pl.lit(as_of), rules)
    ]
    return pl.concat(rows, how="diagonal")


def finding_facts(findings: pl.DataFrame, as_of: datetime, rules: Rules) -> pl.DataFrame:
    """`finding_rows` summed to `day`, DIMENSIONS and MEASURES."""
    rows = finding_rows(findings, as_of, rules)
    return rows.group_by("day", *DIMENSIONS).agg(pl.col(MEASURES).sum())


def bases(as_of: pl.Expr, rules: Rules) -> tuple[Basis, ...]:
    """Opening, the end of the time for training, the date set for closing, and closing."""
    opened, due, closed, training = (pl.col(name) for name in ("opened_at", "due_at", "closed_at", "training_due"))
    again = pl.col("recurred_at")
    within = closed + timedelta(days=rules.recurrence_days)
    return (
        Basis(opened, opened <= as_of, {"findings_opened": pl.lit(value=True)}),
        Basis(
            training.cast(pl.Datetime("us")),
            training < as_of.dt.date(),
            {
                "findings_training_due": pl.lit(value=True),
                "findings_trained_soon": pl.col("trained_at").dt.date() <= training,
            },
        ),
        Basis(due, due <= as_of, {"findings_due": pl.lit(value=True), "findings_closed_by_then": closed <= due}),
        Basis(
            closed,
            closed <= as_of,
            {"findings_closed": pl.lit(value=True), "findings_again": (again > closed) & (again <= within)},
        ),
    )


def with_training_due(findings: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`training_due`: the last day on which training is in time; make-up workdays count, holidays do not."""
    opened = findings["opened_at"].dt.date()
    last = {day: workday_after(day, rules.training_workdays) for day in opened.drop_nulls().unique()}
    due = opened.replace_strict(last, default=None, return_dtype=pl.Date)
    return findings.with_columns(due.alias("training_due"))


def open_findings(findings: pl.DataFrame, at: datetime, rules: Rules) -> pl.DataFrame:
    """Findings not closed at an instant, most overdue first.

    Returns:
        every column of `findings`, `training_due`, `age_days` (whole days since it was opened), `overdue_days` (whole
        days past its date, below 0 before it, null without one) and `owed`: training or closing.
    """
    is_open = (pl.col("opened_at") <= at) & (pl.col("closed_at").is_null() | (pl.col("closed_at") > at))
    untrained = pl.col("trained_at").is_null() | (pl.col("trained_at") > at)
    found = with_training_due(findings.filter(is_open.fill_null(value=False)), rules).with_columns(
        age_days=(pl.lit(at) - pl.col("opened_at")).dt.total_days(),
        overdue_days=((pl.lit(at) - pl.col("due_at")).dt.total_seconds() / 86_400).floor().cast(pl.Int64),
        owed=pl.when(untrained).then(pl.lit("training")).otherwise(pl.lit("closing")),
    )
    return found.sort("overdue_days", "finding_id", descending=[True, False], nulls_last=True)


def backlog_by_age(still_open: pl.DataFrame) -> pl.DataFrame:
    """Open findings by age: `band` (place among AGES, the last is beyond all), `overdue`, `count`."""
    band = pl.sum_horizontal((pl.col("age_days") > limit).cast(pl.Int64) for limit in AGES)
    overdue = (pl.col("overdue_days") >= 0).fill_null(value=False)
    return still_open.group_by(band.alias("band"), overdue.alias("overdue")).agg(pl.len().alias("count")).sort(pl.all())


MEASURES = tuple(name for basis in bases(pl.col("as_of"), Rules()) for name in basis.measures)
