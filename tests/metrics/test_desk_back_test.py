from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from metrics.desk.back_test import ANY, EVERY, back_test
from metrics.desk.escalation_model import Model, TooFewEscalations, fit
from metrics.desk.ranking import average_precision, compare
from metrics.rules import Rules

START = datetime(2026, 1, 1)
RULES = Rules(look_back_days=10, escalation_days=10)
AS_OF = START + timedelta(days=60)  # flags of 11 January to 20 February count, escalations from 21 January on


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def measured(flags: list[tuple], escalated: list[tuple], as_of: datetime = AS_OF) -> dict[str, dict]:
    schema = {"complaint_id": pl.String, "owner": pl.String, "received_at": pl.Datetime("us"), "x": pl.Datetime("us")}
    frame = pl.DataFrame(flags, schema=schema, orient="row")
    gone = {"complaint_id": pl.String, "owner": pl.String, "at": pl.Datetime("us"), "is_inside": pl.Boolean}
    found = back_test(frame, pl.DataFrame(escalated, schema=gone, orient="row"), START, as_of, RULES)
    assert found is not None
    return {row["trigger"]: row for row in found.rows.to_dicts()}


FLAGS = [
    ("k1", "li", at(15), at(15)),  # li goes up at 22: a hit, 7 days ahead
    ("k2", "wu", at(20), at(21)),  # wu goes up at 34, 13 days later: none
    ("k3", "wu", at(25), None),  # 9 days before, but not flagged
    ("k4", "sun", at(30), at(31)),  # sun goes up at 33: a hit, 2 days ahead
    ("k5", "sun", at(32), at(32)),  # and so is this one
    ("k6", "qi", at(49), at(49.5)),  # never
    ("k7", "qi", at(55), at(55)),  # its ten days are not over
    ("k8", "he", at(5), at(5)),  # before the days looked at
]
GONE = [
    ("k1", "li", at(22), True), ("e2", "wu", at(34), True), ("e3", "sun", at(33), True), ("e4", "jo", at(40), True),
    ("e5", "he", at(6), True), ("e6", "mo", at(41), False),
]  # fmt: skip


def test_precision_recall_warning_and_cost_by_hand():
    found = measured(FLAGS, GONE)
    x = found["x"]
    # Flagged in the 40 days: k1 k2 k4 k5 k6; three hits. Escalations inside from day 20 on: four, of which two caught.
    assert (x["flagged"], x["followed"], x["precision"]) == (5, 3, 60.0)
    assert x["per_day"] == 5 / 40
    assert (x["escalated"], x["caught"], x["recall"]) == (4, 2, 50.0)
    assert x["days"] == (7 + 2) / 2  # of 7 for li, and of 2 from sun's first flag
    assert {name: found[ANY][name] for name in x if name != "trigger"} == {
        name: x[name] for name in x if name != "trigger"
    }


def test_every_case_as_it_came_in_is_the_measure_of_a_trigger():
    every = measured(FLAGS, GONE)[EVERY]
    # k1 to k6 came in in the 40 days; k1, k3 (9 days before), k4 and k5 were followed.
    assert (every["flagged"], every["followed"]) == (6, 4)
    assert (every["caught"], every["escalated"]) == (3, 4)


def test_a_customer_with_many_cases_makes_the_interval_no_narrower():
    many = [(f"a{place}", "li", at(15), at(15)) for place in range(50)]
    alone = [(f"b{place}", f"c{place}", at(15), at(15)) for place in range(50)]
    gone = [("k1", "li", at(22), True), *((f"b{place}", f"c{place}", at(22), True) for place in range(25))]
    one = measured([*many, *alone], gone)["x"]
    assert one["precision"] == 75.0
    # 100 cases that stood for themselves: Wilson 65.7 to 82.5 (z = 1.96).
    assert one["low"] < 65.7
    assert one["high"] > 82.5


def test_before_any_outcome_is_known_nothing_is_told():
    schema = {"complaint_id": pl.String, "owner": pl.String, "received_at": pl.Datetime("us"), "x": pl.Datetime("us")}
    gone = {"complaint_id": pl.String, "owner": pl.String, "at": pl.Datetime("us"), "is_inside": pl.Boolean}
    assert back_test(pl.DataFrame(schema=schema), pl.DataFrame(schema=gone), START, at(20), RULES) is None


def test_average_precision_by_hand():
    hit = np.array([1, 0, 1, 0])
    # Best first: 1/1 at recall 1/2, 2/3 at recall 1.
    assert average_precision(hit, np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx(1 / 2 + 2 / 3 / 2)
    assert average_precision(hit, np.ones(4)) == 0.5  # no order: the share of hits
    assert average_precision(hit, np.array([2.0, 2.0, 1.0, 1.0])) == pytest.approx(1 / 2 * 1 / 2 + 2 / 4 * 1 / 2)
    assert average_precision(np.array([1, 0]), np.array([2.0, 1.0]), np.array([1.0, 0.0])) == 1.0


def test_a_score_against_itself_differs_by_nothing():
    random = np.random.default_rng(1)
    hit, rules = random.random(400) < 0.2, (random.random(400) < 0.3).astype(int)
    owner = np.arange(400)
    found = compare(hit, owner, rules, rules + np.linspace(1e-6, 0, 400))
    assert found is not None
    assert found.flagged == rules.sum()
    # The first `flagged` by the model are the very cases that the rules flag.
    assert found.precision.first == found.precision.second
    assert not found.precision.is_sure


def cases(count: int, seed: int, *, effect: float) -> pl.DataFrame:
    """Two years of cases: saying so multiplies the odds by e^(2 · effect), each 10 points by e^effect."""
    random = np.random.default_rng(seed)
    says, score = random.random(count) < 0.15, random.normal(55, 15, count)
    linear = -3.0 + 2 * effect * says + effect * (score - 55) / 10
    received = [START + timedelta(days=float(day)) for day in np.sort(random.uniform(0, 700, count))]
    return pl.DataFrame(
        {
            "complaint_id": [f"k{place:05d}" for place in range(count)],
            "owner": [f"c{place}" for place in range(count)],
            "received_at": pl.Series(received, dtype=pl.Datetime("us")),
            "hit": random.random(count) < 1 / (1 + np.exp(-linear)),
            "rules": says.astype(int),
            "wants_escalation": says,
            "dissatisfaction_score": score,
            "demands_quick_reply": random.random(count) < 0.3,
            "severity": pl.Series(["general"] * count),
            "escalated_before": False,
            "earlier_same": 0,
            "earlier": 0,
            "contacts_before": 0,
        }
    )


def test_a_planted_effect_is_estimated_calibrated_and_offered():
    found = fit(cases(6_000, 3, effect=0.8), START + timedelta(days=700), RULES)
    assert isinstance(found, Model)
    odds = {row["term"]: row for row in found.odds.to_dicts()}
    assert set(odds) == {"wants_escalation", "demands_quick_reply", "dissatisfaction_score"}
    for term, planted in (("wants_escalation", 1.6), ("dissatisfaction_score", 0.8), ("demands_quick_reply", 0.0)):
        error = np.log(odds[term]["high"] / odds[term]["low"]) / (2 * 1.96)
        assert abs(np.log(odds[term]["value"]) - planted) < 3 * error
    assert found.slope.low < 1 < found.slope.high
    assert all(row["low"] - 2 < row["predicted"] < row["high"] + 2 for row in found.curve.to_dicts())
    assert found.is_offered
    assert found.learnt[1] + timedelta(days=RULES.escalation_days) < found.held_out[0]


@pytest.mark.parametrize("seed", range(3))
def test_a_model_that_knows_no_more_than_the_rules_is_not_offered(seed: int):
    found = fit(cases(6_000, seed, effect=0.0), START + timedelta(days=700), RULES)
    assert isinstance(found, Model)
    assert not found.is_offered


def test_the_odds_ratio_of_one_flag_is_that_of_its_table():
    told = cases(4_000, 5, effect=0.9).with_columns(
        dissatisfaction_score=pl.lit(50.0), demands_quick_reply=pl.lit(value=False)
    )
    found = fit(told, START + timedelta(days=700), RULES)
    assert isinstance(found, Model)
    early = told.filter(pl.col("received_at") <= found.learnt[1])
    a, b, c, d = (
        early.filter(pl.col("wants_escalation") == says, pl.col("hit") == hit).height
        for says in (True, False) for hit in (True, False)
    )  # fmt: skip
    assert found.terms == ("wants_escalation",)
    assert found.odds["value"][0] == pytest.approx(a * d / (b * c))  # hand arithmetic: ad / bc


def test_too_few_escalations_are_a_refusal():
    found = fit(cases(200, 1, effect=0.5), START + timedelta(days=700), RULES)
    assert isinstance(found, TooFewEscalations)
    assert found.found[0] < found.least[0]
    assert fit(cases(0, 1, effect=0.5), START, RULES) == TooFewEscalations((0, 0, 0), (10, 10, 10))
