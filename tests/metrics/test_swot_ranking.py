"""The board's rules: how sure a direction is, which of many are named, and how findings are ranked and merged."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from metrics.catalogue import CATALOGUE
from metrics.errors import InvalidSettings, UnknownName
from metrics.results import Estimate
from metrics.scope import Period
from metrics.swot.evidence import SHIPPED, Evidence, Kind, Place, Quadrant, SizeUnit
from metrics.swot.leading import LEADING, OF_UNITS, THEMES
from metrics.swot.ranking import MOST, arrange, rank
from metrics.swot.rules import RULES, check_weights, under
from metrics.swot.seasonal import raised, whole_years
from metrics.swot.sure import confidence, gap, matters, named, shift, stand_out

FOUND = Evidence(
    kind=Kind.WORST_UNIT, subject=(("team_id", "c"),), metric="first_contact_resolution",
    estimate=Estimate(-12, -14, -10), reference=0.0, size=30, size_unit=SizeUnit.CASES, base=300, confidence=0.99,
    n=1000, since=date(2026, 7, 27), place=Place("metric"),
)  # fmt: skip


def test_every_kind_has_a_rule_and_every_metric_of_the_board_exists():
    assert set(RULES) == set(Kind)
    assert set(CATALOGUE) >= {*LEADING, *OF_UNITS, *THEMES, *THEMES.values()}


def test_an_interval_that_ends_at_the_reference_is_97_5_percent_sure():
    # By the definition of a 95 % interval: 2.5 % lie beyond each end.
    assert confidence(Estimate(12, 10, 14), 10) == pytest.approx(0.975, abs=1e-4)
    assert confidence(Estimate(8, 7, 10), 10) == pytest.approx(0.975, abs=1e-4)
    assert confidence(Estimate(10, 8, 12), 10) == 0.5


def test_of_many_directions_those_are_named_that_false_discoveries_allow():
    # Benjamini & Hochberg (1995), their example of 15 p values: at 5 % the first four are rejected.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]  # noqa: E501 # fmt: skip
    assert sum(named([1 - each / 2 for each in p])) == 4


def test_a_gap_has_the_interval_of_square_and_add():
    # By hand: 5² = 3² + 4².
    found = gap(Estimate(20, 17, 24), Estimate(10, 7, 14))
    assert (found.difference.value, found.difference.low, found.difference.high) == pytest.approx((10, 5, 15))


def test_weeks_that_moved_are_told_by_welchs_test():
    # By hand: means 6 and 2, both variances 4/5, so 10 degrees of freedom; the table of t has 2.228139 for them.
    found = shift([5, 6, 7, 6, 5, 7], [1, 2, 3, 2, 1, 3])
    assert found.difference.value == 4
    assert found.difference.low == pytest.approx(4 - 2.228139 * (2 * 0.8 / 6) ** 0.5, abs=1e-5)
    assert shift([5, 6, 7, 6, 5], [1, 2, 3, 2, 1, 3]) is None


def test_a_group_stands_out_only_beyond_what_the_others_differ_by():
    alike, spread = np.array([60.0, 70, 70, 70, 70]), np.array([60.0, 66, 74, 68, 72])
    sure, unsure = (stand_out(values, np.full(5, 4.0)) for values in (alike, spread))
    # Alike: 10 / √(4 + 4/4) = 4.47 standard errors. Spread: moments give (40/4 − 3)/(3/4) = 28/3: 10 / √(5 + 28/3).
    assert sure[0] == pytest.approx(0.9999961, abs=1e-6)  # Φ(4.4721)
    assert unsure[0] == pytest.approx(0.99587, abs=1e-4)  # Φ(2.6413)
    assert max(unsure[1:]) < 0.975


def test_a_difference_matters_from_a_tenth_of_the_fewer_cases_on():
    assert matters(73, 70, 100.0)  # a tenth of the 30 that fail is 3
    assert not matters(72.9, 70, 100.0)
    assert not matters(31, 29, None)  # of a rate a tenth of it


def test_equal_shares_rank_alike_whatever_they_are_counted_in():
    contacts = replace(FOUND, size=3000, base=30_000, size_unit=SizeUnit.CONTACTS)
    # 30 of 300 and 3,000 of 30,000 are 10 %; times 0.99 times the weight.
    assert rank(FOUND) == rank(contacts) == pytest.approx(10 * 0.99 * RULES[Kind.WORST_UNIT].weight)


def test_what_tells_the_same_is_told_once():
    whole = replace(FOUND, kind=Kind.GROWING_ISSUE, metric=None, subject=(("issue_type", "returns"),), confidence=0.999)
    part = replace(whole, subject=(("issue_type", "returns"), ("subtype", "window")), size=10)
    alarm = replace(part, kind=Kind.EARLY_WARNING, size=5)
    other = replace(whole, subject=(("issue_type", "refund"),))
    (first, second) = arrange([part, alarm, other, whole]).entries[Quadrant.THREAT]
    assert {first.key, second.key} == {whole.key, other.key}
    assert next(each for each in (first, second) if each.key == whole.key).merged == (part, alarm)


def test_metrics_of_one_matter_are_told_once_and_teams_apart():
    same = replace(FOUND, metric="reopen_rate", size=20)
    another_team = replace(FOUND, subject=(("team_id", "d"),), size=10)
    entries = arrange([FOUND, same, another_team]).entries[Quadrant.WEAKNESS]
    assert [entry.evidence for entry in entries] == [FOUND, another_team]
    assert entries[0].merged == (same,)


def test_words_that_rise_are_one_line_whichever_leads():
    words = [
        replace(FOUND, kind=Kind.EMERGING_ISSUE, metric=None, subject=(("term", each),), size=size)
        for each, size in (("a", 30), ("b", 20), ("c", 10))
    ]
    code = replace(words[0], subject=(("product", "x"),))
    (first, second) = arrange([*words, code]).entries[Quadrant.THREAT]
    (again, _code) = arrange([replace(words[1], size=40), *words[::2], code]).entries[Quadrant.THREAT]
    assert {each.evidence.subject for each in (first, second)} == {words[0].subject, code.subject}
    kept = next(each for each in (first, second) if each.evidence.subject == words[0].subject)
    assert {kept.key, *(each.key for each in kept.merged)} == {again.key, *(each.key for each in again.merged)}


def test_targets_that_nobody_set_are_one_line_of_a_quadrant_and_own_ones_stand_by_themselves():
    missed = replace(FOUND, kind=Kind.BELOW_TARGET, subject=(), metric="csat", values={"target": SHIPPED})
    another = replace(missed, kind=Kind.UNLINKED, metric="complaint_linkage", size=20)  # of twice the weight
    own = replace(missed, metric="qa_pass_rate", size=10, values={})
    entries = arrange([missed, another, own]).entries[Quadrant.WEAKNESS]
    assert [(each.evidence, each.merged) for each in entries] == [(another, (missed,)), (own, ())]


def test_two_changes_of_one_metric_are_two_findings():
    worked = replace(FOUND, kind=Kind.CHANGE_WORKED, subject=(), values={"change": "x"})
    other = replace(worked, values={"change": "y"})
    same = replace(worked, kind=Kind.CHANGE_NOT_SHOWN)
    assert worked.key != other.key
    assert [len(each.merged) for each in arrange([worked, other]).entries[Quadrant.STRENGTH]] == [0, 0]
    assert [len(each.merged) for each in arrange([worked, same]).entries[Quadrant.STRENGTH]] == [1]


def test_the_gap_to_the_best_quarter_goes_with_the_best_team():
    best = replace(FOUND, kind=Kind.BEST_UNIT)
    level = replace(FOUND, kind=Kind.GAP_TO_BEST_QUARTILE, subject=(), size=20)
    (entry,) = arrange([level, best]).entries[Quadrant.OPPORTUNITY]
    assert (entry.evidence, entry.merged) == (best, (level,))


def test_seven_are_shown_of_a_quadrant_and_the_rest_is_behind_more():
    board = arrange([replace(FOUND, subject=(("team_id", str(each)),), size=each + 1) for each in range(9)])
    assert [entry.evidence.size for entry in board.shown(Quadrant.WEAKNESS)] == [9, 8, 7, 6, 5, 4, 3]
    assert len(board.more(Quadrant.WEAKNESS)) == 9 - MOST


@pytest.mark.parametrize("unsure", [{"confidence": 0.97}, {"size": 0.0}])
def test_what_is_not_sure_or_of_no_size_is_not_told(unsure: dict):
    assert arrange([replace(FOUND, **unsure)]).all == ()


def test_a_site_weighs_kinds_as_it_likes_and_none_with_0():
    doubled = under({Kind.WORST_UNIT: 6.0})
    assert rank(FOUND, doubled) == pytest.approx(10 * 0.99 * 6)
    assert arrange([FOUND], under({Kind.WORST_UNIT: 0.0})).all == ()
    for wrong in (-1.0, 10.1, float("nan")):
        with pytest.raises(InvalidSettings):
            check_weights({"worst_unit": wrong}, {})
    with pytest.raises(UnknownName, match="worst_uni"):
        check_weights({"worst_uni": 1.0}, {})


def test_a_season_is_the_ratio_of_its_days_to_the_others():
    period = Period(date(2024, 11, 1), date(2026, 11, 1))
    assert whole_years(Period(date(2024, 10, 12), date(2026, 11, 9))) == period
    days = [period.start + timedelta(days=each) for each in range(period.days)]
    counts = pl.DataFrame({"day": days, "count": [6 if day.month in (6, 7, 8) else 5 for day in days]})
    found = raised(counts, period, (6, 7, 8))
    # 6 a day against 5; by hand: √(1/1104 + 1/2730) = 0.03566 at 22 degrees of freedom, t = 2.0739.
    assert found.ratio.value == pytest.approx(1.2)
    assert found.ratio.low == pytest.approx(1.2 * np.exp(-2.0739 * 0.03566), rel=1e-4)
    assert found.least == pytest.approx(1.2 * np.exp(-1.7171 * 0.03566), rel=1e-4)  # of one side: t = 1.7171
    assert found.other_a_day == pytest.approx(5)
