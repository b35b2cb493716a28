"""Which codes of complaints did nobody use before?"""

from datetime import date, timedelta

import polars as pl

NEW_WEEKS = 8
LEAST_PAST = 13  # weeks of complaints before: with fewer everything is new
LEAST_CASES = 3  # fewer may be slips of the pen
CODES = ("issue_type", "subtype", "established_cause", "responsible_department")
NEW = pl.Schema({"dimension": pl.String(), "code": pl.String(), "first": pl.Date(), "count": pl.Int64()})


def new_codes(complaints: pl.DataFrame, end: date) -> pl.DataFrame | None:
    """Codes first used in the last NEW_WEEKS weeks and by LEAST_CASES complaints since: NEW, the most used first.

    None where complaints do not reach back far enough to tell what is new.

    Args:
        complaints: `day`, CODES; those of later days are left out.
        end: the day after the last.
    """
    known = complaints.filter(pl.col("day") < end)
    start = end - timedelta(days=7 * NEW_WEEKS)
    first = known["day"].min()
    if not isinstance(first, date) or first > start - timedelta(days=7 * LEAST_PAST):
        return None
    found = [
        known.drop_nulls(name)
        .group_by(pl.col(name).alias("code"))
        .agg(pl.col("day").min().alias("first"), pl.len().cast(pl.Int64).alias("count"))
        .select(pl.lit(name).alias("dimension"), "code", "first", "count")
        for name in CODES
    ]
    fresh = pl.concat(found).filter(pl.col("first") >= start, pl.col("count") >= LEAST_CASES)
    return fresh.cast(NEW).sort("count", "dimension", "code", descending=[True, False, False])
