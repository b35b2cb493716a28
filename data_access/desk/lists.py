"""The cases behind a part of a page of the desk: each list is cut, masked and written down in the same way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Engine

from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.masking import check_filters, masked
from data_access.rows import MOST_ROWS, Rows
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.scope import Filters, Period

ABOUT = ("severity", "issue_type", "responsible_department", "team_id", "customer_tier", "received_at")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which complaints of a viewer's, in their order, and what stands beside each."""

    what: str  # names the look in the audit log
    columns: tuple[str, ...]  # besides ABOUT
    rows: Callable[[Store, Viewer, Period, Filters], pl.DataFrame]

    def __call__(
        self, store: Store, state: Engine, viewer: Viewer, *, period: Period, filters: Filters, now: datetime
    ) -> Rows:
        """The first of them, masked, once the look stands in the audit log.

        Raises:
            NotAllowed: a filter names people whom the viewer may not know.
            SourceUnavailable: the look could not be written down.
        """
        check_filters(filters, viewer)
        found = self.rows(store, viewer, period, filters)
        page = found.head(MOST_ROWS).select("complaint_id", *self.columns, *ABOUT)
        told = {"metric": self.what, "table": "complaints", "rows": page.height, **in_words(period, filters)}
        record(state, viewer, Act.CASES_OPENED, told, now)
        return Rows("complaints", masked(page, viewer), found.height)
