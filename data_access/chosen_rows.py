"""Which rows of a part are asked for: it is known which days its files hold, so that those of others are not opened."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import polars.selectors as cs

from metrics.scope import Period


@dataclass(frozen=True, slots=True)
class Held:
    """The first and the last day that a column of a file holds, None where it holds no day; and has it rows without?"""

    column: str
    first: date | None
    last: date | None
    has_none: bool

    def to_json(self) -> list[Any]:
        return [self.column, *(day and day.isoformat() for day in (self.first, self.last)), self.has_none]

    @classmethod
    def from_json(cls, stored: list[Any]) -> "Held":
        column, first, last, has_none = stored
        days = (date.fromisoformat(day) if day else None for day in (first, last))
        return cls(column, *days, has_none)


@dataclass(frozen=True, slots=True)
class On:
    """Rows of which a column lies on a day from `start` up to and without `end`; None where either has no bound.

    Attributes:
        or_never: rows without such a day, too: of what is still to come nobody knows when.
    """

    column: str
    start: date | None = None
    end: date | None = None
    or_never: bool = False

    @property
    def holds(self) -> pl.Expr:
        day = pl.col(self.column).cast(pl.Date)
        inside = day.is_not_null()
        if self.start is not None:
            inside &= day >= self.start
        if self.end is not None:
            inside &= day < self.end
        return inside | day.is_null() if self.or_never else inside

    def may_lie_in(self, held: tuple[Held, ...]) -> bool:
        """May a file that holds these have such a row? One that does not say may."""
        for each in held:
            if each.column == self.column:
                return (each.has_none and self.or_never) or self._meets(each.first, each.last)
        return True

    def _meets(self, first: date | None, last: date | None) -> bool:
        if first is None or last is None:
            return False
        return (self.end is None or first < self.end) and (self.start is None or self.start <= last)


@dataclass(frozen=True, slots=True)
class Is:
    """Rows of which a column has a value; they may lie in every file."""

    column: str
    value: str

    @property
    def holds(self) -> pl.Expr:
        return pl.col(self.column) == self.value

    def may_lie_in(self, _held: tuple[Held, ...]) -> bool:
        return True


Choice = On | Is


def during(column: str, period: Period) -> On:
    """Rows of which a column lies in a period."""
    return On(column, period.start, period.end)


def days_held(rows: pl.DataFrame) -> tuple[Held, ...]:
    """What each column of days or instants holds."""
    days = rows.select((cs.date() | cs.datetime()).cast(pl.Date))
    return tuple(Held(each.name, each.min(), each.max(), each.null_count() > 0) for each in days)  # ty: ignore[invalid-argument-type]
