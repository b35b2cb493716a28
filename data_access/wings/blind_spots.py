"""Complaints and reviews of the same contacts, by two dimensions, as far as the viewer may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from sqlalchemy import Engine

from data_access.masking import check_filters
from data_access.rows import Rows, contacts_where
from data_access.source_days import final_end
from data_access.store import Store, cut
from data_access.viewer import Viewer
from data_access.wings.named import complained_of, reviewed_by_people
from metrics.complaint_facts import valid
from metrics.review_facts import BY_PEOPLE, DIMENSIONS
from metrics.scope import Filters, Period
from metrics.wings.blind_spots import COUNTS, BlindSpots, Verdict, blind_spots, with_margins
from metrics.wings.faults import IS_DECIDED, IS_FAULT

NEEDS = ("complaints.contact_id", "qa_reviews.contact_id", "contacts")
ROWS = ("scenario", "issue_type", "product", "channel", "queue", "customer_tier")
COLUMN = "team_id"


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """The map of a period, and the dimensions that it is made of; `column` is None where no team is recorded."""

    found: BlindSpots | None  # None: nothing was complained of, or nothing reviewed
    row: str
    column: str | None
    period: Period
    contacts: int


def missing(store: Store) -> tuple[str, ...]:
    """What the warehouse lacks for a map."""
    return store.warehouse.missing(NEEDS)


def rows_of(store: Store) -> list[str]:
    """The dimensions that the warehouse has for the map's rows."""
    return [name for name in ROWS if store.warehouse.has("contacts", name)]


def final_days(store: Store, period: Period) -> Period:
    """The period without its last days: their complaints and reviews are still to come."""
    end = final_end(store, Period(store.data_start, store.data_end))
    waited = max(store.rules.review_days, store.rules.reopen_days)  # as long as a complaint may still follow
    last = min(period.end, end - timedelta(days=waited))
    start = min(period.start, last - timedelta(days=period.days))
    return Period(start, last)


def days_looked(store: Store, period: Period, weeks: int) -> Period:
    """The period as far as it is final, and as much before it as makes so many weeks, or as the data hold.

    Weeks of seven days back from the last final one, not calendar weeks: those would make 27 of 26.
    """
    final = final_days(store, period)
    asked = Period(min(final.start, final.end - timedelta(days=7 * weeks)), final.end)
    return asked.within(Period(store.data_start, store.data_end)) or asked


def read_blind_spots(store: Store, viewer: Viewer, period: Period, filters: Filters, row: str) -> Looked:
    """The map of contacts that began in the period, by one dimension and team.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    key = ("blind spots", viewer.sight, period, filters, row)
    return store.answers.once(key, lambda: _looked(store, viewer, period, filters, row))


def _looked(store: Store, viewer: Viewer, period: Period, filters: Filters, row: str) -> Looked:
    column = COLUMN if store.warehouse.has("contacts", COLUMN) else None
    split = tuple(name for name in (row, column) if name)
    counts = _counts(store, viewer, period, filters, split)
    found = blind_spots(with_margins(counts, row, column), store.rules.min_denominator)
    return Looked(found, row, column, period, int(counts["contacts"].sum()))


def _counts(
    store: Store, viewer: Viewer, period: Period, filters: Filters, split: tuple[str, ...], *more: pl.Expr
) -> pl.DataFrame:
    """COUNTS by dimensions and more, of `day` and `known` (a day); each kind is summed before they are put together."""
    contacts = store.contacts(viewer, period, filters, split, ("contacts", "eligible")).with_columns(known="day")
    seen = [cut(frame, viewer, period, filters) for frame in (_complained(store), _reviewed(store))]
    frames = [
        frame.group_by(*split, *more).agg(pl.col(name).sum() for name in COUNTS if name in frame.columns)
        for frame in (contacts, *seen)
    ]
    return pl.concat(frames, how="diagonal_relaxed").with_columns(pl.col(COUNTS).fill_null(0).cast(pl.Int64))


OF_FAULTS = (
    "contact_id", "reviewed_at", "day", *DIMENSIONS, "is_automatic", "purpose", "passed", "fatal", "disputed_at",
    "dispute_upheld",
)  # fmt: skip
OF_COMPLAINED = ("contact_id", "received_at", "is_valid", "duplicate_of")


def _complained(store: Store) -> pl.DataFrame:
    """Contacts of which a valid complaint came, by their day, DIMENSIONS and the day of the first: each once."""

    def made() -> pl.DataFrame:
        complaints = valid(store.cases("complaints", OF_COMPLAINED)).drop_nulls("contact_id")
        first = complaints.group_by("contact_id").agg(pl.col("received_at").min().dt.date().alias("known"))
        counted = store.cases("named").filter("is_counted").join(first, on="contact_id")
        return counted.group_by("day", "known", *DIMENSIONS).agg(pl.len().alias("complained"))

    return store.made("complained contacts", made)


def _reviewed(store: Store) -> pl.DataFrame:
    """Contacts that people reviewed, by their day, DIMENSIONS and the day of the first review, and those at fault."""

    def made() -> pl.DataFrame:
        people = store.cases("reviews", OF_FAULTS).filter(BY_PEOPLE)
        faulty = (IS_DECIDED & IS_FAULT).fill_null(value=False).any().cast(pl.Int64).alias("faulty")
        first = pl.col("reviewed_at").min().dt.date().alias("known")
        contacts = people.group_by("contact_id").agg(pl.col("day", *DIMENSIONS).first(), faulty, first)
        return contacts.group_by("day", "known", *DIMENSIONS).agg(pl.len().alias("reviewed"), pl.col("faulty").sum())

    return store.made("reviewed contacts", made)


def read_complained(
    store: Store, state: Engine, viewer: Viewer, period: Period, filters: Filters, now: datetime
) -> Rows:
    """The contacts of a cell of which a complaint came, newest first, and whether people reviewed them."""
    warehouse = store.warehouse
    reviewed = reviewed_by_people(warehouse).label("reviewed")
    return contacts_where(
        store, state, viewer, "blind_spots", [complained_of(warehouse)], [reviewed], period, filters, now
    )


REMEMBERED_WEEKS = 26


def places_by_week(
    store: Store, viewer: Viewer, weeks: Sequence[date], filters: Filters
) -> dict[date, list[tuple[tuple[str, str], ...]]]:
    """The blind spots of the half year before each week, but for the last week before it, as known by the week's end.

    A contact is complained of from its first complaint on, and reviewed from its first review on. Only whole rows of
    the map, such as a scenario over all teams, so that few contacts do not make one.
    """
    rows = rows_of(store)
    if missing(store) or not rows:
        return {}
    row, week = rows[0], timedelta(days=7)
    period = Period(weeks[0] - (REMEMBERED_WEEKS + 1) * week, weeks[-1])
    monday = pl.col("day").dt.truncate("1w").alias("week")
    weekly = _counts(store, viewer, period, filters, (row,), monday, pl.col("known").dt.truncate("1w"))
    found: dict[date, list[tuple[tuple[str, str], ...]]] = {}
    for each in weeks:
        end = each - week  # reviews and complaints of later contacts were still to come
        inside = pl.col("week").is_between(end - REMEMBERED_WEEKS * week, end, closed="left")
        seen = weekly.filter(inside, pl.col("known") < each + week)
        spots = blind_spots(with_margins(seen, row, None), store.rules.min_denominator)
        if spots is not None:
            found[each] = [((row, value),) for value in spots.of(Verdict.BLIND)["row"]]
    return found
