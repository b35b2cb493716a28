"""Authority: the distributions of `scipy.stats`, which the product does without."""

import numpy as np
import pytest
from scipy import stats

from metrics.exact import binomial_ends, binomial_p, binomial_quantile, fisher, poisson_quantile


@pytest.mark.parametrize("level", [0.025, 0.05, 0.975])
def test_quantiles_of_counts_are_those_of_their_distributions(level: float):
    for chance in (0.5, 0.02):
        trials = np.arange(1, 400)
        assert binomial_quantile(level, trials, chance).tolist() == stats.binom.ppf(level, trials, chance).tolist()
    expected = np.concatenate([[0.0, 1e-9], np.arange(1, 200) / 8, np.geomspace(30, 5_000, 500)])
    assert poisson_quantile(level, expected).tolist() == stats.poisson.ppf(level, expected).tolist()


def test_the_middle_of_an_odd_number_of_coins_is_the_lower_half():
    # Of 2k + 1 coins k or fewer heads come as often as k + 1 or more, so exactly in half of all throws.
    assert [binomial_quantile(0.5, 2 * k + 1, 0.5) for k in range(200)] == list(range(200))


@pytest.mark.parametrize("chance", [0.5, 0.2, 0.97])
@pytest.mark.parametrize("n", [1, 2, 7, 40, 3_000])
def test_a_count_is_tested_as_by_scipy_and_has_its_interval(n: int, chance: float):
    for count in {0, 1, n // 3, round(n * chance), n - 1, n}:
        test = stats.binomtest(count, n, chance)
        assert binomial_p(count, n, chance) == pytest.approx(test.pvalue, rel=1e-7, abs=1e-300)
        ends = test.proportion_ci(0.9, method="exact")
        assert binomial_ends(count, n, 0.9) == pytest.approx((ends.low, ends.high), rel=1e-9)


def test_a_count_of_millions_is_tested_like_its_normal_distribution():
    n, chance = 4_000_000, 0.25
    for gap in (-2.5, -1.0, 1.0, 2.5):  # standard deviations
        count = round(n * chance + gap * (n * chance * (1 - chance)) ** 0.5)
        assert binomial_p(count, n, chance) == pytest.approx(2 * stats.norm.sf(abs(gap)), rel=0.01)
    assert binomial_p(0, n, chance) == 0.0


def test_fishers_test_doubles_the_smaller_tail():
    # By hand: three of ten are drawn, four of the ten are hits. All three: C(4,3) C(6,0) / C(10,3) = 4/120. None, the
    # other end, is likelier (20/120), so adding up what is as unlikely would give 4/120, and not twice that.
    assert fisher(3, 3, 4, 10) == pytest.approx(2 * 4 / 120)
    assert fisher(0, 3, 4, 10) == pytest.approx(2 * 20 / 120)
    # One hit: 60/120, one or fewer 80/120, one or more 100/120: both tails are more than half.
    assert fisher(1, 3, 4, 10) == 1.0


@pytest.mark.parametrize(("drawn", "all_hits", "every"), [(3, 4, 10), (40, 7, 300), (150, 120, 300)])
def test_tails_of_fishers_test_are_those_of_the_hypergeometric_distribution(drawn: int, all_hits: int, every: int):
    found = stats.hypergeom(every, all_hits, drawn)
    for hits in range(max(0, drawn + all_hits - every), min(drawn, all_hits) + 1):
        smaller = min(found.sf(hits - 1), found.cdf(hits))
        assert fisher(hits, drawn, all_hits, every) == pytest.approx(min(1.0, 2 * smaller), rel=1e-8)
