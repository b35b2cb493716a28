"""Which cases may go to a regulator: what was known of each at an instant, and which triggers it met then."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import polars as pl

from metrics.complaint_facts import LEVELS
from metrics.desk.conditions import HouseRule, holds
from metrics.open_cases import is_open_again
from metrics.rules import HOUR, Rules

HIGHER = LEVELS[1:]  # bodies above the centre: head office; regulator or media
MOST_LOOKS = 90  # evenings on which a case is looked at again while it is open


class Trigger(StrEnum):
    """What ships: the three reasons for which the front line passes a case up as very urgent."""

    SAYS_SO = "says_so"
    PRESSING = "pressing"
    THIRD = "third"


#: Columns of the warehouse that each trigger reads.
NEEDS: dict[str, tuple[str, ...]] = {
    Trigger.SAYS_SO: ("complaints.wants_escalation",),
    Trigger.PRESSING: (
        "complaints.customer_id",
        "complaints.escalated_at",
        "complaints.dissatisfaction_score",
        "complaints.demands_quick_reply",
    ),
    Trigger.THIRD: ("complaints.customer_id", "complaints.complaint_type"),
}


def triggers(rules: Rules, house: Iterable[HouseRule], lacking: Iterable[str] = ()) -> dict[str, pl.Expr]:
    """Every trigger as a claim about a look; a house rule goes by its id.

    Args:
        lacking: triggers that these data cannot tell.

    Source: escalated complaints, three lines of defence.
    """
    shipped: dict[str, pl.Expr] = {
        Trigger.SAYS_SO: pl.col("wants_escalation"),
        Trigger.PRESSING: pl.col("escalated_before")
        & (pl.col("dissatisfaction_score") >= rules.strong_dissatisfaction)
        & pl.col("demands_quick_reply"),
        Trigger.THIRD: pl.col("earlier_same") >= rules.escalation_complaints - 1,
    }
    told = {name: claim.fill_null(value=False) for name, claim in shipped.items() if name not in set(lacking)}
    return told | {each.id: holds(each) for each in house}


def known_at_receipt(cases: pl.DataFrame, contacted: pl.DataFrame | None, rules: Rules) -> pl.DataFrame:
    """Every case with what its customer had done before: each count ends where the case was received.

    Args:
        cases: one row per complaint, as `data_access.cases.complaints` gives them.
        contacted: `complaint_id about contacts last_at`, own contacts before each complaint; None where nobody knows.

    Returns:
        all columns of `cases`, `earlier_same` and `earlier` (complaints of the same issue, and of any, in the time
        looked back on), `contacts_before`, `last_contact_before`, `last_about`, `escalated_before` (ever, to a body
        above the centre, in another case) and `owner`, the customer, or the case where nobody is known.
    """
    alone = pl.concat_str(pl.lit("case "), "complaint_id")
    told = cases.with_columns(owner=pl.coalesce(pl.concat_str(pl.lit("customer "), "customer_id"), alone))
    told = told.sort("received_at", "complaint_id")
    same = _counted(told, ["owner", "issue_type"], rules.look_back_days).alias("earlier_same")
    told = told.with_columns(same, _counted(told, ["owner"], rules.look_back_days).alias("earlier"))
    gone = escalations(told, HIGHER).filter(pl.col("is_dated")).select("owner", "at").sort("at")
    before = told.select("owner", "received_at").join_asof(
        gone.with_columns(escalated=pl.col("at")),
        left_on="received_at",
        right_on="at",
        by="owner",
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    told = told.with_columns(before["escalated"].is_not_null().alias("escalated_before"))
    return _with_contacts(told, contacted)


def _with_contacts(cases: pl.DataFrame, contacted: pl.DataFrame | None) -> pl.DataFrame:
    if contacted is None:
        nothing = {"contacts_before": pl.Int64, "last_contact_before": pl.Datetime("us"), "last_about": pl.String}
        return cases.with_columns(pl.lit(None, kind).alias(name) for name, kind in nothing.items())
    sums = contacted.sort("last_at").group_by("complaint_id", maintain_order=True)
    sums = sums.agg(
        pl.col("contacts").sum().alias("contacts_before"),
        pl.col("last_at").last().alias("last_contact_before"),
        pl.col("about").last().alias("last_about"),
    )
    return cases.join(sums, on="complaint_id", how="left").with_columns(pl.col("contacts_before").fill_null(0))


def _counted(cases: pl.DataFrame, by: list[str], days: int) -> pl.Series:
    """How many cases of the same `by` were received in the days before each, which are in the order of receipt."""
    number = pl.int_range(1, pl.len() + 1).over(by)
    numbered = cases.select(*by, "received_at", number=number)
    asked = numbered.with_columns(since=pl.col("received_at") - timedelta(days=days))
    counts = []
    for at in ("received_at", "since"):
        found = asked.select(*by, at).join_asof(
            numbered.rename({"received_at": "then"}),
            left_on=at,
            right_on="then",
            by=by,
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        counts.append(found["number"].fill_null(0))
    return counts[0] - counts[1]


def escalations(cases: pl.DataFrame, levels: Iterable[str]) -> pl.DataFrame:
    """Cases whose highest escalation is one of these: `complaint_id owner at is_dated`.

    `at` is the day of receipt where nobody wrote down when it went up: so it was no case to be warned of before.
    """
    return cases.filter(pl.col("escalation_level").is_in(list(levels))).select(
        "complaint_id",
        "owner",
        pl.coalesce("escalated_at", "received_at").alias("at"),
        pl.col("escalated_at").is_not_null().alias("is_dated"),
    )


def _ended() -> pl.Expr:
    return pl.coalesce("resolved_at", "closed_at")


def looks(known: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Each case as it stood when it was received, and at the end of every day on which it was open: `at`.

    Args:
        known: as `known_at_receipt` gives it.
    """
    last = pl.min_horizontal(pl.coalesce(_ended(), pl.lit(as_of)), pl.lit(as_of))
    first = pl.col("received_at").dt.truncate("1d") + timedelta(days=1)
    until = pl.min_horizontal(last, first + timedelta(days=MOST_LOOKS - 1))
    open_overnight = known.filter(first < last).with_columns(at=pl.datetime_ranges(first, until, "1d")).explode("at")
    every = pl.concat([known.with_columns(at=pl.col("received_at")), open_overnight], how="vertical_relaxed")
    return _as_seen(every.filter(pl.col("at") <= as_of))


def open_now(known: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Cases that are open at an instant, or again, and have not gone to a regulator or the media, as they stand."""
    is_open = _ended().is_null() | (_ended() > as_of) | is_open_again(as_of)
    is_undated = _gone(LEVELS[2]) & pl.col("escalated_at").is_null()
    now = known.filter(is_open, pl.col("received_at") <= as_of, ~is_undated).with_columns(at=pl.lit(as_of))
    return _as_seen(now.filter(not_yet(LEVELS[2])))


def _as_seen(rows: pl.DataFrame) -> pl.DataFrame:
    """What changes while a case is open: how long it has been, and whether anyone has answered."""
    return rows.with_columns(
        open_hours=(pl.col("at") - pl.col("received_at")).dt.total_seconds() / HOUR,
        is_answered=(pl.col("first_response_at") <= pl.col("at")).fill_null(value=False),
    )


def not_yet(level: str) -> pl.Expr:
    """Has the case of a look not gone to this level, or a higher one, by then?

    One of which nobody wrote down when it went is looked at all the same: at that time nobody knew.
    """
    return ~(_gone(level) & (pl.col("escalated_at") <= pl.col("at"))).fill_null(value=False)


def _gone(level: str) -> pl.Expr:
    return pl.col("escalation_level").is_in(LEVELS[LEVELS.index(level) :]).fill_null(value=False)


def flagged(rows: pl.DataFrame, claims: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """When each case first met each trigger: `complaint_id owner received_at`, a column a trigger; null where never.

    Args:
        rows: as `looks` gives them, without those that came too late.
    """
    met = [pl.when(claim).then(pl.col("at")).alias(name) for name, claim in claims.items()]
    told = rows.select("complaint_id", "owner", "received_at", *met)
    return told.group_by("complaint_id").agg(pl.col("owner", "received_at").first(), pl.col(list(claims)).min())
