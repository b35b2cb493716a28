"""From which day to which the data of each source reach: beyond them nothing is counted, not even as zero."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from data_access.store import Store
from metrics.metric import AnyMetric, Source
from metrics.scope import Period

#: How long a table may be silent before its data are taken to have ended: so many of the longest silence before, and
#: a week at least. A small centre has days without a complaint; a feed that broke has none from then on.
SILENCES = 4
LEAST_SILENCE = timedelta(days=7)
INSTANTS = {
    Source.COMPLAINTS: ("complaints", "received_at"),
    Source.BACKLOG: ("complaints", "received_at"),
    Source.LEAD_TIMES: ("complaints", "received_at"),
    Source.REVIEWS: ("reviews", "reviewed_at"),
    Source.DOUBLE_REVIEWS: ("reviews", "reviewed_at"),
    Source.OUTCOMES: ("reviews", "reviewed_at"),
    Source.AGENT_WEEKS: ("reviews", "reviewed_at"),
    Source.SCORES: ("reviews", "reviewed_at"),
    Source.PLAN: ("reviews", "reviewed_at"),
    Source.FINDINGS: ("findings", "opened_at"),
    Source.VOLUMES: ("volumes", "day"),
    Source.HOURS: ("hours", "day"),
}


def days_of(store: Store, reads: Sequence[Source]) -> Period | None:
    """The days on which all of these sources were recorded; None where there is none: asked once for each store.

    They are those of the contacts, unless a source of cases began much later or fell silent before their end; what is
    told by cases alone may reach further back.
    """
    return store.answers.once(("source days", tuple(reads)), lambda: _days_of(store, reads))


def _days_of(store: Store, reads: Sequence[Source]) -> Period | None:
    found = [recorded(store, *INSTANTS[source]) for source in reads if source in INSTANTS]
    cases = [days for days in found if days]  # a table without a row says that nothing happened, not when it ended
    first, end = store.data_start, store.data_end
    if len(cases) == len(reads) and Source.AGENT_WEEKS not in reads:
        first = min(first, *(days[0] for days in cases))
    floor = first
    for days in cases:
        first, end = max(first, _first(days, floor)), min(end, _end(days, store.anchor, end))
    if Source.AGENT_WEEKS in reads:  # a week stands on its Monday
        first -= timedelta(days=first.weekday())
    return Period(first, end) if first < end else None


def looked_back_from(store: Store, metric: AnyMetric, known: Period) -> date:
    """The first day that what looks back can see: of the contacts, where it looks into them, else of its own source."""
    return store.data_start if metric.looks_into is Source.CONTACTS else known.start


def final_end(store: Store, known: Period) -> date:
    """The day before which the look-ahead of a metric has to end: that of the source, or of the last usual week."""
    return min(known.end, store.anchor)


def recorded(store: Store, table: str, instant: str) -> list[date]:
    """Every day on which a table of cases has a row."""
    found = store.answers.once(("days", table), lambda: _days(store.cases(table, (instant,)), instant))
    return found["day"].to_list()


def _days(cases: pl.DataFrame, instant: str) -> pl.DataFrame:
    if instant not in cases.columns:  # there is no such table
        return pl.DataFrame(schema={"day": pl.Date})
    return cases.select(pl.col(instant).dt.date().alias("day")).drop_nulls().unique().sort("day")


def _first(days: list[date], start: date) -> date:
    """The first day, or the start where there was an ordinary silence until then."""
    return start if days[0] - start <= _ordinary(days) else days[0]


def _end(days: list[date], anchor: date, end: date) -> date:
    """The day after the last one, or the end of the contacts where the silence since then is an ordinary one."""
    silence = anchor - timedelta(days=1) - days[-1]
    return end if silence <= _ordinary(days) else days[-1] + timedelta(days=1)


def _ordinary(days: list[date]) -> timedelta:
    longest = max((later - earlier for earlier, later in pairwise(days)), default=timedelta(0))
    return max(SILENCES * longest, LEAST_SILENCE)
