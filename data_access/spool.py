"""Rows that come in pieces, laid out by day in stretches, so that never more than one of either is in memory."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from data_access.rollup_files import NO_DAY

Stretch = tuple[date, pl.DataFrame]  # its first day, NO_DAY for the first one; and its rows, in no order


def laid_out(
    pieces: Iterable[pl.DataFrame], home: pl.Expr, folder: Path, rows_in_stretch: Callable[[int], int]
) -> Iterator[Stretch]:
    """The rows of all pieces in stretches of days, in order; one stretch of all time where they are few.

    Args:
        pieces: one at least.
        home: the day of a row; rows without one stand on NO_DAY.
        folder: in which they wait until all are there, if there is more than one piece.
        rows_in_stretch: about how many rows a stretch has, of so many in all; up to twice as many stay in one.
    """
    arriving = iter(pieces)
    begun = list(islice(arriving, 2))
    if len(begun) == 1:
        yield from cut_up(begun[0], home, rows_in_stretch(begun[0].height))
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    own = folder if os.access(folder, os.W_OK) else None  # of a disk that is read only: where the system lets us
    with TemporaryDirectory(dir=own, prefix="spool-") as place:
        spool = _Spool(Path(place), home, begun[0].clear())
        for each in chain(begun, arriving):
            spool.add(each)
        for start, end in stretches(spool.days, rows_in_stretch(int(spool.days["rows"].sum()))):
            yield start, spool.between(start, end)


def cut_up(rows: pl.DataFrame, home: pl.Expr, rows_in_stretch: int) -> Iterator[Stretch]:
    """The same of rows that are in memory."""
    days = rows.select(home).to_series()
    for start, end in stretches(_counted(rows, home), rows_in_stretch):
        yield start, rows if (start, end) == (NO_DAY, date.max) else rows.filter((days >= start) & (days < end))


def stretches(counted: pl.DataFrame, rows: int) -> list[tuple[date, date]]:
    """All time in stretches with about so many rows, `day rows` saying how many there are; in one, up to twice as many.

    Half-open, the first from NO_DAY and the last to the end of time.
    """
    ordered = counted.group_by("day").agg(pl.col("rows").sum()).sort("day")
    number = (pl.col("rows").cum_sum() - pl.col("rows")) // rows
    firsts = ordered.group_by(number.alias("number"), maintain_order=True).agg(pl.col("day").first())["day"].to_list()
    later = firsts[1:] if int(ordered["rows"].sum()) > 2 * rows else []
    return list(zip([NO_DAY, *later], [*later, date.max], strict=True))


def _counted(rows: pl.DataFrame, home: pl.Expr) -> pl.DataFrame:
    return rows.group_by(home.alias("day")).agg(pl.len().cast(pl.Int64).alias("rows"))


@dataclass(frozen=True, slots=True)
class _Spool:
    """Rows on disk, by month."""

    folder: Path
    home: pl.Expr
    nothing: pl.DataFrame  # with the columns of all
    counted: list[pl.DataFrame] = field(default_factory=list)

    def add(self, rows: pl.DataFrame) -> None:
        self.counted.append(_counted(rows, self.home))
        placed = rows.with_columns(self.home.dt.truncate("1mo").alias("month placed"))
        for (month,), piece in placed.group_by("month placed"):
            file = self.folder / f"{month} {len(self.counted):06}"
            piece.drop("month placed").write_parquet(file, compression="lz4", statistics=False)

    @property
    def days(self) -> pl.DataFrame:
        """How many rows stand on each day: `day rows`, some days more than once."""
        return pl.concat(self.counted)

    def between(self, start: date, end: date) -> pl.DataFrame:
        """The rows of the days from `start` up to and without `end`."""
        inside = (self.home >= start) & (self.home < end)
        files = [each for each in sorted(self.folder.iterdir()) if start.replace(day=1) <= _month(each) < end]
        found = (pl.read_parquet(each).filter(inside) for each in files)
        return pl.concat([self.nothing, *found], how="vertical_relaxed")


def _month(file: Path) -> date:
    return date.fromisoformat(file.name.partition(" ")[0])
