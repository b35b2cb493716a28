from datetime import datetime, timedelta

import polars as pl
import pytest

from metrics.desk.chances import chances
from metrics.desk.repeats import after_resolved, chains, customers, gap_weeks, gaps, share
from metrics.desk.triggers import known_at_receipt
from metrics.rules import Rules
from tests.metrics.test_desk_triggers import NOBODY, START, case, framed

END = START + timedelta(days=400)


def inside(rows: list[dict]) -> pl.DataFrame:
    return chains(framed(rows), 30).with_columns(is_inside=pl.lit(value=True))


def test_a_chain_ends_where_the_next_complaint_of_the_same_comes_too_late():
    rows = [
        case("a", 0), case("b", 30), case("c", 61), case("d", 62), case("e", 63), case("other", 5, issue="delay"),
        case("wu", 1, "wu"), case("nobody", 2, None), case("about nothing", 3, issue=None),
    ]  # fmt: skip
    found = chains(framed(rows), 30)
    told = {row[0]: row[1:] for row in found.select("complaint_id", "place", "length", "gap_days").rows()}
    # 30 days after a is still its chain, 31 days after b is a new one.
    assert told == {
        "a": (1, 2, None), "b": (2, 2, 30.0), "c": (1, 3, None), "d": (2, 3, 1.0), "e": (3, 3, 1.0),
        "other": (1, 1, None), "wu": (1, 1, None),
    }  # fmt: skip
    assert found["chain"].n_unique() == 4
    counted = customers(found)
    assert {least: (each.count, each.n) for least, each in counted.items()} == {2: (1, 2), 3: (1, 2)}


def test_a_share_is_in_percent_with_wilsons_interval_and_of_nothing_none():
    found = share(10, 50)
    # Wilson (1927), z = 1.96: (0.2 + 0.0384 ± 1.96 · sqrt(0.0032 + 0.000384)) / 1.0768
    assert (found.value, found.low, found.high) == pytest.approx((20.0, 11.24, 33.04), abs=0.01)
    assert (share(0, 0).value, share(0, 0).low) == (None, None)


def test_the_time_between_is_that_of_complaints_whose_days_are_over():
    rows = [case("a", 0), case("b", 4), case("c", 104), case("d", 395), case("e", 396)]
    found = gaps(inside(rows), 90, END)
    # Over are a (next after 4), b (next only after 100) and c (after 291); d and e came 5 days before the end.
    assert (found.complaints, found.days.to_list()) == (3, [4.0])
    assert found.middle.value == 4.0
    weeks = gap_weeks(found, 90)
    assert (weeks.height, weeks["complaints"].to_list()) == (13, [1, *[0] * 12])
    many = [case(f"{place:02d}{turn}", turn * (place + 1), f"c{place}") for place in range(11) for turn in (0, 1)]
    middle = gaps(inside(many), 90, END).middle
    # Conover (1999), n = 11: the 2nd and the 10th of the ordered values enclose the median with 95 %.
    assert (middle.value, middle.low, middle.high) == (6.0, 2.0, 10.0)


def resolved(name: str, customer: str, product: str, days: float, *, again: float | None) -> list[dict]:
    first = case(name, days, customer, product=product, resolved_at=START + timedelta(days=days + 1))
    return [first] if again is None else [first, case(f"{name}+", days + 1 + again, customer, product=product)]


def test_what_comes_back_after_it_was_resolved_counts_each_customer_once():
    rows = [
        *resolved("a", "li", "lamp", 0, again=30), *resolved("b", "wu", "lamp", 0, again=31),
        *resolved("c", "sun", "lamp", 380, again=2),  # its 30 days are not over
        *resolved("d", "li", "lamp", 100, again=1),  # counted by the first one
    ]  # fmt: skip
    found = after_resolved(inside(rows), "product", 30, START, END, 1)
    assert found.select("product", "resolved", "again", "value").rows() == [("lamp", 2, 1, 50.0)]


def test_groups_are_compared_with_all_the_others_and_named_with_false_discoveries_held():
    tea = [
        row
        for product, again in (("milk", 3), ("tea", 1))
        for place in range(4)
        for row in resolved(f"{product}{place}", f"{product}{place}", product, 0, again=5 if place < again else None)
    ]
    found = after_resolved(inside(tea), "product", 30, START, END, 1)
    # Fisher (1935): 3 of 4 against 1 of 4, two-sided p = 0.486.
    assert found["p"].to_list() == pytest.approx([0.4857, 0.4857], abs=1e-4)
    assert found["is_named"].to_list() == [False, False]
    planted = [
        row
        for product, again in (("bad", 30), ("good", 4), ("fine", 5))
        for place in range(50)
        for row in resolved(f"{product}{place}", f"{product}{place}", product, 0, again=5 if place < again else None)
    ]
    found = after_resolved(inside(planted), "product", 30, START, END, 30)
    assert found.filter("is_named")["product"].to_list() == ["bad"]  # the good ones differ too, but not by more
    few = after_resolved(inside(tea), "product", 30, START, END, 30)
    assert few["is_few"].all()
    assert few["p"].is_null().all()


def test_missed_chances_are_the_customers_own_contacts_and_cases_before():
    rows = [
        case("first", 0, issue="delay", resolved_at=START + timedelta(days=30)),
        case("second", 20, resolved_at=START + timedelta(days=21)),
        case("gone", 25, escalation_level="L3"), case("alone", 26, "wu", escalation_level="L3"),
        case("old", 130, escalation_level="L3"), case("head office", 27, "sun", escalation_level="L2"),
    ]  # fmt: skip
    before = [
        {"complaint_id": "gone", "about": "delay", "contacts": 2, "last_at": START + timedelta(days=24)},
        {"complaint_id": "gone", "about": "refund", "contacts": 1, "last_at": START + timedelta(days=22)},
    ]
    found = chances(known_at_receipt(framed(rows), pl.DataFrame(before, schema=NOBODY.schema), Rules()))
    told = found.select("complaint_id", "contacts", "last_about", "tickets", "last_ticket_about", "was_open", "days")
    assert told.rows() == [
        ("old", 0, None, 0, None, None, None),  # 105 days after the one before
        ("alone", 0, None, 0, None, None, None),
        ("gone", 3, "delay", 2, "refund", False, 1.0),
    ]
    assert datetime(2026, 1, 25, 9) in found["last_ticket"].to_list()
