"""Who agrees with whom, and on what: contacts that several people reviewed, item by item and pair by pair."""

from collections.abc import Callable, Sequence

import polars as pl

from metrics import agreement
from metrics.calibration_facts import FAILED, OF_CONTACT, PASSED, is_judged_again
from metrics.intervals import mean_interval
from metrics.results import Estimate

STATISTICS: dict[str, Callable[[pl.DataFrame], Estimate | None]] = {
    "agreement": agreement.agreement,
    "kappa": agreement.kappa,
    "ac1": agreement.ac1,
}
OTHER = " of the other"


def judged_again(reviews: pl.DataFrame) -> pl.DataFrame:
    """The last review of each person of contacts that at least two people reviewed on the same version of a form.

    Args:
        reviews: one row per review with `reviewed_at`, `rating`, `verdict` and a column for each item. Self-checks and
            training are left out.
    """
    judged = reviews.filter(is_judged_again()).sort("reviewed_at", "review_id")
    own = judged.unique([*OF_CONTACT, "reviewer_id"], keep="last", maintain_order=True)
    return own.filter(pl.len().over(OF_CONTACT) > 1)


def paired(own: pl.DataFrame) -> pl.DataFrame:
    """Each two people who reviewed the same contact, once: columns of the second end in OTHER."""
    joined = own.join(own, on=OF_CONTACT, suffix=OTHER, nulls_equal=True)
    return joined.filter(pl.col("reviewer_id") < pl.col(f"reviewer_id{OTHER}"))


def by_item(own: pl.DataFrame, pairs: pl.DataFrame, items: Sequence[str], least: int) -> pl.DataFrame:
    """How far people agree on each item: `item pairs`, and each of α, STATISTICS with its `_low` and `_high`.

    Args:
        items: names of columns in which 1 is failed and 0 passed.
        least: pairs below which nothing is estimated.
    """
    return _told([_of_item(own, pairs, item, least) for item in items], ["item"], ["alpha", *STATISTICS])


def _of_item(own: pl.DataFrame, pairs: pl.DataFrame, item: str, least: int) -> dict:
    verdicts = pairs.select(
        (PASSED - pl.col(item) * (PASSED - FAILED)).alias("first"),
        (PASSED - pl.col(f"{item}{OTHER}") * (PASSED - FAILED)).alias("second"),
    ).drop_nulls()
    if verdicts.height < least:
        return {"item": item, "pairs": verdicts.height}
    value = pl.col(item).cast(pl.Float64)
    units = own.group_by(OF_CONTACT, maintain_order=True).agg(
        value.count().alias("raters"), value.sum().alias("rating_sum"), (value**2).sum().alias("rating_squares")
    )
    found = {"alpha": agreement.alpha_of_claims(units)} | _estimates(verdicts)
    return {"item": item, "pairs": verdicts.height} | _spread(found)


def by_pair(pairs: pl.DataFrame, least: int) -> pl.DataFrame:
    """How far each two people agree: `reviewer_id other_reviewer_id pairs`, STATISTICS and the `difference`.

    The difference is that of their ratings of the same contacts, the first less the second, in points; Student's t.
    """
    rows = []
    for names, group in pairs.partition_by("reviewer_id", f"reviewer_id{OTHER}", as_dict=True).items():
        rows.append(dict(zip(("reviewer_id", "other_reviewer_id"), names, strict=True)) | _of_pairs(group, least))
    keys = ["reviewer_id", "other_reviewer_id"]
    return _told(rows, keys, [*STATISTICS, "difference"]).sort("pairs", *keys, descending=[True, False, False])


def by_reviewer(pairs: pl.DataFrame, least: int) -> pl.DataFrame:
    """Each person against all others who reviewed the same contacts: `reviewer_id`, then as `by_pair`."""
    swapped = {name: f"{name}{OTHER}" for name in ("reviewer_id", "rating", "verdict")}
    both = [*swapped, *swapped.values()]
    turned = pairs.select(both).rename(swapped | {other: name for name, other in swapped.items()})
    every = pl.concat([pairs.select(both), turned.select(both)])
    rows = [
        {"reviewer_id": name} | _of_pairs(group, least)
        for (name,), group in every.partition_by("reviewer_id", as_dict=True).items()
    ]
    return _told(rows, ["reviewer_id"], [*STATISTICS, "difference"]).sort("reviewer_id")


def _of_pairs(pairs: pl.DataFrame, least: int) -> dict:
    verdicts = pairs.select(first="verdict", second=f"verdict{OTHER}").drop_nulls()
    if verdicts.height < least:
        return {"pairs": verdicts.height}
    apart = pairs.select(apart=pl.col("rating") - pl.col(f"rating{OTHER}")).drop_nulls()
    n, total, squares = pl.col("apart").count(), pl.col("apart").sum(), (pl.col("apart") ** 2).sum()
    low, high = mean_interval(total, squares, n)
    mean = apart.select(value=total / n, low=low, high=high).row(0)
    difference = Estimate(*mean) if None not in mean else None
    return {"pairs": verdicts.height} | _spread(_estimates(verdicts) | {"difference": difference})


def _estimates(verdicts: pl.DataFrame) -> dict[str, Estimate | None]:
    return {name: statistic(verdicts) for name, statistic in STATISTICS.items()}


def _spread(found: dict[str, Estimate | None]) -> dict[str, float | None]:
    told: dict[str, float | None] = {}
    for name, each in found.items():
        value, low, high = (None, None, None) if each is None else (each.value, each.low, each.high)
        told |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return told


def _told(rows: list[dict], keys: list[str], names: list[str]) -> pl.DataFrame:
    values = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    schema = {**dict.fromkeys(keys, pl.String), "pairs": pl.Int64, **dict.fromkeys(values, pl.Float64)}
    return pl.DataFrame(rows, schema=schema)
