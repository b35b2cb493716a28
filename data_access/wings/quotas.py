"""Who owes what of the three levels of quality control: agents, team QA and centre QA."""

from datetime import date, timedelta

import polars as pl

from data_access.chosen_rows import On, during
from data_access.masking import masked
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from data_access.wings.answered import answered
from metrics.metric import Source
from metrics.scope import Filters, Period
from metrics.wings.quotas import owed_by_agents, owed_by_teams, self_checks

WEEK = timedelta(days=7)
OF_LAST_SEEN = ("day", "team_id", "reviewed_agent_id", "reviewed_at", "level", "is_automatic")
NEEDS = ("contacts.team_id", "qa_reviews.contact_id", "qa_reviews.level")


def missing(store: Store) -> tuple[str, ...]:
    """What the warehouse lacks for quotas."""
    return store.warehouse.missing(NEEDS)


def today(store: Store) -> date:
    """The last day that the data tell of in full."""
    return min(store.anchor, store.data_end) - timedelta(days=1)


def _of_teams(filters: Filters) -> Filters:
    """Quotas are owed by teams, whatever else contacts are filtered by."""
    return tuple((name, values) for name, values in filters if name == "team_id")


def read_owed_by_teams(store: Store, viewer: Viewer, filters: Filters) -> pl.DataFrame:
    """Each team today and this week: see `metrics.wings.quotas.owed_by_teams`."""
    day, kept = today(store), _of_teams(filters)
    monday = day - timedelta(days=day.weekday())

    def made() -> pl.DataFrame:
        plan = store.facts(viewer, (Source.PLAN,), Period(monday, day + timedelta(days=1)), kept)
        return owed_by_teams(plan, _weeks(store, viewer, monday, kept), day)

    return answered(store, viewer, "owed by teams", day, kept, made)


def read_owed_by_agents(store: Store, viewer: Viewer, filters: Filters) -> pl.DataFrame:
    """Agents whom centre QA has not seen this week, those longest unseen first; pseudonyms for who is not cleared."""
    day, kept = today(store), _of_teams(filters)
    monday = day - timedelta(days=day.weekday())

    def made() -> pl.DataFrame:
        if store.warehouse.missing(("contacts.agent_id", "qa_reviews.agent_id")):
            return pl.DataFrame()
        up_to_now = On("reviewed_at", end=day + timedelta(days=1))
        files = store.case_files("reviews", OF_LAST_SEEN, up_to_now)
        seen = pl.concat([cut(each, viewer, EVERYTHING, kept).filter(pl.col("level") == "centre") for each in files])
        return masked(owed_by_agents(_weeks(store, viewer, monday, kept), seen), viewer)

    return answered(store, viewer, "owed by agents", day, kept, made)


def read_self_checks(store: Store, viewer: Viewer, filters: Filters) -> pl.DataFrame:
    """Agents whose self-checks of this week came late, most of them first; pseudonyms for who is not cleared."""
    day, kept = today(store), _of_teams(filters)
    monday = day - timedelta(days=day.weekday())

    def made() -> pl.DataFrame:
        this_week = during("reviewed_at", Period(monday, day + timedelta(days=1)))
        seen = cut(store.cases("reviews", None, this_week), viewer, EVERYTHING, kept)
        return masked(self_checks(seen, store.rules), viewer)

    return answered(store, viewer, "self-checks", day, kept, made)


def _weeks(store: Store, viewer: Viewer, monday: date, filters: Filters) -> pl.DataFrame:
    if store.warehouse.missing(("contacts.agent_id", "qa_reviews.agent_id")):
        names = ("team_id", "agent_id"), ("centre_agents_due", "centre_agents_done", "centre_agent_weeks")
        return pl.DataFrame(schema={**dict.fromkeys(names[0], pl.String), **dict.fromkeys(names[1], pl.Int64)})
    return store.facts(viewer, (Source.AGENT_WEEKS,), Period(monday, monday + timedelta(days=1)), filters)
