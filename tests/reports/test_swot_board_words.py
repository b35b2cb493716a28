"""The board in words: what became of an entry, what people wrote as text, and the numbers to take along."""

from datetime import UTC, date, datetime

import pytest

from data_access.swot.asked import NotLookedAt, Reason
from data_access.swot.editions import Edition
from metrics.swot.arranged import arranged
from metrics.swot.editions import Beside, frozen, members
from metrics.swot.edits import Edit
from metrics.swot.evidence import Kind
from reports import text
from reports.document.parts import Paragraph, Points, Table
from reports.swot import board_table, board_words, cards
from reports.swot.chapter import chapter
from reports.swot.kind_words import not_looked_at
from tests.metrics.test_swot_board import LOW, W, entry

MARKUP = "<script>alert(1)</script> *更多*"
UNTIL = date(2026, 4, 6)


def label(_dimension: str, code: str | None) -> str:
    return code or ""


def test_what_people_wrote_is_text_and_stands_beside_what_the_numbers_say():
    board = arranged([LOW], [Edit(key=LOW.key, words=MARKUP, version=1)])
    (item,) = board.items
    with text.speaking("en"):
        drawn = cards.card(cards.Card(item, "./metric?a=1&b=<2>", "One <metric>", comments=(MARKUP,)), label)
    assert drawn.count("&lt;script&gt;alert(1)&lt;/script&gt; *更多*") == 2
    assert "The numbers say: Customer satisfaction is 70.0 %" in drawn
    assert [each for each in ("<script", "<metric", "<2>") if each in drawn] == []


def test_a_size_that_moved_is_told_with_both_sizes_and_a_sign():
    # 100 → 120 contacts a month: a fifth more; the edition is of two weeks before.
    before = arranged([LOW], [])
    now = arranged([entry(W, Kind.BELOW_TARGET, size=120.0)], [])
    beside = Beside([(date(2026, 3, 23), members(frozen(before)))], before, UNTIL)
    (item,) = now.items
    with text.speaking("en"):
        assert board_words.standing(beside.compared(now).moved[item.key]) == "▲ Stronger: 100 → 120 contacts a month"
        (row,) = board_table.numbers(now, beside, label).rows(named=True)
    wanted = {
        "place": 1,
        "value": 70.0,
        "low": 68.0,
        "high": 72.0,
        "reference": 80.0,
        "size": 120.0,
        "n": 500,
        "weeks": 2,
    }
    assert {name: row[name] for name in wanted} == wanted
    assert [row[name] for name in ("standing", "measured", "unit")] == ["Stronger", "Customer satisfaction", "%"]
    assert row["since"] == date(2026, 3, 2)


def test_the_chapter_has_every_quadrant_that_has_entries_and_what_is_gone():
    before = arranged([LOW], [])
    added = Edit(key="added/1", quadrant=W, author="chen", words="主管离职", version=1)
    made_at = datetime(2026, 3, 30, 8, tzinfo=UTC)
    kept = Edition(
        id="e", made_at=made_at, made_by="chen", start=date(2025, 12, 29), end=date(2026, 3, 30), data_as_of="",
        note="", told=frozen(before),
    )  # fmt: skip
    with text.speaking("zh"):
        found = chapter(arranged([], [added]), [kept], UNTIL, label, {Kind.CHURN: 0.0})
        first = chapter(before, [], UNTIL, label, {})
    assert found.message == "与 2026年3月29日期相比：新增 1 条，增强 0 条，减弱 0 条，消失 1 条。"
    assert [type(each) for each in found.parts] == [Paragraph, Paragraph, Points, Paragraph, Points, Paragraph, Table]
    assert found.parts[2] == Points(("主管离职 · chen 手工添加 · ★ 新增",))
    assert found.parts[5] == Paragraph("按本中心设定的权重排序，与默认权重不同：服务不佳后的客户流失 0（默认 1.50）。")
    assert first.message == "优势 0 条，劣势 1 条，机会 0 条，威胁 0 条。"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_why_a_kind_was_not_looked_for_is_told(reason: Reason):
    with text.speaking("en"):
        said = not_looked_at(NotLookedAt((Kind.DRIFTING_REVIEWER,), reason, ("contacts.team_id",)))
    assert said.startswith("Drifting reviewers: ")
    assert ("contacts.team_id" in said) is (reason is Reason.COLUMNS)
