"""Complaints that come back, cut to what the viewer may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import Engine

from data_access.chosen_rows import during
from data_access.desk.defence import days_told
from data_access.masking import check_filters
from data_access.rows import Rows, chosen
from data_access.source_days import days_of
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from metrics.complaint_facts import DIMENSIONS, valid
from metrics.desk.repeats import SAME, Gaps, Share, after_resolved, chains, customers, gaps, so_far
from metrics.metric import Source
from metrics.scope import Filters, Period

NEEDS = ("complaints.customer_id", "complaints.complaint_type")
BY = ("issue_type", "subtype", "product", "responsible_department", "channel")
DRAWN = 15  # chains in the timeline
KEPT = (
    *DIMENSIONS, "complaint_id", "customer_id", "agent_id", "received_at", "resolved_at", "closed_at",
    "escalation_level", "is_valid", "duplicate_of",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """What a year of complaints of known customers tells."""

    period: Period
    longest: pl.DataFrame  # the complaints of the chains to draw
    unknown: int  # complaints without a customer or an issue, which are in no chain
    customers: dict[int, Share]
    gaps: Gaps


def needs(store: Store) -> tuple[str, ...]:
    """Columns without which nothing on the page can be told."""
    return store.warehouse.missing(NEEDS)


def _every(store: Store) -> pl.DataFrame:
    """Every valid complaint in its chain; for everyone's eyes only after a cut."""

    def made() -> pl.DataFrame:
        cases = valid(pl.concat(store.case_files("complaints", KEPT)).select(KEPT))
        return chains(cases.with_columns(day=pl.col("received_at").dt.date()), store.rules.repeat_complaint_days)

    return store.made("chains of complaints", made)


def _chained(store: Store, viewer: Viewer, days: Period, filters: Filters) -> pl.DataFrame:
    """The complaints of some days that the viewer sees, as `metrics.desk.repeats.chains` says of what came by then."""
    return cut(so_far(_every(store).filter(pl.col("day") < days.end)), viewer, days, filters)


def _in_no_chain(store: Store, viewer: Viewer, days: Period, filters: Filters) -> int:
    cases = valid(store.cases("complaints", KEPT, during("received_at", days)))
    unknown = cases.filter(pl.any_horizontal(pl.col(SAME).is_null()))
    return cut(unknown.with_columns(day=pl.col("received_at").dt.date()), viewer, days, filters).height


def _until(store: Store, period: Period) -> datetime:
    """Up to when is known what came after."""
    return min(store.as_of, datetime.combine(period.end, datetime.min.time()))


def read_repeats(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Repeats:
    """Chains, customers and the time between, in the year up to the end of a period.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    days = days_told(period)

    def made() -> Repeats:
        chained = _chained(store, viewer, days, filters)
        between = gaps(chained, store.rules.look_back_days, _until(store, days))
        nowhere = _in_no_chain(store, viewer, days, filters)
        return Repeats(days, _longest(chained), nowhere, customers(chained), between)

    return store.answers.once(("repeats", viewer.sight, days, filters), made)


def _longest(chained: pl.DataFrame) -> pl.DataFrame:
    """The complaints of the chains to draw: those of which most is seen, then the newest."""
    seen = chained.group_by("chain").agg(pl.len().alias("seen"), pl.col("received_at").max().alias("last_at"))
    drawn = seen.filter(pl.col("seen") > 1).sort("seen", "last_at", "chain", descending=[True, True, False])
    order = drawn.head(DRAWN).select("chain").with_row_index("number", offset=1)
    return chained.join(order, on="chain").sort("number", "place")


def judged_days(store: Store, period: Period) -> Period:
    """The days of the year up to the end of a period on which a case that was resolved is known to come back or not."""
    told, wait = days_told(period), timedelta(days=store.rules.repeat_complaint_days)
    known = days_of(store, (Source.COMPLAINTS,))
    start = told.start if known is None else max(told.start, known.start)
    return Period(start, max((_until(store, told) - wait).date(), start + timedelta(days=1)))


def read_after_resolved(store: Store, viewer: Viewer, period: Period, filters: Filters, by: str) -> pl.DataFrame:
    """What comes back after it was resolved, as `metrics.desk.repeats.after_resolved` says.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    days = days_told(period)

    def made() -> pl.DataFrame:
        known = _every(store).filter(pl.col("day") < days.end).with_row_index("row")
        seen = cut(known, viewer, EVERYTHING, filters)["row"]
        cases = known.with_columns(is_inside=pl.col("row").is_in(seen.implode()))
        start = datetime.combine(days.start, datetime.min.time())
        rules = store.rules
        return after_resolved(cases, by, rules.repeat_complaint_days, start, _until(store, days), rules.min_denominator)

    return store.answers.once(("after resolved", viewer.sight, days, filters, by), made)


def read_chain(
    store: Store, state: Engine, viewer: Viewer, period: Period, filters: Filters, chain: int, now: datetime
) -> Rows:
    """The complaints of one chain that the viewer sees; who looked at them stands in the audit log.

    Raises:
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    days = days_told(period)
    of_chain = _chained(store, viewer, days, filters).filter(pl.col("chain") == chain)
    return chosen(store, state, viewer, "complaints", of_chain, "repeats", days, filters, now)


def read_came_back(
    store: Store,
    state: Engine,
    viewer: Viewer,
    period: Period,
    filters: Filters,
    by: str,
    code: str | None,
    now: datetime,
) -> Rows:
    """The repeated complaints of a group; who looked at them stands in the audit log.

    Raises:
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    days = days_told(period)
    again = _chained(store, viewer, days, filters).filter(
        pl.col("place") > 1, pl.col(by).eq_missing(pl.lit(code, pl.String))
    )
    return chosen(store, state, viewer, "complaints", again, "repeats", days, filters, now)


def resolved_since(period: Period, days: int) -> Period:
    """Days of resolution whose outcome is known."""
    return Period(period.start, max(period.start + timedelta(days=1), period.end - timedelta(days=days)))
