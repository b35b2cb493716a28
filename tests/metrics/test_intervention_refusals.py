"""What cannot be estimated says why, and what is no series is refused."""

import math
import warnings
from datetime import date

import polars as pl
import pytest

from metrics.errors import InvalidScope
from metrics.intervention import evaluate_change, plan_change
from metrics.results import Needed, NotEstimable, Reason
from tests.metrics.interrupted import counted, months


@pytest.mark.parametrize(
    ("counts", "before", "reason", "needed", "found"),
    [
        ([9, 8, 7, 6, 5], 2, Reason.FEW_PERIODS_BEFORE, Needed.PERIODS_BEFORE, 2),
        ([9, 8, 7, 6, 5], 3, Reason.FEW_PERIODS_AFTER, Needed.PERIODS_AFTER, 2),
        ([9, 8, 7, 6, 5], 0, Reason.NO_PERIOD_BEFORE, Needed.PERIODS_BEFORE, 0),
    ],
)
def test_fewer_than_three_periods_on_a_side(
    counts: list[int], before: int, reason: Reason, needed: Needed, found: int
) -> None:
    answer = evaluate_change(counted(counts), months(5)[before])
    assert answer == NotEstimable(reason, needed, {"found": found, "least": 3})


def test_change_after_the_last_period() -> None:
    answer = evaluate_change(counted([9] * 5), date(2030, 1, 1))
    assert answer == NotEstimable(Reason.NO_PERIOD_AFTER, Needed.PERIODS_AFTER, {"found": 0, "least": 3})


def test_roll_out_that_leaves_nothing_after() -> None:
    answer = evaluate_change(counted([9, 8, 9, 8, 7, 6, 5]), months(7)[3], transition_end=months(7)[6])
    assert answer == NotEstimable(Reason.TRANSITION_TOO_LONG, Needed.PERIODS_AFTER, {"found": 1, "least": 3})


def test_delayed_effect_whose_time_has_not_come() -> None:
    answer = evaluate_change(counted([9, 8, 9, 8, 7, 6, 5]), months(7)[3], shape="delayed")
    assert answer == NotEstimable(Reason.FEW_PERIODS_AFTER, Needed.PERIODS_AFTER, {"found": 1, "least": 3})


def test_no_events() -> None:
    answer = evaluate_change(counted([0] * 12), months(12)[6])
    assert answer == NotEstimable(Reason.NO_EVENTS, Needed.EVENTS, {"found": 0, "least": 1})


@pytest.mark.parametrize(
    "columns",
    [
        {"count": [7] * 12},
        {"value": [7.5] * 12},
        {"numerator": [3] * 12, "denominator": [9] * 12},
        {"numerator": [9, 8] * 6, "denominator": [9, 8] * 6},  # always all of them
    ],
)
def test_no_variation(columns: dict[str, list[float]]) -> None:
    answer = evaluate_change(pl.DataFrame({"period": months(12), **columns}), months(12)[6])
    assert answer == NotEstimable(Reason.NO_VARIATION, Needed.VARIATION)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"count": [1, 2, -3, 4]}, "count is -3 in 2022-03-01"),
        ({"count": [1.0, 2.0, 2.5, 4.0]}, "count is 2.5 in 2022-03-01"),
        ({"count": [1, 2, None, 4]}, "count has no value in 2022-03-01"),
        ({"value": [1.0, 2.0, float("nan"), 4.0]}, "value has no value in 2022-03-01"),
        ({"count": ["1", "2", "3", "4"]}, "count holds String"),
        ({"numerator": [1, 2, 3, 4]}, "lacks the column denominator"),
        ({"numerator": [1, 2, 3, 4], "denominator": [9, 9, 2, 9]}, "In 2022-03-01 more was counted"),
        ({"count": [1, 2, 3, 4], "exposure": [9, 9, 0, 9]}, "In 2022-03-01 more was counted"),
        ({"count": [1, 2, 3, 4], "exposure": [9, 9, -9, 9]}, "exposure is -9 in 2022-03-01"),
        ({"count": [1, 2, 3, 4], "control_count": [1, 2, 3, 4], "exposure": [9] * 4}, "lacks .* control_exposure"),
        ({"count": [1, 2, 3, 4], "control_exposure": [9] * 4}, "lacks the column control_count"),
        ({"calls": [1, 2, 3, 4]}, "none of the columns"),
        (
            {"numerator": [1, 2, 3, 4], "denominator": [9] * 4, "control_count": [1, 2, 3, 4]},
            "A control can be compared with counts only, and the series gives numerator",
        ),
        ({"value": [1, 2, 3, 4], "control_count": [1, 2, 3, 4]}, "counts only, and the series gives value"),
    ],
)
def test_what_is_no_series(columns: dict[str, list[float]], sentence: str) -> None:
    with pytest.raises(InvalidScope, match=sentence):
        evaluate_change(pl.DataFrame({"period": months(4), **columns}), months(4)[2])


def test_a_period_that_occurs_twice() -> None:
    series = counted([1, 2, 3, 4]).with_columns(period=pl.Series([*months(3), months(3)[2]]))
    with pytest.raises(InvalidScope, match="2022-03-01 occurs twice"):
        evaluate_change(series, months(3)[1])


def test_weeks_are_not_taken_for_months() -> None:
    series = pl.DataFrame({"period": [date(2024, 1, 1 + 7 * i) for i in range(4)], "count": [1, 2, 3, 4]})
    with pytest.raises(InvalidScope, match="From 2024-01-01 to 2024-01-08 it is less than a month"):
        evaluate_change(series, date(2024, 1, 15))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"shape": "stepp"}, "no shape stepp. Choose step"),
        ({"expected": "decreasing"}, "no expected decreasing. Choose decrease"),
        ({"grain": "year"}, "no grain year"),
        ({"season": "winter"}, "no season winter"),
        ({"season": -1}, "season of -1"),
        ({"confidence": 95}, "confidence of 95"),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidScope, match=sentence):
        evaluate_change(counted([9, 8, 7, 6, 7, 8, 9, 8]), months(8)[4], **asked)  # ty: ignore[invalid-argument-type]


@pytest.mark.parametrize(
    ("counts", "before"),
    [
        ([2, 5, 4, 3, 3, 1, 4, 8962, 3, 1, 5, 1, 4, 2, 4, 1, 4, 4, 3, 6, 3, 1, 5, 1, 5, 2], 19),
        ([903, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0], 11),
        ([0, 2, 3, 0, 0, 0, 10**9, 1], 5),
        ([1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 10**9, 1, 1, 1, 1000, 1, 1, 0], 11),
    ],
)
def test_figures_that_leap_give_numbers_or_a_refusal_and_no_warning(counts: list[int], before: int) -> None:
    """A month of thousands of times as many: whatever is told of it is a number."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = evaluate_change(counted(counts), months(len(counts))[before])
    if isinstance(answer, NotEstimable):
        assert answer == NotEstimable(Reason.LEAPING, Needed.LONGER_PERIODS)
    else:
        assert answer.averted is not None
        assert not any(math.isnan(each) for each in (answer.overall.value, answer.overall.p, answer.averted.value))
        assert not any(answer.robustness.grid.select(pl.col("value", "low", "high").is_nan().any()).row(0))


def test_figures_that_leap_beyond_every_model_give_no_plan() -> None:
    """Of 40 months one with a trillion cases: a rate of e^1000 would be forecast."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = plan_change(counted([5, 10_000, *[5, 6] * 18, 5, 10**12]))
    assert answer == NotEstimable(Reason.LEAPING, Needed.LONGER_PERIODS)
