"""Which cases pile up now? Scan statistics over windows of weeks that end now, by exact tails of the binomial.

Every cell is looked at in every window, so the smallest of many p values is nothing special by itself. `by_chance` says
how many cells and windows of that week would be as unusual if nothing were the matter: the p value times the number of
those that could have one as small at all. Where that is at most ALARM, the cell alarms.

Source: Kulldorff (2001), JRSS A 164, prospective scan statistics; Tarone (1990), Biometrics 46, for discrete tails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from scipy import special

WINDOWS = (1, 2, 3, 4, 6, 8, 12)  # weeks
LEAST_CASES = 3  # fewer are no cluster, however unusual
ALARM = 0.05  # expected by chance: of twenty weeks in which nothing is the matter at most one has a false alarm
BEFORE = 52  # weeks that say what is usual
LEAST_BASE = 4  # weeks of contacts that say how cells share a stratum
PRIOR_CASES = 5.0  # as usual, that a group is given besides its own, so that few do not say that it differs
LEAST_BEFORE = 13  # weeks: with fewer nothing is usual yet
LEAST_P = 1e-300
Counts = np.ndarray  # cells × weeks, the oldest week first


@dataclass(frozen=True, slots=True, eq=False)
class Scanned:
    """What was looked at week by week; `ends` are the days after each week's last."""

    keys: tuple[str, ...]
    cells: pl.DataFrame  # a row a cell: `keys`
    ends: tuple[date, ...]
    observed: Counts
    usual: Counts  # expected by the week, as far as that is known week by week
    alarms: pl.DataFrame  # `keys`, `cell` (its row), `end weeks observed expected p by_chance`

    def at(self, end: date) -> pl.DataFrame:
        """The alarms as they stood on a day: the clearest first."""
        return self.alarms.filter(pl.col("end") == end).sort("by_chance", *self.keys)


def week_ends(end: date, weeks: int) -> tuple[date, ...]:
    """The days after the last of so many weeks, the last of which ends on `end`."""
    return tuple(end - timedelta(days=7 * back) for back in reversed(range(weeks)))


def weekly(events: pl.DataFrame, keys: Sequence[str], cells: pl.DataFrame, ends: tuple[date, ...]) -> Counts:
    """Counts of `events` (`day`, `keys`, `count`) in the cells and weeks; those of other cells or days are left out."""
    numbered = cells.select(keys).with_row_index("cell")
    back = (pl.lit(ends[-1]) - pl.col("day")).dt.total_days() - 1
    placed = events.with_columns(week=len(ends) - 1 - back // 7).filter(pl.col("week").is_between(0, len(ends) - 1))
    summed = placed.join(numbered, on=keys, nulls_equal=True).group_by("cell", "week").agg(pl.col("count").sum())
    counts = np.zeros((cells.height, len(ends)))
    counts[summed["cell"].to_numpy(), summed["week"].to_numpy()] = summed["count"].to_numpy()
    return counts


def rolling(counts: Counts, weeks: int, until: int = 0) -> Counts:
    """Sums of `weeks` weeks that end with each week, or `until` weeks before it; weeks not known count nothing."""
    total = np.concatenate([np.zeros((len(counts), 1)), counts.cumsum(axis=1)], axis=1)
    last = np.clip(np.arange(1, counts.shape[1] + 1) - until, 0, None)
    return total[:, last] - total[:, np.clip(last - weeks, 0, None)]


def scan_shares(
    cells: pl.DataFrame,
    keys: tuple[str, ...],
    stratum: str,
    observed: Counts,
    base: Counts,
    ends: tuple[date, ...],
    *,
    of_base: bool = False,
) -> Scanned:
    """Cells against their sisters: of the cases of a stratum each should have its share of the base.

    A window's cases of a stratum are taken as given, so a season or a campaign that moves all of its cells moves none.

    Args:
        cells: a row a cell: `keys` and the column `stratum`, by which they are in order.
        base: what makes the shares, as contacts: of the window and at least LEAST_BASE weeks, and one more a cell.
        of_base: the cases are some of the base, as the failed ones of the reviews: then it is that of the window alone.
    """
    code = cells[stratum].rle_id().to_numpy().astype(int)
    looks = []
    for weeks in WINDOWS:
        count = rolling(observed, weeks)
        share = _shares(base, code, weeks, 0) if of_base else _shares(base, code, max(weeks, LEAST_BASE), 1)
        total = _summed(count, code)[code]
        looks.append((weeks, count, total, share, total * share))
    shown = _shares(base, code, 1, 0) if of_base else _shares(base, code, LEAST_BASE, 1)
    usual = _summed(observed, code)[code] * shown
    return Scanned(keys, cells, ends, observed, usual, _alarms(cells, keys, ends, looks))


def scan_growth(
    cells: pl.DataFrame, keys: tuple[str, ...], observed: Counts, base: Counts, ends: tuple[date, ...]
) -> Scanned:
    """Cells against their own past: the window before the BEFORE weeks that came before it, by a base such as contacts.

    Weeks with less than LEAST_BEFORE weeks before the window are not judged.
    """
    looks = []
    for weeks in WINDOWS:
        count, exposed = rolling(observed, weeks), rolling(base, weeks)
        before, past = rolling(observed, BEFORE, weeks), rolling(base, BEFORE, weeks)
        judged = np.arange(observed.shape[1]) + 1 - weeks >= LEAST_BEFORE
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(judged & (past > 0), exposed / (exposed + past), 1.0)
            expected = np.where(past > 0, before / past * exposed, np.nan)
        looks.append((weeks, count, count + before, share, expected))
    rate = rolling(observed, BEFORE, max(WINDOWS)) / np.maximum(rolling(base, BEFORE, max(WINDOWS)), 1e-9)
    return Scanned(keys, cells, ends, observed, rate * base, _alarms(cells, keys, ends, looks))


def _shares(base: Counts, code: np.ndarray, weeks: int, more: int) -> Counts:
    known = rolling(base, weeks) + more
    return known / np.maximum(_summed(known, code)[code], 1e-9)


def weighed(cases: Counts, base: Counts, stratum: np.ndarray, group: np.ndarray) -> Counts:
    """The base, weighed by how often groups had cases in the year before, as times the rate of their stratum.

    What is always so in a group, as reviews of one product that fail an item more often, is then no cluster. The year
    ends before the longest window, and each group is given PRIOR_CASES as usual.

    Args:
        stratum: a number a cell, in order; `group` likewise, each within one stratum.
    """
    past_cases, past_base = (rolling(each, BEFORE, max(WINDOWS)) for each in (cases, base))
    rate = _summed(past_cases, stratum)[stratum] / np.maximum(_summed(past_base, stratum)[stratum], 1)
    usual = _summed(past_base, group)[group] * rate
    return base * (_summed(past_cases, group)[group] + PRIOR_CASES) / (usual + PRIOR_CASES)


def _summed(counts: Counts, code: np.ndarray) -> Counts:
    """The sums of strata, which are numbered in the order of the cells."""
    return np.add.reduceat(counts, np.flatnonzero(np.diff(code, prepend=-1)), axis=0) if len(code) else counts


Look = tuple[int, Counts, Counts, Counts, Counts]  # weeks; count, total, share and expected by cell and week


def _alarms(cells: pl.DataFrame, keys: tuple[str, ...], ends: tuple[date, ...], looks: Sequence[Look]) -> pl.DataFrame:
    """The cells that alarm at the end of each week, each with the window in which that is clearest."""
    possible = [_least_log_p(total, share) for _weeks, _count, total, share, _expected in looks]
    tails = [_tails(count, total, share) for _weeks, count, total, share, _expected in looks]
    found = []
    for week, end in enumerate(ends):
        pool = np.sort(np.concatenate([each[:, week][each[:, week] < 0] for each in possible]))
        for (weeks, count, _total, _share, expected), tail in zip(looks, tails, strict=True):
            seldom = np.flatnonzero(tail[:, week] <= ALARM)
            p = tail[seldom, week]
            by_chance = p * np.maximum(np.searchsorted(pool, np.log(np.maximum(p, LEAST_P)) + 1e-9, side="right"), 1)
            each = zip(seldom, count[seldom, week], expected[seldom, week], p, by_chance, strict=True)
            found += [(int(cell), end, weeks, *map(float, numbers)) for cell, *numbers in each if numbers[-1] <= ALARM]
    schema: dict[str, type[pl.DataType]] = {"cell": pl.Int64, "end": pl.Date, "weeks": pl.Int64}
    schema |= dict.fromkeys(("observed", "expected", "p", "by_chance"), pl.Float64)
    rows = pl.DataFrame(found, schema=schema, orient="row")
    clearest = rows.sort("by_chance", "weeks").group_by("cell", "end", maintain_order=True).first()
    named = cells.select(keys).with_row_index("cell").cast({"cell": pl.Int64})
    return clearest.join(named, on="cell").select(*keys, *schema).sort("end", "by_chance", *keys)


def _tails(count: Counts, total: Counts, share: Counts) -> Counts:
    """The chance of so many cases or more of the total; 1 where there are fewer than LEAST_CASES."""
    tails, many = np.ones(count.shape), count >= LEAST_CASES
    tails[many] = special.bdtrc(count[many] - 1, total[many].astype(int), share[many])
    return tails


def _least_log_p(total: Counts, share: Counts) -> Counts:
    """The logarithm of the smallest p value that a cell could have: all cases of its total lie in it. 0: none."""
    least, many = np.zeros(total.shape), (total >= LEAST_CASES) & (share > 0) & (share < 1)
    least[many] = total[many] * np.log(share[many])
    return least


def episodes(alarms: pl.DataFrame, keys: tuple[str, ...], apart: int = 4) -> pl.DataFrame:
    """Alarms of a cell within `apart` weeks of each other as one: `keys`, `first`, `last` (ends of weeks)."""
    gap = pl.col("end").diff().over(keys, order_by="end").dt.total_days().fill_null(0) > 7 * apart
    parted = alarms.sort("end").with_columns(part=gap.cast(pl.Int64).cum_sum().over(keys, order_by="end"))
    spans = parted.group_by(*keys, "part").agg(pl.col("end").min().alias("first"), pl.col("end").max().alias("last"))
    return spans.drop("part").sort("first", *keys)


def lead_times(
    quality: pl.DataFrame, complaints: pl.DataFrame, keys: tuple[str, ...], within: int = 26
) -> pl.DataFrame:
    """Clusters of which both sides alarmed within so many weeks of each other, and how far apart the first alarms are.

    Returns:
        `keys`, `quality_first complaints_first days` (above 0: QA saw it first).
    """
    both = quality.select(*keys, pl.col("first").alias("quality_first")).join(
        complaints.select(*keys, pl.col("first").alias("complaints_first")), on=keys, nulls_equal=True
    )
    days = (pl.col("complaints_first") - pl.col("quality_first")).dt.total_days()
    near = both.with_columns(days=days).filter(pl.col("days").abs() <= 7 * within)
    closest = near.sort(pl.col("days").abs()).group_by(*keys, "complaints_first", maintain_order=True).first()
    return closest.select(*keys, "quality_first", "complaints_first", "days").sort("complaints_first", *keys)
