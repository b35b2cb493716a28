from datetime import datetime, timedelta

import polars as pl

from metrics.desk.customer_tags import CustomerTag, customer_tags
from metrics.rules import Rules

FIRST = datetime(2026, 1, 5, 9)
CONTACTS = {"channel": pl.String, "issue_type": pl.String, "started_at": pl.Datetime("us")}
COMPLAINTS = {
    "issue_type": pl.String, "received_at": pl.Datetime("us"), "escalation_level": pl.String,
    "wants_escalation": pl.Boolean, "demands_quick_reply": pl.Boolean, "follow_up_score": pl.Float64,
}  # fmt: skip


def contacts(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame([(*row, FIRST) for row in rows], schema=CONTACTS, orient="row")


def complaints(*rows: tuple) -> pl.DataFrame:
    """Type, day, level, two claims and score of each complaint."""
    told = [(kind, FIRST + timedelta(days=day), *rest) for kind, day, *rest in rows]
    return pl.DataFrame(told, schema=COMPLAINTS, orient="row")


def codes(found: list[CustomerTag]) -> list[str]:
    return [each.code for each in found]


def test_nothing_known_sets_no_tag():
    assert customer_tags(contacts(), complaints(), None, Rules()) == []


def test_a_channel_is_preferred_from_three_of_five_contacts_on():
    three = contacts(("phone", "a"), ("phone", "b"), ("phone", "c"), ("app", "d"), ("chat", "e"))
    assert customer_tags(three, complaints(), None, Rules()) == [CustomerTag("prefers_channel", "phone", 3, 5)]
    assert customer_tags(contacts(("phone", "a"), ("phone", "b")), complaints(), None, Rules()) == []  # two are too few
    even = contacts(("phone", "a"), ("phone", "b"), ("app", "c"), ("chat", "d"))  # half is less than 60 %
    assert customer_tags(even, complaints(), None, Rules()) == []


def test_the_main_issue_counts_contacts_and_complaints():
    found = customer_tags(
        contacts(("phone", "refund"), ("app", "price")),
        complaints(("refund", 0, None, None, None, None), ("order", 99, None, None, None, None)),
        None,
        Rules(),
    )
    assert found == [CustomerTag("main_issue", "refund", 2, 4)]


def test_warnings_come_first_with_how_often_and_when_last():
    found = customer_tags(
        contacts(),
        complaints(
            ("a", 0, "L3", None, True, 5.0), ("b", 50, "L1", True, None, 2.0), ("c", 99, None, False, False, None)
        ),
        "high_value",
        Rules(),
    )
    day = FIRST + timedelta(days=50)
    assert found == [
        CustomerTag("escalated_before", None, 1, 3, FIRST),
        CustomerTag("wants_escalation", None, 1, 3, day),
        CustomerTag("dissatisfied", None, 1, 1, day),
        CustomerTag("wants_quick_reply", None, 1, 3, FIRST),
        CustomerTag("tier", "high_value", 1, 1),
    ]


def test_a_later_satisfied_answer_takes_dissatisfaction_back():
    rows = complaints(("a", 0, None, None, None, 1.0), ("b", 50, None, None, None, 4.0))
    assert codes(customer_tags(contacts(), rows, None, Rules())) == []


def test_complaining_again_means_the_same_type_within_the_window():
    within = complaints(
        ("a", 0, None, None, None, None), ("b", 9, None, None, None, None), ("a", 30, None, None, None, None)
    )
    found = customer_tags(contacts(), within, None, Rules())
    assert found[0] == CustomerTag("complains_again", "a", 1, 3, FIRST + timedelta(days=30))
    beyond = complaints(("a", 0, None, None, None, None), ("a", 31, None, None, None, None))
    assert "complains_again" not in codes(customer_tags(contacts(), beyond, None, Rules()))
