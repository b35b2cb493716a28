"""Grains of time: days, weeks that begin on Monday, months."""

from datetime import date
from enum import StrEnum

import polars as pl


class Grain(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def start(self) -> pl.Expr:
        """First day of the grain's period that a day lies in; weeks begin on Monday."""
        return pl.col("day").dt.truncate(self.length).alias(self.value)

    @property
    def length(self) -> str:
        """As Polars writes it."""
        return {Grain.DAY: "1d", Grain.WEEK: "1w", Grain.MONTH: "1mo"}[self]

    def every(self, start: date, end: date) -> pl.DataFrame:
        """One row for each of the grain's periods that has a day in [start, end)."""
        days = pl.DataFrame({"day": pl.date_range(start, end, "1d", closed="left", eager=True)})
        return days.select(self.start()).unique(maintain_order=True)
