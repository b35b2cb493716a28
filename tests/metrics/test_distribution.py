"""What a histogram tells of times, on bins small enough to count."""

import polars as pl
import pytest

from metrics.distribution import quantile_of, share_within

#: Ten contacts: 4 of about 10 s, 5 of about 20 s, 1 of about 40 s.
BINS = pl.DataFrame({"low": [9.0, 19.0, 39.0], "high": [11.0, 21.0, 41.0], "contacts": [4, 5, 1]})


@pytest.mark.parametrize(("share", "seconds"), [(0.4, 10), (0.41, 20), (0.5, 20), (0.9, 20), (0.91, 40), (1.0, 40)])
def test_a_quantile_is_the_bin_in_which_its_rank_lies(share: float, seconds: float):
    assert quantile_of(BINS, share) == seconds


@pytest.mark.parametrize(("limit", "percent"), [(5, 0), (10, 40), (20, 90), (39, 90), (60, 100)])
def test_the_share_within_a_limit_counts_bins_by_their_middle(limit: float, percent: float):
    assert share_within(BINS, limit) == pytest.approx(percent)
