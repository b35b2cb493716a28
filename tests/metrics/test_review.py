"""Reviews: a contact and an agent count once however often they were looked at."""

from datetime import date, datetime

import polars as pl
import pytest

from metrics.evaluation import evaluate
from metrics.review import METRICS
from metrics.review_facts import DIMENSIONS, reviewed_facts
from metrics.review_facts import agent_week_facts as agents_and_teams
from metrics.rules import Rules

MONDAY = date(2024, 1, 1)


def reviews(*rows: tuple[str, str | None, bool | None]) -> pl.DataFrame:
    """(contact, level, automatic?) of one team on one day."""
    shape = {"contact_id": pl.String, "level": pl.String, "is_automatic": pl.Boolean}
    frame = pl.DataFrame(list(rows), schema=shape, orient="row")
    return frame.with_columns(day=pl.lit(MONDAY), **{name: pl.lit("x") for name in DIMENSIONS})


def counts(frame: pl.DataFrame) -> tuple[int, ...]:
    measures = ("reviewed", "reviewed_self", "reviewed_team", "reviewed_centre")
    return reviewed_facts(frame).select(pl.col(measures).sum()).row(0)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("1", "team", False)], (1, 0, 1, 0)),
        ([("1", "team", False), ("1", "team", False)], (1, 0, 1, 0)),  # reviewed twice for calibration
        ([("1", "team", False), ("1", "centre", False)], (1, 0, 1, 1)),
        ([("1", "self", None), ("2", "self", False)], (2, 2, 0, 0)),
        ([("1", "team", True)], (0, 0, 0, 0)),  # automatic only
        ([("1", "team", True), ("1", "centre", False)], (1, 0, 0, 1)),
        ([("1", None, False)], (1, 0, 0, 0)),
        ([], (0, 0, 0, 0)),
    ],
)
def test_reviewed_contact_counts_once_and_automatic_reviews_do_not(rows: list, expected: tuple[int, ...]) -> None:
    assert counts(reviews(*rows)) == expected


def agent_days(*rows: tuple[date, str | None, str | None, int]) -> pl.DataFrame:
    shape = {"day": pl.Date, "agent_id": pl.String, "team_id": pl.String, "handled": pl.Int64}
    return pl.DataFrame(list(rows), schema=shape, orient="row")


def agent_reviews(*rows: tuple[datetime, str, bool | None], level: str | None = "team") -> pl.DataFrame:
    shape = {"reviewed_at": pl.Datetime("us"), "agent_id": pl.String, "is_automatic": pl.Boolean}
    return pl.DataFrame(list(rows), schema=shape, orient="row").with_columns(level=pl.lit(level, pl.String))


def agent_week_facts(agent_days: pl.DataFrame, reviews: pl.DataFrame, least: int) -> pl.DataFrame:
    """The rows of agents, without those of teams."""
    found = agents_and_teams(agent_days, reviews, Rules(coverage_reviews=least))
    return found.filter(pl.col("agent_id").is_not_null()).drop("centre_agents_due", "centre_agents_done", strict=False)


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2024, 1, day, hour)


@pytest.mark.parametrize(
    ("done", "least", "covered"),
    [
        ([], 1, 0),
        ([(at(1, 0), "anna", False)], 1, 1),  # Monday at midnight
        ([(at(7, 23), "anna", None)], 1, 1),  # Sunday late
        ([(at(8, 0), "anna", False)], 1, 0),  # the Monday after
        ([(at(3), "anna", True)], 1, 0),
        ([(at(3), "ben", False)], 1, 0),
        ([(at(3), "anna", False)], 2, 0),
        ([(at(3), "anna", False), (at(4), "anna", False)], 2, 1),
    ],
)
def test_agent_is_covered_by_enough_reviews_by_people_in_the_week(done: list, least: int, covered: int) -> None:
    facts = agent_week_facts(agent_days((date(2024, 1, 3), "anna", "a", 5)), agent_reviews(*done), least)
    assert facts.rows() == [(MONDAY, "a", "anna", 1, covered, 0)]


@pytest.mark.parametrize(("level", "least", "covered"), [("centre", 1, (1, 1)), ("team", 1, (1, 0)), (None, 1, (1, 0))])
def test_centre_covers_an_agent_by_its_own_reviews_only(
    level: str | None, least: int, covered: tuple[int, int]
) -> None:
    done = agent_reviews((at(3), "anna", False), level=level)
    facts = agent_week_facts(agent_days((date(2024, 1, 3), "anna", "a", 5)), done, least)
    assert facts.select("covered_agent_weeks", "centre_agent_weeks").rows() == [covered]


def test_reviews_of_two_levels_add_up_for_the_agent_and_not_for_the_centre() -> None:
    done = pl.concat([agent_reviews((at(3), "anna", False), level=level) for level in ("team", "centre")])
    facts = agent_week_facts(agent_days((date(2024, 1, 3), "anna", "a", 5)), done, 2)
    assert facts.select("covered_agent_weeks", "centre_agent_weeks").rows() == [(1, 0)]


def test_agent_of_two_teams_counts_once_where_most_was_handled() -> None:
    worked = agent_days(
        (date(2024, 1, 1), "anna", "a", 4), (date(2024, 1, 2), "anna", "b", 3), (date(2024, 1, 5), "anna", "b", 3)
    )
    assert agent_week_facts(worked, agent_reviews(), 1).rows() == [(MONDAY, "b", "anna", 1, 0, 0)]


def test_agent_of_two_equal_teams_is_put_into_the_first_of_them() -> None:
    worked = agent_days((date(2024, 1, 1), "anna", "b", 4), (date(2024, 1, 2), "anna", "a", 4))
    assert agent_week_facts(worked, agent_reviews(), 1)["team_id"].to_list() == ["a"]


def test_agent_who_handled_nothing_is_not_active() -> None:
    worked = agent_days((date(2024, 1, 1), "anna", "a", 0), (date(2024, 1, 1), None, "a", 3))
    assert agent_week_facts(worked, agent_reviews((at(1), "anna", False)), 1).is_empty()


def test_weeks_run_from_monday_to_sunday() -> None:
    worked = agent_days((date(2024, 1, 7), "anna", "a", 1), (date(2024, 1, 8), "anna", "a", 1))
    facts = agent_week_facts(worked, agent_reviews((at(9), "anna", False)), 1).sort("day")
    assert facts.select("day", "covered_agent_weeks").rows() == [(MONDAY, 0), (date(2024, 1, 8), 1)]


@pytest.mark.parametrize(
    ("metric", "value"),
    # By hand: 12 / 400, 2 / 400, 8 / 400, 4 / 400, 4 / 20 and 2 / 20.
    [
        *(("qa_coverage", 3.0), ("qa_coverage_self", 0.5), ("qa_coverage_team", 2.0), ("qa_coverage_centre", 1.0)),
        *(("qa_coverage_agents", 20.0), ("qa_coverage_agents_centre", 10.0)),
    ],
)
def test_metric_divides_the_sums_that_its_definition_names(metric: str, value: float) -> None:
    measures = {"reviewed": 12, "reviewed_self": 2, "reviewed_team": 8, "reviewed_centre": 4, "eligible": 400}
    agents = {"covered_agent_weeks": 4, "centre_agent_weeks": 2, "active_agent_weeks": 20}
    facts = pl.DataFrame({"day": [MONDAY], **measures, **agents})
    chosen = next(each for each in METRICS if each.id == metric)
    assert evaluate([chosen], facts)["value"].to_list() == pytest.approx([value])
