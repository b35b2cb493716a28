"""The same roll-ups as a skilled analyst would write them for DuckDB: one statement for each family of cubes."""

from pathlib import Path

import duckdb
import polars as pl

from data_access.desk import texts

COUNTED = "exclusion_reason IS NULL AND merged_into IS NULL"
HANDLE = "talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0)"
ELIGIBLE = f"answered_at IS NOT NULL AND coalesce({HANDLE}, 10) >= 10"
BANDS = f"""
CREATE TEMP TABLE bands AS
SELECT issue_type, quantile_disc({HANDLE}, 0.1) AS low, quantile_disc({HANDLE}, 0.9) AS high
FROM contacts, (SELECT min(started_at) AS begun FROM contacts)
WHERE {COUNTED} AND answered_at IS NOT NULL AND started_at < begun + INTERVAL 90 DAY
GROUP BY issue_type HAVING count(*) >= 30
"""
SUMS = f"""
WITH contact AS (
  SELECT CAST(started_at AS DATE) AS day, started_at, team_id, channel, queue, issue_type, product, customer_tier,
    scenario, agent_id, shift, answered_at IS NOT NULL AS handled, {HANDLE} AS seconds,
    customer_id IS NOT NULL AS identified, coalesce(resolved, false) AS resolved, solved_first_contact,
    reopened_at <= resolved_at + INTERVAL 7 DAY AS reopened_soon, transfer_count > 0 AS transferred, sla_met,
    csat_sent, CASE WHEN csat BETWEEN 1 AND 5 THEN csat END AS csat, emotion_score,
    offer_made, offer_accepted, coalesce(direction, 'inbound') = 'inbound' AS inbound,
    coalesce(direction, 'inbound') = 'inbound'
      AND (channel IS NULL OR channel NOT IN ('email', 'social', 'self_service')) AS waits,
    coalesce(queued_at, started_at) AS queued, answered_at, abandoned_at,
    follow_up_at <= coalesce(ended_at, started_at) + INTERVAL 2 HOUR AS called_in_time,
    lag(started_at) OVER same AS previous_at, lead(started_at) OVER same AS next_at
  FROM contacts WHERE {COUNTED}
  WINDOW same AS (PARTITION BY customer_id, issue_type, coalesce(direction, 'inbound') = 'inbound'
                  ORDER BY started_at, contact_id)
), judged AS (
  SELECT contact.*, waits AND answered_at IS NOT NULL AS was_answered,
    waits AND answered_at IS NULL AND abandoned_at IS NOT NULL AS gave_up,
    handled AND seconds IS NOT NULL AND low IS NOT NULL AS timed, seconds BETWEEN low AND high AS in_band,
    handled AND customer_tier = 'high_value' AS valued,
    identified AND inbound AND coalesce(previous_at < started_at - INTERVAL 7 DAY, true) AS is_first,
    coalesce(next_at > started_at + INTERVAL 7 DAY, true) AS is_last
  FROM contact LEFT JOIN bands USING (issue_type)
)
SELECT day, team_id, channel, queue, issue_type, product, customer_tier, scenario, agent_id, shift,
  count(*) AS contacts,
  count(*) FILTER (handled) AS handled,
  count(*) FILTER (handled AND coalesce(seconds, 10) >= 10) AS eligible,
  count(*) FILTER (identified) AS identified,
  count(*) FILTER (resolved) AS resolved,
  count(*) FILTER (handled AND resolved AND NOT coalesce(reopened_soon, false)) AS marked_resolved,
  count(*) FILTER (reopened_soon AND resolved) AS reopened,
  count(*) FILTER (handled AND transferred) AS transferred,
  count(solved_first_contact) AS first_contact_answers,
  count(*) FILTER (solved_first_contact) AS first_contact_solved,
  count(*) FILTER (was_answered OR gave_up) AS offered,
  count(*) FILTER (was_answered) AS answered,
  count(*) FILTER (was_answered AND answered_at <= queued + INTERVAL 20 SECOND) AS answered_in_time,
  count(*) FILTER (gave_up) AS abandoned,
  count(*) FILTER (gave_up AND abandoned_at <= queued + INTERVAL 20 SECOND) AS abandoned_in_time,
  count(*) FILTER (gave_up AND abandoned_at < queued + INTERVAL 5 SECOND) AS abandoned_shortly,
  count(csat) AS csat_answers,
  count(*) FILTER (csat >= 4) AS csat_satisfied,
  coalesce(sum(csat), 0) AS csat_sum,
  coalesce(sum(csat * csat), 0) AS csat_squares,
  count(*) FILTER (csat_sent) AS csat_surveys,
  count(csat) FILTER (csat_sent) AS csat_answered_sent,
  count(*) FILTER (sla_met) AS sla_met,
  count(sla_met) AS sla_due,
  count(emotion_score) AS emotions_scored,
  count(*) FILTER (emotion_score >= 80) AS emotions_heated,
  count(*) FILTER (offer_made) AS offers_made,
  count(*) FILTER (offer_made AND offer_accepted) AS offers_accepted,
  count(*) FILTER (valued) AS valued_contacts,
  count(*) FILTER (valued AND called_in_time) AS valued_followed_up,
  count(*) FILTER (timed) AS handle_timed,
  count(*) FILTER (timed AND in_band) AS handle_in_band,
  count(*) FILTER (is_first) AS first_contacts,
  count(*) FILTER (is_first AND is_last) AS first_contacts_resolved
FROM judged
GROUP BY GROUPING SETS ((day, team_id), (day, team_id, channel, issue_type, queue),
                        (day, team_id, product, customer_tier), (day, team_id, scenario, issue_type),
                        (day, team_id, channel, issue_type, customer_tier), (day, team_id, agent_id, shift))
"""
TIMES = f"""
WITH lasted AS (
  SELECT CAST(started_at AS DATE) AS day, team_id, unnest([
    {{'duration': 'handle_time', 'seconds': CASE WHEN answered_at IS NOT NULL THEN {HANDLE} END}},
    {{'duration': 'resolution_time', 'seconds': epoch(resolved_at - started_at)::BIGINT}},
    {{'duration': 'first_response_time', 'seconds': epoch(first_response_at - started_at)::BIGINT}}
  ], recursive := true)
  FROM contacts WHERE {COUNTED}
)
SELECT day, team_id, duration, CASE WHEN seconds < 1 THEN -1 ELSE floor(ln(seconds) / ln(1.02))::INTEGER END AS bin,
  count(*) AS contacts
FROM lasted WHERE seconds >= 0 GROUP BY ALL
"""
ANSWERS = f"""
SELECT CAST(started_at AS DATE) AS day, team_id, issue_type, answer_code, count(*) AS answered
FROM contacts WHERE {COUNTED} AND answer_code IS NOT NULL GROUP BY ALL
"""
SESSIONS = f"""
SELECT CAST(earlier.started_at AS DATE) AS day, earlier.team_id, count(*) AS sessions,
  count(*) FILTER (NOT EXISTS (
    FROM contacts AS later WHERE later.customer_id = earlier.customer_id AND later.channel <> 'self_service'
    AND later.started_at > earlier.started_at AND later.started_at <= earlier.started_at + INTERVAL 24 HOUR
    AND later.exclusion_reason IS NULL AND later.merged_into IS NULL)) AS sessions_contained
FROM contacts AS earlier WHERE {COUNTED} AND channel = 'self_service' AND customer_id IS NOT NULL GROUP BY ALL
"""
EARLY = (
    ("answered_at", "queued_at"), ("abandoned_at", "started_at"), ("ended_at", "started_at"),
    ("first_response_at", "started_at"), ("resolved_at", "started_at"),
)  # fmt: skip
EARLIER = ", ".join(
    f"count(*) FILTER ({then} < {first}), count({then}) FILTER ({first} IS NOT NULL)" for then, first in EARLY
)
FAULTS = f"""
SELECT CAST(started_at AS DATE) AS day, team_id, count(*) AS contacts, count(DISTINCT contact_id) AS contact_ids,
  count(*) FILTER (customer_id IS NULL) AS unidentified, count(*) FILTER (issue_type IS NULL) AS without_issue,
  count(*) FILTER (team_id IS NULL) AS without_team, count(*) FILTER (talk_seconds < 0) AS talk_negative,
  count(talk_seconds) AS talk_known, count(*) FILTER (csat NOT BETWEEN 1 AND 5) AS csat_outside,
  count(csat) AS csat_known, count(*) FILTER (direction NOT IN ('inbound', 'outbound')) AS direction_unmapped,
  count(direction) AS direction_known,
  {EARLIER}
FROM contacts WHERE {COUNTED} GROUP BY ALL
"""
LEFT_OUT = f"""
SELECT CAST(started_at AS DATE) AS day, team_id, coalesce(exclusion_reason, 'merged') AS reason, count(*) AS contacts
FROM contacts WHERE NOT ({COUNTED}) GROUP BY ALL
"""
COMPLAINTS = f"""
WITH contact AS (
  SELECT customer_id, started_at FROM contacts
  WHERE {COUNTED} AND customer_id IS NOT NULL AND coalesce(direction, 'inbound') = 'inbound'
), before AS (
  SELECT complaint_id, max(started_at) AS last_contact_at
  FROM (SELECT complaint_id, customer_id, coalesce(escalated_at, received_at) AS gone_at FROM complaints
        WHERE escalation_level = 'L3') JOIN contact USING (customer_id)
  WHERE started_at < gone_at AND started_at >= gone_at - INTERVAL 90 DAY GROUP BY 1
), after AS (
  SELECT complaint_id, min(started_at) AS next_contact_at FROM complaints JOIN contact USING (customer_id)
  WHERE started_at > received_at AND started_at <= received_at + INTERVAL 90 DAY GROUP BY 1
)
SELECT complaints.* EXCLUDE (text, root_cause, escalation_body), tier, last_contact_at, next_contact_at,
  CASE WHEN last_active_at > received_at THEN last_active_at END AS active_again_at
FROM complaints LEFT JOIN customers USING (customer_id) LEFT JOIN before USING (complaint_id)
LEFT JOIN after USING (complaint_id)
"""
REVIEWS = f"""
WITH scripts AS (
  SELECT review_id, count(*) AS script_items, count(*) FILTER (failed) AS script_items_broken FROM qa_items
  WHERE item IN ('promise_script', 'inducement') AND applicable GROUP BY 1
), returned AS (
  SELECT DISTINCT reviewed.contact_id FROM contacts AS reviewed JOIN qa_reviews USING (contact_id)
  JOIN contacts AS later ON later.customer_id = reviewed.customer_id AND later.issue_type = reviewed.issue_type
    AND later.started_at > reviewed.started_at AND later.started_at <= reviewed.started_at + INTERVAL 7 DAY
  WHERE later.exclusion_reason IS NULL AND later.merged_into IS NULL
    AND coalesce(later.direction, 'inbound') = 'inbound'
)
SELECT review.* EXCLUDE (object_type, object_id), CAST(started_at AS DATE) AS day, channel, team_id, issue_type,
  product, customer_tier, scenario, contact.agent_id AS contact_agent_id, queue, shift, subtype, batch, csat, ended_at,
  script_items, script_items_broken, returned.contact_id IS NOT NULL AS came_back
FROM qa_reviews AS review JOIN contacts AS contact USING (contact_id) LEFT JOIN scripts USING (review_id)
LEFT JOIN returned USING (contact_id)
WHERE {COUNTED} AND {ELIGIBLE} AND reviewed_at IS NOT NULL
"""
LINKS = f"""
WITH finding AS (
  SELECT review_id, count(*) AS findings, count(trained_at) AS findings_trained, count(closed_at) AS findings_closed,
    count(recurred_at) AS findings_recurred, min(due_at) FILTER (closed_at IS NULL) AS open_due_at
  FROM findings GROUP BY 1
)
SELECT review_id, contact_id, reviewed_at, level, is_automatic, contact.contact_id IS NOT NULL AS is_known,
  {COUNTED} AS is_counted, {ELIGIBLE} AS is_eligible, channel, team_id, issue_type, product, customer_tier, scenario,
  contact.agent_id, queue, finding.* EXCLUDE (review_id)
FROM qa_reviews LEFT JOIN contacts AS contact USING (contact_id) LEFT JOIN finding USING (review_id)
"""
NAMED = f"""
SELECT contact_id, CAST(started_at AS DATE) AS day, {COUNTED} AS is_counted, {ELIGIBLE} AS is_eligible, offer_made,
  offer_made AND offer_accepted AS offer_taken, channel,
  team_id, issue_type, product, customer_tier, scenario, agent_id, queue, shift
FROM contacts WHERE contact_id IN (SELECT contact_id FROM complaints)
"""
FINDINGS = """
SELECT finding.*, review.level, review.contact_id, review.object_type, coalesce(contact.channel, complaint.channel),
  coalesce(contact.team_id, complaint.team_id, agents.team_id), coalesce(contact.issue_type, complaint_type),
  coalesce(contact.product, complaint.product), customer_tier, scenario, queue, teams.supervisor
FROM findings AS finding LEFT JOIN qa_reviews AS review USING (review_id)
LEFT JOIN contacts AS contact USING (contact_id) LEFT JOIN complaints AS complaint ON object_id = complaint_id
LEFT JOIN agents ON agents.agent_id = finding.agent_id AND valid_to IS NULL
LEFT JOIN teams ON teams.team_id = coalesce(contact.team_id, complaint.team_id, agents.team_id)
"""
VERDICTS = """
PIVOT (SELECT review_id, item, CAST(failed AS TINYINT) AS verdict FROM qa_items WHERE applicable)
ON item USING max(verdict) GROUP BY review_id
"""
HOURS = """
SELECT day, agents.team_id, count(*) AS agent_days, sum(busy) AS busy, sum(manned) AS manned, sum(paid) AS paid,
  sum(busy * busy), sum(busy * manned), sum(manned * manned), sum(manned * paid), sum(paid * paid)
FROM (SELECT agent_id, day, paid_seconds::DOUBLE AS paid, (talk_seconds + hold_seconds + wrap_seconds)::DOUBLE AS busy,
        (talk_seconds + hold_seconds + wrap_seconds + ready_seconds)::DOUBLE AS manned FROM agent_hours)
LEFT JOIN agents USING (agent_id) WHERE valid_from <= day AND (valid_to IS NULL OR valid_to > day) GROUP BY ALL
"""
CONTACTED = f"""
SELECT complaint_id, issue_type AS about, count(DISTINCT contacts.contact_id) AS contacts, max(started_at) AS last_at
FROM complaints JOIN contacts USING (customer_id)
WHERE started_at < received_at AND started_at >= received_at - INTERVAL 90 DAY AND {COUNTED}
  AND coalesce(direction, 'inbound') = 'inbound' GROUP BY ALL
"""
#: At most a hundred a day of the last two years, as the roll-ups keep them.
TEXTS = """
SELECT complaint_id, contact_id, customer_id, agent_id, CAST(received_at AS DATE) AS day, text[:300] AS text, 0 AS print
FROM complaints, (SELECT max(received_at) AS ended FROM complaints)
WHERE text IS NOT NULL AND received_at > ended - INTERVAL 728 DAY
QUALIFY row_number() OVER (PARTITION BY day ORDER BY hash(complaint_id)) <= 100
"""
RECOVERIES = "SELECT recoveries.*, tier FROM recoveries LEFT JOIN customers USING (customer_id)"
#: Read as they are by both; what is counted of them is small.
CASES = {
    "complaints": COMPLAINTS,
    "reviews": REVIEWS,
    "links": LINKS,
    "named": NAMED,
    "findings": FINDINGS,
    "verdicts": VERDICTS,
    "hours": HOURS,
    "contacted": CONTACTED,
    "events": 'SELECT complaint_id, "at", event, from_department, to_department, level FROM complaint_events',
    "recoveries": RECOVERIES,
    "volumes": "SELECT day, product, kind, value FROM volumes",
    "came": "SELECT CAST(since AS DATE) AS day, tier, count(*) FROM customers GROUP BY ALL",
    "went": "SELECT CAST(churned_at AS DATE) AS day, tier, count(*) FROM customers GROUP BY ALL",
}
OF_CONTACTS = {
    "sums": SUMS,
    "times": TIMES,
    "answers": ANSWERS,
    "sessions": SESSIONS,
    "faults": FAULTS,
    "left-out": LEFT_OUT,
}


def build(warehouse: Path, folder: Path) -> None:
    """Write every family to Parquet."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        connection.execute(BANDS)
        for name, statement in (OF_CONTACTS | CASES).items():
            connection.execute(f"COPY ({statement}) TO '{folder / name}.parquet' (FORMAT parquet)")
        cut_texts(connection).write_parquet(folder / "texts.parquet")


def cut_texts(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Complaints' texts masked and cut into words, by the very functions of the roll-ups: there is no SQL for it."""
    people = [
        name for (name,) in connection.execute("SELECT DISTINCT name FROM agents WHERE name IS NOT NULL").fetchall()
    ]
    found = pl.DataFrame(pl.from_arrow(connection.execute(TEXTS).to_arrow_table()))
    return texts.cut_up(found.cast({"print": pl.UInt32}), pl.DataFrame(schema=texts.WRITTEN), people)
