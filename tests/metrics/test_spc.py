"""Process limits against a worked example, and a refusal where there are too few points."""

import polars as pl
import pytest

from metrics.results import NotEstimable, Reason
from metrics.spc import LEAST_POINTS, ProcessLimits, process_limits


def test_limits_of_single_values_are_worked_by_hand():
    # Mean of 10, 12, 11, 13, 12, 10, 11, 13, 12, 11 is 11.5; moving ranges 2 1 2 1 2 1 2 1 1 sum to 13 of 9 = 1.444;
    # sigma = 1.444 / 1.128 = 1.2805, so the limits lie 3.8416 from the mean.
    found = process_limits(pl.Series([10.0, 12, 11, 13, 12, 10, 11, 13, 12, 11]))
    assert isinstance(found, ProcessLimits)
    assert (found.mean, found.low, found.high) == pytest.approx((11.5, 7.6584, 15.3416), abs=1e-4)


def test_too_few_points_are_refused_with_their_number():
    found = process_limits(pl.Series([1.0] * (LEAST_POINTS - 1) + [None]))
    assert found == NotEstimable(Reason.FEW_POINTS, found.needed, {"found": LEAST_POINTS - 1, "least": LEAST_POINTS})
