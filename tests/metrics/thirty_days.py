"""Series of thirty-day periods around a change, from literal counts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from metrics.before_after import before_after
from metrics.metric import Better
from metrics.results import BeforeAfter, Kind, NotEstimable

Counts = Sequence[int | float | None]
FIRST = date(2024, 1, 1)


def thirty_days(counts: Counts, denominators: Counts | None = None) -> pl.DataFrame:
    periods = [FIRST + timedelta(days=30 * place) for place in range(len(counts))]
    series = pl.DataFrame({"period": periods, "days": [30] * len(counts), "numerator": counts}, strict=False)
    return series if denominators is None else series.with_columns(denominator=pl.Series(denominators, strict=False))


def compared(
    before: Counts,
    after: Counts,
    of_before: Counts | None = None,
    of_after: Counts | None = None,
    *,
    kind: Kind = "count",
    better: Better = Better.LOWER,
    scale: float = 1.0,
) -> BeforeAfter | NotEstimable:
    denominators = None if of_before is None or of_after is None else [*of_before, *of_after]
    change = FIRST + timedelta(days=30 * len(before))
    return before_after(
        thirty_days([*before, *after], denominators),
        change,
        kind=kind,
        before=(FIRST, max(change, FIRST + timedelta(days=1))) if before else (FIRST - timedelta(days=90), FIRST),
        after=(change, change + timedelta(days=30 * len(after) + 1)),
        better=better,
        scale=scale,
    )


def answered(*arguments: Counts, **options: Any) -> BeforeAfter:
    found = compared(*arguments, **options)
    assert isinstance(found, BeforeAfter)
    return found
