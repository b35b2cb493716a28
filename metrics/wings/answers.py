"""Do all give the same answer to the same question, and who gives another one?"""

import numpy as np
import polars as pl

from metrics.agreement import same_answer
from metrics.discoveries import FALSE_DISCOVERIES, discovery_rates
from metrics.exact import fisher
from metrics.intervals import mover_difference, wilson

MATTERS = 0.1  # of a share: an answer given less than 10 points more often than by the others is no other practice
LEAST_ANSWERS = 10  # of one person or team about one issue type: fewer say nothing of a habit
LOOKED_INTO = 2.0  # standard errors: below it a difference cannot stand out among many, and its tail is not computed


def consistency(counts: pl.DataFrame) -> pl.DataFrame:
    """How alike the answers about each issue type are, the least alike first.

    Args:
        counts: `issue_type answer_code answered`, at any finer grain.

    Returns:
        `issue_type answered answers` (how many there are), `usual` (the answer given most), `usual_share` (percent)
        and the percent of pairs of contacts with the same answer, `value low high`; null for fewer than two contacts.
    """
    answers = counts.group_by("issue_type", "answer_code").agg(pl.col("answered").sum())
    rows = []
    for (issue,), own in (
        answers.sort("answered", "answer_code", descending=[True, False])
        .partition_by("issue_type", as_dict=True)
        .items()
    ):
        total, found = int(own["answered"].sum()), same_answer(own)
        ends = (found.value, found.low, found.high) if found else (None, None, None)
        rows.append((issue, total, own.height, own["answer_code"][0], 100 * own["answered"][0] / total, *ends))
    schema: dict[str, type[pl.DataType]] = {
        "issue_type": pl.String,
        "answered": pl.Int64,
        "answers": pl.Int64,
        "usual": pl.String,
    }
    schema |= dict.fromkeys(("usual_share", "value", "low", "high"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row").sort("value", "issue_type", nulls_last=True)


def answering_otherwise(counts: pl.DataFrame, group: str) -> pl.DataFrame:
    """Each person or team against all others of the issue type, by the answer that it gives too often.

    The exact conditional test of each answer (Fisher's, two-sided by doubling), the smallest p value times the number
    of answers; over all groups and types together Benjamini & Hochberg (1995) keep false discoveries below 5 %.

    Args:
        counts: `group issue_type answer_code answered`, at any finer grain.

    Returns:
        `group issue_type answered answer_code given`, the percent of its own and of the others' answers `share
        others_share`, their difference in points `difference low high` (Newcombe), `others` (their number), `p`,
        `adjusted_p`, and `verdict`: other (stands out and is MATTERS apart), alike, or too_few. The clearest first.
    """
    cells = _cells(counts, group)
    tested = cells.with_columns(p=_tails(cells) * pl.col("answers")).with_columns(pl.col("p").clip(0.0, 1.0))
    keys = [group, "issue_type"]
    smallest = pl.col("p").min().over(keys)
    most = tested.with_columns(p=smallest).sort("apart", "answer_code", descending=[True, False])
    picked = most.group_by(keys, maintain_order=True).first()
    enough = picked.filter(pl.col("answered") >= LEAST_ANSWERS)
    adjusted = enough.select(*keys, adjusted_p=pl.Series(discovery_rates(enough["p"].to_numpy()), dtype=pl.Float64))
    joined = picked.join(adjusted, on=keys, how="left", nulls_equal=True)
    stands_out = (pl.col("adjusted_p") <= FALSE_DISCOVERIES) & (pl.col("apart") >= MATTERS)
    verdict = pl.when(pl.col("adjusted_p").is_null()).then(pl.lit("too_few")).when(stands_out).then(pl.lit("other"))
    ordered = _told(joined).with_columns(verdict=verdict.otherwise(pl.lit("alike")))
    order = [pl.col("verdict") != "other", pl.col("p"), -pl.col("difference"), *(pl.col(name) for name in keys)]
    return ordered.sort(order).select(*keys, *TOLD)


TOLD = (
    "answered", "answer_code", "given", "share", "others_share", "difference", "low", "high", "others", "p",
    "adjusted_p", "verdict",
)  # fmt: skip


def _cells(counts: pl.DataFrame, group: str) -> pl.DataFrame:
    """Every group with every answer of the issue types that it has: what it gave, and what all others gave."""
    known = counts.drop_nulls([group, "issue_type"])
    given = known.group_by(group, "issue_type", "answer_code").agg(pl.col("answered").sum().alias("given"))
    answers = given.group_by("issue_type", "answer_code").agg(pl.col("given").sum().alias("all_given"))
    groups = given.group_by(group, "issue_type").agg(pl.col("given").sum().alias("answered"))
    full = groups.join(answers, on="issue_type").join(given, on=[group, "issue_type", "answer_code"], how="left")
    filled = full.with_columns(pl.col("given").fill_null(0))
    whole = pl.col("all_given").sum().over(group, "issue_type")
    sizes = filled.with_columns(
        all_answered=whole, others=whole - pl.col("answered"), others_given=pl.col("all_given") - pl.col("given"),
        answers=pl.len().over(group, "issue_type"),
    ).filter(pl.col("others") > 0, pl.col("answers") > 1)  # fmt: skip
    return sizes.with_columns(
        apart=pl.col("given") / pl.col("answered") - pl.col("others_given") / pl.col("others")
    ).sort(group, "issue_type", "answer_code")


def _tails(cells: pl.DataFrame) -> pl.Series:
    """Twice the smaller tail of the hypergeometric distribution, where the difference may stand out; 1 elsewhere."""
    given, answered, all_given, every = (
        cells[name].to_numpy().astype(np.int64) for name in ("given", "answered", "all_given", "all_answered")
    )
    expected = answered * all_given / every
    variance = expected * (1 - all_given / every) * (every - answered) / np.maximum(every - 1, 1)
    far = np.abs(given - expected) > LOOKED_INTO * np.sqrt(variance)
    p = np.ones(len(given))
    for place in np.flatnonzero(far):
        x, n, k, whole = (int(each[place]) for each in (given, answered, all_given, every))
        p[place] = fisher(x, n, k, whole)
    return pl.Series("p", p)


def _told(picked: pl.DataFrame) -> pl.DataFrame:
    """Shares, and their difference with its interval, in percent and points."""
    own, others = pl.col("given") / pl.col("answered"), pl.col("others_given") / pl.col("others")
    ends = *wilson(pl.col("given"), pl.col("answered")), *wilson(pl.col("others_given"), pl.col("others"))
    named = dict(zip(("own_low", "own_high", "others_low", "others_high"), ends, strict=True))
    shares = picked.with_columns(own=own, theirs=others, **named)
    low, high = mover_difference(
        *(pl.col(name) for name in ("own", "own_low", "own_high", "theirs", "others_low", "others_high"))
    )
    return shares.with_columns(
        share=100 * pl.col("own"), others_share=100 * pl.col("theirs"), difference=100 * pl.col("apart"),
        low=100 * low, high=100 * high,
    )  # fmt: skip
