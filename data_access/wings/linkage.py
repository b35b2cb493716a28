"""What joins to what, as far as the viewer may see it."""

from dataclasses import dataclass

import polars as pl

from data_access.case_facts import Teams, of_teams
from data_access.chosen_rows import during
from data_access.masking import check_filters
from data_access.splits import SPLITS
from data_access.store import Store, cut
from data_access.viewer import Viewer
from data_access.wings.answered import answered
from metrics.metric import Source
from metrics.review_facts import DIMENSIONS as REVIEWED
from metrics.scope import Filters, Period
from metrics.wings.linkage import COMPLAINT_STEPS, REVIEW_STEPS, chain, complaint_links, counted, overdue, review_links


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """One wing: how many of a day and a team reach how far (`metrics.wings.linkage.counted`), and the chain of all."""

    counts: pl.DataFrame
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
        counts = counted(cut(_complaints(store, viewer.teams, period), viewer, period, filters))
        return Linked(counts, chain(counts, COMPLAINT_STEPS))

    return answered(store, viewer, "linked complaints", period, filters, made)


def _has(store: Store, name: str) -> bool:
    return store.can_split(Source.COMPLAINTS, name)


def _complaints(store: Store, teams: Teams, period: Period) -> pl.DataFrame:
    complaints = store.cases("complaints", None, during("received_at", period))
    return complaint_links(
        complaints, *(_of_their_contacts(store, complaints, name, teams, schema) for name, schema in JOINED.items())
    )


def _of_their_contacts(
    store: Store, complaints: pl.DataFrame, name: str, teams: Teams, schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    """What is on record of the contacts that complaints name, a file at a time; no row where the warehouse has none."""
    ids = complaints.select("contact_id").drop_nulls().unique()
    found = [pl.DataFrame(schema=schema)]
    for each in store.case_files(name, (*schema, "team_id")):
        if each.columns:
            found.append(of_teams(each, teams).join(ids, on="contact_id", how="semi").select(*schema))
    return pl.concat(found, how="vertical_relaxed")


def read_review_links(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Linked | None:
    """Reviews that people made in the period, to their contact, their findings and the end of these.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    if not store.warehouse.has("qa_reviews", "contact_id") or any(name not in REVIEWED for name, _values in filters):
        return None

    def made() -> Linked:
        rows = cut(review_links(store.cases("links", None, during("reviewed_at", period))), viewer, period, filters)
        counts = counted(rows)
        return Linked(counts, chain(counts, REVIEW_STEPS), overdue(rows, store.as_of))

    return answered(store, viewer, "linked reviews", period, filters, made)


JOINED: dict[str, dict[str, type[pl.DataType]]] = {
    "named": {"contact_id": pl.String, "is_counted": pl.Boolean, "is_eligible": pl.Boolean},
    "links": {"contact_id": pl.String, "is_automatic": pl.Boolean, "findings": pl.Int64, "findings_closed": pl.Int64},
}
