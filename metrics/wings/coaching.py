"""What an agent does well and which habits to change: items of quality monitoring against peers, gently."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from metrics.contact import total
from metrics.fair import compare_fairly, pulled
from metrics.metric import Better, Metric, Source, Unit

MOST_HABITS = 3  # more than three at once nobody changes
LEAST_JUDGED = 10  # reviews of an agent, below which nothing is said of him
ITEM_FAILED = Metric(
    id="item_failed",
    name="Item failed",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.SCORES,),
    needs=("qa_items.failed",),
    numerator=total("failed"),
    denominator=total("judged"),
    counted="reviews",
    basis="day of the review",
    definition="Reviews in which an item failed out of those to which it applied.",
    source="House rule.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Advice:
    """Items of one agent beside those of peers; None in `reviews` of too few."""

    items: pl.DataFrame  # see `advise`
    reviews: int  # most reviews to which an item applied
    is_enough: bool

    @property
    def strengths(self) -> list[dict]:
        """At most three items that fail less often than with peers, the largest gap first."""
        better = self.items.filter(pl.col("gap") < 0) if self.is_enough else self.items.clear()
        return better.sort("gap", "item").head(MOST_HABITS).to_dicts()

    @property
    def habits(self) -> list[dict]:
        """At most three items that fail more often than with peers, the largest gap first."""
        worse = self.items.filter(pl.col("gap") > 0) if self.is_enough else self.items.clear()
        return worse.sort("gap", "item", descending=[True, False]).head(MOST_HABITS).to_dicts()


def advise(counts: pl.DataFrame, agent: str) -> Advice:
    """Each item of an agent beside peers, who are all others, and pulled towards them, the more the fewer reviews.

    Args:
        counts: `agent_id, item, judged, failed`, one row each.

    Returns:
        items with `judged failed share usual shrunken shrunken_low shrunken_high gap` (shrunken minus usual, points)
        and `is_sure` (its interval leaves out what is usual); shares in percent. An item that no peer was judged by is
        left out.

    Source: empirical Bayes, as in `metrics.fair`.
    """
    rows = [
        {"item": item, **told}
        for (item,), group in counts.partition_by("item", as_dict=True).items()
        if (told := _beside_peers(group, agent)) is not None
    ]
    items = pl.DataFrame(rows, schema=ITEMS)
    reviews = int(items["judged"].max() or 0) if rows else 0  # ty: ignore[invalid-argument-type]
    return Advice(items.sort("gap", "item", descending=[True, False]), reviews, reviews >= LEAST_JUDGED)


def _beside_peers(group: pl.DataFrame, agent: str) -> dict[str, object] | None:
    cells = group.select("agent_id", pl.col("failed").alias("numerator"), pl.col("judged").alias("denominator"))
    found = compare_fairly(
        cells.cast({"numerator": pl.Float64, "denominator": pl.Float64}), "agent_id", (), ITEM_FAILED, 1
    )
    own = group.filter(agent_id=agent).select(pl.col("judged", "failed").sum()).row(0, named=True)
    peers = group.filter(pl.col("agent_id") != agent).select(pl.col("judged", "failed").sum()).row(0, named=True)
    if found is None or not own["judged"] or not peers["judged"]:
        return None
    judged, share, usual = own["judged"], own["failed"] / own["judged"], peers["failed"] / peers["judged"]
    every = judged + peers["judged"]
    ends = pulled(np.array([share]), np.array([judged]), usual, found.strength, Unit.PERCENT, every)
    shrunken, low, high = (100 * float(each[0]) for each in ends)
    told = {"share": 100 * share, "usual": 100 * usual, "shrunken": shrunken, "shrunken_low": low}
    told |= {"shrunken_high": high, "gap": shrunken - 100 * usual, "is_sure": not low <= 100 * usual <= high}
    return own | told


ITEMS = {
    "item": pl.String,
    **dict.fromkeys(("judged", "failed"), pl.Int64),
    **dict.fromkeys(("share", "usual", "shrunken", "shrunken_low", "shrunken_high", "gap"), pl.Float64),
    "is_sure": pl.Boolean,
}
