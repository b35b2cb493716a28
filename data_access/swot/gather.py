"""Everything that the analyses found for a scope, as evidence; and what could not be looked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

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
from data_access.swot.asked import Asked, Found, Known, NotLookedAt, together
from data_access.viewer import Viewer
from metrics.scope import WEEK, Filters, Period
from metrics.swot.evidence import Evidence

WEEKS = 13  # a quarter: long enough for a level to show, short enough to be now
#: One family of analyses each.
FAMILIES: tuple[Callable[[Asked], Found], ...] = (
    levels.found,
    units.found,
    changed.found,
    blind.found,
    reviewing.found,
    handling.found,
    issues.found,
    piling.found,
    ahead.found,
    leaving.found,
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


def read_evidence(
    store: Store, viewer: Viewer, period: Period, comparison: Period | None, filters: Filters, known: Known
) -> Gathered:
    """Every finding of a scope, cut to what the viewer may see; computed once for whoever sees the same.

    Args:
        known: what people have set, as the viewer may see it.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer.
    """
    check_filters(filters, viewer)
    asked = Asked(store, viewer, period, comparison, filters, known)
    key = ("swot", viewer.sight, period, comparison, filters, known)
    return store.answers.once(key, lambda: _gathered(asked))


def _gathered(asked: Asked) -> Gathered:
    found = together(family(asked) for family in FAMILIES)
    return Gathered(found.evidence, found.not_looked_at)
