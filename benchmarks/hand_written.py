"""The same roll-ups as a skilled analyst would write them for DuckDB: one statement for each family of cubes."""

from pathlib import Path

import duckdb

COUNTED = "exclusion_reason IS NULL AND merged_into IS NULL"
SUMS = f"""
WITH contact AS (
  SELECT CAST(started_at AS DATE) AS day, started_at, team_id, channel, issue_type, product, customer_tier, scenario,
    agent_id, answered_at IS NOT NULL AS handled,
    coalesce(talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0), 10) >= 10 AS long_enough,
    customer_id IS NOT NULL AS identified, coalesce(resolved, false) AS resolved, reopen_count > 0 AS reopened,
    reopened_at <= resolved_at + INTERVAL 7 DAY AS reopened_soon, transfer_count > 0 AS transferred, sla_met,
    csat_sent, CASE WHEN csat BETWEEN 1 AND 5 THEN csat END AS csat,
    coalesce(direction, 'inbound') = 'inbound' AS inbound,
    lag(started_at) OVER same AS previous_at, lead(started_at) OVER same AS next_at
  FROM contacts WHERE {COUNTED}
  WINDOW same AS (PARTITION BY customer_id, issue_type, coalesce(direction, 'inbound') = 'inbound'
                  ORDER BY started_at, contact_id)
), judged AS (
  SELECT *, identified AND inbound AND coalesce(previous_at < started_at - INTERVAL 7 DAY, true) AS is_first,
    coalesce(next_at > started_at + INTERVAL 7 DAY, true) AS is_last
  FROM contact
)
SELECT day, team_id, channel, issue_type, product, customer_tier, scenario, agent_id,
  count(*) AS contacts,
  count(*) FILTER (handled) AS handled,
  count(*) FILTER (handled AND long_enough) AS eligible,
  count(*) FILTER (identified) AS identified,
  count(*) FILTER (resolved) AS resolved,
  count(*) FILTER (handled AND resolved AND NOT coalesce(reopened_soon, false)) AS marked_resolved,
  count(*) FILTER (reopened AND resolved) AS reopened,
  count(*) FILTER (handled AND transferred) AS transferred,
  count(*) FILTER (sla_met) AS sla_met,
  count(sla_met) AS sla_due,
  count(csat) AS csat_answers,
  count(*) FILTER (csat >= 4) AS csat_satisfied,
  coalesce(sum(csat), 0) AS csat_sum,
  coalesce(sum(csat * csat), 0) AS csat_squares,
  count(*) FILTER (csat_sent) AS csat_surveys,
  count(csat) FILTER (csat_sent) AS csat_answered_sent,
  count(*) FILTER (is_first) AS first_contacts,
  count(*) FILTER (is_first AND is_last) AS first_contacts_resolved
FROM judged
GROUP BY GROUPING SETS ((day, team_id), (day, team_id, channel, issue_type), (day, team_id, product, customer_tier),
                        (day, team_id, scenario, issue_type), (day, team_id, agent_id))
"""
TIMES = f"""
WITH lasted AS (
  SELECT CAST(started_at AS DATE) AS day, team_id, unnest([
    {{'duration': 'handle_time', 'seconds': CASE WHEN answered_at IS NOT NULL
      THEN talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0) END}},
    {{'duration': 'resolution_time', 'seconds': epoch(resolved_at - started_at)::BIGINT}},
    {{'duration': 'first_response_time', 'seconds': epoch(first_response_at - started_at)::BIGINT}}
  ], recursive := true)
  FROM contacts WHERE {COUNTED}
)
SELECT day, team_id, duration, CASE WHEN seconds < 1 THEN -1 ELSE floor(ln(seconds) / ln(1.02))::INTEGER END AS bin,
  count(*) AS contacts
FROM lasted WHERE seconds >= 0 GROUP BY ALL
"""
COMPLAINTS = """
SELECT complaint_id, contact_id, customer_id, complaints.channel, team_id, agent_id, product, batch, subtype, severity,
  claimed_cause, established_cause, responsible_department, is_valid, duplicate_of, pending_seconds, complaint_type,
  received_at, first_response_at, resolved_at, closed_at, tier
FROM complaints LEFT JOIN customers USING (customer_id)
"""
REVIEWS = f"""
SELECT review_id, contact_id, reviewer_id, level, is_automatic, score, max_score, passed, fatal, review.agent_id,
  reviewed_at, CAST(started_at AS DATE) AS day, channel, team_id, issue_type, product, customer_tier, scenario,
  contact.agent_id AS contact_agent_id
FROM qa_reviews AS review JOIN contacts AS contact USING (contact_id)
WHERE {COUNTED} AND answered_at IS NOT NULL
  AND coalesce(talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0), 10) >= 10
"""
FAMILIES = {"sums": SUMS, "times": TIMES, "complaints": COMPLAINTS, "reviews": REVIEWS}


def build(warehouse: Path, folder: Path) -> None:
    """Write every family to Parquet."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        for name, statement in FAMILIES.items():
            connection.execute(f"COPY ({statement}) TO '{folder / name}.parquet' (FORMAT parquet)")
