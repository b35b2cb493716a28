"""The loop from a finding to its end: joins that neither lose nor double, and each viewer's own rows."""

from datetime import UTC, datetime, timedelta

import pytest

from data_access.audit import Search, read_audit
from data_access.numbers import read_metrics
from data_access.rollups import open_rollups
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL, Viewer
from data_access.wings.closing import open_list, read_backlog, read_objects
from metrics.errors import NotAllowed
from metrics.finding import FINDINGS_TRAINED
from metrics.quality import QA_PASS_RATE
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.seed import FIRST_DAY, contact, embedded

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEADER = Viewer("a", teams=("a",), is_cleared=True)
MASKED = Viewer("masked")


def day(number: int) -> datetime:
    return FIRST_DAY + timedelta(days=number, hours=12)


MONTH = Period(day(0).date(), day(28).date())
REVIEWS = [
    # A review stands twice in the table, as in many a copied one.
    *({"review_id": "r1", "contact_id": "k1", "agent_id": "anna", "object_type": "contact"} for _ in range(2)),
    {"review_id": "r2", "object_type": "complaint", "object_id": "p1", "agent_id": "ben"},
    {"review_id": "r3", "object_type": "process", "object_id": "refund process"},
    {"review_id": "r4", "object_type": "process", "object_id": "refund process", "passed": False},
]
FINDINGS = [
    ("f1", "r1", "anna", day(1), day(4), day(2)),
    ("f2", "r2", None, day(1), day(20), None),
    ("f3", "r3", None, day(1), day(3), None),
    ("f4", "gone", "cai", day(2), day(5), None),
    ("f5", "r1", "anna", day(26), day(30), None),  # neither due yet
]
ROWS = {
    "contacts": [
        contact("k1", day(0), team_id="a", channel="phone", agent_id="anna", talk_seconds=90, answered_at=day(0)),
        contact("k2", day(27)),
    ],
    "complaints": [{"complaint_id": "p1", "received_at": day(0), "team_id": "b", "complaint_type": "refund"}],
    "qa_reviews": [{"reviewed_at": day(1), "passed": True, "level": "centre", **each} for each in REVIEWS],
    "findings": [
        {
            **dict(zip(("finding_id", "review_id", "agent_id", "opened_at", "due_at", "trained_at"), row, strict=True)),
            "item": "greeting",
            "closed_at": None,
        }
        for row in FINDINGS
    ],
    # An agent's history: what holds today is the team.
    "agents": [
        {"agent_id": "cai", "team_id": "a", "valid_to": day(0).date(), "name": "Cai"},
        {"agent_id": "cai", "team_id": "c", "valid_to": None, "name": "Cai"},
    ],
    "teams": [{"team_id": team, "supervisor": f"boss of {team}"} for team in ("a", "b", "c")],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("findings")
    rollups = open_rollups(embedded(folder / "w.duckdb", ROWS), Rules(min_denominator=1), folder)
    return Store(rollups, rollups.refresh())


def test_each_finding_has_the_team_of_what_was_reviewed_and_counts_once(store: Store) -> None:
    found = read_metrics(store, LOCAL, [FINDINGS_TRAINED], MONTH, by=("team_id",))
    told = {
        team: (top, bottom) for team, top, bottom in found.select("team_id", "numerator", "denominator").iter_rows()
    }
    # By hand from FINDINGS: of the contact, of the complaint, of nobody (a process), of the agent whose review is gone.
    assert told == {"a": (1, 1), "b": (0, 1), None: (0, 1), "c": (0, 1)}


def test_who_owes_what_stands_by_team_with_its_supervisor(store: Store) -> None:
    backlog = read_backlog(store, LOCAL, MONTH, ())
    assert (backlog.count, backlog.overdue) == (5, 4)
    rows = {row["team_id"]: row for row in backlog.teams.iter_rows(named=True)}
    assert {team: row["supervisor"] for team, row in rows.items()} == {
        **{team: f"boss of {team}" for team in ("a", "b", "c")},
        None: None,
    }
    assert (rows["a"]["untrained"], rows["b"]["untrained"]) == (1, 1)


def test_a_period_in_the_past_tells_what_was_open_then(store: Store) -> None:
    # At the end of day 1 (which began 12 hours before the findings): f1, f2 and f3; none past its date.
    backlog = read_backlog(store, LOCAL, Period(day(0).date(), day(2).date()), ())
    assert (backlog.count, backlog.overdue) == (3, 0)


def test_a_team_leader_sees_the_own_team_only(store: Store) -> None:
    backlog = read_backlog(store, LEADER, MONTH, ())
    assert backlog.teams["team_id"].to_list() == ["a"]
    assert read_objects(store, LEADER, MONTH, ())["object_type"].unique().to_list() == ["contact"]


def test_who_is_not_cleared_gets_pseudonyms_and_may_not_pick_people(store: Store) -> None:
    seen = str(read_backlog(store, MASKED, MONTH, ()).teams.to_dicts())
    assert "boss" not in seen
    with pytest.raises(NotAllowed):
        read_backlog(store, MASKED, MONTH, (("agent_id", ("anna",)),))


def test_the_list_of_open_findings_is_written_down_and_masked(store: Store, tmp_path) -> None:
    state = open_state(f"sqlite:///{tmp_path / 'state.sqlite'}")
    whole = open_list(store, state, LOCAL, MONTH, (), NOW)
    # Past their dates by the end of the data, noon of day 27: 24, 23, 22 and 7 days.
    wanted = [("f3", 24), ("f1", 23), ("f4", 22), ("f2", 7), ("f5", -3)]
    assert whole.frame.select("finding_id", "overdue_days").rows() == wanted
    masked = open_list(store, state, MASKED, MONTH, (), NOW)
    assert not {"f1", "anna", "cai", "boss of a"} & {str(each) for row in masked.frame.iter_rows() for each in row}
    entries, count = read_audit(state, LOCAL, Search(), 9)
    assert (count, entries[0].act, entries[0].scope["rows"]) == (2, "cases_opened", 5)
    state.dispose()


def test_reviews_of_processes_and_complaints_stand_apart_from_those_of_contacts(store: Store) -> None:
    found = read_objects(store, LOCAL, MONTH, ())
    rates = found.filter(metric=QA_PASS_RATE.id).select("object_type", "numerator", "denominator").rows()
    # A review that stands twice is two rows of one contact; the rest by hand from REVIEWS.
    assert rates == [("complaint", 1, 1), ("contact", 2, 2), ("process", 1, 2)]
    trained = found.filter(metric=FINDINGS_TRAINED.id).select("object_type", "numerator", "denominator").rows()
    assert trained == [("complaint", 0, 1), ("contact", 1, 1), ("process", 0, 1), (None, 0, 1)]
    only_phone = read_objects(store, LOCAL, MONTH, (("channel", ("phone",)),))
    assert only_phone["object_type"].unique().to_list() == ["contact"]
