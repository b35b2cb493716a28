"""What a change did: injected effects, hand arithmetic, and studies whose results are printed."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats
from statsmodels.datasets import nile

from metrics.calendar import Event
from metrics.intervention import (
    ChangeEffect,
    CheckCode,
    CheckStatus,
    Family,
    Grain,
    ModelCode,
    VerdictCode,
    evaluate_change,
)
from metrics.intervention.memory import grams
from metrics.metric import Better
from metrics.results import Answer
from tests.metrics.interrupted import check, counted, evaluated, months, sicily
from tests.real_data import real_data


@pytest.fixture(scope="module")
def two_thirds_less() -> ChangeEffect:
    """From 150 to 50 a month, while satisfaction fell from 80 to 72."""
    random = np.random.default_rng(1)
    csat = pl.DataFrame({"period": months(24), "value": random.normal([80.0] * 12 + [72.0] * 12, 1.0)})
    series = counted(random.poisson([150] * 12 + [50] * 12))
    return evaluated(series, 12, guardrails={"csat": (csat, Better.HIGHER)})


def test_150_to_50_a_month_worked_and_two_thirds_less_lies_inside(two_thirds_less: ChangeEffect) -> None:
    found = two_thirds_less
    assert found.rate_ratio.low < 1 / 3 < found.rate_ratio.high
    assert found.verdict.code is VerdictCode.WORKED
    assert found.averted is not None
    assert found.averted.low > 0
    assert check(found, CheckCode.GUARDRAILS).names == ("csat",)


def test_21_to_10_in_six_months_each_differs_and_needs_more_months() -> None:
    found = evaluated(counted([21] * 6 + [10] * 6), 6)
    # 60 of 126: 0.476; exp(± 1.96 √(1/126 + 1/60)) about it is 0.350 to 0.648, the exact one a little wider.
    assert found.naive.ratio is not None
    assert found.naive.ratio.value == pytest.approx(60 / 126)
    assert (found.naive.ratio.low, found.naive.ratio.high) == pytest.approx((0.35, 0.65), abs=0.01)
    assert found.naive.count.answer is Answer.FEWER
    assert found.rate_ratio.high - found.rate_ratio.low > 2 * (0.65 - 0.35) * 0.9  # a trend doubles the error
    assert found.verdict.code is VerdictCode.TOO_EARLY
    assert found.verdict.more_periods is not None
    assert found.verdict.more_periods > 0
    assert found.verdict.to_see == pytest.approx(60 / 126)


def test_levels_totals_and_naive_change_by_hand() -> None:
    found = evaluated(counted([20, 30, 40, 10, 20, 15], exposure=[1000.0] * 3 + [500.0] * 3), 3)
    assert (found.before.total, found.before.periods, found.before.base) == (90, 3, 3000)
    assert (found.before.mean.value, found.after.mean.value) == (30, 15)
    assert found.naive.rate is not None
    assert (found.naive.rate.old, found.naive.rate.new) == (0.03, 0.03)  # 90 of 3000, 45 of 1500
    assert found.naive.count.relative is not None
    assert found.naive.count.relative.value == pytest.approx(-50)
    assert found.naive.ratio is not None
    assert found.naive.ratio.value == pytest.approx(1)


def test_averted_is_the_path_without_the_change_less_the_path_with_it() -> None:
    found = evaluated(counted(np.random.default_rng(2).poisson([80] * 18 + [60] * 9)), 18)
    after = found.path.filter(pl.col("place") == "after")
    assert found.averted is not None
    assert (after["counterfactual"] - after["fitted"]).sum() == pytest.approx(found.averted.value)
    ratio = after["fitted"].sum() / after["counterfactual"].sum()
    assert ratio == pytest.approx(found.rate_ratio.value)
    assert (found.averted.low > 0) is (found.rate_ratio.high < 1)
    before = found.path.filter(pl.col("place") == "before")
    assert found.path["fitted"].sum() == pytest.approx(found.path["observed"].sum())  # no case is lost or made up
    assert before["fitted"].to_list() == pytest.approx(before["counterfactual"].to_list())
    assert (after["low"] < after["counterfactual"]).all()
    assert (after["counterfactual"] < after["high"]).all()


@cache
def judged_in_sicily(season: int) -> ChangeEffect:
    found = evaluate_change(sicily(), date(2005, 1, 1), season=season)
    assert isinstance(found, ChangeEffect)
    return found


@pytest.mark.parametrize(("season", "ratio", "low", "high"), [(0, 0.894, 0.839, 0.953), (2, 0.885, 0.839, 0.933)])
def test_smoking_ban_in_sicily_has_the_published_effect(season: int, ratio: float, low: float, high: float) -> None:
    # Lopez Bernal, Cummins & Gasparrini (2017), IJE 46: quasi-Poisson with step and trend, without and with two pairs
    # of harmonics; their data and R code are public. The interval here has Student's t where theirs is normal.
    found = judged_in_sicily(season)
    row = pl.col("model") == "independent", pl.col("window") == "all", pl.col("season") == season
    value, lowest, highest = found.robustness.grid.filter(*row).select("value", "low", "high").row(0)
    assert value == pytest.approx(ratio, abs=5e-4)
    assert (lowest, highest) == pytest.approx((low, high), abs=3e-3)
    # Allowing for likeness of neighbours widens the interval and keeps the answer.
    assert found.rate_ratio.low < lowest
    assert found.rate_ratio.low < ratio < found.rate_ratio.high < 1


def test_smoking_ban_in_sicily_worked() -> None:
    assert judged_in_sicily(2).verdict.code is VerdictCode.WORKED  # as Bernal et al. conclude


@pytest.mark.real_data
@pytest.mark.parametrize(("season", "ratio", "low", "high"), [(0, 0.4516, 0.3096, 0.6588), (1, 0.4230, 0.2822, 0.6341)])
def test_infections_of_the_published_example(season: int, ratio: float, low: float, high: float) -> None:
    # PROVENANCE.md of the data set: quasi-Poisson, level and trend, without and with one harmonic pair.
    data = pl.read_csv(real_data("spc_reference") / "cdi.csv", try_parse_dates=True)
    found = evaluate_change(data.select(period="month", count="n", exposure="days"), date(2014, 11, 1), season=season)
    assert isinstance(found, ChangeEffect)
    row = pl.col("model") == "independent", pl.col("window") == "all", pl.col("season") == season
    ends = found.robustness.grid.filter(*row).select("value", "low", "high").row(0)
    assert ends[0] == pytest.approx(ratio, abs=1e-3)
    assert ends[1:] == pytest.approx((low, high), abs=0.015)
    assert found.dispersion == pytest.approx({0: 1.294, 1: 1.338}[season], abs=1e-3)
    assert found.rate_ratio.low < ratio < found.rate_ratio.high < 1


def test_flow_of_the_nile_falls_when_the_dam_is_begun() -> None:
    # Zeileis et al. (2003), Computational Statistics & Data Analysis 44: means 1097.75 to 1898 and 849.97 from 1899 on.
    flow = pl.read_csv(Path(nile.__file__).with_name("nile.csv"))["volume"].cast(pl.Float64)
    found = evaluate_change(pl.DataFrame({"period": months(100), "value": flow}), months(100)[28], season="none")
    assert isinstance(found, ChangeEffect)
    assert (found.before.mean.value, found.after.mean.value) == pytest.approx((1097.75, 849.97), abs=0.01)
    assert found.difference.low < 849.97 - 1097.75 < found.difference.high < 0
    assert (found.verdict.code, found.averted) == (VerdictCode.WORKED, None)


def test_no_effect_of_a_step_is_found_in_its_own_trend() -> None:
    falling = np.random.default_rng(3).poisson(200 * np.exp(-0.04 * np.arange(24)))
    found = evaluated(counted(falling), 12)
    assert found.naive.count.answer is Answer.FEWER
    assert found.rate_ratio.low < 1 < found.rate_ratio.high
    assert (found.verdict.code, check(found, CheckCode.PRE_TREND).status) == (
        VerdictCode.ALREADY_UNDER_WAY,
        CheckStatus.WARNING,
    )
    moving = check(found, CheckCode.PRE_TREND).numbers
    assert moving["slope"] == pytest.approx(np.exp(-0.04), abs=0.02)
    assert moving["left"] < 0.5  # the trend alone brings what the bars show


def test_a_step_beside_a_trend_is_left_by_it() -> None:
    # 1 % less each month, and 30 % less with the change: bars of 12 months each are apart by 12 % and 30 %.
    levels = 2000 * 0.99 ** np.arange(24) * np.where(np.arange(24) < 12, 1, 0.7)
    found = evaluated(counted(np.random.default_rng(23).poisson(levels)), 12)
    left = np.log(0.7) / (np.log(0.7) + 12 * np.log(0.99))
    assert check(found, CheckCode.PRE_TREND).numbers["left"] == pytest.approx(left, abs=0.1)
    assert found.verdict.code is VerdictCode.WORKED


def test_a_fall_half_a_year_before_the_change_was_under_way() -> None:
    found = evaluated(counted(np.random.default_rng(4).poisson([100] * 18 + [45] * 6 + [45] * 12)), 24)
    assert found.verdict.code is VerdictCode.ALREADY_UNDER_WAY


def test_a_fall_of_three_months_that_stops_with_the_change_was_under_way() -> None:
    # 15 % a month for three months is 39 % less, and nothing more comes with the change.
    levels = np.array([100.0] * 33 + [85.0, 72.25, 61.4] + [61.4] * 12)
    random = np.random.default_rng(31)
    codes = [evaluated(counted(random.poisson(levels)), 36).verdict.code for _ in range(3)]
    assert VerdictCode.WORKED not in codes
    assert codes.count(VerdictCode.ALREADY_UNDER_WAY) >= 2


@pytest.mark.parametrize("grain", ["month", "week"])
def test_a_fall_that_began_before_the_change_and_goes_on_was_under_way(grain: Grain) -> None:
    # Flat at 40 a month, then 6 % less each month from half a year before on; the change adds nothing.
    levels = 40 * np.where(np.arange(24) < 9, 1.0, 0.94 ** (np.arange(24) - 8))
    if grain == "month":
        found = evaluated(counted(np.round(levels).astype(int)), 16)
    else:
        days = [date(2024, 11, 4) + timedelta(days=7 * i) for i in range(104)]
        weekly = np.random.default_rng(32).poisson(np.repeat(levels, 5)[:104] / 4.35)
        found = evaluate_change(pl.DataFrame({"period": days, "count": weekly}), days[80], grain="week")
        assert isinstance(found, ChangeEffect)
    assert found.verdict.code is VerdictCode.ALREADY_UNDER_WAY


def test_the_change_stands_among_every_earlier_date(two_thirds_less: ChangeEffect) -> None:
    found = two_thirds_less
    dates = found.placebo.dates
    # Three periods are left on both sides of the twelve before: the fourth to the tenth can begin "after".
    assert dates["period"].to_list() == [*months(24)[3:10], months(24)[12]]
    assert dates["is_change"].to_list() == [False] * 7 + [True]
    assert sorted(dates["rank"]) == list(range(1, 9))
    assert found.placebo.rank == check(found, CheckCode.PLACEBO_TIME).numbers["rank"] == 1  # nothing else was done
    change = dates.filter("is_change").row(0, named=True)
    assert change["low"] < 1 / 3 < change["high"]
    few = evaluated(counted([9, 8, 9, 8, 9, 3, 4, 2, 3]), 5)
    assert (few.placebo.dates.height, few.placebo.rank) == (0, None)


def test_a_season_is_taken_out() -> None:
    turn = 2 * np.pi * np.arange(36) / 12
    levels = 300 * np.exp(0.3 * np.cos(turn)) * np.where(np.arange(36) < 27, 1, 0.8)
    found = evaluated(counted(np.random.default_rng(5).poisson(levels)), 27)
    assert found.model.harmonics == 1
    assert found.rate_ratio.low < 0.8 < found.rate_ratio.high < 1


def test_weekdays_are_taken_out_of_days() -> None:
    days = [date(2024, 1, 1) + timedelta(days=i) for i in range(140)]
    busy = np.where(np.array([day.isoweekday() for day in days]) > 5, 20, 100) * np.where(np.arange(140) < 90, 1, 0.8)
    series = pl.DataFrame({"period": days, "count": np.random.default_rng(6).poisson(busy)})
    found = evaluate_change(series, days[90], grain="day")
    assert isinstance(found, ChangeEffect)
    assert found.model.weekdays
    assert found.dispersion < 1.5  # left in, the weekend alone would make it 20
    assert found.rate_ratio.low < 0.8 < found.rate_ratio.high < 1


def test_a_control_takes_out_what_moves_both() -> None:
    random = np.random.default_rng(7)
    shared = np.exp(0.4 * np.sin(np.arange(30) / 3))
    control = random.poisson(150 * shared)
    counts = random.poisson(100 * shared * np.where(np.arange(30) < 18, 1, 0.7))
    alone = evaluated(counted(counts), 18)
    beside = evaluated(counted(counts, control_count=control), 18)
    assert alone.rate_ratio.low < 1 < alone.rate_ratio.high
    assert beside.model.controlled
    assert beside.rate_ratio.low < 0.7 < beside.rate_ratio.high < 1
    after = beside.path.filter(pl.col("place") == "after")
    without = after["counterfactual"].to_numpy() / control[18:]
    assert without == pytest.approx(np.full(12, 100 / 150), rel=0.35)


def test_a_share_is_compared_by_its_odds_and_told_as_ratio_and_points() -> None:
    hits = np.random.default_rng(8).binomial(500, [0.25] * 14 + [0.10] * 10)
    found = evaluated(pl.DataFrame({"period": months(24), "numerator": hits, "denominator": [500] * 24}), 14)
    assert found.family is Family.SHARE
    assert found.rate_ratio.low < 0.4 < found.rate_ratio.high
    assert found.difference.low < -15 < found.difference.high < 0  # 25 % to 10 % is 15 points and 60 percent
    assert found.verdict.code is VerdictCode.WORKED


def test_a_mean_is_compared_in_its_own_unit() -> None:
    scores = np.random.default_rng(9).normal([75.0] * 14 + [81.0] * 10, 1.0)
    found = evaluated(pl.DataFrame({"period": months(24), "value": scores}), 14, expected="increase")
    assert (found.family, found.averted, found.verdict.code) == (Family.MEAN, None, VerdictCode.WORKED)
    assert found.difference.low < 6 < found.difference.high
    assert found.naive.count.p == pytest.approx(stats.ttest_ind(scores[14:], scores[:14], equal_var=False).pvalue)


def test_a_bend_is_told_apart_from_the_step() -> None:
    since = np.maximum(np.arange(48) - 24, 0)
    levels = 1000 * np.where(np.arange(48) < 24, 1, 0.8) * 0.98**since
    found = evaluated(counted(np.random.default_rng(10).poisson(levels)), 24, shape="step+slope")
    assert found.slope_change is not None
    assert found.slope_change.low < 0.98 < found.slope_change.high < 1
    assert found.rate_ratio.low < 0.8 < found.rate_ratio.high < 1
    mean = (0.8 * 0.98 ** since[24:]).mean()
    assert found.overall.low < mean < found.overall.high


@pytest.mark.parametrize(
    ("shape", "levels"),
    [("temporary", [200] * 18 + [120] * 3 + [200] * 9), ("delayed", [200] * 18 + [200, 170, 150] + [120] * 9)],
)
def test_an_effect_has_the_shape_that_was_declared(shape: str, levels: list[int]) -> None:
    found = evaluated(counted(np.random.default_rng(11).poisson(levels)), 18, shape=shape)
    assert found.rate_ratio.low < 0.6 < found.rate_ratio.high


def test_what_comes_back_is_fading() -> None:
    levels = [200] * 18 + [80, 84, 94, 110, 124, 140, 152, 164, 176, 184, 190, 194]
    found = evaluated(counted(np.random.default_rng(12).poisson(levels)), 18)
    assert found.verdict.code is VerdictCode.WORKED_FADING
    fading = check(found, CheckCode.FADING).numbers
    assert fading["first"] < 0.6
    assert fading["last"] > 0.8


def test_more_where_fewer_were_expected_is_worse() -> None:
    found = evaluated(counted(np.random.default_rng(13).poisson([60] * 18 + [110] * 12)), 18)
    assert found.verdict.code is VerdictCode.GOT_WORSE
    assert found.averted is not None
    assert found.averted.high < 0


def test_none_left_has_a_finite_end_and_worked() -> None:
    found = evaluated(counted([*np.random.default_rng(14).poisson([20] * 12), *[0] * 8]), 12)
    assert found.model.corrected_for_none
    assert found.rate_ratio.value < 0.05
    assert found.rate_ratio.high < 0.3  # by levels alone the exact end is 3.7 / 8 over 240 / 12, which is 0.023
    assert found.verdict.code is VerdictCode.WORKED
    assert found.averted is not None
    assert 0 < found.averted.low < 160 < found.averted.high < 500  # 8 times 20


def test_a_level_that_wanders_speaks_for_itself() -> None:
    random = np.random.default_rng(15)
    level = 300 * np.exp(np.cumsum(random.normal(0, 0.12, 120)))
    found = evaluated(counted(random.poisson(level)), 96)
    assert found.model.code is ModelCode.MOVING_LEVEL
    assert check(found, CheckCode.RESIDUALS).status is CheckStatus.WARNING
    assert found.rate_ratio.low < 1 < found.rate_ratio.high


def test_the_roll_out_is_left_out_and_drawn() -> None:
    found = evaluated(counted([100] * 5 + [90, 70] + [50] * 4), 5, transition_end=months(24)[7])
    assert (found.transition, found.after.periods, found.after.mean.value) == (2, 4, 50)
    left_out = found.path.filter(pl.col("place") == "transition")
    assert left_out["observed"].to_list() == [90, 70]
    assert left_out["counterfactual"].null_count() == 2


def test_a_period_cut_by_the_change_belongs_to_neither_side() -> None:
    found = evaluate_change(counted([100] * 4 + [75] + [50] * 5), date(2022, 5, 15))
    assert isinstance(found, ChangeEffect)
    assert (found.before.periods, found.transition, found.after.periods) == (4, 1, 5)


def test_another_change_at_the_same_time_cannot_be_told_apart() -> None:
    series = counted(np.random.default_rng(16).poisson([150] * 12 + [50] * 12))
    near = evaluated(series, 12, events=[Event(months(24)[13], "price_cut")])
    far = evaluated(series, 12, events=[Event(months(24)[5], "price_cut")])
    assert (near.verdict.code, near.verdict.event) == (VerdictCode.CONFOUNDED, "price_cut")
    assert (far.verdict.code, far.model.events) == (VerdictCode.WORKED, ("price_cut",))


@pytest.mark.parametrize("day", [date(2023, 1, 1), date(2023, 1, 15), date(2023, 2, 20), date(2023, 3, 31)])
def test_another_change_in_what_is_left_out_between_the_sides_cannot_be_told_apart(day: date) -> None:
    """The change begins in the middle of January and is in force everywhere from April on."""
    series = counted(np.random.default_rng(16).poisson([150] * 12 + [50] * 12))
    asked = {"transition_end": date(2023, 4, 1), "events": [Event(day, "price_cut")]}
    found = evaluate_change(series, date(2023, 1, 15), **asked)
    assert isinstance(found, ChangeEffect)
    assert (found.verdict.code, found.verdict.event) == (VerdictCode.CONFOUNDED, "price_cut")
    alone = evaluate_change(series, date(2023, 1, 15), transition_end=date(2023, 4, 1))
    assert isinstance(alone, ChangeEffect)
    assert alone.verdict.code is VerdictCode.WORKED


def test_other_series_show_a_common_cause_or_where_the_cases_went() -> None:
    random = np.random.default_rng(17)
    main, fell = (counted(random.poisson([150] * 12 + [70] * 12)) for _ in range(2))
    rose, still = counted(random.poisson([40] * 12 + [110] * 12)), counted(random.poisson([90] * 24))
    found = evaluated(main, 12, others={"invoices": fell, "other": rose, "calls": still})
    assert (found.verdict.code, found.verdict.event) == (VerdictCode.CONFOUNDED, "invoices")
    displaced = check(found, CheckCode.DISPLACEMENT)
    assert (displaced.status, displaced.names) == (CheckStatus.WARNING, ("other",))
    assert displaced.numbers["cases"] == pytest.approx(12 * 70, rel=0.4)


def test_acting_at_the_peak_tells_what_would_have_come_back_by_itself() -> None:
    levels = [100] * 15 + [180] * 3 + [100] * 12
    found = evaluated(counted(np.random.default_rng(19).poisson(levels)), 18)
    peak = check(found, CheckCode.REGRESSION_TO_MEAN)
    assert peak.status is CheckStatus.WARNING
    assert peak.numbers["expected"] == pytest.approx(100 / 180, rel=0.25)
    assert found.verdict.code is not VerdictCode.WORKED


def test_without_any_change_it_does_not_work() -> None:
    random = np.random.default_rng(20)
    codes = [evaluated(counted(random.poisson([60] * 24)), 12).verdict.code for _ in range(3)]
    assert VerdictCode.WORKED not in codes


def test_rows_in_any_order_give_the_same() -> None:
    series = counted(np.random.default_rng(21).poisson([60] * 10))
    first, second = (evaluated(each, 5) for each in (series, series.reverse()))
    assert (first.rate_ratio, first.verdict) == (second.rate_ratio, second.verdict)


def test_an_event_without_a_case_leaves_the_change_as_it_is():
    # Three festivals in whose months nothing was counted; the change itself halves what is counted on both sides.
    counts = [4, 0, 5, 4, 3, 5, 4, 6, 4, 5, 3, 4, 5, 0, 4, 2, 3, 1, 2, 3, 2, 2, 1, 3, 2, 0, 2, 3]
    festivals = [Event(date(year, 2, 3), "spring_festival") for year in (2022, 2023, 2024)]
    found = evaluated(counted(counts), 15, events=festivals)
    assert found.model.events == ("spring_festival",)
    assert found.rate_ratio.low < 0.5 < found.rate_ratio.high < 2


def test_counts_of_any_size_are_judged_alike() -> None:
    counts = np.random.default_rng(24).poisson([100] * 6 + [60] * 6)
    small, large = (evaluated(counted(counts * factor), 6).rate_ratio.value for factor in (1, 10**12))
    assert large == pytest.approx(small, abs=0.05)


def test_sums_over_periods_that_resemble_their_neighbours_by_the_inverse_of_their_correlation() -> None:
    at = np.array([0.0, 1, 2, 4, 5, 9])  # two gaps
    columns = np.random.default_rng(25).normal(size=(6, 3))
    grid = np.array([(-0.3, 0.0, 1.0), (0.0, 0.0, 1.0), (0.7, 0.0, 1.0), (0.9, 0.35, 1.0)])
    found, logdet = grams(at, columns, grid)
    for cell, (rho, noise, _weight) in enumerate(grid):
        apart = np.abs(at[:, None] - at)
        alike = (1 - noise) * np.sign(rho) ** apart * np.abs(rho) ** apart + noise * np.eye(6)
        assert found[cell] == pytest.approx(columns.T @ np.linalg.inv(alike) @ columns)
        assert logdet[cell] == pytest.approx(np.linalg.slogdet(alike)[1], abs=1e-12)
