"""The roll-ups and cases of one moment as frames: read when they are asked for, and held as narrow as they are.

Measures are held in half the bytes where they fit, and given out as whole numbers of 64 bits: narrower ones would wrap
when they are added up.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from data_access.case_part import FIRST, LAST
from data_access.chosen_rows import Choice
from data_access.kept import Kept
from data_access.rollup_files import Part, RollupFiles
from data_access.shelf import Shelf
from data_access.spans import month_of, next_month
from data_access.spool import Stretch
from metrics.scope import Period

FRAMES_KEPT = 4096
BYTES_KEPT = 256 * 2**20
MOST = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Frames:
    """What the files of a manifest hold; what nobody asked for longest is read again when it is wanted."""

    files: RollupFiles
    parts: Mapping[str, Part]
    kept: Kept = field(default_factory=lambda: Kept(FRAMES_KEPT, BYTES_KEPT))

    def months(self, name: str, period: Period | None = None) -> list[pl.DataFrame]:
        """One roll-up, a frame a month, of the months that a period touches; `wide` before anything is added up."""
        found = sorted((month_of(key), part) for key, part in self.parts.items() if key.rsplit("/", 1)[0] == name)
        touched = [(month, part) for month, part in found if period is None or _touches(period, month)]
        # None at all has no columns either: one month says what they are.
        chosen = touched or found[:1]
        return [self.kept.once((name, month), lambda part=part: slim(self.files.read(part)))
                for month, part in chosen]  # fmt: skip

    def cases(self, name: str, columns: tuple[str, ...] | None = None, *only: Choice) -> pl.DataFrame:
        """Complaints, reviews or orders as they were read from the warehouse, or those of these columns there are.

        Args:
            only: rows of which all of this holds; files that hold no such day are not opened.
        """
        files = self.case_files(name, columns, *only)
        return self.kept.once(("cases", name, columns, only), lambda: pl.concat(files, how="vertical_relaxed"))

    def case_files(self, name: str, columns: tuple[str, ...] | None = None, *only: Choice) -> Iterator[pl.DataFrame]:
        """The same a file at a time, each of a stretch of days, and not kept: all may be too many for memory."""
        whole = self.parts.get(f"cases/{name}")
        every = [whole] if whole else self.files.of(self.parts, f"cases/{name}")
        chosen = [part for part in every if all(each.may_lie_in(part.days) for each in only)]
        for part in chosen or every[:1]:  # none at all has no columns either
            yield self._read(part, columns, only)

    def _read(self, part: Part, columns: tuple[str, ...] | None, only: Sequence[Choice]) -> pl.DataFrame:
        known = [
            name for name in pl.read_parquet_schema(self.files.folder / part.file) if not name.endswith((FIRST, LAST))
        ]
        told = [each for each in only if known]  # of a table that there is not there are no days either
        return self.files.read(part, [name for name in known if columns is None or name in columns], told)

    def stretches(
        self, shelf: Shelf, asked: Hashable, make: Callable[[], Iterator[Stretch]], period: Period
    ) -> Iterator[pl.DataFrame]:
        """What was made of cases, a frame for each stretch of days that a period touches."""
        starts = self.kept.once(("stretches", asked), lambda: shelf.stretches(asked, make))
        until = max(period.end, period.start + timedelta(days=1))
        for start, end in zip(starts, (*starts[1:], date.max), strict=True):
            if start < until and period.start < end:
                read = lambda start=start: slim(shelf.stretch(asked, start, make))  # noqa: E731
                yield self.kept.once(("stretch", asked, start), read)


def _touches(period: Period, month: date) -> bool:
    return month < period.end and period.start < next_month(month)


def slim(frame: pl.DataFrame) -> pl.DataFrame:
    """Whole numbers in 32 bits where they fit."""
    numbers = [name for name, dtype in frame.schema.items() if dtype == pl.Int64]
    ends = frame.select(pl.col(numbers).abs().max()).row(0) if numbers else ()
    return frame.cast({name: pl.Int32 for name, most in zip(numbers, ends, strict=True) if (most or 0) <= MOST})


def wide(frame: pl.DataFrame) -> pl.DataFrame:
    """As they were before `slim`."""
    return frame.cast({pl.Int32: pl.Int64})


def together(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """One below the other, wide."""
    return pl.concat([wide(each) for each in frames])
