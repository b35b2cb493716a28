"""Which clusters of complaints and of reviewed contacts alarm, week by week, as far back as the data reach."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from sqlalchemy import Engine

from data_access.items import ITEM
from data_access.masking import check_filters
from data_access.rows import Rows, chosen
from data_access.source_days import days_of
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from data_access.wings.reviewed import item_columns, reviewed
from metrics.complaint_facts import DIMENSIONS, valid
from metrics.metric import Source
from metrics.review_facts import BY_PEOPLE
from metrics.scope import Filters, Period
from metrics.wings.clusters import Warnings, standing
from metrics.wings.faults import IS_DECIDED, IS_FAULT
from metrics.wings.scan import LEAST_CASES, WINDOWS, Scanned, scan_growth, scan_shares, week_ends, weekly, weighed

BATCH = ("product", "batch", "issue_type", "subtype")
ISSUE = ("issue_type", "subtype")
OF_COMPLAINTS = (*DIMENSIONS, "complaint_id", "contact_id", "customer_id", "received_at", "is_valid", "duplicate_of")
ITEM_KEYS = ("item", "product", "batch")
MOST_WEEKS = 130  # looked back on
ONCE = timedelta(days=7 * max(WINDOWS))  # who complains again of the same within it counts once
STANDS = IS_DECIDED & ~pl.col("dispute_upheld").fill_null(value=False)  # what such a review found on its items
NEEDS = ("complaints.received_at", "contacts.issue_type")


def read_warnings(store: Store, viewer: Viewer, end: date, filters: Filters) -> dict[str, Warnings]:
    """Clusters by product, batch and issue (`batch`), failed item (`item`), and by issue (`issue`), week by week.

    Complaints count on the day they came, reviews by people on the day they were made, unless the contact had been
    complained of before: then it was the complaint that told of it. Empty where the warehouse has no complaints; `item`
    is left out where no item was judged.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer.
    """
    check_filters(filters, viewer)
    return store.computed(("warnings", viewer.teams, end, filters), lambda: _warnings(store, viewer, end, filters))


def read_standing(store: Store, viewer: Viewer, end: date, filters: Filters, kind: str, day: date) -> pl.DataFrame:
    """What alarms on a day, of one kind of cluster of `read_warnings`: see `metrics.wings.clusters.standing`."""
    found = read_warnings(store, viewer, end, filters)[kind]
    return store.answers.once(("standing", viewer.teams, end, filters, kind, day), lambda: standing(found, day))


def _warnings(store: Store, viewer: Viewer, end: date, filters: Filters) -> dict[str, Warnings]:
    known = days_of(store, (Source.COMPLAINTS,))
    if known is None or store.warehouse.missing(NEEDS) or end <= known.start:
        return {}
    weeks = min((end - known.start).days // 7, MOST_WEEKS)
    if not weeks:
        return {}
    ends = week_ends(end, weeks)
    complaints = _once(cut(_complaints(store), viewer, EVERYTHING, filters), ends)
    reviews = _reviewed(store, viewer, filters)
    found = {"issue": _by_issue(store, viewer, filters, complaints, reviews, ends)}
    if not store.warehouse.missing(("contacts.batch", "contacts.product", "complaints.batch", "complaints.product")):
        period = Period(ends[0] - timedelta(days=7), end)
        about = store.contacts(viewer, period, filters, ("product", "batch"), ("contacts",))
        base = about.drop_nulls(["product", "batch"]).rename({"contacts": "count"})
        quality = None if reviews is None else _by_batch(reviews, base, ends)
        found["batch"] = Warnings(BATCH, _by_batch(complaints, base, ends), quality)
        if reviews is not None and (items := item_columns(reviews)):
            quality = _by_item(reviews, items, ends)
            found["item"] = Warnings(ITEM_KEYS, _of_any_issue(complaints, base, ends), quality, ITEM_KEYS[:1])
    return found


def _complaints(store: Store) -> pl.DataFrame:
    return (
        valid(store.cases("complaints", OF_COMPLAINTS))
        .with_columns(day=pl.col("received_at").dt.date())
        .drop_nulls("day")
    )


def _once(complaints: pl.DataFrame, ends: tuple[date, ...]) -> pl.DataFrame:
    """Complaints up to the last end; the same customer's next one of the same within ONCE is left out."""
    same = [pl.col("customer_id"), *(pl.col(name) for name in BATCH)]
    before = pl.col("day").shift(1).over(same, order_by=["day", "complaint_id"])
    again = pl.col("customer_id").is_not_null() & (before > pl.col("day") - ONCE)
    return complaints.filter(pl.col("day") < ends[-1], ~again.fill_null(value=False)).with_columns(count=1)


def _reviewed(store: Store, viewer: Viewer, filters: Filters) -> pl.DataFrame | None:
    """Contacts that people reviewed before anyone complained of them: one row each, on the day of the first review.

    `failed` where a fault stands; a column an item: 1 failed in one of the reviews, 0 not, null not judged.
    """
    if not store.cases("reviews", ("review_id",)).height:
        return None
    own = _before_complaints(store, viewer, EVERYTHING, filters)
    items = [pl.when(STANDS).then(pl.col(name)).max().alias(name) for name in item_columns(own)]
    failed = (IS_DECIDED & IS_FAULT).fill_null(value=False).any().alias("failed")
    return own.group_by("contact_id").agg(
        *(pl.col(name).first() for name in BATCH), pl.col("day").min(), failed, *items, count=pl.lit(1)
    )


def _before_complaints(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """Reviews that people made in a period of contacts that nobody had complained of by then."""
    seen = reviewed(store, viewer, period, filters).filter(BY_PEOPLE)
    complained = _complaints(store).group_by("contact_id").agg(pl.col("received_at").min())
    told = seen.join(complained, on="contact_id", how="left")
    return told.filter(pl.col("received_at").is_null() | (pl.col("reviewed_at") < pl.col("received_at")))


def read_failed(
    store: Store,
    state: Engine,
    viewer: Viewer,
    item: str | None,
    period: Period,
    filters: Filters,
    now: datetime,
) -> Rows:
    """The reviews of a cluster that failed the item, or with None any, and count for it: newest first.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    own = _before_complaints(store, viewer, period, filters).filter(STANDS)
    asked = [f"{ITEM}{item}"] if item else item_columns(own)
    ids = own.filter(pl.any_horizontal(pl.col(asked) == 1)).select("review_id", "reviewed_at")
    return chosen(store, state, viewer, "qa_reviews", ids, "early_warning", period, filters, now)


def _by_batch(events: pl.DataFrame, base: pl.DataFrame, ends: tuple[date, ...]) -> Scanned:
    """Each batch of a product against the product's others, issue by issue."""
    known = events.drop_nulls(["product", "batch"])
    batches = pl.concat([each.select("product", "batch") for each in (base, known)]).unique()
    counted = known.group_by("product", *ISSUE).len("cases").filter(pl.col("cases") >= LEAST_CASES)
    strata = counted.drop("cases").sort("product", *ISSUE).with_row_index("stratum")
    cells = strata.join(batches, on="product").sort("stratum", "batch")
    observed = weekly(known, BATCH, cells, ends)
    sold = weekly(base, ("product", "batch"), batches, ends)
    place = batches.with_row_index("place").join(cells.with_row_index("cell"), on=["product", "batch"]).sort("cell")
    return scan_shares(cells, BATCH, "stratum", observed, sold[place["place"].to_numpy()], ends)


def _by_item(reviews: pl.DataFrame, items: list[str], ends: tuple[date, ...]) -> Scanned:
    """Each batch of each product against all others, item by item: failed contacts by those judged, as is usual for
    its product. Whatever item failed stands as the item null.
    """
    known = reviews.drop_nulls(["product", "batch"]).with_columns(pl.max_horizontal(items).alias(ITEM))
    counts = [
        known.group_by("day", "product", "batch").agg(
            pl.lit(name.removeprefix(ITEM) or None, pl.String).alias("item"),
            pl.col(name).sum().cast(pl.Int64).alias("failed"),
            pl.col(name).count().cast(pl.Int64).alias("judged"),
        )
        for name in (ITEM, *items)
    ]
    counted = pl.concat(counts)
    many = counted.group_by("item").agg(pl.col("failed").sum()).filter(pl.col("failed") >= LEAST_CASES).drop("failed")
    cells = many.join(known.select("product", "batch").unique(), how="cross").sort(ITEM_KEYS)
    stratum, group = (cells.select(pl.struct(names).rle_id()).to_series() for names in (["item"], ["item", "product"]))
    failed, judged = (weekly(counted.rename({name: "count"}), ITEM_KEYS, cells, ends) for name in ("failed", "judged"))
    base = weighed(failed, judged, stratum.to_numpy().astype(int), group.to_numpy().astype(int))
    return scan_shares(cells.with_columns(stratum=stratum), ITEM_KEYS, "stratum", failed, base, ends, of_base=True)


def _of_any_issue(complaints: pl.DataFrame, base: pl.DataFrame, ends: tuple[date, ...]) -> Scanned:
    """Complaints of each batch of a product against the product's others, whatever they are about."""
    known = complaints.drop_nulls(["product", "batch"])
    batches = pl.concat([each.select("product", "batch") for each in (base, known)]).unique().sort("product", "batch")
    cells = batches.with_columns(item=pl.lit(None, pl.String), stratum=pl.col("product").rle_id())
    observed, sold = (weekly(each, ("product", "batch"), cells, ends) for each in (known, base))
    return scan_shares(cells, ITEM_KEYS, "stratum", observed, sold, ends)


def _by_issue(
    store: Store,
    viewer: Viewer,
    filters: Filters,
    complaints: pl.DataFrame,
    reviews: pl.DataFrame | None,
    ends: tuple[date, ...],
) -> Warnings:
    """Complaints against the contacts about the matter and what others complain; failed reviews against reviews."""
    period = Period(ends[0] - timedelta(days=7), ends[-1])
    contacts = store.facts(viewer, (Source.CONTACTS,), period, filters, ("issue_type",))
    counted = contacts.select("day", "issue_type", pl.col("contacts").alias("count"))
    cells = issues_of(complaints)
    observed = weekly(at_both_levels(complaints), ISSUE, cells, ends)
    about = weekly(counted, ("issue_type",), cells, ends)
    about = np.where(about.sum(axis=1, keepdims=True) > 0, about, about.sum(axis=0))
    found = scan_growth(cells, ISSUE, observed, about, ends)
    if reviews is None:
        return Warnings(ISSUE, found, None)
    cells = issues_of(reviews)
    failed, done = (weekly(at_both_levels(each), ISSUE, cells, ends) for each in (reviews.filter("failed"), reviews))
    return Warnings(ISSUE, found, scan_growth(cells, ISSUE, failed, done, ends))


def at_both_levels(events: pl.DataFrame) -> pl.DataFrame:
    """Each event for its subtype, and once more for its whole type, which stands without a subtype."""
    known = events.drop_nulls("issue_type").select("day", "count", *ISSUE)
    return pl.concat([known.drop_nulls("subtype"), known.with_columns(subtype=pl.lit(None, pl.String))])


def issues_of(events: pl.DataFrame) -> pl.DataFrame:
    return at_both_levels(events).select(ISSUE).unique().sort(ISSUE)
