"""Is the loop closed: were customers asked, were cases of dissatisfied ones reopened, how many hands did it take?"""

from datetime import datetime

import polars as pl

from metrics.complaint_facts import valid, with_deadlines
from metrics.desk.holders import MOVES, ORDER, UNKNOWN
from metrics.intervals import mean_interval, wilson
from metrics.rules import Rules

#: The steps from a resolution to its end, each a part of the one before.
STEPS = ("resolved", "followed_up", "rated", "dissatisfied", "reopened", "ended_again")
MOST_HANDS = 4  # from so many on, hands are counted together


def resolved_cases(cases: pl.DataFrame, as_of: datetime, rules: Rules) -> pl.DataFrame:
    """Valid complaints whose resolution's follow-up was due by an instant, with how far each went.

    Dissatisfied is who gave the score `dissatisfied_score` or less at the follow-up. Such a case has to be reopened,
    and has ended again when it was closed, or resolved anew, after that.

    Returns:
        every column of `cases`, `day` of the resolution, and each of STEPS as a flag.
    """
    due = with_deadlines(valid(cases), as_of, rules).filter(pl.col("follow_up_due_at") <= as_of)
    followed, reopened = pl.col("follow_up_at"), pl.col("reopened_at")
    score = pl.when(followed <= as_of).then("follow_up_score")
    was_reopened = (reopened <= as_of) & (reopened >= followed)
    later = pl.min_horizontal(
        *(pl.when(pl.col(name) > reopened).then(name) for name in ("resolved_at", "closed_at")),
    )
    angry = (score <= rules.dissatisfied_score).fill_null(value=False)
    flags = {
        "resolved": pl.col("resolved_at").is_not_null(),
        "followed_up": (followed <= as_of).fill_null(value=False),
        "rated": score.is_not_null(),
        "dissatisfied": angry,
        "reopened": angry & was_reopened.fill_null(value=False),
        "ended_again": angry & was_reopened.fill_null(value=False) & (later <= as_of).fill_null(value=False),
    }
    return due.with_columns(day=pl.col("resolved_at").dt.date(), **flags)


def steps(resolved: pl.DataFrame) -> pl.DataFrame:
    """`step count of share low high`: how many of each step; shares of the one before, with Wilson's interval."""
    counts = [int(resolved[name].sum()) for name in STEPS]
    frame = pl.DataFrame({"step": STEPS, "count": counts, "of": [None, *counts[:-1]]}, schema=TYPES)
    low, high = wilson(pl.col("count"), pl.col("of"))
    share = pl.when(pl.col("of") > 0).then(100 * pl.col("count") / pl.col("of"))
    return frame.with_columns(share=share, low=100 * low, high=100 * high)


TYPES = {"step": pl.String, "count": pl.Int64, "of": pl.Int64}


def left_alone(resolved: pl.DataFrame) -> pl.DataFrame:
    """Cases of dissatisfied customers that nobody reopened, the newest follow-up first."""
    found = resolved.filter(pl.col("dissatisfied") & ~pl.col("reopened"))
    return found.sort("follow_up_at", "complaint_id", descending=[True, False])


def hands(events: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Through how many hands each complaint went: one, and one more at each move to another department.

    Handed on is what went through more than one: a hand-over to the own department moves nothing.

    Args:
        events: `complaint_id at event to_department agent_id`. A complaint without its receipt among them is left out.

    Returns:
        `complaint_id hands is_handed_on first_owner first_agent`; null where the receipt names no department, or
        nobody.
    """
    order = pl.col("event").replace_strict({each: place for place, each in enumerate(ORDER)}, default=len(ORDER))
    moves = events.filter(pl.col("at") <= as_of, pl.col("event").is_in(MOVES)).unique()
    target = pl.col("to_department").fill_null(UNKNOWN)
    found = (
        moves.with_columns(order=order)
        .sort("complaint_id", "at", "order", "to_department", "agent_id", nulls_last=True)
        .group_by("complaint_id", maintain_order=True)
        .agg(
            (target != target.shift(1)).fill_null(value=True).sum().cast(pl.Int64).alias("hands"),
            pl.col("to_department").first().alias("first_owner"),
            pl.col("agent_id").first().alias("first_agent"),
            (pl.col("event") == "received").any().alias("is_known"),
        )
    )
    known = found.filter("is_known").with_columns(is_handed_on=pl.col("hands") > 1)
    return known.select("complaint_id", "hands", "is_handed_on", "first_owner", "first_agent")


def by_hands(cases: pl.DataFrame) -> pl.DataFrame:
    """`hands count share`: complaints by their number of hands, MOST_HANDS and more together."""
    grouped = cases.group_by(pl.col("hands").clip(upper_bound=MOST_HANDS)).agg(pl.len().cast(pl.Int64).alias("count"))
    return grouped.with_columns(share=100 * pl.col("count") / pl.col("count").sum()).sort("hands")


def handed_on(cases: pl.DataFrame, by: str | None = None) -> pl.DataFrame:
    """The share of complaints that their first owner handed on, and the mean number of hands.

    Args:
        cases: complaints with the columns of `hands`.

    Returns:
        `[by,] complaints handed_on share low high mean_hands hands_low hands_high`, most complaints first; shares in
        percent with Wilson's interval, the mean with Student's.
    """
    number = pl.col("hands").cast(pl.Float64)
    sums = [
        pl.len().cast(pl.Int64).alias("complaints"),
        pl.col("is_handed_on").sum().cast(pl.Int64).alias("handed_on"),
        number.sum().alias("total"),
        (number**2).sum().alias("squares"),
    ]
    counted = cases.group_by(by).agg(sums) if by else cases.select(sums)
    low, high = wilson(pl.col("handed_on"), pl.col("complaints"))
    hands_low, hands_high = mean_interval(pl.col("total"), pl.col("squares"), pl.col("complaints"))
    has_any = pl.col("complaints") > 0
    told = counted.with_columns(
        share=pl.when(has_any).then(100 * pl.col("handed_on") / pl.col("complaints")),
        low=100 * low,
        high=100 * high,
        mean_hands=pl.when(has_any).then(pl.col("total") / pl.col("complaints")),
        hands_low=hands_low,
        hands_high=hands_high,
    ).drop("total", "squares")
    return told.sort("complaints", by, descending=[True, False], nulls_last=True) if by else told
