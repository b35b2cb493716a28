"""Spans of days: which days changed, and in what pieces their contacts are counted anew."""

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median

import polars as pl

from data_access.rollup_files import NO_DAY, Marks
from metrics.scope import WEEK

ROWS_AT_ONCE = 2_000_000  # contacts scanned by one statement: bounds the engine's memory
Span = tuple[date, date]  # half-open
#: How many rows after today, or which share of all, are mistakes; of more it is the machine's clock that is wrong.
MOST_MISTAKEN, SHARE_MISTAKEN = 10, 0.01


def around(days: set[date]) -> Span | None:
    return (min(days), max(days) + timedelta(days=1)) if days else None


def month_of(part: str) -> date:
    return date.fromisoformat(part.rsplit("/", 1)[1] + "-01")


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_of(start: date, end: date) -> Iterable[date]:
    month = start.replace(day=1)
    while month < end:
        yield month
        month = next_month(month)


def size_of(span: Span, days: Marks) -> int:
    """How many contacts lie in a span."""
    start, end = span
    return sum(count for each, (count, _) in days.items() if start <= each < end)


def to_count(months: list[date], whole: set[date], changed: set[date], days: Marks) -> Iterable[Span]:
    """Whole months joined while they stay below ROWS_AT_ONCE, then runs of changed days in the other months."""
    open_span: Span | None = None
    rows = 0
    for month in months:
        if month not in whole:
            continue
        end = next_month(month)
        size = size_of((month, end), days)
        if open_span and open_span[1] == month and rows + size <= ROWS_AT_ONCE:
            open_span, rows = (open_span[0], end), rows + size
            continue
        if open_span:
            yield open_span
        open_span, rows = (month, end), size
    if open_span:
        yield open_span
    yield from runs({each for each in changed if each.replace(day=1) not in whole})


def many(marks: Marks) -> list[Span]:
    """All time in spans of about ROWS_AT_ONCE contacts; none where they are not more, or some have no day."""
    months = sorted({each.replace(day=1) for each in marks if each != NO_DAY})
    found = list(to_count(months, set(months), set(), marks))
    return found if len(found) > 1 and NO_DAY not in marks else []


def runs(days: set[date]) -> Iterable[Span]:
    """Days as spans of those that follow one another."""
    run: Span | None = None
    for each in sorted(days):
        if run and run[1] == each:
            run = (run[0], each + timedelta(days=1))
            continue
        if run:
            yield run
        run = (each, each + timedelta(days=1))
    if run:
        yield run


def up_to_today(rows: pl.DataFrame, day: pl.Expr, today: date, count: pl.Expr) -> pl.DataFrame:
    """The rows whose day has come: one that is dated in the future by mistake is not where the data end."""
    later, every = rows.select(count.filter(day > today).sum().alias("later"), count.sum().alias("every")).row(0)
    are_mistakes = later < every and later <= max(MOST_MISTAKEN, SHARE_MISTAKEN * every)
    return rows.filter(day <= today) if are_mistakes else rows


def usual_end(days: Marks, end: date) -> date:
    """The end of the contacts, or that of their last normal week.

    Periods are counted back from it, and a day is final only when its look-ahead ends before it: in a thin tail
    repeats are missing, and a share of contacts without repeats would look better than it is. A tail is a run of
    last weeks with less than a tenth of the usual contacts, and the week of decline before it; fewer contacts
    than usual, as after the loss of a client or over a holiday, are no tail.
    """
    weeks: dict[date, int] = {}
    for each, (count, _) in days.items():
        monday = each - timedelta(days=each.weekday())
        weeks[monday] = weeks.get(monday, 0) + count
    whole = {monday: count for monday, count in weeks.items() if monday + WEEK <= end}
    if not whole:
        return end
    usual = median(count for count in whole.values() if count * 10 >= max(whole.values()))
    last = max(monday for monday, count in weeks.items() if count * 10 >= usual)
    if last >= max(whole):
        return end
    return last if whole[last] * 2 < usual else last + WEEK
