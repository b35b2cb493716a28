"""The staff that expected contacts need, hour by hour."""

from datetime import timedelta

import polars as pl

from metrics.forecast.staffing import Goal, load, needed

HOURS = 24
#: An hour with less work than a twentieth of an agent has needs nobody of its own.
LEAST_LOAD = 0.05
STAFF = {
    "day": pl.Date(), "hour": pl.Int64(), "contacts": pl.Float64(), "high": pl.Float64(), "agents": pl.Int64(),
    "agents_high": pl.Int64(), "paid": pl.Int64(), "service_level": pl.Float64(), "occupancy": pl.Float64(),
}  # fmt: skip


def hours_of_days(counts: pl.DataFrame) -> pl.DataFrame:
    """How a day's contacts spread over its hours: `weekday hour share`, the shares of each weekday sum to 1.

    Args:
        counts: `day hour contacts` of some past weeks.
    """
    weekday = pl.col("day").dt.weekday().cast(pl.Int64).alias("weekday")
    summed = counts.group_by(weekday, pl.col("hour").cast(pl.Int64)).agg(pl.col("contacts").sum().cast(pl.Float64))
    whole = pl.col("contacts").sum().over("weekday")
    return summed.filter(whole > 0).select("weekday", "hour", share=pl.col("contacts") / whole).sort("weekday", "hour")


def staffed(days: pl.DataFrame, hours: pl.DataFrame, waiting: float, handle_seconds: float, goal: Goal) -> pl.DataFrame:
    """Agents needed in each hour of the days: STAFF, in order.

    `contacts` are those that wait for somebody, `high` the upper end of their interval, `agents` the fewest that keep
    the goal, `agents_high` the same at the upper end, `paid` with shrinkage.

    Args:
        days: `period expected high`, a row a day.
        hours: as `hours_of_days` gives it.
        waiting: share of contacts that wait for somebody.
        handle_seconds: mean handle time of a contact.
    """
    weekday = pl.col("period").dt.weekday().cast(pl.Int64).alias("weekday")
    cells = days.with_columns(weekday).join(hours, on="weekday").sort("period", "hour")
    made = []
    for row in cells.iter_rows(named=True):
        contacts, high = (row[name] * row["share"] * waiting for name in ("expected", "high"))
        need = needed(_worth(contacts, handle_seconds), handle_seconds, goal)
        upper = needed(_worth(high, handle_seconds), handle_seconds, goal)
        made.append(
            {
                "day": row["period"], "hour": row["hour"], "contacts": contacts, "high": high, "agents": need.agents,
                "agents_high": upper.agents, "paid": need.paid, "service_level": need.service_level,
                "occupancy": need.occupancy,
            }
        )  # fmt: skip
    return pl.DataFrame(made, schema=STAFF)


def _worth(contacts: float, handle_seconds: float) -> float:
    return contacts if load(contacts, handle_seconds) >= LEAST_LOAD else 0.0


def agent_hours(staff: pl.DataFrame) -> pl.DataFrame:
    """Hours of work that the days need: `day contacts agent_hours paid_hours busiest most`."""
    peak = pl.col("agents").arg_max()
    return (
        staff.group_by("day")
        .agg(
            pl.col("contacts").sum(), pl.col("agents").sum().alias("agent_hours"),
            pl.col("paid").sum().alias("paid_hours"), pl.col("hour").get(peak).alias("busiest"),
            pl.col("agents").max().alias("most"), pl.col("agents_high").max().alias("most_high"),
        )
        .sort("day")
    )  # fmt: skip


def first_days(days: pl.DataFrame, count: int) -> pl.DataFrame:
    """The rows of so many days from the first on."""
    start = days["period"].min()
    return days.filter(pl.col("period") < pl.lit(start) + timedelta(days=count))
