"""Why did a ratio move between two periods: because its parts changed, or because their mix did?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import special

from metrics.discoveries import discoveries
from metrics.metric import Status, Unit


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """The change of a ratio, in its unit, and what each group of one dimension adds to it."""

    dimension: str
    old: float
    new: float
    groups: pl.DataFrame  # group, old and new counts, `old_value new_value old_share new_share rate mix effect p`

    @property
    def change(self) -> float:
        return self.new - self.old

    @property
    def rate(self) -> float:
        return float(self.groups["rate"].sum())

    @property
    def mix(self) -> float:
        return float(self.groups["mix"].sum())


def decompose(now: pl.DataFrame, before: pl.DataFrame, dimension: str, unit: Unit) -> Decomposition | None:
    """Rate and mix effects by one dimension; together they are the change. None where a period has nothing counted.

    A group's rate effect is the change of its ratio at its mean share of the denominator; its mix effect the change of
    its share, times how far its mean ratio lies from the whole's. A group that one period lacks changed the mix only.

    Args:
        now: `dimension, numerator, denominator`, one row a group; `before` the same of the earlier period. Of what is
            no count of cases, as points and seconds, also the `error` of each ratio (see `with_error`).

    Returns:
        groups with the largest effect first; `p` tells whether the group's ratio moved otherwise than that of all
        others.

    Source: Kitagawa (1955), JASA 50: components of a difference between two rates.
    """
    counts = ["numerator", "denominator"]
    told = [*counts, *(name for name in (ERROR,) if name in now.columns)]
    old = before.select(pl.col(dimension), *(pl.col(name).alias(f"old_{name}") for name in told))
    both = now.select(dimension, *told).join(old, on=dimension, how="full", coalesce=True, nulls_equal=True)
    both = both.with_columns(pl.col(name, f"old_{name}").fill_null(0.0) for name in counts)
    sums = both.select(pl.exclude(dimension).sum()).row(0, named=True)
    if not (sums["denominator"] and sums["old_denominator"]):
        return None
    new_whole = sums["numerator"] / sums["denominator"]
    old_whole = sums["old_numerator"] / sums["old_denominator"]
    scaled = _effects(both, sums, (new_whole + old_whole) / 2, unit)
    effects = scaled.with_columns(effect=pl.col("rate") + pl.col("mix"), p=_moves_otherwise(scaled, unit))
    ordered = effects.sort(pl.col("effect").abs(), dimension, descending=[True, False], nulls_last=True)
    return Decomposition(dimension, old_whole * unit.scale, new_whole * unit.scale, ordered)


def _effects(both: pl.DataFrame, sums: dict[str, float], middle: float, unit: Unit) -> pl.DataFrame:
    """Shares, ratios and the two effects of each group; `middle` is the mean of the whole's ratios."""
    share, old_share = (pl.col(name) / pl.col(name).sum() for name in ("denominator", "old_denominator"))
    ratio = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
    old_ratio = pl.when(pl.col("old_denominator") > 0).then(pl.col("old_numerator") / pl.col("old_denominator"))
    known = both.with_columns(new_share=share, old_share=old_share, r=ratio, q=old_ratio)
    r, q = pl.coalesce("r", "q").fill_null(0.0), pl.coalesce("q", "r").fill_null(0.0)
    rate = (r - q) * (pl.col("new_share") + pl.col("old_share")) / 2
    mix = (pl.col("new_share") - pl.col("old_share")) * ((r + q) / 2 - middle)
    # A numerator without a denominator of its own (complaints of a type nobody contacts about) is a rate effect.
    bare = pl.when(pl.col("denominator") == 0).then(pl.col("numerator") / sums["denominator"]).otherwise(0.0) - pl.when(
        pl.col("old_denominator") == 0
    ).then(pl.col("old_numerator") / sums["old_denominator"]).otherwise(0.0)
    return known.with_columns(
        old_value=pl.col("q") * unit.scale,
        new_value=pl.col("r") * unit.scale,
        rate=(rate + bare) * unit.scale,
        mix=mix * unit.scale,
    ).drop("r", "q")


def _moves_otherwise(groups: pl.DataFrame, unit: Unit) -> pl.Series:
    """p of each group: did its ratio move by as much as that of all others together? Null where one is too thin."""
    x1, n1, x0, n0 = (
        groups[name].to_numpy().astype(float)
        for name in ("numerator", "denominator", "old_numerator", "old_denominator")
    )
    rest = [each.sum() - each for each in (x1, n1, x0, n0)]
    is_counted = ERROR not in groups.columns
    with np.errstate(divide="ignore", invalid="ignore"):
        own, others = x1 / n1 - x0 / n0, rest[0] / rest[1] - rest[2] / rest[3]
        if is_counted:
            variance = sum(_variance(*each, unit) for each in ((x1, n1), (x0, n0), rest[:2], rest[2:]))
        else:
            variance = _measured(groups[ERROR], n1) + _measured(groups[f"old_{ERROR}"], n0)
        z = (own - others) / np.sqrt(variance)
    p = pl.Series("p", 2 * special.ndtr(-np.abs(z)), pl.Float64).fill_nan(None)
    thin = pl.Series(np.minimum(n1, n0) < LEAST_CASES if is_counted else np.isnan(z))
    return p.set(thin, None)


def with_error(values: pl.DataFrame, unit: Unit) -> pl.DataFrame:
    """Evaluated ratios with the standard error that their intervals tell; null where a value has too few cases."""
    half = pl.max_horizontal(pl.col("high") - pl.col("value"), pl.col("value") - pl.col("low"))
    told = pl.when(pl.col("status") == Status.OK).then(half / NORMAL / unit.scale)
    return values.with_columns(told.alias(ERROR))


def _measured(errors: pl.Series, base: np.ndarray) -> np.ndarray:
    """The variance of each group's ratio and of that of all others together; without the group's own it is NaN.

    A group whose error is not known varies as much as the others by its size.
    """
    own = errors.to_numpy().astype(float) ** 2
    known = ~np.isnan(own) & (base > 0)
    each = (own[known] * base[known] ** 2).sum() / base[known].sum() if known.any() else np.nan
    parts = np.where(known, own * base**2, each * base)
    return own + (parts.sum() - parts) / (base.sum() - base) ** 2


ERROR = "error"
NORMAL = 1.959964
LEAST_CASES = 30.0  # of a group in either period: below, the normal approximation says little


def _variance(count: np.ndarray, base: np.ndarray, unit: Unit) -> np.ndarray:
    """Of a proportion, or of a rate; a count of 0 or of all is taken as half a case off."""
    inside = np.clip(count, 0.5, np.maximum(base - 0.5, 0.5)) if unit is Unit.PERCENT else np.maximum(count, 0.5)
    ratio = inside / base
    return ratio * (1 - ratio) / base if unit is Unit.PERCENT else ratio / base


@dataclass(frozen=True, slots=True)
class Contributor:
    """A group that stands out: it moved otherwise than the others, more than chance explains."""

    dimension: str
    group: str | None
    effect: float
    rate: float
    mix: float
    p: float


def standing_out(found: Mapping[str, Decomposition]) -> list[Contributor]:
    """The groups of all dimensions that stand out, the largest effect first; none where nothing does.

    Of the many groups looked at, at most one in twenty of those named is expected to be chance.
    """
    rows = [
        Contributor(dimension, row[dimension], row["effect"], row["rate"], row["mix"], row["p"])
        for dimension, each in found.items()
        for row in each.groups.iter_rows(named=True)
        if row["p"] is not None
    ]
    named = discoveries([each.p for each in rows])
    kept = [each for each, is_named in zip(rows, named, strict=True) if is_named]
    return sorted(kept, key=lambda each: (-abs(each.effect), each.p))


def explaining_most(found: Mapping[str, Decomposition]) -> str:
    """The dimension with the largest effect of a single group."""
    largest = {name: max(abs(effect) for effect in each.groups["effect"]) for name, each in found.items()}
    return max(largest, key=lambda name: largest[name])
