"""The roll-ups and cases of one moment as frames: read when they are asked for, and held as narrow as they are.

Measures are held in half the bytes where they fit, and given out as whole numbers of 64 bits: narrower ones would wrap
when they are added up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from data_access.case_part import FIRST, LAST
from data_access.kept import Kept
from data_access.rollup_files import Part, RollupFiles
from data_access.spans import month_of, next_month
from metrics.scope import Period

FRAMES_KEPT = 1024
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

    def cases(self, name: str, columns: tuple[str, ...] | None = None) -> pl.DataFrame:
        """Complaints, reviews or orders as they were read from the warehouse, or those of these columns there are."""
        return self.kept.once(("cases", name, columns), lambda: self._cases(name, columns))

    def _cases(self, name: str, columns: tuple[str, ...] | None) -> pl.DataFrame:
        whole = self.parts.get(f"cases/{name}")
        found = [whole] if whole else self.files.of(self.parts, f"cases/{name}")
        frames = [self.files.read(part, self._wanted(part, columns)) for part in found]
        return pl.concat(frames, how="vertical_relaxed")

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
