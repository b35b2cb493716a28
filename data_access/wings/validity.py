"""Scores held against what became of their contacts: reads and the reviews behind a figure."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Engine

from data_access.case_facts import named_complaints
from data_access.items import ITEM
from data_access.masking import check_filters, masked
from data_access.rows import Rows, chosen
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.wings.answered import answered
from data_access.wings.precursors import days_looked_at
from data_access.wings.reviewed import called, item_columns, items_of, reviewed
from metrics.calibration_facts import with_outcomes
from metrics.scope import Filters, Period
from metrics.wings.validity import failing, validity

NEEDS = ("qa_reviews.contact_id", "qa_reviews.score", "qa_reviews.max_score")


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What scores go with, and how often items fail, over the reviews of two years that are old enough."""

    period: Period
    found: pl.DataFrame
    items: pl.DataFrame


def read_validity(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Measured:
    """Validity for whoever sees the same, reviewers under pseudonyms where the viewer is not cleared; computed once.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    days = days_looked_at(store, period)

    def made() -> Measured:
        reviews, least = _outcomes(store, viewer, days, filters), store.rules.min_denominator
        sections = _sections(store, reviews)
        found, items = validity(reviews, sections, least), failing(reviews, sections, least)
        bare = pl.col("item").str.strip_prefix(ITEM)
        return Measured(days, _hidden(found, viewer), items.with_columns(bare))

    return answered(store, viewer, "validity", days, filters, made)


def _outcomes(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """Where there are no complaints nothing is known of them; of a viewer's teams only the complaints that he sees."""
    told = with_outcomes(reviewed(store, viewer, period, filters), named_complaints(store, viewer.teams))
    if store.warehouse.has("complaints", "contact_id"):
        return told
    return told.with_columns(uncomplained=pl.lit(None, pl.Float64))


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
    store: Store, state: Engine, viewer: Viewer, period: Period, filters: Filters, now: datetime, by: str, code: str
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
        found = called(reviews, viewer, [code])
    else:
        found = reviews.filter(pl.col(by) == code) if by in {"form", "level"} else reviews
    return chosen(store, state, viewer, "qa_reviews", found, "qa_validity_items", period, filters, now)
