"""Many counts added up as a few numbers: each count has bits of its own, and an engine adds once for several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import polars as pl
from sqlalchemy import ColumnElement, Label, case

from data_access.dialects import whole

ROOM = 62  # bits of a number that are used: its sign stays what it is


@dataclass(frozen=True, slots=True)
class Packed:
    """How counts lie in numbers.

    Attributes:
        label: what the numbers are called, their place behind it.
        names: of the counts, which are 1 or 0 for a row.
        bits: of each count. Rows may be added up while fewer than two to this power stand in one group: otherwise a
            count would run over into the next.
    """

    label: str
    names: Sequence[str]
    bits: int

    @property
    def numbers(self) -> dict[str, Sequence[str]]:
        """The counts in each number, the first in its lowest bits."""
        many = ROOM // self.bits
        starts = range(0, len(self.names), many)
        return {f"{self.label}_{place}": self.names[start : start + many] for place, start in enumerate(starts)}

    def of_row(self, counts: Mapping[str, ColumnElement[bool]]) -> list[Label]:
        """The numbers of one row, made of what it counts for."""
        one = {name: self._one(place) for names in self.numbers.values() for place, name in enumerate(names)}
        told = {name: case((counts[name], whole(one[name])), else_=whole(0)) for name in self.names}
        return [reduce(add, map(told.__getitem__, names)).label(number) for number, names in self.numbers.items()]

    def apart(self) -> dict[str, pl.Expr]:
        """Each count out of the numbers, however many rows were added up."""
        return {
            name: self._taken(number, place, is_last=place == len(names) - 1)
            for number, names in self.numbers.items()
            for place, name in enumerate(names)
        }

    def _taken(self, number: str, place: int, *, is_last: bool) -> pl.Expr:
        """Without what lies below, then without what lies above; a division takes thrice as long as looking at bits."""
        above = pl.col(number) // self._one(place) if place else pl.col(number)
        return above if is_last else above & (self._one(1) - 1)

    def _one(self, place: int) -> int:
        """One more of the count that lies there."""
        return 1 << place * self.bits
