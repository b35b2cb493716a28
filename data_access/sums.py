"""The sums of a span of days as roll-ups keep them: counted at few grains, and told apart for each cube."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import polars as pl
from sqlalchemy import BigInteger, cast, func, select, union_all
from sqlalchemy.sql import CompoundSelect

from data_access import contacts
from data_access.contact_measures import Measure, every_measure
from data_access.packed import Packed
from data_access.read import read
from data_access.rollup_files import Marks
from data_access.spans import Span, size_of
from data_access.warehouse import Warehouse
from metrics.rules import Rules

FEW_CONTACTS = 50_000  # below, all cubes are added up here from one grain
ROWS = "contacts"  # the count of every row: not packed, for it tells whether the others kept to their bits
Grain = tuple[str, ...]


def sums(
    warehouse: Warehouse, rules: Rules, span: Span, days: Marks
) -> Iterator[tuple[str, Callable[[], pl.DataFrame]]]:
    """The name of each cube and what makes its rows, in the order of days; all are counted before the first is given.

    Args:
        days: how many contacts there were on each day.
    """
    start, end = span
    # Of few contacts all cubes are added up from one: an engine takes longer to plan each grain than to count it.
    grains = contacts.COUNTED if size_of(span, days) > FEW_CONTACTS else (contacts.DIMENSIONS,)
    most = max((count for each, (count, _) in days.items() if start <= each < end), default=1)
    counted, found = _counted(
        _Spanned(warehouse, rules, span, grains, most.bit_length(), every_measure(warehouse, rules))
    )
    for grain in contacts.CUBES:
        finer = next(each for each in grains if set(grain) <= set(each))
        rows = found.filter(pl.col("grain") == grains.index(finer))
        yield f"sums/{'+'.join(grain)}", partial(counted.apart, rows, grain, is_summed=len(finer) > len(grain))


def _counted(asked: "_Spanned") -> tuple["_Spanned", pl.DataFrame]:
    """The packed sums; counted once more with more bits where a day has more contacts than were seen on it before."""
    found = read(asked.warehouse.engine, asked.query())
    busiest = found.filter(pl.col("grain") == 0).group_by("day").agg(pl.col(ROWS).sum())[ROWS].max()
    if isinstance(busiest, int) and busiest.bit_length() > asked.bits:
        return _counted(replace(asked, bits=busiest.bit_length()))
    return asked, found


@dataclass(frozen=True, slots=True)
class _Spanned:
    """The sums of one span, counts packed into so many bits each."""

    warehouse: Warehouse
    rules: Rules
    span: Span
    grains: tuple[Grain, ...]
    bits: int
    measures: list[Measure]

    @property
    def _own(self) -> Packed:
        """Counts that a contact tells by itself."""
        counts = [each.name for each in self.measures if each.counts is not None and each.name != ROWS]
        return Packed("own", counts, self.bits)

    @property
    def _repeats(self) -> Packed:
        """Counts that other contacts of the customer tell."""
        told = contacts.REPEATS if contacts.tells_repeats(self.warehouse) else ()
        return Packed("repeats", told, self.bits)

    @property
    def _others(self) -> list[str]:
        """Measures that are no counts."""
        return [each.name for each in self.measures if each.counts is None]

    def query(self) -> CompoundSelect:
        """One block of rows per grain, which `grain` names by its place."""
        start, end = self.span
        names = sorted({name for grain in self.grains for name in grain})
        own, repeats, measures = self._own, self._repeats, self.measures
        keys = [contacts.dimension(self.warehouse, name).label(name) for name in names]
        shown = [*keys, *own.of_row({each.name: each.counts for each in measures if each.counts is not None})]
        shown += [each.value.label(each.name) for each in measures if each.counts is None]
        rows = contacts.chained(self.warehouse, self.rules, start, end, shown).subquery("contact")
        kept = [rows.c[each.name] for each in shown]
        flags = repeats.of_row(contacts.gaps(rows, self.rules)) if repeats.names else []
        told = select(rows.c.day, *kept, *flags).where(rows.c.day >= start, rows.c.day < end).cte("told")
        totals = [func.count().label(ROWS), *(func.sum(told.c[name]).label(name) for name in self._others)]
        totals += [cast(func.sum(told.c[name]), BigInteger).label(name) for name in (*own.numbers, *repeats.numbers)]
        return union_all(
            *(contacts.block(told, place, grain, names, totals, []) for place, grain in enumerate(self.grains))
        )

    def apart(self, found: pl.DataFrame, grain: Grain, *, is_summed: bool) -> pl.DataFrame:
        """One cube with a column for each measure, made of the rows of its own grain, or of a finer one."""
        own, repeats = self._own, self._repeats
        if is_summed:
            added = pl.col(ROWS, *self._others, *own.numbers, *repeats.numbers)
            found = found.group_by("day", *grain).agg(added.sum())
        counts = own.apart() | repeats.apart()
        names = [*(each.name for each in self.measures), *repeats.names]
        return found.sort("day").select("day", *(counts.get(name, pl.col(name)).alias(name) for name in names), *grain)
