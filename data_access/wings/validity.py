"""Scores held against what became of their contacts: reads and the reviews behind a figure."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Engine

from data_access.items import ITEM
from data_access.masking import check_filters, masked
from data_access.rows import Rows, chosen
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from data_access.wings.precursors import days_looked_at
from data_access.wings.reviewed import item_columns, items_of, lacking, reviewed
from metrics.calibration_facts import with_outcomes
from metrics.complaint_facts import valid
from metrics.scope import Filters, Period
from metrics.wings.validity import failing, validity

NEEDS = ("qa_reviews.contact_id", "qa_reviews.score", "qa_reviews.max_score")
NO_COMPLAINTS = {"contact_id": pl.String, "received_at": pl.Datetime("us")}


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What scores go with, and how often items fail, over the reviews of two years that are old enough."""

    period: Period
    found: pl.DataFrame
    items: pl.DataFrame


def needs(store: Store, filters: Filters) -> tuple[str, ...]:
    return lacking(store, filters, *NEEDS)


def read_validity(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Measured:
    """Validity for whoever sees the same, reviewers under pseudonyms where the viewer is not cleared; computed once.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    days = days_looked_at(store, period)

    def made() -> Measured:
        reviews, least = _outcomes(store, viewer, days, filters), store.rules.min_denominator
        sections = _sections(store, reviews)
        found, items = validity(reviews, sections, least), failing(reviews, sections, least)
        bare = pl.col("item").str.strip_prefix(ITEM)
        return Measured(days, _hidden(found, viewer), items.with_columns(bare))

    return store.answers.once(("validity", viewer.sight, days, filters), made)


def _outcomes(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """Where there are no complaints nothing is known of them; of a viewer's teams only the complaints that he sees."""
    reviews = reviewed(store, viewer, period, filters)
    if not store.warehouse.has("complaints", "contact_id"):
        told = with_outcomes(reviews, pl.DataFrame(schema=NO_COMPLAINTS))
        return told.with_columns(uncomplained=pl.lit(None, pl.Float64))
    complaints = valid(store.cases("complaints")).with_columns(day=pl.col("received_at").dt.date())
    return with_outcomes(reviews, cut(complaints, viewer, EVERYTHING, ()))


def _sections(store: Store, reviews: pl.DataFrame) -> dict[str, str | None]:
    known = items_of(store)
    return {name: known.get(name.removeprefix(ITEM)) for name in item_columns(reviews)}


def _hidden(found: pl.DataFrame, viewer: Viewer) -> pl.DataFrame:
    """Reviewers' codes under pseudonyms, those of items without what their columns begin with."""
    is_person = pl.col("by") == "reviewer_id"
    people = masked(found.filter(is_person).rename({"code": "reviewer_id"}), viewer).rename({"reviewer_id": "code"})
    others = found.filter(~is_person).with_columns(pl.col("code").str.strip_prefix(ITEM))
    return pl.concat([others, people])


def read_reviews_behind(
    store: Store, state: Engine, viewer: Viewer, by: str, code: str, period: Period, filters: Filters, now: datetime
) -> Rows:
    """The reviews behind a figure: of a form, level or reviewer, or those that failed an item or one of a section.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    reviews = _outcomes(store, viewer, period, filters)
    if by in {"item", "section"}:
        sections = _sections(store, reviews)
        items = [name for name, own in sections.items() if code in {name.removeprefix(ITEM), own}]
        found = reviews.filter(pl.any_horizontal([pl.col(name) == 1 for name in items]))
    elif by == "reviewer_id":
        known = reviews.select("reviewer_id").unique().drop_nulls()
        spoken = dict(zip(masked(known, viewer)["reviewer_id"], known["reviewer_id"], strict=True))
        found = reviews.filter(pl.col("reviewer_id") == spoken.get(code))
    else:
        found = reviews.filter(pl.col(by) == code) if by in {"form", "level"} else reviews
    ids = found.select("review_id", "reviewed_at")
    return chosen(store, state, viewer, "qa_reviews", ids, "qa_validity_items", period, filters, now)
