"""Rate and mix: they sum to the change, and name who moved otherwise than the rest."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.decomposition import decompose, explaining_most, standing_out, with_error
from metrics.evaluation import evaluate
from metrics.metric import Unit
from metrics.quality import QA_SCORE


def counts(**groups: tuple[float, float]) -> pl.DataFrame:
    """Numerator and denominator of each group."""
    rows = [(name, float(top), float(bottom)) for name, (top, bottom) in groups.items()]
    return pl.DataFrame(rows, schema=["team_id", "numerator", "denominator"], orient="row")


def test_a_shift_between_groups_that_did_not_change_is_mix_alone():
    # By hand: 130 of 200 = 65 %, then 105 of 200 = 52.5 %; a stays at 40 %, b at 90 %, and a's share goes from a half
    # to three quarters. The mean of the wholes is 58.75 %: a adds 0.25 × (40 − 58.75), b −0.25 × (90 − 58.75).
    found = decompose(counts(a=(60, 150), b=(45, 50)), counts(a=(40, 100), b=(90, 100)), "team_id", Unit.PERCENT)
    assert (found.old, found.new, found.change) == pytest.approx((65.0, 52.5, -12.5))
    assert (found.rate, found.mix) == pytest.approx((0.0, -12.5))
    assert found.groups.select("team_id", "mix").rows() == [
        ("b", pytest.approx(-7.8125)),
        ("a", pytest.approx(-4.6875)),
    ]


def test_a_change_of_ratios_at_the_same_shares_is_rate_alone():
    # By hand: a goes from 40 to 60 % at half of all, so it adds 10 points; b stays.
    found = decompose(counts(a=(60, 100), b=(90, 100)), counts(a=(40, 100), b=(90, 100)), "team_id", Unit.PERCENT)
    assert (found.rate, found.mix) == pytest.approx((10.0, 0.0))
    assert found.groups["team_id"][0] == "a"


def test_a_group_that_is_new_changes_the_mix():
    # By hand: 50 of 100, then 50 of 100 and 10 of 100: 60 of 200 = 30 %, all of it because the new group is there.
    found = decompose(counts(a=(50, 100), b=(10, 100)), counts(a=(50, 100)), "team_id", Unit.PERCENT)
    assert (found.change, found.rate, found.mix) == pytest.approx((-20.0, 0.0, -20.0))


GROUPS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", None]), st.tuples(st.integers(0, 50), st.integers(0, 400)), max_size=5
)


@settings(max_examples=300)
@given(now=GROUPS, before=GROUPS, unit=st.sampled_from([Unit.PERCENT, Unit.PER_THOUSAND]))
def test_effects_sum_to_the_change_to_the_last_digit(now: dict, before: dict, unit: Unit):
    def framed(groups: dict) -> pl.DataFrame:
        rows = [(name, float(top), float(bottom)) for name, (top, bottom) in groups.items()]
        types = {"team_id": pl.String, "numerator": pl.Float64, "denominator": pl.Float64}
        return pl.DataFrame(rows, schema=types, orient="row")

    found = decompose(framed(now), framed(before), "team_id", unit)
    if found is None:
        assert not sum(base for _, base in now.values()) or not sum(base for _, base in before.values())
    else:
        assert found.rate + found.mix == pytest.approx(found.change, rel=1e-9, abs=1e-9)
        assert found.groups["effect"].is_finite().all()


def drawn(random: np.random.Generator, shares: dict[str, float], size: int = 2_000) -> pl.DataFrame:
    return counts(**{name: (int(random.binomial(size, share)), size) for name, share in shares.items()})


def test_the_group_that_moved_stands_out_and_the_others_do_not():
    # Injected: group c falls by ten points, nine others stay at 70 %.
    random = np.random.default_rng(7)
    stay = {f"g{number}": 0.7 for number in range(9)}
    now, before = drawn(random, {**stay, "c": 0.6}), drawn(random, {**stay, "c": 0.7})
    found = {"team_id": decompose(now, before, "team_id", Unit.PERCENT)}
    assert [(each.dimension, each.group) for each in standing_out(found)] == [("team_id", "c")]
    assert explaining_most(found) == "team_id"


def test_where_nothing_happened_hardly_ever_anything_stands_out():
    # 100 comparisons of ten groups that did not change: at a false discovery rate of 5 % some five may name one.
    random = np.random.default_rng(11)
    same = {f"g{number}": 0.7 for number in range(10)}
    named = 0
    for _ in range(100):
        found = decompose(drawn(random, same), drawn(random, same), "team_id", Unit.PERCENT)
        named += bool(standing_out({"team_id": found}))
    assert named <= 12  # 5 expected; more than 12 has a chance below 0.2 % (binomial)


def test_a_move_of_all_alike_is_nobodys():
    random = np.random.default_rng(3)
    groups = {f"g{number}": 0.7 for number in range(8)}
    fell = dict.fromkeys(groups, 0.6)
    found = decompose(drawn(random, fell), drawn(random, groups), "team_id", Unit.PERCENT)
    assert found.change == pytest.approx(-10, abs=1.5)
    assert standing_out({"team_id": found}) == []


def reviewed(random: np.random.Generator, means: dict[str, float], reviews: int = 60) -> pl.DataFrame:
    """QA scores of so many reviews a team, of 100 points each, with a standard deviation of 12 points."""
    points = {team: random.normal(mean, 12, reviews).clip(0, 100) for team, mean in means.items()}
    sums = pl.DataFrame(
        [
            {
                "day": date(2026, 1, 5), "team_id": team, "points": float(each.sum()),
                "possible_points": 100.0 * reviews, "points_squares": float((each**2).sum()),
                "points_products": float(100 * each.sum()), "possible_squares": 100.0**2 * reviews,
                "reviews_scored": reviews,
            }
            for team, each in points.items()
        ]
    )  # fmt: skip
    return with_error(evaluate([QA_SCORE], sums, ["team_id"]), Unit.PERCENT)


def test_points_of_a_review_are_no_cases_by_themselves():
    # 6,000 points of 60 reviews would tell as much as 6,000 cases: some group stood out nearly always.
    random = np.random.default_rng(5)
    same = {f"g{number}": 88.0 for number in range(8)}
    named = 0
    for _ in range(100):
        found = decompose(reviewed(random, same), reviewed(random, same), "team_id", Unit.PERCENT)
        named += bool(standing_out({"team_id": found}))
    assert named <= 12  # as above
    # Injected: eight points, of which chance moves less than two either way.
    fell = decompose(reviewed(random, same | {"g3": 80.0}), reviewed(random, same), "team_id", Unit.PERCENT)
    assert standing_out({"team_id": fell})[0].group == "g3"
    few = decompose(reviewed(random, same, 20), reviewed(random, same, 20), "team_id", Unit.PERCENT)
    assert few.groups["p"].null_count() == 8  # too few reviews to judge any of them
