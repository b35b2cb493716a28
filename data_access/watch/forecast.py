"""What is to be expected: contacts and complaints by type, foretold from the counts of days."""

from dataclasses import dataclass

import polars as pl

from data_access.complaint_sums import complaint_sums
from data_access.masking import check_filters
from data_access.source_days import days_of
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.forecast import LEAST_COUNT, TOTAL, Breach, Foretold, breach, foretell
from metrics.metric import Source
from metrics.results import Needed, NotEstimable, Reason
from metrics.scope import Filters, Period

SUBJECTS = ("contacts", "complaints")
PART = "issue_type"  # what both are split by
#: Where each subject is counted: the source, its measure, and the columns without which there is none.
COUNTED = {
    "contacts": (Source.CONTACTS, "contacts", ("contacts.started_at",)),
    "complaints": (Source.COMPLAINTS, "complaints", ("complaints.received_at",)),
}
OF_DAYS = (Source.CALLS, "offered", ("volumes.kinds.offered",))  # contacts of a centre that has figures of days only


@dataclass(frozen=True, slots=True)
class Lacking:
    """The columns without which there is nothing to foretell, or the filters that the counts cannot be cut by."""

    columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


def counted(store: Store, subject: str) -> tuple[Source, str, tuple[str, ...]]:
    """Where a subject is counted in these data."""
    if subject == "contacts" and not store.warehouse.has("contacts") and store.warehouse.has("volumes"):
        return OF_DAYS
    return COUNTED[subject]


def lacking(store: Store, subject: str, filters: Filters) -> Lacking | None:
    """Why a subject cannot be counted like this; None where it can."""
    source, _measure, needs = counted(store, subject)
    if missing := store.lacking(needs):
        return Lacking(columns=tuple(missing))
    unsplit = tuple(name for name, _values in filters if not store.can_split(source, name))
    return Lacking(filters=unsplit) if unsplit else None


def recorded(store: Store, subject: str) -> Period | None:
    """The days of which a subject's counts are whole."""
    known = days_of(store, (counted(store, subject)[0],))
    if known is None or known.start >= store.anchor:
        return None
    return Period(known.start, min(known.end, store.anchor))


def read_foretold(store: Store, viewer: Viewer, subject: str, filters: Filters) -> Foretold | NotEstimable | Lacking:
    """A subject foretold altogether and by type, as of the last day that is over.

    Args:
        subject: one of SUBJECTS.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    if refused := lacking(store, subject, filters):
        return refused
    known = recorded(store, subject)
    if known is None:
        return Lacking(columns=counted(store, subject)[2])
    key = ("foretold", viewer.teams, subject, known, filters)
    return store.computed(key, lambda: foretell(read_counts(store, viewer, subject, known, filters), known))


def read_counts(store: Store, viewer: Viewer, subject: str, known: Period, filters: Filters) -> pl.DataFrame:
    """A subject's counts by day and type: `day part count`, days without any left out."""
    source, measure, _needs = counted(store, subject)
    by = (PART,) if store.can_split(source, PART) else ()
    if source is Source.COMPLAINTS:
        facts = complaint_sums(store, viewer, known, filters, (measure,), by)
    else:
        facts = store.facts(viewer, (source,), known, filters, by)
    part = pl.col(PART) if by else pl.lit(TOTAL)
    days = facts.group_by("day", part.alias("part")).agg(pl.col(measure).sum().cast(pl.Float64).alias("count"))
    return days.filter(pl.col("count") > 0)


def read_breach(
    store: Store,
    viewer: Viewer,
    subject: str,
    filters: Filters,
    limit: float,
    *,
    part: str | None = TOTAL,
    grain: str = "day",
    weeks: int = 4,
) -> Breach | NotEstimable | Lacking | None:
    """The first day or week of the next weeks that is expected beyond a limit; None where none is.

    Args:
        limit: contacts or complaints a day, or a week.
        part: a type; TOTAL for all.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    found = read_foretold(store, viewer, subject, filters)
    if not isinstance(found, Foretold):
        return found
    if part not in found.names:
        return NotEstimable(Reason.NO_EVENTS, Needed.EVENTS, {"found": 0, "least": LEAST_COUNT})
    return breach(found.of(part, grain, weeks), limit)
