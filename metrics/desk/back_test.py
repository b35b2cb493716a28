"""Would the triggers have warned? Past cases flagged with what was known then, held against what came after."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from metrics.desk.middle import middle
from metrics.intervals import clustered_share
from metrics.rules import DAY, Rules

EVERY, ANY = "every", "any"  # every case, as it came in; those that met at least one trigger
TESTED_DAYS = 730


@dataclass(frozen=True, slots=True, eq=False)
class BackTest:
    """What flagging would have cost and found, in the days from `start` up to `end`, whose outcome is known.

    `rows`: `trigger flagged followed precision low high per_day escalated caught recall recall_low recall_high days
    days_low days_high`, EVERY first, then each trigger, then ANY. Shares in percent, null where there is nothing to
    share.
    """

    start: datetime
    end: datetime
    rows: pl.DataFrame
    escalated: int
    known_before: int  # of these with any case of the customer before, which is all that could be caught


def back_test(
    flags: pl.DataFrame, escalated: pl.DataFrame, first: datetime, as_of: datetime, rules: Rules
) -> BackTest | None:
    """Precision, recall, days of warning and cases a day of each trigger. None where no day's outcome is known yet.

    A flagged case is a hit if its customer, or the case itself, goes up within `escalation_days` after the flag. An
    escalation is caught if a case of its customer was flagged before it, within as many days. Cases come in customers,
    who are the clusters of the intervals.

    Args:
        flags: as `metrics.desk.triggers.flagged` gives it.
        escalated: `complaint_id owner at is_inside`, valid cases only; those inside the scope are to be caught.
        first: the instant from which on cases are known.
        as_of: up to when the data reach.

    Source: as `metrics.intervals`; the order statistics of a median by Conover (1999).
    """
    wait = timedelta(days=rules.escalation_days)
    start = max(first + timedelta(days=rules.look_back_days), as_of - timedelta(days=TESTED_DAYS))
    end = as_of - wait
    if start >= end:
        return None
    names = [name for name in flags.columns if name not in {"complaint_id", "owner", "received_at"}]
    wide = flags.with_columns(pl.col("received_at").alias(EVERY))
    if names:
        wide = wide.with_columns(pl.min_horizontal(names).alias(ANY))
    events = escalated.filter("is_inside", pl.col("at") >= start + wait, pl.col("at") <= as_of).sort("at")
    order = [EVERY, *names, *([ANY] if names else [])]
    flagged = [_flagged(wide, name, escalated, (start, end), wait) for name in order]
    caught = [_caught(wide, name, events, wait) for name in order]
    shares = zip(_shares([hits for _, hits in flagged]), _shares([hits for _, hits in caught]), strict=True)
    rows = [
        {"trigger": name, **flags, **warned, **dict(zip(SHARES, (*precision, *recall), strict=True))}
        for name, (flags, _), (warned, _), (precision, recall) in zip(order, flagged, caught, shares, strict=True)
    ]
    told = pl.DataFrame(rows, schema=SCHEMA)
    return BackTest(start, end, told, events.height, int(told["caught"][0]))


SHARES = ("precision", "low", "high", "recall", "recall_low", "recall_high")
SCHEMA = {
    "trigger": pl.String,
    **dict.fromkeys(("flagged", "followed"), pl.Int64),
    **dict.fromkeys(("precision", "low", "high", "per_day"), pl.Float64),
    **dict.fromkeys(("escalated", "caught"), pl.Int64),
    **dict.fromkeys(("recall", "recall_low", "recall_high", "days", "days_low", "days_high"), pl.Float64),
}


def followed(flags: pl.DataFrame, at: str, escalated: pl.DataFrame, wait: timedelta) -> pl.Series:
    """Did each row's customer, or its case, go up after `at` and within the wait?"""
    later = escalated.select("owner", pl.col("at").alias("then")).sort("then")
    asked = flags.select("owner", at).with_row_index("row").sort(at)
    found = asked.join_asof(
        later.with_columns(gone=pl.lit(value=True)),
        left_on=at,
        right_on="then",
        by="owner",
        strategy="forward",
        tolerance=wait,
        allow_exact_matches=False,
        check_sortedness=False,
    )
    return found.sort("row")["gone"].fill_null(value=False)


def _flagged(
    wide: pl.DataFrame, name: str, escalated: pl.DataFrame, span: tuple[datetime, datetime], wait: timedelta
) -> tuple[dict[str, float], pl.DataFrame]:
    """Counts of what a trigger flagged, and `owner hit` of each."""
    inside = wide.filter(pl.col(name).is_between(*span, closed="left"))
    hits = inside.select("owner", hit=followed(inside, name, escalated, wait))
    days = (span[1] - span[0]).total_seconds() / DAY
    return {"flagged": hits.height, "followed": int(hits["hit"].sum()), "per_day": hits.height / days}, hits


def _caught(
    wide: pl.DataFrame, name: str, events: pl.DataFrame, wait: timedelta
) -> tuple[dict[str, float | None], pl.DataFrame]:
    """Counts of the escalations that a trigger warned of, days of warning, and `owner hit` of each escalation."""
    flagged = wide.select("owner", pl.col(name).alias("flagged_at")).drop_nulls()
    near = events.join(flagged, on="owner").filter(
        pl.col("flagged_at") < pl.col("at"), pl.col("flagged_at") >= pl.col("at") - wait
    )
    first = near.group_by("complaint_id").agg(pl.col("flagged_at").min())
    told = events.join(first, on="complaint_id", how="left").with_columns(hit=pl.col("flagged_at").is_not_null())
    days = middle((told["at"] - told["flagged_at"]).drop_nulls().dt.total_seconds() / DAY)
    return {
        "escalated": told.height, "caught": int(told["hit"].sum()),
        "days": days.value, "days_low": days.low, "days_high": days.high,
    }, told.select("owner", "hit")  # fmt: skip


def _shares(hits: list[pl.DataFrame]) -> list[tuple[float | None, ...]]:
    """Percent of each frame's rows with a hit, and the ends of its interval over owners."""
    x, y = pl.col("x"), pl.col("y")
    sums = [x.sum(), y.sum(), (x * x).sum().alias("xx"), (x * y).sum().alias("xy"), (y * y).sum().alias("yy")]
    of_owners = [
        each.group_by("owner")
        .agg(x=pl.col("hit").sum().cast(pl.Float64), y=pl.len().cast(pl.Float64))
        .select(*sums, owners=pl.len())
        for each in hits
    ]
    low, high = clustered_share(x, y, (pl.col("xx"), pl.col("xy"), pl.col("yy")), pl.col("owners"))
    value = pl.when(y > 0).then(x / y)
    return pl.concat(of_owners).select(value=100 * value, low=100 * low, high=100 * high).rows()
