"""The site's own calendar."""

from datetime import UTC, date, datetime

import pytest

from data_access.audit import Search, read_audit
from data_access.own_events import LONGEST, OwnEvent, add_event, read_events, remove_event, restore_event
from data_access.viewer import LOCAL, Role, Viewer
from metrics.errors import InvalidSettings, NotAllowed, StateConflict

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MANAGER = Viewer("li", Role.MANAGER, is_cleared=True)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def test_events_are_added_taken_out_and_put_back_and_written_down(state):
    april = add_event(state, MANAGER, OwnEvent(name="  Price   change ", first=APRIL, last=APRIL), NOW)
    march = add_event(state, MANAGER, OwnEvent(name="系统切换", first=MARCH, last=APRIL), NOW)
    assert [(each.name, each.last) for each in read_events(state, LOCAL)] == [
        ("系统切换", APRIL),
        ("Price change", None),
    ]
    remove_event(state, MANAGER, march, NOW)
    assert [each.id for each in read_events(state, LOCAL)] == [april.id]
    with pytest.raises(StateConflict):
        remove_event(state, MANAGER, march, NOW)
    restore_event(state, MANAGER, march, NOW)
    assert read_events(state, LOCAL)[0] == march
    with pytest.raises(StateConflict):
        restore_event(state, MANAGER, march, NOW)
    entries, _count = read_audit(state, LOCAL, Search(), 10)
    assert [each.act for each in entries] == ["event_restored", "event_removed", "event_added", "event_added"]
    assert entries[0].scope == {"name": "系统切换", "from": "2026-03-01", "to": "2026-04-01"}


@pytest.mark.parametrize(
    ("name", "last"), [(" ", None), ("x" * (LONGEST + 1), None), ("x", date(2026, 2, 28)), ("x", date(2027, 3, 3))]
)
def test_an_event_has_a_name_and_ends_after_it_begins(state, name: str, last: date | None):
    with pytest.raises(InvalidSettings):
        add_event(state, MANAGER, OwnEvent(name=name, first=MARCH, last=last), NOW)
    assert read_events(state, LOCAL) == []


def test_who_is_not_cleared_reads_no_personal_data_in_a_name(state):
    add_event(state, MANAGER, OwnEvent(name="王小美 13800138000 离职", first=MARCH), NOW)
    (masked,) = read_events(state, Viewer("x"), {"王小美"})
    assert [each for each in ("王小美", "13800138000") if each in masked.name] == []
    assert masked.name.endswith("离职")


def test_who_only_looks_adds_nothing(state):
    with pytest.raises(NotAllowed):
        add_event(state, Viewer("x", Role.ANALYST), OwnEvent(name="x", first=MARCH), NOW)
