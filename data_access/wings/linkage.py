"""What joins to what, as far as the viewer may see it."""

from dataclasses import dataclass

import polars as pl

from data_access.case_facts import Teams, of_teams
from data_access.masking import check_filters
from data_access.splits import SPLITS
from data_access.store import Store, cut
from data_access.viewer import Viewer
from data_access.wings.answered import answered
from metrics.metric import Source
from metrics.review_facts import DIMENSIONS as REVIEWED
from metrics.scope import Filters, Period
from metrics.wings.linkage import COMPLAINT_STEPS, REVIEW_STEPS, chain, complaint_links, overdue, review_links


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """One wing: its rows with how far each reaches, and the chain of all."""

    rows: pl.DataFrame
    chain: pl.DataFrame
    overdue: int = 0  # reviews with a finding open past its due date


def read_complaint_links(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Linked | None:
    """Complaints received in the period, to their contact, its reviews and their findings.

    For a viewer of some teams contacts of other teams are not there, and neither are their reviews.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    if not store.warehouse.has("complaints", "contact_id"):
        return None
    if any(name not in SPLITS[Source.COMPLAINTS] or not _has(store, name) for name, _values in filters):
        return None

    def made() -> Linked:
        every = store.made(("complaint links", viewer.teams), lambda: _complaints(store, viewer.teams))
        rows = cut(every, viewer, period, filters)
        return Linked(rows, chain(rows, COMPLAINT_STEPS))

    return answered(store, viewer, "linked complaints", period, filters, made)


def _has(store: Store, name: str) -> bool:
    return store.can_split(Source.COMPLAINTS, name)


def _complaints(store: Store, teams: Teams) -> pl.DataFrame:
    named, links = (of_teams(store.cases(name), teams) for name in ("named", "links"))
    return complaint_links(store.cases("complaints"), _or_none(named, NAMED), _or_none(links, LINKS))


def read_review_links(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Linked | None:
    """Reviews that people made in the period, to their contact, their findings and the end of these.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    if not store.warehouse.has("qa_reviews", "contact_id") or any(name not in REVIEWED for name, _values in filters):
        return None

    def made() -> Linked:
        every = store.answers.once(("review links",), lambda: review_links(store.cases("links")))
        rows = cut(every, viewer, period, filters)
        return Linked(rows, chain(rows, REVIEW_STEPS), overdue(rows, store.as_of))

    return answered(store, viewer, "linked reviews", period, filters, made)


def _or_none(frame: pl.DataFrame, schema: dict) -> pl.DataFrame:
    """A part that the warehouse cannot give, without a row."""
    return frame if frame.columns else pl.DataFrame(schema=schema)


NAMED = {"contact_id": pl.String, "is_counted": pl.Boolean, "is_eligible": pl.Boolean}
LINKS = {"contact_id": pl.String, "is_automatic": pl.Boolean, "findings": pl.Int64, "findings_closed": pl.Int64}
