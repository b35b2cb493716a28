"""The joins of the two wings on literal rows: nothing is multiplied, nothing foreign is shown, nothing looks ahead."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from data_access.numbers import read_metrics
from data_access.read import read
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from data_access.wings.blind_spots import read_blind_spots, read_complained
from data_access.wings.candidates import Marked, candidates, counted
from data_access.wings.linkage import read_complaint_links, read_review_links
from data_access.wings.past_weeks import history, reviewed, weeks_before
from data_access.wings.responsibility import count_causes, read_causes
from data_access.wings.sampling import read_chosen, read_plan, usual_capacity
from metrics.catalogue import CATALOGUE
from metrics.errors import NotAllowed
from metrics.rules import Rules
from metrics.scope import Period
from metrics.wings.faults import known_by
from metrics.wings.linkage import review_links
from metrics.wings.sampling import names_of
from tests.data_access.looking import written_down
from tests.data_access.seed import contact, seeded

MONDAY = datetime(2026, 3, 2)
WEEK = Period(date(2026, 3, 2), date(2026, 3, 9))
NOW = datetime(2026, 3, 20, tzinfo=UTC)


def store_of(path: Path, rows: dict, kind: str = "duckdb") -> Store:
    warehouse = replace(seeded(path / f"w.{kind}", rows), source_zone="UTC", site_zone="UTC")
    rollups = open_rollups(warehouse, Rules(), path / "rollups")
    return Store(rollups, rollups.refresh())


def handled(name: str, hours: int = 0, team: str = "a", **other: object) -> dict:
    at = MONDAY + timedelta(hours=hours)
    given = {"answered_at": at, "talk_seconds": 100, "team_id": team, "scenario": "s", "agent_id": "g"}
    return contact(name, at, **({"customer": name} | given | other))


def complaint(name: str, of: str | None, hours: int = 30, **other: object) -> dict:
    at = MONDAY + timedelta(hours=hours)
    return {
        "complaint_id": name,
        "contact_id": of,
        "received_at": at,
        "complaint_type": "refund",
        "team_id": "a",
    } | other


def review(name: str, of: str | None, hours: int = 40, *, passed: bool = True, **other: object) -> dict:
    at = MONDAY + timedelta(hours=hours)
    return {"review_id": name, "contact_id": of, "reviewed_at": at, "level": "team", "passed": passed} | other


def finding(name: str, of: str, *, closed: bool = False) -> dict:
    at = MONDAY + timedelta(hours=50)
    done = {"trained_at": at, "closed_at": at} if closed else {}
    return {"finding_id": name, "review_id": of, "opened_at": at, "due_at": at} | done


def chain_of(store: Store, viewer: Viewer = LOCAL) -> dict[str, int]:
    linked = read_complaint_links(store, viewer, WEEK, ())
    return dict(linked.chain.select("step", "count").iter_rows())


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_fan_out_a_contact_on_record_twice_does_not_double_its_complaint(tmp_path: Path, kind: str):
    twice = [handled("x"), handled("x", hours=1)]
    rows = {"contacts": twice, "complaints": [complaint("p1", "x")], "qa_reviews": [review("r1", "x")]}
    store = store_of(tmp_path, rows, kind)
    assert chain_of(store)["complaints"] == chain_of(store)["reviewed"] == 1
    assert read_review_links(store, LOCAL, WEEK, ()).counts["rows"].sum() == 1
    looked = read_blind_spots(store, LOCAL, WEEK, (), "scenario")
    assert looked.found.cells.filter(pl.col("level") == "row")["complained"].to_list() == [1]


def test_chasm_complaints_and_reviews_of_one_contact_do_not_multiply(tmp_path: Path):
    # Two complaints and three reviews of one contact, with two findings each: joined row by row twelve.
    rows = {
        "contacts": [handled("x")],
        "complaints": [complaint("p1", "x"), complaint("p2", "x")],
        "qa_reviews": [review(f"r{place}", "x") for place in range(3)],
        "findings": [finding(f"f{place}", f"r{place // 2}", closed=True) for place in range(6)],
    }
    store = store_of(tmp_path, rows)
    assert chain_of(store) == {
        "complaints": 2, "named": 2, "known": 2, "counted": 2, "fit": 2, "reviewed": 2, "found": 2, "closed": 2
    }  # fmt: skip
    reviews = read_review_links(store, LOCAL, WEEK, ())
    assert reviews.counts["rows"].sum() == 3
    assert review_links(store.cases("links"))["findings"].sum() == 6


def test_double_count_a_contact_with_two_complaints_and_two_reviews_is_one_contact(tmp_path: Path):
    rows = {
        "contacts": [handled("x"), *(handled(f"y{place}") for place in range(9))],
        "complaints": [complaint("p1", "x"), complaint("p2", "x")],
        "qa_reviews": [review("r1", "x", passed=False), review("r2", "x", passed=False)],
    }
    cells = read_blind_spots(store_of(tmp_path, rows), LOCAL, WEEK, (), "scenario").found.cells
    whole = cells.filter(pl.col("level") == "row").row(0, named=True)
    assert [whole[name] for name in ("contacts", "complained", "eligible", "reviewed", "faulty")] == [10, 1, 10, 1, 1]


def test_each_loss_is_told_apart(tmp_path: Path):
    rows = {
        "contacts": [
            handled("spam", exclusion_reason="spam"), handled("short", talk_seconds=3), handled("unseen"),
            handled("clean"), handled("open"), handled("done"),
        ],
        "complaints": [
            complaint("p0", None), complaint("p1", "nowhere"), complaint("void", "done", is_valid=False),
            complaint("twin", "done", duplicate_of="p7"),
            *(complaint(f"p{place}", name) for place, name in
              enumerate(("spam", "short", "unseen", "clean", "open", "done"), 2)),
        ],
        "qa_reviews": [
            review("r1", "clean"), review("r2", "open"), review("r3", "done"),
            review("auto", "unseen", is_automatic=True),
        ],
        "findings": [finding("f1", "r2"), finding("f2", "r2", closed=True), finding("f3", "r3", closed=True)],
    }  # fmt: skip
    store = store_of(tmp_path, rows)
    # Eight valid complaints: without a number, unknown, spam, too short, not reviewed, no finding, open, closed.
    assert list(chain_of(store).values()) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert read_complaint_links(store, LOCAL, WEEK, (("channel", ("fax",)),)).counts.is_empty()
    assert read_review_links(store, LOCAL, WEEK, ()).overdue == 0  # due before the data end: their last instant is
    reviews = dict(read_review_links(store, LOCAL, WEEK, ()).chain.select("step", "count").iter_rows())
    assert reviews == {
        "reviews": 3,
        "named": 3,
        "known": 3,
        "counted": 3,
        "fit": 3,
        "found": 2,
        "trained": 1,
        "closed": 1,
    }


TEAM = Viewer("lead", Role.TEAM_LEADER, teams=("a",), is_cleared=True)
NEWCOMER = Viewer("new", Role.NEWCOMER)


def test_a_foreign_review_of_the_contact_of_an_own_complaint_tells_nothing(tmp_path: Path):
    blamed = {"established_cause": "service", "upheld": "upheld"}
    rows = {
        "contacts": [handled("own"), handled("foreign", team="b")],
        "complaints": [complaint("p1", "own", **blamed), complaint("p2", "foreign", **blamed)],
        "qa_reviews": [review("r1", "own", form_id="f1"), review("r2", "foreign", form_id="f2")],
        "findings": [finding("f2", "r2")],
    }
    store = store_of(tmp_path, rows)
    passed = {viewer: read_causes(store, viewer, WEEK, ()).sort("complaint_id") for viewer in (LOCAL, TEAM)}
    assert passed[LOCAL].select("is_contact_passed", "form_id").rows() == [(True, "f1"), (True, "f2")]
    assert passed[TEAM].select("is_contact_passed", "form_id").rows() == [(True, "f1"), (None, None)]
    counted = {viewer: count_causes(store, viewer, WEEK, ())["count"].to_list() for viewer in passed}
    assert counted == {LOCAL: [1, 1], TEAM: [1, 1]}
    missed = [read_metrics(store, each, [CATALOGUE["qa_miss_rate"]], WEEK)["denominator"].item() for each in passed]
    assert missed == [2, 1]
    steps = [list(chain_of(store, each).values()) for each in passed]
    assert steps == [[2, 2, 2, 2, 2, 2, 1, 0], [2, 2, 1, 1, 1, 1, 0, 0]]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Thirty weeks of 40 contacts, of which the first ten of each week were reviewed two days later; and one week more.

    Every contact with heated emotion has a fault; of the last week a few are complained of, by then or afterwards.
    """
    contacts, reviews = [], []
    for week in range(-30, 1):
        for place in range(40):
            name = f"c{week + 30:02d}{place:02d}"
            hours = 168 * week + 2 * place
            team = "ab"[place % 2]
            contacts.append(handled(name, hours, team, emotion_score=90.0 if place % 8 == 0 else 10.0))
            if week < 0 and place < 10:
                passed = not (place % 8 == 0 or (place == 3 and week % 4 == 0))
                reviews.append(review(f"r{name}", name, hours + 48, passed=passed, inclusion_probability=0.25))
    reviews.append(review("early", "c3001", 60))
    soon, later = complaint("p1", "c3005", 100), complaint("p2", "c3007", 24 * 8)
    rows = {"contacts": contacts, "qa_reviews": reviews, "complaints": [soon, later]}
    return store_of(tmp_path_factory.mktemp("planned"), rows)


MONDAY_OF_PLAN = date(2026, 3, 2)


def test_reasons_are_what_was_known_by_the_end_of_the_week(planned: Store):
    plan = read_plan(planned, LOCAL, MONDAY_OF_PLAN, (), 39)
    found = read_chosen(planned, written_down(), LOCAL, plan, (), NOW, told=True)
    reasons = {row["contact_id"]: names_of(row["reasons"]) for row in found.iter_rows(named=True)}
    assert "c3001" not in reasons  # reviewed already
    assert len(reasons) == 39  # all others
    assert reasons["c3005"] == ["complaint"]
    assert reasons["c3007"] == []  # its complaint came in the week after
    assert [name for name, each in sorted(reasons.items()) if each == ["heated"]] == [
        "c3000", "c3008", "c3016", "c3024", "c3032"
    ]  # fmt: skip
    assert found["inclusion"].to_list() == [1.0] * 39


def test_the_same_week_gives_the_same_contacts_and_as_many_as_asked(planned: Store):
    first, second = (
        read_chosen(store, written_down(), LOCAL, read_plan(store, LOCAL, MONDAY_OF_PLAN, (), 12), (), NOW, told=True)
        for store in (planned, Store(planned.rollups, planned.manifest))
    )
    assert first.height == 12
    assert first.equals(second)
    assert first.filter(pl.col("targeted") == 1).height == 6  # all that have a reason: five heated, one complained of
    assert set(first.filter(pl.col("targeted") == 1)["reasons"]) == {1, 2}
    drawn = first.filter(pl.col("targeted") == 0)["inclusion"].unique().to_list()
    assert drawn == pytest.approx([6 / 33])  # of the 33 that are left


def test_a_plan_shows_own_teams_only_and_masks_people(planned: Store):
    plan = read_plan(planned, TEAM, MONDAY_OF_PLAN, (), 10)
    assert read_chosen(planned, written_down(), TEAM, plan, (), NOW, told=True)["team_id"].unique().to_list() == ["a"]
    assert plan.contacts == 20
    seen = read_chosen(
        planned, written_down(), NEWCOMER, read_plan(planned, NEWCOMER, MONDAY_OF_PLAN, (), 5), (), NOW, told=True
    )
    assert not any(each.startswith("c30") for each in seen["contact_id"])
    assert "g" not in seen["agent_id"].to_list()
    picked = (("agent_id", ("g",)),)
    with pytest.raises(NotAllowed):
        read_chosen(planned, written_down(), NEWCOMER, plan, picked, NOW, told=True)
    with pytest.raises(NotAllowed):
        usual_capacity(planned, NEWCOMER, MONDAY_OF_PLAN, picked)
    rows = read_complained(planned, written_down(), TEAM, WEEK, (), NOW)
    assert rows.count == 0  # both complaints are of team b


def test_history_holds_each_reviewed_contact_once_with_its_fault(planned: Store):
    weeks = weeks_before(planned, MONDAY_OF_PLAN, 4)
    pools, found = history(planned, LOCAL, weeks, ())
    assert found.sort("contact_id").equals(reviewed(planned, LOCAL, weeks, ()).sort("contact_id"))
    known = known_by(found, None)
    assert pools["contacts"].sum() == 160
    assert known.height == 40
    assert known.filter("fault", pl.col("reasons") == 2).height == 8  # two heated ones a week
    assert known.filter("fault", pl.col("reasons") == 0).height == 1
    assert found["made"].max() == date(2026, 2, 25)  # the ninth contact begins 18 hours into Monday, and two days


def test_the_usual_capacity_is_the_median_of_the_last_weeks(planned: Store):
    assert usual_capacity(planned, LOCAL, MONDAY_OF_PLAN, ()) == 10
    assert usual_capacity(planned, TEAM, MONDAY_OF_PLAN, ()) == 5
    assert usual_capacity(planned, LOCAL, MONDAY_OF_PLAN, (("channel", ("fax",)),)) == 1


@pytest.mark.parametrize("kind", ["duckdb", "sqlite", "postgresql"])
def test_reasons_are_told_alike_on_every_engine(tmp_path: Path, kind: str):
    rows = {
        "contacts": [
            handled("plain"), handled("hot", emotion_score=80.0), handled("vip", customer_tier="high_value"),
            handled("again", hours=1, customer_id="plain"), handled("fresh", agent_id="new"), handled("both", hours=2),
            handled("short", talk_seconds=2), handled("spam", exclusion_reason="spam"), handled("late", hours=3),
        ],
        "complaints": [complaint("p1", "both", 20), complaint("p2", "both", 30), complaint("p3", "late", 170)],
        "agents": [
            {"agent_id": "g", "hired_on": date(2020, 1, 1)}, {"agent_id": "new", "hired_on": date(2025, 12, 10)},
            {"agent_id": "new", "hired_on": date(2026, 1, 10)}, {"agent_id": "g", "hired_on": date(2026, 1, 1)},
        ],
    }  # fmt: skip
    store = store_of(tmp_path, rows, kind)
    marked = Marked({MONDAY_OF_PLAN: [(("issue_type", "refund"),)]}, {})
    query = counted(candidates(store, [MONDAY_OF_PLAN], (), Marked({}, {}), []), ["contact_id"])
    found = {name: names_of(bits) for bits, name, _one in read(store.warehouse.engine, query).iter_rows()}
    assert found == {
        "plain": [], "hot": ["heated"], "vip": ["high_value"], "again": ["repeat"], "fresh": ["new_agent"],
        "both": ["complaint"], "late": [],
    }  # fmt: skip
    query = counted(candidates(store, [MONDAY_OF_PLAN], (), marked, []), [])
    bits = read(store.warehouse.engine, query)["reasons"]
    assert all("new_issue" in names_of(each) for each in bits)
