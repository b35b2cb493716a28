"""Agreements, correlations and the backlog on a demo, computed once more from the rows of plain SQL."""

from datetime import date, timedelta
from itertools import combinations, permutations

import duckdb
import numpy as np
import pytest
from scipy import stats

from data_access.demo import make_demo
from data_access.numbers import Grain, read_metrics
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import open_embedded
from metrics.catalogue import CATALOGUE
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.plain_sql import plain

JULY = Period(date(2026, 7, 1), date(2026, 8, 1))
NINETY = "BETWEEN DATE '2026-08-01' - INTERVAL 90 DAY AND DATE '2026-07-31'"
Demo = tuple[Store, duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder / "demo.duckdb", contacts=60_000)
    rollups = open_rollups(open_embedded(folder / "demo.duckdb"), Rules(), folder)
    return Store(rollups, rollups.refresh()), plain(folder / "demo.duckdb")


def value(store: Store, metric: str, period: Period = JULY, **more: object) -> float:
    return read_metrics(store, LOCAL, [CATALOGUE[metric]], period, **more)["value"].item()  # ty: ignore


def twice(connection: duckdb.DuckDBPyConnection) -> list[list[tuple[float, bool]]]:
    """Rating and passed of each contact that several people reviewed in the 90 days, in the order of the reviews."""
    rows = connection.execute(
        """
        SELECT contact_id, form_id, form_version, 100 * score / max_score, passed, reviewed_at FROM by_people
        WHERE level <> 'self' AND coalesce(purpose, 'regular') <> 'training' AND reviewer_id IS NOT NULL
        ORDER BY reviewed_at
        """
    ).fetchall()
    found: dict[tuple, list] = {}
    for contact, form, version, rating, passed, at in rows:
        found.setdefault((contact, form, version), []).append((rating, passed, at.date()))
    first, last = date(2026, 8, 1) - timedelta(days=90), date(2026, 7, 31)
    return [
        [(rating, passed) for rating, passed, _ in each]
        for each in found.values()
        if len(each) > 1 and first <= each[-1][2] <= last
    ]


def test_alpha_is_that_of_its_definition(demo: Demo):
    """Krippendorff (2011): mean squared difference within units, over that of all pairs of values."""
    ratings = [[rating for rating, _ in each] for each in twice(demo[1])]
    n = sum(len(each) for each in ratings)
    within = sum((a - b) ** 2 / (len(each) - 1) for each in ratings for a, b in permutations(each, 2)) / n
    every = [rating for each in ratings for rating in each]
    chance = np.square(np.subtract.outer(every, every)).sum() / (n * (n - 1))
    assert n > 10
    assert value(demo[0], "calibration_alpha") == pytest.approx(1 - within / chance)


def test_agreement_counts_first_and_last(demo: Demo):
    same = [each[0][1] == each[-1][1] for each in twice(demo[1])]
    assert value(demo[0], "calibration_agreement") == pytest.approx(100 * sum(same) / len(same))


@pytest.mark.parametrize(
    ("metric", "outcome"),
    [
        ("qa_validity", "CASE WHEN judged.csat BETWEEN 1 AND 5 THEN judged.csat END"),
        (
            "qa_validity_resolution",
            """CASE WHEN judged.customer_id IS NOT NULL AND judged.issue_type IS NOT NULL THEN NOT EXISTS (
                FROM kept b WHERE b.customer_id = judged.customer_id AND b.issue_type = judged.issue_type
                AND coalesce(b.direction, 'inbound') = 'inbound' AND b.started_at > judged.started_at
                AND b.started_at <= judged.started_at + INTERVAL 7 DAY) END""",
        ),
        (
            "qa_validity_complaint",
            """CASE WHEN NOT EXISTS (FROM received r WHERE r.contact_id = judged.contact_id
                AND r.received_at <= by_people.reviewed_at) THEN judged.contact_id NOT IN
                (SELECT contact_id FROM received WHERE contact_id IS NOT NULL) END""",
        ),
    ],
)
def test_validity_is_the_rank_correlation_of_scores_and_outcomes(metric: str, outcome: str, demo: Demo):
    rows = (
        demo[1]
        .execute(
            f"""
        SELECT score / max_score, CAST({outcome} AS DOUBLE) AS outcome FROM by_people JOIN judged USING (contact_id)
        WHERE level <> 'self' AND coalesce(purpose, 'regular') NOT IN ('training', 'calibration')
        AND reviewed_at::DATE {NINETY} AND outcome IS NOT NULL
        """
        )
        .fetchall()
    )
    assert len(rows) > 30
    assert value(demo[0], metric) == pytest.approx(
        stats.spearmanr([a for a, _ in rows], [b for _, b in rows]).statistic
    )


@pytest.mark.parametrize("team", [None, "team_02"])
def test_answer_consistency_counts_pairs(team: str | None, demo: Demo):
    rows = (
        demo[1]
        .execute(
            "SELECT issue_type, answer_code FROM kept WHERE answer_code IS NOT NULL AND started_at::DATE BETWEEN"
            " '2026-07-01' AND '2026-07-31' AND issue_type IS NOT NULL AND ($team IS NULL OR team_id = $team)",
            {"team": team},
        )
        .fetchall()
    )
    same = pairs = 0
    for (one, a), (other, b) in combinations(rows, 2):
        if one == other:
            pairs, same = pairs + 1, same + (a == b)
    filters = (("team_id", (team,)),) if team else ()
    assert value(demo[0], "answer_consistency", filters=filters) == pytest.approx(100 * same / pairs)


def test_backlog_is_that_of_the_last_day_of_each_period(demo: Demo):
    months = Period(date(2026, 5, 1), date(2026, 8, 1))
    found = read_metrics(demo[0], LOCAL, [CATALOGUE["backlog_age"]], months, grain=Grain.MONTH)
    for month, middle, count in found.select("month", "value", "denominator").rows():
        end = (month + timedelta(days=32)).replace(day=1)
        seconds, cases = demo[1].execute(
            f"""
            SELECT quantile_disc(date_diff('second', received_at, TIMESTAMP '{end}'), 0.5), count(*) FROM received
            WHERE received_at < '{end}' AND coalesce(coalesce(resolved_at, closed_at) >= '{end}', true)
            """
        ).fetchone() or (None, 0)
        assert count == cases > 0
        assert middle == pytest.approx(seconds, rel=0.01)
    alone = value(demo[0], "backlog_age", months)
    assert alone == found.row(-1, named=True)["value"]


def test_values_about_the_last_days_look_past_the_start_of_a_short_period(demo: Demo):
    """A week tells of the 90 days before its end: those that the month that ends with it tells of as well."""
    week = Period(date(2026, 7, 25), date(2026, 8, 1))
    assert value(demo[0], "calibration_alpha", week) == value(demo[0], "calibration_alpha")
    weekly = read_metrics(demo[0], LOCAL, [CATALOGUE["calibration_alpha"]], JULY, grain=Grain.MONTH)
    assert weekly["value"].to_list() == [value(demo[0], "calibration_alpha")]


def test_usual_handle_times_lie_within_a_bin_of_the_quantiles(demo: Demo):
    store, connection = demo
    bands = {issue: (low, high) for issue, low, high in store.rules.handle_time_bands}
    exact = connection.execute(
        "SELECT coalesce(issue_type, ''), quantile_disc(seconds, [0.1, 0.9]) FROM timed_contacts WHERE seconds >= 0"
        " AND day < (SELECT min(day) FROM kept) + INTERVAL 90 DAY GROUP BY issue_type HAVING count(*) >= 30"
    ).fetchall()
    assert len(exact) > 5
    for issue, (low, high) in exact:
        if issue:
            assert bands[issue][0] <= low <= bands[issue][0] * 1.02 + 1
            assert bands[issue][1] / 1.02 - 1 <= high <= bands[issue][1]


def test_lead_time_is_empty_where_nobody_escalated(demo: Demo):
    nowhere = read_metrics(
        demo[0], LOCAL, [CATALOGUE["escalation_lead_time"]], JULY, (("product", ("nothing_like_it",)),)
    )
    assert nowhere.select("value", "status").rows() == [(None, "no_data")]
