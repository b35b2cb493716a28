"""What counts as a fault that a review found: not passed, and not taken back after a dispute."""

import polars as pl

from metrics.review_facts import BY_PEOPLE, PRACTICE

#: Reviews by people that judge an agent and are decided: neither practice nor a dispute that is still open.
IS_DECIDED = (
    BY_PEOPLE
    & ~pl.col("purpose").fill_null("regular").is_in(PRACTICE)
    & pl.col("passed").is_not_null()
    & (pl.col("disputed_at").is_null() | pl.col("dispute_upheld").is_not_null())
)
#: Of a decided review: did it find a fault that stands?
IS_FAULT = ~(pl.col("passed") & ~pl.col("fatal").fill_null(value=False)) & ~pl.col("dispute_upheld").fill_null(
    value=False
)
