"""The facts of a source that is read as cases, before anyone's cut: which frames they are made of."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from data_access import daily
from data_access.contacts import DIMENSIONS, OF_AGENTS
from metrics import calibration_facts, complaint_facts, finding_facts, open_cases, review_facts
from metrics.metric import Source

if TYPE_CHECKING:
    from data_access.store import Store


NOTHING_COMPLAINED = {
    "day": pl.Date,
    **dict.fromkeys(DIMENSIONS, pl.String),
    **dict.fromkeys(("complained_offers_made", "complained_offers_accepted"), pl.Int64),
}
OF_PASSED = ("contact_id", "team_id", "is_automatic", "passed")
Teams = tuple[str, ...] | None  # whose rows may be told of; None is every team


def of_teams(frame: pl.DataFrame, teams: Teams) -> pl.DataFrame:
    """The rows of these teams; rows of no known team only where every team may be told of."""
    if teams is None:
        return frame
    return frame.filter(pl.col("team_id").is_in(teams)) if "team_id" in frame.columns else frame.clear()


def complaint_cases(store: "Store", teams: Teams) -> pl.DataFrame:
    """Complaints with `is_contact_passed`: did all reviews by people of their contact pass it? Null without one.

    Args:
        teams: whose reviews are told of: a complaint may be of another team than its contact.
    """
    found, reviews = store.cases("complaints"), of_teams(store.cases("reviews", OF_PASSED), teams)
    if "passed" not in reviews.columns:
        return found.with_columns(pl.lit(None, pl.Boolean).alias("is_contact_passed"))
    people = reviews.filter(review_facts.BY_PEOPLE, pl.col("passed").is_not_null())
    passed = people.group_by("contact_id").agg(pl.col("passed").all().alias("is_contact_passed"))
    return found.join(passed, on="contact_id", how="left")


def complaints(store: "Store", teams: Teams) -> pl.DataFrame:
    """The facts of these teams' complaints, with what they may be told of the reviews of their contacts."""
    return complaint_facts.complaint_facts(complaint_cases(store, teams), store.as_of, store.rules, teams)


def _reviews(store: "Store") -> pl.DataFrame:
    return review_facts.reviewed_facts(store.cases("reviews"))


def _scores(store: "Store") -> pl.DataFrame:
    return review_facts.score_facts(store.cases("reviews"), store.rules)


def _double_reviews(store: "Store") -> pl.DataFrame:
    return calibration_facts.double_review_facts(store.cases("reviews"))


def _outcomes(store: "Store") -> pl.DataFrame:
    return calibration_facts.outcome_facts(store.cases("reviews"), named_complaints(store, None))


def named_complaints(store: "Store", teams: Teams) -> pl.DataFrame:
    """Valid complaints that name a contact: `contact_id received_at`; none where there are no complaints."""
    found = of_teams(store.cases("complaints"), teams)
    nothing = pl.DataFrame(schema={"contact_id": pl.String, "received_at": pl.Datetime("us")})
    known = complaint_facts.valid(found).select("contact_id", "received_at") if found.columns else nothing
    return known.drop_nulls("contact_id")


def backlog_cases(store: "Store") -> pl.DataFrame:
    """Complaints on the days at whose end they were open."""
    return open_cases.backlog_rows(store.cases("complaints"), store.data_start, store.as_of)


def lead_time_cases(store: "Store") -> pl.DataFrame:
    """Complaints to a regulator with the time since the customer's last own contact."""
    return open_cases.lead_time_rows(store.cases("complaints"))


def _plan(store: "Store") -> pl.DataFrame:
    return review_facts.plan_facts(store.kept("sums/team_id"), _reviews(store), store.rules)


def _agent_weeks(store: "Store") -> pl.DataFrame:
    reviews = store.cases("reviews").drop("agent_id").rename({"reviewed_agent_id": "agent_id"})
    return review_facts.agent_week_facts(store.kept(OF_AGENTS), reviews, store.rules)


def _volumes(store: "Store") -> pl.DataFrame:
    return daily.volume_facts(store.cases("volumes"))


def _customers(store: "Store") -> pl.DataFrame:
    return daily.customer_facts(store.cases("customers"), pl.lit(store.as_of.date()))


def _recoveries(store: "Store") -> pl.DataFrame:
    return daily.recovery_facts(store.cases("recoveries"), store.rules)


def _complained(store: "Store") -> pl.DataFrame:
    """Offers made and accepted in contacts that count and of which a complaint came, by day and dimensions."""
    named = store.cases("named")
    if not named.columns:
        return pl.DataFrame(schema=NOTHING_COMPLAINED)
    offers = pl.col("has_offer_made", "has_offer_accepted").cast(pl.Int64).sum()
    counted = named.filter("is_counted", "has_offer_made").group_by("day", *DIMENSIONS).agg(offers)
    return counted.rename(
        {"has_offer_made": "complained_offers_made", "has_offer_accepted": "complained_offers_accepted"}
    )


def known_findings(store: "Store") -> pl.DataFrame:
    """Every finding, typed; none where the warehouse does not have them."""
    found = store.cases("findings")
    names = (*finding_facts.DIMENSIONS, *finding_facts.WORDS, *finding_facts.INSTANTS)
    return finding_facts.typed_findings(found if found.columns else pl.DataFrame(schema=dict.fromkeys(names, pl.Null)))


#: Of every team; those of complaints differ from viewer to viewer, and are made by `complaints` for some teams.
FACTS: dict[Source, Callable[["Store"], pl.DataFrame]] = {
    Source.COMPLAINTS: lambda store: complaints(store, None),
    Source.REVIEWS: _reviews,
    Source.SCORES: _scores,
    Source.OUTCOMES: _outcomes,
    Source.DOUBLE_REVIEWS: _double_reviews,
    Source.BACKLOG: lambda store: open_cases.binned(backlog_cases(store), open_cases.BACKLOG),
    Source.LEAD_TIMES: lambda store: open_cases.binned(lead_time_cases(store), open_cases.LEAD_TIME),
    Source.PLAN: _plan,
    Source.AGENT_WEEKS: _agent_weeks,
    Source.VOLUMES: _volumes,
    Source.CALLS: _volumes,
    Source.CUSTOMERS: _customers,
    Source.HOURS: lambda store: store.cases("hours"),
    Source.RECOVERIES: _recoveries,
    Source.COMPLAINED: _complained,
    Source.FINDINGS: lambda store: finding_facts.finding_facts(known_findings(store), store.as_of, store.rules),
}
