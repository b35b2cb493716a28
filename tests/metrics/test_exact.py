"""Authority: the distributions of `scipy.stats`, which the product does without."""

import numpy as np
import pytest
from scipy import stats

from metrics.exact import binomial_quantile, poisson_quantile


@pytest.mark.parametrize("level", [0.025, 0.05, 0.975])
def test_quantiles_of_counts_are_those_of_their_distributions(level: float):
    for chance in (0.5, 0.02):
        trials = np.arange(1, 400)
        ours = [binomial_quantile(level, int(n), chance) for n in trials]
        assert ours == stats.binom.ppf(level, trials, chance).tolist()
    expected = np.concatenate([[0.0, 1e-9], np.arange(1, 200) / 8, np.geomspace(30, 5_000, 500)])
    assert poisson_quantile(level, expected).tolist() == stats.poisson.ppf(level, expected).tolist()


def test_the_middle_of_an_odd_number_of_coins_is_the_lower_half():
    # Of 2k + 1 coins k or fewer heads come as often as k + 1 or more, so exactly in half of all throws.
    assert [binomial_quantile(0.5, 2 * k + 1, 0.5) for k in range(200)] == list(range(200))
