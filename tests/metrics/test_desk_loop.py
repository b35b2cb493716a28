"""Closing the loop, case by case: each step of a resolved complaint, and the hands that it went through."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from metrics.desk.loop import STEPS, by_hands, handed_on, hands, left_alone, resolved_cases, steps
from metrics.rules import Rules
from tests.metrics.test_complaint import AS_OF, after, cases

TYPES = {"complaint_id": pl.String, "at": pl.Datetime("us")} | dict.fromkeys(
    ("event", "to_department", "agent_id"), pl.String
)
SOLVED = {"resolved_at": after(hours=1)}
ASKED = SOLVED | {"follow_up_at": after(hours=5)}
ANGRY = ASKED | {"follow_up_score": 2.0}
AGAIN = ANGRY | {"reopened_at": after(hours=9)}


@pytest.mark.parametrize(
    ("case", "reached"),
    [
        ({}, ""),
        ({"resolved_at": AS_OF - timedelta(hours=23)}, ""),  # its follow-up is not due yet
        ({"resolved_at": AS_OF - timedelta(hours=24)}, "resolved"),
        ({"resolved_at": AS_OF - timedelta(hours=2), "customer_tier": "high_value"}, "resolved"),
        (SOLVED, "resolved"),
        (SOLVED | {"follow_up_at": AS_OF + timedelta(hours=1), "follow_up_score": 1.0}, "resolved"),
        (ASKED, "resolved followed_up"),
        (ASKED | {"follow_up_score": 5.0}, "resolved followed_up rated"),
        (ASKED | {"follow_up_score": 3.0}, "resolved followed_up rated"),  # neither satisfied nor dissatisfied
        (ANGRY, "resolved followed_up rated dissatisfied"),
        (ANGRY | {"closed_at": after(hours=6)}, "resolved followed_up rated dissatisfied"),
        (ANGRY | {"reopened_at": after(hours=3)}, "resolved followed_up rated dissatisfied"),  # for another reason
        (AGAIN, "resolved followed_up rated dissatisfied reopened"),
        (AGAIN | {"closed_at": after(hours=30)}, "resolved followed_up rated dissatisfied reopened ended_again"),
        (AGAIN | {"closed_at": AS_OF + timedelta(1)}, "resolved followed_up rated dissatisfied reopened"),
        (SOLVED | {"is_valid": False}, ""),
    ],
)
def test_each_case_reaches_the_step_that_its_instants_say(case: dict, reached: str) -> None:
    found = steps(resolved_cases(cases(case), AS_OF, Rules()))
    assert " ".join(row["step"] for row in found.iter_rows(named=True) if row["count"]) == reached


def test_each_step_is_a_share_of_the_one_before() -> None:
    rows = [ASKED | {"follow_up_score": 5.0}, ANGRY, ANGRY, AGAIN, SOLVED]
    found = steps(resolved_cases(cases(*rows), AS_OF, Rules()))
    assert dict(found.select("step", "count").iter_rows()) == dict(zip(STEPS, (5, 4, 4, 3, 1, 0), strict=True))
    assert found["share"].to_list() == [None, 80.0, 100.0, 75.0, pytest.approx(100 / 3), 0.0]
    # Wilson, 4 of 5: 37.6 % to 96.4 % (Agresti & Coull 1998, by hand: (0.8 + 0.3842 ± 1.96 √(0.032 + 0.0384)) / 1.768).
    assert (found["low"][1], found["high"][1]) == pytest.approx((37.55, 96.38), abs=0.01)
    assert left_alone(resolved_cases(cases(*rows), AS_OF, Rules())).height == 2


def test_from_which_score_on_somebody_is_dissatisfied_is_a_rule() -> None:
    found = resolved_cases(cases(ASKED | {"follow_up_score": 3.0}), AS_OF, Rules(dissatisfied_score=3))
    assert left_alone(found).height == 1


def moves(*rows: tuple[int, str, str | None], name: str = "a") -> pl.DataFrame:
    at = datetime(2024, 3, 4, 9)
    made = [(name, at + timedelta(minutes=minute), event, to, f"agent {minute}") for minute, event, to in rows]
    return pl.DataFrame(made, TYPES, orient="row")


FIRST = (0, "received", "customer_service")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([FIRST], (1, False, "customer_service")),
        ([FIRST, (5, "handed_over", "it")], (2, True, "customer_service")),
        ([FIRST, (5, "handed_over", "it"), (9, "returned", "customer_service")], (3, True, "customer_service")),
        ([FIRST, (5, "handed_over", "it"), (9, "handed_over", "shop")], (3, True, "customer_service")),
        ([FIRST, (5, "handed_over", "it"), (9, "handed_over", "it")], (2, True, "customer_service")),
        ([FIRST, (5, "handed_over", "customer_service")], (1, False, "customer_service")),  # to oneself
        ([FIRST, (5, "reminded", "it"), (9, "escalated", "head_office")], (1, False, "customer_service")),
        ([(0, "received", None), (5, "handed_over", "it")], (2, True, None)),
        ([FIRST, FIRST], (1, False, "customer_service")),  # copied rows
        ([FIRST, (99_999, "handed_over", "it")], (1, False, "customer_service")),  # after the end of the data
        ([(5, "handed_over", "it")], None),  # no receipt on record
    ],
)
def test_every_move_to_another_department_is_one_more_hand(rows: list, expected: tuple | None) -> None:
    found = hands(moves(*rows), AS_OF)
    assert [row[1:] for row in found.rows()] == ([] if expected is None else [(*expected, "agent 0")])


def test_hands_are_counted_and_their_mean_has_an_interval() -> None:
    frame = pl.DataFrame(
        {"hands": [1, 1, 2, 5], "is_handed_on": [False, False, True, True], "team_id": ["a", "a", "a", "b"]}
    )
    assert by_hands(frame).rows() == [(1, 2, 50.0), (2, 1, 25.0), (4, 1, 25.0)]
    row = handed_on(frame).row(0, named=True)
    assert (row["complaints"], row["handed_on"], row["share"], row["mean_hands"]) == (4, 2, 50.0, 2.25)
    # Student: s² = (31 − 4 · 2.25²) / 3 = 3.5833, half = 3.1824 · √(3.5833 / 4) = 3.0121.
    assert (row["hands_low"], row["hands_high"]) == pytest.approx((2.25 - 3.0121, 2.25 + 3.0121), abs=0.001)
    by_team = handed_on(frame, "team_id")
    assert by_team.select("team_id", "complaints", "handed_on").rows() == [("a", 3, 1), ("b", 1, 1)]
    assert by_team["hands_low"][1] is None  # one case has no spread
