"""The board as people arrange it, its editions beside each other, and the strategies that its entries suggest."""

import json
from dataclasses import replace
from datetime import date

import pytest

from metrics.results import Estimate
from metrics.scope import Period
from metrics.swot.arranged import Arranged, arranged
from metrics.swot.editions import Beside, Moved, Standing, compared, frozen, members, thawed
from metrics.swot.edits import Edit
from metrics.swot.evidence import Evidence, Kind, Place, Quadrant, SizeUnit
from metrics.swot.ranking import Entry
from metrics.swot.rules import RULES as KINDS
from metrics.swot.tows import QUADRANTS, RULES, Advice, Strategy, suggestions

S, W, O, T = Quadrant  # noqa: E741 - as everybody writes it


def evidence(kind: Kind, metric: str | None = "csat", size: float = 100.0, **subject: str) -> Evidence:
    return Evidence(
        kind=kind, subject=tuple(sorted(subject.items())), metric=metric, estimate=Estimate(70.0, 68.0, 72.0),
        reference=80.0, size=size, size_unit=SizeUnit.CONTACTS, base=1000.0, confidence=0.98, n=500,
        since=date(2026, 3, 2), trend=(71.0, None, 70.0), values={"weeks": 3, "name": "新<b>流程"},
        place=Place("metric", {"metric": "csat"}, Period(date(2026, 1, 5), date(2026, 4, 6)), (("team_id", ("T1",)),)),
    )  # fmt: skip


def entry(quadrant: Quadrant, kind: Kind, rank: float = 1.0, **more: str | float) -> Entry:
    return Entry(evidence(kind, **more), quadrant, rank)


SLOW = entry(W, Kind.DEADLINES_MISSED, 3.0, metric="complaint_sla_attainment")
BLIND = entry(W, Kind.BLIND_SPOT, 2.0, metric="qa_coverage", issue_type="trade_in")
LOW = entry(W, Kind.BELOW_TARGET, 1.0)


def keys(board: Arranged, quadrant: Quadrant = W) -> list[str]:
    return [item.key for item in board.shown[quadrant]]


def test_pinned_entries_stand_first_and_added_ones_beside_what_was_found():
    added = Edit(key="added/1", quadrant=W, author="chen", words="主管离职", version=1)
    board = arranged([SLOW, BLIND, LOW], [Edit(key=LOW.key, is_pinned=True, version=1), added])
    assert keys(board) == [LOW.key, SLOW.key, BLIND.key, "added/1"]
    assert board.shown[W][3].evidence is None
    assert keys(board, S) == []


def test_what_is_put_aside_or_merged_is_kept_and_comes_back_by_itself_when_what_took_it_in_is_found_no_more():
    edits = [Edit(key=SLOW.key, dismissed="已知", version=1), Edit(key=LOW.key, merged_into=BLIND.key, version=1)]
    board = arranged([SLOW, BLIND, LOW], edits)
    assert keys(board) == [BLIND.key]
    assert [item.key for item in board.dismissed[W]] == [SLOW.key]
    assert [item.key for item in board.shown[W][0].joined] == [LOW.key]
    assert set(board.shown[W][0].proofs) == {BLIND.key, LOW.key}
    assert keys(arranged([LOW], edits)) == [LOW.key]


def test_entries_that_were_merged_into_each_other_are_all_still_there():
    edits = [Edit(key=SLOW.key, merged_into=LOW.key), Edit(key=LOW.key, merged_into=SLOW.key)]
    board = arranged([SLOW, LOW], edits)
    assert {key for item in board.items for key in item.keys} == {SLOW.key, LOW.key}


def test_an_edition_is_read_as_it_was_frozen():
    edits = [Edit(key=LOW.key, merged_into=BLIND.key, words="慢"), Edit(key=SLOW.key, dismissed="已知")]
    board = arranged([replace(BLIND, merged=(evidence(Kind.QA_MISS),)), LOW, SLOW], edits)
    assert thawed(json.loads(json.dumps(frozen(board)))) == board


def test_editions_tell_what_is_new_stronger_weaker_the_same_or_gone():
    # By hand: 100 → 120 is a fifth more, 100 → 119 less than a fifth, 100 → 80 a fifth less.
    kinds = (Kind.REPEATS, Kind.QA_MISS, Kind.UNLINKED, Kind.FINDINGS_OPEN)
    before = arranged([entry(W, each) for each in kinds], [])
    sizes = zip(kinds[:3], (120.0, 119.0, 80.0), strict=True)
    now = arranged([*(entry(W, kind, size=size) for kind, size in sizes), SLOW], [])
    found = compared(now, before)
    by_kind = {key.partition("/")[0]: moved for key, moved in found.moved.items()}
    assert by_kind == {
        "repeats": Moved(Standing.STRONGER, 100.0, 120.0, SizeUnit.CONTACTS),
        "qa_miss": Moved(Standing.SAME, 100.0, 119.0, SizeUnit.CONTACTS),
        "unlinked": Moved(Standing.WEAKER, 100.0, 80.0, SizeUnit.CONTACTS),
        "deadlines_missed": Moved(Standing.NEW),
    }
    assert [item.key for item in found.gone] == [entry(W, Kind.FINDINGS_OPEN).key]


def test_a_finding_told_by_another_of_the_same_or_put_aside_is_neither_new_nor_gone():
    one, other = evidence(Kind.BELOW_TARGET), evidence(Kind.SUSTAINED_DECLINE)
    before = arranged([Entry(one, W, 2.0, (other,)), SLOW], [])
    now = arranged([Entry(other, W, 2.0, (one,)), SLOW], [Edit(key=SLOW.key, dismissed="已知")])
    found = compared(now, before)
    assert found.moved[other.key].standing is Standing.SAME
    assert found.gone == ()


def test_an_entry_stands_since_the_first_edition_after_its_last_gap():
    there, gone = arranged([LOW], []), arranged([SLOW], [])
    boards = {date(2026, 3, 30): there, date(2026, 3, 23): there, date(2026, 3, 16): gone, date(2026, 3, 9): there}
    past = [(end, members(frozen(board))) for end, board in boards.items()]
    (item,) = there.shown[W]
    assert Beside(past, there, date(2026, 4, 6)).stands_since(item) == date(2026, 3, 23)
    assert Beside(past[2:], gone, date(2026, 4, 6)).stands_since(item) == date(2026, 4, 6)


def test_a_pair_about_one_subject_goes_before_weightier_ones_that_share_nothing():
    rising = entry(T, Kind.GROWING_ISSUE, 1.0, metric="complaint_rate", issue_type="trade_in")
    louder = entry(T, Kind.GROWING_ISSUE, 4.0, metric="complaint_rate", issue_type="returns")
    (found,) = suggestions(arranged([BLIND, rising, louder], []))[Strategy.WT]
    assert (found.advice, found.inner.key, found.outer.key) == (Advice.LOOK_THERE, BLIND.key, rising.key)


def test_a_blind_spot_and_a_chance_suggest_the_sampling_plan():
    chance = entry(O, Kind.BEST_UNIT, team_id="T2")
    found = suggestions(arranged([BLIND, chance], []))
    assert {name: [each.advice for each in pairs] for name, pairs in found.items()} == {
        Strategy.SO: [], Strategy.WO: [Advice.DRAW_SAMPLES], Strategy.ST: [], Strategy.WT: [],
    }  # fmt: skip


@pytest.mark.parametrize("strategy", Strategy)
def test_every_rule_pairs_kinds_that_stand_in_its_two_quadrants(strategy: Strategy):
    inside, outside = QUADRANTS[strategy]
    for rule in RULES[strategy]:
        assert {KINDS[kind].quadrant for kind in rule.inner} == {inside}, rule.advice
        assert {KINDS[kind].quadrant for kind in rule.outer} == {outside}, rule.advice
