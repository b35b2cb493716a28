"""Complaint facts, case by case: what is counted, on which day, and whether its deadline was kept."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from metrics.complaint import METRICS
from metrics.complaint_facts import DIMENSIONS, complaint_facts, valid
from metrics.evaluation import evaluate
from metrics.open_cases import backlog_rows
from metrics.rules import Deadline, Rules

RECEIVED = datetime(2024, 3, 4, 9, 0)  # a Monday
AS_OF = datetime(2024, 3, 31, 12, 0)
TYPES = {
    **dict.fromkeys(DIMENSIONS, pl.String),
    "is_valid": pl.Boolean,
    "duplicate_of": pl.String,
    "established_cause": pl.String,
    "received_at": pl.Datetime("us"),
    "first_response_at": pl.Datetime("us"),
    "resolved_at": pl.Datetime("us"),
    "pending_seconds": pl.Int64,
    "pending_since": pl.Datetime("us"),
    **dict.fromkeys(("complaint_id", "contact_id", "customer_id", "escalation_level", "upheld"), pl.String),
    **dict.fromkeys(("found_by_us", "is_contact_passed"), pl.Boolean),
    "follow_up_score": pl.Float64,
    **dict.fromkeys(("handed_over_at", "department_replied_at", "closed_at", "follow_up_at"), pl.Datetime("us")),
    **dict.fromkeys(
        ("reopened_at", "promised_at", "promise_met_at", "last_contact_at", "next_active_at"), pl.Datetime("us")
    ),
}


def cases(*rows: dict) -> pl.DataFrame:
    """One row per complaint; what a row does not name is null, except the severity and the time of receipt."""
    return pl.DataFrame([{"severity": "general", "received_at": RECEIVED, **row} for row in rows], schema=TYPES)


def after(**time: float) -> datetime:
    return RECEIVED + timedelta(**time)


def sums(frame: pl.DataFrame, as_of: datetime = AS_OF, rules: Rules | None = None) -> dict[str, int]:
    facts = complaint_facts(frame, as_of, rules or Rules())
    return facts.select(pl.exclude("day", *DIMENSIONS).sum()).row(0, named=True)


@pytest.mark.parametrize(
    ("case", "response", "resolution", "both"),
    # Limits by severity (domain.md): general 30 min and 24 h, serious 1 h and 48 h, urgent 10 min and 2 h.
    [
        ({"first_response_at": after(minutes=30), "resolved_at": after(hours=24)}, 1, 1, 1),
        ({"first_response_at": after(minutes=30, seconds=1), "resolved_at": after(hours=24)}, 0, 1, 0),
        ({"first_response_at": after(minutes=30), "resolved_at": after(hours=24, seconds=1)}, 1, 0, 0),
        ({"severity": "serious", "first_response_at": after(hours=1), "resolved_at": after(hours=48)}, 1, 1, 1),
        ({"severity": "serious", "first_response_at": after(minutes=61), "resolved_at": after(hours=49)}, 0, 0, 0),
        ({"severity": "urgent", "first_response_at": after(minutes=10), "resolved_at": after(hours=2)}, 1, 1, 1),
        ({"severity": "urgent", "first_response_at": after(minutes=11), "resolved_at": after(hours=2)}, 0, 1, 0),
        ({}, 0, 0, 0),  # open and overdue counts as missed
        ({"resolved_at": after(hours=1)}, 0, 1, 0),  # solved without a first response
    ],
)
def test_deadline_is_kept_up_to_its_last_second(case: dict, response: int, resolution: int, both: int) -> None:
    found = sums(cases(case))
    assert (found["complaints_due_response"], found["complaints_due_resolution"], found["complaints_due"]) == (1, 1, 1)
    assert (found["complaints_met_response"], found["complaints_met_resolution"]) == (response, resolution)
    assert found["complaints_met"] == both


@pytest.mark.parametrize(
    ("as_of", "responses", "solutions"),
    [
        (after(minutes=29), 0, 0),
        (after(minutes=30), 1, 0),
        (after(hours=24, seconds=-1), 1, 0),
        (after(hours=24), 1, 1),
    ],
)
def test_case_is_due_from_its_deadline_on_and_not_before(as_of: datetime, responses: int, solutions: int) -> None:
    found = sums(cases({"first_response_at": after(minutes=5), "resolved_at": after(hours=1)}), as_of)
    assert found["complaints"] == 1
    assert (found["complaints_due_response"], found["complaints_due"]) == (responses, solutions)
    assert (found["complaints_met_response"], found["complaints_met"]) == (responses, solutions)


@pytest.mark.parametrize(("waiting", "met"), [(0, 0), (3_599, 0), (3_600, 1), (None, 0)])
def test_waiting_for_the_customer_stops_the_clock_of_the_resolution(waiting: int | None, met: int) -> None:
    # Solved 25 h after receipt: one hour of waiting is what it takes to have kept 24 h.
    case = {"first_response_at": after(minutes=1), "resolved_at": after(hours=25), "pending_seconds": waiting}
    found = sums(cases(case))
    assert (found["complaints_met_resolution"], found["complaints_met"]) == (met, met)


@pytest.mark.parametrize(
    ("case", "due", "met"),
    # The resolution of a general complaint falls due after 24 h; the data reach 27 days further.
    [
        ({"pending_since": after(hours=23)}, 0, 0),  # the clock stands still: not due yet
        ({"pending_since": after(hours=25)}, 1, 0),  # overdue already when the waiting began
        ({"pending_since": after(hours=24)}, 1, 0),
        ({"pending_since": after(hours=25), "pending_seconds": 7_200}, 0, 0),  # waited two hours before: due after 26 h
        ({"pending_since": after(hours=1), "resolved_at": after(hours=20)}, 1, 1),  # over: solved
        ({"pending_since": after(hours=1), "resolved_at": after(hours=30)}, 1, 0),
    ],
)
def test_clock_stands_still_while_the_case_waits_for_the_customer(case: dict, due: int, met: int) -> None:
    found = sums(cases(case))
    assert (found["complaints_due_resolution"], found["complaints_met_resolution"]) == (due, met)


def test_case_that_was_overdue_before_it_waited_stays_on_its_day() -> None:
    # Due on 5 March; it began to wait on the 10th. However far the data reach, it was missed on the 5th.
    for as_of in (datetime(2024, 3, 11), AS_OF):
        facts = complaint_facts(cases({"pending_since": datetime(2024, 3, 10)}), as_of, Rules())
        assert facts.filter(pl.col("complaints_due") > 0)["day"].to_list() == [date(2024, 3, 5)]


def test_waiting_for_the_customer_does_not_move_the_first_response() -> None:
    case = {"first_response_at": after(minutes=31), "resolved_at": after(hours=2), "pending_seconds": 7_200}
    assert sums(cases(case))["complaints_met_response"] == 0


def test_waiting_moves_the_day_a_resolution_falls_due() -> None:
    # Due on 5 March at 9:00, plus 20 h of waiting: 6 March at 5:00.
    facts = complaint_facts(cases({"pending_seconds": 72_000}), AS_OF, Rules())
    due = facts.filter(pl.col("complaints_due") > 0)["day"].to_list()
    assert due == [date(2024, 3, 6)]


@pytest.mark.parametrize("severity", [None, "very bad"])
def test_complaint_of_unknown_severity_counts_and_has_no_deadline(severity: str | None) -> None:
    found = sums(cases({"severity": severity, "resolved_at": after(hours=1)}))
    assert found["complaints"] == 1
    assert (found["complaints_due_response"], found["complaints_due_resolution"], found["complaints_due"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("case", "counts"),
    [
        *(({}, 1), ({"is_valid": True}, 1), ({"is_valid": False}, 0), ({"duplicate_of": "x"}, 0)),
        *(({"is_valid": True, "duplicate_of": "x"}, 0), ({"is_valid": None, "duplicate_of": None}, 1)),
    ],
)
def test_invalid_and_duplicate_complaints_are_counted_nowhere(case: dict, counts: int) -> None:
    assert valid(cases(case)).height == counts
    found = sums(cases(case))
    assert (found["complaints"], found["complaints_due"], found["complaints_due_response"]) == (counts,) * 3


@pytest.mark.parametrize(
    ("complaint_type", "cause", "attitude", "established"),
    [
        ("service_attitude", "service", 1, 1),
        ("service_attitude", None, 0, 0),  # claimed, not yet established
        ("service_attitude", "rule", 0, 1),
        ("refund", "service", 0, 1),
        (None, "service", 0, 1),
    ],
)
def test_attitude_counts_when_the_cause_is_established(
    complaint_type: str | None, cause: str | None, attitude: int, established: int
) -> None:
    found = sums(cases({"issue_type": complaint_type, "established_cause": cause}))
    assert (found["attitude_complaints"] or 0, found["cause_established"]) == (attitude, established)


def test_each_count_stands_on_the_day_of_its_own_basis() -> None:
    # Received on a Monday at 23:50: answer due Tuesday 0:20, resolution due Tuesday 23:50 for general,
    # Wednesday 23:50 for serious.
    late = datetime(2024, 3, 4, 23, 50)
    facts = complaint_facts(
        cases({"received_at": late}, {"received_at": late, "severity": "serious"}), AS_OF, Rules()
    ).with_columns(pl.exclude("day", *DIMENSIONS).fill_null(0))
    days = facts.group_by("day").agg(pl.col("complaints", "complaints_due_response", "complaints_due").sum())
    assert days.sort("day").rows() == [
        (date(2024, 3, 4), 2, 0, 0),
        (date(2024, 3, 5), 0, 2, 1),
        (date(2024, 3, 6), 0, 0, 1),
    ]


def test_limits_are_a_setting() -> None:
    rules = Rules(deadlines={"general": Deadline(60, 3_600)})
    found = sums(cases({"first_response_at": after(seconds=60), "resolved_at": after(minutes=61)}), rules=rules)
    assert (found["complaints_met_response"], found["complaints_met_resolution"]) == (1, 0)
    assert sums(cases({"severity": "serious"}), rules=rules)["complaints_due"] == 0


def test_a_follow_up_before_a_reopening_is_none_of_what_was_resolved_anew() -> None:
    anew = {"resolved_at": after(days=5), "reopened_at": after(days=3)}
    asked = sums(cases(anew | {"follow_up_at": after(days=2)}, anew | {"follow_up_at": after(days=5, hours=1)}))
    assert (asked["complaints_resolved"], asked["complaints_followed_up_in_time"]) == (2, 1)
    # Reopened because of it, and not resolved anew yet: it was in time.
    once = {"resolved_at": after(days=1), "follow_up_at": after(days=1, hours=1), "reopened_at": after(days=2)}
    assert sums(cases(once))["complaints_followed_up_in_time"] == 1


def test_what_was_reopened_is_open_again_until_it_is_closed() -> None:
    # By hand: open at the end of the 1st, resolved on the 2nd, open again at the ends of the 4th and the 5th, and
    # closed on the 6th; the other is not closed yet when the data end on the 7th.
    told = {"resolved_at": after(days=1), "reopened_at": after(days=3)}
    found = cases(told | {"complaint_id": "closed", "closed_at": after(days=5)}, told | {"complaint_id": "open"})
    rows = backlog_rows(found, RECEIVED.date(), after(days=6))
    days = {each: rows.filter(complaint_id=each)["day"].dt.day().to_list() for each in ("closed", "open")}
    first = RECEIVED.day
    assert days["closed"] == [first, first + 3, first + 4]
    assert days["open"] == [first, *range(first + 3, first + 7)]


def test_facts_are_split_by_every_dimension() -> None:
    facts = complaint_facts(cases({"team_id": "a"}, {"team_id": "b"}, {"team_id": "a"}), AS_OF, Rules())
    by_team = facts.group_by("team_id").agg(pl.col("complaints", "complaints_due").sum()).sort("team_id")
    assert by_team.rows() == [("a", 2, 2), ("b", 1, 1)]


def test_a_hundred_thousand_complaints_are_counted() -> None:
    # So many are filtered by several threads at once, for which Polars 2.1 takes a constant for two rows.
    numbers = pl.select(complaint_id=pl.int_range(100_000).cast(pl.String))
    many = cases({}).drop("complaint_id").join(numbers, how="cross")
    assert sums(many)["complaints"] == 100_000


def test_no_complaints_give_facts_without_rows_and_metrics_without_a_value() -> None:
    facts = complaint_facts(cases(), AS_OF, Rules()).with_columns(
        handled=pl.lit(0, pl.Int64),
        orders=pl.lit(0.0, pl.Float64),
        active_customers=pl.lit(0.0, pl.Float64),
        customer_days=pl.lit(0, pl.Int64),
    )
    assert facts.is_empty()
    assert evaluate(METRICS, facts)["value"].to_list() == [None] * len(METRICS)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("complaint_rate", 12.0),  # 6 / 500
        ("complaint_rate_per_order", 3.0),  # 6 / 2,000
        ("attitude_complaint_rate", 4.0),  # 2 / 500
        ("cause_established_share", 50.0),  # 3 / 6
        ("complaint_sla_attainment", 25.0),  # 1 / 4
        ("complaint_sla_attainment_response", 60.0),  # 3 / 5
        ("complaint_sla_attainment_resolution", 50.0),  # 2 / 4
    ],
)
def test_metric_divides_the_sums_that_its_definition_names(metric: str, value: float) -> None:
    facts = pl.DataFrame(
        {
            "day": [date(2024, 3, 4)],
            "complaints": [6],
            "attitude_complaints": [2],
            "cause_established": [3],
            "complaints_due_response": [5],
            "complaints_met_response": [3],
            "complaints_due_resolution": [4],
            "complaints_met_resolution": [2],
            "complaints_due": [4],
            "complaints_met": [1],
            "handled": [500],
            "orders": [2000.0],
        }
    )
    chosen = next(each for each in METRICS if each.id == metric)
    assert evaluate([chosen], facts)["value"].to_list() == pytest.approx([value])
