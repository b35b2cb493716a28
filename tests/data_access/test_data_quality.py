"""Every check of the data on a tiny warehouse of which the dirt is known, against plain SQL on the same engine."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, delete, insert, text, update

from data_access.data_quality.arrival import read_arrivals, read_course
from data_access.data_quality.drifting import read_drifts
from data_access.data_quality.examples import has_examples, read_examples
from data_access.data_quality.facts import missing, read_facts, read_left_out, read_shares
from data_access.rollups import Rollups, open_rollups
from data_access.schema import TABLES
from data_access.store import Store
from data_access.viewer import LOCAL, Viewer
from data_access.warehouse import open_connected
from data_access.watch.watching import read_findings
from metrics.alerts.rule import AlertRule, Kind
from metrics.data_quality.declared import CHECKS
from metrics.data_quality.drift import Turn
from metrics.results import NotEstimable
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.rebuilding import change
from tests.data_access.seed import ENGINES, contact, seeded

DAY = datetime(2024, 3, 4, 10)
PERIOD = Period(date(2024, 3, 4), date(2024, 3, 11))
HOUR = timedelta(hours=1)
NOW = datetime(2024, 3, 12, tzinfo=UTC)


def dirty() -> dict[str, list[dict]]:
    """Rows with one fault of every kind, or two, and rows without any; what is left out is dirty, too."""
    fine = {
        "agent_id": "a1", "team_id": "t1", "priority": "high", "queued_at": DAY, "answered_at": DAY + HOUR,
        "ended_at": DAY + 2 * HOUR, "first_response_at": DAY + HOUR, "resolved_at": DAY + HOUR, "talk_seconds": 60,
        "csat": 4.0,
    }  # fmt: skip
    contacts = [contact(f"k{each}", DAY, **fine) for each in range(6)]
    contacts += [contact("k0", DAY + HOUR, **fine), contact("k1", DAY + timedelta(days=1), **fine)]
    contacts += [
        contact("early", DAY, **fine | {"answered_at": DAY - HOUR, "ended_at": DAY - HOUR, "resolved_at": DAY - HOUR}),
        contact("odd", DAY, **fine | {"first_response_at": DAY - HOUR, "abandoned_at": DAY - HOUR, "csat": 9.0}),
        contact("open", DAY, None, None, **fine | {"talk_seconds": -5, "priority": "red", "team_id": None}),
        contact("lost", DAY, **fine | {"agent_id": "a9", "team_id": "t9", "direction": "sideways"}),
        contact("test", DAY, None, **fine | {"exclusion_reason": "test", "answered_at": DAY - HOUR}),
        contact("twin", DAY, None, **fine | {"merged_into": "k0"}),
        contact("plain", DAY + timedelta(days=2)),
    ]
    good = {
        "received_at": DAY, "contact_id": "k2", "customer_id": "c1", "agent_id": "a1", "team_id": "t1",
        "severity": "general", "established_cause": "service", "escalation_level": "L1", "upheld": "upheld",
        "first_response_at": DAY + HOUR, "handed_over_at": DAY + HOUR, "department_replied_at": DAY + 2 * HOUR,
        "resolved_at": DAY + 3 * HOUR, "escalated_at": DAY + HOUR,
    }  # fmt: skip
    bad = {
        "contact_id": "nowhere", "customer_id": None, "agent_id": "a9", "severity": "red", "established_cause": "fate",
        "escalation_level": "L9", "upheld": "perhaps",
        **dict.fromkeys(("first_response_at", "handed_over_at", "resolved_at", "escalated_at"), DAY - HOUR),
        "department_replied_at": DAY - 2 * HOUR,
    }  # fmt: skip
    complaints = [
        {"complaint_id": name, **good, **more}
        for name, more in (("p1", {}), ("p1", {}), ("p2", {"contact_id": None}), ("p3", bad))
    ]
    review = {"reviewed_at": DAY + HOUR, "contact_id": "k2", "level": "team", "agent_id": "a1"}
    reviews = [
        {"review_id": name, **review, **more}
        for name, more in (
            ("r1", {}), ("r1", {}), ("r2", {"contact_id": "nowhere", "level": "moon"}),
            ("r3", {"reviewed_at": DAY - timedelta(days=3)}),
        )
    ]  # fmt: skip
    found = {"opened_at": DAY, "review_id": "r2", "trained_at": DAY + HOUR, "closed_at": DAY + HOUR}
    return {
        "contacts": contacts,
        "complaints": complaints,
        "complaint_events": [
            {"complaint_id": "p2", "at": DAY + HOUR, "event": "received"},
            {"complaint_id": "p2", "at": DAY - HOUR, "event": "received"},
            {"complaint_id": "nowhere", "at": DAY, "event": "received"},
        ],
        "qa_reviews": reviews,
        "qa_items": [{"review_id": name, "item": "tone", "failed": False} for name in ("r1", "r2", "gone")],
        "findings": [
            {"finding_id": "f1", **found},
            {"finding_id": "f1", **found},
            {"finding_id": "f2", **found, "review_id": "gone", "trained_at": DAY - HOUR, "closed_at": DAY - HOUR},
        ],
        "recoveries": [
            {"case_id": "v1", "opened_at": DAY, "contacted_at": DAY - HOUR},
            {"case_id": "v2", "opened_at": DAY, "contacted_at": DAY + HOUR},
        ],
        "agents": [{"agent_id": "a1", "name": "Anna", "team_id": "t1"}],
        "teams": [{"team_id": "t1", "name": "One"}],
    }


COUNTED = "from contacts where exclusion_reason is null and merged_into is null"
#: Faulty rows and those that can be looked at, of all days: what a person would ask the warehouse.
PLAIN = {
    "contacts_twice": f"select (select sum(n - 1) from (select count(*) n {COUNTED} group by contact_id, date(started_at)) x),"
    f" count(*) {COUNTED}",
    "contacts_unidentified": f"select count(*) - count(customer_id), count(*) {COUNTED}",
    "contacts_without_issue": f"select count(*) - count(issue_type), count(*) {COUNTED}",
    "contacts_without_team": f"select count(*) - count(team_id), count(*) {COUNTED}",
    "contacts_agent_unknown": f"select sum(case when agent_id <> 'a1' then 1 else 0 end), count(agent_id) {COUNTED}",
    "contacts_team_unknown": f"select sum(case when team_id <> 't1' then 1 else 0 end), count(team_id) {COUNTED}",
    "contacts_talk_negative": f"select sum(case when talk_seconds < 0 then 1 else 0 end), count(talk_seconds) {COUNTED}",
    "contacts_csat_range": f"select sum(case when csat < 1 or csat > 5 then 1 else 0 end), count(csat) {COUNTED}",
    "contacts_direction_unmapped": "select sum(case when direction not in ('inbound', 'outbound') then 1 else 0 end),"
    f" count(direction) {COUNTED}",
    "contacts_priority_unmapped": "select sum(case when priority not in ('urgent', 'high', 'normal', 'low') then 1 else 0"
    f" end), count(priority) {COUNTED}",
    "complaints_twice": "select count(*) - count(distinct complaint_id), count(*) from complaints",
    "complaints_unidentified": "select count(*) - count(customer_id), count(*) from complaints",
    "complaints_without_contact": "select count(*) - count(contact_id), count(*) from complaints",
    "complaints_contact_unknown": "select sum(case when contact_id in (select contact_id from contacts) then 0 else 1 end),"
    " count(*) from complaints where contact_id is not null",
    "complaints_agent_unknown": "select sum(case when agent_id in (select agent_id from agents) then 0 else 1 end), count(*)"
    " from complaints where agent_id is not null",
    "complaints_severity_unmapped": "select sum(case when severity = 'red' then 1 else 0 end), count(severity) from complaints",
    "complaints_cause_unmapped": "select sum(case when established_cause = 'fate' then 1 else 0 end),"
    " count(established_cause) from complaints",
    "complaints_level_unmapped": "select sum(case when escalation_level = 'L9' then 1 else 0 end), count(escalation_level)"
    " from complaints",
    "complaints_verdict_unmapped": "select sum(case when upheld = 'perhaps' then 1 else 0 end), count(upheld) from complaints",
    "events_complaint_unknown": "select sum(case when complaint_id in (select complaint_id from complaints) then 0 else 1"
    " end), count(*) from complaint_events",
    "complaint_events_at_early": "select sum(case when e.at < p.received_at then 1 else 0 end), count(*) from complaint_events"
    " e join (select distinct complaint_id, received_at from complaints) p on p.complaint_id = e.complaint_id",
    "reviews_twice": "select count(*) - count(distinct review_id), count(*) from qa_reviews",
    "reviews_contact_unknown": "select sum(case when contact_id in (select contact_id from contacts) then 0 else 1 end),"
    " count(*) from qa_reviews",
    "qa_reviews_reviewed_at_early": "select sum(case when date(r.reviewed_at) < date(k.started_at) then 1 else 0 end),"
    " count(*) from qa_reviews r join contacts k on k.contact_id = r.contact_id",
    "reviews_level_unmapped": "select sum(case when level = 'moon' then 1 else 0 end), count(level) from qa_reviews",
    "items_review_unknown": "select sum(case when review_id in (select review_id from qa_reviews) then 0 else 1 end),"
    " count(*) from qa_items",
    "findings_twice": "select count(*) - count(distinct finding_id), count(*) from findings",
    "findings_review_unknown": "select sum(case when review_id in (select review_id from qa_reviews) then 0 else 1 end),"
    " count(*) from findings",
}
EARLY = [each for each in CHECKS.values() if each.id.endswith("_early") and "." not in each.columns[1]]
PLAIN |= {
    check.id: f"select sum(case when {check.columns[0]} < {check.columns[1]} then 1 else 0 end), count(*) from {check.table}"
    f" where {check.columns[0]} is not null and {check.columns[1]} is not null"
    + (" and exclusion_reason is null and merged_into is null" if check.table == "contacts" else "")
    for check in EARLY
}
LATE = {name for name in CHECKS if name.endswith("_late")}


def opened(rollups: Rollups, now: datetime = NOW) -> Store:
    return Store(rollups, rollups.refresh(now=now))


@pytest.fixture(scope="module")
def clean_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Store]:
    """The dirty warehouse in each engine, counted once."""
    folder = tmp_path_factory.mktemp("dirty")
    return {
        engine: opened(open_rollups(seeded(folder / f"w.{engine}", dirty()), Rules(), folder / engine))
        for engine in ENGINES
    }


def test_every_check_has_its_plain_sql() -> None:
    assert CHECKS.keys() == PLAIN.keys() | LATE


@pytest.mark.parametrize("engine", ENGINES)
def test_each_check_counts_what_plain_sql_counts(clean_up: dict[str, Store], engine: str) -> None:
    store = clean_up[engine]
    facts = read_facts(store, LOCAL).group_by("check").agg(pl.col("faulty", "looked_at").sum())
    found = {name: (faulty, looked_at) for name, faulty, looked_at in facts.iter_rows() if name not in LATE}
    with store.warehouse.engine.connect() as connection:
        wanted = {name: tuple(map(int, connection.execute(text(sql)).one())) for name, sql in PLAIN.items()}
    assert found == wanted
    assert all(faulty > 0 for faulty, _looked_at in found.values())  # every kind of dirt is in these rows


def test_share_is_summed_first_and_carries_its_interval(clean_up: dict[str, Store]) -> None:
    shares = read_shares(clean_up["duckdb"], LOCAL, PERIOD)
    row = shares.row(by_predicate=pl.col("check") == "complaints_without_contact", named=True)
    # One of four. Wilson (1927), by hand: (0.25 + z²/8 ± z √(0.25 · 0.75 / 4 + z²/64)) / (1 + z²/4), z = 1.959964.
    assert (row["faulty"], row["looked_at"], row["value"]) == (1, 4, 25.0)
    assert (row["low"], row["high"]) == pytest.approx((4.5587, 69.9358), abs=1e-3)
    assert (row["limit"], row["is_beyond"], row["is_sure"]) == (10.0, True, False)


def test_what_is_left_out_is_counted_by_reason(clean_up: dict[str, Store]) -> None:
    found = read_left_out(clean_up["duckdb"], LOCAL, PERIOD)
    # Of fifteen contacts one is a test and one is merged into another.
    assert {(row[0], row[1], row[2]) for row in found.iter_rows()} == {("test", 1.0, 15.0), ("merged", 1.0, 15.0)}


@pytest.mark.parametrize("check", [each for each in CHECKS.values() if has_examples(each)], ids=lambda each: each.id)
def test_examples_are_the_rows_that_were_counted(
    check: object, clean_up: dict[str, Store], empty_states: Callable[[str], str]
) -> None:
    from data_access.state import open_state

    store, engine = clean_up["duckdb"], open_state(empty_states("sqlite"))
    whole = Period(date(2024, 2, 1), date(2024, 4, 1))
    found = read_examples(store, engine, LOCAL, CHECKS[check.id], whole, (), NOW)  # ty: ignore[unresolved-attribute]
    faulty = read_facts(store, LOCAL).filter(pl.col("check") == check.id)["faulty"].sum()  # ty: ignore[unresolved-attribute]
    copies = 2 if check.id == "contacts_twice" else 1  # ty: ignore[unresolved-attribute]
    assert found.count == copies * faulty  # of a contact both are shown: either may be the copy
