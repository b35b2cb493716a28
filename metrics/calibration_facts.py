"""Reviews as facts of agreement: contacts that two people reviewed, and what became of reviewed contacts."""

import polars as pl

from metrics.agreement import VERDICTS
from metrics.review_facts import BY_PEOPLE, DIMENSIONS, PRACTICE

FATAL, FAILED, PASSED = range(VERDICTS)
OF_CONTACT = ["contact_id", "form_id", "form_version"]


def double_review_facts(reviews: pl.DataFrame) -> pl.DataFrame:
    """Contacts that at least two people reviewed on the same version of a form, on the day of the last review.

    Args:
        reviews: one row per review as `data_access.cases.reviews` gives them. Self-checks and training are left out;
            of several reviews by one person the last counts.

    Returns:
        `day`, `contact_id`, DIMENSIONS, `raters rating_sum rating_squares` (ratings in percent of the possible points),
        `nothings` (how many of them are 0) and the verdicts `first` and `second` (of the first and the last review:
        FATAL, FAILED, PASSED, or null).
    """
    rated = (
        reviews.filter(is_judged_again())
        .with_columns(rating=rating(), verdict=verdict())
        .sort("reviewed_at", "review_id")
    )
    own = rated.unique([*OF_CONTACT, "reviewer_id"], keep="last", maintain_order=True)
    units = own.group_by(OF_CONTACT, maintain_order=True).agg(
        pl.len().alias("reviewers"),
        pl.col("reviewed_at").last().dt.date().alias("day"),
        pl.col(DIMENSIONS).first(),
        pl.col("rating").count().alias("raters"),
        pl.col("rating").sum().alias("rating_sum"),
        (pl.col("rating") ** 2).sum().alias("rating_squares"),
        (pl.col("rating") == 0).sum().alias("nothings"),
        pl.col("verdict").first().alias("first"),
        pl.col("verdict").last().alias("second"),
    )
    ratings = ["raters", "rating_sum", "rating_squares", "nothings"]
    columns = ["day", "contact_id", *DIMENSIONS, *ratings, "first", "second"]
    return units.filter(pl.col("reviewers") > 1).select(columns)


def is_judged_again() -> pl.Expr:
    """Reviews that can be held against another one of the same contact."""
    judged, others = pl.col("purpose").fill_null("regular") != "training", pl.col("level").fill_null("") != "self"
    return BY_PEOPLE & judged & others & pl.col("reviewer_id").is_not_null()


def outcome_facts(reviews: pl.DataFrame, complaints: pl.DataFrame) -> pl.DataFrame:
    """`with_outcomes` on the day of the review: `day review_id reviewed_at`, DIMENSIONS, `rating` and the outcomes."""
    outcomes = [rating().alias("rating"), "csat", "stayed_away", "uncomplained"]
    known = with_outcomes(reviews, complaints)
    return known.select(
        pl.col("reviewed_at").dt.date().alias("day"), "review_id", "reviewed_at", *DIMENSIONS, *outcomes
    )


def with_outcomes(reviews: pl.DataFrame, complaints: pl.DataFrame) -> pl.DataFrame:
    """Reviews by people with what became of their contact; self-checks, calibration and training are left out.

    A review that was made after a complaint of the contact arrived was chosen because of it, or made by someone who
    knew: it says nothing of whether scores foretell complaints.

    Args:
        reviews: as for `double_review_facts`, with `csat came_back`.
        complaints: valid ones, `contact_id received_at`.

    Returns:
        the reviews with `csat` (1 to 5 or null), `stayed_away` (0, 1 or null where that is not known) and
        `uncomplained` (1, 0 where a complaint came after the review, null where it came before).
    """
    regular = ~pl.col("purpose").fill_null("regular").is_in(PRACTICE)
    others = pl.col("level").fill_null("") != "self"
    arrived = complaints.drop_nulls("contact_id").group_by("contact_id").agg(pl.col("received_at").min().alias("at"))
    joined = reviews.filter(BY_PEOPLE & regular & others).join(arrived, on="contact_id", how="left")
    is_before = (pl.col("at") <= pl.col("reviewed_at")).fill_null(value=False)
    return joined.with_columns(
        pl.when(pl.col("csat").is_between(1, 5)).then(pl.col("csat")).alias("csat"),
        (1 - pl.col("came_back")).alias("stayed_away"),
        pl.when(~is_before).then(pl.col("at").is_null().cast(pl.Int64)).alias("uncomplained"),
    ).drop("at")


def rating() -> pl.Expr:
    """The score in percent of the possible points; null where there are none."""
    return pl.when(pl.col("max_score") > 0).then(100 * pl.col("score") / pl.col("max_score"))


def verdict() -> pl.Expr:
    """FATAL, FAILED or PASSED; null where nothing was decided."""
    passed = pl.when(pl.col("passed")).then(PASSED).otherwise(FAILED)
    fatal = pl.col("fatal").fill_null(value=False)
    return pl.when(pl.col("passed").is_not_null()).then(pl.when(fatal).then(FATAL).otherwise(passed))
