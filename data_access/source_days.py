"""From which day to which the data of each source reach: beyond them nothing is counted, not even as zero."""

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
INSTANTS = {Source.COMPLAINTS: ("complaints", "received_at"), Source.REVIEWS: ("reviews", "reviewed_at")}


def days_of(store: Store, metric: AnyMetric) -> Period | None:
    """The days on which all that the metric reads was recorded; None where there is none.

    The end is the store's anchor unless a source of cases fell silent before it.
    """
    first, end = store.data_start, store.anchor
    for source in metric.reads:
        table = INSTANTS.get(Source.REVIEWS if source is Source.AGENT_WEEKS else source)
        if table is None:
            continue
        days = _recorded(store, *table)
        if not days:  # a table without a row says that nothing happened, not when it ended
            continue
        first, end = max(first, days[0]), min(end, _end(days, end))
    return Period(first, end) if first < end else None


def _recorded(store: Store, table: str, instant: str) -> list[date]:
    """Every day on which the table has a row."""
    found = store.answers.once(("days", table), lambda: _days(store.cases(table), instant))
    return found["day"].to_list()


def _days(cases: pl.DataFrame, instant: str) -> pl.DataFrame:
    return cases.select(pl.col(instant).dt.date().alias("day")).drop_nulls().unique().sort("day")


def _end(days: list[date], anchor: date) -> date:
    """The day after the last one, or the anchor where the silence since then is an ordinary one."""
    longest = max((later - earlier for earlier, later in pairwise(days)), default=timedelta(0))
    silence = anchor - timedelta(days=1) - days[-1]
    return anchor if silence <= max(SILENCES * longest, LEAST_SILENCE) else days[-1] + timedelta(days=1)
