"""Causes of complaints, standard coding and five whys: what is read, kept, taken back, and by whom."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.demo import Manifest
from data_access.desk.causes import EVERY, read_causes, read_coded, read_kinds
from data_access.desk.coding import read_mapping, read_mapping_history, set_mapping
from data_access.desk.why_trees import LONGEST, WhyTree, read_trees, record_tree, remove_tree, restore_tree
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from metrics.errors import InvalidSettings, NotAllowed, StateConflict, UnknownName
from metrics.scope import Period

Planted = tuple[Store, Manifest]
NEWCOMER = Viewer("newcomer", Role.NEWCOMER)
ANALYST = Viewer("analyst", Role.ANALYST)
OWN = Viewer("leader", Role.TEAM_LEADER, ("team_08",), is_cleared=True)
NOW = datetime(2026, 11, 27, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TREE = WhyTree(
    problem="Refunds late", whys=("Bank file fails", "", "Nobody looks"), cause="No alarm", issue_type="refund"
)


def test_counts_and_redress_are_those_of_the_warehouse(planted: Planted):
    store, _manifest = planted
    whole = Period(store.data_start, store.data_end)
    found = read_kinds(store, LOCAL, whole, (), "issue_type")
    sql = """SELECT complaint_type, count(*), count(upheld), count(*) FILTER (upheld IN ('upheld', 'partly_upheld')),
            count(*) FILTER (redress_amount > 0), round(sum(redress_amount), 2)
        FROM complaints WHERE is_valid AND duplicate_of IS NULL GROUP BY 1"""
    with store.warehouse.engine.connect() as connection:
        wanted = {row[0]: tuple(row[1:]) for row in connection.exec_driver_sql(sql)}
    columns = ("issue_type", "count", "decided", "upheld", "redressed")
    assert {row[0]: row[1:] for row in found.select(columns).rows()} == {name: row[:-1] for name, row in wanted.items()}
    totals = dict(found.select("issue_type", "redress_total").rows())
    assert totals == {name: pytest.approx(row[-1]) for name, row in wanted.items()}


def test_causes_are_cut_to_the_teams_of_the_viewer(planted: Planted):
    store, _manifest = planted
    whole = Period(store.data_start, store.data_end)
    own = read_causes(store, OWN, whole, ())
    assert 0 < own.height < read_causes(store, LOCAL, whole, ()).height
    assert own.equals(read_causes(store, LOCAL, whole, (("team_id", ("team_08",)),)))
    with pytest.raises(NotAllowed):
        read_causes(store, NEWCOMER, whole, (("agent_id", ("a1",)),))


def test_what_is_kept_of_kinds_and_codes_is_of_whoever_asks_and_of_the_mapping_in_force(planted: Planted):
    """By plain SQL: the complaints of one team, and those of one type in the whole centre."""
    store, _manifest = planted
    whole = Period(store.data_start, store.data_end)
    counted = "SELECT count(*) FROM complaints WHERE is_valid AND duplicate_of IS NULL AND {}"
    with store.warehouse.engine.connect() as connection:
        of_all, of_team, returns, of_both = (
            connection.exec_driver_sql(counted.format(each)).scalar_one()
            for each in ("TRUE", "team_id = 'team_08'", "complaint_type = 'returns'",
                         "team_id = 'team_08' AND complaint_type = 'returns'")
        )  # fmt: skip
    for _turn in range(2):  # the second time from what is kept
        for viewer, every, some in ((LOCAL, of_all, returns), (OWN, of_team, of_both)):
            assert read_kinds(store, viewer, whole, (), EVERY)["count"].to_list() == [every]
            assert read_kinds(store, viewer, whole, (), "subtype", ("issue_type", "returns"))["count"].sum() == some
            coded = read_coded(store, viewer, whole, (), {("returns", None): "rule"})
            assert dict(coded.kinds.select("standard", "count").rows())["rule"] == some
            assert coded.codes.filter(issue_type="returns", standard="rule")["count"].sum() == some
            again = read_coded(store, viewer, whole, (), {("returns", None): "system"})
            assert dict(again.kinds.select("standard", "count").rows())["system"] == some
    with pytest.raises(NotAllowed):
        read_kinds(store, NEWCOMER, whole, (("agent_id", ("a1",)),), EVERY)


def test_what_a_code_stands_for_is_replaced_taken_back_and_stays_in_the_history(state: Engine):
    set_mapping(state, LOCAL, ("refund", None), "system", NOW)
    set_mapping(state, LOCAL, ("refund", "refund_slow"), "rule", NOW)
    set_mapping(state, LOCAL, ("refund", None), "rule", LATER)
    assert read_mapping(state) == {("refund", None): "rule", ("refund", "refund_slow"): "rule"}
    set_mapping(state, LOCAL, ("refund", None), None, LATER)
    assert read_mapping(state) == {("refund", "refund_slow"): "rule"}
    past = read_mapping_history(state)
    assert [(each.mapping.standard, each.removed_by) for each in past if each.mapping.subtype is None] == [
        ("rule", "local"),
        ("system", "local"),
    ]
    acts = [each.act for each in read_audit(state, LOCAL, Search(), 9)[0]]
    assert acts == ["code_unmapped", "code_mapped", "code_mapped", "code_mapped"]


def test_codes_are_set_by_who_sets_rules_and_to_standard_kinds_only(state: Engine):
    with pytest.raises(NotAllowed):
        set_mapping(state, ANALYST, ("refund", None), "system", NOW)
    with pytest.raises(UnknownName, match="product_quality"):
        set_mapping(state, LOCAL, ("refund", None), "product_qualty", NOW)
    assert read_mapping(state) == {}


def test_a_tree_is_kept_taken_off_and_put_back(planted: Planted, state: Engine):
    store, _manifest = planted
    kept = record_tree(state, store, ANALYST, TREE, NOW)
    assert read_trees(state, LOCAL) == [kept]
    assert (kept.whys, kept.issue_type, kept.made_by) == (("Bank file fails", "Nobody looks"), "refund", "analyst")
    remove_tree(state, LOCAL, kept, LATER)
    assert read_trees(state, LOCAL) == []
    with pytest.raises(StateConflict):
        remove_tree(state, LOCAL, kept, LATER)
    restore_tree(state, LOCAL, kept, LATER)
    assert read_trees(state, LOCAL) == [kept]


@pytest.mark.parametrize(
    "wrong",
    [{"problem": " "}, {"cause": ""}, {"whys": ("", " ")}, {"whys": ("why",) * 6}, {"cause": "x" * (LONGEST + 1)}],
)
def test_a_tree_that_says_too_little_or_too_much_is_refused(planted: Planted, state: Engine, wrong: dict):
    store, _manifest = planted
    told = {"problem": TREE.problem, "whys": TREE.whys, "cause": TREE.cause} | wrong
    with pytest.raises(InvalidSettings):
        record_tree(state, store, LOCAL, WhyTree(**told), NOW)


def test_a_tree_of_a_case_is_theirs_who_see_its_team(planted: Planted, state: Engine):
    store, _manifest = planted
    seen = store.cases("complaints").filter(is_valid=True, team_id="team_08", issue_type="returns")
    case = seen.drop_nulls("team_id")["complaint_id"][0]
    tree = WhyTree(problem="王晓燕 called 13812345678", whys=("why",), cause="cause", complaint_id=case)
    kept = record_tree(state, store, OWN, tree, NOW)
    assert (kept.issue_type, kept.team_id) == ("returns", "team_08")
    other = Viewer("other", Role.TEAM_LEADER, ("team_01",), is_cleared=True)
    assert read_trees(state, other) == []
    with pytest.raises(NotAllowed):
        remove_tree(state, other, kept, LATER)
    with pytest.raises(InvalidSettings):
        record_tree(state, store, other, tree, NOW)
    masked = read_trees(state, NEWCOMER, ["王晓燕"])[0]
    assert case not in str(masked)
    assert "13812345678" not in masked.problem
    assert "王晓燕" not in masked.problem
