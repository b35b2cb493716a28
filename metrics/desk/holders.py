"""Who held the clock: between the steps of a complaint it lies with a department, or waits for the customer."""

from datetime import datetime

import polars as pl

from metrics.intervals import quantile_ranks

#: The steps that a complaint goes through, in the order in which those of one instant are taken.
ORDER = (
    "received", "handed_over", "reminded", "returned", "escalated", "pending", "resumed", "solved", "reopened",
    "closed",
)  # fmt: skip
MOVES = ("received", "handed_over", "returned")  # they say with whom the complaint lies from then on
UNKNOWN = ""  # a move to nobody on record
HOLDER = ("department", "is_customer")


def held(events: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """The times during which somebody held the clock of a complaint, one row each.

    The clock begins with the receipt, stops when the complaint is solved or closed, and begins again when it is
    reopened, with whoever had it last unless the step names another. While the case is pending, nobody but the
    customer holds it. An escalation moves nothing by itself.

    Args:
        events: `complaint_id at event to_department`; what comes after `as_of` has not happened. A complaint without
            its receipt among them is left out.

    Returns:
        `complaint_id department is_customer start end seconds`; `department` is null where a step names nobody.
    """
    order = pl.col("event").replace_strict({each: place for place, each in enumerate(ORDER)}, default=len(ORDER))
    # Whole seconds, so that times add up to the time from the first step to the last.
    known = events.filter(pl.col("at") <= as_of, pl.col("event").is_in(ORDER)).unique()
    rows = known.with_columns(pl.col("at").dt.truncate("1s"), order=order).sort(
        "complaint_id", "at", "order", "to_department"
    )
    event, target = pl.col("event"), pl.col("to_department")
    moved = pl.when(event.is_in(MOVES)).then(target.fill_null(UNKNOWN)).when(event == "reopened").then(target)
    runs = pl.when(event.is_in(["received", "reopened"])).then(True).when(event.is_in(["solved", "closed"])).then(False)
    waits = pl.when(event == "pending").then(True).when(event.is_in(["resumed", "received", "reopened"])).then(False)
    states = {"department": moved, "runs": runs, "is_customer": waits}
    followed = rows.with_columns(
        *(value.forward_fill().over("complaint_id").alias(name) for name, value in states.items()),
        end=pl.col("at").shift(-1).over("complaint_id").fill_null(as_of.replace(microsecond=0)),
    ).rename({"at": "start"})
    return (
        followed.filter(pl.col("runs").fill_null(value=False) & (pl.col("end") > pl.col("start")))
        .with_columns(
            seconds=(pl.col("end") - pl.col("start")).dt.total_seconds(),
            is_customer=pl.col("is_customer").fill_null(value=False),
        )
        .with_columns(department=pl.when(~pl.col("is_customer") & (pl.col("department") != UNKNOWN)).then("department"))
        .select("complaint_id", "department", "is_customer", "start", "end", "seconds")
    )


def by_holder(times: pl.DataFrame) -> pl.DataFrame:
    """The time that each department held, the customer apart, the longest first.

    Returns:
        `department is_customer seconds share complaints median_seconds low high`: share of all time in percent; the
        median of a complaint's time there, with its distribution-free interval, null where there are too few.
    """
    each = times.group_by("complaint_id", *HOLDER).agg(pl.col("seconds").sum())
    found = each.group_by(HOLDER).agg(
        pl.col("seconds").sum().alias("total"),
        pl.len().cast(pl.Int64).alias("complaints"),
        pl.col("seconds").median().alias("median_seconds"),
        pl.col("seconds").sort().alias("ordered"),
    )
    low, high = quantile_ranks(pl.col("complaints"), 0.5)
    told = found.with_columns(low=low - 1, high=high - 1, share=100 * pl.col("total") / pl.col("total").sum())
    ends = [pl.col("ordered").list.get(pl.col(name)).alias(name) for name in ("low", "high")]
    return (
        told.with_columns(ends)
        .rename({"total": "seconds"})
        .select(*HOLDER, "seconds", "share", "complaints", "median_seconds", "low", "high")
        .sort("seconds", "department", descending=[True, False], nulls_last=True)
    )
