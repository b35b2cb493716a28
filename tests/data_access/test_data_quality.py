"""Every check of the data on a tiny warehouse of which the dirt is known, against plain SQL on the same engine."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, insert, make_url, text

from data_access.data_quality.arrival import read_arrivals, read_course
from data_access.data_quality.drifting import read_drifts
from data_access.data_quality.examples import has_examples, read_examples
from data_access.data_quality.facts import missing, read_facts, read_left_out, read_shares
from data_access.data_quality.history import late_rows
from data_access.rollups import Rollups, open_rollups
from data_access.rows import Rows
from data_access.schema import TABLES
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from data_access.warehouse import open_connected
from data_access.watch.watching import read_findings
from metrics.alerts.rule import AlertRule, Kind
from metrics.data_quality.check import Check
from metrics.data_quality.declared import CHECKS
from metrics.data_quality.drift import Turn
from metrics.errors import SourceUnavailable
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


def counts(table: str, faulty: str, looked_at: str = "1 = 1") -> str:
    return f"select sum(case when {faulty} then 1 else 0 end), count(*) from {table} where {looked_at}"


def copies(table: str, key: str) -> str:
    return f"select count(*) - count(distinct {key}), count(*) from {table}"


def unknown(table: str, key: str, other: str) -> str:
    return counts(table, f"not exists (select 1 from {other} o where o.{key} = x.{key})", f"x.{key} is not null")


KEPT = "(select * from contacts where exclusion_reason is null and merged_into is null) x"
BY_DAY = f"(select count(*) n from {KEPT} group by contact_id, date(started_at)) g"
#: Faulty rows and those that can be looked at, of all days: what a person would ask the warehouse.
PLAIN = {
    "contacts_twice": f"select sum(n - 1), sum(n) from {BY_DAY}",
    "contacts_unidentified": counts(KEPT, "customer_id is null"),
    "contacts_without_issue": counts(KEPT, "issue_type is null"),
    "contacts_without_team": counts(KEPT, "team_id is null"),
    "contacts_agent_unknown": unknown(KEPT, "agent_id", "agents"),
    "contacts_team_unknown": unknown(KEPT, "team_id", "teams"),
    "contacts_talk_negative": counts(KEPT, "talk_seconds < 0", "talk_seconds is not null"),
    "contacts_csat_range": counts(KEPT, "csat < 1 or csat > 5", "csat is not null"),
    "contacts_direction_unmapped": counts(KEPT, "direction = 'sideways'", "direction is not null"),
    "complaints_twice": copies("complaints", "complaint_id"),
    "complaints_unidentified": counts("complaints", "customer_id is null"),
    "complaints_without_contact": counts("complaints", "contact_id is null"),
    "complaints_contact_unknown": unknown("complaints x", "contact_id", "contacts"),
    "complaints_agent_unknown": unknown("complaints x", "agent_id", "agents"),
    "complaints_severity_unmapped": counts("complaints", "severity = 'red'", "severity is not null"),
    "complaints_cause_unmapped": counts("complaints", "established_cause = 'fate'", "established_cause is not null"),
    "complaints_level_unmapped": counts("complaints", "escalation_level = 'L9'", "escalation_level is not null"),
    "complaints_verdict_unmapped": counts("complaints", "upheld = 'perhaps'", "upheld is not null"),
    "events_complaint_unknown": unknown("complaint_events x", "complaint_id", "complaints"),
    "complaint_events_at_early": counts(
        "complaint_events e join (select distinct complaint_id, received_at from complaints) p"
        " on p.complaint_id = e.complaint_id",
        "e.at < p.received_at",
    ),
    "reviews_twice": copies("qa_reviews", "review_id"),
    "reviews_contact_unknown": unknown("qa_reviews x", "contact_id", "contacts"),
    "qa_reviews_reviewed_at_early": counts(
        "qa_reviews r join contacts k on k.contact_id = r.contact_id", "date(r.reviewed_at) < date(k.started_at)"
    ),
    "reviews_level_unmapped": counts("qa_reviews", "level = 'moon'", "level is not null"),
    "items_review_unknown": unknown("qa_items x", "review_id", "qa_reviews"),
    "findings_twice": copies("findings", "finding_id"),
    "findings_review_unknown": unknown("findings x", "review_id", "qa_reviews"),
}
EARLY = [each for each in CHECKS.values() if each.id.endswith("_early") and "." not in each.columns[1]]
PLAIN |= {
    check.id: counts(
        KEPT if check.table == "contacts" else check.table,
        " < ".join(check.columns),
        " and ".join(f"{name} is not null" for name in check.columns),
    )
    for check in EARLY
}
PRIORITY = "contacts_priority_unmapped"  # of data that do not say themselves what was in time
LATE = {name for name in CHECKS if name.endswith("_late")}


def opened(rollups: Rollups, now: datetime = NOW) -> Store:
    return Store(rollups, rollups.refresh(now=now))


@pytest.fixture(scope="module")
def dirty_stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Store]:
    """The dirty warehouse in each engine, counted once."""
    folder = tmp_path_factory.mktemp("dirty")
    return {
        engine: opened(open_rollups(seeded(folder / f"w.{engine}", dirty()), Rules(), folder / engine))
        for engine in ENGINES
    }


def test_every_check_has_its_plain_sql() -> None:
    assert CHECKS.keys() == PLAIN.keys() | LATE | {PRIORITY}


@pytest.mark.parametrize("engine", ENGINES)
def test_each_check_counts_what_plain_sql_counts(dirty_stores: dict[str, Store], engine: str) -> None:
    store = dirty_stores[engine]
    facts = read_facts(store, LOCAL).group_by("check").agg(pl.col("faulty", "looked_at").sum())
    found = {name: (faulty, looked_at) for name, faulty, looked_at in facts.iter_rows() if name not in LATE}
    with store.warehouse.engine.connect() as connection:
        wanted = {name: tuple(map(int, connection.execute(text(sql)).one())) for name, sql in PLAIN.items()}
    assert found == wanted
    assert all(faulty > 0 for faulty, _looked_at in found.values())  # every kind of dirt is in these rows


def test_share_is_summed_first_and_carries_its_interval(dirty_stores: dict[str, Store]) -> None:
    shares = read_shares(dirty_stores["duckdb"], LOCAL, PERIOD)
    row = shares.row(by_predicate=pl.col("check") == "complaints_without_contact", named=True)
    # One of four. Wilson (1927), by hand: (0.25 + z²/8 ± z √(0.25 · 0.75 / 4 + z²/64)) / (1 + z²/4), z = 1.959964.
    assert (row["faulty"], row["looked_at"], row["value"]) == (1, 4, 25.0)
    assert (row["low"], row["high"]) == pytest.approx((4.5587, 69.9358), abs=1e-3)
    assert (row["limit"], row["is_beyond"], row["is_sure"]) == (10.0, True, False)


def test_what_is_left_out_is_counted_by_reason(dirty_stores: dict[str, Store]) -> None:
    found = read_left_out(dirty_stores["duckdb"], LOCAL, PERIOD)
    # Of fifteen contacts one is a test and one is merged into another.
    assert {(row[0], row[1], row[2]) for row in found.iter_rows()} == {("test", 1.0, 15.0), ("merged", 1.0, 15.0)}


@pytest.fixture(scope="module")
def state_store(empty_states: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Engine:
    own = shutil.copy(make_url(empty_states("sqlite")).database or "", tmp_path_factory.mktemp("state"))
    return open_state(f"sqlite:///{own}")


def examples(store: Store, engine: Engine, viewer: Viewer, check: Check) -> Rows:
    return read_examples(store, engine, viewer, check, Period(date(2024, 2, 1), date(2024, 4, 1)), (), NOW)


def test_examples_are_the_rows_that_were_counted(dirty_stores: dict[str, Store], state_store: Engine) -> None:
    store = dirty_stores["duckdb"]
    for check in (CHECKS[name] for name in PLAIN):
        assert has_examples(check)
        faulty = read_facts(store, LOCAL).filter(pl.col("check") == check.id)["faulty"].sum()
        copies = 2 if check.id == "contacts_twice" else 1  # of a contact both are shown: either may be the copy
        assert examples(store, state_store, LOCAL, check).count == copies * faulty, check.id


def test_who_sees_one_team_counts_its_rows_alone_and_reads_pseudonyms(
    dirty_stores: dict[str, Store], state_store: Engine
) -> None:
    store, leader = dirty_stores["duckdb"], Viewer("leader", Role.VIEWER, ("t1",))
    facts = read_facts(store, leader).group_by("check").agg(pl.col("faulty").sum())
    seen = dict(facts.iter_rows())
    # The contact of an agent not on record is of team t9, items are of no team, and the copy of k0 is of t1.
    assert (seen["contacts_twice"], seen.get("contacts_agent_unknown", 0)) == (1, 0)
    assert "items_review_unknown" not in seen
    assert examples(store, state_store, leader, CHECKS["items_review_unknown"]).count == 0
    shown = examples(store, state_store, leader, CHECKS["complaints_twice"]).frame
    assert shown.height and not set(shown["complaint_id"]) & {"p1", "p2", "p3"}


def test_priorities_are_looked_at_where_no_result_of_their_limit_is_recorded(tmp_path: Path) -> None:
    rows = [{"contact_id": each, "started_at": DAY, "priority": each} for each in ("high", "red", None)]
    only = {"contacts": "contact_id started_at priority"}
    store = opened(open_rollups(seeded(tmp_path / "w.duckdb", {"contacts": rows}, only=only), Rules(), tmp_path))
    found = read_facts(store, LOCAL).row(by_predicate=pl.col("check") == PRIORITY, named=True)
    assert (found["faulty"], found["looked_at"]) == (1, 2)


def test_check_without_its_columns_says_what_it_needs(tmp_path: Path) -> None:
    only = {"contacts": "contact_id started_at", "complaints": "complaint_id received_at contact_id"}
    store = opened(open_rollups(seeded(tmp_path / "w.duckdb", {}, only=only), Rules(), tmp_path))
    assert missing(store, CHECKS["contacts_resolved_at_early"]) == ("contacts.resolved_at",)
    assert missing(store, CHECKS["contacts_agent_unknown"]) == ("contacts.agent_id", "agents")
    assert not missing(store, CHECKS["complaints_contact_unknown"])
    assert read_facts(store, LOCAL).is_empty()


@pytest.fixture
def own(tmp_path: Path) -> Rollups:
    """A warehouse of the user's own with contacts on each of ten days, refreshed as they ended."""
    rows = [contact(f"k{day}", DAY + timedelta(days=day), team_id="t1", csat=4.0, talk_seconds=60) for day in range(10)]
    rollups = open_rollups(seeded(tmp_path / "w.duckdb", {"contacts": rows}), Rules(), tmp_path)
    rollups.refresh(now=datetime(2024, 3, 13, 20, tzinfo=UTC))
    return rollups


def test_a_row_with_a_day_to_come_makes_no_other_late() -> None:
    before = {"contacts": {date(2024, 3, 8): (9, 1), date(2030, 1, 1): (1, 1)}}
    now = {"contacts": {**before["contacts"], date(2024, 3, 7): (2, 1), date(2024, 3, 9): (7, 1)}}
    found = late_rows(before, now, datetime(2024, 3, 10, 3))
    assert [(row[2], row[3]) for row in found] == [(date(2024, 3, 7), 2)]


def test_rows_that_come_after_their_day_are_late(own: Rollups) -> None:
    day = DAY + timedelta(days=3)
    late = [contact("late1", day), contact("late2", day), contact("next", DAY + timedelta(days=10))]
    change(own.warehouse, lambda connection: connection.execute(insert(TABLES["contacts"]), late))
    store = opened(own, datetime(2024, 3, 14, 20, tzinfo=UTC))
    row = read_shares(store, LOCAL, PERIOD).row(by_predicate=pl.col("check") == "contacts_late", named=True)
    # Two came late for 7 March, of the six on record from that day to the end of the period on 10 March.
    assert (row["faulty"], row["looked_at"]) == (2, 6)
    alone = read_facts(store, Viewer("leader", Role.VIEWER, ("t1",)))
    assert "contacts_late" not in alone["check"]


def test_a_change_of_the_tables_is_told_until_it_is_turned_back(own: Rollups) -> None:
    engines: list[Engine] = []

    def act(*statements: str) -> Store:
        for each in engines:  # a DuckDB file that is open for reading cannot be changed
            each.dispose()
        change(own.warehouse, lambda connection: [connection.execute(text(each)) for each in statements])
        warehouse = open_connected(own.warehouse.engine.url.render_as_string(hide_password=False))
        engines.append(warehouse.engine)
        return opened(replace(own, warehouse=replace(warehouse, source_zone="UTC", site_zone="UTC")))

    retyped = "alter table contacts alter {column} type {kind}"
    with pytest.raises(SourceUnavailable, match=r"contacts\.talk_seconds was of the type bigint and is varchar"):
        act(retyped.format(column="talk_seconds", kind="varchar"))  # cannot be added up any more
    store = act(
        retyped.format(column="talk_seconds", kind="bigint"),
        retyped.format(column="transfer_count", kind="bigint"),
        "alter table contacts drop column csat",
        "drop table volumes",
    )
    turned = {each.drift.place: each.drift.turn for each in read_drifts(store)}
    assert turned == {
        "contacts.csat": Turn.GONE, "contacts.transfer_count": Turn.TYPE, "volumes": Turn.GONE,
    }  # fmt: skip
    rule = AlertRule(key="drift", kind=Kind.DRIFT, least=1)
    found = read_findings(store, LOCAL, rule, NOW)
    assert {each.subject for each in found} == {f"{place} {turn}" for place, turn in turned.items()}
    back = act("alter table contacts add column csat double", retyped.format(column="transfer_count", kind="integer"))
    assert [each.drift.place for each in read_drifts(back)] == ["volumes"]


def test_check_alerts_where_its_whole_interval_lies_beyond_the_limit(dirty_stores: dict[str, Store]) -> None:
    store = dirty_stores["duckdb"]

    def starts(limit: float, *, is_sure: bool) -> bool:
        (found,) = read_findings(store, LOCAL, replace(rule, limit=limit, is_sure=is_sure), NOW)
        return found.starts

    rule = AlertRule(key="x", kind=Kind.CHECK, about="contacts_twice", window_days=7, least=1)
    (found,) = read_findings(store, LOCAL, rule, NOW)
    assert (found.numerator, found.count, found.value) == (1, 13, pytest.approx(100 / 13))
    assert (starts(5.0, is_sure=False), starts(5.0, is_sure=True), starts(1.0, is_sure=True)) == (True, False, True)


def test_tables_tell_how_far_they_reach_and_how_long_they_have_been_silent(tmp_path: Path) -> None:
    days = [date(2024, 3, 1) + timedelta(days=each) for each in range(10) if each != 4]
    contacts = [contact(f"k{each}", datetime.combine(each, DAY.time())) for each in days]
    complaints = [{"complaint_id": f"p{each}", "received_at": datetime.combine(each, DAY.time())} for each in days[:6]]
    rows = {"contacts": [*contacts, contact("ahead", datetime(2030, 1, 1))], "complaints": complaints}
    store = opened(open_rollups(seeded(tmp_path / "w.duckdb", rows), Rules(), tmp_path))
    found = {each.table: each for each in read_arrivals(store, LOCAL, date(2024, 3, 11))}
    # Up to 10 March: contacts lack the last day, after one day missed before; complaints lack four, after one.
    assert (found["contacts"].rows, found["contacts"].ahead, found["contacts"].last) == (10, 1, date(2030, 1, 1))
    assert (found["contacts"].silent, found["contacts"].usual, found["contacts"].is_late) == (0, 1, False)
    assert (found["complaints"].silent, found["complaints"].usual, found["complaints"].is_late) == (3, 1, True)
    assert isinstance(read_course(store, "complaints"), NotEstimable)
    leader = Viewer("leader", Role.TEAM_LEADER, ("a",))  # of whose team no marks tell
    assert {(each.rows, each.ahead) for each in read_arrivals(store, leader, date(2024, 3, 11))} == {(None, 0)}
