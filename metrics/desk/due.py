"""What is still to be done on complaints at an instant: which leg falls due when, and who has to be reminded."""

from datetime import datetime

import polars as pl

from metrics.adjustable import RUNGS, STEPS
from metrics.complaint_facts import FOLLOWED_UP, due_after, limit_of, never_stops, valid, with_deadlines
from metrics.rules import DAY, HOUR, Rules
from metrics.working_time import counted

#: The legs of a complaint in their order, and the instant that ends each.
LEGS = {
    "response": "first_response_at",
    "hand_over": "handed_over_at",
    "department": "department_replied_at",
    "resolution": "resolved_at",
    "follow_up": "follow_up_at",
}
#: Ends of the bands of how long an open case is overdue, in seconds.
OVERDUE = (4 * HOUR, DAY, 3 * DAY, 7 * DAY)


def standing(cases: pl.DataFrame, as_of: datetime, rules: Rules) -> pl.DataFrame:
    """Valid complaints received by an instant and not closed yet, with how they stand then.

    A case that was reopened after its resolution is open until it is resolved anew or closed; it gets the time of its
    severity again, from the reopening on.

    Returns:
        every column of `cases`, the deadlines, `is_open`, `is_reopened` and `is_waiting`: its clock stands still.
    """
    known = valid(cases).filter(pl.col("received_at") <= as_of, ~_is_past("closed_at", as_of))
    found = with_deadlines(known, as_of, rules)
    resolved, reopened = pl.col("resolved_at"), pl.col("reopened_at")
    is_reopened = _is_past("reopened_at", as_of) & (resolved.is_null() | (resolved <= reopened)).fill_null(value=False)
    is_open = ~_is_past("resolved_at", as_of) | is_reopened
    again = due_after(reopened, limit_of("resolution", rules), rules)
    due_at = pl.when(is_reopened).then(again).otherwise("resolution_due_at")
    # The deadline of a case that waits moves on with time, unless it was overdue before it began to wait.
    waits = resolved.is_null() & (due_at > as_of)
    waits_again = is_reopened & pl.col("pending_since").is_between(reopened, again, closed="left")
    return found.with_columns(
        is_open=is_open,
        is_reopened=is_reopened,
        resolution_due_at=due_at,
        is_waiting=is_open & _is_past("pending_since", as_of) & (waits | waits_again).fill_null(value=False),
    )


def _is_past(name: str, as_of: datetime) -> pl.Expr:
    return (pl.col(name) <= as_of).fill_null(value=False)


def open_legs(stood: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """A row for each leg that is still to be done: columns of `standing`, `leg`, `due_at`, `seconds_left`.

    `seconds_left` is below 0 where it is overdue. A resolution that waits for the customer has none: its clock stands
    still. A follow-up is to be done until the case is closed.
    """
    rows = []
    for leg, done in LEGS.items():
        is_due = pl.col("is_open") & ~_is_past(done, as_of)
        if leg == "resolution":
            is_due = pl.col("is_open")
        if leg == "follow_up":
            is_due = ~pl.col("is_open") & ~(as_of >= FOLLOWED_UP).fill_null(value=False)
        if leg == "department":
            is_due &= _is_past("handed_over_at", as_of)
        due_at = pl.col(f"{leg}_due_at")
        left = (due_at - pl.lit(as_of)).dt.total_seconds()
        stands = pl.col("is_waiting") if leg == "resolution" else pl.lit(value=False)
        rows.append(
            stood.filter(is_due & due_at.is_not_null()).with_columns(
                leg=pl.lit(leg), due_at=due_at, seconds_left=pl.when(~stands).then(left)
            )
        )
    return pl.concat(rows)


def steps(rules: Rules) -> tuple[int, int, int]:
    """The times ahead for which it is told what falls due, in seconds."""
    return rules.due_soon_seconds, rules.due_later_seconds, rules.due_last_seconds


def falls_due(legs: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """How many of each leg are overdue, fall due within each step, and wait: `leg overdue soon later last waiting`.

    The steps hold each other: what falls due within 4 hours does so within 8. A row for every leg, in their order.
    """
    left = pl.col("seconds_left")
    counts = legs.group_by("leg").agg(
        (left < 0).sum().alias("overdue"),
        *(left.is_between(0, step).sum().alias(name) for name, step in zip(STEPS, steps(rules), strict=True)),
        left.is_null().sum().alias("waiting"),
    )
    every = pl.DataFrame({"leg": list(LEGS)}, schema={"leg": pl.String})
    joined = every.join(counts, on="leg", how="left", maintain_order="left")
    return joined.with_columns(pl.exclude("leg").fill_null(0).cast(pl.Int64))


def chosen(legs: pl.DataFrame, column: str, rules: Rules) -> pl.DataFrame:
    """The legs that one column of `falls_due` counts, the most urgent first."""
    left = pl.col("seconds_left")
    kept = {"overdue": left < 0, "waiting": left.is_null()}
    kept |= {name: left.is_between(0, step) for name, step in zip(STEPS, steps(rules), strict=True)}
    return legs.filter(kept[column]).sort("due_at", "complaint_id")


def overdue_cases(legs: pl.DataFrame) -> pl.DataFrame:
    """Open cases past the deadline of their resolution, with `band`: the place among OVERDUE, the last beyond all."""
    late = legs.filter((pl.col("leg") == "resolution") & (pl.col("seconds_left") < 0))
    band = pl.sum_horizontal((-pl.col("seconds_left") > limit).cast(pl.Int64) for limit in OVERDUE)
    return late.with_columns(band=band).sort("due_at", "complaint_id")


def overdue_by_age(late: pl.DataFrame) -> pl.DataFrame:
    """`band severity count` of the cases that `overdue_cases` gives."""
    counted_ = late.group_by("band", "severity").agg(pl.len().cast(pl.Int64).alias("count"))
    return counted_.sort("band", "severity", nulls_last=True)


def ladder(rules: Rules) -> tuple[int, int, int]:
    """Seconds from the hand-over to the reminder of the department, its head, and the leader above."""
    return rules.reminder_department_seconds, rules.reminder_head_seconds, rules.reminder_leader_seconds


def reminders(stood: pl.DataFrame, events: pl.DataFrame, as_of: datetime, rules: Rules) -> pl.DataFrame:
    """Open hand-overs to which the department has not replied, with the reminder that each is due.

    Each reminder on record since the hand-over is one rung of the ladder, or the rung that it names. Cases that wait
    for the customer are left out: nobody is reminded of them.

    Args:
        events: `complaint_id at event level`.

    Returns:
        columns of `standing`, `waited_seconds` by the site's clock since the hand-over, `sent` (rungs reminded, 0 to
        3), `last_reminded_at`, `owed` (the rung to remind now, null where none is due) and `next_at` (when the next
        rung is due, null beyond the last).
    """
    waits = pl.col("is_open") & _is_past("handed_over_at", as_of) & ~_is_past("department_replied_at", as_of)
    handed = stood.filter(waits & ~pl.col("is_waiting"))
    start, now = pl.col("handed_over_at"), pl.lit(as_of, pl.Datetime("us"))
    plain = (now - start).dt.total_seconds()
    waited = pl.when(never_stops(rules)).then(plain).otherwise(counted(start, now, rules))
    joined = handed.join(_sent(handed, events, as_of), on="complaint_id", how="left").with_columns(
        waited_seconds=waited, sent=pl.col("sent").fill_null(0)
    )
    reached = pl.sum_horizontal((pl.col("waited_seconds") >= step).cast(pl.Int64) for step in ladder(rules))
    to_next = pl.col("sent").replace_strict(dict(enumerate(ladder(rules))), default=None, return_dtype=pl.Int64)
    rung = (reached - 1).replace_strict(dict(enumerate(RUNGS)), default=None, return_dtype=pl.String)
    found = joined.with_columns(
        owed=pl.when(reached > pl.col("sent")).then(rung), next_at=due_after(start, to_next, rules)
    )
    return found.sort("handed_over_at", "complaint_id")


def _sent(handed: pl.DataFrame, events: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """`complaint_id sent last_reminded_at` of the reminders since each hand-over."""
    since = handed.select("complaint_id", "handed_over_at")
    reminded = events.filter(pl.col("event") == "reminded").join(since, on="complaint_id")
    kept = reminded.filter(pl.col("at").is_between("handed_over_at", pl.lit(as_of)))
    named = pl.col("level").replace_strict({rung: place + 1 for place, rung in enumerate(RUNGS)}, default=0)
    counts = pl.max_horizontal(pl.len().clip(upper_bound=len(RUNGS)), named.cast(pl.Int64).max())
    return kept.group_by("complaint_id").agg(
        counts.cast(pl.Int64).alias("sent"), pl.col("at").max().alias("last_reminded_at")
    )


def by_department(reminded: pl.DataFrame) -> pl.DataFrame:
    """`responsible_department open department head leader longest_seconds`: hand-overs without a reply, and reminders.

    Those with most reminders to send come first.
    """
    owed = [(pl.col("owed") == rung).sum().cast(pl.Int64).alias(rung) for rung in RUNGS]
    found = reminded.group_by("responsible_department").agg(
        pl.len().cast(pl.Int64).alias("open"), *owed, pl.col("waited_seconds").max().alias("longest_seconds")
    )
    most = pl.sum_horizontal(RUNGS)
    return found.sort(most, "open", "responsible_department", descending=[True, True, False], nulls_last=True)
