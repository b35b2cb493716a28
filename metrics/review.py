"""What quality monitoring looks at: which share of contacts and of agents did people review?"""

import polars as pl

from metrics.contact import CONTACT_DAY, total
from metrics.metric import Better, Metric, Source, Unit

#: What a reviewed contact can be grouped and filtered by.
DIMENSIONS = ("channel", "team_id", "issue_type", "product", "customer_tier", "scenario", "agent_id")
LEVELS = ("self", "team", "centre")


def reviewed_facts(reviews: pl.DataFrame) -> pl.DataFrame:
    """Contacts that people reviewed, as counts by day of contact and DIMENSIONS.

    Args:
        reviews: one row per review of an eligible contact: `contact_id`, `day` of the contact, DIMENSIONS, `level`,
            `is_automatic`. A contact with two reviews counts once.

    Returns:
        `day`, DIMENSIONS, `reviewed` and `reviewed_self reviewed_team reviewed_centre`.
    """
    by_people = reviews.filter(~pl.col("is_automatic").fill_null(value=False))
    at_level = [(pl.col("level") == level).any().cast(pl.Int64).alias(f"reviewed_{level}") for level in LEVELS]
    contacts = by_people.group_by("contact_id", "day", *DIMENSIONS).agg(
        pl.lit(1, pl.Int64).alias("reviewed"), *at_level
    )
    measures = ["reviewed", *(f"reviewed_{level}" for level in LEVELS)]
    return contacts.group_by("day", *DIMENSIONS).agg(pl.col(measures).sum())


def agent_week_facts(agent_days: pl.DataFrame, reviews: pl.DataFrame, least_reviews: int) -> pl.DataFrame:
    """Agents at work and agents reviewed, week by week.

    Args:
        agent_days: `day agent_id team_id handled`, any further grain.
        reviews: one row per review with `reviewed_at`, `agent_id`, `is_automatic`, `level`.
        least_reviews: reviews by people in a week that make an agent covered.

    Returns:
        `day` (the Monday), `team_id` (where the agent handled most that week), `agent_id`, `active_agent_weeks`,
        `covered_agent_weeks` (reviews of any level) and `centre_agent_weeks` (of centre QA), each 0 or 1.
    """
    monday = pl.col("day").dt.truncate("1w")
    worked = agent_days.filter((pl.col("handled") > 0) & pl.col("agent_id").is_not_null())
    active = (
        worked.group_by(monday, "agent_id", "team_id")
        .agg(pl.col("handled").sum())
        .sort("handled", "team_id", descending=[True, False])
        .group_by("day", "agent_id", maintain_order=True)
        .agg(pl.col("team_id").first(), pl.lit(1, pl.Int64).alias("active_agent_weeks"))
    )
    done = (
        reviews.filter(~pl.col("is_automatic").fill_null(value=False))
        .group_by(pl.col("reviewed_at").dt.date().dt.truncate("1w").alias("day"), "agent_id")
        .agg(pl.len().alias("reviews"), (pl.col("level") == "centre").sum().alias("centre_reviews"))
    )
    joined = active.join(done, on=["day", "agent_id"], how="left")
    return joined.select(
        "day",
        "team_id",
        "agent_id",
        "active_agent_weeks",
        *(
            (pl.col(reviews).fill_null(0) >= least_reviews).cast(pl.Int64).alias(name)
            for reviews, name in (("reviews", "covered_agent_weeks"), ("centre_reviews", "centre_agent_weeks"))
        ),
    )


QA_COVERAGE = Metric(
    id="qa_coverage",
    name="QA coverage of contacts",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.REVIEWS, Source.CONTACTS),
    needs=("qa_reviews.contact_id", "contacts"),
    numerator=total("reviewed"),
    denominator=total("eligible"),
    target=5.0,
    maturity="review_days",
    counted="eligible contacts",
    basis=CONTACT_DAY,
    definition=(
        "Contacts reviewed by people at least once out of all eligible contacts (answered, {eligible_seconds} seconds "
        "or longer), by the day of the contact. Automatic reviews do not count."
    ),
    source="House rule; human sampling usually covers less than 5 %.",
)


def _coverage_at(level: str, name: str, target: float | None, definition: str) -> Metric:
    return Metric(
        id=f"qa_coverage_{level}",
        name=name,
        unit=Unit.PERCENT,
        better=Better.HIGHER,
        reads=(Source.REVIEWS, Source.CONTACTS),
        needs=("qa_reviews.contact_id", "qa_reviews.level", "contacts"),
        numerator=total(f"reviewed_{level}"),
        denominator=total("eligible"),
        target=target,
        maturity="review_days",
        counted="eligible contacts",
        basis=CONTACT_DAY,
        definition=definition,
        source="Quality control at three levels: the agent, the team, the centre.",
    )


QA_COVERAGE_SELF = _coverage_at(
    "self", "QA coverage by self-check", None, "Contacts with a self-check by the agent out of all eligible contacts."
)
QA_COVERAGE_TEAM = _coverage_at(
    "team", "QA coverage by team QA", 10.0, "Contacts reviewed by team QA out of all eligible contacts."
)
QA_COVERAGE_CENTRE = _coverage_at(
    "centre", "QA coverage by centre QA", None, "Contacts reviewed by centre QA out of all eligible contacts."
)


def _agents(
    id_: str, name: str, numerator: str, target: float | None, definition: str, needs: tuple[str, ...] = ()
) -> Metric:
    return Metric(
        id=id_,
        name=name,
        unit=Unit.PERCENT,
        better=Better.HIGHER,
        reads=(Source.AGENT_WEEKS,),
        needs=("qa_reviews.agent_id", "qa_reviews.contact_id", "contacts.agent_id", *needs),
        numerator=total(numerator),
        denominator=total("active_agent_weeks"),
        target=target,
        maturity="week_days",
        counted="agent-weeks",
        basis="week that begins in the period",
        definition=definition,
        source="Centre QA covers 20 % of agents every week.",
    )


QA_COVERAGE_AGENTS = _agents(
    "qa_coverage_agents",
    "QA coverage of agents",
    "covered_agent_weeks",
    None,
    "Agents with at least {coverage_reviews} review by people, at any level, in the week out of all agents who handled "
    "contacts in it; over several weeks, agent-weeks are added up. Weeks count whole, by their Monday.",
)
QA_COVERAGE_AGENTS_CENTRE = _agents(
    "qa_coverage_agents_centre",
    "Agents reviewed by centre QA",
    "centre_agent_weeks",
    20.0,
    "Agents with at least {coverage_reviews} review by centre QA in the week out of all agents who handled contacts in "
    "it; over several weeks, agent-weeks are added up. Weeks count whole, by their Monday.",
    needs=("qa_reviews.level",),
)

METRICS = (
    QA_COVERAGE,
    QA_COVERAGE_SELF,
    QA_COVERAGE_TEAM,
    QA_COVERAGE_CENTRE,
    QA_COVERAGE_AGENTS,
    QA_COVERAGE_AGENTS_CENTRE,
)
