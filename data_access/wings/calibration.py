"""Reviewers beside each other: leniency, drift, agreement and disputes, in one reading."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import polars as pl
from sqlalchemy import Engine

from data_access.items import ITEM
from data_access.masking import check_filters, masked
from data_access.rows import Rows, chosen
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.wings.reviewed import TOO_LONG_AGO, called, days_before, item_columns, reviewed
from metrics.calibration_facts import is_judged_again
from metrics.results import NotEstimable
from metrics.review_facts import score_rows
from metrics.scope import Filters, Period
from metrics.wings.disputes import disputes
from metrics.wings.drift import Drift, drift
from metrics.wings.leniency import Leniency, leniency
from metrics.wings.pairs import by_item, by_pair, by_reviewer, judged_again, paired

NEEDS = ("qa_reviews.contact_id", "qa_reviews.reviewer_id", "qa_reviews.score", "qa_reviews.max_score")
MIX = ("issue_type", "channel", "team_id", "form")


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What is said of reviewers: leniency of the year and the drift of two years before the end of the scope."""

    year: Period
    years: Period
    mix: tuple[str, ...]  # what these data know of it
    leniency: Leniency | NotEstimable
    drift: Drift | NotEstimable
    items: pl.DataFrame
    pairs: pl.DataFrame
    against: pl.DataFrame
    disputes: pl.DataFrame


def read_calibration(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Calibration:
    """Reviewers under pseudonyms for a viewer who is not cleared; computed once for whoever sees the same.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    made = partial(_calibration, store, viewer, period, filters)
    return store.computed(("calibration", viewer.sight, period.end, filters), made)


def _calibration(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Calibration:
    years, year, least = days_before(period, TOO_LONG_AGO), days_before(period, 365), store.rules.min_denominator
    found = reviewed(store, viewer, years, filters)
    of_year = found.filter(pl.col("day") >= year.start)
    mix = tuple(name for name in MIX if found[name].n_unique() > 1)
    own = judged_again(found)
    pairs = paired(own)
    items = by_item(own, pairs, item_columns(found), least)
    mild = leniency(_cells(of_year, ("level", "month", *mix)), ("level", "month", *mix), least)
    drifting = drift(_cells(found, ("level", "month", *mix)), mix, least)
    if isinstance(mild, Leniency):
        mild = replace(mild, reviewers=masked(mild.reviewers, viewer))
    if isinstance(drifting, Drift):
        hidden = {name: masked(getattr(drifting, name), viewer) for name in ("reviewers", "paths")}
        drifting = replace(drifting, **hidden)
    of_people = score_rows(of_year.filter(pl.col("level").ne_missing("self")), store.rules).drop_nulls("reviewer_id")
    return Calibration(
        year=year,
        years=years,
        mix=mix,
        leniency=mild,
        drift=drifting,
        items=items.with_columns(pl.col("item").str.strip_prefix(ITEM)),
        pairs=masked(by_pair(pairs, least), viewer),
        against=masked(by_reviewer(pairs, least), viewer),
        disputes=masked(disputes(of_people, "reviewer_id", least), viewer),
    )


def _cells(reviews: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Ratings and points taken off, summed to reviewers and what their contacts were like."""
    judged = reviews.filter(is_judged_again(), pl.col("rating").is_not_null())
    lost = 100 - pl.col("rating")
    return judged.group_by("reviewer_id", *by).agg(
        pl.len().cast(pl.Int64).alias("reviews"),
        pl.col("rating").sum().alias("rating_sum"),
        (pl.col("rating") ** 2).sum().alias("rating_squares"),
        lost.sum().alias("lost"),
        (lost**2).sum().alias("lost_squares"),
    )


def read_reviews_of(
    store: Store,
    state: Engine,
    viewer: Viewer,
    period: Period,
    filters: Filters,
    now: datetime,
    reviewers: Sequence[str],
) -> Rows:
    """The reviews of these reviewers, who are named as the viewer knows them; the look stands in the audit log.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    found = called(reviewed(store, viewer, period, filters).filter(is_judged_again()), viewer, reviewers)
    return chosen(store, state, viewer, "qa_reviews", found, "calibration", period, filters, now)
