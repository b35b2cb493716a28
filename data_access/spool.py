"""Rows that come in pieces, put down by month until all are there, so that no more than a stretch of them is held."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

MONTH = "month"


@dataclass(frozen=True, slots=True)
class Spool:
    """The rows of one part in a folder of its own.

    Attributes:
        home: the day on which a row stands.
        counted: how many rows stand on each day: `day rows` of each piece.
    """

    folder: Path
    home: pl.Expr
    counted: list[pl.DataFrame] = field(default_factory=list)

    def add(self, rows: pl.DataFrame) -> None:
        self.counted.append(rows.group_by(self.home.alias("day")).agg(pl.len().cast(pl.Int64).alias("rows")))
        for (month,), piece in rows.group_by(self.home.dt.truncate("1mo").alias(MONTH)):
            if isinstance(month, date):
                file = self.folder / f"{month}.{len(self.counted):06}"
                piece.drop(MONTH, strict=False).write_parquet(file, compression="lz4", statistics=False)

    @property
    def days(self) -> pl.DataFrame:
        """How many rows stand on each day: `day rows`, in order."""
        return pl.concat(self.counted).group_by("day").agg(pl.col("rows").sum()).sort("day")

    def between(self, start: date, end: date) -> pl.DataFrame:
        """The rows of the days from `start` up to and without `end`, in no order."""
        inside = (self.home >= start) & (self.home < end)
        months = [each for each in sorted(self.folder.iterdir()) if start.replace(day=1) <= _month(each) < end]
        return pl.concat([pl.read_parquet(each).filter(inside) for each in months], how="vertical_relaxed")


def _month(file: Path) -> date:
    return date.fromisoformat(file.name.partition(".")[0])


@contextmanager
def spooling(folder: Path, home: pl.Expr) -> Generator[Spool]:
    """A spool in a folder beside the files that it helps to make; gone when they are made."""
    with TemporaryDirectory(dir=folder, prefix="spool-") as place:
        yield Spool(Path(place), home)
