"""Everything that the analyses found for a scope, as evidence; and what could not be looked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from data_access.masking import check_filters
from data_access.store import Store
from data_access.swot import (
    ahead,
    blind,
    changed,
    handling,
    issues,
    leaving,
    levels,
    piling,
    reviewing,
    units,
)
from data_access.swot.asked import Asked, Found, Known, NotLookedAt, Reason, refused, together
from data_access.viewer import Viewer
from metrics.metric import Source
from metrics.scope import WEEK, Filters, Period
from metrics.swot.evidence import Evidence, Kind

WEEKS = 13  # a quarter: long enough for a level to show, short enough to be now


Heard = Callable[[str, int], None]  # which family begins to be computed, and how many are done


@dataclass(frozen=True, slots=True)
class Family:
    """Analyses that answer together, what of `Known` they ask for, and by which source's columns they can be cut."""

    name: str
    found: Callable[[Asked], Found]
    kinds: tuple[Kind, ...]
    asks: tuple[str, ...] = ()
    source: Source | None = None  # None: each metric or analysis says so by itself


FAMILIES = (
    Family("levels", levels.found, (*levels.TARGETS, *levels.CAUSES, *levels.SHIFTS), ("targets", "decisions")),
    Family("units", units.found, units.KINDS),
    Family("changed", changed.found, changed.KINDS, ("changes", "events")),
    Family("blind", blind.found, blind.KINDS, source=Source.REVIEWS),
    Family("reviewing", reviewing.found, reviewing.KINDS, source=Source.REVIEWS),
    Family("handling", handling.found, handling.KINDS, source=Source.COMPLAINTS),
    Family("issues", issues.found, issues.KINDS, source=Source.COMPLAINTS),
    Family("piling", piling.found, piling.KINDS, source=Source.COMPLAINTS),
    Family("breaches", ahead.breaches, (Kind.FORECAST_BREACH,), ("rules",)),
    Family("seasons", ahead.seasons_ahead, (Kind.SEASON_AHEAD,), source=Source.COMPLAINTS),
    Family("leaving", leaving.found, leaving.KINDS),
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found, in no order, and what was not looked at."""

    evidence: tuple[Evidence, ...]
    not_looked_at: tuple[NotLookedAt, ...]


def usual_period(store: Store) -> tuple[Period, Period]:
    """The quarter that a board is about when nobody asks for another, and the one before: whole weeks up to now."""
    end = store.anchor - timedelta(days=store.anchor.weekday())
    return Period(end - WEEKS * WEEK, end), Period(end - 2 * WEEKS * WEEK, end - WEEKS * WEEK)


def in_silence(_name: str, _done: int) -> None:
    """Nobody waits for the findings."""


def read_evidence(
    store: Store,
    viewer: Viewer,
    period: Period,
    comparison: Period | None,
    filters: Filters,
    known: Known,
    heard: Heard = in_silence,
) -> Gathered:
    """Every finding of a scope, cut to what the viewer may see.

    Each family is computed once for whoever sees the same, and kept beside the roll-ups: setting a target asks for
    nothing anew but what depends on targets.

    Args:
        known: what people have set, as the viewer may see it.
        heard: is told of each family that has to be computed; of one that is kept it is not.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer.
    """
    check_filters(filters, viewer)
    asked = Asked(store, viewer, period, comparison, filters, known)
    begun = ((family, partial(heard, family.name, done)) for done, family in enumerate(FAMILIES))
    found = together(_answered(asked, family, begins) for family, begins in begun)
    return Gathered(found.evidence, found.not_looked_at)


def _answered(asked: Asked, family: Family, begins: Callable[[], None]) -> Found:
    if family.source and any(not asked.store.can_split(family.source, name) for name, _values in asked.filters):
        return refused(family.kinds, Reason.FILTERS)
    known = Known(**{name: getattr(asked.known, name) for name in family.asks})
    question = ("swot", family.name, asked.viewer.sight, asked.period, asked.comparison, asked.filters, known)
    narrowed = replace(asked, known=known)

    def made() -> Found:
        begins()
        return family.found(narrowed)

    return asked.store.computed(question, made)
