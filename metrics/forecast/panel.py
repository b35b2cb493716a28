"""Counts by day of parts and of their total, made ready to be foretold; or why they cannot be."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from metrics.results import Needed, NotEstimable, Reason
from metrics.scope import Period

TOTAL = ""  # the name of all parts together
REST = "…"  # the name of parts too small to be foretold each by itself
LEAST_WEEKS = 28  # of history: eight to learn from, twenty to be tested on
LEAST_COUNT = 52  # of a part in the last year, one a week; of the total as well
YEAR_DAYS = 364


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Series × days from the first day on; the total first, then parts by size, then the rest if there is one."""

    first: date
    names: tuple[str | None, ...]
    counts: np.ndarray
    small: tuple[str | None, ...]  # the parts that the rest is made of

    @property
    def days(self) -> int:
        return self.counts.shape[1]


def panel(counts: pl.DataFrame, known: Period) -> Panel | NotEstimable:
    """The panel of a history, or that it is too short or too empty.

    Args:
        counts: `day part count`; days without a row count 0. A part may be null: not recorded.
        known: the days that were recorded, the last one over.
    """
    weeks = known.days // 7
    if weeks < LEAST_WEEKS:
        return NotEstimable(Reason.FEW_POINTS, Needed.POINTS, {"found": weeks, "least": LEAST_WEEKS})
    inside = counts.filter(pl.col("day").is_between(known.start, known.end, closed="left"))
    summed = inside.group_by("part").agg(pl.col("count").sum()).sort("count", "part", descending=[True, False])
    names = summed["part"].to_list()
    place = {name: row for row, name in enumerate(names)}
    made = np.zeros((len(names), known.days))
    for part, day, count in inside.select("part", "day", "count").iter_rows():
        made[place[part], (day - known.start).days] += count
    total = made.sum(axis=0)
    recent = int(total[-YEAR_DAYS:].sum())
    if recent < LEAST_COUNT:
        return NotEstimable(Reason.NO_EVENTS, Needed.EVENTS, {"found": recent, "least": LEAST_COUNT})
    is_own = np.array([_is_enough(each) for each in made], dtype=bool)
    if len(names) == 1:
        return Panel(known.start, (TOTAL,), total[None, :], ())
    small = tuple(name for name, own in zip(names, is_own, strict=True) if not own)
    rest = [made[~is_own].sum(axis=0)] if small else []
    kept = tuple(name for name, own in zip(names, is_own, strict=True) if own)
    rows = np.vstack([total[None, :], made[is_own], *rest])
    return Panel(known.start, (TOTAL, *kept, *([REST] if small else [])), rows, small)


def _is_enough(counts: np.ndarray) -> bool:
    """Enough cases in the last year, and a history that is long enough since the first of them."""
    begun = int(np.argmax(counts > 0))
    return counts[-YEAR_DAYS:].sum() >= LEAST_COUNT and len(counts) - begun >= 7 * LEAST_WEEKS
