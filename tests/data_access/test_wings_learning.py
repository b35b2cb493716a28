"""The case library and coaching sheets: who may see, who may write, what is masked, and what can be undone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from data_access.audit import Search, read_audit
from data_access.names import agent_names
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from data_access.wings.coaching import (
    Session,
    Sheet,
    agents_of,
    read_sessions,
    read_sheet,
    record_session,
    remove_session,
)
from data_access.wings.examples import (
    Example,
    flag_example,
    offered,
    open_pack,
    read_examples,
    remove_example,
    restore_example,
)
from metrics.errors import InvalidSettings, NotAllowed, StateConflict
from metrics.rules import Rules
from metrics.scope import Period
from reports.printed import print_out
from reports.wings import library_words
from tests.data_access.seed import FIRST_DAY, contact, embedded

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LEADER = Viewer("a", Role.TEAM_LEADER, teams=("a",), is_cleared=True)
ANALYST = Viewer("chen", Role.ANALYST)
WORDS = "王小美 13800138000 的退款处理得好"


def at(number: int) -> datetime:
    return FIRST_DAY + timedelta(days=number // 4, hours=8 + number % 4)


PEOPLE = {"anna": "a", "abel": "a", "ben": "b"}
CONTACTS = [
    contact(
        f"case-{agent}-{number}", at(number), f"c{number}", agent_id=agent, team_id=team, scenario="refund_talk",
        answered_at=at(number), talk_seconds=90, text="我的手机号是13800138000",
    )
    for agent, team in PEOPLE.items()
    for number in range(40)
]  # fmt: skip
REVIEWS = [
    {
        "review_id": f"r-{each['contact_id']}", "contact_id": each["contact_id"], "agent_id": each["agent_id"],
        "level": "team", "is_automatic": False, "passed": True, "score": float(60 + number % 40), "max_score": 100.0,
        "reviewed_at": each["started_at"] + timedelta(hours=5),
    }
    for number, each in enumerate(CONTACTS)
]  # fmt: skip
#: Anna fails to greet in every second review, the others in every tenth.
ITEMS = [
    {
        "review_id": each["review_id"],
        "item": "greeting",
        "applicable": True,
        "failed": number % (2 if each["agent_id"] == "anna" else 10) == 0,
    }
    for number, each in enumerate(REVIEWS)
]
ROWS = {
    "contacts": CONTACTS,
    "complaints": [{"complaint_id": "p-b", "received_at": at(2), "team_id": "b", "complaint_type": "refund"}],
    "qa_reviews": REVIEWS,
    "qa_items": ITEMS,
    "agents": [{"agent_id": each, "name": "王小美" if each == "anna" else each} for each in PEOPLE],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("learning")
    rollups = open_rollups(embedded(folder / "w.duckdb", ROWS), Rules(), folder)
    return Store(rollups, rollups.refresh())


def example(case: str, words: str = WORDS, *, kind: str = "contact", good: bool = True) -> Example:
    return Example(kind=kind, case_id=case, is_good=good, words=words)


def test_a_flagged_case_takes_scenario_and_team_from_the_warehouse_and_can_be_put_back(state, store: Store) -> None:
    flagged = flag_example(state, store, LEADER, example("case-anna-3"), NOW)
    assert (flagged.scenario, flagged.team_id, flagged.made_by) == ("refund_talk", "a", "a")
    with pytest.raises(NotAllowed):  # whatever team it is said to be of
        remove_example(state, Viewer("b", Role.TEAM_LEADER, ("b",)), replace(flagged, team_id="b"), NOW)
    remove_example(state, LEADER, flagged, NOW)
    assert read_examples(state, LOCAL) == []
    with pytest.raises(StateConflict):
        remove_example(state, LEADER, flagged, NOW)
    restore_example(state, LEADER, flagged, NOW)
    assert [each.id for each in read_examples(state, LOCAL)] == [flagged.id]
    entries, _count = read_audit(state, LOCAL, Search(), 9)
    assert [each.act for each in entries] == ["example_restored", "example_removed", "example_flagged"]


def test_a_library_shows_each_viewer_the_own_teams_and_masks_what_is_personal(state, store: Store) -> None:
    flag_example(state, store, LOCAL, example("case-anna-3"), NOW)
    flag_example(state, store, LOCAL, example("p-b", "先道歉", kind="complaint", good=False), NOW)
    assert [each.case_id for each in read_examples(state, LEADER)] == ["case-anna-3"]
    masked = read_examples(state, ANALYST, agent_names(store))
    told = f"{masked} {open_pack(store, state, ANALYST, 'refund_talk', NOW).to_dicts()}"
    assert [each for each in ("case-anna-3", "王小美", "13800138000", "p-b'") if each in told] == []
    pack = open_pack(store, state, LEADER, "refund_talk", NOW)
    assert pack.select("case_id", "is_good", "text").rows() == [("case-anna-3", True, "我的手机号是13800138000")]
    assert open_pack(store, state, LEADER, "refund", NOW).is_empty()  # the complaint is of team b
    entries, _count = read_audit(state, LOCAL, Search(), 1)
    assert (entries[0].act, entries[0].scope) == ("examples_opened", {"scenario": "refund", "rows": 0})


@pytest.mark.parametrize("role", [Role.NEWCOMER, Role.VIEWER])
def test_who_only_looks_flags_nothing(state, store: Store, role: Role) -> None:
    with pytest.raises(NotAllowed):
        flag_example(state, store, Viewer("x", role), example("case-anna-3"), NOW)


@pytest.mark.parametrize("case", ["case-ben-1", "there is none"])
def test_a_case_of_another_team_is_not_known(state, store: Store, case: str) -> None:
    with pytest.raises(InvalidSettings, match="no such case"):
        flag_example(state, store, LEADER, example(case), NOW)
    with pytest.raises(InvalidSettings, match="characters"):
        flag_example(state, store, LEADER, example("case-anna-3", " "), NOW)


def test_what_is_offered_is_the_best_and_the_worst_under_pseudonyms(state, store: Store) -> None:
    period = Period(FIRST_DAY.date(), FIRST_DAY.date() + timedelta(days=20))
    found = offered(store, state, ANALYST, period, (), NOW, told=False)
    offered(store, state, ANALYST, period, (), NOW, told=True)
    entries, _count = read_audit(state, LOCAL, Search(), 9)
    seen = [each.scope for each in entries if each.act == "cases_opened"]
    assert [(each["metric"], each["table"], each["rows"]) for each in seen] == [("examples", "contacts", found.height)]
    assert found["share"].max() == 99.0  # the highest and the lowest score by construction of REVIEWS
    assert found["share"].min() == 60.0
    assert not set(found["shown"]) & set(found["contact_id"])
    assert set(offered(store, state, LEADER, period, (), NOW, told=True)["team_id"]) == {"a"}


def test_a_sheet_names_the_habit_beside_peers_and_is_written_down(state, store: Store) -> None:
    sheet = read_sheet(store, state, LEADER, "anna", NOW)
    (habit,) = sheet.advice.habits
    # By hand from ITEMS: anna 20 of 40, abel, the one peer in the leader's team, 4 of 40.
    assert (habit["item"], habit["judged"], habit["failed"]) == ("greeting", 40, 20)
    assert habit["usual"] == pytest.approx(100 * 4 / 40)
    whole = read_sheet(store, state, LOCAL, "anna", NOW)
    assert whole.advice.habits[0]["usual"] == pytest.approx(100 * 8 / 80)  # abel and ben
    counted = {agent: _first_contacts(read_sheet(store, state, LOCAL, agent, NOW)) for agent in PEOPLE}
    everyone = sum(each["agent"] for each in counted.values())
    assert all(each["peers"] == everyone - each["agent"] for each in counted.values())
    assert sheet.good["score_share"].min() >= sheet.learn["score_share"].max()
    entries, _count = read_audit(state, LOCAL, Search(), 9)
    assert ("sheet_opened", {"agent_id": "anna"}) in [(each.act, each.scope) for each in entries]


def _first_contacts(sheet: Sheet) -> dict[str, float]:
    rows = sheet.figures.filter(metric="first_contact_resolution")
    return dict(rows.select("who", "denominator").rows())


def test_a_printed_pack_is_masked_as_on_the_page_and_written_down(state, store: Store) -> None:
    flag_example(state, store, LEADER, example("case-anna-3"), NOW)
    for viewer, is_masked in ((ANALYST, True), (LEADER, False)):
        pack = open_pack(store, state, viewer, "refund_talk", NOW)
        content = print_out(state, viewer, "包", "", library_words.blocks(pack), store, None, (), NOW)
        told = content.decode()
        assert [each in told for each in ("13800138000", "王小美", "case-anna-3")] == [not is_masked] * 3
        entries, _count = read_audit(state, LOCAL, Search(), 1)
        assert (entries[0].act, entries[0].scope) == ("file_taken", {"title": "包", "bytes": len(content)})


def test_sheets_are_for_the_own_team_and_for_who_is_cleared(state, store: Store) -> None:
    assert agents_of(store, LEADER) == ["abel", "anna"]
    assert agents_of(store, ANALYST) == []
    for viewer, agent in ((LEADER, "ben"), (ANALYST, "anna")):
        with pytest.raises(NotAllowed):
            read_sheet(store, state, viewer, agent, NOW)
        with pytest.raises(NotAllowed):
            record_session(state, store, viewer, Session(agent_id=agent, day=date(2024, 1, 12), words="x"), NOW)


def test_progress_is_told_since_the_last_session(state, store: Store) -> None:
    day = (FIRST_DAY + timedelta(days=5)).date()
    held = record_session(state, store, LEADER, Session(agent_id="anna", day=day, words=" 开场 先问候 "), NOW)
    assert (held.team_id, held.words) == ("a", "开场 先问候")
    since = read_sheet(store, state, LEADER, "anna", NOW).since
    # Four contacts a day, every second of them failed: 20 before the sixth day, 20 from it on.
    assert since.select("judged", "failed", "judged_before", "failed_before").rows() == [(20, 10, 20, 10)]
    assert read_sessions(state, Viewer("b", Role.TEAM_LEADER, ("b",), is_cleared=True), "anna") == []
    with pytest.raises(NotAllowed):  # whatever team it is said to be of
        remove_session(state, Viewer("b", Role.TEAM_LEADER, ("b",), is_cleared=True), replace(held, team_id="b"), NOW)
    remove_session(state, LEADER, held, NOW)
    assert read_sessions(state, LEADER, "anna") == []
