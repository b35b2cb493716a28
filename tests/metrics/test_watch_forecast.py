from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from metrics.forecast import (
    LEAST_COUNT,
    LEAST_WEEKS,
    REST,
    TOTAL,
    Forecast,
    Foretold,
    Method,
    back_test,
    breach,
    forecast,
    foretell,
    past_breaches,
)
from metrics.forecast.back_test import looked_back, scored
from metrics.forecast.calendar_effects import columns, rows
from metrics.forecast.counts import error, interval, is_chance, reach
from metrics.forecast.hierarchy import reconciled
from metrics.forecast.model import fit
from metrics.results import NotEstimable
from metrics.scope import Period
from tests.real_data import real_data

FIRST, DAYS = date(2024, 11, 1), 730
KNOWN = Period(FIRST, FIRST + timedelta(days=DAYS))
WEEKDAYS = np.array([1.2, 1.1, 1.0, 1.0, 1.0, 0.8, 0.6])
CONSUMER_FACTOR = 1.5  # of parts «a», from 22 February to 15 March


def _rates() -> dict[str, np.ndarray]:
    """What three parts are drawn from: weekdays, and for «a» half as many again before 15 March."""
    days = [FIRST + timedelta(days=each) for each in range(DAYS)]
    week = np.array([WEEKDAYS[day.weekday()] for day in days])
    before = np.array([(2, 22) <= (day.month, day.day) <= (3, 15) for day in days])
    return {"a": 40 * week * np.where(before, CONSUMER_FACTOR, 1.0), "b": 15 * week, "c": 0.05 * week}


def _drawn(seed: int = 5) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    days = [FIRST + timedelta(days=each) for each in range(DAYS)]
    parts = [
        pl.DataFrame({"day": days, "part": name, "count": draw.poisson(rate).astype(float)})
        for name, rate in _rates().items()
    ]
    return pl.concat(parts)


@pytest.fixture(scope="module")
def found() -> Foretold:
    made = foretell(_drawn(), KNOWN)
    assert isinstance(made, Foretold)
    return made


def test_parts_add_up_to_the_total_by_day_and_by_week(found: Foretold):
    for grain in ("day", "week"):
        total, *parts = found.expected[grain]
        assert np.abs(total - sum(parts)).max() <= 1e-9


def test_weeks_are_their_days_summed(found: Foretold):
    days, weeks = found.of(TOTAL, "day").frame, found.of(TOTAL, "week").frame
    assert {each.test.method for each in (found.of(TOTAL, "day"), found.of(TOTAL, "week"))} == {Method.CALENDAR}
    summed = days.group_by(pl.col("period").dt.truncate("1w")).agg(pl.col("expected").sum(), pl.len()).filter(len=7)
    both = weeks.join(summed, on="period", suffix="_summed")
    assert both.height >= 12
    assert (both["expected"] - both["expected_summed"]).abs().max() == pytest.approx(0, abs=1e-9)


def test_a_part_with_less_than_a_case_a_week_joins_the_rest(found: Foretold):
    assert found.names == (TOTAL, "a", "b", REST)
    assert found.panel.small == ("c",)


def test_expected_counts_are_those_drawn_from(found: Foretold):
    ahead = found.of("b", "day", 4).frame
    rates = np.array([15 * WEEKDAYS[day.weekday()] for day in ahead["period"]])
    assert ahead["expected"].sum() == pytest.approx(rates.sum(), rel=0.1)
    assert ahead["expected"].to_numpy() == pytest.approx(rates, rel=0.35)  # 11.11 has come twice only
    assert ahead.filter((pl.col("low") > pl.col("expected")) | (pl.col("high") < pl.col("expected"))).is_empty()
    assert ahead["low"].min() >= 0


def test_injected_rise_before_the_consumer_day_is_found_where_it_is_and_nowhere_else(found: Foretold):
    of = {name: {each.code: each for each in found.extras(name)} for name in ("a", "b")}
    rise = of["a"]["consumer_day"]
    days = [rise.first + timedelta(days=each) for each in range((rise.last - rise.first).days + 1)]
    usual = np.array([40 * WEEKDAYS[day.weekday()] for day in days])
    rises = np.array([(2, 22) <= (day.month, day.day) <= (3, 15) for day in days])
    truth = (CONSUMER_FACTOR - 1) * (usual * rises).sum()
    assert rise.extra.low <= truth <= rise.extra.high
    assert rise.extra.low > 0
    assert rise.seen == 2  # March 2025 and 2026
    assert of["b"]["consumer_day"].extra.low <= 0 <= of["b"]["consumer_day"].extra.high


def test_the_future_changes_nothing_before_it():
    counts = np.random.default_rng(3).poisson(20, (3, 500)).astype(float)
    cut = 440
    other = counts.copy()
    other[:, cut:] = other[:, cut:] * 7 + 100
    before, after = (looked_back(each, FIRST) for each in (counts, other))
    known = before.origins <= cut
    assert known.sum() >= 10
    assert (before.model[known] == after.model[known]).all()
    assert (before.naive[known] == after.naive[known]).all()
    assert (before.model[~known] != after.model[~known]).any()


def test_a_history_that_repeats_itself_is_foretold_by_repeating_it():
    days = [FIRST + timedelta(days=each) for each in range(7 * 60)]
    series = pl.DataFrame({"day": days, "count": [float(10 + day.weekday() * 3) for day in days]})
    made = forecast(series, Period(days[0], days[-1] + timedelta(days=1)))
    assert isinstance(made, Forecast)
    assert made.test.method is Method.NAIVE
    assert made.frame["expected"].to_list() == [10 + day.weekday() * 3 for day in made.frame["period"]]


@pytest.mark.parametrize(
    ("weeks", "a_day", "told"),
    [
        (LEAST_WEEKS - 1, 9, {"found": LEAST_WEEKS - 1, "least": LEAST_WEEKS}),
        (LEAST_WEEKS, 0, {"found": 0, "least": LEAST_COUNT}),
    ],
)
def test_too_short_or_too_empty_a_history_is_refused(weeks: int, a_day: int, told: dict):
    known = Period(FIRST, FIRST + timedelta(weeks=weeks))
    days = [FIRST + timedelta(days=each) for each in range(known.days)]
    made = forecast(pl.DataFrame({"day": days, "count": [float(a_day)] * len(days)}), known)
    assert isinstance(made, NotEstimable)
    assert made.values == told


def test_total_and_parts_meet_by_hand():
    # Total 100, parts 30 and 50 (80): the total becomes 2·100·80/180, each part 200/180 of itself.
    made = reconciled(np.array([[100.0], [30.0], [50.0]]))
    assert made[:, 0] == pytest.approx([16000 / 180, 6000 / 180, 10000 / 180])


def test_an_unpenalised_fit_is_that_of_statsmodels():
    draw, known = np.random.default_rng(1), columns()
    week = rows(FIRST, 200)[:, known.places("weekday")]
    counts = draw.poisson(np.exp(2 + week @ np.array([0.2, -0.1, 0.3, 0, -0.4, -0.5]))).astype(float)
    width = len(known.names)
    design = np.hstack([rows(FIRST, 200), np.ones((200, 1))])
    penalty = np.diag([1e-9 if name.startswith("weekday") else 1e9 for name in known.names] + [1e-9])
    ours = fit(counts, np.zeros(200), design, penalty)
    theirs = sm.GLM(counts, sm.add_constant(week, prepend=False), family=sm.families.Poisson()).fit()
    places = [*known.places("weekday"), width]
    assert ours.coefficients[places] == pytest.approx(theirs.params, abs=1e-4)


def test_interval_by_hand():
    # √(1 + 3/8) = 1.1726; 1 farther and back: 2.1726² − 3/8 = 4.345, and 0.1726² − 3/8 < 0.
    assert [each.tolist() for each in interval(np.array([1.0]), np.array([1.0]))] == [[0.0], [4.0]]
    # √(100 + 3/8) = 10.0187: 9.0187² − 3/8 = 80.96 and 11.0187² − 3/8 = 121.04.
    assert [each.tolist() for each in interval(np.array([100.0]), np.array([1.0]))] == [[81.0], [121.0]]


def test_reach_leaves_one_in_twenty_outside():
    # 200 errors of as many days: the share 0.95 · 201 / 200 = 0.95475, which is the 191st.
    errors = np.arange(1.0, 201.0)[:, None]
    assert reach(errors, np.ones(200), 200)[0] == 191
    # The last hundred counts threefold: 382 of 400 parts are reached 6 before the end.
    assert reach(errors, np.repeat([1.0, 3.0], 100), 200)[0] == 194


def test_a_few_small_errors_still_leave_chance_its_room():
    assert reach(np.zeros((30, 1)), np.ones(30), 30)[0] == pytest.approx(0.98, abs=0.001)  # half of 1.96


def test_an_interval_leaves_out_no_small_count_that_chance_brings():
    # Poisson, mean 10: P(X ≤ 3) = 0.0103, P(X ≤ 4) = 0.0293.
    assert interval(np.array([10.0]), np.array([0.1]))[0].tolist() == [4.0]
    # Mean 1.86: 0 comes in 0.156 of cases, so it belongs to what is expected.
    assert interval(np.array([1.86]), np.array([0.86]))[0].tolist() == [0.0]


@given(st.integers(0, 400), st.floats(0.05, 300), st.floats(0.1, 20))
def test_between_the_ends_means_within_reach_or_chance(count: int, mean: float, far: float):
    actual, expected = np.array([float(count)]), np.array([mean])
    low, high = interval(expected, np.array([far]))
    gap = error(actual, expected)[0] - far
    if abs(gap) > 1e-6:
        assert bool(low[0] <= count <= high[0]) == bool(gap < 0 or is_chance(actual, expected)[0])


def test_scores_by_hand():
    # One series by week: the model misses by 1 each time, naive by 2; from one week to the next they differ by 4.
    ten = np.full((20, 1, 2), 10.0)
    past = back_test.Past(np.arange(56, 196, 7), np.array([7, 14]), ten, ten + 1, ten + 2)
    made = scored(past, np.array([4.0]))
    assert (made.against_naive[0], made.mase[0], bool(made.is_naive[0])) == (0.5, 0.25, False)


def test_each_past_week_names_the_first_day_beyond_the_limit_or_the_fullest_and_what_it_brought(found: Foretold):
    drawn = dict(_drawn().group_by("day").agg(pl.col("count").sum()).iter_rows())
    always, never = past_breaches(found, 1.0, 4, 52), past_breaches(found, 1e6, 4, 52)
    assert (always["day"] == always["end"]).all()  # of some 50 a day even the first is surely more than 1
    assert always["is_sure"].all()
    assert not never["is_beyond"].any()
    assert {day.weekday() for day in never["day"]} == {0}  # Mondays are the fullest
    assert never["came"].null_count() > 0  # days that are not over
    for seen in (always, never):
        assert seen["came"].to_list() == [drawn.get(day) for day in seen["day"]]


def test_breach_is_the_first_day_surely_beyond_the_limit(found: Foretold):
    ahead = found.of("a", "day", 4)
    limit = float(ahead.frame["low"].max()) - 1
    sure = ahead.frame.filter(pl.col("low") > limit)["period"].min()
    told = breach(ahead, limit)
    assert told is not None
    assert (told.period, told.is_sure) == (sure, True)
    only_expected = breach(ahead, float(ahead.frame["low"].max()))
    assert only_expected is not None
    assert not only_expected.is_sure
    assert breach(ahead, float(ahead.frame["expected"].max())) is None


@pytest.mark.real_data
def test_a_real_centres_calls_are_foretold_better_than_by_the_last_week():
    # Three series, 1,096 days each: see PROVENANCE.md beside the file. The aims are those of docs/watch.md.
    calls = pl.read_csv(real_data("calls_daily_service_level/calls_daily.csv"), try_parse_dates=True)
    known = Period(date(2020, 1, 1), date(2023, 1, 1))
    tests = []
    for kind in ("incoming_calls", "answered_calls", "abandoned_calls"):
        made = foretell(calls.select(day="date", part=pl.lit(TOTAL), count=pl.col(kind).cast(pl.Float64)), known)
        assert isinstance(made, Foretold)
        tests += [made.of(TOTAL, grain).test for grain in ("day", "week")]
    assert sum(each.against_naive < 1 for each in tests) >= 0.8 * len(tests)
    assert all(each.coverage is not None and 0.90 <= each.coverage <= 0.98 for each in tests)
