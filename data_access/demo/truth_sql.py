"""The plain SQL that finds each planted truth; `:names` are filled in when a manifest is made."""

MONTHLY_LEVELS = """
SELECT count(*) FILTER (WHERE received_at < CAST(:change AS DATE)) / :months_before AS before,
    count(*) FILTER (WHERE received_at >= CAST(:change AS DATE)) / :months_after AS after
FROM complaints
WHERE is_valid AND duplicate_of IS NULL AND complaint_type = :type
    AND (:subtype IS NULL OR (subtype = :subtype AND product = :product AND batch = :batch))
    AND received_at >= CAST(:start AS DATE) AND received_at < CAST(:end AS DATE)
"""

MONTHLY_GROWTH = """
WITH monthly AS (
    SELECT date_diff('month', CAST(:start AS DATE), received_at) AS month, count(*) AS complaints
    FROM complaints
    WHERE is_valid AND duplicate_of IS NULL AND complaint_type = :type
        AND received_at >= CAST(:start AS DATE) AND received_at < CAST(:end AS DATE)
    GROUP BY month
)
SELECT (exp(regr_slope(ln(complaints), month)) - 1) * 100 AS percent_a_month FROM monthly
"""

TEAM_FIRST_CONTACT_RESOLUTION = """
WITH counted AS (
    SELECT team_id, started_at,
        lag(started_at) OVER (PARTITION BY customer_id, issue_type ORDER BY started_at) AS previous,
        lead(started_at) OVER (PARTITION BY customer_id, issue_type ORDER BY started_at) AS next
    FROM contacts
    WHERE exclusion_reason IS NULL AND direction = 'inbound' AND channel <> 'self_service' AND customer_id IS NOT NULL
), firsts AS (
    SELECT team_id, next IS NULL OR next > started_at + INTERVAL 7 DAY AS solved
    FROM counted
    WHERE (previous IS NULL OR previous < started_at - INTERVAL 7 DAY)
        AND started_at < CAST(:end AS DATE) - INTERVAL 7 DAY
)
SELECT 100.0 * (count(*) FILTER (WHERE team_id = :team AND solved) / count(*) FILTER (WHERE team_id = :team)
    - count(*) FILTER (WHERE team_id <> :team AND solved) / count(*) FILTER (WHERE team_id <> :team)) AS points
FROM firsts
"""

BLIND_SPOT = """
WITH marked AS (
    SELECT scenario = :scenario AS blind,
        contact_id IN (
            SELECT contact_id FROM complaints WHERE contact_id IS NOT NULL AND is_valid AND duplicate_of IS NULL
        ) AS complained,
        contact_id IN (
            SELECT contact_id FROM qa_reviews WHERE contact_id IS NOT NULL AND NOT is_automatic
        ) AS reviewed
    FROM contacts WHERE exclusion_reason IS NULL
), shares AS (
    SELECT blind, avg(CAST(complained AS INTEGER)) AS complained, avg(CAST(reviewed AS INTEGER)) AS reviewed
    FROM marked GROUP BY blind
)
SELECT max(complained) FILTER (WHERE blind) / max(complained) FILTER (WHERE NOT blind) AS complaint_ratio,
    max(reviewed) FILTER (WHERE blind) / max(reviewed) FILTER (WHERE NOT blind) AS review_ratio
FROM shares
"""

SUMMER = """
WITH monthly AS (
    SELECT date_trunc('month', received_at) AS month, count(*) AS complaints
    FROM complaints
    WHERE is_valid AND duplicate_of IS NULL AND complaint_type = 'logistics' AND subtype = 'delay'
    GROUP BY ALL
)
SELECT avg(complaints) FILTER (WHERE month(month) IN (6, 7, 8)) / avg(complaints)
    FILTER (WHERE month(month) NOT IN (6, 7, 8)) AS ratio
FROM monthly
"""

ANSWERS = """
SELECT 100.0 * avg(CAST(answer_code = :answer AS INTEGER)) FILTER (WHERE team_id = :team) AS team_percent,
    100.0 * avg(CAST(answer_code = :answer AS INTEGER)) FILTER (WHERE team_id <> :team) AS others_percent
FROM contacts
WHERE exclusion_reason IS NULL AND issue_type = :issue AND answer_code IS NOT NULL
"""

LENIENCY = """
WITH lost AS (
    SELECT CASE WHEN reviewed_at < CAST(:first_until AS DATE) THEN 'first'
            WHEN reviewed_at >= CAST(:last_from AS DATE) THEN 'last' END AS half_year,
        avg(max_score - score) FILTER (WHERE reviewer_id = :reviewer)
            / avg(max_score - score) FILTER (WHERE reviewer_id <> :reviewer) AS ratio
    FROM qa_reviews WHERE level = 'team' AND purpose = 'regular' GROUP BY half_year
)
SELECT max(ratio) FILTER (WHERE half_year = 'first') AS first_half_year,
    max(ratio) FILTER (WHERE half_year = 'last') AS last_half_year
FROM lost
"""

TRENDS = """
WITH monthly AS (
    SELECT date_diff('month', CAST(:change AS DATE), date_trunc('month', received_at)) AS month, count(*) AS complaints
    FROM complaints
    WHERE is_valid AND duplicate_of IS NULL AND complaint_type = :type
        AND received_at >= CAST(:start AS DATE) AND received_at < CAST(:end AS DATE)
    GROUP BY ALL
)
SELECT (exp(regr_slope(ln(complaints), month) FILTER (WHERE month < 0)) - 1) * 100 AS percent_a_month_before,
    (exp(regr_slope(ln(complaints), month) FILTER (WHERE month >= 0)) - 1) * 100 AS percent_a_month_after
FROM monthly
"""

TEAM_SATISFACTION = """
SELECT 100.0 * (avg(CAST(csat >= 4 AS INTEGER)) FILTER (WHERE team_id = :team)
    - avg(CAST(csat >= 4 AS INTEGER)) FILTER (WHERE team_id <> :team)) AS points
FROM contacts WHERE exclusion_reason IS NULL AND csat IS NOT NULL
"""

FAULTY_BATCH = """
WITH judged AS (
    SELECT c.batch = :batch AS own, 100.0 * avg(CAST(i.failed AS INTEGER)) AS failed
    FROM qa_items i JOIN qa_reviews r USING (review_id) JOIN contacts c USING (contact_id)
    WHERE NOT r.is_automatic AND r.purpose = 'regular' AND i.item = :item AND i.applicable AND c.product = :product
        AND c.started_at >= CAST(:start AS DATE) AND r.reviewed_at < CAST(:end AS DATE)
    GROUP BY own
), complained AS (
    SELECT count(*) FILTER (WHERE received_at < CAST(:complaints AS DATE)) AS ahead,
        count(*) FILTER (WHERE received_at >= CAST(:complaints AS DATE)) AS afterwards
    FROM complaints
    WHERE is_valid AND duplicate_of IS NULL AND subtype = :subtype AND product = :product AND batch = :batch
        AND received_at >= CAST(:start AS DATE) AND received_at < CAST(:end AS DATE)
)
SELECT max(failed) FILTER (WHERE own) AS failed_percent, max(failed) FILTER (WHERE NOT own) AS others_percent,
    max(ahead) AS complaints_ahead, max(afterwards) / :months AS after
FROM judged, complained
"""
