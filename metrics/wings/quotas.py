"""What is owed of the three levels of quality control: self-checks in time, a share a day, a share of agents a week."""

from datetime import date

import polars as pl

from metrics.review_facts import BY_PEOPLE
from metrics.rules import Rules


def owed_by_teams(plan: pl.DataFrame, weeks: pl.DataFrame, day: date) -> pl.DataFrame:
    """Reviews due, done and owed by each team, for the contacts of a day and of its week so far, and agents for centre.

    Args:
        plan: `day team_id team_due team_done` of the week up to the day.
        weeks: `team_id centre_agents_due centre_agents_done` of the week, null in rows of single agents.

    Returns:
        `team_id due_today done_today owed_today due_week done_week owed_week agents_due agents_done agents_owed`, who
        owes most first.
    """
    due, done = pl.col("team_due").sum(), pl.col("team_done").sum()
    week = plan.group_by("team_id").agg(due.alias("due_week"), done.alias("done_week"))
    on_day = plan.filter(pl.col("day") == day).group_by("team_id").agg(due.alias("due_today"), done.alias("done_today"))
    centre = (
        weeks.drop_nulls("centre_agents_due")
        .group_by("team_id")
        .agg(
            pl.col("centre_agents_due").sum().alias("agents_due"),
            pl.col("centre_agents_done").sum().alias("agents_done"),
        )
    )
    joined = week.join(on_day, on="team_id", how="full", coalesce=True).join(
        centre, on="team_id", how="full", coalesce=True
    )
    counts = ("due_today", "done_today", "due_week", "done_week", "agents_due", "agents_done")
    filled = joined.drop_nulls("team_id").with_columns(pl.col(counts).fill_null(0).cast(pl.Int64))
    owed = filled.with_columns(
        owed_today=pl.col("due_today") - pl.col("done_today"),
        owed_week=pl.col("due_week") - pl.col("done_week"),
        agents_owed=pl.col("agents_due") - pl.col("agents_done"),
    )
    order = ("due_today", "done_today", "owed_today", "due_week", "done_week", "owed_week")
    shown = owed.select("team_id", *order, "agents_due", "agents_done", "agents_owed")
    return shown.sort("owed_week", "team_id", descending=[True, False])


def owed_by_agents(weeks: pl.DataFrame, reviews: pl.DataFrame) -> pl.DataFrame:
    """Agents at work this week whom centre QA has not seen in it: `team_id agent_id last_seen is_next`.

    The longest unseen come first; `is_next` marks as many of each team as centre QA still owes it.

    Args:
        weeks: of the week, rows of agents with `centre_agent_weeks` 0 or 1 and rows of teams with what is due and done.
        reviews: all reviews up to the day: `reviewed_agent_id reviewed_at level is_automatic`.
    """
    centre = reviews.filter(BY_PEOPLE, pl.col("level") == "centre")
    last = centre.group_by(pl.col("reviewed_agent_id").alias("agent_id")).agg(
        pl.col("reviewed_at").max().dt.date().alias("last_seen")
    )
    owed = (
        weeks.drop_nulls("centre_agents_due")
        .group_by("team_id")
        .agg((pl.col("centre_agents_due") - pl.col("centre_agents_done")).sum().alias("owed"))
    )
    unseen = weeks.drop_nulls("agent_id").filter(pl.col("centre_agent_weeks") == 0).select("team_id", "agent_id")
    listed = unseen.join(last, on="agent_id", how="left").join(owed, on="team_id", how="left")
    listed = listed.sort("team_id", "last_seen", "agent_id", nulls_last=[True, False, False])
    place = pl.int_range(pl.len()).over("team_id")
    ranked = listed.with_columns(is_next=(place < pl.col("owed")).fill_null(value=False)).drop("owed")
    return ranked.sort("is_next", "last_seen", "team_id", "agent_id", descending=[True, False, False, False])


def self_checks(reviews: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Agents' own checks: `team_id agent_id checks late`, most late ones first; only who was late."""
    soon = pl.col("reviewed_at") <= pl.col("contact_ended_at") + pl.duration(seconds=rules.self_check_seconds)
    own = reviews.filter(BY_PEOPLE, pl.col("level") == "self")
    counted = own.group_by("team_id", pl.col("reviewed_agent_id").alias("agent")).agg(
        pl.len().cast(pl.Int64).alias("checks"), (~soon).fill_null(value=False).sum().cast(pl.Int64).alias("late")
    )
    late = counted.rename({"agent": "agent_id"}).filter(pl.col("late") > 0)
    return late.sort("late", "checks", "agent_id", descending=[True, True, False], nulls_last=True)
