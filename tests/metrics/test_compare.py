"""Has a metric moved? Published intervals, tables of the normal distribution, and weeks in which nothing happened."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
import pytest

from metrics.catalogue import CATALOGUE, named
from metrics.compare import compare, movers, on_target
from metrics.contact import CSAT, TRANSFER_RATE
from metrics.evaluation import evaluate
from metrics.metric import AnyMetric, Better, Metric, Status, Unit
from metrics.rules import Rules
from metrics.times import HANDLE_TIME
from reports import text

MONDAY = date(2024, 1, 1)
Share = tuple[int, int]  # counted, out of


def facts(metric: Metric, counted: float, of: float) -> pl.DataFrame:
    (numerator,), (denominator,) = metric.numerator.meta.root_names(), metric.denominator.meta.root_names()
    return pl.DataFrame({"day": [MONDAY], numerator: [counted], denominator: [of]})


def verdict(metric: Metric, now: Share, before: Share, least: int = 1) -> dict:
    rules = Rules(min_denominator=least)
    new, old = (evaluate([metric], facts(metric, *side), rules=rules) for side in (now, before))
    return compare(new, old, [metric]).row(0, named=True)


@pytest.mark.parametrize(
    ("now", "before", "low", "high", "higher_is_better", "lower_is_better"),
    # Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 10: differences of shares in points.
    [
        ((56, 70), (48, 80), 5.24, 33.39, "better", "worse"),
        ((48, 80), (56, 70), -33.39, -5.24, "worse", "better"),
        ((9, 10), (3, 10), 17.05, 80.90, "better", "worse"),
        ((5, 56), (0, 29), -3.81, 19.26, "unclear", "unclear"),
        ((0, 10), (0, 20), -16.11, 27.75, "unclear", "unclear"),
    ],
)
def test_verdict_follows_the_published_interval(
    now: Share, before: Share, low: float, high: float, higher_is_better: str, lower_is_better: str
) -> None:
    for metric, expected in ((CSAT, higher_is_better), (TRANSFER_RATE, lower_is_better)):
        found = verdict(metric, now, before)
        assert (found["difference_low"], found["difference_high"]) == pytest.approx((low, high), abs=5e-3)
        assert found["verdict"] == expected


def test_difference_old_value_and_its_count_are_told() -> None:
    found = verdict(CSAT, (56, 70), (48, 80))
    # By hand: 80 % less 60 %.
    assert (found["value"], found["old"], found["difference"]) == pytest.approx((80, 60, 20))
    assert (found["denominator"], found["old_denominator"]) == (70, 80)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ((56, 70), (48, 80), "better"),
        ((56, 70), (18, 29), None),  # too few before
        ((26, 29), (18, 80), None),  # too few now
        ((56, 70), (0, 0), None),  # nothing to divide by
    ],
)
def test_too_few_on_either_side_gives_no_verdict_and_no_difference(
    now: Share, before: Share, expected: str | None
) -> None:
    found = verdict(CSAT, now, before, least=30)
    assert found["verdict"] == expected
    told = found["difference"], found["difference_low"], found["difference_high"], found["relative"]
    assert [each is None for each in told] == [expected is None] * 4


def test_what_was_below_nothing_has_no_share_to_change_by() -> None:
    values = {"metric": "qa_validity", "numerator": None, "denominator": 90.0, "mature": True, "status": "ok"}
    now, before = (
        pl.DataFrame([values | {"value": value, "low": value - 0.1, "high": value + 0.1}]) for value in (0.05, -0.1)
    )
    found = compare(now, before, [CATALOGUE["qa_validity"]]).row(0, named=True)
    assert (found["difference"], found["relative"]) == (pytest.approx(0.15), None)
    assert text.moved(found["old"], found["value"], Unit.COEFFICIENT) == "+0.15"


@pytest.mark.parametrize("column", ["mature", "old_mature"])
def test_days_that_are_not_final_give_no_verdict(column: str) -> None:
    now, before = evaluate([CSAT], facts(CSAT, 56, 70)), evaluate([CSAT], facts(CSAT, 48, 80))
    found = compare(
        now.with_columns(mature=pl.lit(column != "mature")),
        before.with_columns(mature=pl.lit(column != "old_mature")),
        [CSAT],
    )
    assert found["verdict"].to_list() == [None]


def test_metric_that_was_not_there_before_keeps_its_row_without_a_verdict() -> None:
    now = evaluate([CSAT], facts(CSAT, 56, 70))
    found = compare(now, now.clear(), [CSAT])
    assert found.select("value", "old", "verdict").rows() == [(pytest.approx(80), None, None)]


def test_groups_are_compared_with_themselves_the_unknown_one_too() -> None:
    # 80 % now; 60 % before in «a» (surely less), 80 % in the group without a name.
    now, before = (
        pl.DataFrame({"day": MONDAY, "team_id": ["a", None], "csat_satisfied": counted, "csat_answers": [80, 80]})
        for counted in ([64, 64], [48, 64])
    )
    new, old = (evaluate([CSAT], each, ["team_id"]) for each in (now, before))
    found = compare(new, old, [CSAT], ["team_id"]).sort("team_id", nulls_last=True)
    assert found.select("team_id", "verdict").rows() == [("a", "better"), (None, "unclear")]


def test_a_quantile_of_which_neither_way_is_better_has_changed() -> None:
    # A hundred calls of a minute, a hundred of two: the bins are a minute apart and 2 % wide.
    longer, shorter = (
        pl.DataFrame({"day": [MONDAY], "duration": ["handle_time"], "bin": [number], "contacts": [100]})
        for number in (241, 206)  # ln 120 and ln 60 in units of ln 1.02, rounded down
    )
    found = compare(evaluate([HANDLE_TIME], longer), evaluate([HANDLE_TIME], shorter), [HANDLE_TIME])
    assert found["verdict"].to_list() == ["changed"]


def judged(z: dict[str, float], verdicts: Sequence[str | None] | None = None) -> pl.DataFrame:
    """Differences of so many standard errors, as `compare` gives them."""
    z95 = 1.959964
    said = ["better" if abs(each) > z95 else "unclear" for each in z.values()] if verdicts is None else verdicts
    types = {"metric": pl.String, "difference": pl.Float64, "verdict": pl.String}
    frame = pl.DataFrame({"metric": list(z), "difference": list(z.values()), "verdict": said}, schema=types)
    difference = pl.col("difference")
    return frame.with_columns(difference_low=difference - z95, difference_high=difference + z95)


@pytest.mark.parametrize(
    ("z", "expected"),
    # Two-sided p by the normal table: 1.97 0.0488, 2.00 0.0455, 2.20 0.0278, 2.45 0.0143, 2.60 0.0093.
    # Of four, Benjamini–Hochberg allows 0.0125, 0.025, 0.0375 and 0.05.
    [
        ({"a": 2.60, "b": 0.5, "c": 0.4, "d": 0.3}, ["a"]),
        ({"a": 2.45, "b": 0.5, "c": 0.4, "d": 0.3}, []),  # sure alone, not as the one of four
        ({"a": -2.45, "b": 2.20, "c": 0.4, "d": 0.3}, []),  # 0.0278 is above 0.025
        ({"a": -2.45, "b": 2.45, "c": 0.4, "d": 0.3}, ["a", "b"]),
        ({"a": 2.00, "b": 2.00, "c": 2.00, "d": 1.97}, ["a", "b", "c"]),  # the fourth pulls in all; three are named
        ({"a": 2.00, "b": 2.00, "c": 2.00, "d": 1.90}, []),
        ({"a": 1.97}, ["a"]),
        ({"a": 1.90}, []),
    ],
)
def test_only_movers_that_survive_the_false_discovery_rate_are_named(z: dict[str, float], expected: list[str]) -> None:
    assert movers(judged(z))["metric"].to_list() == expected


def test_clearest_mover_comes_first_whichever_way_it_went() -> None:
    assert movers(judged({"a": 4.0, "b": -9.0, "c": 6.0}), most=2)["metric"].to_list() == ["b", "c"]


def test_what_has_no_verdict_is_not_looked_at() -> None:
    # With it there would be two to look at, and 0.0488 is above 0.025.
    assert movers(judged({"a": 1.97, "b": 0.1}, ["better", None]))["metric"].to_list() == ["a"]
    assert movers(judged({"a": 5.0}, [None])).is_empty()
    assert movers(judged({})).is_empty()


FAMILIES = [
    ("csat", "csat_mean"),
    ("handle_time", "handle_time_p90"),
    ("resolution_time", "resolution_time_p90"),
    ("first_contact_resolution", "first_contact_resolution_flag"),
    ("complaint_rate", "complaint_rate_per_order"),
    ("complaint_sla_attainment", "complaint_sla_attainment_response"),
    ("complaint_sla_attainment_response", "complaint_sla_attainment_resolution"),
    ("qa_coverage", "qa_coverage_team"),
    ("qa_coverage_agents", "qa_coverage_agents_centre"),
    ("qa_coverage_self", "qa_coverage_agents_centre"),
]


@pytest.mark.parametrize(("clearest", "other"), FAMILIES)
def test_variants_of_one_metric_are_named_once(clearest: str, other: str) -> None:
    named([clearest, other])
    assert movers(judged({other: 5.0, clearest: 6.0}))["metric"].to_list() == [clearest]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("complaint_rate", "attitude_complaint_rate"),
        ("csat", "csat_response_rate"),
        ("first_contact_resolution", "resolution_time"),
        ("transfer_rate", "reopen_rate"),
    ],
)
def test_different_metrics_are_named_beside_each_other(one: str, other: str) -> None:
    assert set(movers(judged({one: 5.0, other: 6.0}))["metric"]) == {one, other}


#: Shares around which, and counts out of which, a week of a middling centre is drawn; rates are per thousand.
NULL_WEEK = {
    "first_contact_resolution": (0.72, 1_800),
    "first_contact_resolution_flag": (0.8, 2_300),
    "csat": (0.8, 400),
    "csat_response_rate": (0.25, 1_600),
    "contact_sla_attainment": (0.86, 2_300),
    "transfer_rate": (0.11, 2_300),
    "reopen_rate": (0.04, 2_000),
    "identified_share": (0.97, 2_500),
    "complaint_rate": (0.045, 2_300),
    "complaint_rate_per_order": (0.005, 20_000),
    "cause_established_share": (0.93, 110),
    "complaint_sla_attainment": (0.88, 110),
    "complaint_sla_attainment_response": (0.93, 110),
    "qa_coverage": (0.05, 2_300),
    "qa_coverage_agents_centre": (0.2, 150),
}


def null_weeks(weeks: int, seed: int) -> list[pl.DataFrame]:
    """Each metric of each week drawn from what it always is."""
    random = np.random.default_rng(seed)
    frames = []
    for metric in named(NULL_WEEK):
        assert isinstance(metric, Metric)
        share, of = NULL_WEEK[metric.id]
        is_share = metric.unit is Unit.PERCENT
        counted = random.binomial(of, share, weeks) if is_share else random.poisson(of * share, weeks)
        drawn = (facts(metric, int(each), of).with_columns(week=pl.lit(week)) for week, each in enumerate(counted))
        frames.append(evaluate([metric], pl.concat(drawn), ["week"]))
    return pl.concat(frames).sort("week").partition_by("week", maintain_order=True, include_key=False)


def test_when_nothing_moved_hardly_a_week_names_a_mover() -> None:
    # Benjamini & Hochberg (1995): where every null holds, at most 5 % of families name anything; 8 % leaves room for
    # two standard errors of 200 weeks, √(0.05 · 0.95 / 200) = 1.5 points.
    metrics: list[AnyMetric] = named(NULL_WEEK)
    now, before = null_weeks(200, seed=1), null_weeks(200, seed=2)
    found = [compare(new, old, metrics) for new, old in zip(now, before, strict=True)]
    assert sum(not movers(each).is_empty() for each in found) <= 0.08 * 200
    # Without the rule about half of the weeks would: 1 − 0.95¹⁵ = 54 %.
    assert sum(each["verdict"].is_in(["better", "worse"]).any() for each in found) > 0.40 * 200


@pytest.mark.parametrize(
    ("low", "high", "better", "answer"),
    [
        (70.0, 80.0, Better.HIGHER, "yes"),
        (60.0, 80.0, Better.HIGHER, "open"),
        (60.0, 69.9, Better.HIGHER, "no"),
        (60.0, 70.0, Better.LOWER, "yes"),
        (60.0, 80.0, Better.LOWER, "open"),
        (70.1, 80.0, Better.LOWER, "no"),
        (None, None, Better.HIGHER, "open"),
    ],
)
def test_target_is_kept_when_the_whole_interval_keeps_it(
    low: float | None, high: float | None, better: Better, answer: str
) -> None:
    frame = pl.DataFrame({"low": [low], "high": [high]}, schema={"low": pl.Float64, "high": pl.Float64})
    assert frame.select(on_target(70.0, better)).item() == answer


def test_metric_that_the_warehouse_cannot_give_has_no_verdict() -> None:
    refused = evaluate([CSAT], facts(CSAT, 0, 0)).with_columns(status=pl.lit(Status.NOT_AVAILABLE))
    assert compare(refused, refused, list(CATALOGUE.values()))["verdict"].to_list() == [None]
