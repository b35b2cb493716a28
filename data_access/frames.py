"""The roll-ups and cases of one moment as frames: read when they are asked for, and held as narrow as they are.

Measures are held in half the bytes where they fit, and given out as whole numbers of 64 bits: narrower ones would wrap
when they are added up.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from data_access.case_part import FIRST, LAST
from data_access.kept import Kept
from data_access.rollup_files import Part, RollupFiles
from data_access.shelf import Shelf
from data_access.spans import month_of, next_month
from data_access.spool import Stretch
from metrics.scope import Period

FRAMES_KEPT = 1024
BYTES_KEPT = 256 * 2**20
MOST = 2**31 - 1
#: On which day a case lies, as the parts of `data_access.case_parts` are laid into files.
DAY_OF = {"complaints": "received_at", "reviews": "reviewed_at", "links": "reviewed_at"}


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

    def cases(self, name: str, columns: tuple[str, ...] | None = None, period: Period | None = None) -> pl.DataFrame:
        """Complaints, reviews or orders as they were read from the warehouse, or those of these columns there are.

        Args:
            period: on whose days they lie, by DAY_OF: files of other days are not read.
        """
        return self.kept.once(("cases", name, columns, period), lambda: self._cases(name, columns, period))

    def _cases(self, name: str, columns: tuple[str, ...] | None, period: Period | None) -> pl.DataFrame:
        if period is None:
            return pl.concat(self.case_files(name, columns), how="vertical_relaxed")
        day = pl.col(DAY_OF[name]).cast(pl.Date)
        read = columns if columns is None else (*columns, DAY_OF[name])
        files = self.case_files(name, read, period)
        inside = (each.filter((day >= period.start) & (day < period.end)) if each.columns else each for each in files)
        rows = pl.concat(inside, how="vertical_relaxed")
        return rows if columns is None else rows.select(each for each in rows.columns if each in columns)

    def case_files(
        self, name: str, columns: tuple[str, ...] | None = None, period: Period | None = None
    ) -> Iterator[pl.DataFrame]:
        """The same a file at a time, each of a stretch of days, and not kept: all may be too many for memory.

        Args:
            period: files none of whose days lie in it are left out.
        """
        whole = self.parts.get(f"cases/{name}")
        for part in [whole] if whole else self._on(name, period):
            yield self.files.read(part, self._wanted(part, columns))

    def _on(self, name: str, period: Period | None) -> list[Part]:
        found = sorted(
            (date.fromisoformat(start), part)
            for room, _, start in (file.rpartition("/") for file in self.parts)
            if room == f"cases/{name}"
            for part in [self.parts[f"{room}/{start}"]]
        )
        ends = [*(start for start, _part in found[1:]), date.max]
        return [
            part
            for (start, part), end in zip(found, ends, strict=True)
            if period is None or (start < period.end and period.start < end)
        ]

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

    def _wanted(self, part: Part, columns: tuple[str, ...] | None) -> list[str]:
        known = [
            name for name in pl.read_parquet_schema(self.files.folder / part.file) if not name.endswith((FIRST, LAST))
        ]
        return known if columns is None else [name for name in known if name in columns]


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
