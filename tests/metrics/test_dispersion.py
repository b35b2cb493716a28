"""Periods that vary more than chance makes them: said, and the intervals made as wide, by hand."""

import pytest

from metrics.results import Answer, Caveat, Kind
from tests.metrics.thirty_days import Counts, answered


def test_dispersion_is_chi_square_per_degree_of_freedom() -> None:
    # 10 and 20 about 15: 25/15 twice; 10 and 10: none; two degrees of freedom are left of four.
    assert answered([10, 20], [10, 10]).dispersion == pytest.approx(25 / 15)


@pytest.mark.parametrize(
    ("before", "after", "of", "kind", "expected"),
    [
        # 5 and 45 about 25: 400/25 twice is 32 with 2 degrees of freedom; the table's 5 % value is 5.99.
        ([5, 45], [25, 25], None, "count", True),
        ([20, 30], [25, 25], None, "count", False),  # 25/25 twice is 2
        # 20 and 40 of 100 about 30 %: 100/21 twice is 9.5; as counts it would be 100/30 twice, 6.7.
        ([20, 40], [30, 30], 100, "proportion", True),
        ([26, 34], [30, 30], 100, "proportion", False),  # 16/21 twice is 1.5
        ([0, 0], [20, 20], None, "count", False),  # a side without events does not vary
    ],
)
def test_more_scatter_than_chance_is_a_caveat(
    before: Counts, after: Counts, of: int | None, kind: Kind, expected: bool
) -> None:
    denominators = [] if of is None else [[of] * len(before), [of] * len(after)]
    found = answered(before, after, *denominators, kind=kind)
    assert (Caveat.OVERDISPERSED in found.caveats) is expected


def test_overdispersed_count_has_its_interval_widened_by_the_root_of_the_dispersion() -> None:
    # 50 and 50 in equal time, chi-square 32 by 2: four times as wide. Clopper–Pearson of 50 of 100: 0.3983 to 0.6017,
    # so the ratio lies between (0.3983 / 0.6017)⁴ and its inverse; Garwood of 50: 37.11 to 65.92, √(12.89² + 15.92²).
    found = answered([5, 45], [25, 25])
    relative = found.count.relative
    assert relative is not None
    far = (0.6017 / 0.3983) ** 4
    assert (relative.value, relative.low, relative.high) == pytest.approx(
        (0, (1 / far - 1) * 100, (far - 1) * 100), rel=5e-3
    )
    half = 20.48 * 4 / 60 * 30.4375
    assert (found.count.absolute.low, found.count.absolute.high) == pytest.approx((-half, half), rel=1e-3)
    assert (found.dispersion, found.count.p) == (pytest.approx(16), None)


def test_overdispersed_share_has_its_points_widened_by_the_root_of_the_dispersion() -> None:
    # 60 of 200 twice; chi-square 200 / 21 by 2 degrees. Wilson of 60 of 200: 24.07 to 36.68, √(5.93² + 6.68²) = 8.93.
    found = answered([20, 40], [30, 30], [100, 100], [100, 100], kind="proportion")
    assert found.rate is not None
    half = 8.93 * (100 / 21) ** 0.5
    ends = found.rate.absolute.low, found.rate.absolute.high
    assert ends == pytest.approx((-half, half), rel=2e-3)
    assert (found.rate.p, found.count.p) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        ([50, 50], [30, 30], Answer.FEWER),  # 60 against 100: surely fewer where the periods are alike
        ([10, 90], [30, 30], Answer.NO_CLEAR_DIFFERENCE),  # chi-square 64 by 2: 5.7 times as wide
        ([3, 3], [0, 0], Answer.FEWER),  # 0 of 6: 2 / 2⁶ = 0.03
        ([0, 6], [0, 0], Answer.NO_CLEAR_DIFFERENCE),  # one bad month, then none: that was so before
    ],
)
def test_what_the_periods_vary_by_can_take_a_verdict_away(before: Counts, after: Counts, answer: Answer) -> None:
    found = answered(before, after)
    assert found.answer is answer
    assert (found.count.p is None) is (answer is Answer.NO_CLEAR_DIFFERENCE)


def test_none_left_of_a_scattered_count_has_the_same_upper_end_in_points_and_percent() -> None:
    found = answered([0, 6], [0, 0])
    relative, absolute = found.count.relative, found.count.absolute
    assert relative is not None
    assert (relative.value, relative.low) == (-100, -100)
    assert relative.high == pytest.approx(absolute.high / found.count.old * 100)
