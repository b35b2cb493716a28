"""Who held the clock, step by step; the parts add up to the whole, to the second."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from metrics.desk.holders import by_holder, held

START = datetime(2024, 3, 4, 9, 0)
TYPES = {"complaint_id": pl.String, "at": pl.Datetime("us"), "event": pl.String, "to_department": pl.String}
RECEIVED = (0, "received", "customer_service")
CUSTOMER = "the customer"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def steps(*rows: tuple[float, str, str | None], name: str = "a") -> pl.DataFrame:
    return pl.DataFrame([(name, at(minutes), event, to) for minutes, event, to in rows], TYPES, orient="row")


def minutes(events: pl.DataFrame, as_of: float = 1_000) -> dict[str | None, float]:
    """Minutes with each holder."""
    found = held(events, at(as_of))
    who = pl.when("is_customer").then(pl.lit(CUSTOMER)).otherwise("department").alias("who")
    return dict(found.group_by(who).agg(pl.col("seconds").sum() / 60).iter_rows())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([RECEIVED, (60, "solved", None)], {"customer_service": 60}),
        (
            [RECEIVED, (10, "handed_over", "it"), (70, "returned", "customer_service"), (90, "solved", None)],
            {"customer_service": 30, "it": 60},
        ),
        # Reminders and escalations move nothing by themselves.
        (
            [RECEIVED, (10, "handed_over", "it"), (40, "reminded", "it"), (50, "escalated", "head_office"),
             (90, "solved", None)],
            {"customer_service": 10, "it": 80},
        ),
        ([RECEIVED, (20, "pending", None), (50, "resumed", None), (60, "solved", None)],
         {"customer_service": 30, CUSTOMER: 30}),
        # The department replies while the case waits: afterwards it lies with who got it back.
        (
            [RECEIVED, (10, "handed_over", "it"), (20, "pending", None), (30, "returned", "customer_service"),
             (50, "resumed", None), (60, "solved", None)],
            {"customer_service": 20, "it": 10, CUSTOMER: 30},
        ),
        # Reopened: it goes on with whoever had it last, until it is closed.
        ([RECEIVED, (10, "handed_over", "it"), (30, "solved", None), (80, "reopened", None), (95, "closed", None)],
         {"customer_service": 10, "it": 35}),
        ([RECEIVED, (30, "solved", None), (80, "reopened", "it"), (95, "solved", None), (99, "closed", None)],
         {"customer_service": 30, "it": 15}),
        ([RECEIVED, (940, "handed_over", "it")], {"customer_service": 940, "it": 60}),  # open at the end
        ([RECEIVED, (990, "pending", None)], {"customer_service": 990, CUSTOMER: 10}),
        ([RECEIVED, (2_000, "solved", None)], {"customer_service": 1_000}),  # the data end before
        ([(0, "received", None), (10, "handed_over", "it"), (20, "returned", None), (25, "solved", None)],
         {None: 15, "it": 10}),  # a step that names nobody
        ([(10, "handed_over", "it"), (25, "solved", None)], {}),  # no receipt on record
        ([RECEIVED, RECEIVED, (60, "solved", None), (60, "solved", None)], {"customer_service": 60}),  # copied rows
        # Steps of one instant: resumed before solved.
        ([RECEIVED, (60, "solved", None), (60, "resumed", None), (30, "pending", None)],
         {"customer_service": 30, CUSTOMER: 30}),
    ],
)  # fmt: skip
def test_the_clock_lies_with_whom_the_steps_say(rows: list, expected: dict) -> None:
    assert minutes(steps(*rows)) == expected


def test_parts_add_up_to_the_time_from_receipt_to_solution_to_the_second() -> None:
    # Instants with fractions of a second: 0.6 s, 10.9 s, 59.4 s; the whole is 59 − 0 s.
    rows = [(0.6, "received", "cs"), (10.9, "handed_over", "it"), (33.3, "pending", None), (59.4, "solved", None)]
    events = steps(*((second / 60, event, to) for second, event, to in rows))
    assert held(events, at(100))["seconds"].sum() == 59


def test_complaints_do_not_mix() -> None:
    events = pl.concat(
        [
            steps(RECEIVED, (10, "handed_over", "it"), (30, "solved", None)),
            steps((5, "received", "shop"), (20, "solved", None), name="b"),
        ]
    )
    assert minutes(events) == {"customer_service": 10, "it": 20, "shop": 15}


def test_shares_and_medians_are_of_complaints_and_not_of_stints() -> None:
    # it holds "a" twice (10 + 30 min), "b" once (20 min): its median complaint is 30 min; customer service 10 and 20.
    events = pl.concat(
        [
            steps(RECEIVED, (5, "handed_over", "it"), (15, "returned", "customer_service"), (20, "handed_over", "it"),
                  (50, "solved", None)),
            steps((0, "received", "customer_service"), (20, "handed_over", "it"), (40, "solved", None), name="b"),
        ]
    )  # fmt: skip
    found = by_holder(held(events, at(100)))
    assert found.select("department", "seconds", "complaints", "median_seconds").rows() == [
        ("it", 3_600, 2, 1_800.0),
        ("customer_service", 1_800, 2, 900.0),
    ]
    assert found["share"].to_list() == pytest.approx([200 / 3, 100 / 3])
    assert found["low"].to_list() == [None, None]  # two values enclose no median


def test_the_median_of_six_is_enclosed_by_the_first_and_the_last() -> None:
    # Conover: with n = 6, 1 − 2 · 0.5⁶ = 96.9 %.
    events = pl.concat([steps(RECEIVED, (length, "solved", None), name=str(length)) for length in (1, 2, 3, 4, 5, 6)])
    row = by_holder(held(events, at(100))).row(0, named=True)
    assert (row["median_seconds"], row["low"], row["high"]) == (210.0, 60, 360)
