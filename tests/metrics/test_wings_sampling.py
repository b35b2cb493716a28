"""The sampling plan: shares and chances by hand, risk from injected effects, and pass rates that stay true."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from metrics.wings.back_test import LEAST_LEARNT, back_test
from metrics.wings.faults import known_by
from metrics.wings.reweighted import hajek, reweighted
from metrics.wings.sampling import (
    REASONS,
    Risk,
    fit_risk,
    names_of,
    new_issues,
    plan_shares,
)

COMPLAINT, HEATED, BLIND = 1, 2, 64


def pareto_order(uniform: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """The smallest n of these are a sample of size n in which each has about its chance; 0 for the certain ones.

    Source: Rosén (1997), Journal of Statistical Planning and Inference 62: Pareto πps sampling.
    """
    with np.errstate(divide="ignore"):
        odds = chance / (1 - chance)
        return np.where(chance >= 1, 0.0, (uniform / (1 - uniform)) / odds)


def risk_of(**logits: float) -> Risk:
    """A risk that is known: the logit of a contact without a reason, and what each reason adds."""
    usual = logits.pop("usual")
    numbers = [usual, *(logits.get(name, 0.0) for name in REASONS)]
    return Risk(float(1 / (1 + np.exp(-usual))), pl.DataFrame(), np.array(numbers))


def pool(**contacts: int) -> pl.DataFrame:
    return pl.DataFrame({"reasons": [int(each[1:]) for each in contacts], "contacts": list(contacts.values())})


def test_reasons_are_bits_and_read_back():
    assert names_of(0) == []
    assert names_of(1 + 4 + 64) == ["complaint", "repeat", "blind_spot"]


def test_shares_add_up_to_the_capacity_and_follow_the_square_of_the_excess():
    # Chances 0.5 without, 0.9 and 0.7 with a reason: excesses 0.4 and 0.2, squares 4 to 1.
    risk = risk_of(usual=0.0, complaint=np.log(9), heated=np.log(7 / 3))
    shares = plan_shares(pool(k0=1_000, k1=100, k2=100), risk, 50, 20.0)
    assert (shares.targeted, shares.drawn) == (40, 10)
    chances = dict(shares.kinds.select("reasons", "targeted_share").iter_rows())
    assert chances == pytest.approx({0: 0.0, COMPLAINT: 0.32, HEATED: 0.08})  # 32 and 8 of 100 each
    inclusion = dict(shares.kinds.select("reasons", "inclusion").iter_rows())
    drawn = 10 / 1_160  # of the 1,160 that are left
    assert inclusion == pytest.approx({0: drawn, COMPLAINT: 0.32 + 0.68 * drawn, HEATED: 0.08 + 0.92 * drawn})
    assert (shares.kinds["contacts"] * shares.kinds["inclusion"]).sum() == pytest.approx(50)
    assert shares.expected == pytest.approx(sum(
        n * inclusion[kind] * chance for kind, n, chance in ((0, 1_000, 0.5), (1, 100, 0.9), (2, 100, 0.7))
    ))  # fmt: skip
    assert shares.uniform == pytest.approx(50 * (500 + 90 + 70) / 1_200)


def test_what_would_be_taken_more_than_once_is_certain_and_the_rest_goes_to_others():
    risk = risk_of(usual=0.0, complaint=np.log(9), heated=np.log(7 / 3))
    shares = plan_shares(pool(k0=1_000, k1=5, k2=100), risk, 50, 20.0)
    chances = dict(shares.kinds.select("reasons", "targeted_share").iter_rows())
    assert chances == pytest.approx({0: 0.0, COMPLAINT: 1.0, HEATED: 0.35})  # 5, and 35 of 100
    everything = plan_shares(pool(k0=10, k1=5), risk, 50, 20.0)
    assert everything.kinds["inclusion"].to_list() == pytest.approx([1.0, 1.0])
    nothing = plan_shares(pool(k0=100), risk, 10, 20.0)
    assert (nothing.targeted, nothing.drawn) == (0, 10)
    assert nothing.kinds["inclusion"].to_list() == pytest.approx([0.1])


def test_a_reason_without_more_faults_is_looked_at_all_the_same():
    risk = risk_of(usual=0.0, blind_spot=-1.0, high_value=-1.0)
    shares = plan_shares(pool(k0=1_000, k16=100, k64=100), risk, 51, 0.0)
    chances = dict(shares.kinds.select("reasons", "targeted_share").iter_rows())
    assert chances == pytest.approx({0: 0.0, 16: 0.03, BLIND: 0.48})  # 0.02² to 0.08²: 1 to 16


def test_risk_is_learnt_where_it_was_injected():
    # Odds 1 : 4 without, times 4 with a complaint, and times 1 with heated emotion.
    random = np.random.default_rng(3)
    bits = random.choice([0, COMPLAINT, HEATED, COMPLAINT + HEATED], 8_000)
    chance = np.where(bits & COMPLAINT, 0.5, 0.2)
    found = fit_risk(pl.DataFrame({"reasons": bits, "fault": random.random(8_000) < chance}))
    effects = {row["reason"]: row for row in found.effects.iter_rows(named=True)}
    assert effects["complaint"]["low"] < 4 < effects["complaint"]["high"]
    assert effects["heated"]["low"] < 1 < effects["heated"]["high"]
    assert effects["repeat"]["reviews"] == 0
    assert effects["repeat"]["odds_ratio"] == pytest.approx(1.0, abs=1e-6)  # nothing is known, nothing is said
    assert found.usual == pytest.approx(0.2, abs=0.02)
    assert fit_risk(pl.DataFrame({"reasons": [0, 1], "fault": [False, False]})) is None


def test_few_cases_do_not_promise_much():
    # One contact with a complaint, with a fault: the odds would be infinite.
    rows = {"reasons": [0] * 100 + [COMPLAINT], "fault": [True] * 20 + [False] * 80 + [True]}
    effect = fit_risk(pl.DataFrame(rows)).effects.row(0, named=True)
    assert effect["low"] < 1 < effect["odds_ratio"] < 20


def test_hajek_by_hand():
    # Weights 10, 10, 2, 2: (10 × 1 + 10 × 1 + 2 × 0 + 2 × 1) / 24.
    assert hajek(np.array([1, 1, 0, 1.0]), np.array([0.1, 0.1, 0.5, 0.5])).value == pytest.approx(100 * 22 / 24)
    same = hajek(np.array([1, 0, 0, 1.0]), np.full(4, 0.25))
    assert same.value == pytest.approx(50)


def test_reweighting_covers_the_truth_where_the_raw_share_does_not():
    # 3,000 contacts; those with a complaint pass 50 %, the others 85 %: 81.5 % in truth. 300 are reviewed as planned.
    random = np.random.default_rng(5)
    bits = np.where(random.random(3_000) < 0.1, COMPLAINT, 0)
    passed = random.random(3_000) < np.where(bits, 0.5, 0.85)
    truth = 100 * passed.mean()
    kinds = pl.DataFrame({"reasons": bits}).group_by("reasons").agg(pl.len().alias("contacts"))
    shares = plan_shares(kinds, risk_of(usual=-1.735, complaint=1.735), 300, 50.0)
    inclusion = dict(shares.kinds.select("reasons", "inclusion").iter_rows())
    aimed = dict(shares.kinds.select("reasons", "targeted_share").iter_rows())
    chance, targeted = np.where(bits, inclusion[1], inclusion[0]), np.where(bits, aimed[1], aimed[0])
    covered, raw_covered = 0, 0
    for _ in range(400):
        first = np.argsort(pareto_order(random.random(3_000), targeted))[: shares.targeted]
        rest = random.permutation(np.setdiff1d(np.arange(3_000), first))[: shares.drawn]
        chosen = np.concatenate([first, rest])
        rates = reweighted(pl.DataFrame({"passed": passed[chosen], "inclusion_probability": chance[chosen]}), least=30)
        covered += rates.corrected.low <= truth <= rates.corrected.high
        raw_covered += rates.raw.low <= truth <= rates.raw.high
    assert covered >= 0.93 * 400
    assert raw_covered <= 0.05 * 400


def test_nothing_is_corrected_without_known_chances():
    some = pl.DataFrame({"passed": [True] * 40, "inclusion_probability": [0.1] * 29 + [None] * 11})
    rates = reweighted(some, least=30)
    assert (rates.corrected, rates.known, rates.reviews) == (None, 29, 40)
    assert reweighted(some.clear(), least=30) is None


MONDAY = date(2026, 1, 5)


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def test_an_issue_that_grew_at_a_stroke_is_new_and_a_growing_one_is_not():
    weekly = [(week(place), "usual", 20) for place in range(12)]
    weekly += [(week(place), "slow", 20 + 2 * place) for place in range(12)]
    weekly += [(week(10), "fresh", 6), (week(11), "burst", 4)]
    weekly += [(week(0), "first", 30), (week(11), "usual two", 0)]
    found = new_issues(
        pl.DataFrame(weekly, schema=["week", "issue_type", "contacts"], orient="row"), ["issue_type"], week(0)
    )
    assert found.rows() == [(week(10), "fresh")]  # a burst of 4 is too small, what stands in the first week is not new


def history(fault_of_complaint: float, later: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Twenty weeks of 900 contacts without a reason and 100 complained of, a tenth of each reviewed in their week."""
    random = np.random.default_rng(6)
    pools, reviewed = [], []
    for place in range(20):
        for bits, count, chance in ((0, 900, 0.1), (COMPLAINT, 100, fault_of_complaint if place < 12 else later)):
            pools.append((week(place), bits, count))
            reviewed += [
                (f"{place} {bits} {number}", week(place), bits, week(place) + timedelta(days=3), bool(fault))
                for number, fault in enumerate(random.random(count // 10) < chance)
            ]
    pool_columns, columns = ["week", "reasons", "contacts"], ["contact_id", "week", "reasons", "made", "found"]
    never = pl.lit(None, pl.Date).alias("disputed_on"), pl.lit(None, pl.Boolean).alias("upheld")
    return (
        pl.DataFrame(pools, schema=pool_columns, orient="row"),
        pl.DataFrame(reviewed, schema=columns, orient="row").with_columns(never),
    )


def test_the_back_test_finds_what_was_injected():
    pools, reviewed = history(0.5, 0.5)
    found = back_test(pools, reviewed, capacity=100, random_share=50.0)
    # 50 aimed, all at complaints (0.5), 50 at random; at random 100 × (0.9 × 0.1 + 0.1 × 0.5) = 14.
    planned = 50 * 0.5 + 50 * (900 * 0.1 + 50 * 0.5) / 950
    assert found.ratio.low < planned / 14 < found.ratio.high
    assert found.ratio.low > 1.5
    assert found.weeks["week"].min() == week(-(-LEAST_LEARNT // 100))  # a hundred reviews a week to learn from


def test_weeks_are_planned_without_looking_ahead():
    pools, reviewed = history(0.5, 0.0)
    found = back_test(pools, reviewed, capacity=100, random_share=50.0)
    later = pl.col("week") >= week(12)
    changed = reviewed.with_columns(found=pl.when(later).then(~pl.col("found")).otherwise("found"))
    other = back_test(pools, changed, capacity=100, random_share=50.0)
    before = pl.col("week") < week(12)
    assert found.weeks.filter(before).equals(other.weeks.filter(before))
    raised = reviewed.with_columns(disputed_on=pl.when(~later).then(pl.lit(week(12))), upheld=~later)
    then = [known_by(each.filter(pl.col("week") < week(11)), week(12)) for each in (reviewed, raised)]
    assert then[0].sort("contact_id").equals(then[1].sort("contact_id"))  # nobody knew that faults would be taken back
    assert not known_by(raised, None).filter(~later)["fault"].any()
    late = reviewed.with_columns(made=pl.lit(week(30)))  # nothing was known in time
    assert back_test(pools, late, capacity=100, random_share=50.0) is None
