"""Complaints of a period with what they were about, what was found, and what was paid."""

import polars as pl

from data_access.chosen_rows import Choice, during
from data_access.masking import check_filters
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from metrics.complaint_facts import valid
from metrics.scope import Filters, Period

KEPT = (
    "complaint_id", "day", "received_at", "issue_type", "subtype", "established_cause", "responsible_department",
    "product", "channel", "upheld", "redress_amount",
)  # fmt: skip
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
