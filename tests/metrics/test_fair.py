"""Fair comparisons: hard cases allowed for, few cases trusted little, chance told from difference."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from metrics.catalogue import CATALOGUE
from metrics.fair import LIMITS, compare_fairly, funnel
from metrics.metric import Metric, Unit
from reports.limit_words import beyond_chance

FCR = CATALOGUE["first_contact_resolution"]
COMPLAINTS = CATALOGUE["complaint_rate"]
assert isinstance(FCR, Metric)
assert isinstance(COMPLAINTS, Metric)


def cells(*rows: tuple[str | None, str, float, float]) -> pl.DataFrame:
    """(team, issue, numerator, denominator)."""
    types = {"team_id": pl.String, "issue_type": pl.String, "numerator": pl.Float64, "denominator": pl.Float64}
    return pl.DataFrame(rows, schema=types, orient="row")


def test_a_team_with_the_hard_calls_is_not_blamed():
    # Both teams solve 40 % of the hard and 80 % of the easy cases; a has more of the hard ones.
    found = compare_fairly(
        cells(("a", "hard", 80, 200), ("a", "easy", 40, 50), ("b", "hard", 20, 50), ("b", "easy", 160, 200)),
        "team_id", ("issue_type",), FCR, 30,
    )  # fmt: skip
    rows = {row["team_id"]: row for row in found.groups.iter_rows(named=True)}
    assert (rows["a"]["value"], rows["b"]["value"]) == pytest.approx((48.0, 72.0))  # 120 and 180 of 250
    assert rows["a"]["adjusted"] == pytest.approx(rows["b"]["adjusted"]) == pytest.approx(60.0)  # 300 of 500
    assert {row["outside"] for row in rows.values()} == {"inside"}


def test_complaints_of_a_kind_that_nobody_contacts_about_are_nobodys_in_particular():
    # Twelve teams that do not differ: 20 complaints of 1,000 contacts about refunds, and 4 about a kind without any.
    teams = [f"t{number:02}" for number in range(12)]
    rows = [row for team in teams for row in ((team, "refund", 20, 1000), (team, "attitude", 4, 0))]
    found = compare_fairly(cells(*rows), "team_id", ("issue_type",), COMPLAINTS, 30)
    assert found.groups["expected"].to_list() == pytest.approx([24.0] * 12)
    assert set(found.groups["outside"]) == {"inside"}
    assert found.chance == pytest.approx(1.0)
    # Of whom nothing is expected nothing can be said.
    none = compare_fairly(
        cells(("a", "x", 9, 900), ("b", "x", 11, 900), ("c", "y", 0, 900)), "team_id", ("issue_type",), COMPLAINTS, 30
    )
    assert dict(none.groups.select("team_id", "outside").rows()) == {"a": "inside", "b": "inside", "c": "few"}


def test_limits_are_quantiles_of_the_binomial_distribution():
    # R: qbinom(c(0.025, 0.975, 0.001, 0.999), 100, 0.7) is 61 79 55 83.
    found = funnel(70.0, [100], Unit.PERCENT).select(LIMITS).row(0)
    assert found == pytest.approx((61, 79, 55, 83))


def test_limits_of_rates_are_quantiles_of_the_poisson_distribution():
    # R: qpois(c(0.025, 0.975, 0.001, 0.999), 20) is 12 29 8 35; 20 per thousand of 1,000.
    found = funnel(20.0, [1_000], Unit.PER_THOUSAND).select(LIMITS).row(0)
    assert found == pytest.approx((12, 29, 8, 35))


def test_few_cases_are_not_ranked_and_none_is_where_no_direction_is_better():
    some = cells(("a", "x", 700, 1000), ("b", "x", 600, 1000), ("c", "x", 29, 29))
    found = compare_fairly(some, "team_id", ("issue_type",), FCR, 30)
    assert dict(found.groups.select("team_id", "rank").rows()) == {"a": 1, "b": 2, "c": None}
    neither = CATALOGUE["upheld_rate"]
    assert isinstance(neither, Metric)
    assert compare_fairly(some, "team_id", ("issue_type",), neither, 30).groups["rank"].null_count() == 3
    rates = compare_fairly(cells(("a", "x", 90, 5000), ("b", "x", 30, 5000)), "team_id", (), COMPLAINTS, 30)
    assert dict(rates.groups.select("team_id", "rank").rows()) == {"b": 1, "a": 2}  # fewer complaints are better


def test_who_is_alike_shares_a_rank_and_groups_that_differ_by_chance_only_have_none():
    alike = compare_fairly(cells(("a", "x", 70, 100), ("b", "x", 70, 100), ("c", "x", 40, 100)), "team_id", (), FCR, 30)
    assert dict(alike.groups.select("team_id", "rank").rows()) == {"a": 1, "b": 1, "c": 3}
    assert alike.differs
    # By hand: 2 × 3.5² ÷ (61.5 × 0.385) = 1.035, of one degree of freedom: p = 0.309 (R: 1 - pchisq(1.035, 1)).
    chance = compare_fairly(cells(("a", "x", 65, 100), ("b", "x", 58, 100)), "team_id", (), FCR, 30)
    assert chance.chance == pytest.approx(0.309, abs=5e-4)
    assert not chance.differs
    assert chance.groups.select("team_id", "rank").rows() == [("a", None), ("b", None)]


def test_groups_that_differ_by_chance_only_are_ranked_once_in_twenty_times():
    random, ranked = np.random.default_rng(8), []
    for _ in range(400):
        rows = [(f"t{number}", "x", float(random.binomial(120, 0.7)), 120.0) for number in range(10)]
        ranked.append(compare_fairly(cells(*rows), "team_id", (), FCR, 30).differs)
    assert stats.binom.ppf(0.001, 400, 0.05) <= np.sum(ranked) <= stats.binom.ppf(0.999, 400, 0.05)


def test_of_who_has_too_few_cases_nothing_is_said():
    # None of six at 79 %: 0.21 to the power of six is 0.00008, beyond the limit, and six are too few for it.
    rows = [("few", "x", 0, 6), *((f"t{number}", "x", 160, 200) for number in range(4))]
    found = compare_fairly(cells(*rows), "team_id", (), FCR, 30)
    assert dict(found.groups.select("team_id", "outside").rows())["few"] == "few"
    assert "few" not in beyond_chance(found, FCR, "team_id", str)
    assert "few" in beyond_chance(compare_fairly(cells(*rows), "team_id", (), FCR, 5), FCR, "team_id", str)


def test_nothing_counted_is_no_comparison_and_unknown_groups_are_left_out():
    assert compare_fairly(cells(("a", "x", 0, 0)), "team_id", ("issue_type",), FCR, 30) is None
    found = compare_fairly(cells(("a", "x", 7, 10), (None, "x", 1, 10)), "team_id", ("issue_type",), FCR, 30)
    assert found.groups["team_id"].to_list() == ["a"]


def test_shrunken_estimates_are_nearer_to_the_truth_than_what_was_counted():
    # Injected: 40 teams of 30 to 400 cases whose true shares scatter by five points about 70 %.
    random = np.random.default_rng(5)
    raw, leaning, strengths = [], [], []
    for _ in range(30):
        truth = random.beta(58, 25, 40)  # mean 69.9 %, standard deviation 5.0 points
        sizes = random.integers(30, 400, 40)
        counts = random.binomial(sizes, truth)
        rows = [
            (f"t{number:02d}", "x", float(x), float(n)) for number, (x, n) in enumerate(zip(counts, sizes, strict=True))
        ]
        found = compare_fairly(cells(*rows), "team_id", ("issue_type",), FCR, 30)
        ordered = found.groups.sort("team_id")
        raw.append(((ordered["value"].to_numpy() / 100 - truth) ** 2).mean())
        leaning.append(((ordered["shrunken"].to_numpy() / 100 - truth) ** 2).mean())
        strengths.append(found.strength)
    assert np.mean(leaning) < 0.8 * np.mean(raw)
    assert 40 < np.median(strengths) < 170  # the truth is 83


def test_groups_that_differ_by_chance_only_seldom_lie_outside():
    random = np.random.default_rng(6)
    outside = []
    for _ in range(50):
        rows = [(f"t{number}", "x", float(random.binomial(150, 0.7)), 150.0) for number in range(40)]
        states = compare_fairly(cells(*rows), "team_id", ("issue_type",), FCR, 30).groups["outside"]
        outside.append((states == "alarm").sum())
    assert np.sum(outside) <= stats.poisson.ppf(0.999, 50 * 40 * 0.002)  # 4 expected of 2,000
