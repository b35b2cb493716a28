"""What a part of cases is made from, and which of its rows days that changed in the warehouse reach."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, cast, null, or_

from data_access.contacts import between
from data_access.dialects import day
from data_access.read import Query
from data_access.spans import Span, runs
from data_access.warehouse import Warehouse
from metrics.rules import Rules

#: Contacts are marked thrice: by all that is counted of them, by what chains those of a customer together, and by what
#: is told of one that a case names.
CONTACTS, CHAINS, NAMED = OF_CONTACTS = ("contacts", "chains", "named_contacts")
FIRST, LAST = "_first_day", "_last_day"  # what columns end with that only say from which days a row was made
MOST_RUNS = 30  # of days in one statement: beyond, the whole time between the first and the last of them
Reach = Callable[[Warehouse, Rules], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some rows of a part.

    Attributes:
        keys: of which; a statement that gives them, or the keys themselves; None for all of them.
        near: the site days on which all contacts lie that they are made from; None where that is not known.
    """

    keys: Select | Sequence[str] | None
    near: Span | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Days of one table on which something changed."""

    spans: tuple[Span, ...]

    @classmethod
    def of(cls, days: set[date], reach: tuple[int, int] = (0, 0)) -> "Days":
        """Args:
        reach: days before and after a changed one that it reaches, too.
        """
        before, after = reach
        found = tuple(runs({each + timedelta(days=shift) for each in days for shift in range(-before, after + 1)}))
        return cls(found if len(found) <= MOST_RUNS else ((found[0][0], found[-1][1]),))

    def hold(self, warehouse: Warehouse, instant: ColumnElement) -> ColumnElement[bool]:
        """Instants on these site days; the whole time is named beside the runs, so that an engine can prune by it."""
        whole = (self.spans[0][0], self.spans[-1][1])
        pieces = [_inside(warehouse, instant, each) for each in self.spans]
        return and_(_inside(warehouse, instant, whole), or_(*pieces)) if len(pieces) > 1 else pieces[0]

    def meet(self, first: str, last: str) -> pl.Expr:
        """Rows made from days of which the first and the last are known, one of these perhaps among them."""
        begin, end = pl.col(first).cast(pl.Date), pl.col(last).cast(pl.Date)
        return pl.any_horizontal([(begin < after) & (end >= start) for start, after in self.spans]).fill_null(
            value=False
        )


def _inside(warehouse: Warehouse, instant: ColumnElement, span: Span) -> ColumnElement[bool]:
    if isinstance(instant.type, Date):
        return and_(instant >= span[0], instant < span[1])
    return between(warehouse, instant, *span)


def same_days(_warehouse: Warehouse, _rules: Rules) -> tuple[int, int]:
    return 0, 0


def no_more(_rules: Rules) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Source:
    """A table that rows of a part are made from.

    Attributes:
        keys: of the rows that are made from what the table has on days, as they are in the warehouse now.
        stamps: columns of the part that say the first and the last day of what a row was made from.
        reach: days before and after a changed one whose rows look as far as it.
        needs: columns without which no row is made from it.
        around: days before and after a changed one within which all lies that rows which it reaches are made from.
    """

    keys: Callable[[Warehouse, Rules, Days], Select]
    stamps: tuple[tuple[str, str], ...]
    reach: Reach = same_days
    needs: tuple[str, ...] = ()
    around: Callable[[Rules], int] = no_more

    def is_told(self, warehouse: Warehouse) -> bool:
        """Does the warehouse have the columns by which rows are joined to the table?"""
        return not warehouse.missing(self.needs)


@dataclass(frozen=True, slots=True)
class CasePart:
    """Rows that are few, kept as they are read; nothing where the warehouse does not have what they are made of.

    Attributes:
        query: all rows, or those of some keys.
        key: rows of one key are read anew together.
        home: the column with the day or instant by which they are laid into files.
        sources: every table that they are made from, of contacts one of OF_CONTACTS. None: whatever changes there, all
            is read anew.
        is_of_contacts: each row stands for a contact, so that all are read by the contacts of some days after those of
            others; an engine may want to hold all contacts that it reads of.
    """

    is_there: Callable[[Warehouse], bool]
    query: Callable[[Warehouse, Rules, Chosen | None], Query]
    typed: Callable[[pl.DataFrame], pl.DataFrame]
    key: str
    home: str
    sources: Mapping[str, Source | None]
    then: tuple[str, ...] = ()  # beside the key, what rows are ordered by
    is_of_contacts: bool = False

    @property
    def order(self) -> list[str]:
        return [self.key, *self.then]

    @property
    def stamps(self) -> list[str]:
        """Columns that tell which rows days reach."""
        found = [name for source in self.sources.values() if source for pair in source.stamps for name in pair]
        return sorted({self.key, self.home, *found})


def of_keys(column: ColumnElement, chosen: Chosen | None) -> list[ColumnElement[bool]]:
    """The condition that keeps a query to some keys; none for all rows."""
    keys = chosen.keys if chosen else None
    return [] if keys is None else [column.in_(keys)]


def near(
    warehouse: Warehouse, started_at: ColumnElement, chosen: Chosen | None, after: int = 0
) -> list[ColumnElement[bool]]:
    """The condition by which an engine passes over contacts from which none of the rows is made.

    Args:
        after: days later up to which contacts are looked at, too.
    """
    if chosen is None or chosen.near is None:
        return []
    return [between(warehouse, started_at, chosen.near[0], chosen.near[1] + timedelta(days=after))]


def days_of(warehouse: Warehouse, table: str, first: ColumnElement, last: ColumnElement) -> list[ColumnElement]:
    """The days between which a row was made from a table, named as the rest of the house looks for them."""
    return [day(warehouse.site(each)).label(f"{table}{end}") for each, end in ((first, FIRST), (last, LAST))]


def no_days(table: str) -> list[ColumnElement]:
    """The same where the warehouse does not have the table."""
    return [cast(null(), Date()).label(f"{table}{end}") for end in (FIRST, LAST)]


def days_told(warehouse: Warehouse, table: str, rows: Subquery | None) -> list[ColumnElement]:
    """The same of rows that carry their `first_at` and `last_at`; None where the warehouse does not have them."""
    return no_days(table) if rows is None else days_of(warehouse, table, rows.c.first_at, rows.c.last_at)


def stamps_of(table: str) -> tuple[tuple[str, str], ...]:
    return ((f"{table}{FIRST}", f"{table}{LAST}"),)
