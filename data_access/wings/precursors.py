"""Failed items held against later complaints, and complaints that QA did not see: reads and the cases of a cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import Engine

from data_access.case_facts import of_teams
from data_access.items import ITEM
from data_access.masking import check_filters
from data_access.rows import Rows, chosen
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.wings.answered import answered
from data_access.wings.reviewed import TOO_LONG_AGO, days_before, item_columns, reviewed
from metrics.complaint_facts import valid
from metrics.scope import Filters, Period
from metrics.wings.precursors import ANY, Precursors, blamed, followed, judged_contacts, missed, precursors

NEEDS = ("qa_reviews.contact_id", "qa_items.failed", "complaints.contact_id", "complaints.complaint_type")
OF_COMPLAINTS = (
    "complaint_id", "contact_id", "team_id", "received_at", "issue_type", "subtype", "upheld", "established_cause",
    "is_valid", "duplicate_of",
)  # fmt: skip
BLAME_NEEDS = ("complaints.upheld", "complaints.established_cause", "qa_reviews.passed")


@dataclass(frozen=True, slots=True, eq=False)
class Preceded:
    """Reviews of two years that are old enough for a complaint to have followed, and what followed."""

    period: Period
    found: Precursors
    missed: pl.DataFrame | None  # None where these data do not say what complaints were upheld for


def days_looked_at(store: Store, period: Period) -> Period:
    """Two years up to the end of a period, less the days within which a complaint may still follow."""
    late = store.anchor - timedelta(days=store.rules.reopen_days)
    end = max(min(period.end, late), store.data_start + timedelta(days=1))
    return days_before(Period(end - timedelta(days=1), end), TOO_LONG_AGO)


def read_precursors(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Preceded:
    """What precedes complaints for whoever sees the same; computed once.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    days = days_looked_at(store, period)

    def made() -> Preceded:
        reviews, complaints = reviewed(store, viewer, days, filters), _complaints(store, viewer)
        items = item_columns(reviews)
        found = precursors(reviews, complaints, items)
        unseen = None if store.warehouse.missing(BLAME_NEEDS) else missed(reviews, complaints, items)
        return Preceded(days, _bare(found), unseen)

    return answered(store, viewer, "precursors", days, filters, made)


def _bare(found: Precursors) -> Precursors:
    cells = found.cells.with_columns(pl.col("item").str.strip_prefix(ITEM))
    return Precursors(cells, found.contacts, found.complained, found.left_out)


def _complaints(store: Store, viewer: Viewer) -> pl.DataFrame:
    """Valid complaints of the viewer's teams, whenever they came; which contacts they came of narrows them later."""
    return of_teams(valid(store.cases("complaints", OF_COMPLAINTS)), viewer.teams).drop_nulls("contact_id")


def read_complaints_after(
    store: Store, state: Engine, viewer: Viewer, period: Period, filters: Filters, now: datetime, item: str, kind: str
) -> Rows:
    """The complaints of a cell: of contacts whose first review, made before them, failed the item.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    complaints = _complaints(store, viewer)
    first = followed(reviewed(store, viewer, period, filters), complaints)
    failed = first.filter(pl.col(f"{ITEM}{item}") == 1, pl.col("reviewed_at") < pl.col("complained_at"))
    ids = complaints.join(failed.select("contact_id"), on="contact_id", how="semi")
    if kind != ANY:
        ids = ids.filter(pl.col("issue_type") == kind)
    return chosen(store, state, viewer, "complaints", ids, "precursors", period, filters, now)


def read_unseen(
    store: Store, state: Engine, viewer: Viewer, period: Period, filters: Filters, now: datetime, kinds: Sequence[str]
) -> Rows:
    """Upheld complaints of service, of these types, whose contact people reviewed, passed, and failed nothing in.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    reviews = reviewed(store, viewer, period, filters)
    unseen = judged_contacts(reviews, item_columns(reviews)).filter("is_unseen")
    of_kind = blamed(_complaints(store, viewer)).filter(pl.col("issue_type").is_in(kinds))
    ids = of_kind.join(unseen, on="contact_id", how="semi")
    return chosen(store, state, viewer, "complaints", ids, "precursors", period, filters, now)
