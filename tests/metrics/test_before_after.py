"""Before and after a change, worked by hand, and the published example of a hospital's infections."""

from datetime import date

import polars as pl
import pytest

from metrics.before_after import before_after
from metrics.errors import InvalidScope
from metrics.metric import Better
from metrics.results import Answer, BeforeAfter, Caveat, Estimate, Kind, Needed, NotEstimable, Reason, Verdict
from tests.metrics.thirty_days import Counts, answered, compared
from tests.real_data import real_data


def test_repeat_rate_from_25_to_10_percent_is_15_points_and_60_percent_lower() -> None:
    found = answered([25] * 8, [10] * 8, [100] * 8, [100] * 8, kind="proportion")
    assert found.rate is not None
    assert found.rate.relative is not None
    assert (found.rate.old, found.rate.new) == pytest.approx((25, 10))
    assert found.rate.absolute.value == pytest.approx(-15)
    assert found.rate.relative.value == pytest.approx(-60)
    assert (found.answer, found.verdict, found.caveats) == (Answer.FEWER, Verdict.BETTER, ())


def test_satisfaction_from_70_to_80_is_10_points_higher() -> None:
    found = answered([70] * 8, [80] * 8, [100] * 8, [100] * 8, kind="proportion", better=Better.HIGHER)
    assert found.rate is not None
    assert found.rate.relative is not None
    assert found.rate.absolute.value == pytest.approx(10)
    assert found.rate.relative.value == pytest.approx(100 / 7)  # 10 of 70: not ten percent
    assert (found.answer, found.verdict) == (Answer.MORE, Verdict.BETTER)


def test_count_from_171_to_60_a_month_says_nothing_of_the_rate() -> None:
    found = answered([150 + 21] * 8, [50 + 10] * 8)
    assert found.count.relative is not None
    assert found.count.relative.value == pytest.approx(-111 / 171 * 100)
    assert round(found.count.relative.value, 1) == -64.9
    assert (found.before.per_period, found.after.per_period) == (171, 60)
    assert (found.rate, found.before.rate, found.answer) == (None, None, Answer.FEWER)
    assert found.caveats == (Caveat.NO_EXPOSURE,)


def test_fewer_complaints_of_as_many_fewer_contacts_are_no_lower_rate() -> None:
    found = answered([171] * 8, [60] * 8, [17_100] * 8, [6_000] * 8, scale=1000)
    assert found.rate is not None
    assert (found.rate.old, found.rate.new) == pytest.approx((10, 10))  # 171 of 17,100 and 60 of 6,000 per thousand
    assert found.count.answer is Answer.FEWER
    assert (found.answer, found.verdict) == (Answer.NO_CLEAR_DIFFERENCE, Verdict.UNCLEAR)


def test_difference_of_shares_has_the_published_interval() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 10: 56 of 70 less 48 of 80.
    found = answered([24, 24], [28, 28], [40, 40], [35, 35], kind="proportion")
    assert found.rate is not None
    ends = found.rate.absolute.low, found.rate.absolute.high
    assert ends == pytest.approx((5.24, 33.39), abs=5e-3)
    assert found.verdict is Verdict.WORSE
    assert found.scale == 100


def test_month_is_30_and_seven_sixteenths_days() -> None:
    found = answered([28, 32], [15, 15])  # 60 events in 60 days, then half as many
    assert (found.before.per_month.value, found.after.per_month.value) == (30.4375, 30.4375 / 2)
    assert (found.before.per_period, found.before.days, found.before.numerator) == (30, 60, 60)
    assert found.count.absolute.value == -30.4375 / 2


def test_none_left_is_100_percent_less_and_yet_not_surely_less() -> None:
    # Five, then none, in equal time: Clopper–Pearson of 0 of 5 ends at 1 − 0.025**(1/5) = 0.5218; 0.5218 / 0.4782.
    share = 0.025**0.2
    found = answered([3, 2], [0, 0])
    relative = found.count.relative
    assert isinstance(relative, Estimate)
    highest = ((1 - share) / share - 1) * 100
    assert (relative.value, relative.low, relative.high) == pytest.approx((-100, -100, highest))
    assert (found.count.p, found.answer) == (pytest.approx(2 / 2**5), Answer.NO_CLEAR_DIFFERENCE)


def test_from_none_to_six_is_more_without_a_percentage() -> None:
    found = answered([0, 0], [3, 3])
    assert (found.count.relative, found.answer) == (None, Answer.MORE)
    assert found.count.p == pytest.approx(2 / 2**6)  # six of six by a fair coin, both tails


@pytest.mark.parametrize(
    ("before", "after", "better", "verdict"),
    [
        ([50, 50], [20, 20], Better.LOWER, Verdict.BETTER),
        ([50, 50], [20, 20], Better.HIGHER, Verdict.WORSE),
        ([20, 20], [50, 50], Better.LOWER, Verdict.WORSE),
        ([20, 20], [50, 50], Better.HIGHER, Verdict.BETTER),
        ([20, 20], [50, 50], Better.NEITHER, Verdict.CHANGED),
        ([50, 50], [50, 51], Better.LOWER, Verdict.UNCLEAR),
    ],
)
def test_verdict_knows_which_way_is_better(before: Counts, after: Counts, better: Better, verdict: Verdict) -> None:
    assert answered(before, after, better=better).verdict is verdict


@pytest.mark.real_data
def test_infections_of_the_published_example_fall_as_published() -> None:
    months = pl.read_csv(real_data("spc_reference") / "cdi.csv", try_parse_dates=True)
    series = months.select(
        period="month", days=pl.col("month").dt.days_in_month(), numerator="n", denominator=pl.col("days")
    )
    change, end = date(2014, 11, 1), date(2015, 11, 1)
    before = date(2012, 11, 1), change
    found = before_after(
        series, change, kind="count", before=before, after=(change, end), better=Better.LOWER, scale=10_000
    )
    assert isinstance(found, BeforeAfter)
    assert found.rate is not None
    assert found.rate.relative is not None
    # PROVENANCE.md of the data set: crude rates, their ratio, and the dispersion of the model with a level only.
    assert (found.rate.old, found.rate.new) == pytest.approx((13.024, 5.009), abs=1e-3)
    assert 1 + found.rate.relative.value / 100 == pytest.approx(0.38458, abs=1e-5)
    assert found.dispersion == pytest.approx(1.285, abs=1e-3)
    # Its Poisson interval 0.3050 to 0.4849 is the large-sample one; the exact one is a little wider on both sides.
    low, high = (1 + end / 100 for end in (found.rate.relative.low, found.rate.relative.high))
    assert (low, high) == pytest.approx((0.3050, 0.4849), abs=0.005)
    assert low < 0.3050
    assert high > 0.4849
    assert (found.before.periods, found.after.periods, found.answer) == (24, 12, Answer.FEWER)
    assert found.caveats == (Caveat.UNEQUAL_WINDOWS,)


@pytest.mark.parametrize(
    ("before", "of", "kind", "expected"),
    [
        # About 20: (10 − 30)² / (20 × 2) = 10, far above the table's 3.84.
        ([10, 20, 30], None, "count", True),
        ([20, 20, 20], None, "count", False),
        ([18, 20, 22], None, "count", False),  # 16 / 40 = 0.4
        # About 32: the trend's 40² / 320 = 5 is small beside the 91.25 / 3 = 30 per degree of freedom it leaves.
        ([10, 60, 0, 60, 30], None, "count", False),
        # About 20 %: (10 − 30)² / (16 × 2) = 12.5; about 30 % of ten: (2 − 4)² / (2.1 × 2) = 0.95.
        ([10, 20, 30], 100, "proportion", True),
        ([2, 3, 4], 10, "proportion", False),
        # Twice and three times the contacts: the same rate.
        ([10, 20, 30], [1000, 2000, 3000], "count", False),
        ([10, 30], None, "count", False),  # two periods have no trend
    ],
)
def test_trend_before_the_change_is_a_caveat(before: Counts, of: int | list[int] | None, kind: Kind, expected: bool):
    bases = [of] * len(before) if isinstance(of, int) else of
    denominators = [] if bases is None else [bases, bases[:2]]
    found = answered(before, [5, 5], *denominators, kind=kind)
    assert (Caveat.TREND_BEFORE in found.caveats) is expected


@pytest.mark.parametrize(
    ("before", "after", "few", "unequal"),
    [(8, 8, False, False), (7, 8, True, True), (10, 9, False, False), (12, 10, False, True), (2, 2, True, False)],
    # 7 lacks 1 of 8 (12.5 %), 9 lacks 1 of 10 (10 %: not more than a tenth), 10 lacks 2 of 12 (17 %).
)
def test_few_or_unequal_periods_are_caveats(before: int, after: int, few: bool, unequal: bool) -> None:
    found = answered([9] * before, [9] * after, [100] * before, [100] * after)
    assert (Caveat.FEW_PERIODS in found.caveats, Caveat.UNEQUAL_WINDOWS in found.caveats) == (few, unequal)


def test_one_unknown_denominator_takes_the_rate_and_leaves_the_count() -> None:
    found = answered([40, 40], [20, 20], [100, None], [100, 100])
    assert (found.rate, found.before.denominator, found.after.denominator) == (None, None, 200)
    assert found.count.answer is Answer.FEWER
    assert Caveat.NO_EXPOSURE in found.caveats


@pytest.mark.parametrize(
    ("before", "after", "kind", "reason", "needed", "values"),
    [
        ([], [9, 9], "count", Reason.NO_PERIOD_BEFORE, Needed.PERIODS_BEFORE, {"found": 0, "least": 2}),
        ([9, 9], [], "count", Reason.NO_PERIOD_AFTER, Needed.PERIODS_AFTER, {"found": 0, "least": 2}),
        ([9], [9, 9], "count", Reason.FEW_PERIODS_BEFORE, Needed.PERIODS_BEFORE, {"found": 1, "least": 2}),
        ([9, 9], [9], "count", Reason.FEW_PERIODS_AFTER, Needed.PERIODS_AFTER, {"found": 1, "least": 2}),
        ([9, None], [9, 9], "count", Reason.FEW_PERIODS_BEFORE, Needed.PERIODS_BEFORE, {"found": 1, "least": 2}),
        ([0, 0], [0, 0], "count", Reason.NO_EVENTS, Needed.EVENTS, {"found": 0, "least": 1}),
        ([9, 9], [9, 9], "proportion", Reason.NO_DENOMINATOR, Needed.DENOMINATOR, {"found": 0, "least": 1}),
    ],
)
def test_what_cannot_be_estimated_says_why_and_what_is_needed(
    before: Counts, after: Counts, kind: Kind, reason: Reason, needed: Needed, values: dict[str, int]
) -> None:
    assert compared(before, after, kind=kind) == NotEstimable(reason, needed, values)


def test_period_without_a_count_is_left_out_and_counted() -> None:
    found = answered([30, None, 30], [30, 30])
    assert (found.unmeasured, found.before.periods, found.before.days) == (1, 2, 60)
    assert found.before.per_month == found.after.per_month


@pytest.mark.parametrize(
    ("counts", "of", "kind", "sentence"),
    [
        ([3, -3], None, "count", "2024-01-31 counts -3"),
        ([3, 2.5], None, "count", "2024-01-31 counts 2.5 .*whole counts"),
        ([3, 12], 10, "proportion", "2024-01-31 12 of 10.0 were counted, which is no share"),
    ],
)
def test_what_is_no_count_is_refused_by_its_period(counts: Counts, of: int | None, kind: Kind, sentence: str) -> None:
    denominators = [] if of is None else [[of, of], [of, of]]
    with pytest.raises(InvalidScope, match=sentence):
        compared(counts, [3, 3], *denominators, kind=kind)
