"""Whether what is said to be planted in a demo is there, and is not when it was not asked for."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data_access.demo import Manifest, make_demo, read_manifest

Demos = dict[bool, duckdb.DuckDBPyConnection]
COUNTED = "is_valid AND duplicate_of IS NULL"
TEXTURE = "complaint_type = 'product_quality' AND subtype = 'texture' AND product = 'face_cream'"
OTHER_BATCHES = f"""
    SELECT count(*) FILTER (WHERE batch <> 'b07') / count(*) FROM complaints
    WHERE {COUNTED} AND {TEXTURE} AND received_at BETWEEN '2025-11-01' AND '2026-05-01'"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("truths")


@pytest.fixture(scope="module")
def demos(folder: Path) -> Iterator[Demos]:
    for truths in (True, False):
        make_demo(folder / f"{truths}.duckdb", truths=truths)
    with (
        duckdb.connect(folder / "True.duckdb", read_only=True) as planted,
        duckdb.connect(folder / "False.duckdb", read_only=True) as plain,
    ):
        yield {True: planted, False: plain}


@pytest.fixture
def manifest(demos: Demos, folder: Path) -> Manifest:
    found = read_manifest(folder / "True.duckdb")
    assert found is not None
    return found


def a_month(where: str, start: str, end: str) -> str:
    return f"""SELECT count(*) / date_diff('month', DATE '{start}', DATE '{end}') FROM complaints
        WHERE {COUNTED} AND {where} AND received_at >= '{start}' AND received_at < '{end}'"""


def growth(complaint_type: str, first: str, last: str) -> str:
    return f"""SELECT count(*) FILTER (WHERE strftime(received_at, '%Y-%m') = '{last}')
            / count(*) FILTER (WHERE strftime(received_at, '%Y-%m') = '{first}')
        FROM complaints WHERE {COUNTED} AND complaint_type = '{complaint_type}'"""


FIRST_CONTACT_GAP = """
    WITH c AS (
        SELECT * FROM contacts WHERE exclusion_reason IS NULL AND direction = 'inbound' AND channel <> 'self_service'
    ), f AS (
        SELECT a.team_id, NOT EXISTS (
                FROM c b WHERE b.customer_id = a.customer_id AND b.issue_type = a.issue_type
                AND b.started_at > a.started_at AND b.started_at <= a.started_at + INTERVAL 7 DAY) AS solved
        FROM c a WHERE customer_id IS NOT NULL AND started_at < '2026-10-25' AND NOT EXISTS (
                FROM c b WHERE b.customer_id = a.customer_id AND b.issue_type = a.issue_type
                AND b.started_at < a.started_at AND b.started_at >= a.started_at - INTERVAL 7 DAY)
    )
    SELECT 100 * (avg(CAST(solved AS INT)) FILTER (WHERE team_id = 'team_04')
        - avg(CAST(solved AS INT)) FILTER (WHERE team_id <> 'team_04')) FROM f"""
COMPLAINTS_IN_TRADE_IN = f"""
    WITH s AS (
        SELECT scenario = 'trade_in' AS here, count(DISTINCT complaint_id) / count(DISTINCT contact_id) AS share
        FROM contacts LEFT JOIN (FROM complaints WHERE {COUNTED}) USING (contact_id) GROUP BY ALL
    )
    SELECT (SELECT share FROM s WHERE here) / (SELECT share FROM s WHERE NOT here)"""
REVIEWS_IN_TRADE_IN = """
    WITH s AS (
        SELECT scenario = 'trade_in' AS here, count(DISTINCT r.contact_id) / count(DISTINCT c.contact_id) AS share
        FROM contacts c LEFT JOIN (FROM qa_reviews WHERE NOT is_automatic) r USING (contact_id) GROUP BY ALL
    )
    SELECT (SELECT share FROM s WHERE here) / (SELECT share FROM s WHERE NOT here)"""
SUMMER = f"""
    SELECT (count(*) FILTER (WHERE month(received_at) IN (6, 7, 8)) / 6)
        / (count(*) FILTER (WHERE month(received_at) NOT IN (6, 7, 8)) / 18)
    FROM complaints WHERE {COUNTED} AND complaint_type = 'logistics' AND subtype = 'delay'"""
OTHER_ANSWER = """
    SELECT 100 * count(*) FILTER (WHERE answer_code = 'returns_15_days') / count(*)
    FROM contacts WHERE issue_type = 'returns' AND answer_code IS NOT NULL AND team_id = 'team_08'"""
POINTS_TAKEN_OFF = """
    SELECT (SELECT avg(max_score - score) FROM s WHERE reviewer_id = 'r07')
        / (SELECT avg(max_score - score) FROM s WHERE reviewer_id <> 'r07')
    FROM (SELECT 1)"""
SATISFIED_GAP = """
    WITH s AS (SELECT team_id = 'team_02' AS here, csat >= 4 AS satisfied FROM contacts WHERE csat IS NOT NULL)
    SELECT 100 * (count(*) FILTER (WHERE satisfied AND here) / count(*) FILTER (WHERE here)
        - count(*) FILTER (WHERE satisfied AND NOT here) / count(*) FILTER (WHERE NOT here))
    FROM s"""


NO_SOLUTION = """
    SELECT 100 * count(*) FILTER (WHERE i.failed) / count(*)
    FROM qa_reviews r, qa_items i, contacts c
    WHERE r.review_id = i.review_id AND c.contact_id = r.contact_id AND i.item = 'solution' AND i.failed IS NOT NULL
        AND r.level <> 'automatic' AND c.product = 'air_fryer' AND c.batch = 'b10' AND c.started_at >= '2026-08-11'"""


def faults(start: str, end: str) -> str:
    return f"""SELECT count(*) FROM complaints WHERE {COUNTED} AND subtype = 'fault' AND product = 'air_fryer'
        AND batch = 'b10' AND received_at >= '{start}' AND received_at < '{end}'"""


def taken_off(start: str, end: str) -> str:
    return f"""WITH s AS (
        FROM qa_reviews WHERE level = 'team' AND purpose = 'regular' AND reviewed_at BETWEEN '{start}' AND '{end}'
    ) {POINTS_TAKEN_OFF}"""


# What was injected, and what is left when it is not: hand arithmetic where counts are planted, else the effect.
@pytest.mark.parametrize(
    ("sql", "planted", "absent", "tolerance"),
    [
        pytest.param(
            a_month("complaint_type = 'returns'", "2025-01-01", "2026-01-01"), 150, 100, 0.01, id="returns before"
        ),
        pytest.param(
            a_month("complaint_type = 'returns'", "2026-01-01", "2026-11-01"), 50, 100, 0.01, id="returns after"
        ),
        pytest.param(a_month(TEXTURE, "2025-11-01", "2026-05-01"), 21, 15, 0.01, id="texture before"),
        pytest.param(a_month(TEXTURE, "2026-05-01", "2026-11-01"), 10, 15, 0.01, id="texture after"),
        # Of the four batches on sale at a time one has a quarter: 15 / 4 a month; 90 complaints: standard error 0.7.
        pytest.param(OTHER_BATCHES, 0, 0.75, 0.15, id="texture in other batches"),
        # 24 a month; 24 x 1.15^5 = 48.3, rounded 48.
        pytest.param(growth("installation", "2026-05", "2026-10"), 48 / 24, 1, 0.001, id="installation growing"),
        # 40 a month falling by 6 %: 40 x 0.94^7 = 25.9 before the change; 24.4 and 15.8 after it.
        pytest.param(
            growth("account", "2025-07", "2026-02"), 26 / 40, 1, 0.001, id="accounts falling before the change"
        ),
        pytest.param(growth("account", "2026-03", "2026-10"), 16 / 24, 1, 0.001, id="accounts falling after it alike"),
        # Chance of a repeat + 0.12; 12,000 first contacts of the team: standard error 0.45 points.
        pytest.param(FIRST_CONTACT_GAP, -12, 0, 1.5, id="low first-contact resolution"),
        # Weight 4; picking without replacement brings it closer to 1. About 700 complaints: standard error 0.15.
        pytest.param(COMPLAINTS_IN_TRADE_IN, 3.6, 1, 0.5, id="complaints of the blind spot"),
        # Probability x 0.06; about 30 reviews: standard error 0.012.
        pytest.param(REVIEWS_IN_TRADE_IN, 0.07, 1, 0.15, id="reviews of the blind spot"),
        pytest.param(SUMMER, 1.2, 1, 0.001, id="summer delays"),
        # 1,000 answers: standard error 1.4 points.
        pytest.param(OTHER_ANSWER, 75, 9, 5, id="other answer"),
        # A line from 1 to 0.3 over 24 months: 1 - 0.7 x 2.5 / 23 and 1 - 0.7 x 20.5 / 23; 90 reviews: 0.1.
        pytest.param(taken_off("2024-11-01", "2025-05-01"), 0.92, 1, 0.3, id="reviewer before drifting"),
        pytest.param(taken_off("2026-05-01", "2026-11-01"), 0.38, 1, 0.3, id="reviewer drifted"),
        # Mood + 0.5 standard deviations where 80 % are satisfied; agents differ too: 2 points.
        pytest.param(SATISFIED_GAP, 10, 0, 4, id="satisfied customers of a team"),
        # 65 % and 8 % of the rest: 110 reviews, standard error 4.5 points; without the fault 8 % of about 12 reviews.
        pytest.param(NO_SOLUTION, 68, 8, 20, id="reviews of the faulty batch"),
        # 20 in each of two months; of the other complaints of product quality (13 a month) hardly any is of the batch.
        pytest.param(faults("2026-09-01", "2026-11-01"), 40, 0, 4, id="complaints of the faulty batch"),
        pytest.param(faults("2026-08-11", "2026-09-01"), 0, 0, 2, id="no complaint in the three weeks before"),
    ],
)
def test_planted_pattern_is_there_only_when_asked_for(demos, sql, planted, absent, tolerance):
    assert demos[True].execute(sql).fetchone()[0] == pytest.approx(planted, abs=tolerance)
    assert demos[False].execute(sql).fetchone()[0] == pytest.approx(absent, abs=tolerance)


def test_sql_of_the_manifest_returns_what_the_manifest_expects(demos, manifest):
    for truth in manifest.truths:
        answer = demos[True].execute(truth.sql)
        names = [column[0] for column in answer.description]
        found = dict(zip(names, answer.fetchone(), strict=True))
        assert found.keys() == truth.expected.keys() == truth.tolerance.keys()
        for name, value in truth.expected.items():
            assert found[name] == pytest.approx(value, abs=truth.tolerance[name]), truth.id


def test_manifest_covers_all_four_quadrants_and_its_changes_point_at_truths(manifest):
    assert {truth.quadrant for truth in manifest.truths} == {"strength", "weakness", "opportunity", "threat"}
    assert {change.truth for change in manifest.changes} <= {truth.id for truth in manifest.truths}
    # Asked for: 12 months before the change of returns and 8 after it, 6 before and after the script.
    assert {change.id: change.start for change in manifest.changes} == {
        "returns_sop": "2026-01-01", "texture_script": "2026-05-01", "account_unlock": "2026-03-01",
    }  # fmt: skip
    for truth in manifest.truths:
        assert truth.sentence.format_map(truth.values)


def test_demo_without_truths_promises_none(demos, folder):
    manifest = read_manifest(folder / "False.duckdb")
    assert manifest is not None
    assert (manifest.truths, manifest.changes) == ((), ())


def test_small_demo_scales_its_planted_counts_and_says_so(tmp_path):
    made = make_demo(tmp_path / "small.duckdb", contacts=50_000)
    assert made == read_manifest(tmp_path / "small.duckdb")
    returns = next(truth for truth in made.truths if truth.id == "returns_after_sop")
    assert returns.expected == {"before": 75.0, "after": 25.0}  # half of 150 and 50
    assert made.note
    with duckdb.connect(tmp_path / "small.duckdb", read_only=True) as connection:
        answer = connection.execute(a_month("complaint_type = 'returns'", "2025-01-01", "2026-01-01")).fetchone()
    assert answer == (75,)
