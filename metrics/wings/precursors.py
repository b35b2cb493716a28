"""Which items of a review, when failed, go before a complaint, and what do complaints tell that no item asks for?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import special

from metrics.agreement import Z_95
from metrics.discoveries import discoveries
from metrics.intervals import wilson
from metrics.review_facts import BY_PEOPLE, PRACTICE

ANY = "any"  # a complaint of whatever type
LEAST_EXPECTED = 5.0  # Mantel & Fleiss (1980): below it the statistic is not near its distribution
NONE_HIGH = 3.688879454  # the 95 % interval of a count of none reaches so far: Garwood (1936)
STRATA = ("level", "issue_type")
CELL = ("failed", "complained", "passed", "complained_passed", "expected", "lift", "low", "high", "p")
UPHELD = ("upheld", "partly_upheld")


@dataclass(frozen=True, slots=True, eq=False)
class Precursors:
    """How many times as often a complaint follows a failed item, against contacts of the same kind that passed it.

    `cells`: `item issue_type` (the complaint's, or ANY), `failed` contacts and of these `complained`, the same for
    `passed` and `complained_passed`, `expected` (complaints of the failed, if failing made no difference), `lift low
    high p` (null where there are too few), `is_named`.
    """

    cells: pl.DataFrame
    contacts: int
    complained: int
    left_out: int  # contacts that were reviewed only after the complaint had arrived


def followed(reviews: pl.DataFrame, complaints: pl.DataFrame) -> pl.DataFrame:
    """The first review of each contact, with when the first complaint about the contact arrived: `complained_at`.

    Args:
        reviews: one row per review; calibration and training are left out.
        complaints: valid ones with `contact_id received_at`.
    """
    regular = reviews.filter(~pl.col("purpose").fill_null("regular").is_in(PRACTICE))
    first = regular.sort("reviewed_at", "review_id").unique("contact_id", keep="first", maintain_order=True)
    arrived = complaints.drop_nulls("contact_id").group_by("contact_id")
    return first.join(arrived.agg(pl.col("received_at").min().alias("complained_at")), on="contact_id", how="left")


def precursors(reviews: pl.DataFrame, complaints: pl.DataFrame, items: Sequence[str]) -> Precursors:
    """Mantel and Haenszel's risk ratio of each item and complaint type over levels of review and issue types.

    A review that was made after the complaint arrived was chosen for it, or its reviewer knew: it is left out, as it
    would find what the complaint says. Levels are strata, as a self-check comes before nearly every complaint and
    centre QA after many.

    Args:
        reviews: one row per review with a column for each item, 1 where it failed.
        complaints: valid ones with `contact_id issue_type received_at`.

    Source: Mantel & Haenszel (1959); Greenland & Robins (1985), Biometrics 41, for the interval; Mantel & Fleiss (1980)
        for when it may be told; Benjamini & Hochberg (1995).
    """
    every = followed(reviews, complaints)
    at_risk = every.filter(pl.col("complained_at").is_null() | (pl.col("reviewed_at") < pl.col("complained_at")))
    of_contacts = complaints.join(at_risk.select("contact_id"), on="contact_id", how="semi")
    types = of_contacts["issue_type"].drop_nulls().unique().sort().to_list()
    marked = at_risk.with_columns(
        pl.col("complained_at").is_not_null().alias(ANY),
        *(pl.col("contact_id").is_in(_complained(of_contacts, kind)).alias(f"type {kind}") for kind in types),
    )
    columns = {ANY: ANY, **{f"type {kind}": kind for kind in types}}
    rows = [row for item in items for row in _of_item(marked, item, columns)]
    schema = {"item": pl.String, "issue_type": pl.String, **dict.fromkeys(CELL, pl.Float64)}
    cells = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col(CELL[:4]).cast(pl.Int64))
    tested = cells["p"].is_not_null().to_numpy()
    is_named = np.zeros(cells.height, dtype=bool)
    is_named[tested] = discoveries(cells["p"].drop_nulls().to_numpy())
    named = cells.with_columns(is_named=pl.Series(is_named) & (pl.col("lift") > 1))
    complained = int(at_risk["complained_at"].count())
    return Precursors(named, at_risk.height, complained, every.height - at_risk.height)


def _complained(complaints: pl.DataFrame, kind: str) -> pl.Series:
    return complaints.filter(pl.col("issue_type") == kind)["contact_id"].unique().implode()


def _of_item(marked: pl.DataFrame, item: str, columns: dict[str, str]) -> Iterator[tuple]:
    """A row for each type of complaint."""
    counted = marked.drop_nulls(item).group_by(*STRATA, item).agg(pl.len().alias("n"), pl.col(*columns).sum())
    failed, passed = (counted.filter(pl.col(item) == value).drop(item) for value in (1, 0))
    both = failed.join(passed, on=STRATA, how="full", coalesce=True, nulls_equal=True, suffix=" passed")
    counts = both.with_columns(pl.exclude(STRATA).fill_null(0))
    n1, n0 = (counts[name].to_numpy().astype(float) for name in ("n", "n passed"))
    for column, kind in columns.items():
        a, c = (counts[name].to_numpy().astype(float) for name in (column, f"{column} passed"))
        yield item, kind, n1.sum(), a.sum(), n0.sum(), c.sum(), *pooled(a, n1, c, n0)


def pooled(a: np.ndarray, n1: np.ndarray, c: np.ndarray, n0: np.ndarray) -> tuple[float | None, ...]:
    """Expected events, pooled risk ratio, its interval and p over strata, each with `a` of n1 against `c` of n0.

    All but the expected events are None where Mantel and Fleiss's criterion is not met. Where none of the others had an
    event, half of one is shared out among them, so that the ratio has an end: Haldane (1956), Annals of Human Genetics.
    """
    whole = (n1 > 0) & (n0 > 0)  # a stratum with one side only compares nothing
    a, n1, c, n0 = (each[whole] for each in (a, n1, c, n0))
    n, m = n1 + n0, a + c
    expected = n1 * m / n
    least = min(float((expected - np.maximum(m - n0, 0)).sum()), float((np.minimum(n1, m) - expected).sum()))
    if least < LEAST_EXPECTED:
        return float(expected.sum()), None, None, None, None
    variance = float((n1 * n0 * m * (n - m) / (n**2 * np.maximum(n - 1, 1))).sum())
    p = 2 * float(special.ndtr(-abs(float((a - expected).sum())) / np.sqrt(variance)))
    if not a.sum():
        return float(expected.sum()), 0.0, 0.0, NONE_HIGH / float(expected.sum()), p
    if not c.sum():
        c = n0 / n0.sum() / 2
        m = a + c
    r, s = float((a * n0 / n).sum()), float((c * n1 / n).sum())
    error = np.sqrt(float(((m * n1 * n0 - a * c * n) / n**2).sum()) / (r * s))
    lift = r / s
    return float(expected.sum()), lift, float(lift * np.exp(-Z_95 * error)), float(lift * np.exp(Z_95 * error)), p


def missed(reviews: pl.DataFrame, complaints: pl.DataFrame, items: Sequence[str]) -> pl.DataFrame:
    """Upheld complaints of service that QA did not see coming, by type: which items should there be?

    Args:
        reviews: as for `precursors`; of people only those count, whenever they were made.
        complaints: valid ones, with `upheld established_cause issue_type subtype`.

    Returns:
        `issue_type reviewed` (complaints whose contact people reviewed), `passed` (all of these reviews did), `unseen`
        (passed, and no item failed in any), `share low high` (unseen, percent of reviewed; Wilson), `subtypes` (of the
        unseen, the most frequent first, with their counts).
    """
    joined = blamed(complaints).join(judged_contacts(reviews, items), on="contact_id")
    subtypes = pl.col("subtype").filter(pl.col("is_unseen")).drop_nulls().value_counts(sort=True)
    counted = joined.group_by("issue_type").agg(
        pl.len().cast(pl.Int64).alias("reviewed"),
        pl.col("is_passed").sum().cast(pl.Int64).alias("passed"),
        pl.col("is_unseen").sum().cast(pl.Int64).alias("unseen"),
        subtypes.alias("subtypes"),
    )
    low, high = wilson(pl.col("unseen"), pl.col("reviewed"))
    shares = {"share": pl.col("unseen") / pl.col("reviewed"), "low": low, "high": high}
    told = counted.with_columns(**{name: 100 * each for name, each in shares.items()})
    return told.sort("unseen", "issue_type", descending=[True, False])


def blamed(complaints: pl.DataFrame) -> pl.DataFrame:
    """Complaints that were upheld, and whose cause was found to be the service."""
    return complaints.filter(pl.col("upheld").is_in(UPHELD), pl.col("established_cause") == "service")


def judged_contacts(reviews: pl.DataFrame, items: Sequence[str]) -> pl.DataFrame:
    """Contacts that people reviewed: `contact_id is_passed` (by all) and `is_unseen` (passed, and no item failed)."""
    regular = ~pl.col("purpose").fill_null("regular").is_in(PRACTICE)
    people = reviews.filter(BY_PEOPLE, regular, pl.col("passed").is_not_null())
    failed = pl.max_horizontal([pl.col(item).fill_null(0) for item in items]) if items else pl.lit(0)
    is_passed = pl.col("passed") & ~pl.col("fatal").fill_null(value=False)
    contacts = people.group_by("contact_id").agg(is_passed.all().alias("is_passed"), failed.max().alias("failed"))
    return contacts.select("contact_id", "is_passed", is_unseen=pl.col("is_passed") & (pl.col("failed") == 0))
