"""Notes pinned to a metric and a day."""

from datetime import UTC, date, datetime

import pytest

from data_access.audit import Search, read_audit
from data_access.notes import LONGEST, Note, pin_note, read_notes, remove_note
from data_access.viewer import LOCAL, Role, Viewer
from metrics.errors import InvalidSettings, NotAllowed, StateConflict
from metrics.scope import Period

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
ANALYST = Viewer("chen", Role.ANALYST)


def note(words: str, day: int = 9, metric: str = "csat") -> Note:
    return Note(metric=metric, day=date(2026, 3, day), words=words)


def test_notes_are_read_by_metric_and_period_in_their_order(state):
    later = pin_note(state, ANALYST, note("系统故障 2 小时", 20), NOW)
    first = pin_note(state, ANALYST, note("  new   script \n", 9), NOW)
    pin_note(state, ANALYST, note("elsewhere", 9, "complaint_rate"), NOW)
    assert [each.words for each in read_notes(state, ANALYST, "csat", MARCH)] == ["new script", "系统故障 2 小时"]
    assert read_notes(state, ANALYST, "csat", Period(date(2026, 3, 10), date(2026, 3, 20))) == []
    remove_note(state, ANALYST, first, NOW)
    assert [each.id for each in read_notes(state, ANALYST, "csat", MARCH)] == [later.id]
    with pytest.raises(StateConflict):
        remove_note(state, ANALYST, first, NOW)
    entries, _count = read_audit(state, LOCAL, Search(), 10)
    assert [each.act for each in entries] == ["note_removed", *["note_pinned"] * 3]


def test_who_is_not_cleared_reads_no_personal_data_and_the_log_keeps_what_was_written(state):
    words = "王小美 (13800138000) 投诉后回访"
    written = pin_note(state, ANALYST, note(words), NOW)
    (cleared,) = read_notes(state, LOCAL, "csat", MARCH, {"王小美"})
    assert cleared.words == words
    (masked,) = read_notes(state, ANALYST, "csat", MARCH, {"王小美"})
    assert masked.id == written.id
    assert masked.words.endswith("投诉后回访")
    assert [each for each in ("王小美", "13800138000") if each in masked.words] == []
    remove_note(state, ANALYST, masked, NOW)
    entries, _count = read_audit(state, LOCAL, Search(), 1)
    assert entries[0].scope["words"] == words


@pytest.mark.parametrize("words", ["", "  \n", "x" * (LONGEST + 1)])
def test_a_note_says_something_and_not_too_much(state, words: str):
    with pytest.raises(InvalidSettings, match="characters"):
        pin_note(state, ANALYST, note(words), NOW)


@pytest.mark.parametrize("role", [Role.NEWCOMER, Role.VIEWER])
def test_who_only_looks_pins_nothing(state, role: Role):
    with pytest.raises(NotAllowed):
        pin_note(state, Viewer("x", role), note("x"), NOW)
