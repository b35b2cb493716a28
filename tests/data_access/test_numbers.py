"""Metrics of a scope: their order, their time grain, and why one is refused."""

import math
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_access.compared import days_compared, read_compared, read_weeks
from data_access.numbers import Grain, read_complaint_counts, read_metrics
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL, Viewer
from metrics.catalogue import CATALOGUE, named
from metrics.metric import Status
from metrics.rules import Rules
from metrics.scope import Filters, Period, Scope
from tests.data_access.seed import EVERY_COLUMN, contact, embedded, seeded

JANUARY = Period(date(2024, 1, 1), date(2024, 2, 1))
CSAT_ROWS = [
    # (day of January 2024, team, channel, answer): the 7th is a Sunday, the 8th a Monday.
    *((7, "a", "phone", 5.0), (7, "a", "chat", 1.0), (8, "a", "phone", 4.0), (8, "b", "phone", 3.0)),
    *((9, "b", "phone", 5.0), (31, "b", "chat", 2.0), (31, None, "chat", 4.0)),
]
NOON = datetime(2024, 1, 8, 12)
COUNTED_ALONE = {  # by hand, of the warehouse of the test below
    "csat": (2, 2),
    "service_level": (1, 2),
    "complaint_rate": (1, 2),
    "complaint_rate_per_order": (1, 10),
}


def opened(folder: Path, rows: dict[str, list[dict]], rules: Rules | None = None) -> Store:
    rollups = open_rollups(embedded(folder / "w.duckdb", rows), rules or Rules(min_denominator=1), folder)
    return Store(rollups, rollups.refresh())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    contacts = [
        contact(str(number), datetime(2024, 1, day, 23, 30), f"c{number}", team_id=team, channel=channel, csat=answer)
        for number, (day, team, channel, answer) in enumerate(CSAT_ROWS)
    ]
    orders = [{"day": date(2024, 1, day), "kind": "orders", "value": 100.0} for day in (1, 31)]
    complaints = [
        {"complaint_id": str(day), "received_at": datetime(2024, 1, day, 12), "team_id": "a"} for day in (2, 8, 9, 31)
    ]
    return opened(
        tmp_path_factory.mktemp("numbers"), {"contacts": contacts, "volumes": orders, "complaints": complaints}
    )


def csat(store: Store, **asked: object) -> list[tuple]:
    """Groups with numerator and denominator."""
    found = read_metrics(store, LOCAL, [CATALOGUE["csat"]], JANUARY, **asked)  # ty: ignore[invalid-argument-type]
    names = [name for name in found.columns if name in {"team_id", "channel", "day", "week", "month"}]
    return found.select(*names, "numerator", "denominator").rows()


def test_total_of_a_period(store: Store) -> None:
    assert csat(store) == [(4, 7)]  # 5, 4, 5, 4 out of seven answers


@pytest.mark.parametrize(
    ("grain", "expected"),
    [
        (Grain.DAY, [(7, 1, 2), (8, 1, 2), (9, 1, 1), (31, 1, 2)]),
        (Grain.WEEK, [(1, 1, 2), (8, 2, 3), (29, 1, 2)]),  # Mondays
        (Grain.MONTH, [(1, 4, 7)]),
    ],
)
def test_time_grain_is_named_by_its_first_day(grain: Grain, expected: list, store: Store) -> None:
    assert csat(store, grain=grain) == [(date(2024, 1, day), *counts) for day, *counts in expected]


def test_what_was_answered_before_is_never_another_questions_answer(store: Store) -> None:
    """By hand from CSAT_ROWS; each question differs from the first in one thing, and all are asked twice."""
    first_half = Period(date(2024, 1, 1), date(2024, 1, 9))
    only_b = Viewer("b", teams=("b",), is_cleared=True)
    for _ in range(2):
        assert parts(store, LOCAL, JANUARY) == [(4, 7)]
        assert parts(store, only_b, JANUARY) == [(1, 3)]
        assert parts(store, LOCAL, first_half) == [(2, 4)]
        assert parts(store, LOCAL, JANUARY, (("channel", ("chat",)),)) == [(1, 3)]
        assert parts(store, LOCAL, JANUARY, by=("channel",)) == [(1, 3), (3, 4)]
        assert parts(store, LOCAL, JANUARY, grain=Grain.WEEK) == [(1, 2), (2, 3), (1, 2)]


def parts(store: Store, viewer: Viewer, period: Period, *filters: Filters, **asked: Any) -> list[tuple]:
    found = read_metrics(store, viewer, [CATALOGUE["csat"]], period, *filters, **asked)
    return found.select("numerator", "denominator").rows()


def test_split_has_the_unknown_last(store: Store) -> None:
    assert csat(store, by=("team_id",)) == [("a", 2, 3), ("b", 1, 3), (None, 1, 1)]


def test_split_by_two_dimensions_and_time(store: Store) -> None:
    found = csat(store, by=("channel", "team_id"), grain=Grain.MONTH)
    first = date(2024, 1, 1)
    assert found == [
        ("chat", "a", first, 0, 1),
        ("chat", "b", first, 0, 1),
        ("chat", None, first, 1, 1),
        ("phone", "a", first, 2, 2),
        ("phone", "b", first, 1, 2),
    ]


def test_filter_leaves_out_the_unknown(store: Store) -> None:
    assert csat(store, filters=(("team_id", ("a", "b")),)) == [(3, 6)]
    assert csat(store, filters=(("channel", ("chat",)), ("team_id", ("b",)))) == [(0, 1)]


def test_period_without_a_row_is_no_data(store: Store) -> None:
    empty = Period(date(2024, 1, 10), date(2024, 1, 20))
    found = read_metrics(store, LOCAL, [CATALOGUE["csat"]], empty)
    assert found.select("value", "denominator", "status").rows() == [(None, 0, Status.NO_DATA)]


def test_metrics_come_in_the_order_asked(store: Store) -> None:
    asked = ["transfer_rate", "csat", "handle_time", "complaint_rate", "qa_coverage"]
    assert read_metrics(store, LOCAL, named(asked), JANUARY)["metric"].to_list() == asked


def test_metrics_asked_together_count_what_each_counts_alone(tmp_path: Path) -> None:
    """Two contacts, answered after 5 and 60 seconds; the volumes say of the same day that 50 of 100 were in time."""
    contacts = [
        contact(name, NOON, name, csat=5.0, queued_at=NOON, answered_at=NOON + timedelta(seconds=wait))
        for name, wait in (("quick", 5), ("slow", 60))
    ]
    kinds = {"orders": 10.0, "offered": 100.0, "answered": 100.0, "answered_in_time": 50.0}
    volumes = [{"day": NOON.date(), "kind": kind, "value": value} for kind, value in kinds.items()]
    complaints = [{"complaint_id": "1", "received_at": NOON}]
    store = opened(tmp_path, {"contacts": contacts, "volumes": volumes, "complaints": complaints})
    found = read_metrics(store, LOCAL, named(list(COUNTED_ALONE)), JANUARY)
    rows = found.select("metric", "numerator", "denominator").iter_rows()
    assert {metric: tuple(counts) for metric, *counts in rows} == COUNTED_ALONE


def test_no_metrics_give_a_frame_without_rows(store: Store) -> None:
    assert read_metrics(store, LOCAL, [], JANUARY).is_empty()


@pytest.mark.parametrize(
    ("metric", "by", "needs"),
    [
        ("complaint_rate_per_order", "team_id", "team_id"),
        ("complaint_rate_per_order", "channel", "channel"),
        ("complaint_rate", "severity", "severity"),  # contacts have none
        ("cause_established_share", "agent_id", "agent_id"),
        ("qa_coverage_agents", "channel", "channel"),
        ("csat", "severity", "severity"),
        ("attitude_complaint_rate", "issue_type", "issue_type"),  # no contact is about the service's attitude
    ],
)
@pytest.mark.parametrize("as_filter", [True, False])
def test_split_that_a_metric_does_not_know_is_refused(
    metric: str, by: str, needs: str, *, as_filter: bool, store: Store
) -> None:
    asked = {"filters": ((by, ("a",)),)} if as_filter else {"by": (by,)}
    found = read_metrics(store, LOCAL, [CATALOGUE[metric]], JANUARY, **asked)  # ty: ignore[invalid-argument-type]
    assert found.select("value", "status", "needs").rows() == [(None, Status.NOT_SPLIT, needs)]


def test_orders_split_by_product(store: Store) -> None:
    found = read_metrics(store, LOCAL, [CATALOGUE["complaint_rate_per_order"]], JANUARY)
    assert found.select("numerator", "denominator", "value").row(0) == pytest.approx((4, 200, 20))  # 4 / 200 · 1,000


LACKING = {
    "first_contact_resolution": "contacts.customer_id, contacts.issue_type",
    "csat": "contacts.csat",
    "csat_response_rate": "contacts.csat, contacts.csat_sent",
    "handle_time": "contacts.talk_seconds",
    "complaint_rate": "complaints",
    "complaint_rate_per_order": "complaints, volumes",
    "complaint_sla_attainment": "complaints.severity, complaints.first_response_at, complaints.resolved_at",
    "qa_coverage": "qa_reviews.contact_id",
    "qa_coverage_agents": "qa_reviews.agent_id, qa_reviews.contact_id, contacts.agent_id",
    "qa_coverage_agents_centre": ("qa_reviews.agent_id, qa_reviews.contact_id, contacts.agent_id, qa_reviews.level"),
}


@pytest.mark.parametrize("metric", list(LACKING))
def test_metric_that_the_warehouse_cannot_give_names_the_columns_it_needs(metric: str, tmp_path: Path) -> None:
    rollups = open_rollups(
        seeded(tmp_path / "w.sqlite", {}, only={"contacts": "contact_id started_at"}), Rules(), tmp_path
    )
    store = Store(rollups, rollups.refresh())
    found = read_metrics(store, LOCAL, [CATALOGUE[metric]], JANUARY)
    assert found.select("value", "status", "needs").rows() == [(None, Status.NOT_AVAILABLE, LACKING[metric])]


def test_column_of_a_split_that_is_lacking_is_named_too(tmp_path: Path) -> None:
    only = {"contacts": "contact_id started_at csat", "complaints": "complaint_id received_at"}
    rollups = open_rollups(seeded(tmp_path / "w.sqlite", {}, only=only), Rules(), tmp_path)
    store = Store(rollups, rollups.refresh())
    found = read_metrics(store, LOCAL, named(["csat", "complaint_rate"]), JANUARY, by=("team_id",))
    assert found["needs"].to_list() == ["contacts.team_id", "complaints.team_id, contacts.team_id"]


def test_days_are_final_whose_windows_before_and_after_lie_in_the_data(tmp_path: Path) -> None:
    # Data from the 1st to the 31st of January; seven days after the first and before the last are the 8th and the 24th.
    daily = opened(
        tmp_path, {"contacts": [contact(f"{day}", datetime(2024, 1, day), f"{day}") for day in range(1, 32)]}
    )
    asked = {(8, 25): True, (8, 26): False, (7, 25): False, (8, 9): True, (24, 25): True, (1, 32): False}
    for (first, end), is_final in asked.items():
        period = Period(date(2024, 1, first), date(2024, 1, 1) + timedelta(days=end - 1))
        found = read_metrics(daily, LOCAL, [CATALOGUE["first_contact_resolution"]], period)
        assert (found["mature"].item(), found["denominator"].item()) == (is_final, end - first)
    days = read_metrics(daily, LOCAL, [CATALOGUE["first_contact_resolution"]], JANUARY, grain=Grain.DAY)
    assert days.filter("mature")["day"].to_list() == [date(2024, 1, day) for day in range(8, 25)]


def test_what_is_compared_lies_in_the_data_with_all_its_days(tmp_path: Path) -> None:
    # Data from 8 January on: that week can stand against the next, and the days before it against nothing.
    rows = [contact(str(day), datetime(2024, 1, day), str(day), csat=5.0 - day % 2) for day in range(8, 32)]
    began = opened(tmp_path, {"contacts": rows})
    weeks = [Period(date(2024, 1, day), date(2024, 1, day + 7)) for day in (1, 8, 15)]
    told = {
        now.start: read_compared(began, LOCAL, [CATALOGUE["csat"]], Scope(now, before)).row(0, named=True)
        for before, now in pairwise(weeks)
    }
    assert (told[date(2024, 1, 8)]["old"], told[date(2024, 1, 8)]["difference"]) == (None, None)
    assert told[date(2024, 1, 15)]["old_denominator"] == 7
    month = Scope(Period(date(2024, 1, 17), date(2024, 1, 31)), Period(date(2024, 1, 3), date(2024, 1, 17)))
    assert read_compared(began, LOCAL, [CATALOGUE["csat"]], month)["old"].to_list() == [None]  # five days are lacking
    assert days_compared(began, CATALOGUE["csat"], month) is None


OF_VOLUMES = {
    "logistics_delay_rate": ("shipments", "delayed_shipments"),
    "product_pass_rate": ("inspected", "passed"),
    "return_rate": ("sold", "returned"),
    "complaint_rate_per_order": ("active_customers", "orders"),
}


@pytest.mark.parametrize("metric", list(OF_VOLUMES))
def test_a_kind_of_volumes_that_no_day_tells_is_lacking_and_not_zero(metric: str, tmp_path: Path) -> None:
    told, lacking = OF_VOLUMES[metric]
    rows = {
        "contacts": [contact("1", NOON, "c1")],
        "complaints": [{"complaint_id": "1", "received_at": NOON}],
        "volumes": [{"day": NOON.date(), "kind": told, "value": 100.0}],
    }
    found = read_metrics(opened(tmp_path, rows), LOCAL, [CATALOGUE[metric]], JANUARY)
    wanted = (None, Status.NOT_AVAILABLE, f"volumes.kinds.{lacking}")
    assert found.select("value", "status", "needs").rows() == [wanted]


def test_calls_of_a_centre_that_has_daily_figures_only_need_their_kinds(tmp_path: Path) -> None:
    figures = {"offered": 100.0, "answered": 90.0}
    rows = {"volumes": [{"day": NOON.date(), "kind": kind, "value": value} for kind, value in figures.items()]}
    only = {"volumes": "day kind value"}
    rollups = open_rollups(seeded(tmp_path / "w.duckdb", rows, only=only), Rules(), tmp_path)
    store = Store(rollups, rollups.refresh())
    found = read_metrics(store, LOCAL, [CATALOGUE["service_level"]], JANUARY)
    assert found["needs"].to_list() == ["volumes.kinds.answered_in_time"]


def test_an_escalation_is_seen_from_its_own_day_and_after_what_the_customer_did(tmp_path: Path) -> None:
    # Received on 1 March, escalated on 15 April; the last own contact is of 10 April, five days before: ours of the
    # 12th is none. Active again after the complaint: on 10 April as well, not when we called on 2 March.
    called = {"20 Feb": (2, 20), "2 Mar": (3, 2), "10 Apr": (4, 10), "12 Apr": (4, 12), "end": (9, 1)}
    ours = {"2 Mar", "12 Apr"}
    rows = {
        "contacts": [
            contact(name, datetime(2024, *day), "end" if name == "end" else "c", direction=direction)
            for name, day in called.items()
            if (direction := "outbound" if name in ours else "inbound")
        ],
        "complaints": [
            {"complaint_id": "1", "customer_id": "c", "received_at": datetime(2024, 3, 1), "escalation_level": "L3",
             "escalated_at": datetime(2024, 4, 15)}
        ],
    }  # fmt: skip
    store = opened(tmp_path, rows)
    case = store.cases("complaints").row(0, named=True)
    assert (case["last_contact_at"], case["next_active_at"]) == (datetime(2024, 4, 10), datetime(2024, 4, 10))
    asked = named(["pre_escalation_contact_rate", "retention_30d", "retention_60d", "escalation_lead_time"])
    found = read_metrics(store, LOCAL, asked, Period(date(2024, 3, 1), date(2024, 4, 1)))
    *shares, lead = found["value"].to_list()
    assert shares == [100.0, 0.0, 100.0]
    assert lead == pytest.approx(5 * 86_400, rel=0.01)  # as exact as the histogram


def test_data_end_after_the_newest_contact(store: Store) -> None:
    assert store.as_of == datetime(2024, 1, 31, 23, 30)
    assert store.data_end == date(2024, 2, 1)


def test_complaints_are_counted_by_week_with_empty_and_partial_weeks(store: Store) -> None:
    # Received on 2, 8, 9 and 31 January; data run from Sunday 7 to Wednesday 31: whole weeks are those of 8, 15, 22.
    counted = read_complaint_counts(store, LOCAL, JANUARY, (), Grain.WEEK)
    assert counted.rows() == [
        (date(2024, 1, 1), 1, False),
        (date(2024, 1, 8), 2, True),
        (date(2024, 1, 15), 0, True),
        (date(2024, 1, 22), 0, True),
        (date(2024, 1, 29), 1, False),
    ]


@pytest.mark.parametrize(
    ("grain", "day", "first"),
    [
        (Grain.WEEK, date(2024, 1, 7), date(2024, 1, 1)),
        (Grain.WEEK, date(2024, 1, 8), date(2024, 1, 8)),
        (Grain.WEEK, date(2023, 12, 31), date(2023, 12, 25)),
        (Grain.MONTH, date(2024, 2, 29), date(2024, 2, 1)),
        (Grain.DAY, date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_grain_begins_on_mondays_and_firsts(grain: Grain, day: date, first: date) -> None:
    assert pl.DataFrame({"day": [day]}).select(grain.start()).item() == first


def test_thin_tail_does_not_carry_the_anchor_away(tmp_path: Path) -> None:
    # Thirty contacts in each of two weeks from Monday 1 January, then one alone eight weeks later.
    rows = [contact(f"{day}-{n}", datetime(2024, 1, 1 + day), f"{day}-{n}") for day in range(14) for n in range(5)]
    dense = opened(tmp_path, {"contacts": rows})
    assert dense.anchor == date(2024, 1, 15)
    (tmp_path / "tail").mkdir()
    tail = [*rows, contact("late", datetime(2024, 1, 1) + timedelta(weeks=8, days=6, hours=23), "late")]
    assert opened(tmp_path / "tail", {"contacts": tail}).anchor == date(2024, 1, 15)


def test_complaints_that_name_no_customer_count_once_however_many_customers_there_are(tmp_path: Path) -> None:
    rows = {
        "contacts": [contact("1", datetime(2024, 1, 8), "c1")],
        "customers": [{"customer_id": each, "tier": "gold"} for each in ("c1", "c2", "c3")],
        "complaints": [{"complaint_id": "1", "received_at": datetime(2024, 1, 8, 12)}],
    }
    only = {"customers": "customer_id tier", "complaints": "complaint_id received_at"}
    only |= {"contacts": " ".join(EVERY_COLUMN["contacts"])}
    rollups = open_rollups(seeded(tmp_path / "w.duckdb", rows, only=only), Rules(), tmp_path)
    store = Store(rollups, rollups.refresh())
    assert store.cases("complaints").height == 1


def test_the_last_weeks_are_those_of_each_week_alone(store: Store) -> None:
    metric = CATALOGUE["csat"]
    mondays = [date(2024, 1, day) for day in (1, 8, 15, 22)]
    alone = [read_metrics(store, LOCAL, [metric], Period(each, each + timedelta(days=7)))["value"] for each in mondays]
    known = [value for each in alone for value in each]
    assert len([value for value in known if value is not None]) > 1
    while known[0] is None:
        known.pop(0)
    while known[-1] is None:
        known.pop()
    found = read_weeks(store, LOCAL, [metric], date(2024, 1, 29), 4, ())[metric.id]
    assert [None if math.isnan(value) else value for value in found] == known
