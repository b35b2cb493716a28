"""Whether a demo warehouse is whole, believable and the same each time."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from data_access.demo import make_demo, read_manifest
from data_access.schema import COLUMNS, REQUIRED
from metrics.errors import ServiceQualityError

COUNTED = "is_valid AND duplicate_of IS NULL"
IDS = {
    "contacts": "contact_id", "complaints": "complaint_id", "qa_reviews": "review_id", "findings": "finding_id",
    "customers": "customer_id", "teams": "team_id", "recoveries": "case_id",
    "agents": "agent_id || valid_from", "agent_hours": "agent_id || day", "qa_items": "review_id || item",
    "volumes": "day || kind || coalesce(product, '')",
}  # fmt: skip
#: Each counts what must not be there.
ORPHANS = {
    "review of an unknown contact": """
        SELECT count(*) FROM qa_reviews r ANTI JOIN contacts c USING (contact_id) WHERE r.contact_id IS NOT NULL""",
    "review without a contact, but of a contact": """
        SELECT count(*) FROM qa_reviews WHERE contact_id IS NULL AND object_type <> 'complaint'""",
    "review of an unknown ticket": """
        SELECT count(*) FROM qa_reviews r WHERE object_type = 'complaint'
        AND object_id NOT IN (SELECT complaint_id FROM complaints)""",
    "review of an excluded contact": """
        SELECT count(*) FROM qa_reviews JOIN contacts USING (contact_id) WHERE exclusion_reason IS NOT NULL""",
    "complaint about an unknown contact": """
        SELECT count(*) FROM complaints t ANTI JOIN contacts c USING (contact_id) WHERE t.contact_id IS NOT NULL""",
    "complaint of another customer than its contact": """
        SELECT count(*) FROM complaints t JOIN contacts c USING (contact_id)
        WHERE t.customer_id IS DISTINCT FROM c.customer_id""",
    "complaint of another type than its contact": """
        SELECT count(*) FROM complaints t JOIN contacts c USING (contact_id)
        WHERE complaint_type NOT IN (issue_type, 'service_attitude')""",
    "duplicate of an unknown complaint": """
        SELECT count(*) FROM complaints WHERE duplicate_of NOT IN (SELECT complaint_id FROM complaints)""",
    "duplicate received before its original": """
        SELECT count(*) FROM complaints d JOIN complaints o ON d.duplicate_of = o.complaint_id
        WHERE d.received_at < o.received_at OR d.customer_id IS DISTINCT FROM o.customer_id""",
    "finding without its review": "SELECT count(*) FROM findings f ANTI JOIN qa_reviews r USING (review_id)",
    "item without its review": "SELECT count(*) FROM qa_items i ANTI JOIN qa_reviews r USING (review_id)",
    "event without its complaint": """
        SELECT count(*) FROM complaint_events e ANTI JOIN complaints t USING (complaint_id)""",
    "contact of an unknown customer": """
        SELECT count(*) FROM contacts c ANTI JOIN customers u USING (customer_id) WHERE c.customer_id IS NOT NULL""",
    "contact of an agent not on that team that day": """
        SELECT count(*) FROM contacts c ANTI JOIN agents a ON a.agent_id = c.agent_id AND a.team_id = c.team_id
            AND a.shift = c.shift AND c.started_at >= a.valid_from AND c.started_at < coalesce(a.valid_to, '2100-01-01')
        WHERE c.agent_id IS NOT NULL""",
    "agent in two teams at once": """
        SELECT count(*) FROM agents a JOIN agents b ON a.agent_id = b.agent_id AND a.valid_from < b.valid_from
            AND a.valid_to > b.valid_from""",
    "score that is not the sum of its items": """
        SELECT count(*) FROM qa_reviews r JOIN (
            SELECT review_id, sum(points) AS points, sum(max_points) FILTER (WHERE applicable) AS most
            FROM qa_items GROUP BY ALL
        ) USING (review_id) WHERE abs(points - score) > 0.051 OR most <> max_score""",
    "merged contact of another customer": """
        SELECT count(*) FROM contacts a JOIN contacts b ON a.merged_into = b.contact_id
        WHERE a.customer_id IS DISTINCT FROM b.customer_id""",
}
#: In each list, an instant that is there does not come before the ones left of it.
ORDERS = {
    "contacts": (
        "started_at queued_at answered_at ended_at resolved_at closed_at",
        "queued_at abandoned_at ended_at", "resolved_at reopened_at", "ended_at csat_at", "ended_at follow_up_at",
    ),
    "complaints": (
        "received_at handed_over_at department_replied_at resolved_at closed_at",
        "received_at first_response_at resolved_at follow_up_at closed_at", "follow_up_at reopened_at",
        "received_at escalated_at", "first_response_at promised_at", "received_at pending_since",
        "closed_at appealed_at",
    ),
    "findings": ("opened_at due_at", "opened_at trained_at closed_at", "opened_at recurred_at"),
    "agents": ("hired_on valid_from valid_to left_on",),
    "recoveries": ("opened_at contacted_at regained_at",),
    "customers": ("since last_active_at churned_at",),
    "qa_reviews": ("reviewed_at disputed_at",),
}  # fmt: skip


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    make_demo(path)
    return path


@pytest.fixture(scope="module")
def demo(demo_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(demo_file, read_only=True) as connection:
        yield connection


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def contents(path: Path) -> dict[str, tuple[object, ...]]:
    with duckdb.connect(path, read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {
            table: connection.execute(f"SELECT count(*), sum(CAST(hash(t) AS HUGEINT)) FROM {table} t").fetchall()[0]
            for table in tables
        }


@pytest.mark.parametrize("table", COLUMNS)
def test_required_columns_are_never_empty_and_every_column_says_something(demo, table):
    names = [name for _, columns in COLUMNS[table] for name in columns.split()]
    counts = ", ".join(f'count("{name}")' for name in names)
    rows, *filled = demo.execute(f"SELECT count(*), {counts} FROM {table}").fetchone()
    found = dict(zip(names, filled, strict=True))
    assert [name for name in REQUIRED[table] if found[name] < rows] == []
    assert [name for name in names if not found[name]] == []


@pytest.mark.parametrize("table", IDS)
def test_ids_are_unique(demo, table):
    assert one(demo, f"SELECT count(*) - count(DISTINCT {IDS[table]}) FROM {table}") == 0


@pytest.mark.parametrize("trouble", ORPHANS)
def test_tables_fit_together(demo, trouble):
    assert one(demo, ORPHANS[trouble]) == 0


@pytest.mark.parametrize(("table", "instants"), [(table, row) for table, rows in ORDERS.items() for row in rows])
def test_instants_are_in_order(demo, table, instants):
    names = instants.split()
    wrong = [f"{later} < {name}" for place, name in enumerate(names) for later in names[place + 1 :]]
    assert one(demo, f"SELECT count(*) FROM {table} WHERE {' OR '.join(wrong)}") == 0


def test_nothing_has_happened_after_the_end(demo):
    end = "TIMESTAMP '2026-11-01'"
    for table, column in (("contacts", "closed_at"), ("complaints", "closed_at"), ("qa_reviews", "reviewed_at"),
                          ("complaint_events", '"at"'), ("customers", "churned_at")):  # fmt: skip
        assert one(demo, f"SELECT count(*) FROM {table} WHERE {column} >= {end}") == 0


def test_contacts_are_as_many_as_asked_and_lie_in_order_of_time(demo):
    assert one(demo, "SELECT count(*) FROM contacts") == 200_000
    assert one(demo, """
        SELECT count(*) FROM (SELECT started_at < lag(started_at) OVER (ORDER BY rowid) AS back FROM contacts)
        WHERE back""") == 0  # fmt: skip
    assert one(demo, "SELECT min(started_at) >= '2024-11-01' AND max(started_at) < '2026-11-01' FROM contacts")


@pytest.mark.parametrize(
    ("sql", "low", "high"),  # the ranges are those asked of a believable centre
    [
        ("SELECT avg(CAST(exclusion_reason IS NOT NULL AS INTEGER)) FROM contacts", 0.010, 0.020),
        ("SELECT avg(CAST(customer_id IS NULL AS INTEGER)) FROM contacts", 0.03, 0.06),
        ("SELECT avg(CAST(channel = 'self_service' AS INTEGER)) FROM contacts", 0.02, 0.05),
        ("SELECT count(*) FILTER (WHERE contact_id IS NOT NULL) / 200000 FROM qa_reviews", 0.04, 0.065),
        ("SELECT count(csat) / count(*) FILTER (WHERE csat_sent) FROM contacts", 0.15, 0.35),
        ("SELECT avg(CAST(csat >= 4 AS INTEGER)) FROM contacts", 0.75, 0.85),
        ("SELECT avg(CAST(emotion_score >= 80 AS INTEGER)) FROM contacts", 0.01, 0.15),
        ("SELECT avg(CAST(resolved_at < received_at + INTERVAL 24 HOUR AS INTEGER)) FROM complaints"
         " WHERE severity = 'general'", 0.75, 0.97),
        ("SELECT count(DISTINCT agent_id) FROM agents", 150, 220),
        ("SELECT sum(talk_seconds + hold_seconds + wrap_seconds) / sum(talk_seconds + hold_seconds + wrap_seconds"
         " + ready_seconds) FROM agent_hours", 0.75, 0.85),
        ("SELECT sum(value) FILTER (WHERE kind = 'delayed_shipments') / sum(value) FILTER (WHERE kind = 'shipments')"
         " FROM volumes", 0.02, 0.05),
        ("SELECT count(*) FILTER (WHERE hour(started_at) < 6) / count(*) FROM contacts", 0.0, 0.05),
        # Of L3 complaints, source 002: 90 % had contacted the centre before, 71 % had a ticket; about 80 cases.
        (f"SELECT avg(CAST(EXISTS (FROM contacts c WHERE c.customer_id = t.customer_id AND c.started_at < escalated_at"
         f" AND c.started_at > escalated_at - INTERVAL 90 DAY) AS INTEGER)) FROM complaints t"
         f" WHERE escalation_level = 'L3' AND {COUNTED}", 0.82, 0.97),
        (f"SELECT avg(CAST(EXISTS (FROM complaints c WHERE c.customer_id = t.customer_id AND c.received_at <"
         f" t.received_at) AS INTEGER)) FROM complaints t WHERE escalation_level = 'L3' AND {COUNTED}", 0.60, 0.82),
    ],
)  # fmt: skip
def test_shares_are_believable(demo, sql, low, high):
    assert low <= one(demo, sql) <= high


@pytest.mark.parametrize(
    ("sql", "expected", "tolerance"),
    [
        # Injected weights 1.14 on Mondays and 0.82 on Sundays: 1.39, less the repeats, which come on any day.
        ("SELECT count(*) FILTER (WHERE dayofweek(started_at) = 1) / count(*) FILTER (WHERE dayofweek(started_at) = 0)"
         " FROM contacts", 1.33, 0.08),
        # Injected: days from 10 to 14 November at 1.7, from 24 to 28 November at 1; as many of each weekday.
        ("SELECT count(*) FILTER (WHERE day(started_at) BETWEEN 10 AND 14)"
         " / count(*) FILTER (WHERE day(started_at) BETWEEN 24 AND 28) FROM contacts WHERE month(started_at) = 11",
         1.7, 0.2),
        # Injected: 1 + 1.2 (1 - days to 15 March / 22), over 1 to 15 March 1.82 on average, and 1 from the 17th.
        ("SELECT count(complaint_id) FILTER (WHERE day(started_at) < 16) / count(*) FILTER (WHERE day(started_at) < 16)"
         " * count(*) FILTER (WHERE day(started_at) > 16) / count(complaint_id) FILTER (WHERE day(started_at) > 16)"
         " FROM contacts LEFT JOIN complaints USING (contact_id) WHERE month(started_at) = 3", 1.82, 0.4),
    ],
)  # fmt: skip
def test_calendar_shows_in_the_numbers(demo, sql, expected, tolerance):
    assert one(demo, sql) == pytest.approx(expected, abs=tolerance)


def test_same_arguments_make_the_same_tables(demo_file, tmp_path, monkeypatch):
    monkeypatch.setattr("data_access.demo.build.PUT_IN_ORDER", 20_000)  # complaints' steps are sorted in ten stretches
    make_demo(tmp_path / "again.duckdb")
    assert contents(tmp_path / "again.duckdb") == contents(demo_file)


def test_another_seed_makes_other_tables(tmp_path):
    for seed in (1, 2):
        make_demo(tmp_path / f"{seed}.duckdb", contacts=2_000, months=12, seed=seed)
    first, second = contents(tmp_path / "1.duckdb"), contents(tmp_path / "2.duckdb")
    assert [name for name in first if name != "teams" and first[name] == second[name]] == []
    assert first["contacts"][0] == second["contacts"][0] == 2_000


def test_warehouse_says_that_it_is_a_demo(demo):
    info = dict(demo.execute("SELECT key, value FROM warehouse_info").fetchall())
    assert info["source"] == "demo"
    assert info["source_zone"] == info["site_zone"] == "Asia/Shanghai"
    assert info["made_at"] == "2026-11-01T00:00:00"
    assert len(info["build_id"]) == 32


def test_progress_rises_to_the_end(tmp_path):
    told: list[tuple[float, str]] = []
    make_demo(
        tmp_path / "demo.duckdb", contacts=2_000, months=12, progress=lambda share, step: told.append((share, step))
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 12  # more than one for each month


def test_interrupted_demo_leaves_nothing_behind(tmp_path):
    def interrupt(share: float, step: str) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(tmp_path / "demo.duckdb", contacts=2_000, months=12, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [{"contacts": 10}, {"months": 3}, {"months": 61}, {"end": date(2026, 11, 2)}])
def test_impossible_demo_is_refused_in_words(tmp_path, wrong):
    with pytest.raises(ServiceQualityError, match=str(next(iter(wrong.values())))):
        make_demo(tmp_path / "demo.duckdb", **wrong)
    assert list(tmp_path.iterdir()) == []


def test_existing_file_is_not_touched(tmp_path):
    path = tmp_path / "demo.duckdb"
    path.write_text("mine")
    with pytest.raises(ServiceQualityError, match="exists already"):
        make_demo(path)
    assert path.read_text() == "mine"


def test_no_manifest_reads_as_none(tmp_path):
    assert read_manifest(tmp_path / "other.duckdb") is None
