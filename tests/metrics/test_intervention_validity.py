"""How often the interval covers what is true; the benchmark has more mixtures, and docs/validity.md its results."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.validity.series import Design, Process, World, drawn
from benchmarks.validity.trials import estimated
from metrics.calendar import events
from metrics.intervention import CheckCode, VerdictCode
from metrics.intervention.verdict import RULES
from tests.metrics.interrupted import evaluated

DOCS = Path(__file__).resolve().parents[2] / "docs"
TRIALS = 300  # the standard error of a coverage of 95 % is 1.3 points


@pytest.mark.parametrize(
    ("design", "world"),
    [
        (Design(24, 12), World(correlation=0.6, dispersion=2.0)),
        (Design(24, 24), World(correlation=0.3, dispersion=5.0, process=Process.LATENT)),
    ],
)
def test_nothing_done_is_covered_where_the_bars_are_not(design: Design, world: World) -> None:
    rates = estimated(design, world, TRIALS, seed=7)
    assert 0.91 <= rates.covered <= 0.99  # 93 to 97, and two standard errors
    assert rates.clear <= 0.09
    assert rates.bars > 0.15


def test_made_up_counts_have_the_dispersion_and_the_correlation_asked_for() -> None:
    world = World(correlation=0.5, dispersion=3.0, has_trend=False, has_season=False)
    counts = drawn(Design(200, 200), world, 20, np.random.default_rng(8))
    residual = counts - 60
    assert counts.var() / counts.mean() == pytest.approx(3, rel=0.1)
    assert (residual[:, 1:] * residual[:, :-1]).mean() / residual.var() == pytest.approx(0.5, abs=0.05)


def test_every_verdict_and_check_is_explained() -> None:
    text = (DOCS / "sop_changes.md").read_text("utf-8")
    named = set(re.findall(r"`(\w+)`", text))
    assert {code.value for code in VerdictCode} | {code.value for code in CheckCode} <= named


def test_the_table_in_the_docs_is_the_one_in_code() -> None:
    text = (DOCS / "sop_changes.md").read_text("utf-8")
    rows = re.findall(r"^\| \d+ \|.*\| `(\w+)` \|$", text, re.MULTILINE)
    assert rows == [rule.code.value for rule in RULES]


def test_a_decline_that_began_before_is_not_credited_however_many_cases_there_are() -> None:
    # Injected: 2,000 a month, from the tenth on 6 % fewer each month, and nothing at the change after the sixteenth.
    counts = [2000] * 9 + [round(2000 * 0.94**each) for each in range(1, 16)]
    days = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(10, 34)]
    thousands = [448, 381, 339, 305, 377, 356, 367, 433, 373, 369, 365, 376, 469, 403, 379, 294,
                 398, 373, 383, 457, 390, 389, 381, 393]  # fmt: skip
    series = pl.DataFrame({"period": days, "count": counts, "exposure": [1000 * each for each in thousands]})
    found = evaluated(series, 16, expected="decrease", grain="month", events=events(days[0], date(2026, 11, 1)))
    assert found.verdict.code is VerdictCode.ALREADY_UNDER_WAY
