"""The contact metrics on a facts frame small enough to divide by hand."""

from datetime import date

import polars as pl
import pytest

from metrics.catalogue import CATALOGUE
from metrics.contact import METRICS as CONTACTS
from metrics.evaluation import evaluate
from metrics.metric import Metric, Quantile, Source
from metrics.rules import Rules
from metrics.times import METRICS as TIMES

METRICS = (*CONTACTS, *TIMES)
#: Two days of one centre; every expected value below is a fraction of these sums, worked by hand.
FACTS = pl.DataFrame(
    {
        "day": [date(2024, 1, 1), date(2024, 1, 2)],
        "first_contact_answers": [30, 20],
        "first_contact_solved": [24, 11],
        "contacts": [100, 60],
        "handled": [90, 30],
        "identified": [80, 40],
        "first_contacts": [50, 30],
        "first_contacts_resolved": [40, 16],
        "resolved": [70, 30],
        "marked_resolved": [63, 21],
        "reopened": [4, 1],
        "transferred": [9, 9],
        "sla_met": [60, 20],
        "sla_due": [80, 20],
        "csat_answers": [20, 20],
        "csat_satisfied": [18, 12],
        "csat_sum": [90.0, 70.0],
        "csat_squares": [430.0, 290.0],
        "csat_surveys": [50, 50],
        "csat_answered_sent": [20, 10],
        "handle_timed": [60, 40],
        "handle_in_band": [50, 30],
    }
)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("first_contact_resolution", 70.0),  # 56 / 80
        ("first_contact_resolution_flag", 70.0),  # 84 / 120
        ("csat", 75.0),  # 30 / 40
        ("csat_mean", 4.0),  # 160 / 40
        ("csat_response_rate", 30.0),  # 30 / 100
        ("contact_sla_attainment", 80.0),  # 80 / 100
        ("transfer_rate", 15.0),  # 18 / 120
        ("reopen_rate", 5.0),  # 5 / 100
        ("first_contact_resolution_survey", 70.0),  # 35 / 50
        ("one_contact_resolution", 70.0),  # 56 / 80
        ("identified_share", 75.0),  # 120 / 160
        ("handle_time_compliance", 80.0),  # 80 / 100
    ],
)
def test_ratio_divides_the_sums_that_its_definition_names(metric: str, value: float) -> None:
    assert evaluate([CATALOGUE[metric]], FACTS)["value"].to_list() == pytest.approx([value])


def test_every_ratio_of_contacts_is_worked_by_hand_above() -> None:
    ratios = {metric.id for metric in METRICS if isinstance(metric, Metric)}
    assert ratios == {
        *("first_contact_resolution", "first_contact_resolution_flag", "csat", "csat_mean", "csat_response_rate"),
        *("contact_sla_attainment", "transfer_rate", "reopen_rate", "identified_share"),
        *("first_contact_resolution_survey", "one_contact_resolution", "handle_time_compliance"),
    }


def test_figures_that_look_ahead_wait_until_their_days_are_over() -> None:
    rules = Rules(fcr_window_days=3, resolution_days=5)
    waiting = {metric.id: metric.mature_days(rules) for metric in METRICS if metric.mature_days(rules)}
    assert waiting == {
        **{"first_contact_resolution": 3, "one_contact_resolution": 3},  # repeats come within the window
        **{"first_contact_resolution_flag": 8, "reopen_rate": 8},  # resolved within 5, reopened within 3 after that
        **{"resolution_time": 5, "resolution_time_p90": 5},  # what is still open counts later
    }


@pytest.mark.parametrize(
    ("metric", "rank"),
    # Of 10 contacts that took 2, 4, …, 20 minutes the fifth is the median and the ninth the ninetieth per cent.
    [
        *(("handle_time", 5), ("handle_time_p90", 9), ("resolution_time", 5), ("resolution_time_p90", 9)),
        *(("first_response_time", 5), ("first_response_time_p90", 9)),
    ],
)
def test_quantile_takes_the_value_that_reaches_its_share(metric: str, rank: int) -> None:
    chosen = CATALOGUE[metric]
    assert isinstance(chosen, Quantile)
    # Bins by hand: ln(120 · k) / ln 1.02 rounded down, k = 1 … 10.
    bins = [241, 276, 297, 311, 323, 332, 340, 346, 352, 358]
    frame = pl.DataFrame({"day": date(2024, 1, 1), "duration": chosen.duration, "bin": bins, "contacts": 1})
    assert evaluate([chosen], frame)["value"].to_list() == pytest.approx([120 * rank], rel=0.01)


def test_quantile_is_told_of_each_day() -> None:
    # Three contacts of 2, 4 and 6 minutes on the first day, three of 16, 18 and 20 on the second: the middle ones.
    days = [date(2024, 1, 1)] * 3 + [date(2024, 1, 2)] * 3
    frame = pl.DataFrame(
        {"day": days, "duration": "handle_time", "bin": [241, 276, 297, 346, 352, 358], "contacts": 1}
    )  # fmt: skip
    found = evaluate([CATALOGUE["handle_time"]], frame, ["day"], data_end=date(2024, 1, 3)).sort("day")
    assert found["day"].to_list() == [date(2024, 1, 1), date(2024, 1, 2)]
    assert found["value"].to_list() == pytest.approx([240, 1080], rel=0.01)
    assert found["denominator"].to_list() == [3, 3]


def test_contact_metrics_read_sums_or_histograms_of_contacts_only() -> None:
    assert {source for metric in METRICS for source in metric.reads} == {Source.CONTACTS, Source.TIMES}
