"""Alerts on single cases: what comes after the last look at a day is found at the next one, and told once."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from data_access.rollups import open_rollups
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.watch.events import record_findings
from data_access.watch.watching import read_findings
from metrics.alerts.rule import AlertRule, Kind
from metrics.rules import Rules
from tests.data_access.seed import contact, seeded

HEATED = AlertRule(
    key="heated", kind=Kind.CASES, about="heated_emotion_share", limit=1, window_days=1, least=1, is_on=True
)
DAY = timedelta(days=1)
LAST = datetime(2026, 3, 10, 23, 50)  # a heated contact, after the look at 23:45
NOW = datetime(2026, 3, 11, 0, 15, tzinfo=UTC)


def test_what_came_after_the_last_look_at_a_day_is_found_and_told_once(tmp_path: Path):
    calm = [contact(f"k{day}", LAST - day * DAY, emotion_score=10) for day in range(1, 30)]
    hot = contact("hot", LAST, emotion_score=95)
    next_day = contact("next", datetime(2026, 3, 11, 0, 5), emotion_score=10)
    rollups = open_rollups(seeded(tmp_path / "w.duckdb", {"contacts": [*calm, hot, next_day]}), Rules(), tmp_path)
    store, engine = Store(rollups, rollups.refresh()), open_state(f"sqlite:///{tmp_path}/state.sqlite")

    def opened(since: date | None) -> list[str]:
        found = read_findings(store, LOCAL, HEATED, NOW, (), since)
        return record_findings(engine, HEATED, found, {}, NOW, data_end=store.data_end)

    assert opened(None) == []  # nobody looked before: the newest day alone
    assert opened(date(2026, 3, 10)) == ["2026-03-10"]
    assert opened(date(2026, 3, 10)) == []  # it is open
    assert opened(date(2026, 3, 10)) == []  # and over with its day: not told again
    found = read_findings(store, LOCAL, HEATED, NOW, (), date(2025, 1, 1))
    assert [each.subject for each in found] == [f"2026-03-{day:02}" for day in range(5, 12)]
