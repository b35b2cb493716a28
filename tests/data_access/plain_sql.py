"""Every metric once more, written by hand in DuckDB's SQL over the canonical tables, to check the product's numbers."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from duckdb_sqlalchemy import Dialect
from sqlalchemy.schema import CreateTable

from data_access.numbers import Grain, read_metrics
from data_access.schema import TABLES
from data_access.store import Store
from data_access.viewer import LOCAL
from metrics.calendar import is_workday
from metrics.catalogue import CATALOGUE
from metrics.metric import Quantile
from metrics.scope import Filters, Period
from tests.data_access import plain_sql_themes as themes

WORKED = [day for n in range(1_900) if is_workday(day := date(2022, 1, 3) + timedelta(days=n))]
#: Beside each metric: view and sum of its numerator, view and sum of its denominator.
RATIOS: dict[str, tuple[str, str, str, str]] = {
    "first_contact_resolution": (
        *("judged", "count(*) FILTER (WHERE is_first AND NOT is_followed)"),
        *("judged", "count(*) FILTER (WHERE is_first)"),
    ),
    "first_contact_resolution_flag": (
        *("judged", "count(*) FILTER (WHERE is_handled AND resolved AND NOT coalesce(is_reopened_soon, false))"),
        *("judged", "count(*) FILTER (WHERE is_handled)"),
    ),
    "csat": (
        "judged",
        "count(*) FILTER (WHERE csat IN (4, 5))",
        "judged",
        "count(*) FILTER (WHERE csat BETWEEN 1 AND 5)",
    ),
    "csat_mean": (
        *("judged", "sum(csat) FILTER (WHERE csat BETWEEN 1 AND 5)"),
        *("judged", "count(*) FILTER (WHERE csat BETWEEN 1 AND 5)"),
    ),
    "csat_response_rate": (
        *("judged", "count(*) FILTER (WHERE csat_sent AND csat BETWEEN 1 AND 5)"),
        *("judged", "count(*) FILTER (WHERE csat_sent)"),
    ),
    "contact_sla_attainment": ("judged", "count(*) FILTER (WHERE sla_met)", "judged", "count(sla_met)"),
    "transfer_rate": (
        *("judged", "count(*) FILTER (WHERE is_handled AND transfer_count >= 1)"),
        *("judged", "count(*) FILTER (WHERE is_handled)"),
    ),
    "reopen_rate": (
        *("judged", "count(*) FILTER (WHERE resolved AND coalesce(is_reopened_soon, false))"),
        *("judged", "count(*) FILTER (WHERE resolved)"),
    ),
    "identified_share": ("judged", "count(customer_id)", "judged", "count(*)"),
    "complaint_rate": ("received", "count(*)", "judged", "count(*) FILTER (WHERE is_handled)"),
    "complaint_rate_per_order": ("received", "count(*)", "ordered", "sum(value)"),
    "attitude_complaint_rate": (
        *("received", "count(*) FILTER (WHERE established_cause = 'service' AND issue_type = 'service_attitude')"),
        *("judged", "count(*) FILTER (WHERE is_handled)"),
    ),
    "cause_established_share": ("received", "count(established_cause)", "received", "count(*)"),
    "complaint_sla_attainment": (
        *("solution_due", "count(*) FILTER (WHERE is_answered_in_time AND is_solved_in_time)"),
        *("solution_due", "count(*)"),
    ),
    "complaint_sla_attainment_response": (
        *("answer_due", "count(*) FILTER (WHERE is_answered_in_time)"),
        *("answer_due", "count(*)"),
    ),
    "complaint_sla_attainment_resolution": (
        *("solution_due", "count(*) FILTER (WHERE is_solved_in_time)"),
        *("solution_due", "count(*)"),
    ),
    "qa_coverage": ("reviewed", "count(*)", "judged", "count(*) FILTER (WHERE is_eligible)"),
    "qa_coverage_self": (
        "reviewed",
        "count(*) FILTER (WHERE by_self)",
        "judged",
        "count(*) FILTER (WHERE is_eligible)",
    ),
    "qa_coverage_team": (
        "reviewed",
        "count(*) FILTER (WHERE by_team)",
        "judged",
        "count(*) FILTER (WHERE is_eligible)",
    ),
    "qa_coverage_centre": (
        *("reviewed", "count(*) FILTER (WHERE by_centre)"),
        *("judged", "count(*) FILTER (WHERE is_eligible)"),
    ),
    "qa_coverage_agents": ("agent_weeks", "count(*) FILTER (WHERE is_covered)", "agent_weeks", "count(*)"),
    "qa_coverage_agents_centre": ("agent_weeks", "count(*) FILTER (WHERE is_centres)", "agent_weeks", "count(*)"),
}
#: Beside each quantile: its view, its seconds and which cases count.
QUANTILES: dict[str, tuple[str, str, str, float]] = {
    f"{name}{ending}": (view, seconds, counted, share)
    for name, view, seconds, counted in (
        ("handle_time", "judged", "talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0)", "is_handled"),
        ("first_response_time", "judged", "date_diff('second', started_at, first_response_at)", "true"),
        ("resolution_time", "judged", "date_diff('second', started_at, resolved_at)", "true"),
        ("escalation_lead_time", "escalated", "waited", "true"),
    )
    for ending, share in (("", 0.5), ("_p90", 0.9))
}
RATIOS |= themes.RATIOS
#: Made of measurements: sums of them differ in their last digits.
MEASURED = ("csat_mean", "qa_score", "external_complaint_rate")
SPLITS: list[tuple[str, ...]] = [(), ("week",), ("team_id",), ("channel",), ("issue_type",), ("week", "team_id")]

VIEWS = """
CREATE TEMP TABLE kept AS SELECT *, started_at::DATE AS day FROM contacts
WHERE exclusion_reason IS NULL AND merged_into IS NULL;

CREATE TEMP TABLE inbound AS SELECT contact_id, customer_id, coalesce(issue_type, '(none)') AS issue, started_at
FROM kept WHERE coalesce(direction, 'inbound') = 'inbound' AND customer_id IS NOT NULL;

CREATE TEMP TABLE others AS
SELECT a.contact_id,
    bool_or((b.started_at, b.contact_id) < (a.started_at, a.contact_id)
        AND b.started_at >= a.started_at - INTERVAL 7 DAY) AS has_before,
    bool_or((b.started_at, b.contact_id) > (a.started_at, a.contact_id)
        AND b.started_at <= a.started_at + INTERVAL 7 DAY) AS has_after
FROM inbound a JOIN inbound b USING (customer_id, issue) GROUP BY a.contact_id;

CREATE TEMP TABLE judged AS
SELECT kept.*, others.contact_id IS NOT NULL AND NOT has_before AS is_first, has_after AS is_followed,
    {handled} AS is_handled, {reopened_soon} AS is_reopened_soon,
    {handled} AND (talk_seconds IS NULL OR talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0) >= 10)
        AS is_eligible
FROM kept LEFT JOIN others USING (contact_id);

CREATE TEMP TABLE limits AS SELECT * FROM
    (VALUES ('general', 30, 24), ('serious', 60, 48), ('urgent', 10, 2)) AS t(severity, minutes, hours);

CREATE TEMP TABLE received AS
SELECT complaints.* EXCLUDE (complaint_type), complaint_type AS issue_type, received_at::DATE AS day,
    customers.tier AS customer_tier
FROM complaints LEFT JOIN customers USING (customer_id) WHERE coalesce(is_valid, true) AND duplicate_of IS NULL;

CREATE TEMP TABLE timed AS
SELECT * EXCLUDE (day), received_at + to_minutes(minutes) AS answer_due_at,
    received_at + to_hours(hours) + to_seconds(coalesce(pending_seconds, 0)) AS solution_due_at,
    resolved_at IS NULL AND coalesce(pending_since < solution_due_at, false) AS is_waiting,
    coalesce(first_response_at <= answer_due_at, false) AS is_answered_in_time,
    coalesce(resolved_at <= solution_due_at, false) AS is_solved_in_time
FROM received JOIN limits USING (severity);

CREATE TEMP TABLE answer_due AS SELECT *, answer_due_at::DATE AS day FROM timed
WHERE answer_due_at <= (SELECT max(started_at) FROM contacts);

CREATE TEMP TABLE solution_due AS SELECT *, solution_due_at::DATE AS day FROM timed
WHERE solution_due_at <= (SELECT max(started_at) FROM contacts) AND NOT is_waiting;

CREATE TEMP TABLE ordered AS SELECT * FROM volumes WHERE kind = 'orders';

CREATE TEMP TABLE by_people AS SELECT qa_reviews.*, qa_reviews.agent_id AS reviewed_agent FROM qa_reviews
WHERE NOT coalesce(is_automatic, false) AND contact_id IN (SELECT contact_id FROM judged WHERE is_eligible);

CREATE TEMP TABLE reviewed AS
SELECT judged.*,
    contact_id IN (SELECT contact_id FROM by_people WHERE level = 'self') AS by_self,
    contact_id IN (SELECT contact_id FROM by_people WHERE level = 'team') AS by_team,
    contact_id IN (SELECT contact_id FROM by_people WHERE level = 'centre') AS by_centre
FROM judged WHERE contact_id IN (SELECT contact_id FROM by_people);

CREATE TEMP TABLE agent_weeks AS
WITH worked AS (
    SELECT date_trunc('week', day)::DATE AS day, agent_id, team_id, count(*) AS handled
    FROM judged WHERE is_handled AND agent_id IS NOT NULL GROUP BY ALL
)
SELECT *, (day, agent_id) IN (
    SELECT (date_trunc('week', reviewed_at)::DATE, reviewed_agent) FROM by_people WHERE reviewed_agent IS NOT NULL
) AS is_covered, (day, agent_id) IN (
    SELECT (date_trunc('week', reviewed_at)::DATE, reviewed_agent) FROM by_people
    WHERE reviewed_agent IS NOT NULL AND level = 'centre'
) AS is_centres
FROM worked
QUALIFY row_number() OVER (PARTITION BY day, agent_id ORDER BY handled DESC, team_id NULLS FIRST) = 1;
"""


#: Which days are worked; what the calendar itself says is checked in test_calendar.py.
CALENDAR = f"""
CREATE TEMP TABLE calendar AS SELECT unnest({[str(day) for day in WORKED]}::DATE[]) AS day, true AS is_workday;
INSERT INTO calendar SELECT day::DATE, false FROM generate_series(DATE '{WORKED[0]}', DATE '{WORKED[-1]}',
    INTERVAL 1 DAY) AS days(day) WHERE day::DATE NOT IN (SELECT day FROM calendar);
"""


def plain(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the views of this file over a warehouse; columns that it lacks are null."""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{warehouse}' AS w (READ_ONLY)")
    present: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'w'"
    ).fetchall():
        if table not in TABLES or column in TABLES[table].c:
            present.setdefault(table, []).append(f'"{column}"')
    for name, table in TABLES.items():
        connection.execute(str(CreateTable(table).compile(dialect=Dialect())))
        if name in present:
            connection.execute(f"INSERT INTO {name} BY NAME SELECT {', '.join(present[name])} FROM w.{name}")
    has = {name.strip('"') for name in present["contacts"]}
    handled = "answered_at IS NOT NULL" if "answered_at" in has else "true"
    reopened = "reopen_count > 0"
    if {"reopened_at", "resolved_at"} <= has:
        reopened = "reopened_at <= resolved_at + INTERVAL 7 DAY"
    connection.execute(VIEWS.format(handled=handled, reopened_soon=reopened))
    connection.execute(CALENDAR)
    connection.execute(themes.VIEWS)
    return connection


def _keys(by: Sequence[str]) -> str:
    return ", ".join("date_trunc('week', day)::DATE" if name == "week" else name for name in by)


def _sums(
    connection: duckdb.DuckDBPyConnection, view: str, measure: str, by: Sequence[str], where: str
) -> dict[tuple, float]:
    keys = _keys(by)
    statement = (
        f"SELECT {keys + ', ' if keys else ''}{measure} FROM {view} WHERE {where} {'GROUP BY ALL' if keys else ''}"
    )
    return {tuple(key): float(value) for *key, value in connection.execute(statement).fetchall() if value}


def ratio(connection: duckdb.DuckDBPyConnection, period: Period, metric: str) -> float:
    """A metric's value over a period, in its unit, by the SQL above."""
    where = f"day >= DATE '{period.start}' AND day < DATE '{period.end}'"
    top_view, top, bottom_view, bottom = RATIOS[metric]
    (over,), (under,) = (
        _sums(connection, view, sums, (), where).values() for view, sums in ((top_view, top), (bottom_view, bottom))
    )
    return over / under * CATALOGUE[metric].unit.scale


def _asked(by: Sequence[str]) -> tuple[tuple[str, ...], Grain | None]:
    return tuple(name for name in by if name != "week"), Grain.WEEK if "week" in by else None


def assert_ratio_agrees(
    store: Store,
    connection: duckdb.DuckDBPyConnection,
    period: Period,
    metric: str,
    by: Sequence[str],
    filters: Filters = (),
) -> None:
    """Numerator and denominator of every group are those of the SQL above; sums of scores to the last digits."""
    dimensions, grain = _asked(by)
    found = read_metrics(store, LOCAL, [CATALOGUE[metric]], period, filters, dimensions, grain)
    kept = [f"{name} IN ({', '.join(repr(each) for each in values)})" for name, values in filters]
    where = " AND ".join([f"day >= DATE '{period.start}' AND day < DATE '{period.end}'", *kept])
    rows = found.select(*by, "numerator", "denominator").rows()
    top_view, top, bottom_view, bottom = RATIOS[metric]
    for position, wanted in enumerate(
        (_sums(connection, top_view, top, by, where), _sums(connection, bottom_view, bottom, by, where))
    ):
        measured = {tuple(key): (num, den)[position] for *key, num, den in rows if (num, den)[position]}
        assert measured == (pytest.approx(wanted, rel=1e-9) if metric in MEASURED else wanted)
    for *_, num, den, value in found.select("numerator", "denominator", "value").rows():
        scale = CATALOGUE[metric].unit.scale
        assert value == (pytest.approx(num / den * scale) if den else None)


def assert_quantile_agrees(
    store: Store, connection: duckdb.DuckDBPyConnection, period: Period, metric: str, by: Sequence[str]
) -> None:
    """Within 1 % of quantile_disc (a second for very short times); the count exactly."""
    view, seconds, counted, share = QUANTILES[metric]
    chosen = CATALOGUE[metric]
    assert isinstance(chosen, Quantile)
    assert chosen.quantile == share
    keys = _keys(by)
    statement = f"""
        SELECT {keys + ", " if keys else ""}quantile_disc({seconds}, {share}), count(*) FROM {view}
        WHERE {counted} AND {seconds} >= 0 {"GROUP BY ALL" if keys else ""}
    """
    wanted = {tuple(key): (value, count) for *key, value, count in connection.execute(statement).fetchall() if count}
    dimensions, grain = _asked(by)
    found = read_metrics(store, LOCAL, [chosen], period, by=dimensions, grain=grain)
    measured = {tuple(key): (value, n) for *key, value, n in found.select(*by, "value", "denominator").rows() if n}
    assert measured.keys() == wanted.keys()
    for key, (value, count) in wanted.items():
        assert measured[key][1] == count
        assert measured[key][0] == pytest.approx(value, rel=0.01, abs=1)
