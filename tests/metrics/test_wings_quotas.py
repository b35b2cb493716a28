"""Quotas of the three levels: what is owed, and by whom."""

from datetime import date, datetime, timedelta

import polars as pl

from metrics.rules import Rules
from metrics.wings.quotas import owed_by_agents, owed_by_teams, self_checks

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def plan(*rows: tuple[date, str, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["day", "team_id", "team_due", "team_done"], orient="row")


def weeks(*rows: tuple[str, str | None, int | None, int | None, int | None]) -> pl.DataFrame:
    names = {"team_id": pl.String, "agent_id": pl.String}
    counts = ("centre_agent_weeks", "centre_agents_due", "centre_agents_done")
    return pl.DataFrame(rows, schema=names | dict.fromkeys(counts, pl.Int64), orient="row")


def test_what_is_owed_is_what_was_due_and_not_done_who_owes_most_first():
    found = owed_by_teams(
        plan((MONDAY, "a", 5, 5), (TUESDAY, "a", 4, 1), (MONDAY, "b", 6, 0), (TUESDAY, "b", 2, 2)),
        weeks(("a", None, None, 2, 1), ("a", "anna", 1, None, None)),
        TUESDAY,
    )
    names = ["team_id", "owed_today", "due_week", "owed_week", "agents_due", "agents_owed"]
    assert found.select(names).rows() == [("b", 0, 8, 6, 0, 0), ("a", 3, 9, 3, 2, 1)]


def test_a_team_without_a_contact_on_the_day_owes_nothing_for_it():
    found = owed_by_teams(plan((MONDAY, "a", 5, 4)), weeks(), TUESDAY)
    assert found.select("due_today", "owed_today", "owed_week").rows() == [(0, 0, 1)]


def test_the_agents_longest_unseen_are_next_as_many_as_are_owed():
    def seen(agent: str, days: int, level: str = "centre") -> dict:
        at = datetime(2026, 3, 1) - timedelta(days=days)
        return {"reviewed_agent_id": agent, "reviewed_at": at, "level": level, "is_automatic": False}

    reviews = [seen("anna", 9), seen("ben", 30), seen("ben", 20), seen("cai", 1, "team"), seen("dan", 2)]
    at_work = weeks(
        *(("a", agent, int(agent == "dan"), None, None) for agent in ("anna", "ben", "cai", "dan")),
        ("a", None, None, 3, 1),
    )
    found = owed_by_agents(at_work, pl.DataFrame(reviews))
    assert found.select("agent_id", "is_next").rows() == [("cai", True), ("ben", True), ("anna", False)]
    assert found["last_seen"].to_list() == [None, date(2026, 2, 9), date(2026, 2, 20)]


def test_a_self_check_is_late_after_half_an_hour():
    end = datetime(2026, 3, 2, 10)

    def check(agent: str, minutes: int, level: str = "self") -> dict:
        at = end + timedelta(minutes=minutes)
        told = {"reviewed_at": at, "contact_ended_at": end, "level": level, "is_automatic": False}
        return {"team_id": "a", "reviewed_agent_id": agent} | told

    found = self_checks(
        pl.DataFrame([check("anna", 30), check("anna", 31), check("ben", 10), check("cai", 500, "team")]), Rules()
    )
    assert found.rows() == [("a", "anna", 2, 1)]
