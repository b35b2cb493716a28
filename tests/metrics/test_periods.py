"""Which periods count as before and after a change, on a calendar."""

from datetime import date

import polars as pl
import pytest

from metrics.before_after import before_after
from metrics.errors import InvalidScope
from metrics.metric import Better
from metrics.results import BeforeAfter

MONTHS = pl.DataFrame(
    {
        "period": [date(2024, month, 1) for month in range(1, 8)],
        "days": [31, 29, 31, 30, 31, 30, 10],  # data end on 11 July
        "numerator": [40, 40, 40, 20, 20, 20, 20],
    }
)


@pytest.mark.parametrize(
    ("change", "before", "after", "counted", "left_out"),
    [
        # March holds the change on the 15th; on the first of a month nothing is cut.
        ("2024-03-15", ("2024-01-01", "2024-03-15"), ("2024-03-15", "2024-07-11"), (2, 4), (1, 0)),
        ("2024-04-01", ("2024-01-01", "2024-04-01"), ("2024-04-01", "2024-07-11"), (3, 4), (0, 0)),
        # A window from 10 January cuts January, one to 5 July cuts July.
        ("2024-04-01", ("2024-01-10", "2024-04-01"), ("2024-04-01", "2024-07-05"), (2, 3), (0, 2)),
        # April is left out for settling in: it lies in no window.
        ("2024-04-01", ("2024-01-01", "2024-04-01"), ("2024-05-01", "2024-07-01"), (3, 2), (0, 0)),
    ],
)
def test_only_whole_periods_on_one_side_are_compared_and_the_others_counted(
    change: str, before: tuple[str, str], after: tuple[str, str], counted: tuple[int, int], left_out: tuple[int, int]
) -> None:
    windows = [(date.fromisoformat(first), date.fromisoformat(end)) for first, end in (before, after)]
    for series in (MONTHS, MONTHS.reverse()):
        found = before_after(
            series,
            date.fromisoformat(change),
            kind="count",
            before=windows[0],
            after=windows[1],
            better=Better.LOWER,
        )
        assert isinstance(found, BeforeAfter)
        assert (found.before.periods, found.after.periods) == counted
        assert (found.cut_by_change, found.cut_by_window) == left_out


@pytest.mark.parametrize(
    ("series", "periods", "cut"),
    [
        # Only five days of March have data, yet the change on the 15th lies in March.
        (MONTHS.with_columns(days=pl.when(pl.col("period") == date(2024, 3, 1)).then(5).otherwise("days")), 2, 1),
        (MONTHS.filter(pl.col("period") != date(2024, 3, 1)), 2, 0),  # without March nothing is cut, February least
    ],
)
def test_month_with_gaps_still_ends_with_the_month(series: pl.DataFrame, periods: int, cut: int) -> None:
    change = date(2024, 3, 15)
    before, after = (date(2024, 1, 1), change), (change, date(2024, 7, 11))
    found = before_after(series, change, kind="count", better=Better.LOWER, before=before, after=after)
    assert isinstance(found, BeforeAfter)
    assert (found.before.periods, found.cut_by_change) == (periods, cut)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (("2024-01-01", "2024-01-01"), ("2024-03-01", "2024-05-01"), "has no day in it"),
        (("2024-01-01", "2024-03-02"), ("2024-03-01", "2024-05-01"), "Let it end on 2024-03-01 or earlier"),
        (("2024-01-01", "2024-03-01"), ("2024-02-29", "2024-05-01"), "Let it begin on 2024-03-01 or later"),
    ],
)
def test_window_on_the_wrong_side_is_refused(before: tuple[str, str], after: tuple[str, str], sentence: str) -> None:
    windows = [(date.fromisoformat(first), date.fromisoformat(end)) for first, end in (before, after)]
    with pytest.raises(InvalidScope, match=sentence):
        before_after(MONTHS, date(2024, 3, 1), kind="count", before=windows[0], after=windows[1], better=Better.LOWER)
