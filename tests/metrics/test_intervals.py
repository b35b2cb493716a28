"""Intervals against published tables, hand arithmetic and independent implementations."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import proportion

from metrics.intervals import (
    NO_RATIO,
    clustered_share,
    mean_interval,
    mover_difference,
    poisson_mid_p,
    proportion_ratio_score,
    quantile_ranks,
    rate_ratio_exact,
    wilson,
)


def ends(pair: tuple[pl.Expr, pl.Expr], **values: float | None) -> tuple[float | None, float | None]:
    low, high = pair
    frame = pl.DataFrame({name: [value] for name, value in values.items()}, schema=dict.fromkeys(values, pl.Float64))
    return frame.select(low=low, high=high).row(0)


def known(*values: float | None) -> list[float]:
    found = [value for value in values if value is not None]
    assert len(found) == len(values)
    return found


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, 857–872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_ends(numerator: int, denominator: int, low: float, high: float) -> None:
    found = ends(wilson(pl.col("x"), pl.col("n")), x=numerator, n=denominator)
    assert found == pytest.approx((low, high), abs=5e-5)
    mirrored = ends(wilson(pl.col("x"), pl.col("n")), x=denominator - numerator, n=denominator)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=5e-5)


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(0, 0), (5, 0), (None, 10), (3, None), (6, 5), (-1, 5)], ids=str
)
def test_wilson_is_null_where_there_is_no_share(numerator: float | None, denominator: float | None) -> None:
    assert ends(wilson(pl.col("x"), pl.col("n")), x=numerator, n=denominator) == (None, None)


@pytest.mark.parametrize(("numerator", "exact"), [(0, 0), (7, 1)])
def test_wilson_ends_exactly_at_the_edge_when_none_or_all_are_counted(numerator: int, exact: int) -> None:
    assert exact in ends(wilson(pl.col("x"), pl.col("n")), x=numerator, n=7)


@pytest.mark.parametrize(
    ("x", "y", "xx", "xy", "yy", "n", "low", "high"),
    [
        # 100 customers with 2 contacts each, of half both have it, of half none: each residual is 1, the variance
        # 100 · 100 / 99 / 200² = 1 / 396, that of 99 cases alone. Student's t for 99 is 1.98422: they tell as much as
        # 99 · (1.95996 / 1.98422)² = 96.595; Wilson's half is 1.95996 / 2 / √(96.595 + 1.95996²) = 0.09779.
        (100, 200, 200, 200, 400, 100, 0.40221, 0.59779),
        # 10 with 3 each and all have it: 10 · (1.95996 / 2.26216)² = 7.5068 cases; 7.5068 / (7.5068 + 1.95996²).
        (30, 30, 90, 90, 90, 10, 0.66149, 1.0),
        # 10 with 2 each, of which exactly one has it: no more than 20 cases, 20 · 0.75068 = 15.0136 of them told;
        # 1.95996 / 2 / √(15.0136 + 1.95996²) = 0.22569.
        (10, 20, 10, 20, 40, 10, 0.27431, 0.72569),
        (2, 3, 4, 6, 9, 1, None, None),  # of one customer nothing is known
        (0, 0, 0, 0, 0, 0, None, None),
    ],
)
def test_a_clustered_share_by_hand(
    x: int, y: int, xx: int, xy: int, yy: int, n: int, low: float | None, high: float | None
) -> None:
    squares = pl.col("xx"), pl.col("xy"), pl.col("yy")
    pair = clustered_share(pl.col("x"), pl.col("y"), squares, pl.col("n"))
    found = ends(pair, x=x, y=y, xx=xx, xy=xy, yy=yy, n=n)
    assert found == ((None, None) if low is None else pytest.approx((low, high), abs=2e-5))


@pytest.mark.parametrize("count", [1, 2, 10, 100, 40_000])
def test_at_each_end_of_poisson_more_cases_and_half_of_as_many_are_as_unlikely_as_said(count: int) -> None:
    low, high = known(*ends(poisson_mid_p(pl.col("x"), pl.col("t")), x=count, t=500))
    half = stats.poisson.pmf(count, [500 * low, 500 * high]) / 2  # by scipy's distribution
    assert stats.poisson.sf(count, 500 * low) + half[0] == pytest.approx(0.025, rel=1e-7)
    assert stats.poisson.cdf(count - 1, 500 * high) + half[1] == pytest.approx(0.025, rel=1e-7)


def test_no_case_may_be_twenty_to_one() -> None:
    # Half of e^−λ is 0.025 where λ is the logarithm of 20.
    assert ends(poisson_mid_p(pl.col("x"), pl.col("t")), x=0, t=2) == pytest.approx((0, math.log(20) / 2))


@pytest.mark.parametrize(("count", "exposure"), [(0, 0), (4, 0), (4, None), (None, 10)], ids=str)
def test_poisson_is_null_without_exposure_or_count(count: float | None, exposure: float | None) -> None:
    assert ends(poisson_mid_p(pl.col("x"), pl.col("t")), x=count, t=exposure) == (None, None)


def test_mean_interval_is_students() -> None:
    # 1, 2, 3, 4, 5: mean 3, variance 2.5, t(4) at 0.975 is 2.776 in every table; 2.776 × √(2.5 / 5) = 1.963.
    found = ends(mean_interval(pl.col("s"), pl.col("q"), pl.col("n")), s=15, q=55, n=5)
    assert found == pytest.approx((3 - 1.963, 3 + 1.963), abs=5e-4)


@pytest.mark.parametrize("n", [0, 1, None])
def test_mean_interval_is_null_below_two_values(n: int | None) -> None:
    assert ends(mean_interval(pl.col("s"), pl.col("q"), pl.col("n")), s=5, q=25, n=n) == (None, None)


def test_mean_interval_of_equal_values_has_no_width_and_no_nan() -> None:
    # Three times 0.1: rounding makes 0.03 − 0.3² / 3 slightly negative.
    found = ends(mean_interval(pl.col("s"), pl.col("q"), pl.col("n")), s=0.1 * 3, q=0.1**2 * 3, n=3)
    assert found == pytest.approx((0.1, 0.1), abs=1e-7)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 10.
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_difference_of_two_shares_has_the_published_ends(
    a: tuple[int, int], b: tuple[int, int], low: float, high: float
) -> None:
    sides = [(pl.col(x) / pl.col(n), *wilson(pl.col(x), pl.col(n))) for x, n in (("xa", "na"), ("xb", "nb"))]
    found = ends(mover_difference(*sides[0], *sides[1]), xa=a[0], na=a[1], xb=b[0], nb=b[1])
    assert found == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("n", "quantile", "low", "high"),
    # Sums of binomial probabilities; of the median they stand in Conover's table A3 (p = 0.5).
    [
        (5, 0.5, None, None),  # 1/32 = 0.031 lies below the smallest value: more than 0.025
        (6, 0.5, 1, 6),  # 1/64 = 0.016
        (10, 0.5, 2, 9),  # up to 1: 11/1024 = 0.0107, up to 2: 56/1024 = 0.0547
        (100, 0.5, 40, 61),  # up to 39: 0.0176, up to 40: 0.0284
        (10, 0.9, 7, None),  # 0.9**10 = 0.349 lies above the largest; up to 6: 0.0128, up to 7: 0.0702
        (36, 0.9, 29, 36),  # up to 28: 0.0235, up to 29: 0.0628; up to 34: 0.887, up to 35: 1 − 0.9**36 = 0.9775
        (0, 0.5, None, None),
    ],
)
def test_ranks_enclose_the_quantile(n: int, quantile: float, low: int | None, high: int | None) -> None:
    assert ends(quantile_ranks(pl.col("n"), quantile), n=n) == (low, high)


def test_rate_ratio_is_that_of_the_help_page_of_poisson_test() -> None:
    # R: poisson.test(c(11, 6 + 8 + 7), c(800, 1083 + 1050 + 878)); breast cancer and fluoroscopy.
    found = rate_ratio_exact(11, 800, 21, 3011)
    assert found == pytest.approx((1.971488, 0.8584264, 4.2772659, 0.07967), abs=5e-6)


def test_rate_ratio_is_turned_over_when_the_sides_are() -> None:
    value, low, high, p = known(*rate_ratio_exact(11, 800, 21, 3011))
    assert rate_ratio_exact(21, 3011, 11, 800) == pytest.approx((1 / value, 1 / high, 1 / low, p))


def test_rate_ratio_without_events_on_one_side_has_one_end() -> None:
    # Five against none in equal time: p = 2 / 2**5. Clopper–Pearson of 5 of 5: from 0.025**(1/5) = s to 1; s / (1 − s).
    share = 0.025**0.2
    risen, gone = rate_ratio_exact(5, 30, 0, 30), rate_ratio_exact(0, 30, 5, 30)
    assert (risen.value, risen.high) == (None, None)
    assert (risen.low, risen.p) == pytest.approx((share / (1 - share), 0.0625))
    assert gone == pytest.approx((0, 0, (1 - share) / share, 0.0625))


@pytest.mark.parametrize("sides", [(0, 30, 0, 30), (5, 0, 5, 30), (5, 30, 5, 0)])
def test_rate_ratio_needs_an_event_and_exposure_on_both_sides(sides: tuple[int, float, int, float]) -> None:
    assert rate_ratio_exact(*sides) == NO_RATIO


@pytest.mark.parametrize("counts", [(70, 100, 80, 100), (250, 1000, 100, 1000), (3, 40, 9, 55), (1, 90, 3, 80)])
def test_ratio_of_shares_is_that_of_statsmodels(counts: tuple[int, int, int, int]) -> None:
    low, high = proportion.confint_proportions_2indep(*counts, method="score", compare="ratio")
    p = proportion.test_proportions_2indep(*counts, method="score", compare="ratio", return_results=False)[1]
    value = counts[0] / counts[1] / (counts[2] / counts[3])
    assert proportion_ratio_score(*counts) == pytest.approx((value, low, high, p), rel=1e-6)


def test_ratio_of_two_full_shares_has_the_interval_of_its_closed_form() -> None:
    # All of ten on both sides: the score is √(10 (r − 1) × 19/20) above 1, so r = 1 + 1.96² × 20/19 / 10.
    beyond = 1 + 1.959964**2 * 20 / 19 / 10
    assert proportion_ratio_score(10, 10, 10, 10) == pytest.approx((1, 1 / beyond, beyond, 1), abs=1e-6)


@pytest.mark.parametrize("counts", [(0, 10, 0, 10), (1, 0, 1, 10), (1, 10, 0, 0)])
def test_ratio_of_shares_needs_one_counted_and_both_sides(counts: tuple[int, int, int, int]) -> None:
    assert proportion_ratio_score(*counts) == NO_RATIO


SHARES = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(after=SHARES, before=SHARES)
def test_ratio_of_shares_lies_in_its_interval_and_turns_over_with_its_sides(
    after: tuple[int, int], before: tuple[int, int]
) -> None:
    ratio, turned = proportion_ratio_score(*after, *before), proportion_ratio_score(*before, *after)
    if not before[0]:
        assert (ratio.value, ratio.high) == (None, None)
        return
    value, low, high, p = known(*ratio)
    if not after[0]:
        assert (value, low, turned.value, turned.high) == (0, 0, None, None)
        return
    assert low <= value * (1 + 1e-9)
    assert high >= value * (1 - 1e-9)
    assert turned == pytest.approx((1 / value, 1 / high, 1 / low, p), rel=1e-6)


@pytest.mark.parametrize("confidence", [0.8, 0.99])
def test_confidence_widens_every_interval(confidence: float) -> None:
    # z of the normal table: 1.2816 for 80 %, 2.5758 for 99 %; half widths of large samples stand as they do to 1.96.
    z = {0.8: 1.281552, 0.99: 2.575829}[confidence] / 1.959964
    for interval in (wilson, poisson_mid_p):
        low, high = known(*ends(interval(pl.col("x"), pl.col("n"), confidence), x=500_000, n=1_000_000))
        usual_low, usual_high = known(*ends(interval(pl.col("x"), pl.col("n")), x=500_000, n=1_000_000))
        assert high - low == pytest.approx((usual_high - usual_low) * z, rel=1e-3)
    for ratio in (rate_ratio_exact, proportion_ratio_score):
        high, usual_high = known(
            ratio(5000, 10_000, 5000, 10_000, confidence).high, ratio(5000, 10_000, 5000, 10_000).high
        )
        assert math.log(high) == pytest.approx(math.log(usual_high) * z, rel=1e-2)
