"""Which rows arrived: how far each table reaches, how long it has been silent, and which days are unusual."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from data_access.data_quality.facts import dated_after
from data_access.rollup_files import NO_DAY
from data_access.schema import TABLES
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.data_quality.volume import judged
from metrics.forecast import TOTAL, foretell, past_days
from metrics.forecast.past_breaches import COURSE
from metrics.results import NotEstimable
from metrics.scope import Period

WEEKS = 13  # in which a silence is usual
COURSE_WEEKS = 26  # of days that are held against what was expected
DAY = timedelta(days=1)
#: Tables whose rows come day by day; of customers the day says since when they are, not when their row came.
DATED = ("contacts", "complaints", "complaint_events", "qa_reviews", "findings", "recoveries", "agent_hours", "volumes")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One table: its rows, the days between which they lie, and how long it has been silent.

    `silent` counts days without a row up to the last one that is over; `usual` is the longest silence of the last
    WEEKS before. `undated` rows have no day, `ahead` are those on days that have not come yet. A table whose rows do
    not come day by day has no first and no last one. Who sees some teams only is told no number of rows.
    """

    table: str
    rows: int | None
    undated: int
    first: date | None
    last: date | None
    silent: int
    usual: int
    ahead: int

    @property
    def is_late(self) -> bool:
        """Has it been silent for longer than it ever was in the weeks before?"""
        return self.silent > self.usual


def read_arrivals(store: Store, viewer: Viewer, today: date) -> list[Arrival]:
    """Every table of the warehouse, as its marks tell, which are of all teams together."""
    ahead = dated_after(store, today)
    goes_on = store.today != date.max  # then today counts, and not how far the newest rows of the same tables reach
    over = min(store.today, today, *([] if goes_on else [store.data_end])) - DAY
    tables = [table for table in TABLES if table in store.warehouse.columns and table in store.manifest.marks]
    found = [_arrival(store, table, over, ahead.get(table, 0)) for table in tables]
    return found if viewer.teams is None else [replace(each, rows=None, undated=0, ahead=0) for each in found]


def days_of_table(store: Store, table: str) -> dict[date, int]:
    """How many rows a table has on each day."""
    return {day: count for day, (count, _print) in store.manifest.marks.get(table, {}).items() if day != NO_DAY}


def _arrival(store: Store, table: str, over: date, ahead: int) -> Arrival:
    counts = days_of_table(store, table) if table in DATED else {}
    every = sum(count for count, _print in store.manifest.marks[table].values())
    undated = store.manifest.marks[table].get(NO_DAY, (0, 0))[0] if table in DATED else 0
    days = sorted(day for day in counts if day <= over)
    recent = [day for day in days if day > over - timedelta(weeks=WEEKS)]
    usual = max(((later - earlier).days - 1 for earlier, later in pairwise(recent)), default=0)
    silent = (over - days[-1]).days if days else 0
    first, last = (min(counts), max(counts)) if counts else (None, None)
    return Arrival(table, every, undated, first, last, silent, usual, ahead)


def read_course(store: Store, table: str) -> pl.DataFrame | NotEstimable:
    """The days of the last weeks beside what the product's own forecast expected of them: see `volume.judged`."""
    key = ("expected rows", table, store.rules.volume_limit)
    return store.answers.once(key, lambda: _course(store, table))


def _course(store: Store, table: str) -> pl.DataFrame | NotEstimable:
    counts = days_of_table(store, table)
    end = min(store.anchor, store.data_end)
    known = sorted(day for day in counts if day < end)
    rows = [(day, TOTAL, float(counts[day])) for day in known]
    series = pl.DataFrame(rows, schema={"day": pl.Date, "part": pl.String, "count": pl.Float64}, orient="row")
    found = foretell(series, Period(known[0] if known else end - DAY, end))
    return (
        found if isinstance(found, NotEstimable) else judged(past_days(found, COURSE_WEEKS), store.rules.volume_limit)
    )


def no_course() -> pl.DataFrame:
    """The columns of a course without a day."""
    return judged(pl.DataFrame(schema=COURSE), 0.0)
