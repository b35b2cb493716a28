"""Is a day unusually full or empty? So it is outside the interval of what was expected, and far off as well."""

import polars as pl

#: Beside the 95 % interval, which one day in twenty leaves by chance: so far off, in percent of what was expected.
SHARE_OFF = "share_off"


def judged(course: pl.DataFrame, limit: float) -> pl.DataFrame:
    """Days with `share_off` (percent more than expected, negative: fewer), and whether they are `outside` the interval
    and `unusual`: outside, and by more than the limit.

    Args:
        course: `day count expected low high`.
        limit: percent of what was expected.
    """
    count, expected = pl.col("count"), pl.col("expected")
    off = pl.when(expected > 0).then((count / expected - 1) * 100)
    outside = (count < pl.col("low")) | (count > pl.col("high"))
    told = course.with_columns(off.alias(SHARE_OFF), outside=outside.fill_null(value=False))
    return told.with_columns(unusual=(pl.col("outside") & (pl.col(SHARE_OFF).abs() > limit)).fill_null(value=False))
