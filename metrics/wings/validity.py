"""Does what QA scores go with what customers feel, by form, section, item, level and reviewer; and which items tell?"""

import math
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import numpy as np
import polars as pl
from scipy import special

from metrics.agreement import Z_95, rank_correlation
from metrics.discoveries import discoveries
from metrics.intervals import wilson
from metrics.results import Estimate

OUTCOMES = ("csat", "stayed_away", "uncomplained")
SMALL = 0.1  # a correlation below it is next to none: Cohen (1988), Statistical Power Analysis
WHOLE = "score"  # the whole score of every form


class Says(StrEnum):
    """What a correlation says of the score."""

    MEASURES = "measures"  # higher scores, better outcomes
    WEAK = "weak"  # so too, but next to nothing
    AGAINST = "against"  # higher scores, worse outcomes
    NOTHING = "nothing"  # any connection is next to none
    UNCLEAR = "unclear"
    FEW = "few"


def validity(reviews: pl.DataFrame, sections: Mapping[str, str | None], least: int) -> pl.DataFrame:
    """Spearman's ρ of what was scored with each outcome, by what was scored and who did it.

    The whole score is taken as a whole and by `form`, `level` and `reviewer_id`; of a section the share of its judged
    items that passed; of an item whether it passed.

    Args:
        reviews: `metrics.calibration_facts.with_outcomes`, with `rating`, `form` and the items' columns.
        sections: the section of each item's column.
        least: reviews below which nothing is estimated.

    Returns:
        `by code outcome reviews value low high says`; `by` is WHOLE, form, level, reviewer_id, section or item.

    Source: Bonett & Wright (2000) for intervals; Benjamini & Hochberg (1995) over all rows for what is named.
    """
    rows = [
        {"by": by, "code": code, "outcome": outcome, **_correlated(rows, outcome, least)}
        for by, code, rows in _groups(reviews, sections)
        for outcome in OUTCOMES
    ]
    names = dict.fromkeys(("by", "code", "outcome"), pl.String)
    values = dict.fromkeys(("value", "low", "high", "p"), pl.Float64)
    found = pl.DataFrame(rows, schema={**names, "reviews": pl.Int64, **values})
    tested = found["p"].is_not_null().to_numpy()
    is_named = np.zeros(found.height, dtype=bool)
    is_named[tested] = discoveries(found["p"].drop_nulls().to_numpy())
    return found.with_columns(says=_says(pl.Series(is_named))).drop("p")


def _says(is_named: pl.Series) -> pl.Expr:
    return (
        pl.when(pl.col("value").is_null())
        .then(pl.lit(Says.FEW))
        .when(is_named)
        .then(
            pl.when(pl.col("value") < 0)
            .then(pl.lit(Says.AGAINST))
            .when(pl.col("high") < SMALL)
            .then(pl.lit(Says.WEAK))
            .otherwise(pl.lit(Says.MEASURES))
        )
        .when(pl.max_horizontal(pl.col("high").abs(), pl.col("low").abs()) < SMALL)
        .then(pl.lit(Says.NOTHING))
        .otherwise(pl.lit(Says.UNCLEAR))
    )


def _groups(reviews: pl.DataFrame, sections: Mapping[str, str | None]) -> Iterator[tuple[str, str, pl.DataFrame]]:
    scored = reviews.select("rating", "form", "level", "reviewer_id", *OUTCOMES)
    yield WHOLE, WHOLE, scored
    for by in ("form", "level", "reviewer_id"):
        for (code,), rows in sorted(
            scored.drop_nulls(by).partition_by(by, as_dict=True).items(), key=lambda each: str(each[0][0])
        ):
            yield by, str(code), rows
    for section in sorted({each for each in sections.values() if each}):
        items = [item for item, own in sections.items() if own == section]
        passed = pl.mean_horizontal([1 - pl.col(item) for item in items])  # null where none was judged
        yield "section", section, reviews.select(passed.alias("rating"), *OUTCOMES)
    for item in sections:
        yield "item", item, reviews.select((1 - pl.col(item)).cast(pl.Float64).alias("rating"), *OUTCOMES)


def _correlated(rows: pl.DataFrame, outcome: str, least: int) -> dict:
    known = rows.select("rating", outcome).drop_nulls()
    found = rank_correlation(known, "rating", outcome) if known.height >= least else None
    if found is None:
        return {"reviews": known.height, "value": None, "low": None, "high": None, "p": None}
    return {"reviews": known.height, "value": found.value, "low": found.low, "high": found.high, "p": _p(found)}


def _p(found: Estimate) -> float:
    """That of the interval, which is symmetric on Fisher's scale."""
    if found.low == found.high:
        return 0.0
    ends = [math.atanh(max(-1 + 1e-12, min(1 - 1e-12, each))) for each in (found.low, found.high)]
    error = (ends[1] - ends[0]) / (2 * Z_95)
    return 2 * float(special.ndtr(-abs(sum(ends) / 2) / error))


def failing(reviews: pl.DataFrame, sections: Mapping[str, str | None], least: int) -> pl.DataFrame:
    """How often each item fails on each form: `form item section judged failed share low high is_enough`.

    In percent, with Wilson's interval. An item that never fails, or always, tells nobody apart.

    Args:
        reviews: `metrics.calibration_facts.with_outcomes`, with `form` and the items' columns.
    """
    frames = [
        reviews.group_by("form").agg(
            pl.col(item).count().cast(pl.Int64).alias("judged"), pl.col(item).sum().cast(pl.Int64).alias("failed")
        ).with_columns(item=pl.lit(item), section=pl.lit(section, pl.String))
        for item, section in sections.items()
    ]  # fmt: skip
    names = ["form", "item", "section", "judged", "failed"]
    schema = {**dict.fromkeys(names[:3], pl.String), "judged": pl.Int64, "failed": pl.Int64}
    counted = pl.concat([each.select(names) for each in frames]) if frames else pl.DataFrame(schema=schema)
    low, high = wilson(pl.col("failed"), pl.col("judged"))
    told = counted.filter(pl.col("judged") > 0).with_columns(
        share=100 * pl.col("failed") / pl.col("judged"),
        low=100 * low,
        high=100 * high,
        is_enough=pl.col("judged") >= least,
    )
    return told.sort("share", "form", "item")


def telling_nothing(found: pl.DataFrame, *, always: bool) -> pl.DataFrame:
    """Items with enough judgements that never failed, or always did; those judged most often first."""
    ends = pl.col("failed") == (pl.col("judged") if always else 0)
    return found.filter(ends, "is_enough").sort("judged", "form", "item", descending=[True, False, False])


def wholes(found: pl.DataFrame) -> Sequence[dict]:
    """What the whole score says, by outcome."""
    return found.filter(pl.col("by") == WHOLE).to_dicts()
