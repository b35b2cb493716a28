"""The rhythm in which a centre reports: by the day, week, month, quarter and year."""

from datetime import date, timedelta
from enum import StrEnum

from metrics.scope import WEEK, Comparison, Filters, Period, Scope, compared_period, months_before

DAY = timedelta(days=1)


class Rhythm(StrEnum):
    """Source: the article on escalated complaints names these five."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12}


def last_whole(rhythm: Rhythm, end: date) -> Period:
    """The last whole day, week from Monday, month, quarter or year that is over when `end` begins."""
    if rhythm is Rhythm.DAY:
        return Period(end - DAY, end)
    if rhythm is Rhythm.WEEK:
        monday = end - timedelta(days=end.weekday())
        return Period(monday - WEEK, monday)
    months = MONTHS[rhythm]
    first = end.replace(day=1)
    begins = first.replace(month=(first.month - 1) // months * months + 1)
    return Period(months_before(begins, months), begins)


def before(rhythm: Rhythm, end: date, count: int) -> list[Period]:
    """The last whole periods that are over when `end` begins, the newest first."""
    found = [last_whole(rhythm, end)]
    while len(found) < count:
        found.append(last_whole(rhythm, found[-1].start))
    return found


def scope_of(rhythm: Rhythm, period: Period, filters: Filters = ()) -> Scope:
    """The period beside the one before it; a day beside the same weekday of the week before."""
    if rhythm is Rhythm.DAY:
        return Scope(period, Period(period.start - WEEK, period.end - WEEK), filters)
    return Scope(period, compared_period(period, Comparison.PREVIOUS), filters)


def following(rhythm: Rhythm, period: Period) -> Period:
    """The days that a report of this rhythm looks ahead: those after its period, four weeks at least."""
    start = period.end
    end = months_before(start, -MONTHS[rhythm]) if rhythm in MONTHS else start
    return Period(start, max(end, start + 4 * WEEK))
