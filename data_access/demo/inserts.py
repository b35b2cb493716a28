"""The SQL that puts the demo's Arrow tables into the warehouse; ids get their letters here."""

#: `chunk` is the Arrow table at hand.
INSERTS = {
    "contacts": """
        INSERT INTO contacts BY NAME SELECT * REPLACE (
            format('C{:09d}', contact_id) AS contact_id,
            format('U{:08d}', customer_id) AS customer_id,
            format('C{:09d}', merged_into) AS merged_into
        ) FROM chunk""",
    "complaints": """
        INSERT INTO complaints BY NAME SELECT * REPLACE (
            format('T{:07d}', complaint_id) AS complaint_id,
            format('C{:09d}', contact_id) AS contact_id,
            format('U{:08d}', customer_id) AS customer_id,
            format('T{:07d}', duplicate_of) AS duplicate_of
        ) FROM chunk""",
    "qa_reviews": """
        INSERT INTO qa_reviews BY NAME SELECT * REPLACE (
            format('R{:08d}', review_id) AS review_id,
            format('C{:09d}', contact_id) AS contact_id,
            coalesce(format('T{:07d}', object_id), format('C{:09d}', contact_id)) AS object_id
        ) FROM chunk""",
    "qa_items": """
        INSERT INTO qa_items BY NAME SELECT * REPLACE (format('R{:08d}', review_id) AS review_id) FROM chunk""",
    "findings": """
        INSERT INTO findings BY NAME SELECT * REPLACE (
            format('F{:08d}', finding_id) AS finding_id, format('R{:08d}', review_id) AS review_id
        ) FROM chunk""",
    "recoveries": """
        INSERT INTO recoveries BY NAME SELECT * REPLACE (
            format('V{:07d}', case_id) AS case_id, format('U{:08d}', customer_id) AS customer_id
        ) FROM chunk""",
    "agents": "INSERT INTO agents BY NAME SELECT * FROM chunk",
    "teams": "INSERT INTO teams BY NAME SELECT * FROM chunk",
    "agent_hours": "INSERT INTO agent_hours BY NAME SELECT * FROM chunk",
    "volumes": "INSERT INTO volumes BY NAME SELECT * FROM chunk ORDER BY day, kind, product",
    "customers": """
        INSERT INTO customers BY NAME SELECT * REPLACE (format('U{:08d}', customer_id) AS customer_id) FROM chunk""",
}

#: The steps of each complaint from `begin` up to and without `end`, read off its own instants.
EVENTS = """
    INSERT INTO complaint_events BY NAME
    WITH steps AS (
        SELECT complaint_id, received_at AS "at", 'received' AS event, 1 AS step,
            NULL AS from_department, 'customer_service' AS to_department, agent_id, NULL AS level FROM complaints
        UNION ALL
        SELECT complaint_id, handed_over_at, 'handed_over', 2, 'customer_service', responsible_department,
            agent_id, NULL
        FROM complaints WHERE handed_over_at IS NOT NULL
        UNION ALL
        SELECT complaint_id, handed_over_at + INTERVAL 2 HOUR, 'reminded', 3, 'customer_service',
            responsible_department, agent_id, NULL
        FROM complaints
        WHERE coalesce(department_replied_at, $finish) > handed_over_at + INTERVAL 2 HOUR
            AND handed_over_at + INTERVAL 2 HOUR < $finish
        UNION ALL
        SELECT complaint_id, department_replied_at, 'returned', 4, responsible_department, 'customer_service',
            agent_id, NULL
        FROM complaints WHERE department_replied_at IS NOT NULL
        UNION ALL
        SELECT complaint_id, escalated_at, 'escalated', 5, 'customer_service',
            CASE escalation_level WHEN 'L1' THEN 'customer_service' ELSE 'head_office' END, agent_id, escalation_level
        FROM complaints WHERE escalated_at IS NOT NULL
        UNION ALL
        SELECT complaint_id, coalesce(pending_since, resolved_at - to_seconds(pending_seconds)), 'pending', 6,
            NULL, NULL, agent_id, NULL
        FROM complaints WHERE pending_since IS NOT NULL OR pending_seconds IS NOT NULL
        UNION ALL
        SELECT complaint_id, resolved_at, 'resumed', 7, NULL, NULL, agent_id, NULL
        FROM complaints WHERE pending_seconds IS NOT NULL
        UNION ALL
        SELECT complaint_id, resolved_at, 'solved', 8, NULL, NULL, agent_id, NULL
        FROM complaints WHERE resolved_at IS NOT NULL
        UNION ALL
        SELECT complaint_id, reopened_at, 'reopened', 9, NULL, NULL, agent_id, NULL
        FROM complaints WHERE reopened_at IS NOT NULL
        UNION ALL
        SELECT complaint_id, closed_at, 'closed', 10, NULL, NULL, agent_id, NULL
        FROM complaints WHERE closed_at IS NOT NULL
    )
    SELECT complaint_id, "at", event, from_department, to_department, agent_id, level
    FROM steps WHERE "at" >= $begin AND "at" < $end ORDER BY "at", complaint_id, step"""
