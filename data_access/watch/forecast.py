"""What is to be expected: contacts and complaints by type, foretold from the counts of days; and the staff for them."""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from data_access.masking import check_filters
from data_access.source_days import days_of
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.evaluation import bin_seconds
from metrics.forecast import LEAST_COUNT, TOTAL, Breach, Foretold, breach, foretell
from metrics.forecast.staff import hours_of_days
from metrics.metric import Source
from metrics.results import Needed, NotEstimable, Reason
from metrics.rules import HOUR
from metrics.scope import Filters, Period

SUBJECTS = ("contacts", "complaints")
PART = "issue_type"  # what both are split by
#: Where each subject is counted: the source, its measure, and the columns without which there is none.
COUNTED = {
    "contacts": (Source.CONTACTS, "contacts", ("contacts.started_at",)),
    "complaints": (Source.COMPLAINTS, "complaints", ("complaints.received_at",)),
}
OF_DAYS = (Source.CALLS, "offered", ("volumes.day",))  # contacts of a centre that has figures of days only
PROFILE_WEEKS = 8  # of which the hours of a day and the handle time are told


@dataclass(frozen=True, slots=True)
class Lacking:
    """The columns without which there is nothing to foretell, or the filters that the counts cannot be cut by."""

    columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What contacts cost in the last weeks: `hours` has `weekday hour share`, the share of a day's contacts."""

    hours: pl.DataFrame
    handle_seconds: float
    waiting: float  # share of contacts that wait for somebody
    period: Period


def counted(store: Store, subject: str) -> tuple[Source, str, tuple[str, ...]]:
    """Where a subject is counted in these data."""
    if subject == "contacts" and not store.warehouse.has("contacts") and store.warehouse.has("volumes"):
        return OF_DAYS
    return COUNTED[subject]


def lacking(store: Store, subject: str, filters: Filters) -> Lacking | None:
    """Why a subject cannot be counted like this; None where it can."""
    source, _measure, needs = counted(store, subject)
    if missing := store.warehouse.missing(needs):
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
    key = ("foretold", viewer.sight, subject, known, filters)
    return store.answers.once(key, lambda: foretell(read_counts(store, viewer, subject, known, filters), known))


def read_counts(store: Store, viewer: Viewer, subject: str, known: Period, filters: Filters) -> pl.DataFrame:
    """A subject's counts by day and type: `day part count`, days without any left out."""
    source, measure, _needs = counted(store, subject)
    by = (PART,) if store.can_split(source, PART) else ()
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


def work_lacks(store: Store) -> tuple[str, ...]:
    """The columns without which nothing can be said of the staff."""
    return tuple(store.warehouse.missing(("contacts.started_at", "contacts.talk_seconds")))


def read_work(store: Store, viewer: Viewer, filters: Filters) -> Work | None:
    """What contacts cost in the last PROFILE_WEEKS weeks: hours of the day, handle time, how many wait for somebody.

    Of channels in which nobody waits, like e-mail, nothing is counted. None where there was no contact.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    known = recorded(store, "contacts")
    if known is None or work_lacks(store):
        return None
    period = Period(max(known.start, known.end - timedelta(weeks=PROFILE_WEEKS)), known.end)
    key = ("work", viewer.sight, period, filters, store.rules.queueless_channels)
    return store.answers.once(key, lambda: _work(store, viewer, filters, period))


def _work(store: Store, viewer: Viewer, filters: Filters, period: Period) -> Work | None:
    every = int(store.facts(viewer, (Source.CONTACTS,), period, filters)["contacts"].sum())
    waited = _who_wait(store, viewer, filters)
    if waited is None or not every:
        return None
    hours = store.facts(viewer, (Source.CONTACTS,), period, waited, ("hour",))
    times = store.facts(viewer, (Source.TIMES,), period, waited).filter(pl.col("duration") == "handle_time")
    handled = times["contacts"].sum()
    if not handled or not hours["contacts"].sum():
        return None
    seconds = times.select((bin_seconds(pl.col("bin"), 0.5) * pl.col("contacts")).sum()).item() / handled
    return Work(hours_of_days(hours), float(seconds), int(hours["contacts"].sum()) / every, period)


def _who_wait(store: Store, viewer: Viewer, filters: Filters) -> Filters | None:
    """The filters, and only channels in which somebody waits; None where these leave none."""
    if not store.warehouse.has("contacts", "channel"):
        return filters
    chosen = dict(filters).get("channel") or tuple(store.values(viewer, "channel"))
    waited = tuple(each for each in chosen if each not in store.rules.queueless_channels)
    others = tuple((name, values) for name, values in filters if name != "channel")
    return tuple(sorted((*others, ("channel", waited)))) if waited else None


def read_staff_there(store: Store, viewer: Viewer, filters: Filters) -> pl.DataFrame | None:
    """Hours for which agents are usually paid, by weekday: `weekday paid_hours`; None where the data do not say.

    Of the last PROFILE_WEEKS weeks. Hours are kept by team: any other filter leaves nothing to compare with.
    """
    check_filters(filters, viewer)
    if any(name != "team_id" for name, _values in filters) or store.warehouse.missing(("agent_hours.paid_seconds",)):
        return None
    known = recorded(store, "contacts")
    if known is None:
        return None
    period = Period(known.end - timedelta(weeks=PROFILE_WEEKS), known.end)
    facts = store.facts(viewer, (Source.HOURS,), period, filters)
    days = facts.group_by("day").agg(pl.col("paid_seconds").sum())
    if days.is_empty():
        return None
    weekday = pl.col("day").dt.weekday().cast(pl.Int64).alias("weekday")
    paid = (pl.col("paid_seconds").sum() / pl.len() / HOUR).alias("paid_hours")
    return days.group_by(weekday).agg(paid).sort("weekday")
