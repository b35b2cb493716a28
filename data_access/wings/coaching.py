"""A coaching sheet for one agent: items against peers, customers' answers, examples, and the sessions on record."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl
from sqlalchemy import ColumnElement, Engine, Select, func, select, true
from sqlalchemy.orm import Mapped

from data_access import audit, contacts, pinned
from data_access.chosen_rows import during
from data_access.contact_measures import flag
from data_access.numbers import read_metrics
from data_access.pinned import Pinned, PinnedRow
from data_access.read import read
from data_access.state import transaction
from data_access.store import Store, cut
from data_access.viewer import Right, Viewer, require
from metrics.catalogue import named
from metrics.errors import InvalidSettings, NotAllowed
from metrics.metric import final_period
from metrics.review_facts import PRACTICE, score_rows
from metrics.scope import Period
from metrics.wings.coaching import Advice, advise

LOOKED_AT = timedelta(weeks=26)  # few reviews are made of one person
LONGEST = 400  # characters of what was agreed
EXAMPLES = 3
METRICS = ("csat", "first_contact_resolution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Pinned):
    """A talk with an agent: on which day, and what was agreed."""

    agent_id: str
    day: date
    words: str
    team_id: str | None = None


class SessionRow(PinnedRow):
    __tablename__ = "coaching_sessions"

    agent_id: Mapped[str]
    team_id: Mapped[str | None]
    day: Mapped[date]
    words: Mapped[str]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What there is to talk about with an agent."""

    agent: str
    period: Period
    advice: Advice
    figures: pl.DataFrame  # METRICS of the agent and, with `who` = peers, of the others whom the viewer sees
    good: pl.DataFrame  # contact_id day score_share issue_type: reviews to be proud of
    learn: pl.DataFrame  # and to learn from
    sessions: list[Session]  # newest first
    since: pl.DataFrame  # item, before and since the last session: `judged failed judged_before failed_before`


def agents_of(store: Store, viewer: Viewer) -> list[str]:
    """The agents at work in the last weeks whom the viewer may coach; none for who is not cleared."""
    if not viewer.is_cleared or not store.warehouse.has("contacts", "agent_id"):
        return []
    recent = Period(store.anchor - LOOKED_AT, store.anchor)
    return sorted(cut(store.kept(contacts.OF_AGENTS), viewer, recent, ())["agent_id"].drop_nulls().unique())


def team_of(store: Store, viewer: Viewer, agent: str) -> str | None:
    """Where the agent handled most contacts in the last half-year, of those that the viewer sees.

    Raises:
        NotAllowed: the viewer is not cleared, or the agent is not one of his teams'.
    """
    if agent not in agents_of(store, viewer):
        raise NotAllowed(
            "You may not see the coaching sheet of this person.",
            "It takes clearance, and the person has to be in a team of yours.",
        )
    recent = Period(store.anchor - LOOKED_AT, store.anchor)
    seen = cut(store.kept(contacts.OF_AGENTS), viewer, recent, (("agent_id", (agent,)),))
    handled = pl.col("contacts").sum()
    counted = seen.group_by("team_id").agg(handled).sort("contacts", "team_id", descending=[True, False])
    return counted["team_id"][0]


def read_sheet(store: Store, engine: Engine, viewer: Viewer, agent: str, now: datetime) -> Sheet:
    """The sheet of one agent for the last half-year; who looked at it stands in the audit log.

    Raises:
        NotAllowed: as `team_of`.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    team_of(store, viewer, agent)
    period = Period(store.anchor - LOOKED_AT, store.anchor)
    audit.record(engine, viewer, audit.Act.SHEET_OPENED, {"agent_id": agent}, now)
    counts = _items(store, viewer, period)
    held = read_sessions(engine, viewer, agent)
    good, learn = _reviews(store, viewer, agent, period)
    return Sheet(
        agent=agent,
        period=period,
        advice=advise(counts, agent),
        figures=_figures(store, viewer, agent, period),
        good=good,
        learn=learn,
        sessions=held,
        since=_since(store, viewer, agent, held[0].day) if held else pl.DataFrame(),
    )


def _items(store: Store, viewer: Viewer, period: Period) -> pl.DataFrame:
    """`agent_id, item, judged, failed` of people's reviews in the period, of the viewer's teams."""
    if not _has_items(store):
        return pl.DataFrame(schema={"agent_id": pl.String, "item": pl.String, "judged": pl.Int64, "failed": pl.Int64})
    query = _counted(store, viewer, period)
    return store.answers.once(("coaching items", viewer.sight, period), lambda: read(store.warehouse.engine, query))


def _has_items(store: Store) -> bool:
    return store.warehouse.has("qa_items", "failed") and store.warehouse.has("qa_reviews", "agent_id", "contact_id")


def _counted(store: Store, viewer: Viewer, period: Period, agent: str = "") -> Select:
    warehouse, column = store.warehouse, store.warehouse.column
    review, item = warehouse.table("qa_reviews"), warehouse.table("qa_items")
    kept: list[ColumnElement[bool]] = [
        contacts.between(warehouse, review.c.reviewed_at, period.start, period.end),
        func.coalesce(column("qa_reviews", "is_automatic"), ~true()) != true(),
        func.coalesce(column("qa_reviews", "purpose"), "regular").not_in(PRACTICE),
        func.coalesce(column("qa_items", "applicable"), true()) == true(),
        review.c.agent_id.is_not(None),
    ]
    kept += [review.c.agent_id == agent] if agent else []
    if viewer.teams is not None:
        contact = warehouse.table("contacts")
        own = select(contact.c.contact_id).where(contact.c.team_id.in_(viewer.teams))
        kept.append(review.c.contact_id.in_(own))
    counts = func.count().label("judged"), func.sum(flag(item.c.failed == true())).label("failed")
    keys = review.c.agent_id, item.c.item
    return select(*keys, *counts).join(item, item.c.review_id == review.c.review_id).where(*kept).group_by(*keys)


def _figures(store: Store, viewer: Viewer, agent: str, period: Period) -> pl.DataFrame:
    frames = []
    peers = tuple(each for each in agents_of(store, viewer) if each != agent)
    for metric in named(METRICS):
        days = final_period(metric, period, store.anchor, store.rules)
        for who, people in (("agent", (agent,)), ("peers", peers)):
            filters = (("agent_id", people),)
            found = read_metrics(store, viewer, [metric], days, filters)
            frames.append(found.with_columns(who=pl.lit(who)))
    return pl.concat(frames)


def _reviews(store: Store, viewer: Viewer, agent: str, period: Period) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The agent's best and worst reviews; one that is among the best is not among the worst."""
    shown = ["contact_id", "day", "score_share", "issue_type"]
    reviews = store.cases("reviews", None, during("reviewed_at", period))
    if not reviews.columns:
        nothing = pl.DataFrame(schema=dict.fromkeys(shown, pl.String))
        return nothing, nothing
    own = cut(score_rows(reviews, store.rules), viewer, period, ()).filter(
        pl.col("reviewed_agent_id") == agent, pl.col("reviews_scored") == 1
    )
    ranked = (
        own.with_columns(score_share=100 * pl.col("points") / pl.col("possible_points"))
        .sort("score_share", "contact_id", descending=[True, False])
        .unique("contact_id", keep="first", maintain_order=True)
        .select(shown)
    )
    half = min(EXAMPLES, ranked.height // 2)
    return ranked.head(half), ranked.tail(half).reverse()


def _since(store: Store, viewer: Viewer, agent: str, day: date) -> pl.DataFrame:
    """Items since the last session beside those of the half-year before it."""
    end = max(store.anchor, day + timedelta(days=1))
    frames = []
    for suffix, period in (("", Period(day, end)), ("_before", Period(day - LOOKED_AT, day))):
        found = read(store.warehouse.engine, _counted(store, viewer, period, agent)) if _has_items(store) else None
        if found is None:
            return pl.DataFrame()
        frames.append(found.select("item", *(pl.col(name).alias(f"{name}{suffix}") for name in ("judged", "failed"))))
    return frames[0].join(frames[1], on="item", how="inner").sort("item")


def read_sessions(engine: Engine, viewer: Viewer, agent: str) -> list[Session]:
    """The sessions with an agent that the viewer may read of, newest first; none for who is not cleared."""
    if not viewer.is_cleared:
        return []
    with transaction(engine) as session:
        found = pinned.held(session, Session, SessionRow, SessionRow.agent_id == agent)
    seen = [each for each in found if viewer.sees(each.team_id)]
    return sorted(seen, key=lambda each: each.day, reverse=True)


def record_session(engine: Engine, store: Store, viewer: Viewer, held: Session, now: datetime) -> Session:
    """Put a session on record.

    Raises:
        NotAllowed: the viewer's role writes nothing down, or as `team_of`.
        InvalidSettings: it says nothing of what was agreed, or too much.
    """
    require(viewer, Right.CHANGES)
    words = " ".join(held.words.split())
    if not 0 < len(words) <= LONGEST:
        raise InvalidSettings(
            "What was agreed takes 1 to {most} characters; this has {count}.",
            "Write down one or two habits and what helps to change them.",
            most=LONGEST,
            count=len(words),
        )
    whole = replace(held, words=words, team_id=team_of(store, viewer, held.agent_id))
    with transaction(engine) as session:
        fresh = pinned.pin(session, SessionRow, whole, viewer, now)
        audit.append(session, viewer, audit.Act.COACHING_RECORDED, _told(fresh), now)
    return fresh


def _require_own(viewer: Viewer, held: Session) -> None:
    if not (viewer.is_cleared and viewer.sees(held.team_id)):
        raise NotAllowed(
            "Your role does not allow this.", "It takes clearance, and the person has to be in a team of yours."
        )


def _told(held: Session) -> dict[str, str]:
    return {"agent_id": held.agent_id, "day": held.day.isoformat(), "words": held.words}


remove_session = pinned.remover(SessionRow, Right.CHANGES, audit.Act.COACHING_REMOVED, _told, _require_own)
restore_session = pinned.restorer(SessionRow, Right.CHANGES, audit.Act.COACHING_RECORDED, _told, _require_own)
