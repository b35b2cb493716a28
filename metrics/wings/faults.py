"""What counts as a fault that a review found: not passed, and not taken back after a dispute."""

from datetime import date

import polars as pl

from metrics.review_facts import COUNTED

#: Reviews by people that judge an agent and are decided: neither practice nor a dispute that is still open.
IS_DECIDED = (
    COUNTED
    & pl.col("passed").is_not_null()
    & (pl.col("disputed_at").is_null() | pl.col("dispute_upheld").is_not_null())
)
#: Of a decided review: did it find a fault that stands?
IS_FAULT = ~(pl.col("passed") & ~pl.col("fatal").fill_null(value=False)) & ~pl.col("dispute_upheld").fill_null(
    value=False
)


def known_by(reviews: pl.DataFrame, end: date | None) -> pl.DataFrame:
    """What was known of reviewed contacts before a day, or is known by now: `contact_id week reasons fault`, one each.

    A dispute counts as decided on the day on which it was raised, as nobody records the day of the decision.

    Args:
        reviews: a row a review: `contact_id week reasons`, `made disputed_on` (days), `found` (a fault) and `upheld`
            (the dispute; null while it is open).
    """
    seen = reviews if end is None else reviews.filter(pl.col("made") < end)
    raised = pl.col("disputed_on").is_not_null() if end is None else pl.col("disputed_on") < end
    is_disputed = raised.fill_null(value=False)
    stands = pl.col("found") & ~(is_disputed & pl.col("upheld").fill_null(value=False))
    decided = seen.filter(~is_disputed | pl.col("upheld").is_not_null())
    contacts = decided.group_by("contact_id", "week", "reasons", maintain_order=True)
    return contacts.agg(stands.any().alias("fault"))
