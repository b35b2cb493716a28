"""Complaints on their date bases: what a case is counted for, and on which day."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from metrics.rules import Rules
from metrics.working_time import later, when_it_runs

#: What a complaint can be grouped and filtered by; `issue_type` holds the complaint's type.
DIMENSIONS = (
    "channel",
    "team_id",
    "issue_type",
    "subtype",
    "product",
    "batch",
    "customer_tier",
    "severity",
    "responsible_department",
)
RETENTION_DAYS = (30, 60, 90)
#: Measures that are told by what else the customer complained of.
TOLD_BY_HISTORY = frozenset({"complaints_repeated", "complaints_filed_before"})
LEVELS = ("L1", "L2", "L3")  # supervisor; head office; regulator or media


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """A date that puts a case into a period, the cases that have it, and what they are counted for on it."""

    day: pl.Expr  # an instant
    holds: pl.Expr
    measures: Mapping[str, pl.Expr]  # claims; counted 1 where they hold, 0 where not or not known


def valid(cases: pl.DataFrame) -> pl.DataFrame:
    """Complaints that count: not judged invalid, not a duplicate merged into another."""
    is_valid = pl.col("is_valid").fill_null(value=True)
    return cases.filter(is_valid & pl.col("duplicate_of").is_null())


def complaint_rows(
    cases: pl.DataFrame,
    as_of: datetime,
    rules: Rules,
    measures: Collection[str] | None = None,
    history: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Valid complaints, a row for each of their date bases that has come.

    Args:
        cases: one row per complaint as `data_access.cases.complaints` gives them; null where the warehouse does not
            say.
        as_of: the instant up to which the data reach; a deadline after it is not due yet.
        measures: rows on the date bases of these only; None for all.
        history: as for `complaint_facts`.

    Returns:
        every column of `cases`, `day` and the bases' MEASURES, each 0, 1 or null (another basis).
    """
    wanted = MEASURES if measures is None else measures
    chosen = [basis for basis in bases(pl.lit(as_of), rules) if not basis.measures.keys().isdisjoint(wanted)]
    prepared = _prepared(cases, as_of, rules, history=history)
    return pl.concat(_on_bases(prepared, chosen, cases.columns), how="diagonal")


def instants_of(measures: Collection[str]) -> set[str]:
    """What puts cases into a period for these measures: instants on record, or deadlines."""
    every = bases(pl.col("as_of"), Rules())
    chosen = [basis.day for basis in every if not basis.measures.keys().isdisjoint(measures)]
    return {name for day in chosen for name in day.meta.root_names()}


def complaint_facts(
    cases: pl.DataFrame,
    as_of: datetime,
    rules: Rules,
    teams: Sequence[str] | None = None,
    history: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """`complaint_rows` summed to `day`, DIMENSIONS and MEASURES.

    Args:
        teams: whose complaints are counted, None for all; what customers complained of before counts whoever had it.
        history: what `complaint_history` tells of the valid ones of `cases`, in their order, where they are not all
            that the customers complained of; facts of several such parts have to be added up.
    """
    prepared = _prepared(cases, as_of, rules, teams, history)
    # A number stands for all dimensions, and each basis is summed by itself: rows of all bases are wide and many.
    cells = prepared.select(DIMENSIONS).unique().with_row_index("cell")
    placed = prepared.join(cells, on=DIMENSIONS, nulls_equal=True)
    sums = [
        rows.group_by("day", "cell").agg(pl.all().sum())
        for rows in _on_bases(placed, bases(pl.lit(as_of), rules), ["cell"])
    ]
    summed = pl.concat(sums, how="diagonal").group_by("day", "cell").agg(pl.all().sum())
    return summed.join(cells, on="cell").select("day", *DIMENSIONS, *MEASURES)


def _prepared(
    cases: pl.DataFrame,
    as_of: datetime,
    rules: Rules,
    teams: Sequence[str] | None = None,
    history: pl.DataFrame | None = None,
) -> pl.DataFrame:
    known = valid(cases)
    told = pl.concat([known, complaint_history(known, rules) if history is None else history], how="horizontal")
    own = told if teams is None else told.filter(pl.col("team_id").is_in(teams))
    return with_deadlines(own, as_of, rules)


def _on_bases(prepared: pl.DataFrame, chosen: Iterable[Basis], kept: Sequence[str]) -> Iterator[pl.DataFrame]:
    """For each basis a row of each case that has it, with the columns that are kept."""
    for basis in chosen:
        yield prepared.filter(basis.holds.fill_null(value=False)).select(
            *kept,
            basis.day.dt.date().alias("day"),
            *(claim.fill_null(value=False).cast(pl.Int64).alias(name) for name, claim in basis.measures.items()),
        )


def bases(as_of: pl.Expr, rules: Rules) -> tuple[Basis, ...]:
    """Receipt, the deadlines, resolution, promises and closing."""
    return (_received(rules), *_deadlines(as_of), *_after_resolution(as_of, rules))


def _received(rules: Rules) -> Basis:
    service = pl.col("established_cause") == "service"
    passed = pl.col("is_contact_passed")
    blamed = service & pl.col("upheld").is_in(["upheld", "partly_upheld"]) & passed.is_not_null()
    in_a_day = pl.col("resolved_at") <= pl.col("received_at") + pl.duration(seconds=rules.solution_seconds)
    regulator = pl.col("escalation_level") == LEVELS[2]
    return Basis(
        pl.col("received_at"),
        pl.col("received_at").is_not_null(),  # no constant: Polars 2.1 filters large frames by no literal
        {
            "complaints": pl.lit(value=True),
            "attitude_complaints": service & (pl.col("issue_type") == "service_attitude"),
            "cause_established": pl.col("established_cause").is_not_null(),
            "staff_error_complaints": service,
            "staff_errors_found_by_us": service & pl.col("found_by_us"),
            "complaints_repeated": pl.col("is_repeat"),
            **{f"complaints_escalated_{level.lower()}": pl.col("escalation_level") == level for level in LEVELS},
            "complaints_contacted_before": regulator & pl.col("last_contact_at").is_not_null(),
            "complaints_filed_before": regulator & pl.col("has_ticket_before"),
            "complaints_solved_in_a_day": in_a_day,
            "complaints_linked": pl.col("contact_id").is_not_null(),
            "complaints_of_reviewed": blamed,
            "complaints_of_passed": blamed & passed,
            "complaints_of_known": pl.col("customer_id").is_not_null(),
            **{
                f"complaints_retained_{days}d": pl.col("next_active_at") <= pl.col("received_at") + timedelta(days=days)
                for days in RETENTION_DAYS
            },
        },
    )


def _deadlines(as_of: pl.Expr) -> tuple[Basis, ...]:
    def due(leg: str, done: str, **more: pl.Expr) -> Basis:
        at = pl.col(f"{leg}_due_at")
        kept = pl.col(done) <= at
        claims = {f"complaints_due_{leg}": pl.lit(value=True), f"complaints_met_{leg}": kept}
        return Basis(at, at <= as_of, claims | more)

    answered = (pl.col("first_response_at") <= pl.col("response_due_at")).fill_null(value=False)
    solved = (pl.col("resolved_at") <= pl.col("resolution_due_at")).fill_null(value=False)
    both = {"complaints_due": pl.lit(value=True), "complaints_met": answered & solved}
    return (
        due("response", "first_response_at"),
        due("hand_over", "handed_over_at"),
        due("department", "department_replied_at"),
        due("resolution", "resolved_at", **both),
    )


_ASKED, _AGAIN = pl.col("follow_up_at"), pl.col("reopened_at")
#: When the customer was asked about the resolution that stands: not before the case was reopened and resolved anew.
FOLLOWED_UP = pl.when((pl.col("resolved_at") < _AGAIN) | _AGAIN.is_null() | (_ASKED >= _AGAIN)).then(_ASKED)


def _after_resolution(as_of: pl.Expr, rules: Rules) -> tuple[Basis, ...]:
    resolved = pl.col("resolved_at")
    followed = pl.col("follow_up_at").is_not_null()
    score = pl.col("follow_up_score")
    return (
        Basis(
            resolved,
            resolved <= as_of,
            {
                "complaints_resolved": pl.lit(value=True),
                "complaints_followed_up_in_time": pl.col("follow_up_due_at") >= FOLLOWED_UP,
                "complaints_followed_up": followed,
                "complaints_redone": followed & pl.col("reopened_at").is_not_null(),
                "complaints_rated": score.is_not_null(),
                "complaints_rated_satisfied": score >= rules.satisfied_score,
            },
        ),
        Basis(
            pl.col("promised_at"),
            pl.col("promised_at") <= as_of,
            {
                "promises_due": pl.lit(value=True),
                "promises_kept": pl.col("promise_met_at") <= pl.col("promised_at"),
            },
        ),
        Basis(
            pl.col("closed_at"),
            pl.col("closed_at") <= as_of,
            {
                "complaints_closed": pl.col("upheld").is_not_null(),
                "complaints_upheld": pl.col("upheld").is_in(["upheld", "partly_upheld"]),
            },
        ),
    )


def complaint_history(cases: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Did the customer complain shortly before of the same type, and of anything in the time looked back on?

    Args:
        cases: valid ones: `customer_id issue_type received_at complaint_id`.

    Returns:
        `is_repeat has_ticket_before`, a row for each case, in their order.
    """
    told = cases.select("customer_id", "issue_type", "received_at", "complaint_id").with_row_index("row")
    ordered = told.sort("customer_id", "received_at", "complaint_id")
    ever = _since_the_last(ordered, ["customer_id"])
    of_type = _since_the_last(
        ordered.sort("customer_id", "issue_type", maintain_order=True), ["customer_id", "issue_type"]
    )
    return pl.DataFrame(
        {
            "is_repeat": of_type <= timedelta(days=rules.repeat_complaint_days),
            "has_ticket_before": ever <= timedelta(days=rules.look_back_days),
        }
    )


def _since_the_last(ordered: pl.DataFrame, key: list[str]) -> pl.Series:
    """Time since the customer's complaint before, in the order of `row`; null where there is none, or no customer.

    What is alike stands below each other here, which costs a fraction of a window over strings.
    """
    is_same = pl.all_horizontal(pl.col(each).eq_missing(pl.col(each).shift(1)) for each in key)
    gap = pl.when(is_same & pl.col("customer_id").is_not_null()).then(pl.col("received_at").diff())
    return ordered.select("row", gap=gap).sort("row")["gap"]


def with_deadlines(cases: pl.DataFrame, as_of: datetime, rules: Rules) -> pl.DataFrame:
    """When each leg is due; null where it is not: no known severity, nothing to hand over, not handed over yet.

    Waiting for the customer moves the resolution's deadline.
    """
    received, resolved = pl.col("received_at"), pl.col("resolved_at")
    waited = pl.duration(seconds=pl.col("pending_seconds").fill_null(0))
    due_at = due_after(received, limit_of("resolution", rules), rules) + waited
    # What was overdue before it began to wait stays missed, on its day.
    stands_still = resolved.is_null() & (pl.col("pending_since") < due_at)
    now_waiting = pl.when(stands_still).then((as_of - pl.col("pending_since")).clip(lower_bound=timedelta(0)))
    moved_at = due_at + now_waiting.fill_null(timedelta(0))
    has_waited = stands_still.fill_null(value=False) | (waited > timedelta(0))
    is_ruled = has_waited & ~never_stops(rules)  # the wait may end at night, when the clock does not run
    for_others = pl.col("handed_over_at").is_not_null() | pl.col("responsible_department").is_not_null()
    valued = pl.col("customer_tier") == rules.high_value_tier
    within = pl.when(valued).then(rules.high_value_follow_up_seconds).otherwise(rules.follow_up_seconds)
    handed = due_after(received, pl.lit(rules.hand_over_seconds), rules)
    return cases.with_columns(
        response_due_at=due_after(received, limit_of("response", rules), rules),
        resolution_due_at=pl.when(is_ruled).then(when_it_runs(moved_at, rules)).otherwise(moved_at),
        hand_over_due_at=pl.when(for_others).then(handed),
        department_due_at=due_after(pl.col("handed_over_at"), pl.lit(rules.department_seconds), rules),
        follow_up_due_at=due_after(resolved, within, rules),
    )


def limit_of(leg: str, rules: Rules) -> pl.Expr:
    """Seconds from receipt to the response or the resolution, by severity; null where that is not known."""
    limits = {name: getattr(limit, leg) for name, limit in rules.deadlines.items()}
    return pl.col("severity").replace_strict(limits, default=None, return_dtype=pl.Int64)


def due_after(start: pl.Expr, seconds: pl.Expr, rules: Rules) -> pl.Expr:
    """When a time is over, by the clock of the site; that of some severities never stops."""
    plain = start + pl.duration(seconds=seconds)
    return pl.when(never_stops(rules)).then(plain).otherwise(later(start, seconds, rules))


def never_stops(rules: Rules) -> pl.Expr:
    """Complaints whose clock runs at night and on holidays as well, whatever the site's."""
    return pl.col("severity").is_in(rules.around_the_clock).fill_null(value=False)


#: By a column and not an instant: Polars then computes nothing, and starts no threads, while this module is loaded.
MEASURES = tuple(name for basis in bases(pl.col("as_of"), Rules()) for name in basis.measures)
