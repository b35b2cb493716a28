"""The staff that the contacts to be expected need, and that is usually there."""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from data_access.masking import check_filters
from data_access.names import values_seen
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.watch.forecast import PART, recorded
from metrics.evaluation import bin_seconds
from metrics.forecast import REST, TOTAL, Foretold, Goal
from metrics.forecast.staff import agent_hours, first_days, hours_of_days, staffed
from metrics.metric import Source
from metrics.rules import HOUR, Rules
from metrics.scope import Filters, Period

PROFILE_WEEKS = 8  # of which the hours of a day, the handle time and the usual hours are told
THERE = {"weekday": pl.Int64(), "there": pl.Float64()}
DAYS = 14  # hour by hour: farther ahead a day's course is not worth planning


@dataclass(frozen=True, slots=True)
class Work:
    """What contacts cost in the last weeks: `hours` has `weekday hour share`, the share of a day's contacts."""

    hours: pl.DataFrame
    handle_seconds: float
    waiting: float  # share of contacts that wait for somebody
    period: Period


@dataclass(frozen=True, slots=True, eq=False)
class Staff:
    """The next DAYS days: `needs` is metrics.forecast.staff.STAFF, `days` what `agent_hours` gives and `there`.

    `there` are the hours usually paid on such a weekday; null where the data do not say.
    """

    needs: pl.DataFrame
    days: pl.DataFrame
    work: Work
    goal: Goal

    @property
    def short(self) -> pl.DataFrame:
        """The days that need more hours than are usually paid."""
        return self.days.filter(pl.col("paid_hours") > pl.col("there"))


def goal_of(rules: Rules) -> Goal:
    """What the site's rules ask of the staff."""
    return Goal(rules.staff_service_level, rules.answer_seconds, rules.staff_occupancy, rules.staff_shrinkage)


def read_staff(store: Store, viewer: Viewer, found: Foretold, part: str | None, filters: Filters) -> Staff | None:
    """The staff that foretold contacts of a part need; None where no contact of the last weeks tells what one costs.

    Args:
        found: contacts, foretold with the same filters.
        part: a type; TOTAL for all, REST for the small ones.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    work = read_work(store, viewer, _narrowed(found, part, filters))
    if work is None:
        return None
    goal = goal_of(store.rules)
    ahead = first_days(found.of(part, "day").frame, DAYS)
    needs = staffed(ahead, work.hours, work.waiting, work.handle_seconds, goal)
    usual = read_staff_there(store, viewer, filters) if part == TOTAL else None
    usual = pl.DataFrame(schema=THERE) if usual is None else usual
    weekday = pl.col("day").dt.weekday().cast(pl.Int64).alias("weekday")
    days = agent_hours(needs).with_columns(weekday).join(usual, on="weekday", how="left").sort("day").drop("weekday")
    return Staff(needs, days, work, goal)


def _narrowed(found: Foretold, part: str | None, filters: Filters) -> Filters:
    """The filters, narrowed to the types that are looked at."""
    if part == TOTAL:
        return filters
    types = tuple(each for each in (found.panel.small if part == REST else (part,)) if each is not None)
    return tuple(sorted((*(each for each in filters if each[0] != PART), (PART, types))))


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
    chosen = dict(filters).get("channel") or tuple(values_seen(store, viewer, "channel"))
    waited = tuple(each for each in chosen if each not in store.rules.queueless_channels)
    others = tuple((name, values) for name, values in filters if name != "channel")
    return tuple(sorted((*others, ("channel", waited)))) if waited else None


def read_staff_there(store: Store, viewer: Viewer, filters: Filters) -> pl.DataFrame | None:
    """Hours for which agents are usually paid, by weekday: THERE; None where the data do not say.

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
    paid = (pl.col("paid_seconds").sum() / pl.len() / HOUR).alias("there")
    return days.group_by(weekday).agg(paid).sort("weekday")
