"""A plan's power against hand arithmetic and against what then happens."""

import math

import numpy as np
import polars as pl
import pytest

from metrics.calendar import Event
from metrics.errors import InvalidScope
from metrics.intervention import Advice, Plan, plan_change
from metrics.intervention.fit import fit
from metrics.intervention.model import Asked
from metrics.intervention.observed import read_series
from metrics.intervention.power import error_of, power
from metrics.results import Needed, NotEstimable, Reason
from tests.metrics.interrupted import counted, months


def planned(level: float, periods: int = 24, **asked: object) -> Plan:
    plan = plan_change(counted(np.random.default_rng(1).poisson([level] * periods)), **asked)  # ty: ignore[invalid-argument-type]
    assert isinstance(plan, Plan)
    return plan


def test_standard_error_of_a_step_beside_a_trend_by_hand() -> None:
    # Two halves of m periods with weight w each: the variance of the step is 2 / (m w) over 1 − r², r being the
    # correlation of step and time; of 6 + 6 equally spaced periods r² = 27 / 35.75, so it is 4.0857 times larger.
    seen = read_series(counted([1] * 12), "month").changed_at(6)
    error = error_of(seen, np.full(12, 20.0), (0.0, 0.0, 1.0), Asked(season="none"))
    r2 = (3.0 * 6) ** 2 / (143.0 * 3.0)  # covariance 18 of squares 143 (time) and 3 (step)
    assert error == pytest.approx(math.sqrt(2 / (6 * 20) / (1 - r2)))


def test_power_is_80_percent_at_2_8_standard_errors() -> None:
    assert power(1.95996 + 0.84162, 1.0, 0.95) == pytest.approx(0.8, abs=1e-4)


def test_correlated_neighbours_tell_less() -> None:
    seen = read_series(counted([1] * 24), "month").changed_at(12)
    alone, alike = (error_of(seen, np.full(24, 20.0), (rho, 0.0, 1.0), Asked(season="none")) for rho in (0.0, 0.6))
    assert alike > alone


def test_more_cases_need_fewer_months() -> None:
    few, many = planned(25), planned(1000)
    assert many.periods_needed is not None
    assert many.periods_needed < (few.periods_needed or few.horizon)
    assert many.advice == (Advice.ENOUGH,)
    assert Advice.CONTROL in few.advice


@pytest.mark.parametrize(("base", "few"), [(12, True), (30_000, False)])
def test_a_share_has_as_many_cases_as_count(base: int, few: bool) -> None:
    # Of 12 contacts a month some three do not count, fewer than five; of 30,000 there are enough in every week.
    random = np.random.default_rng(4)
    shares = random.binomial(base, 0.73 + 0.05 * random.standard_normal(24))
    plan = plan_change(
        pl.DataFrame({"period": months(24), "numerator": shares, "denominator": [base] * 24}), target=-0.005
    )
    assert isinstance(plan, Plan)
    assert (Advice.MORE_CASES in plan.advice, Advice.FINER_GRAIN in plan.advice) == (few, not few)


def test_power_rises_with_time_and_effect() -> None:
    table = planned(100).table
    by_effect = table.filter(before=24, after=12).sort("effect", descending=True)["power"]
    for before in table["before"].unique():  # also where the season comes in with the eighteenth and the 37th month
        assert table.filter(before=before, effect=-0.2).sort("after")["power"].is_sorted()
    assert by_effect.is_sorted()


def test_smallest_decrease_has_80_percent_power() -> None:
    plan = planned(100)
    smallest = plan.detectable.filter(before=24, after=12)["effect"][0]
    again = planned(100, effects=[smallest]).table.filter(before=24, after=12)["power"][0]
    assert again == pytest.approx(0.8)


def test_a_rise_is_planned_like_the_fall_that_it_undoes() -> None:
    # log 1.25 = −log 0.8: a fifth less and a quarter more lie as far from nothing, and are seen as soon.
    fall, rise = planned(100, effects=[-0.2]), planned(100, effects=[0.25], expected="increase")
    assert fall.needed["periods"].to_list() == rise.needed["periods"].to_list() == [fall.periods_needed]
    for less, more in zip(fall.detectable["effect"], rise.detectable["effect"], strict=True):
        assert (1 + less) * (1 + more) == pytest.approx(1)


def test_a_share_that_should_rise_is_planned_by_what_it_lacks() -> None:
    # Three of four: a tenth, a fifth, three tenths and a half of the last quarter, as parts of the three.
    frame = pl.DataFrame({"period": months(12), "numerator": [290, 310] * 6, "denominator": [400] * 12})
    plan = plan_change(frame, expected="increase")
    assert isinstance(plan, Plan)
    assert plan.needed["effect"].to_list() == pytest.approx([each / 3 for each in (0.1, 0.2, 0.3, 0.5)])
    assert plan.target == pytest.approx(0.2 / 3)
    assert all(each > 0 for each in plan.detectable["effect"])


def test_planned_power_is_what_happens() -> None:
    # 200 a month, 24 before and 12 after, a third less: as often clear as was planned, within three standard errors.
    plan = planned(200, effects=[-1 / 3], season="none")
    foretold = plan.table.filter(before=24, after=12)["power"][0]
    random, step = np.random.default_rng(2), np.arange(36) >= 24
    x = np.column_stack([np.ones(36), step, (np.arange(36) - 24) / 12])
    blank = read_series(counted([1] * 36), "month").changed_at(24)
    trials = 60
    clear = 0
    for _ in range(trials):
        counts = random.poisson(200 * np.where(step, 2 / 3, 1)).astype(float)
        seen = read_series(counted(counts), "month").changed_at(24)
        assert seen.period == blank.period
        found = fit(seen, x)
        middle = float(found.coefficients[1])
        error = math.sqrt(float(found.weight @ (found.unscaled[:, 1, 1] * found.scale)))
        clear += middle + 1.96 * error < 0
    assert clear / trials > foretold - 3 * math.sqrt(0.25 / trials)


def test_shares_and_means_are_planned_too() -> None:
    random = np.random.default_rng(3)
    share = plan_change(
        pl.DataFrame({"period": months(24), "numerator": random.binomial(400, 0.2, 24), "denominator": [400] * 24})
    )
    mean = plan_change(pl.DataFrame({"period": months(24), "value": random.normal(80, 2, 24)}), target=0.05)
    assert isinstance(share, Plan)
    assert isinstance(mean, Plan)
    assert share.level == pytest.approx(0.2, abs=0.02)
    assert (mean.level, mean.dispersion) == (pytest.approx(80, abs=1.5), pytest.approx(2, abs=0.8))


def test_what_cannot_be_planned() -> None:
    few = plan_change(counted([5, 6, 7]))
    assert few == NotEstimable(Reason.FEW_PERIODS_BEFORE, Needed.PERIODS_BEFORE, {"found": 3, "least": 6})
    assert plan_change(counted([0] * 8)) == NotEstimable(Reason.NO_EVENTS, Needed.EVENTS, {"found": 0, "least": 1})
    with pytest.raises(InvalidScope, match="change by -1"):
        plan_change(counted([5, 6, 7, 8, 9, 5]), target=-1)


def test_a_plan_starts_from_where_an_earlier_change_left_the_series() -> None:
    # 90 a month for a year, then 30 for a year: the next change starts from 30 where the first is on record.
    frame = counted([88, 92] * 6 + [29, 31] * 6)
    first = Event(months(13)[12], "One solution")
    known, unknown = plan_change(frame, events=[first]), plan_change(frame)
    assert isinstance(known, Plan)
    assert isinstance(unknown, Plan)
    assert known.level == pytest.approx(30, abs=1)
    assert known.dispersion < 2 < unknown.dispersion
