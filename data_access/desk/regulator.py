"""The regulator's table: counts of half-years or quarters, as far as the viewer may see them."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from data_access.masking import check_filters
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from metrics.complaint_facts import DIMENSIONS
from metrics.desk import regulator
from metrics.metric import Source
from metrics.scope import Filters, Period

OF_RETURN = (
    *DIMENSIONS, "complaint_id", "received_at", "closed_at", "upheld", "redress_amount", "escalation_level",
    "escalated_at", "escalation_body", "is_valid", "duplicate_of",
)  # fmt: skip
GROUPS = ("issue_type", "product")


@dataclass(frozen=True, slots=True, eq=False)
class Return:
    """The report; frames are those of `metrics.desk.regulator`. `customers` lacks where they are not known."""

    spans: list[Period]
    whole: list[bool]  # is the span over when the data end, and did it begin with them?
    totals: pl.DataFrame  # with customers and the rate of opened complaints per 1,000 of them
    groups: dict[str, pl.DataFrame]  # by what the warehouse can split complaints by
    appeals: pl.DataFrame  # totals of each span, with the rate per million customers
    bodies: pl.DataFrame  # the same by body


def read_return(store: Store, viewer: Viewer, span: regulator.Span, filters: Filters) -> Return:
    """The complaints return and the appeals of the newest spans up to the end of the data.

    Customers are on record for the whole site and by tier only: with another filter, or for a viewer of some teams,
    there is no rate.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    key = ("return", viewer.sight, span, filters)
    return store.answers.once(key, lambda: _return(store, viewer, span, filters))


def _return(store: Store, viewer: Viewer, span: regulator.Span, filters: Filters) -> Return:
    every = store.cases("complaints", OF_RETURN).with_columns(day=pl.col("received_at").dt.date())
    oldest = every["day"].min()
    first = min(store.data_start, oldest) if isinstance(oldest, date) else store.data_start
    told = regulator.spans(span, first, store.as_of.date())
    seen = cut(every, viewer, EVERYTHING, filters)
    customers = _customers(store, viewer, told, filters)
    totals = _returned(store, seen, told)
    bodies = regulator.appealed(seen, told, store.as_of)
    counted = bodies.group_by("start").agg(pl.col("appeals").sum())
    appeals = totals.select("start", "end").join(counted, on="start", how="left", maintain_order="left")
    is_told = store.warehouse.has("complaints", "escalation_level")
    appeals = appeals.with_columns(pl.when(pl.lit(is_told)).then(pl.col("appeals").fill_null(0)).alias("appeals"))
    return Return(
        told,
        [each.start >= first and each.end <= store.data_end for each in told],
        regulator.per(totals, "opened", customers, regulator.A_THOUSAND),
        {name: _returned(store, seen, told, (name,)) for name in GROUPS if store.can_split(Source.COMPLAINTS, name)},
        regulator.per(appeals, "appeals", customers, regulator.A_MILLION),
        bodies,
    )


def _returned(store: Store, seen: pl.DataFrame, told: list[Period], by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Redress is not told where it is not on record: no sum is no 0."""
    found = regulator.returned(seen, told, store.as_of, by)
    if store.warehouse.has("complaints", "redress_amount"):
        return found
    return found.with_columns(redress=pl.lit(None, pl.Float64))


def _customers(store: Store, viewer: Viewer, told: list[Period], filters: Filters) -> pl.DataFrame:
    known = store.warehouse.has("customers", "since") and all(name == "customer_tier" for name, _values in filters)
    if not (known and told):
        return pl.DataFrame(schema={"start": pl.Date, "customers": pl.Float64})
    daily = store.facts(viewer, (Source.CUSTOMERS,), Period(told[0].start, told[-1].end), filters)
    return regulator.mean_customers(daily, told)
