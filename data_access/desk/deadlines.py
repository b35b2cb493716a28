"""Deadlines of complaints: what is still to be done, how long it takes, and who held the clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from data_access.chosen_rows import On, during
from data_access.desk.events import WORDS
from data_access.desk.lists import Listing
from data_access.masking import check_filters
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from metrics.complaint_facts import valid
from metrics.desk import due, holders, survival
from metrics.results import NotEstimable
from metrics.scope import Filters, Period

EVENTS = {
    "complaint_id": pl.String,
    "at": pl.Datetime("us"),
    **dict.fromkeys(WORDS, pl.String),
}
Curves = Mapping[str | None, survival.Curve | NotEstimable]  # by severity
HANDED = ("complaints.handed_over_at", "complaints.department_replied_at")  # what reminders need


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """What is still to be done when the data end; the frames are those of `metrics.desk.due`."""

    at: datetime
    open: int
    waiting: int  # of them, for the customer
    overdue: int  # of them, past the deadline of their resolution
    falls_due: pl.DataFrame
    ages: pl.DataFrame
    departments: pl.DataFrame
    reminders_owed: int | None  # None where hand-overs or replies are not on record


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Who held the clock of complaints; `without` have no steps on record."""

    holders: pl.DataFrame
    complaints: int
    without: int


def read_due(store: Store, viewer: Viewer, filters: Filters) -> Due:
    """What is still to be done on the complaints that the viewer may see.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    return store.answers.once(("due", viewer.sight, filters), lambda: _due(store, viewer, filters))


def _due(store: Store, viewer: Viewer, filters: Filters) -> Due:
    stood = standing(store, viewer, filters, store.as_of)
    legs = due.open_legs(stood, store.as_of)
    late = due.overdue_cases(legs)
    reminded = due.reminders(stood, steps(store, stood), store.as_of, store.rules)
    falls_due = due.falls_due(legs, store.rules).filter(pl.col("leg").is_in(known_legs(store)))
    return Due(
        store.as_of,
        int(stood["is_open"].sum()),
        int(stood["is_waiting"].sum()),
        late.height,
        falls_due,
        due.overdue_by_age(late),
        due.by_department(reminded),
        None if store.warehouse.missing(HANDED) else reminded["owed"].count(),
    )


def known_legs(store: Store) -> list[str]:
    """The legs whose end is on record: of the others every case would be overdue for ever."""
    has = store.warehouse.has
    return [
        leg
        for leg, done in due.LEGS.items()
        if has("complaints", done) and (leg != "follow_up" or has("complaints", "closed_at"))
    ]


def standing(store: Store, viewer: Viewer, filters: Filters, at: datetime) -> pl.DataFrame:
    """How the complaints that the viewer may see stood at an instant: see `metrics.desk.due.standing`."""
    not_closed = On("closed_at", at.date(), or_never=True)
    seen = cut(_received(store, not_closed), viewer, EVERYTHING, filters)
    return due.standing(seen, at, store.rules)


def _received(store: Store, *only: On) -> pl.DataFrame:
    return store.cases("complaints", None, *only).with_columns(day=pl.col("received_at").dt.date())


def steps(store: Store, complaints: pl.DataFrame) -> pl.DataFrame:
    """Every step of these complaints, looked for a file at a time; none where the warehouse does not have them."""
    ids = complaints.select("complaint_id").unique()
    files = (each.select(*EVENTS) for each in store.case_files("complaint_events") if each.columns)
    own = (each.join(ids, on="complaint_id", how="semi") for each in files)
    return pl.concat([pl.DataFrame(schema=EVENTS), *own], how="vertical_relaxed")


def due_list(leg: str, column: str) -> Listing:
    """The cases that one cell of `falls_due` counts, the most urgent first."""

    def rows(store: Store, viewer: Viewer, _period: Period, filters: Filters) -> pl.DataFrame:
        legs = due.open_legs(standing(store, viewer, filters, store.as_of), store.as_of)
        return due.chosen(legs.filter(pl.col("leg") == leg), column, store.rules)

    return Listing("complaints_due", ("due_at", "seconds_left"), rows)


def overdue_list(band: int) -> Listing:
    """Overdue open cases of one band of `overdue_by_age`, the longest overdue first."""

    def rows(store: Store, viewer: Viewer, _period: Period, filters: Filters) -> pl.DataFrame:
        legs = due.open_legs(standing(store, viewer, filters, store.as_of), store.as_of)
        return due.overdue_cases(legs).filter(pl.col("band") == band)

    return Listing("complaints_overdue", ("due_at", "seconds_left"), rows)


def reminder_list(department: str | None) -> Listing:
    """Hand-overs to which a department has not replied, the oldest first."""

    def rows(store: Store, viewer: Viewer, _period: Period, filters: Filters) -> pl.DataFrame:
        stood = standing(store, viewer, filters, store.as_of)
        reminded = due.reminders(stood, steps(store, stood), store.as_of, store.rules)
        return reminded.filter(pl.col("responsible_department").eq_missing(department))

    columns = ("owed", "handed_over_at", "waited_seconds", "sent", "last_reminded_at", "next_at")
    return Listing("complaints_reminders", columns, rows)


def read_held(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Held:
    """Who held the clock of the complaints received in the period, up to the end of the data.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    key = ("held", viewer.sight, period, filters)
    return store.answers.once(key, lambda: _held(store, viewer, period, filters))


def _held(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Held:
    complaints, own = _stepped(store, viewer, period, filters)
    known = own.filter(pl.col("event") == "received")["complaint_id"].n_unique()
    found = holders.by_holder(holders.held(own, store.as_of))
    return Held(found, complaints.height, complaints.height - known)


def _stepped(store: Store, viewer: Viewer, period: Period, filters: Filters) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Complaints of the period, and their steps."""
    complaints = valid(cut(_received(store, during("received_at", period)), viewer, period, filters)).filter(
        pl.col("received_at") <= store.as_of
    )
    return complaints, steps(store, complaints)


def held_list(department: str | None, *, is_customer: bool) -> Listing:
    """The complaints whose clock a department or the customer held, the longest first."""

    def rows(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
        complaints, own = _stepped(store, viewer, period, filters)
        kept = holders.held(own, store.as_of).filter(
            pl.col("department").eq_missing(department), pl.col("is_customer") == is_customer
        )
        each = kept.group_by("complaint_id").agg(pl.col("seconds").sum().alias("held_seconds"))
        found = complaints.join(each, on="complaint_id")
        return found.sort("held_seconds", "complaint_id", descending=[True, False])

    return Listing("complaints_held", ("held_seconds",), rows)


def read_curves(store: Store, viewer: Viewer, period: Period, filters: Filters, leg: str) -> Curves:
    """How long the complaints received in the period stayed without a response or a resolution, by severity.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    key = ("survival", viewer.sight, period, filters, leg)
    return store.answers.once(key, lambda: _curves(store, viewer, period, filters, leg))


def _curves(store: Store, viewer: Viewer, period: Period, filters: Filters, leg: str) -> Curves:
    seen = cut(_received(store, during("received_at", period)), viewer, period, filters)
    times = survival.waiting_times(seen, leg, store.as_of)
    order = {severity: place for place, severity in enumerate(store.rules.deadlines)}
    found = sorted(times["severity"].unique(), key=lambda each: (order.get(each or "", len(order)), each or ""))
    return {each: survival.curve(times.filter(pl.col("severity").eq_missing(each))) for each in found}
