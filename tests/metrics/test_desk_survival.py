"""Curves of waiting against published ones, and what counts as over, open, or out of sight."""

import math
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from statsmodels.datasets import heart
from statsmodels.duration.survfunc import SurvfuncRight

from metrics.desk.survival import Curve, curve, drawn, still_open, waiting_times
from metrics.results import NotEstimable
from metrics.rules import HOUR
from tests.metrics.test_complaint import AS_OF, after, cases

# Remission of leukaemia under 6-MP, in weeks: Freireich et al. (1963), Blood 21, as in Cox & Oakes (1984), table 1.1.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def times(seconds: list, is_over: list) -> pl.DataFrame:
    over = [bool(each) for each in is_over]
    return pl.DataFrame({"seconds": seconds, "is_over": over}, schema={"seconds": pl.Float64, "is_over": pl.Boolean})


def fitted(seconds: list, is_over: list) -> Curve:
    found = curve(times(seconds, is_over))
    assert isinstance(found, Curve)
    return found


def doubled() -> Curve:
    """Each patient twice: the same curve, from enough events."""
    return fitted(WEEKS * 2, RELAPSED * 2)


def test_curve_and_numbers_at_risk_are_those_published() -> None:
    # Kaplan–Meier of the 6-MP group, in every textbook on survival (Cox & Oakes 1984, p. 49; Kleinbaum & Klein 2012).
    found = doubled().points.filter(pl.col("seconds").is_in([6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0]))
    assert found["open"].round(1).to_list() == [85.7, 80.7, 75.3, 69.0, 62.7, 53.8, 44.8]
    assert found["at_risk"].to_list() == [42, 34, 30, 24, 22, 14, 12]
    assert doubled().at_risk([0, 6, 7, 10, 36]) == [42, 42, 34, 30, 0]


def test_the_curve_is_statsmodels_on_its_data_of_heart_transplants() -> None:
    data = heart.load_pandas()  # Miller (1976), Survival after heart transplantation
    survived, died = data.endog.to_numpy(), data.censors.to_numpy()
    theirs = SurvfuncRight(survived, died)
    ours = fitted(survived.tolist(), died.tolist())
    assert ours.points["seconds"].to_list() == theirs.surv_times.tolist()
    assert ours.points["open"].to_numpy() == pytest.approx(100 * np.asarray(theirs.surv_prob))
    assert ours.median.value == theirs.quantile(0.5)
    low, high = theirs.quantile_ci(0.5, method="cloglog")
    assert (ours.median.low, ours.median.high) == pytest.approx((low, high))


def test_the_band_is_that_of_the_logarithm_of_the_logarithm() -> None:
    # By hand for 10 of 20 over at once: S = 0.5, Greenwood √(0.5 · 0.5 / 20) = 0.11180; θ = 1.95996 · 0.11180 /
    # (0.5 · ln 2) = 0.63228, e^θ = 1.88189; ends 0.5^1.88189 = 0.27133 and 0.5^(1 / 1.88189) = 0.69189.
    points = fitted([1] * 10 + [2] * 10, [1] * 10 + [0] * 10).points
    assert points["open"][0] == 50
    assert points["low"][0] == pytest.approx(27.133, abs=0.001)
    assert points["high"][0] == pytest.approx(69.189, abs=0.001)


def test_a_curve_that_does_not_come_down_to_a_half_has_no_median() -> None:
    found = fitted([1] * 10 + [2] * 20, [1] * 10 + [0] * 20)
    assert math.isinf(found.median.value)
    assert math.isinf(found.median.high)


def test_too_few_events_are_refused() -> None:
    assert isinstance(curve(times([1] * 30, [1] * 9 + [0] * 21)), NotEstimable)
    assert isinstance(curve(times([], [])), NotEstimable)


def test_what_still_waits_is_read_off_the_step_before() -> None:
    found = fitted([10] * 5 + [20] * 5 + [30] * 10, [1] * 10 + [0] * 10)
    shares = {at: round(left.value, 9) if (left := still_open(found, at)) else None for at in (5, 10, 15, 20, 30, 31)}
    assert shares == {5: 100.0, 10: 75.0, 15: 75.0, 20: 50.0, 30: 50.0, 31: None}  # beyond 30 nobody was observed


def test_a_curve_is_drawn_in_few_steps_that_keep_its_shape() -> None:
    whole = fitted(list(range(1, 5_001)), [1] * 5_000).points
    few = drawn(whole)
    assert few.height <= 242
    assert few["seconds"][-1] == 5_000
    assert few.filter(pl.col("open") > 50).height == pytest.approx(few.height / 2, abs=2)


@pytest.mark.parametrize(
    ("case", "leg", "seconds", "is_over"),
    [
        ({"first_response_at": after(minutes=5)}, "response", 300, True),
        ({}, "response", (AS_OF - after()).total_seconds(), False),  # open when the data end
        ({"first_response_at": datetime(2024, 5, 1)}, "response", (AS_OF - after()).total_seconds(), False),
        ({"closed_at": after(hours=3)}, "response", 3 * HOUR, False),  # closed without an answer: out of sight
        ({"resolved_at": after(hours=9), "pending_seconds": 2 * HOUR}, "resolution", 7 * HOUR, True),
        ({"resolved_at": after(hours=9), "pending_since": after(hours=1)}, "resolution", 9 * HOUR, True),
        ({"pending_since": after(hours=4), "pending_seconds": HOUR}, "resolution", 3 * HOUR, False),  # waits since then
        ({"first_response_at": after(hours=9), "pending_seconds": 2 * HOUR}, "response", 9 * HOUR, True),
    ],
)
def test_each_case_counts_for_as_long_as_it_was_seen(case: dict, leg: str, seconds: float, is_over: bool) -> None:
    row = waiting_times(cases(case), leg, AS_OF).row(0, named=True)
    assert (row["seconds"], row["is_over"]) == (seconds, is_over)


def test_cases_that_do_not_count_have_no_time() -> None:
    rows = [{"is_valid": False}, {"duplicate_of": "a"}, {"received_at": datetime(2024, 5, 1)}]
    assert waiting_times(cases(*rows), "resolution", AS_OF).is_empty()
