"""Agreement and correlation against published examples, hand arithmetic, and what is true in simulations."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from benchmarks import agreement_intervals
from metrics.agreement import ac1, agreement, alpha, alpha_of_claims, kappa, rank_correlation, same_answer
from metrics.results import Estimate

#: Krippendorff (2011), section E: four observers, twelve units, α = 0.849 for interval data.
OBSERVERS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


def units(ratings: list[list[float]]) -> pl.DataFrame:
    """One row per unit from its ratings."""
    return pl.DataFrame(
        {
            "raters": [len(each) for each in ratings],
            "rating_sum": [float(sum(each)) for each in ratings],
            "rating_squares": [float(sum(x * x for x in each)) for each in ratings],
            "nothings": [each.count(0) for each in ratings],
        }
    )


def pairs(table: list[list[int]]) -> pl.DataFrame:
    """One row per pair of verdicts from their counts."""
    found = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return pl.DataFrame(found, schema={"first": pl.Int64, "second": pl.Int64}, orient="row")


def test_alpha_of_krippendorffs_example():
    rows = [line.split() for line in OBSERVERS.strip().splitlines()]
    ratings = [[float(each) for each in unit if each != "."] for unit in zip(*rows, strict=True)]
    found = alpha(units(ratings))
    assert found is not None
    assert found.value == pytest.approx(0.849, abs=0.0005)
    assert found.low < found.value < found.high


def test_alpha_has_the_interval_of_a_bootstrap_where_units_are_many():
    """By leaving out each in turn: the same spread as drawn here from resamples of the units."""
    random = np.random.default_rng(7)
    ratings = (random.normal(0, 2, 800)[:, None] + random.normal(0, 1, (800, 2))).tolist()
    frame = units(ratings)
    found = alpha(frame)
    drawn = [alpha(frame[random.integers(0, 800, 800).tolist()]) for _ in range(300)]
    low, high = np.quantile([each.value for each in drawn if each], [0.025, 0.975])
    assert found is not None
    assert found.high - found.low == pytest.approx(high - low, rel=0.15)


def test_alpha_by_hand():
    # Ratings 1, 2 and 3, 4: within units 1 apart each, so D_o = 1; of the 12 ordered pairs of all four the squared
    # differences add up to 2 · (1 + 4 + 9 + 1 + 4 + 1) = 40, so D_e = 40 / 12; α = 1 − 12 / 40 = 0.7.
    found = alpha(units([[1, 2], [3, 4]]))
    assert found is not None
    assert found.value == pytest.approx(0.7)


def test_alpha_has_no_value_where_nothing_varies_or_nobody_rated_twice():
    assert alpha(units([[5, 5], [5, 5]])) is None
    assert alpha(units([[5], [4]])) is None


def test_one_unit_that_makes_all_that_varies_leaves_alpha_open():
    # Without the last unit nothing varies, so that there is no α to see how far it moves.
    found = [alpha(units(ratings)) for ratings in ([[5, 5], [5, 5], [4, 5]], [[1, 2]])]
    assert [each and (each.low, each.high) for each in found] == [(-1.0, 1.0)] * 2


def test_reviewers_who_always_gave_the_same_score_may_still_differ_next_time():
    # Fifteen contacts of 80 and fifteen of 90. Three more with 80 and 90: 33 contacts, half the 66 scores each; within
    # D_o = 3 · 2 · 100 / 66, by chance D_e = 2 · 33 · 33 · 100 / (66 · 65); α = 1 − 3 · 65 / 33².
    found = alpha(units([[80, 80]] * 15 + [[90, 90]] * 15))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((1, 1 - 3 * 65 / 33**2, 1))


def test_alpha_of_an_item_is_that_of_its_zeros_and_ones_with_an_interval_of_its_own():
    # Two of 30 failed with both, one with one of them: n = 60, D_o = 2 / 60, D_e = 2 · 5 · 55 / (60 · 59).
    ratings = [[1, 1]] * 2 + [[0, 1]] + [[0, 0]] * 27
    item, scores = alpha_of_claims(units(ratings)), alpha(units(ratings))
    assert item is not None
    assert scores is not None
    assert item.value == scores.value == pytest.approx(1 - 2 / 60 / (2 * 5 * 55 / (60 * 59)))
    assert -0.1 < item.low < 0.5 < item.value < item.high < 1
    assert alpha_of_claims(units([[0, 0]] * 30)) is None


def test_kappa_misleads_and_ac1_does_not_where_nearly_all_pass():
    # 94 % pass, 92 % agree: 90 both passed, 4 and 4 differ, 2 both failed. By hand: by chance 0.94² + 0.06² = 0.8872,
    # κ = (0.92 − 0.8872) / 0.1128 = 0.29; AC1: 2 · 0.94 · 0.06 = 0.1128, (0.92 − 0.1128) / 0.8872 = 0.91.
    verdicts = pairs([[0, 0, 0], [0, 2, 4], [0, 4, 90]])
    found = [statistic(verdicts) for statistic in (kappa, ac1, agreement)]
    assert [each and round(each.value, 2) for each in found] == [0.29, 0.91, 92.0]


def test_kappa_weighs_a_fatal_item_four_times():
    # 10 fatal/fatal, 10 failed/failed, 10 passed/passed, one fatal/passed (weight 4) and one failed/passed (weight 1)
    # of 32: observed 5 / 32; margins 11, 11, 10 against 10, 10, 12: expected (11·10 + 11·12 + 11·10 + 10·10
    # + 4·(11·12 + 10·10)) / 32² = 1380 / 1024; κ = 1 − (5 / 32) / (1380 / 1024) = 1 − 160 / 1380.
    found = kappa(pairs([[10, 0, 1], [0, 10, 1], [0, 0, 10]]))
    assert found is not None
    assert found.value == pytest.approx(1 - 160 / 1380)


def test_agreement_has_wilsons_interval():
    # 45 of 50 agree. Wilson by hand, z² = 3.8415: middle (0.9 + 3.8415 / 100) / (1 + 3.8415 / 50) = 0.87146, half
    # 1.95996 · √(0.9 · 0.1 / 50 + 3.8415 / 10,000) / 1.07683 = 0.08506.
    found = agreement(pairs([[0, 0, 0], [0, 2, 3], [0, 2, 43]]))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((90.0, 78.640, 95.652), abs=0.002)


def test_reviewers_who_always_agree_may_still_differ_next_time():
    # κ needs two verdicts to be told; 10 of 10 are by Wilson 72.2 % or more: 10 / (10 + 3.8415).
    always = pairs([[0, 0, 0], [0, 0, 0], [0, 0, 10]])
    assert kappa(always) is None
    gwet, percent, mixed = ac1(always), agreement(always), kappa(pairs([[0, 0, 0], [0, 3, 0], [0, 0, 7]]))
    assert gwet is not None
    assert percent is not None
    assert mixed is not None
    assert [gwet.value, gwet.high, percent.value, percent.high, mixed.value, mixed.high] == [1, 1, 100, 100, 1, 1]
    assert percent.low == pytest.approx(100 * 10 / 13.8415, abs=0.01)
    assert 0 < gwet.low < 1
    assert 0 < mixed.low < 1


def test_nothing_compared_has_no_value():
    nothing = pairs([[0] * 3] * 3)
    assert [kappa(nothing), ac1(nothing), agreement(nothing)] == [None, None, None]


def test_rank_correlation_by_hand():
    # Ranks 1 2 3 4 5 against 2 1 4 3 5: d² adds up to 4, ρ = 1 − 6 · 4 / (5 · 24) = 0.8.
    found = rank_correlation(pl.DataFrame({"a": [1, 2, 3, 4, 5], "b": [20, 10, 40, 30, 50]}), "a", "b")
    assert found is not None
    assert found.value == pytest.approx(0.8)
    assert rank_correlation(pl.DataFrame({"a": [1, 2, 3, 4], "b": [1, 1, 1, 1]}), "a", "b") is None


def test_rank_correlation_with_ties_is_that_of_scipy():
    random = np.random.default_rng(3)
    a, b = random.integers(0, 5, 300), random.integers(0, 2, 300)
    found = rank_correlation(pl.DataFrame({"a": a, "b": b}), "a", "b")
    assert found is not None
    assert found.value == pytest.approx(stats.spearmanr(a, b).statistic)


def test_same_answer_by_hand():
    # Type x: answers 3 and 1 of 4: 3 of 6 pairs agree; type y: 2 of 2: 1 of 1. Together 4 of 7.
    counts = pl.DataFrame({"issue_type": ["x", "x", "y"], "answer_code": ["a", "b", "a"], "answered": [3, 1, 2]})
    found = same_answer(counts)
    assert found is not None
    assert found.value == pytest.approx(100 * 4 / 7)
    assert same_answer(counts.with_columns(answered=pl.Series([1, 0, 1]))) is None
    unknown = counts[:2].with_columns(issue_type=pl.lit(None, pl.String))
    assert same_answer(pl.concat([counts, unknown])) == found  # contacts of no known type are not of one type
    with_nothing = pl.concat([counts, counts[:1].with_columns(issue_type=pl.lit("z"), answered=pl.lit(0, pl.Int64))])
    assert same_answer(with_nothing) == found


SOME_OF_NOTHING = "α of scores, some of nothing"


@pytest.mark.alike(2)
@pytest.mark.parametrize("size", agreement_intervals.SIZES[::2])  # the one between: docs/statistics.md
@pytest.mark.parametrize("statistic", [each for each in agreement_intervals.DESIGNS if each != SOME_OF_NOTHING])
def test_intervals_of_agreement_cover_what_is_true(statistic: str, size: int):
    """By simulation, on average over the designs: at most two points off what they say, of few contacts as well."""
    covered = agreement_intervals.covered(statistic, size, trials=100).values()
    assert len(covered) >= 3
    assert 93 <= np.mean(list(covered)) <= 97
    assert min(covered) >= 85


def test_intervals_of_alpha_cover_what_is_true_where_fatal_items_made_some_scores_nothing():
    """By simulation, as above; of the rarest fatal items few samples hold one, so the mean is taken over sizes, too."""
    found = [agreement_intervals.covered(SOME_OF_NOTHING, size, trials=70) for size in agreement_intervals.SIZES]
    assert 93 <= np.mean([list(each.values()) for each in found]) <= 97


@pytest.mark.parametrize("size", [30, 60])
def test_shares_agreed_on_are_covered_as_often_as_said(size: int):
    """Of one share it must be more or less, as counts are whole: over shares 95 % on average, and none far off."""
    covered = np.array(list(agreement_intervals.agreed(size).values()))
    assert 94.9 <= covered.mean() <= 95.6
    assert covered.min() > 91
    assert covered.max() < 98.5


TRIALS = 600  # the standard error of a coverage of 95 % is 0.9 points


@pytest.mark.parametrize("count", [40, 150])
def test_intervals_of_rank_correlation_cover_what_is_true(count: int):
    random = np.random.default_rng(5)
    truth = 6 / np.pi * np.arcsin(0.8 / 2)  # Spearman's ρ where two normal values correlate by 0.8
    inside = []
    for _ in range(TRIALS):
        shared, own = random.normal(0, 2, count), random.normal(0, 1, (2, count))
        found = rank_correlation(pl.DataFrame({"a": shared + own[0], "b": shared + own[1]}), "a", "b")
        inside.append(found is not None and found.low <= truth <= found.high)
    assert 93 <= 100 * np.mean(inside) <= 97


SHARES = [(0.7, 0.2, 0.1), (0.97, 0.03), (0.5, 0.5), (0.25, 0.25, 0.25, 0.25), (0.9, 0.1)]


@pytest.mark.parametrize("size", [100, 400])
@pytest.mark.parametrize("shares", SHARES)
def test_intervals_of_same_answers_cover_what_is_true(shares: tuple[float, ...], size: int):
    """By simulation, with a standard error of 1.3 points; where answers are spread evenly they may cover more."""
    truth, inside = 100 * sum(share**2 for share in shares), []
    for counts in np.random.default_rng(6).multinomial(size, shares, TRIALS // 2):
        codes = [str(place) for place in range(len(shares))]
        frame = pl.DataFrame({"issue_type": ["x"] * len(codes), "answer_code": codes, "answered": counts})
        found = same_answer(frame)
        inside.append(found is not None and found.low <= truth <= found.high)
    assert 100 * np.mean(inside) >= 90


def test_an_interval_of_same_answers_has_a_width():
    def of(**answered: int) -> Estimate:
        rows = {"issue_type": ["x"] * len(answered), "answer_code": list(answered), "answered": list(answered.values())}
        found = same_answer(pl.DataFrame(rows))
        assert found is not None
        return found

    # Of 100 alike three in a hundred may be otherwise (rule of three): 0.97² + 0.03² = 94.2 %.
    assert of(a=100).low < 95 < of(a=100).high == 100
    evenly = of(a=50, b=50)
    assert evenly.low < 50 < evenly.high


@pytest.mark.parametrize("answered", [(30, 10), (7, 3, 2)])
def test_the_ends_are_wilsons(answered: tuple[int, ...]):
    frame = pl.DataFrame({"issue_type": "x", "answer_code": [str(each) for each in answered], "answered": answered})
    found = same_answer(frame)
    assert found is not None
    # Wilson's ends lie where a share is as many standard errors off: (value − end)² = z² × end × (1 − end) ÷ cases,
    # so both ends ask for the same number of cases.
    value, *ends = (each / 100 for each in (found.value, found.low, found.high))
    cases = [1.959964**2 * end * (1 - end) / (value - end) ** 2 for end in ends]
    assert cases[0] == pytest.approx(cases[1], rel=1e-6)
