from datetime import date
from math import comb

import numpy as np
import polars as pl
import pytest

from metrics.wings.clusters import Warnings, course, lead, standing
from metrics.wings.scan import (
    ALARM,
    BEFORE,
    Scanned,
    episodes,
    lead_times,
    scan_growth,
    scan_shares,
    week_ends,
    weekly,
    weighed,
)

END = date(2026, 11, 2)
BATCHES = ("a", "b", "c", "d")


def cells_of(strata: int) -> pl.DataFrame:
    rows = [(stratum, batch, f"{stratum}{batch}") for stratum in range(strata) for batch in BATCHES]
    return pl.DataFrame(rows, schema=["stratum", "batch", "cell_name"], orient="row")


def shares_of(observed: np.ndarray, strata: int = 1) -> Scanned:
    """Four batches a stratum, each with 100 contacts a week: a quarter of the cases is usual."""
    base = np.full(observed.shape, 100.0)
    ends = week_ends(END, observed.shape[1])
    return scan_shares(cells_of(strata), ("cell_name",), "stratum", observed, base, ends)


def growth_of(observed: np.ndarray) -> Scanned:
    cells = pl.DataFrame({"name": [str(each) for each in range(len(observed))]})
    return scan_growth(cells, ("name",), observed, np.ones(observed.shape), week_ends(END, observed.shape[1]))


# All cases in one of four equal batches: (1/4)^4 and (1/4)^5. Each of 4 batches could have as small a p in each of the
# 7 windows, all of which hold the same cases: 28 / 256 = 0.11 is no alarm, 28 / 1024 = 0.027 is one.
@pytest.mark.parametrize(("cases", "by_chance"), [(4, None), (5, 28 / 1024)])
def test_a_batch_alarms_where_chance_would_seldom_gather_as_much(cases, by_chance):
    observed = np.zeros((4, 20))
    observed[0, -1] = cases
    found = shares_of(observed).at(END)
    if by_chance is None:
        assert found.is_empty()
        return
    row = found.row(0, named=True)
    assert (row["cell_name"], row["weeks"], row["observed"], row["expected"]) == ("0a", 1, 5.0, 1.25)
    assert row["p"] == pytest.approx(1 / 1024)
    assert row["by_chance"] == pytest.approx(by_chance)


def test_a_season_that_moves_all_batches_of_a_product_alarms_none():
    observed = np.full((4, 30), 2.0)
    observed[:, -4:] = 40
    assert shares_of(observed).alarms.is_empty()


def test_failed_reviews_are_held_against_those_of_the_same_weeks_and_what_is_usual_for_their_product():
    # Two products with two batches each, ten reviews a week in each batch: the first product fails an item in two of
    # ten, the second in none, over 60 weeks. The year before the last 12 weeks has 48 weeks: 2 × 48 × 2 = 192 failed of
    # 2 × 48 × 10 = 960 in the first product; as usual 10 % of 960 = 96. (192 + 5) / (96 + 5) and 5 / (96 + 5).
    failed = np.repeat([[2.0], [2.0], [0.0], [0.0]], 60, axis=1)
    judged = np.full(failed.shape, 10.0)
    base = weighed(failed, judged, np.zeros(4, dtype=int), np.array([0, 0, 1, 1]))
    assert base[:, -1] / 10 == pytest.approx([197 / 101] * 2 + [5 / 101] * 2)
    cells = pl.DataFrame({"name": list("abcd"), "stratum": [0] * 4})
    ends = week_ends(END, 60)
    steady = scan_shares(cells, ("name",), "stratum", failed, base, ends, of_base=True)
    assert steady.alarms.filter(pl.col("end") > ends[25]).is_empty()  # what is always so is no cluster once it is known
    failed[2, -2:] = 7
    found = scan_shares(cells, ("name",), "stratum", failed, weighed(failed, judged, *WHOLE), ends, of_base=True)
    assert found.at(END)["name"].to_list() == ["c"]
    # Of the last week's 11 failures 11 × 10 / 40 would be usual, were the products alike.
    plain = scan_shares(cells, ("name",), "stratum", failed, judged, ends, of_base=True)
    assert plain.usual[:, -1].tolist() == [2.75] * 4


WHOLE = np.zeros(4, dtype=int), np.array([0, 0, 1, 1])


def test_growth_is_judged_by_the_binomial_over_window_and_weeks_before():
    observed = np.ones((1, BEFORE + 1))
    observed[0, -1] = 10
    row = growth_of(observed).at(END).row(0, named=True)
    # 62 cases in 53 equal weeks: the chance that 10 or more of them fall into the last one.
    tail = sum(comb(62, k) * 52 ** (62 - k) for k in range(10, 63)) / 53**62
    assert (row["weeks"], row["observed"], row["expected"]) == (1, 10.0, 1.0)
    assert row["p"] == pytest.approx(tail, rel=1e-9)


def test_nothing_is_judged_before_it_is_known_what_is_usual():
    observed = np.zeros((1, 12))
    observed[0, -1] = 50
    assert growth_of(observed).alarms.is_empty()


def test_events_are_counted_in_the_seven_days_before_each_end():
    cells = pl.DataFrame({"issue": ["x", None]}, schema={"issue": pl.String})
    days = [date(2026, 11, 1), date(2026, 10, 26), date(2026, 10, 25), date(2026, 11, 2), date(2026, 10, 19)]
    events = pl.DataFrame({"day": days, "issue": ["x", "x", "x", "x", None], "count": [1, 2, 4, 8, 16]})
    # The last week is 26 October to 1 November; 2 November is not over.
    assert weekly(events, ("issue",), cells, week_ends(END, 2)).tolist() == [[4, 3], [16, 0]]


def test_alarms_near_each_other_are_one_episode_and_lead_is_told_between_first_ones():
    days = [date(2026, 1, 5), date(2026, 1, 12), date(2026, 2, 9), date(2026, 6, 1)]
    spans = episodes(pl.DataFrame({"name": ["x"] * 4, "end": days}), ("name",))
    assert spans.rows() == [("x", days[0], days[2]), ("x", days[3], days[3])]
    later = pl.DataFrame({"name": ["x", "y"], "first": [date(2026, 1, 26), date(2026, 1, 26)]})
    # 26 January is 21 days after 5 January; the episode of June is 126 days from it, which is farther.
    assert lead_times(spans, later, ("name",)).rows() == [("x", days[0], date(2026, 1, 26), 21)]


def injected(start: int, weeks: int = 80) -> np.ndarray:
    """Six batches of cases in nothing but chance, and from week `start` on four more a week in the first one."""
    observed = np.random.default_rng(7).poisson(0.5, (4, weeks)).astype(float)
    observed[0, start:] += 4
    return observed


def test_lead_of_qa_is_the_time_between_the_injected_starts():
    quality, complaints = shares_of(injected(40)), shares_of(injected(46))
    found = Warnings(("cell_name",), complaints, quality)
    told = lead(found, END)
    assert told is not None
    assert told.median_days == pytest.approx(42, abs=14)  # injected six weeks apart; each is seen within two weeks
    assert (told.complaints_only, told.quality_only) == (0, 0)
    row = standing(found, END).filter(pl.col("side") == "complaints").row(0, named=True)
    weeks = row["weeks"]
    assert row["other_observed"] == quality.observed[0, -weeks:].sum()
    assert found.alarms_of({"cell_name": "0a"}, standing(found, END))["side"].sort().to_list() == [
        "complaints",
        "quality",
    ]
    assert course(found, {"cell_name": "0a"}, END, 5)["observed"].to_list()[:5] == complaints.observed[0, -5:].tolist()


def test_false_alarms_stay_below_the_rate_that_is_stated():
    random = np.random.default_rng(315)
    weeks = alarmed = 0
    for _demo in range(6):
        steady = random.poisson(random.uniform(0.05, 1.5, (40, 1)), (40, 104)).astype(float)
        for found in (shares_of(random.poisson(0.4, (160, 104)).astype(float), 40), growth_of(steady)):
            weeks += len(found.ends)
            alarmed += found.alarms["end"].n_unique()
    assert weeks == 6 * 2 * 104
    assert alarmed / weeks <= ALARM


def test_a_batch_with_four_cases_a_week_more_is_found_within_four_weeks():
    found = 0
    for seed in range(20):
        observed = np.random.default_rng(seed).poisson(0.4, (160, 60)).astype(float)
        observed[0, -4:] += 4
        found += "0a" in shares_of(observed, 40).at(END)["cell_name"].to_list()
    assert found >= 18  # of 20
