"""Complaints of a period with what they were about, what was found, and what was paid."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from data_access.chosen_rows import Choice, during
from data_access.masking import check_filters
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from metrics.complaint_facts import valid
from metrics.desk.causes import pareto
from metrics.desk.coding import Raw, coded, raw_codes
from metrics.scope import Filters, Period

KEPT = (
    "complaint_id", "day", "received_at", "issue_type", "subtype", "established_cause", "responsible_department",
    "product", "channel", "upheld", "redress_amount",
)  # fmt: skip
EVERY = "every"  # a dimension of which all are one kind
DIMENSIONS = ("issue_type", "established_cause", "responsible_department", "product")


def complaints_seen(store: Store, viewer: Viewer, *only: Choice) -> pl.DataFrame:
    """Every valid complaint that the viewer may see, with the `day` it came; nothing is masked yet."""
    found = valid(store.cases("complaints", None, *only))
    return cut(found.with_columns(day=pl.col("received_at").dt.date()).drop_nulls("day"), viewer, EVERYTHING, ())


def read_causes(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """Valid complaints received in the period: KEPT, one row each.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    key = ("causes of complaints", viewer.sight, period, filters)
    return store.answers.once(
        key,
        lambda: cut(complaints_seen(store, viewer, during("received_at", period)), viewer, period, filters).select(
            KEPT
        ),
    )


def read_kinds(
    store: Store,
    viewer: Viewer,
    period: Period,
    filters: Filters,
    by: str,
    within: tuple[str, str | None] | None = None,
) -> pl.DataFrame:
    """The kinds of `read_causes` by one of its dimensions or EVERY, as `metrics.desk.causes.pareto` gives them.

    Args:
        within: only the complaints that have this code (None: none) in a dimension.
    """

    def made() -> pl.DataFrame:
        rows = read_causes(store, viewer, period, filters)
        if within is not None:
            dimension, code = within
            rows = rows.filter(pl.col(dimension).eq_missing(pl.lit(code, pl.String)))
        return pareto(rows.with_columns(pl.lit("").alias(EVERY)), by)

    check_filters(filters, viewer)
    return store.answers.once(("kinds of complaints", viewer.sight, period, filters, by, within), made)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """The same complaints by what their raw codes stand for: `kinds` (`standard` and PARETO) and `raw_codes`."""

    kinds: pl.DataFrame
    codes: pl.DataFrame


def read_coded(store: Store, viewer: Viewer, period: Period, filters: Filters, mapping: Mapping[Raw, str]) -> Coded:
    """What the raw codes of `read_causes` stand for under a mapping."""

    def made() -> Coded:
        rows = coded(read_causes(store, viewer, period, filters), mapping)
        return Coded(pareto(rows, "standard"), raw_codes(rows))

    check_filters(filters, viewer)
    key = ("coded complaints", viewer.sight, period, filters, frozenset(mapping.items()))
    return store.answers.once(key, made)
