"""What quality monitoring looks at: which share of contacts and of agents did people review?"""

from metrics.contact import CONTACT_DAY, total
from metrics.metric import Better, Metric, Source, Unit

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
