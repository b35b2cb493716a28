"""Would the plan have found more? Past weeks planned with what was known then, counted with what was found later."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import polars as pl

from metrics.intervals import ratio_interval
from metrics.results import Estimate
from metrics.wings.faults import known_by
from metrics.wings.sampling import Shares, fit_risk, plan_shares

LEAST_LEARNT = 100  # reviews to learn from before a week is planned
LEAST_WEEKS = 4


@dataclass(frozen=True, slots=True, eq=False)
class BackTest:
    """Faults found a week by the plan and by drawing at random, at the same capacity."""

    weeks: pl.DataFrame  # week, capacity, planned, uniform
    ratio: Estimate | None  # planned over uniform; None where nothing was found

    @property
    def planned(self) -> float:
        return float(self.weeks["planned"].mean() or 0.0)  # ty: ignore[invalid-argument-type]

    @property
    def uniform(self) -> float:
        return float(self.weeks["uniform"].mean() or 0.0)  # ty: ignore[invalid-argument-type]


def back_test(pools: pl.DataFrame, reviewed: pl.DataFrame, capacity: int, random_share: float) -> BackTest | None:
    """Plan each past week as the page would have, and count the faults. None where too few weeks can be judged.

    A week is planned with what reviews had found before its end. Which faults its contacts had is known only of those
    that were reviewed in fact; each stands for the contacts of its kind that were not, so its fault counts as often as
    the plan would have taken it, over how often it was taken in fact. Kinds that nobody reviewed add nothing to either.

    Args:
        pools: `week reasons contacts`, the candidates of each week by kind.
        reviewed: a row a review of a contact of one of these weeks or earlier ones, see `faults.known_by`.

    Source: Horvitz & Thompson (1952), JASA 47; the ratio over weeks by Cochran (1977), 6.4.
    """
    planned = {
        cast("date", week): shares
        for (week,), pool in pools.partition_by("week", as_dict=True).items()
        if (shares := _known_then(cast("date", week), pool, reviewed, capacity, random_share)) is not None
    }
    if len(planned) < LEAST_WEEKS:
        return None
    inside = pl.col("week").is_in(list(planned))
    kinds = pools.filter(inside).group_by("reasons").agg(pl.col("contacts").sum())
    seen = known_by(reviewed.filter(inside), None)
    taken = seen.group_by("reasons").agg(pl.len().alias("reviews")).join(kinds, on="reasons")
    rates = taken.select("reasons", actual=(pl.col("reviews") / pl.col("contacts")).clip(upper_bound=1.0))
    rows = [_week(week, shares, seen.filter(pl.col("week") == week), rates) for week, shares in planned.items()]
    return _summed(pl.DataFrame(rows).sort("week"))


def _known_then(
    week: date, pool: pl.DataFrame, reviewed: pl.DataFrame, capacity: int, random_share: float
) -> Shares | None:
    """The plan of a week from what reviews had found before its end."""
    before = known_by(reviewed.filter(pl.col("week") < week), week + timedelta(days=7))
    risk = fit_risk(before) if before.height >= LEAST_LEARNT else None
    return None if risk is None else plan_shares(pool, risk, capacity, random_share)


def _week(week: date, shares: Shares, seen: pl.DataFrame, rates: pl.DataFrame) -> dict[str, object]:
    faults = seen.filter("fault").join(rates, on="reasons").join(shares.kinds, on="reasons")
    every, n = int(shares.kinds["contacts"].sum()), shares.targeted + shares.drawn
    found = faults.select(
        planned=(pl.col("inclusion") / pl.col("actual")).sum(), uniform=(n / every / pl.col("actual")).sum()
    ).row(0, named=True)
    return {"week": week, "capacity": n, **{name: float(each) for name, each in found.items()}}


def _summed(weeks: pl.DataFrame) -> BackTest:
    x, y = pl.col("planned"), pl.col("uniform")
    squares = ((x * x).sum(), (x * y).sum(), (y * y).sum())
    low, high = ratio_interval(x.sum(), y.sum(), squares, pl.len())
    value, below, above = weeks.select((x.sum() / y.sum()).alias("value"), low.alias("low"), high.alias("high")).row(0)
    known = value is not None and below is not None and weeks["uniform"].sum() > 0
    return BackTest(weeks, Estimate(value, below, above) if known else None)
