from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from metrics.desk.growth import LEVEL_WEEKS, WEEKS, WEEKS_A_MONTH, fitted_weeks, growing_weeks, growth, trend
from metrics.desk.new_codes import new_codes
from metrics.desk.rising import Rising, TooFewTexts, log_odds_z, more_often, rising, terms_of, weekly_cases
from metrics.scope import Period

END = date(2026, 6, 1)
ALL = LEVEL_WEEKS + WEEKS
KINDS = pl.DataFrame({"issue_type": ["installation", "refund", "logistics"], "subtype": [None] * 3}).cast(pl.String)


def texts(*lots: tuple[int, int, str]) -> pl.DataFrame:
    """So many texts, days before END, of these words."""
    rows = [(days, words) for count, days, words in lots for _place in range(count)]
    return pl.DataFrame(
        {
            "complaint_id": [f"c{place}" for place in range(len(rows))],
            "day": [END - timedelta(days=days) for days, _words in rows],
            "words": [words for _days, words in rows],
        }
    )


def test_a_complaint_counts_once_and_no_phrase_reaches_over_a_break():
    found = terms_of(texts((1, 1, "安装 师傅 爽约 了 | 安装 师傅 | no refund | slow refund")))
    assert set(found["term"]) == {"安装", "师傅", "爽约", "安装师傅", "师傅爽约", "refund", "slow", "slow refund"}
    assert found.height == 8


def test_single_characters_count_where_they_say_what_is_wrong():
    assert set(terms_of(texts((1, 1, "快递 太 慢 | 我 的")))["term"]) == {"快递", "慢"}


def test_log_odds_are_those_of_hand_arithmetic():
    # 20 of 100 against 20 of 400; the prior is 50 · 40 / 500 = 4 complaints with the term and 46 without.
    # ln(24 / 126) − ln(24 / 426) = ln(426 / 126) = 1.21816; its standard error is √(1/24 + 1/24) = 0.288675.
    z = log_odds_z(np.array([20]), 100, np.array([20]), 400)
    assert z[0] == pytest.approx(1.21816 / 0.288675, abs=1e-4)


def test_a_term_that_rises_is_named_with_what_is_said_with_it_and_nothing_else_is():
    before = [(40, days, "退款 慢") for days in (70, 100, 140)] + [(1, 120, "师傅 爽约")]
    found = rising(texts(*before, (40, 10, "退款 慢"), (14, 9, "师傅 爽约")), END, 4)
    assert isinstance(found, Rising)
    row = found.terms.row(0, named=True)
    assert found.terms.height == 1
    assert {row["term"], *row["also"]} == {"师傅", "爽约", "师傅爽约"}
    assert (row["now"], row["before"], found.texts, found.texts_before) == (14, 1, 54, 121)
    assert row["share"] == pytest.approx(100 * 14 / 54)
    assert row["ratio"] == pytest.approx((14 / 54) / (1 / 121))
    assert row["low"] > 1
    assert found.cases["complaint_id"].n_unique() == 14


def test_a_share_that_grows_because_others_became_fewer_is_no_rise():
    # 684 texts in 111 days, then 96 in 28: 师傅 goes on as before (144, then 36), 退款 falls to a half. By hand the
    # share alone would stand out (z = 3.5), the count does not: 36 of 180 in 28 of 139 days, 36.3 expected.
    before = [each for days in (70, 100, 139) for each in ((180, days, "退款"), (48, days, "师傅"))]
    found = rising(texts(*before, (60, 10, "退款"), (36, 9, "师傅")), END, 4)
    assert isinstance(found, Rising)
    assert (found.texts_before, found.past) == (684, Period(END - timedelta(days=139), END - timedelta(days=28)))
    assert found.terms.is_empty()
    assert log_odds_z(np.array([36]), 96, np.array([144]), 684)[0] == pytest.approx(3.53, abs=0.01)


def test_chance_of_so_many_is_that_of_coins():
    # Windows of equal length: 3 or 4 heads of 4 coins are 5 of 16; 1 of 1 is a half; none or more is sure.
    first, second = Period(date(2026, 1, 1), date(2026, 1, 8)), Period(date(2026, 1, 8), date(2026, 1, 15))
    found = more_often(np.array([3, 1, 0]), np.array([1, 0, 2]), second, first)
    assert found == pytest.approx([0.3125, 0.5, 1.0])


def test_four_complaints_name_no_issue_however_new():
    before = [(40, days, "退款 慢") for days in (70, 100, 140)]
    found = rising(texts(*before, (26, 10, "退款 慢"), (4, 9, "师傅 爽约")), END, 4)
    assert isinstance(found, Rising)
    assert found.terms.is_empty()


def test_too_few_texts_are_a_refusal():
    assert rising(texts((29, 10, "退款"), (60, 130, "退款")), END, 4) == TooFewTexts(29, 60)
    # Ten weeks before the window are fewer than thirteen.
    assert rising(texts((40, 10, "退款"), (60, 98, "退款")), END, 4) == TooFewTexts(40, 60)


def test_weeks_of_a_term_count_its_texts_and_all_texts():
    ends = (END - timedelta(days=14), END - timedelta(days=7), END)
    found = weekly_cases(texts((3, 1, "退款"), (2, 7, "师傅"), (4, 8, "师傅"), (5, 15, "师傅")), "师傅", ends)
    assert found.rows() == [(ends[0], 5, 5), (ends[1], 4, 4), (ends[2], 2, 5)]


def planted(percent: float, level: float = 10.0) -> np.ndarray:
    """Complaints a week that grow by this much a month in the last half year."""
    return level * (1 + percent / 100) ** (growing_weeks(ALL) / WEEKS_A_MONTH)


def test_weeks_grow_after_those_of_the_level():
    assert growing_weeks(ALL)[[0, LEVEL_WEEKS - 1, LEVEL_WEEKS, ALL - 1]].tolist() == [0, 0, 1, WEEKS]


def test_slope_of_two_weeks_is_the_logarithm_of_their_ratio():
    # Two Poisson counts: the variance of the logarithm of their ratio is 1/10 + 1/20.
    steep, variance = trend(np.array([10.0, 20.0]), np.array([0.0, 1.0]))
    assert steep == pytest.approx(np.log(2))
    assert variance == pytest.approx(0.15)


def test_planted_growth_alarms_with_its_size():
    observed = np.array([planted(15), np.full(ALL, 20.0), np.full(ALL, 30.0)])
    found = growth(KINDS, observed, observed.sum(axis=0), 15.0)
    row = found.row(0, named=True)
    assert (row["issue_type"], row["verdict"]) == ("installation", "alarm")
    assert row["value"] == pytest.approx(15)
    assert row["against_others"] == pytest.approx(15)
    assert row["first"] == pytest.approx(10)
    assert row["last"] == pytest.approx(planted(15)[-1])
    assert found["verdict"].to_list()[1:] == ["steady", "steady"]
    ends = tuple(END - timedelta(days=7 * back) for back in reversed(range(ALL)))
    assert fitted_weeks(row, ends)["fitted"].to_numpy() == pytest.approx(planted(15))


def test_slow_growth_is_told_apart_from_an_alarm():
    observed = np.array([planted(8, 100), np.full(ALL, 200.0), np.full(ALL, 300.0)])
    found = growth(KINDS, observed, observed.sum(axis=0), 15.0)
    assert found["verdict"].to_list() == ["growing", "steady", "steady"]


def test_what_moves_all_complaints_is_no_growth_of_one():
    observed = np.array([planted(15, level) for level in (10, 20, 30)])
    assert set(growth(KINDS, observed, observed.sum(axis=0), 15.0)["verdict"]) == {"steady"}


def test_a_step_that_is_over_is_no_growth():
    step = np.where(growing_weeks(ALL) > 0, 20.0, 10.0)
    observed = np.array([step, np.full(ALL, 200.0), np.full(ALL, 300.0)])
    assert "alarm" not in growth(KINDS, observed, observed.sum(axis=0), 15.0)["verdict"].to_list()


def test_few_complaints_are_a_refusal():
    observed = np.array([np.full(ALL, 29 / ALL), np.full(ALL, 20.0), np.full(ALL, 30.0)])
    row = growth(KINDS, observed, observed.sum(axis=0), 15.0).row(-1, named=True)
    assert (row["issue_type"], row["verdict"], row["value"]) == ("installation", "too_few", None)


def test_chance_alone_hardly_ever_alarms():
    random = np.random.default_rng(7)
    alarms = 0
    for _round in range(60):
        observed = random.poisson([[3.0], [8.0], [20.0]], (3, ALL)).astype(float)
        alarms += "alarm" in growth(KINDS, observed, observed.sum(axis=0), 15.0)["verdict"].to_list()
    assert alarms <= 7  # at most one of twenty is stated: of 60 more than 7 come by chance once in a hundred times


def codes(*rows: tuple[int, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "day": [END - timedelta(days=days) for days, _code in rows],
            "issue_type": ["refund"] * len(rows),
            "subtype": [code for _days, code in rows],
            "established_cause": None,
            "responsible_department": None,
        },
        schema_overrides={"established_cause": pl.String, "responsible_department": pl.String},
    )


def test_new_codes_are_first_used_lately_and_more_than_twice():
    rows = [(200, "slow"), (10, "slow"), (56, "wallet"), (9, "wallet"), (3, "wallet"), (5, "slip"), (4, "slip")]
    found = new_codes(codes(*rows, (57, "older"), (3, "older"), (2, "older")), END)
    assert found is not None
    assert found.rows() == [("subtype", "wallet", END - timedelta(days=56), 3)]


def test_without_a_past_nothing_is_known_to_be_new():
    assert new_codes(codes((146, "slow"), (3, "slow")), END) is None  # 21 weeks, 147 days, are needed
