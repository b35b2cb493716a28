"""Reviews as facts: what people looked at, what they found, and what was due."""

import polars as pl

from metrics.rules import Rules

#: What a reviewed contact can be grouped and filtered by.
DIMENSIONS = ("channel", "team_id", "issue_type", "product", "customer_tier", "scenario", "agent_id", "queue")
LEVELS = ("self", "team", "centre")
BY_PEOPLE = ~pl.col("is_automatic").fill_null(value=False)
_AT = {level: BY_PEOPLE & (pl.col("level") == level) for level in LEVELS}
#: The reviews that make up each measure of reviewed contacts and agents: claims on a review.
REVIEWS_OF = {
    "reviewed": BY_PEOPLE,
    **{f"reviewed_{level}": claim for level, claim in _AT.items()},
    "reviewed_anyhow": pl.lit(value=True),
    "team_done": _AT["team"],
    "covered_agent_weeks": BY_PEOPLE,
    "centre_agent_weeks": _AT["centre"],
    "centre_agents_done": _AT["centre"],
}
OF_CONTACTS = ("reviewed", *(f"reviewed_{level}" for level in LEVELS), "reviewed_anyhow")
#: Reviews that judge nobody.
PRACTICE = ("calibration", "training")
COUNTED = BY_PEOPLE & ~pl.col("purpose").fill_null("regular").is_in(PRACTICE)  # what they found counts for metrics


def reviewed_facts(reviews: pl.DataFrame) -> pl.DataFrame:
    """Contacts that were reviewed, as counts by day of contact and DIMENSIONS.

    Args:
        reviews: one row per review of an eligible contact: `contact_id`, `day` of the contact, DIMENSIONS, `level`,
            `is_automatic`. A contact with two reviews counts once.

    Returns:
        `day`, DIMENSIONS, `reviewed` (by people), `reviewed_self reviewed_team reviewed_centre` and `reviewed_anyhow`.
    """
    claims = [REVIEWS_OF[name].any().alias(name) for name in OF_CONTACTS]
    contacts = reviews.group_by("contact_id", "day", *DIMENSIONS).agg(*claims)
    counted = contacts.with_columns(pl.col(OF_CONTACTS).fill_null(value=False).cast(pl.Int64))
    return counted.group_by("day", *DIMENSIONS).agg(pl.col(OF_CONTACTS).sum())


def score_facts(reviews: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`score_rows` summed to the day of the review, DIMENSIONS and SCORE_MEASURES."""
    return score_rows(reviews, rules).group_by("day", *DIMENSIONS).agg(pl.col(SCORE_MEASURES).sum())


def score_rows(reviews: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What each review by people found, on the day it was made; calibration and training are left out.

    A review with an open dispute counts as disputed, and for nothing else until it is decided.
    """
    people = reviews.filter(COUNTED)
    claims, sums, scored = _found(rules)
    values = [claim.fill_null(value=False).cast(pl.Int64).alias(name) for name, claim in claims.items()]
    values += [pl.when(scored).then(value).otherwise(0.0).alias(name) for name, value in sums.items()]
    return people.with_columns(*values, day=pl.col("reviewed_at").dt.date())


def _found(rules: Rules) -> tuple[dict[str, pl.Expr], dict[str, pl.Expr], pl.Expr]:
    """What is claimed of a review, what is added up of it, and whether it has points."""
    disputed, decided = pl.col("disputed_at").is_not_null(), pl.col("dispute_upheld").is_not_null()
    counts = ~disputed | decided
    passed = pl.col("passed").fill_null(value=False) & ~pl.col("fatal").fill_null(value=False)
    judged = counts & pl.col("passed").is_not_null()
    scored = counts & pl.col("score").is_not_null() & (pl.col("max_score") > 0)
    points, possible = pl.col("score"), pl.col("max_score")
    is_self = pl.col("level") == "self"
    soon = pl.col("reviewed_at") <= pl.col("contact_ended_at") + pl.duration(seconds=rules.self_check_seconds)
    script = pl.col("script_items") > 0
    claims = {
        "reviews": judged,
        "reviews_passed": judged & passed,
        "reviews_disputable": pl.lit(value=True),
        "reviews_disputed": disputed,
        "disputes_decided": disputed & decided,
        "disputes_upheld": disputed & pl.col("dispute_upheld"),
        "reviews_script_judged": script,
        "reviews_script_kept": script & (pl.col("script_items_broken") == 0),
        "self_checks": is_self,
        "self_checks_in_time": is_self & soon,
        "reviews_scored": scored,
    }
    sums = {
        "points": points,
        "possible_points": possible,
        "points_squares": points**2,
        "points_products": points * possible,
        "possible_squares": possible**2,
    }
    return claims, sums, scored


SCORE_MEASURES = tuple(name for part in _found(Rules())[:2] for name in part)


def plan_facts(contacts: pl.DataFrame, reviewed: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What team QA owed and did: `day team_id team_due team_done`; more than was due does not make up for another day.

    Args:
        contacts: `day team_id eligible`, any further grain.
        reviewed: `reviewed_facts`.
    """
    keys = ["day", "team_id"]
    eligible = contacts.filter(pl.col("team_id").is_not_null()).group_by(keys).agg(pl.col("eligible").sum())
    done = reviewed.group_by(keys).agg(pl.col("reviewed_team").sum())
    joined = eligible.join(done, on=keys, how="left")
    due = (pl.col("eligible") * rules.team_share / 100).ceil().cast(pl.Int64)
    found = pl.min_horizontal(pl.col("reviewed_team").fill_null(0), due)
    return joined.select(*keys, team_due=due, team_done=found)


def agent_week_facts(agent_days: pl.DataFrame, reviews: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Agents at work and agents reviewed, week by week, and what centre QA owed each team.

    Args:
        agent_days: `day agent_id team_id handled`, any further grain.
        reviews: one row per review with `reviewed_at`, `agent_id`, `is_automatic`, `level`.

    Returns:
        `day` (the Monday), `team_id` (where the agent handled most that week), `agent_id`, `active_agent_weeks`,
        `covered_agent_weeks` (reviews of any level) and `centre_agent_weeks` (of centre QA), each 0 or 1; below them
        a row for each team and week, of no agent, with `centre_agents_due` and `centre_agents_done`.
    """
    agents = _agents_by_week(agent_days, reviews, rules.coverage_reviews)
    due = (pl.col("active_agent_weeks").sum() * rules.centre_share / 100).ceil().cast(pl.Int64)
    teams = agents.group_by("day", "team_id").agg(
        due.alias("centre_agents_due"), pl.col("centre_agent_weeks").sum().alias("covered")
    )
    plan = teams.select(
        "day",
        "team_id",
        "centre_agents_due",
        pl.min_horizontal("covered", "centre_agents_due").alias("centre_agents_done"),
    )
    return pl.concat([agents, plan], how="diagonal")


def _agents_by_week(agent_days: pl.DataFrame, reviews: pl.DataFrame, least_reviews: int) -> pl.DataFrame:
    monday = pl.col("day").dt.truncate("1w")
    worked = agent_days.filter((pl.col("handled") > 0) & pl.col("agent_id").is_not_null())
    active = (
        worked.group_by(monday, "agent_id", "team_id")
        .agg(pl.col("handled").sum())
        .sort("handled", "team_id", descending=[True, False])
        .group_by("day", "agent_id", maintain_order=True)
        .agg(pl.col("team_id").first(), pl.lit(1, pl.Int64).alias("active_agent_weeks"))
    )
    measures = ("covered_agent_weeks", "centre_agent_weeks")
    done = reviews.group_by(pl.col("reviewed_at").dt.date().dt.truncate("1w").alias("day"), "agent_id").agg(
        REVIEWS_OF[name].sum().alias(name) for name in measures
    )
    joined = active.join(done, on=["day", "agent_id"], how="left")
    return joined.select(
        "day",
        "team_id",
        "agent_id",
        "active_agent_weeks",
        *((pl.col(name).fill_null(0) >= least_reviews).cast(pl.Int64) for name in measures),
    )
