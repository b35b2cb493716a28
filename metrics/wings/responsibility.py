"""Whose fault is it: what customers claim against what was established, and what QA passed although it went wrong."""

import polars as pl

from metrics.discoveries import discoveries
from metrics.exact import fisher
from metrics.intervals import wilson

CLAIMED, ESTABLISHED = "claimed_cause", "established_cause"
ALIKE = (CLAIMED, ESTABLISHED, "team_id", "form_id", "is_contact_passed")


def counted(complaints: pl.DataFrame) -> pl.DataFrame:
    """How many complaints are alike: ALIKE and `count`. There are few such groups, however many complaints."""
    return complaints.group_by(ALIKE).agg(pl.len().cast(pl.Int64).alias("count"))


def matrix(complaints: pl.DataFrame) -> pl.DataFrame:
    """How often each claimed cause turned out to be which: a row a pair.

    Args:
        complaints: `claimed_cause established_cause`, null where not recorded or not yet established, and `count`.

    Returns:
        `claimed_cause established_cause count`, `claimed` (complaints of that claim), `judged` (those of them whose
        cause is established), and the percent of them `share low high`; for causes not yet established the percent of
        all with that claim. The commonest claims first.
    """
    pairs = complaints.group_by(CLAIMED, ESTABLISHED).agg(pl.col("count").sum())
    totals = pairs.with_columns(
        claimed=pl.col("count").sum().over(CLAIMED),
        judged=pl.col("count").filter(pl.col(ESTABLISHED).is_not_null()).sum().over(CLAIMED),
    )
    base = pl.when(pl.col(ESTABLISHED).is_null()).then("claimed").otherwise("judged")
    ordered = _shared(totals.with_columns(base=base), pl.col("count"), pl.col("base")).drop("base")
    order = ["claimed", CLAIMED, "count", ESTABLISHED]
    return ordered.sort(order, descending=[True, False, True, False], nulls_last=True)


def wrong_claims(complaints: pl.DataFrame, least: int) -> pl.DataFrame:
    """How often each claim was wrong, out of those whose cause is established; the most often wrong first.

    Args:
        least: claims with fewer cases are `too_few`.

    Returns:
        `claimed_cause wrong judged`, the percent wrong `share low high`, and `verdict`: more or less (than the other
        claims, by Fisher's exact test; of all claims named at most one in twenty is expected to be chance), or alike;
        too_few.
    """
    judged = complaints.drop_nulls([CLAIMED, ESTABLISHED])
    wrong = pl.col("count").filter(pl.col(CLAIMED) != pl.col(ESTABLISHED)).sum().alias("wrong")
    counts = judged.group_by(CLAIMED).agg(wrong, pl.col("count").sum().alias("judged"))
    by_claim = _shared(counts, pl.col("wrong"), pl.col("judged"))
    usual = 100 * pl.col("wrong").sum() / pl.col("judged").sum()
    named = pl.col(CLAIMED).is_in(_standing_out(by_claim, least))
    verdict = (
        pl.when(pl.col("judged") < least).then(pl.lit("too_few"))
        .when(named & (pl.col("share") > usual)).then(pl.lit("more"))
        .when(named).then(pl.lit("less")).otherwise(pl.lit("alike"))
    )  # fmt: skip
    few = pl.col("verdict") == "too_few"
    return by_claim.with_columns(verdict=verdict).sort(few, "share", CLAIMED, descending=[False, True, False])


def _standing_out(by_claim: pl.DataFrame, least: int) -> list[str]:
    """The claims that are wrong more or less often than the others together."""
    wrong, every = int(by_claim["wrong"].sum()), int(by_claim["judged"].sum())
    tested = by_claim.filter(pl.col("judged") >= least)
    p = [fisher(mine, n, wrong, every) for mine, n in tested.select("wrong", "judged").iter_rows()]
    return tested.filter(pl.Series(discoveries(p), dtype=pl.Boolean))[CLAIMED].to_list()


def confirmed(complaints: pl.DataFrame) -> pl.DataFrame:
    """One row: complaints whose claim was `confirmed`, out of those `judged`, in percent `share low high`."""
    judged = complaints.drop_nulls([CLAIMED, ESTABLISHED])
    right = pl.col("count").filter(pl.col(CLAIMED) == pl.col(ESTABLISHED)).sum().alias("confirmed")
    return _shared(judged.select(right, pl.col("count").sum().alias("judged")), pl.col("confirmed"), pl.col("judged"))


def passed_by_qa(complaints: pl.DataFrame, dimension: str, least: int) -> pl.DataFrame:
    """Complaints whose contact people had reviewed, and how many of these contacts they had passed.

    Args:
        complaints: `dimension`, `is_contact_passed` (null where nobody had reviewed the contact), and `count`.

    Returns:
        `dimension passed reviewed`, the percent `share low high`, `complaints` (reviewed or not), `is_enough`; the
        highest share first, those with too few last.
    """
    passed = pl.col("is_contact_passed")
    counts = complaints.group_by(dimension).agg(
        pl.col("count").filter(passed).sum().alias("passed"),
        pl.col("count").filter(passed.is_not_null()).sum().alias("reviewed"),
        pl.col("count").sum().alias("complaints"),
    )
    seen = _shared(counts.filter(pl.col("reviewed") > 0), pl.col("passed"), pl.col("reviewed"))
    enough = seen.with_columns(is_enough=pl.col("reviewed") >= least)
    return enough.sort(
        "is_enough", "share", "reviewed", dimension, descending=[True, True, True, False], nulls_last=True
    )


def _shared(frame: pl.DataFrame, count: pl.Expr, base: pl.Expr) -> pl.DataFrame:
    low, high = wilson(count.cast(pl.Float64), base.cast(pl.Float64))
    share = pl.when(base > 0).then(100 * count / base)
    return frame.with_columns(share=share, low=100 * low, high=100 * high)
