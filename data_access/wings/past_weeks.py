"""Past weeks as they were known at their end: contacts by kind, those reviewed, and what was remarkable.

What was known of a week does not depend on which later week is planned: each is counted once and kept.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

import polars as pl
from sqlalchemy import CTE, Select, case, select

from data_access.chosen_rows import Choice, On
from data_access.read import read
from data_access.store import EVERYTHING, Store, narrowed
from data_access.viewer import Viewer
from data_access.wings.blind_spots import places_by_week
from data_access.wings.candidates import (
    LEVELS,
    WEEK,
    Marked,
    Values,
    already_reviewed,
    candidates,
    counted,
    issues,
)
from metrics.review_facts import BY_PEOPLE, PRACTICE
from metrics.scope import Filters
from metrics.wings.sampling import NEW_AFTER_WEEKS, new_issues

Known = TypeVar("Known")
Remarkable = tuple[list[Values], list[Values]]  # new issues, and places where nobody looks


def weeks_before(store: Store, week: date, count: int) -> list[date]:
    """So many Mondays before a week, as far as there are whole weeks of data; the last one always."""
    first = max(week - count * WEEK, first_week(store))
    return [first + place * WEEK for place in range(max(1, (week - first).days // 7))]


def first_week(store: Store) -> date:
    """The first Monday of the data."""
    first = store.data_start
    return first + timedelta(days=-first.weekday() % 7)


def history(store: Store, viewer: Viewer, weeks: list[date], filters: Filters) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The contacts of these weeks that were fit for review, and what reviews found in those that were reviewed.

    Args:
        weeks: Mondays, one after the other.

    Returns:
        By kind `week reasons contacts`; and as `reviewed`.
    """

    def counted_in(lacking: list[date]) -> dict[date, tuple[pl.DataFrame, pl.DataFrame]]:
        rows = candidates(store, lacking, narrowed(filters, viewer), marked(store, viewer, lacking, filters), [])
        told = _named_if(rows, already_reviewed(store, EVERYTHING.end))
        found = read(store.warehouse.engine, counted(told, ["contact_id", "day"])).with_columns(_monday())
        pools = found.group_by("week", "reasons").agg(pl.col("contacts").sum()).sort("week", "reasons")
        judged = _judged(store, found)
        return {week: (pools.filter(pl.col("week") == week), judged[week]) for week in lacking}

    found = _each(store, ("history", viewer.sight, filters), weeks, counted_in)
    return pl.concat(each for each, _ in found.values()), pl.concat(each for _, each in found.values())


def reviewed(store: Store, viewer: Viewer, weeks: list[date], filters: Filters) -> pl.DataFrame:
    """What reviews found in contacts of these weeks: `contact_id week reasons made found disputed_on upheld`.

    Args:
        weeks: as for `history`.
    """

    def read_in(lacking: list[date]) -> dict[date, pl.DataFrame]:
        remarkable = marked(store, viewer, lacking, filters)
        ids = already_reviewed(store, EVERYTHING.end)
        rows = candidates(store, lacking, narrowed(filters, viewer), remarkable, [], ids)
        found = read(store.warehouse.engine, counted(rows, ["contact_id", "day"])).with_columns(_monday())
        judged = _judged(store, found)
        return {week: judged[week] for week in lacking}

    return pl.concat(_each(store, ("reviewed candidates", viewer.sight, filters), weeks, read_in).values())


def _named_if(rows: CTE, ids: Select) -> CTE:
    """Candidates of which only those with one of these ids are named, so that the others can be counted together."""
    known = case((rows.c.contact_id.in_(ids), rows.c.contact_id)).label("contact_id")
    return select(known, rows.c.day, rows.c.reasons).cte("told")


def _judged(store: Store, found: pl.DataFrame) -> defaultdict[date, pl.DataFrame]:
    """Contacts with what reviews found in them, by week; nothing in the others."""
    first, last = found["day"].min(), found["day"].max()
    end = last + timedelta(days=1) if isinstance(last, date) else None
    of_days = On("day", first if isinstance(first, date) else None, end)
    joined = found.select("contact_id", "week", "reasons").join(_outcomes(store, of_days), on="contact_id")
    parts = {week: part for (week,), part in joined.partition_by("week", as_dict=True).items()}
    return defaultdict(joined.clear, parts)


def marked(store: Store, viewer: Viewer, weeks: list[date], filters: Filters) -> Marked:
    """New issues and blind spots, week by week, as far as they were known by then."""
    key = ("remarkable", viewer.sight, filters)
    found = _each(store, key, weeks, lambda lacking: _remarkable(store, viewer, lacking, filters))
    new, blind = ({week: both[place] for week, both in found.items() if both[place]} for place in (0, 1))
    return Marked(new, blind)


def _remarkable(store: Store, viewer: Viewer, weeks: list[date], filters: Filters) -> dict[date, Remarkable]:
    keys = [name for name in ("issue_type", "subtype") if store.warehouse.has("contacts", name)]
    fresh: dict[date, list[Values]] = {week: [] for week in weeks}
    if keys:
        start = max(weeks[0] - NEW_AFTER_WEEKS * WEEK, first_week(store))
        days = read(store.warehouse.engine, issues(store, start, weeks[-1] + WEEK, narrowed(filters, viewer), keys))
        weekly = days.drop_nulls(keys).group_by(_monday(), *keys).agg(pl.col("contacts").sum())
        for week, *values in new_issues(weekly, keys, start).iter_rows():
            if week in fresh:
                fresh[week].append(tuple(zip(keys, values, strict=True)))
    blind = places_by_week(store, viewer, weeks, filters)
    return {week: (fresh[week], blind.get(week, [])) for week in weeks}


def _each(
    store: Store, key: tuple, weeks: list[date], make: Callable[[list[date]], dict[date, Known]]
) -> dict[date, Known]:
    """What is kept of each week; those that are not are made together. Two who ask at once may both make them."""
    kept: dict[date, Known] = store.answers.once(key, dict)
    lacking = [week for week in weeks if week not in kept]
    if lacking:
        first, last = lacking[0], lacking[-1]
        kept = kept | make([week for week in weeks if first <= week <= last])
        store.answers.put(key, kept)
    return {week: kept[week] for week in weeks}


def _monday() -> pl.Expr:
    return pl.col("day").dt.truncate("1w").alias("week")


OF_OUTCOMES = (
    "contact_id", "reviewed_at", "level", "purpose", "is_automatic", "passed", "fatal", "disputed_at", "dispute_upheld",
)  # fmt: skip


def by_people(store: Store, only: Choice, columns: tuple[str, ...] | None = None) -> pl.DataFrame:
    """Reviews by team and centre QA that judge an agent.

    Args:
        columns: those of OF_OUTCOMES at least; None for all.
    """
    level = pl.col("level").is_null() | pl.col("level").is_in(LEVELS)
    regular = ~pl.col("purpose").fill_null("regular").is_in(PRACTICE)
    return store.cases("reviews", columns, only).filter(BY_PEOPLE, level, regular)


def _outcomes(store: Store, of_days: Choice) -> pl.DataFrame:
    """What each review found, and whether that was taken back: `contact_id made found disputed_on upheld`."""
    judged = by_people(store, of_days, OF_OUTCOMES).filter(pl.col("passed").is_not_null())
    found = ~(pl.col("passed") & ~pl.col("fatal").fill_null(value=False))
    days = {"made": pl.col("reviewed_at").dt.date(), "disputed_on": pl.col("disputed_at").dt.date()}
    return judged.select("contact_id", **days, found=found, upheld=pl.col("dispute_upheld"))
