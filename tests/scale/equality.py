"""Is everything that the product keeps and tells of one warehouse what it keeps and tells of another?"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from data_access.numbers import Grain, read_metrics
from data_access.store import Store
from data_access.viewer import LOCAL
from metrics.catalogue import CATALOGUE
from metrics.scope import Period
from tests.data_access.rebuilding import frames

NEARLY = 1e-12  # sums of fractions depend on the order in which an engine adds them up


@dataclass(frozen=True, slots=True)
class Compared:
    """One roll-up, or all metrics in one split: how many rows, and how many of them differ."""

    name: str
    rows: int
    differ: int


def roll_ups(found: Store, wanted: Store) -> Iterator[Compared]:
    """Every roll-up and every kind of case, compared exactly."""
    ours, theirs = (frames(each.rollups, each.manifest) for each in (found, wanted))
    for name in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(name), theirs.get(name)
        if one is None or other is None or one.schema != other.schema or one.height != other.height:
            rows = 0 if other is None else other.height
            yield Compared(name, rows, max(rows, 1))
            continue
        one, other = one.sort(pl.all()), other.sort(pl.all())
        same = pl.all_horizontal([one[column].eq_missing(other[column]) for column in one.columns])
        yield Compared(name, other.height, int(one.select(~same).sum().item()))


def metrics(found: Store, wanted: Store) -> Iterator[Compared]:
    """Every metric of the catalogue by month, by team and channel, and counted live by supervisor and by hour."""
    months = Period(wanted.data_start, wanted.data_end)
    end = wanted.data_end.replace(day=1)
    last = Period(end.replace(year=end.year - 1), end)
    splits = (("by month", months, (), Grain.MONTH), ("by team and channel", last, ("team_id", "channel"), None))
    splits += (("live, by supervisor", last, ("supervisor",), None), ("live, by hour", last, ("hour",), None))
    for name, period, by, grain in splits:
        ours, theirs = (
            read_metrics(each, LOCAL, list(CATALOGUE.values()), period, by=by, grain=grain) for each in (found, wanted)
        )
        yield Compared(f"{len(CATALOGUE)} metrics {name}", theirs.height, _apart(ours, theirs))


def _apart(ours: pl.DataFrame, theirs: pl.DataFrame) -> int:
    if ours.schema != theirs.schema or ours.height != theirs.height:
        return max(ours.height, theirs.height)
    numbers = [name for name, kind in ours.schema.items() if kind == pl.Float64]
    told = [ours[name].eq_missing(theirs[name]) for name in ours.columns if name not in numbers]
    near = [_is_near(ours[name], theirs[name]) for name in numbers]
    return int(ours.select(~pl.all_horizontal([*told, *near])).sum().item())


def _is_near(one: pl.Series, other: pl.Series) -> pl.Series:
    close = (one - other).abs() <= NEARLY * other.abs().clip(lower_bound=1.0)
    return close.fill_null(value=False) | one.eq_missing(other)
