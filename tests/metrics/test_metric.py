"""Evaluating: sums first, one division, with interval, maturity and status."""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from metrics.catalogue import CATALOGUE
from metrics.complaint import COMPLAINT_RATE
from metrics.contact import CSAT, CSAT_MEAN, FIRST_CONTACT_RESOLUTION, TRANSFER_RATE
from metrics.coverage import Coverage
from metrics.evaluation import BIN_RATIO, bin_seconds, evaluate
from metrics.metric import Metric, Quantile, Status, final_period
from metrics.rules import Rules
from metrics.scope import Period
from metrics.times import HANDLE_TIME, HANDLE_TIME_P90, RESOLUTION_TIME

MONDAY = date(2024, 1, 1)


def shares(numerator: list, denominator: list, **columns: list) -> pl.DataFrame:
    days = columns.pop("day", [MONDAY] * len(numerator))
    types = {"day": pl.Date, "csat_satisfied": pl.Int64, "csat_answers": pl.Int64}
    return pl.DataFrame(
        {"day": days, "csat_satisfied": numerator, "csat_answers": denominator, **columns}, schema_overrides=types
    )


def bins(seconds: np.ndarray) -> pl.DataFrame:
    """The histogram of a handle time, made here by the definition: bin b holds 1.02**b ≤ x < 1.02**(b+1)."""
    number = [math.floor(math.log(each) / math.log(1.02)) if each >= 1 else -1 for each in seconds]
    return pl.DataFrame({"day": MONDAY, "duration": "handle_time", "bin": number, "contacts": 1})


def row(metric: Metric | Quantile, frame: pl.DataFrame, **settings: object) -> dict:
    return evaluate([metric], frame, **settings).row(0, named=True)  # ty: ignore[invalid-argument-type]


@pytest.mark.parametrize(
    ("numerator", "denominator", "covers"),
    [(10, 100, "as_said"), (9, 100, "few_cases"), (91, 100, "few_cases"), (90, 100, "as_said"), (0, 0, None)],
)
def test_an_interval_of_a_share_on_fewer_than_ten_of_either_kind_is_told_as_approximate(
    numerator: int, denominator: int, covers: str | None
) -> None:
    assert row(CSAT, shares([numerator], [denominator]))["covers"] == covers


def test_intervals_of_rates_means_and_quantiles_on_few_cases_are_told_as_approximate() -> None:
    few, enough = Coverage.FEW_CASES, Coverage.AS_SAID
    complaints = pl.DataFrame({"day": MONDAY, "complaints": [9, 10], "handled": [500, 12], "team_id": ["a", "b"]})
    rates = evaluate([COMPLAINT_RATE], complaints, ["team_id"]).sort("team_id")
    assert rates["covers"].to_list() == [few, enough]  # of a rate only the cases that count are rare
    for size, said in ((199, few), (200, enough)):
        answers = pl.DataFrame({"day": [MONDAY], "csat_answers": [size], "csat_sum": [800], "csat_squares": [3400]})
        assert row(CSAT_MEAN, answers)["covers"] == said
    for size, said in ((99, few), (100, enough)):  # ten of a hundred lie beyond the P90
        assert row(HANDLE_TIME_P90, bins(np.arange(size) + 1.0))["covers"] == said


def test_pooled_share_is_sum_over_sum_and_not_the_mean_of_shares() -> None:
    # By hand: (1 + 54) / (10 + 60) = 78.571 %; the mean of 10 % and 90 % would be 50 %.
    frame = shares([1, 54], [10, 60], team_id=["a", "b"])
    assert row(CSAT, frame)["value"] == pytest.approx(78.5714, abs=1e-4)
    by_team = evaluate([CSAT], frame, ["team_id"]).sort("team_id")
    assert by_team["value"].to_list() == pytest.approx([10.0, 90.0])
    assert by_team["status"].to_list() == [Status.TOO_FEW, Status.OK]


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3 (score without continuity correction).
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_share_carries_the_published_wilson_interval(numerator: int, denominator: int, low: float, high: float) -> None:
    result = row(CSAT, shares([numerator], [denominator]))
    assert (result["low"], result["high"]) == pytest.approx((low, high), abs=0.005)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Half of e^−λ is 0.025 at ln 20; of one case e^−λ (1 + λ/2) is 0.975 at 0.0500 and 0.025 at 4.9319: 0.95123 · 1.025
    # and 0.0072132 · 3.46595. Events among 1,000 contacts give them per thousand.
    [(0, 0.0, 2.9957), (1, 0.0500, 4.9319)],
)
def test_rate_carries_the_mid_p_interval_of_a_poisson_count(count: int, low: float, high: float) -> None:
    result = row(COMPLAINT_RATE, pl.DataFrame({"day": [MONDAY], "complaints": [count], "handled": [1000]}))
    assert result["value"] == count
    assert (result["low"], result["high"]) == pytest.approx((low, high), abs=0.001)


def test_mean_carries_students_interval() -> None:
    # Student (1908), Biometrika 6: ten patients' gain of sleep; mean 1.58, in R t.test(): 0.7001142 to 2.4598858.
    gains = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    sums = {"csat_sum": gains, "csat_squares": [each * each for each in gains], "csat_answers": [1] * 10}
    result = row(CSAT_MEAN, pl.DataFrame({"day": [MONDAY] * 10, **sums}))
    assert (result["value"], result["low"], result["high"]) == pytest.approx((1.58, 0.7001142, 2.4598858), abs=1e-6)


def test_mean_of_one_answer_has_a_value_and_no_interval() -> None:
    frame = pl.DataFrame({"day": [MONDAY], "csat_sum": [4.0], "csat_squares": [16.0], "csat_answers": [1]})
    result = row(CSAT_MEAN, frame)
    assert (result["value"], result["low"], result["high"], result["status"]) == (4.0, None, None, Status.TOO_FEW)


@pytest.mark.parametrize("numerator", [0, 1])
def test_nothing_to_divide_by_is_no_data_and_never_zero_or_infinite(numerator: int) -> None:
    result = row(CSAT, shares([numerator], [0]))
    assert [result[name] for name in ("value", "low", "high", "status")] == [None, None, None, Status.NO_DATA]


@pytest.mark.parametrize(
    ("denominator", "least", "status"), [(29, 30, "too_few"), (30, 30, "ok"), (30, 31, "too_few"), (1, 1, "ok")]
)
def test_too_few_means_below_the_setting(denominator: int, least: int, status: str) -> None:
    rules = Rules(min_denominator=least)
    assert row(CSAT, shares([1], [denominator]), rules=rules)["status"] == status


@pytest.mark.parametrize(
    ("days_back", "window", "is_mature"),
    # Data reach through 20 January. A contact of the 13th is followed until the 20th: seven days later.
    [(7, 7, True), (6, 7, False), (0, 7, False), (14, 14, True), (13, 14, False), (0, 0, True)],
)
def test_day_is_mature_once_its_window_lies_inside_the_data(days_back: int, window: int, *, is_mature: bool) -> None:
    last = date(2024, 1, 20)
    frame = pl.DataFrame(
        {"day": [last - timedelta(days=days_back)], "first_contacts_resolved": [1], "first_contacts": [1]}
    )
    rules = Rules(fcr_window_days=window)
    result = row(FIRST_CONTACT_RESOLUTION, frame, rules=rules, data_end=last + timedelta(days=1))
    assert result["mature"] is is_mature


def test_metric_without_a_window_is_mature_on_the_last_day() -> None:
    last = date(2024, 1, 20)
    assert row(CSAT, shares([1], [1], day=[last]), data_end=last + timedelta(days=1))["mature"] is True


@pytest.mark.parametrize(("days_back", "is_mature"), [(7, True), (6, False)])
def test_quantile_waits_for_its_days_too(days_back: int, *, is_mature: bool) -> None:
    last = date(2024, 1, 20)
    frame = bins(np.full(40, 60.0)).with_columns(
        day=pl.lit(last - timedelta(days=days_back)), duration=pl.lit("resolution_time")
    )
    assert row(RESOLUTION_TIME, frame, data_end=last + timedelta(days=1))["mature"] is is_mature


def test_group_is_as_mature_as_its_youngest_day() -> None:
    days = [date(2024, 1, 1), date(2024, 1, 19), date(2024, 1, 2)]
    frame = pl.DataFrame(
        {"day": days, "team_id": ["a", "a", "b"], "first_contacts_resolved": [1] * 3, "first_contacts": [1] * 3}
    )
    result = evaluate([FIRST_CONTACT_RESOLUTION], frame, ["team_id"], data_end=date(2024, 1, 21)).sort("team_id")
    assert result["mature"].to_list() == [False, True]


def test_several_metrics_come_one_below_the_other_from_facts_with_gaps() -> None:
    # Facts of two sources one below the other leave nulls: 3 / 1,000 contacts = 3 ‰, 20 / 1,000 = 2 %.
    frame = pl.DataFrame(
        {"day": [MONDAY] * 2, "complaints": [3, None], "handled": [None, 1000], "transferred": [None, 20]}
    )
    result = evaluate([TRANSFER_RATE, COMPLAINT_RATE], frame)
    assert result["metric"].to_list() == ["transfer_rate", "complaint_rate"]
    assert result["value"].to_list() == pytest.approx([2.0, 3.0])


def test_narrow_whole_numbers_do_not_wrap_when_summed() -> None:
    # 2 × 2,000,000,000 is above the largest 32-bit number; by hand 50 %.
    frame = shares([1_000_000_000] * 2, [2_000_000_000] * 2)
    assert row(CSAT, frame)["value"] == pytest.approx(50.0)


@pytest.mark.parametrize("quantile", [HANDLE_TIME, HANDLE_TIME_P90])
@pytest.mark.parametrize("seed", range(5))
def test_quantile_from_bins_lies_within_one_per_cent_of_the_exact_one(quantile: Quantile, seed: int) -> None:
    seconds = np.ceil(np.random.default_rng(seed).lognormal(5.5, 0.8, 4001))
    exact = np.sort(seconds)[math.ceil(quantile.quantile * seconds.size) - 1]
    result = row(quantile, bins(seconds))
    assert result["value"] == pytest.approx(exact, rel=0.01)
    assert result["low"] <= result["value"] <= result["high"]
    assert (result["denominator"], result["numerator"]) == (4001, None)


def test_quantile_interval_encloses_ranks_by_the_binomial_table() -> None:
    # Conover (1999), table A3: for n = 10 and the median, ranks 2 and 9 hold 97.9 %.
    seconds = np.array([10.0 * 2**place for place in range(10)])
    result = row(HANDLE_TIME, bins(seconds))
    assert result["value"] == pytest.approx(seconds[4], rel=0.01)
    assert result["low"] <= seconds[1] <= result["low"] * BIN_RATIO  # the outer edges of the bins that hold the ranks
    assert result["high"] / BIN_RATIO <= seconds[8] <= result["high"]


def test_quantile_of_very_few_has_a_value_and_no_interval() -> None:
    result = row(HANDLE_TIME, bins(np.array([60.0, 120.0, 240.0])))
    assert result["value"] == pytest.approx(120, rel=0.01)
    assert (result["low"], result["high"], result["status"]) == (None, None, Status.TOO_FEW)


def test_quantile_reads_only_its_own_duration() -> None:
    other = bins(np.full(100, 9_000.0)).with_columns(duration=pl.lit("resolution_time"))
    result = row(HANDLE_TIME, pl.concat([bins(np.full(3, 100.0)), other]))
    assert (result["value"], result["denominator"]) == (pytest.approx(100, rel=0.01), 3)


def test_quantile_of_times_below_a_second_is_zero() -> None:
    assert row(HANDLE_TIME, bins(np.zeros(40)))["value"] == 0.0


def test_bin_seconds_lies_within_one_per_cent_of_both_ends() -> None:
    numbers = pl.DataFrame({"bin": range(900)})
    middle = numbers.select(bin_seconds(pl.col("bin"), 0.5)).to_series().to_numpy()
    low = BIN_RATIO ** np.arange(900.0)
    assert np.max(middle / low - 1) < 0.01
    assert np.max(1 - middle / (low * BIN_RATIO)) < 0.01


@pytest.mark.parametrize("by", [(), ("team_id",)])
def test_empty_frame_of_a_quantile_gives_no_data(by: tuple[str, ...]) -> None:
    empty = bins(np.array([1.0])).with_columns(team_id=pl.lit("a")).clear()
    result = evaluate([HANDLE_TIME], empty, by)
    assert result.height == (0 if by else 1)
    if not by:
        assert result.select("value", "status").row(0) == (None, Status.NO_DATA)


def test_whether_a_value_is_final_does_not_depend_on_what_else_is_asked():
    # Contacts reach to Sunday the 14th, agents stand on Monday the 8th: with data to that Sunday their week is over.
    agents = {"day": date(2024, 1, 8), "active_agent_weeks": 40, "centre_agent_weeks": 10}
    facts = pl.DataFrame(
        [agents, {"day": date(2024, 1, 14), "eligible": 90}, {"day": date(2024, 1, 14), "reviewed": 9}]
    )
    weekly, daily = CATALOGUE["qa_coverage_agents_centre"], CATALOGUE["qa_coverage"]
    for asked in ([weekly], [weekly, daily], [daily, weekly]):
        found = evaluate(asked, facts, data_end=date(2024, 1, 15))
        assert found.filter(pl.col("metric") == weekly.id)["mature"].to_list() == [True]
    assert evaluate([daily], facts, data_end=date(2024, 1, 15))["mature"].to_list() == [False]


@pytest.mark.parametrize(
    ("start", "end", "data_end", "weeks_back"),
    [
        ("2024-01-08", "2024-01-15", "2024-01-15", 0),  # a whole week, data to its Sunday
        ("2024-01-08", "2024-01-15", "2024-01-14", 1),  # to its Saturday
        ("2024-01-01", "2024-01-31", "2024-02-05", 0),  # the week of Monday the 29th ends on 4 February
        ("2024-01-01", "2024-01-31", "2024-02-04", 1),
    ],
)
def test_agents_of_a_week_are_shown_as_soon_as_the_week_is_over(start: str, end: str, data_end: str, weeks_back: int):
    asked = Period(date.fromisoformat(start), date.fromisoformat(end))
    moved = timedelta(days=7 * weeks_back)
    found = final_period(CATALOGUE["qa_coverage_agents_centre"], asked, date.fromisoformat(data_end), Rules())
    assert found == Period(asked.start - moved, asked.end - moved)
