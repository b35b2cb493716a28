"""What a season brings: how many more come in its days than would without it."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from metrics.calendar import Event, events
from metrics.forecast.calendar_effects import (
    FESTIVAL,
    RUN_UP,
    SUMMER,
    YEAR_NEEDED,
    columns,
    rows,
)
from metrics.forecast.counts import Z
from metrics.forecast.model import MOST_DAYS, Effects, effects, levels
from metrics.forecast.panel import Panel
from metrics.results import Estimate

SUMMER_CODE = "summer"
#: Days before and after a season's day that its effect is summed over: before it complaints rise, with it orders do.
SPAN = {"consumer_day": (-RUN_UP, 1), "telecom_day": (-RUN_UP, 1), FESTIVAL: (-2, 6)}
USUAL_SPAN = (-10, 9)
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Extra:
    """How many more are expected in the days of a season than without it, if the level stays as it is."""

    code: str
    first: date
    last: date  # included
    expected: float  # altogether
    extra: Estimate
    share: Estimate  # the same in percent of what would come without it
    seen: int  # such seasons in the history


def extras(found: Effects, level: np.ndarray, place: int, first: date, days: int) -> list[Extra]:
    """The seasons of the next twelve months, in their order, as far as the history has seen such a one.

    Args:
        found: effects of the calendar in the history.
        level: of each series after the history, by weeks ahead; the last is meant.
        place: of the series that is asked about.
        first: the first day of the history, which has so many `days`.
    """
    end = first + timedelta(days=days)
    spans = [(event.code, *_span(event)) for event in events(end, end + YEAR)]
    spans += [(SUMMER_CODE, *_summer(end))] if days >= YEAR_NEEDED else []
    made = [
        _extra(found, level, place, first, days, span)
        for span in spans
        if span[1] >= end and _seen(span[0], first, end)
    ]
    return sorted(made, key=lambda each: each.first)


def seasons(made: Panel) -> dict[str | None, list[Extra]]:
    """The same of every series of a panel by its name, whether or not the calendar foretells their days better."""
    kept = made.counts[:, -MOST_DAYS:]
    days = kept.shape[1]
    begun = made.first + timedelta(days=made.days - days)
    calendar = rows(begun, days)
    found = effects(kept, calendar)
    level = levels(kept, found, calendar)
    return {name: extras(found, level, place, begun, days) for place, name in enumerate(made.names)}


def _span(event: Event) -> tuple[date, date]:
    """The first and the last day that a season's effect is summed over."""
    before, after = SPAN.get(event.code, USUAL_SPAN)
    return event.day + timedelta(days=before), event.day + timedelta(days=after)


def _summer(after: date) -> tuple[date, date]:
    """The next summer's first and last day."""
    year = after.year + (after > date(after.year, SUMMER[0], 1))
    return date(year, SUMMER[0], 1), date(year, SUMMER[-1] + 1, 1) - timedelta(days=1)


def _seen(code: str, first: date, end: date) -> int:
    """How many such seasons lie in the history as a whole."""
    if code == SUMMER_CODE:
        years = range(first.year, end.year + 1)
        return sum(first <= date(year, SUMMER[0], 1) and date(year, SUMMER[-1] + 1, 1) <= end for year in years)
    spans = [_span(event) for event in events(first, end) if event.code == code]
    return sum(first <= begin and until < end for begin, until in spans)


def _extra(
    found: Effects, level: np.ndarray, place: int, first: date, days: int, span: tuple[str, date, date]
) -> Extra:
    code, begin, until = span
    known, whole = columns(), rows(first, (until - first).days + 1)
    ahead = whole[(begin - first).days :]
    kinds = [*known.places(code), *(known.places("year") if code == SUMMER_CODE else ())]
    moved = np.zeros_like(ahead)
    moved[:, kinds] = ahead[:, kinds]
    if code == SUMMER_CODE:  # against the rest of the year
        moved[:, kinds] -= _rest_of_the_year(begin)[kinds]
    beta = found.beta[place]
    usual = level[place, -1] * np.exp((ahead - moved) @ beta)
    factor = np.exp(moved @ beta)
    extra, without = float((usual * (factor - 1)).sum()), float(usual.sum())
    steep = (usual * factor) @ moved
    error = Z * float(np.sqrt(max(0.0, steep @ found.variance[place] @ steep)))
    ends = (extra, extra - error, extra + error)
    share = Estimate(*(100 * each / without for each in ends))
    return Extra(
        code, begin, until, extra + without, Estimate(*ends), share, _seen(code, first, first + timedelta(days=days))
    )


def _rest_of_the_year(begin: date) -> np.ndarray:
    """The mean of the calendar's rows over the months that are no summer."""
    start = date(begin.year, 1, 1)
    days = np.array([(start + timedelta(days=each)).month for each in range(365)])
    return rows(start, 365)[~np.isin(days, SUMMER)].mean(axis=0)
