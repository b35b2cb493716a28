"""The facts of a source that is read as cases, before anyone's cut: which frames they are made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from data_access import daily
from data_access.chosen_rows import Choice, On, during
from data_access.contacts import DIMENSIONS, OF_AGENTS
from data_access.rollup_files import NO_DAY
from data_access.spool import Stretch, laid_out
from metrics import calibration_facts, complaint_facts, finding_facts, open_cases, review_facts
from metrics.metric import Source
from metrics.scope import Period

if TYPE_CHECKING:
    from data_access.store import Store


NOTHING_COMPLAINED = {
    "day": pl.Date,
    **dict.fromkeys(DIMENSIONS, pl.String),
    **dict.fromkeys(("complained_offers_made", "complained_offers_accepted"), pl.Int64),
}
OF_REVIEWED_CONTACTS = (
    "contact_id", "team_id", "is_automatic", "purpose", "passed", "fatal", "form_id", "reviewed_at", "review_id",
)  # fmt: skip
OF_HISTORY = ("customer_id", "issue_type", "received_at", "complaint_id", "is_valid", "duplicate_of")
OF_BACKLOG = (
    *complaint_facts.DIMENSIONS,
    "is_valid",
    "duplicate_of",
    "received_at",
    "resolved_at",
    "reopened_at",
    "closed_at",
)
OF_LEAD_TIMES = (
    *complaint_facts.DIMENSIONS, "is_valid", "duplicate_of", "received_at", "escalated_at", "escalation_level",
    "last_contact_at",
)  # fmt: skip
OF_REVIEWED = ("contact_id", "day", *review_facts.DIMENSIONS, "level", "is_automatic")
OF_AGENT_WEEKS = ("reviewed_agent_id", "reviewed_at", "level", "is_automatic")
ROWS_IN_STRETCH = 100_000  # of facts: a page reads those of its days
Teams = tuple[str, ...] | None  # whose rows may be told of; None is every team
Pieces = Iterator[pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Facts:
    """How the facts of a source are made of its cases.

    Attributes:
        pieces: them, a part of the cases at a time.
        summed: where what is told of one day and the same dimensions may stand in several pieces: what is added up.
    """

    pieces: Callable[["Store", Teams], Pieces]
    summed: tuple[str, ...] = ()


def facts_by_day(store: "Store", source: Source, teams: Teams) -> Iterator[Stretch]:
    """The facts of a source in stretches of days, before anyone's cut; of complaints those of some teams."""
    made = FACTS[source]
    for start, rows in laid_out(made.pieces(store, teams), DAY, store.shelf.folder, lambda _rows: ROWS_IN_STRETCH):
        keys = [name for name in rows.columns if name not in made.summed]
        yield start, rows.group_by(keys).agg(pl.col(made.summed).sum()) if made.summed else rows


def of_teams(frame: pl.DataFrame, teams: Teams) -> pl.DataFrame:
    """The rows of these teams; rows of no known team only where every team may be told of."""
    if teams is None:
        return frame
    return frame.filter(pl.col("team_id").is_in(teams)) if "team_id" in frame.columns else frame.clear()


def complaint_cases(
    store: "Store", teams: Teams, columns: tuple[str, ...] | None = None, *only: Choice
) -> Iterator[pl.DataFrame]:
    """Complaints a file at a time, with `is_contact_passed` (did all reviews by people of their contact pass it? null
    without one) and the `form_id` of the last of these reviews.

    Args:
        teams: whose reviews are told of: a complaint may be of another team than its contact.
        columns: of complaints, `contact_id` one of them; None for all.
        only: rows of which all of this holds.
    """
    reviewed = reviewed_contacts(store, teams)
    for cases in store.case_files("complaints", columns, *only):
        yield cases.join(reviewed, on="contact_id", how="left", maintain_order="left")


def reviewed_contacts(store: "Store", teams: Teams) -> pl.DataFrame:
    """`contact_id is_contact_passed form_id` of contacts that a complaint names and people reviewed."""
    return store.made(("reviewed contacts of complaints", teams), lambda: _reviewed_contacts(store, teams))


def _reviewed_contacts(store: "Store", teams: Teams) -> pl.DataFrame:
    named = store.cases("complaints", ("contact_id",))
    flags = dict.fromkeys(("passed", "fatal"), pl.Boolean)
    nothing = dict.fromkeys(OF_REVIEWED_CONTACTS, pl.String) | flags | {"reviewed_at": pl.Datetime("us")}
    found = [pl.DataFrame(schema=nothing).drop("team_id", "is_automatic", "purpose")]
    for each in store.case_files("reviews", OF_REVIEWED_CONTACTS) if named.columns else ():
        if each.columns:
            people = of_teams(each, teams).filter(review_facts.COUNTED).join(named, on="contact_id", how="semi")
            found.append(people.select(found[0].columns))
    is_passed = pl.col("passed") & ~pl.col("fatal").fill_null(value=False)
    passed = pl.when(pl.col("passed").count() > 0).then(is_passed.all()).alias("is_contact_passed")
    ordered = pl.concat(found).sort("reviewed_at", "review_id")
    return ordered.group_by("contact_id", maintain_order=True).agg(passed, pl.col("form_id").last())


def _complaints(store: "Store", teams: Teams) -> Pieces:
    """The facts of these teams' complaints, with what they may be told of the reviews of their contacts."""
    narrow = complaint_facts.valid(store.cases("complaints", OF_HISTORY))
    history = complaint_facts.complaint_history(narrow, store.rules)
    begin = 0
    for cases in complaint_cases(store, teams):
        end = begin + complaint_facts.valid(cases).height
        yield complaint_facts.complaint_facts(cases, store.as_of, store.rules, teams, history[begin:end])
        begin = end


def _reviews(store: "Store", _teams: Teams) -> Pieces:
    """By the day of the contact, on which all its reviews are counted together."""
    files = store.case_files("reviews", OF_REVIEWED)
    for _start, reviews in laid_out(files, DAY, store.shelf.folder, lambda _rows: 2 * ROWS_IN_STRETCH):
        yield review_facts.reviewed_facts(reviews)


def _scores(store: "Store", _teams: Teams) -> Pieces:
    for reviews in store.case_files("reviews"):  # one file has all reviews of a day
        yield review_facts.score_facts(reviews, store.rules)


def _double_reviews(store: "Store", _teams: Teams) -> Pieces:
    every = store.cases("reviews", ("contact_id",))
    often = every.filter(pl.col("contact_id").is_duplicated()).unique()
    found = [each.join(often, on="contact_id", how="semi") for each in store.case_files("reviews")]
    yield calibration_facts.double_review_facts(pl.concat(found, how="vertical_relaxed"))


def _outcomes(store: "Store", _teams: Teams) -> Pieces:
    named = named_complaints(store, None)
    for reviews in store.case_files("reviews"):
        yield calibration_facts.outcome_facts(reviews, named)


def named_complaints(store: "Store", teams: Teams) -> pl.DataFrame:
    """Valid complaints that name a contact: `contact_id received_at`; none where there are no complaints."""
    columns = ("contact_id", "received_at", "team_id", "is_valid", "duplicate_of")
    found = of_teams(store.cases("complaints", columns), teams)
    nothing = pl.DataFrame(schema={"contact_id": pl.String, "received_at": pl.Datetime("us")})
    known = complaint_facts.valid(found).select("contact_id", "received_at") if found.columns else nothing
    return known.drop_nulls("contact_id")


def backlog_cases(store: "Store", period: Period) -> pl.DataFrame:
    """Complaints on the days at whose end they were open; of the period all of them, of other days some."""
    only = On("received_at", end=period.end), On("resolved_at", period.start, or_never=True)
    files = store.case_files("complaints", None, *only)
    return pl.concat(open_cases.backlog_rows(each, store.data_start, store.as_of) for each in files)


def _backlog(store: "Store", _teams: Teams) -> Pieces:
    for cases in store.case_files("complaints", OF_BACKLOG):
        rows = open_cases.backlog_rows(cases, store.data_start, store.as_of)
        yield open_cases.binned(rows, open_cases.BACKLOG)


def lead_time_cases(store: "Store", period: Period) -> pl.DataFrame:
    """Complaints to a regulator in a period with the time since the customer's last own contact."""
    return open_cases.lead_time_rows(store.cases("complaints", None, during("received_at", period)))


def _lead_times(store: "Store", _teams: Teams) -> Pieces:
    yield open_cases.binned(open_cases.lead_time_rows(store.cases("complaints", OF_LEAD_TIMES)), open_cases.LEAD_TIME)


def _plan(store: "Store", _teams: Teams) -> Pieces:
    days = [
        rows.group_by("day", "team_id").agg(pl.col("reviewed_team").sum())
        for _start, rows in facts_by_day(store, Source.REVIEWS, None)
    ]
    yield review_facts.plan_facts(store.kept("sums/team_id"), pl.concat(days), store.rules)


def _agent_weeks(store: "Store", _teams: Teams) -> Pieces:
    reviews = store.cases("reviews", OF_AGENT_WEEKS).rename({"reviewed_agent_id": "agent_id"})
    yield review_facts.agent_week_facts(store.kept(OF_AGENTS), reviews, store.rules)


def _volumes(store: "Store", _teams: Teams) -> Pieces:
    yield daily.volume_facts(store.cases("volumes"))


def _customers(store: "Store", _teams: Teams) -> Pieces:
    yield daily.customer_facts(store.cases("customers"), pl.lit(store.as_of.date()))


def _hours(store: "Store", _teams: Teams) -> Pieces:
    yield store.cases("hours")


def _recoveries(store: "Store", _teams: Teams) -> Pieces:
    yield daily.recovery_facts(store.cases("recoveries"), store.rules)


def _complained(store: "Store", _teams: Teams) -> Pieces:
    """Offers made and accepted in contacts that count and of which a complaint came, by day and dimensions."""
    named = store.cases("named")
    if not named.columns:
        yield pl.DataFrame(schema=NOTHING_COMPLAINED)
        return
    offers = pl.col("has_offer_made", "has_offer_accepted").cast(pl.Int64).sum()
    counted = named.filter("is_counted", "has_offer_made").group_by("day", *DIMENSIONS).agg(offers)
    yield counted.rename(
        {"has_offer_made": "complained_offers_made", "has_offer_accepted": "complained_offers_accepted"}
    )


def known_findings(store: "Store") -> pl.DataFrame:
    """Every finding, typed; none where the warehouse does not have them."""
    return _typed_findings(store.cases("findings"))


def _typed_findings(found: pl.DataFrame) -> pl.DataFrame:
    names = (*finding_facts.DIMENSIONS, *finding_facts.WORDS, *finding_facts.INSTANTS)
    return finding_facts.typed_findings(found if found.columns else pl.DataFrame(schema=dict.fromkeys(names, pl.Null)))


def _findings(store: "Store", _teams: Teams) -> Pieces:
    """A finding on record twice stands in one piece, so that it counts once."""
    ids = [each.unique() for each in store.case_files("findings", ("finding_id",)) if each.columns]
    again = pl.concat(ids).filter(pl.col("finding_id").is_duplicated()).unique() if len(ids) > 1 else pl.DataFrame()
    apart = []
    for found in store.case_files("findings"):
        own = found
        if again.height:
            apart.append(found.join(again, on="finding_id", how="semi", nulls_equal=True))
            own = found.join(again, on="finding_id", how="anti", nulls_equal=True)
        yield finding_facts.finding_facts(_typed_findings(own), store.as_of, store.rules)
    if apart:
        yield finding_facts.finding_facts(_typed_findings(pl.concat(apart)), store.as_of, store.rules)


DAY = pl.col("day").fill_null(NO_DAY)
#: Of every team; those of complaints differ from viewer to viewer, and are made for some teams.
FACTS: dict[Source, Facts] = {
    Source.COMPLAINTS: Facts(_complaints, complaint_facts.MEASURES),
    Source.REVIEWS: Facts(_reviews),
    Source.SCORES: Facts(_scores),
    Source.OUTCOMES: Facts(_outcomes),
    Source.DOUBLE_REVIEWS: Facts(_double_reviews),
    Source.BACKLOG: Facts(_backlog, ("contacts",)),
    Source.LEAD_TIMES: Facts(_lead_times),
    Source.PLAN: Facts(_plan),
    Source.AGENT_WEEKS: Facts(_agent_weeks),
    Source.VOLUMES: Facts(_volumes),
    Source.CALLS: Facts(_volumes),
    Source.CUSTOMERS: Facts(_customers),
    Source.HOURS: Facts(_hours),
    Source.RECOVERIES: Facts(_recoveries),
    Source.COMPLAINED: Facts(_complained),
    Source.FINDINGS: Facts(_findings, finding_facts.MEASURES),
}
