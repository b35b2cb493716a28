"""What is still to be done, case by case: each leg, a wait, a reopening, and the ladder of reminders."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from metrics.desk.due import (
    by_department,
    chosen,
    falls_due,
    open_legs,
    overdue_by_age,
    overdue_cases,
    reminders,
    standing,
)
from metrics.rules import HOUR, Rules
from metrics.working_time import Clock
from tests.metrics.test_complaint import RECEIVED, after, cases

STEP = {"complaint_id": pl.String, "at": pl.Datetime("us"), "event": pl.String, "level": pl.String}
DONE = {"first_response_at": after(minutes=1)}


def legs(as_of: datetime, *rows: dict) -> dict[str, int | None]:
    """Each leg still to be done with the seconds left."""
    found = open_legs(standing(cases(*rows), as_of, Rules()), as_of)
    return dict(found.select("leg", "seconds_left").iter_rows())


@pytest.mark.parametrize(
    ("case", "hours", "left"),
    # A general complaint: response after 30 min, hand-over after 10 min, department 2 h, resolution 24 h.
    [
        ({}, 0, {"response": 1800, "resolution": 24 * HOUR}),
        ({}, 1, {"response": -1800, "resolution": 23 * HOUR}),
        (DONE, 1, {"resolution": 23 * HOUR}),
        (DONE | {"responsible_department": "it"}, 1, {"hand_over": -3000, "resolution": 23 * HOUR}),
        (DONE | {"handed_over_at": after(minutes=30)}, 1, {"department": 5400, "resolution": 23 * HOUR}),
        (DONE | {"handed_over_at": after(hours=2)}, 1, {"hand_over": -3000, "resolution": 23 * HOUR}),  # in the future
        (
            DONE | {"handed_over_at": after(minutes=5), "department_replied_at": after(hours=1)},
            2,
            {"resolution": 22 * HOUR},
        ),
        (DONE | {"pending_since": after(hours=1)}, 30, {"resolution": None}),  # waits: its clock stands still
        (DONE | {"pending_since": after(hours=25)}, 30, {"resolution": -6 * HOUR}),  # overdue before it waited
        (DONE | {"resolved_at": after(hours=3)}, 4, {"follow_up": 23 * HOUR}),
        (DONE | {"resolved_at": after(hours=3), "customer_tier": "high_value"}, 4, {"follow_up": HOUR}),
        (DONE | {"resolved_at": after(hours=3), "follow_up_at": after(hours=4)}, 5, {}),
        (DONE | {"resolved_at": after(hours=3), "closed_at": after(hours=4)}, 5, {}),
        # Reopened after 10 h: 24 h from then on.
        (DONE | {"resolved_at": after(hours=3), "reopened_at": after(hours=10)}, 12, {"resolution": 22 * HOUR}),
        (DONE | {"resolved_at": after(hours=3), "reopened_at": after(hours=10)}, 5, {"follow_up": 22 * HOUR}),
        (DONE | {"resolved_at": after(hours=20), "reopened_at": after(hours=10)}, 21, {"follow_up": 23 * HOUR}),
        # Asked before it was reopened, and not since it was resolved anew.
        (
            DONE | {"resolved_at": after(hours=20), "reopened_at": after(hours=10), "follow_up_at": after(hours=4)},
            21,
            {"follow_up": 23 * HOUR},
        ),
        # Reopened, and then waiting for the customer before those 24 h are over; or after them; or waiting before.
        (
            DONE | {"resolved_at": after(hours=3), "reopened_at": after(hours=10), "pending_since": after(hours=11)},
            60,
            {"resolution": None},
        ),
        (
            DONE | {"resolved_at": after(hours=3), "reopened_at": after(hours=10), "pending_since": after(hours=35)},
            60,
            {"resolution": -26 * HOUR},
        ),
        (
            DONE | {"resolved_at": after(hours=3), "reopened_at": after(hours=10), "pending_since": after(hours=2)},
            60,
            {"resolution": -26 * HOUR},
        ),
        (DONE | {"resolved_at": after(hours=30)}, 25, {"resolution": -HOUR}),  # solved after the end of the data
        ({"severity": None}, 1, {}),
        ({"is_valid": False}, 1, {}),
        ({"duplicate_of": "other"}, 1, {}),
        ({"received_at": after(hours=2)}, 1, {}),
    ],
)
def test_each_leg_is_told_until_it_is_done(case: dict, hours: int, left: dict) -> None:
    assert legs(after(hours=hours), case) == left


def test_each_time_ahead_holds_the_shorter_ones() -> None:
    # At 20 h: 4 h are left of the first, 0 of one received 4 h before, 12 h of the third, and one waits.
    rows = [
        {"complaint_id": "a"},
        {"complaint_id": "b", "received_at": after(hours=-4)},
        {"complaint_id": "c", "received_at": after(hours=8)},
        {"complaint_id": "d", "received_at": after(hours=-5)},
        {"complaint_id": "e", "pending_since": after(hours=1)},
    ]
    as_of = after(hours=20)
    found = open_legs(standing(cases(*({**DONE, **row} for row in rows)), as_of, Rules()), as_of)
    counts = falls_due(found, Rules()).filter(pl.col("leg") == "resolution").row(0, named=True)
    assert counts == {"leg": "resolution", "overdue": 1, "soon": 2, "later": 2, "last": 3, "waiting": 1}
    resolution = found.filter(pl.col("leg") == "resolution")
    for column in ("overdue", "soon", "later", "last", "waiting"):
        assert chosen(resolution, column, Rules()).height == counts[column]
    assert chosen(resolution, "last", Rules())["complaint_id"].to_list() == ["b", "a", "c"]


def test_overdue_cases_stand_in_the_band_of_their_age() -> None:
    # Due after 24 h; overdue by exactly 4 h is still of the first band, by one second more of the second.
    overdue = [0, HOUR, 4 * HOUR, 4 * HOUR + 1, 24 * HOUR, 72 * HOUR, 168 * HOUR, 169 * HOUR]
    as_of = after(days=30)
    rows = [{"received_at": as_of - timedelta(seconds=24 * HOUR + each), **DONE} for each in overdue]
    late = overdue_cases(open_legs(standing(cases(*rows), as_of, Rules()), as_of))
    assert late["band"].to_list() == [4, 3, 2, 1, 1, 0, 0]
    assert overdue_by_age(late)["count"].to_list() == [2, 2, 1, 1, 1]


def ladder(hours: float, *steps: tuple[float, str, str | None], rules: Rules | None = None, **case: object) -> dict:
    """The reminder that a complaint handed over on receipt is due after so many hours."""
    row = {"complaint_id": "a", "handed_over_at": RECEIVED, "responsible_department": "it", **DONE, **case}
    events = pl.DataFrame([("a", after(hours=at), event, level) for at, event, level in steps], STEP, orient="row")
    as_of, used = after(hours=hours), rules or Rules()
    found = reminders(standing(cases(row), as_of, used), events, as_of, used)
    return found.row(0, named=True) if found.height else {}


@pytest.mark.parametrize(
    ("hours", "steps", "owed", "next_hours"),
    # The ladder as shipped: department after 2 h, its head after 4 h, the leader above after 8 h.
    [
        (1, [], None, 2),
        (2, [], "department", 2),
        (3, [(2.5, "reminded", None)], None, 4),
        (4, [(2.5, "reminded", None)], "head", 4),
        (5, [], "head", 2),  # nobody was reminded yet: the highest rung that is due
        (5, [(2.5, "reminded", None), (4.5, "reminded", None)], None, 8),
        (9, [(2.5, "reminded", None), (4.5, "reminded", None)], "leader", 8),
        (9, [(2.5, "reminded", "leader")], None, None),  # the record names the rung
        (9, [(-1, "reminded", None), (3, "escalated", None), (10, "reminded", None)], "leader", 2),  # none that counts
        (90, [(at, "reminded", None) for at in (3, 5, 9, 20)], None, None),
    ],
)
def test_the_ladder_of_reminders_rises_with_the_time_since_the_hand_over(
    hours: float, steps: list, owed: str | None, next_hours: float | None
) -> None:
    found = ladder(hours, *steps)
    assert found["owed"] == owed
    assert found["next_at"] == (None if next_hours is None else after(hours=next_hours))


def test_nobody_is_reminded_of_what_waits_for_the_customer_or_has_been_answered() -> None:
    assert ladder(9, pending_since=after(hours=1)) == {}
    assert ladder(9, department_replied_at=after(hours=5)) == {}
    assert ladder(9, closed_at=after(hours=5)) == {}


def test_the_ladder_rests_at_night_where_the_clock_does() -> None:
    # Handed over on Monday at 9:00 (4 March 2024); after 24 h by the wall, 9 office hours have passed.
    rules = Rules(deadline_clock=Clock.OFFICE_HOURS)
    found = ladder(24, rules=rules)
    assert (found["waited_seconds"], found["owed"]) == (9 * HOUR, "leader")
    assert (
        ladder(12, rules=rules, received_at=RECEIVED, handed_over_at=after(hours=8))["owed"] is None
    )  # 1 h till 18:00


def test_departments_stand_by_the_reminders_that_they_owe() -> None:
    rows = [("a", "it", 9), ("b", "it", 1), ("c", "production", 3), ("d", None, 1)]
    as_of = after(hours=10)
    handed = [
        {"complaint_id": name, "responsible_department": who, "handed_over_at": after(hours=10 - ago), **DONE}
        for name, who, ago in rows
    ]
    found = by_department(
        reminders(standing(cases(*handed), as_of, Rules()), pl.DataFrame(schema=STEP), as_of, Rules())
    )
    assert found.rows() == [
        ("it", 2, 0, 0, 1, 9 * HOUR),
        ("production", 1, 1, 0, 0, 3 * HOUR),
        (None, 1, 0, 0, 0, HOUR),
    ]
