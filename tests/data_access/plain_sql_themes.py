"""The metrics of answering, complaint handling, escalation, quality, labour and business in plain SQL."""

COUNT = "count(*)"


def _share(view: str, numerator: str, denominator: str = COUNT) -> tuple[str, str, str, str]:
    return view, numerator, view, denominator


def _of(claim: str) -> str:
    return f"count(*) FILTER (WHERE {claim})"


HANDLED = _of("is_handled")
SESSION = "channel = 'self_service' AND customer_id IS NOT NULL"
L3 = "escalation_level = 'L3'"
RATIOS: dict[str, tuple[str, str, str, str]] = {
    "first_contact_resolution_survey": _share("judged", _of("solved_first_contact"), "count(solved_first_contact)"),
    "one_contact_resolution": _share("judged", _of("is_first AND NOT is_followed"), _of("is_first")),
    "service_level": _share("waiting", _of("is_in_time"), _of("is_answered OR gave_up")),
    "service_level_of_offered": _share("waiting", _of("is_in_time"), _of("is_answered OR gave_up")),
    "service_level_of_answered": _share("waiting", _of("is_in_time"), _of("is_answered")),
    "service_level_abandoned_in_time": _share(
        "waiting", _of("is_in_time OR gave_up AND waited <= 20"), _of("is_answered OR gave_up")
    ),
    "service_level_late_abandoned": _share("waiting", _of("is_in_time"), _of("is_answered OR gave_up AND waited > 20")),
    "abandonment_rate": _share("waiting", _of("gave_up"), _of("is_answered OR gave_up")),
    "abandonment_rate_short": _share("waiting", _of("gave_up AND waited < 5"), _of("is_answered OR gave_up")),
    "heated_emotion_share": _share("judged", _of("emotion_score >= 80"), "count(emotion_score)"),
    "service_follow_up_rate": _share(
        "judged",
        _of("is_handled AND customer_tier = 'high_value' AND follow_up_at <= ended_at + INTERVAL 2 HOUR"),
        _of("is_handled AND customer_tier = 'high_value'"),
    ),
    "cross_sell_conversion": _share("offered", _of("offer_accepted"), COUNT),
    "complaint_rate_per_customer": ("received", COUNT, "active", "sum(value)"),
    "external_complaint_rate": ("received", _of(L3), "on_record", "sum(customers) / 91.3125"),
    "staff_error_complaint_rate": ("received", _of("established_cause = 'service'"), "judged", HANDLED),
    "staff_error_found_by_us": _share(
        "received", _of("established_cause = 'service' AND found_by_us"), _of("established_cause = 'service'")
    ),
    "complaint_sla_attainment_hand_over": _share(
        "hand_over_due", _of("handed_over_at <= received_at + INTERVAL 10 MINUTE")
    ),
    "complaint_sla_attainment_department": _share(
        "department_due", _of("department_replied_at <= handed_over_at + INTERVAL 2 HOUR")
    ),
    "complaint_solution_24h": _share("received", _of("resolved_at <= received_at + INTERVAL 24 HOUR")),
    "follow_up_rate": _share(
        "solved",
        _of(
            "follow_up_at <= resolved_at + CASE WHEN customer_tier = 'high_value' THEN INTERVAL 2 HOUR"
            " ELSE INTERVAL 24 HOUR END"
        ),
    ),
    "follow_up_satisfaction": _share("solved", _of("follow_up_score >= 4"), "count(follow_up_score)"),
    "redo_rate": _share("solved", _of("follow_up_at IS NOT NULL AND reopened_at IS NOT NULL"), "count(follow_up_at)"),
    "promise_kept_rate": _share("promised", _of("promise_met_at <= promised_at")),
    "upheld_rate": _share("finished", _of("upheld IN ('upheld', 'partly_upheld')"), "count(upheld)"),
    "complaint_linkage": _share("received", "count(contact_id)"),
    "qa_miss_rate": _share("blamed", _of("is_passed"), COUNT),
    "repeat_complaint_rate": _share(
        "received",
        _of(
            "EXISTS (FROM valid b WHERE b.customer_id = received.customer_id AND b.complaint_type = received.issue_type"
            " AND (b.received_at, b.complaint_id) < (received.received_at, received.complaint_id)"
            " AND b.received_at >= received.received_at - INTERVAL 30 DAY)"
        ),
    ),
    **{
        f"escalation_rate_{level.lower()}": _share("received", _of(f"escalation_level = '{level}'"))
        for level in ("L1", "L2", "L3")
    },
    "pre_escalation_contact_rate": _share(
        "received",
        _of(
            f"{L3} AND EXISTS (FROM inbound b WHERE b.customer_id = received.customer_id"
            " AND b.started_at < coalesce(received.escalated_at, received.received_at)"
            " AND b.started_at >= coalesce(received.escalated_at, received.received_at) - INTERVAL 90 DAY)"
        ),
        _of(L3),
    ),
    "pre_escalation_ticket_rate": _share(
        "received",
        _of(
            f"{L3} AND EXISTS (FROM valid b WHERE b.customer_id = received.customer_id"
            " AND (b.received_at, b.complaint_id) < (received.received_at, received.complaint_id)"
            " AND b.received_at >= received.received_at - INTERVAL 90 DAY)"
        ),
        _of(L3),
    ),
    "qa_pass_rate": _share("scored", _of("counts AND passed AND NOT coalesce(fatal, false)"), _of("counts")),
    "qa_score": _share("scored", "sum(score) FILTER (WHERE counts)", "sum(max_score) FILTER (WHERE counts)"),
    "qa_dispute_rate": _share("scored", "count(disputed_at)"),
    "qa_dispute_upheld": _share("scored", _of("dispute_upheld"), "count(dispute_upheld)"),
    "script_compliance": _share("scored", _of("scripts > 0 AND broken = 0"), _of("scripts > 0")),
    "qa_plan_attainment_self": _share(
        "scored", _of("level = 'self' AND reviewed_at <= ended_at + INTERVAL 30 MINUTE"), _of("level = 'self'")
    ),
    "qa_plan_attainment_team": _share("plan", "sum(least(done, due))", "sum(due)"),
    "qa_plan_attainment_centre": _share("centre_plan", "sum(least(done, due))", "sum(due)"),
    "qa_linkage": ("linked", COUNT, "judged", _of("is_eligible")),
    "findings_trained_in_time": _share("training_due", _of("trained_at::DATE <= day")),
    "findings_closed_in_time": _share("closing_due", _of("closed_at <= due_at")),
    "findings_recurred": _share(
        "closed_findings", _of("recurred_at > closed_at AND recurred_at <= closed_at + INTERVAL 30 DAY")
    ),
    "handle_time_compliance": _share("banded", _of("seconds BETWEEN low AND high"), COUNT),
    "self_service_containment": _share(
        "judged",
        _of(
            f"{SESSION} AND NOT EXISTS (FROM kept b WHERE b.customer_id = judged.customer_id"
            " AND b.started_at > judged.started_at AND b.started_at <= judged.started_at + INTERVAL 24 HOUR"
            " AND b.channel <> 'self_service')"
        ),
        _of(SESSION),
    ),
    **{
        f"retention_{days}d": _share(
            "received",
            _of(
                "EXISTS (FROM seen b WHERE b.customer_id = received.customer_id AND b.at > received_at"
                f" AND b.at <= received_at + INTERVAL {days} DAY)"
            ),
            "count(customer_id)",
        )
        for days in (30, 60, 90)
    },
    "occupancy": _share("worked", "sum(busy)", "sum(busy + ready_seconds)"),
    "utilisation": _share("worked", "sum(busy + ready_seconds)", "sum(paid_seconds)"),
    "win_back_rate": _share("recovered", _of("regained_at <= contacted_at + INTERVAL 90 DAY")),
    "win_back_rate_untreated": _share("left_alone", _of("regained_at <= opened_at + INTERVAL 90 DAY")),
    **{
        metric: (
            "volumes",
            f"sum(value) FILTER (WHERE kind = '{top}')",
            "volumes",
            f"sum(value) FILTER (WHERE kind = '{bottom}')",
        )
        for metric, top, bottom in (
            ("logistics_delay_rate", "delayed_shipments", "shipments"),
            ("product_pass_rate", "passed", "inspected"),
            ("return_rate", "returned", "sold"),
        )
    },
}

VIEWS = """
CREATE TEMP TABLE timed_contacts AS
SELECT *, talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0) AS seconds FROM judged WHERE is_handled;

CREATE TEMP TABLE bins AS
SELECT issue_type, CASE WHEN seconds < 1 THEN -1 ELSE floor(ln(seconds) / ln(1.02)) END AS bin FROM timed_contacts
WHERE seconds >= 0 AND day < (SELECT min(day) FROM kept) + INTERVAL 90 DAY;

CREATE TEMP TABLE bands AS
SELECT issue_type, CASE WHEN q[1] < 0 THEN 0 ELSE floor(1.02 ** q[1]) END AS low, ceil(1.02 ** (q[2] + 1)) AS high
FROM (
    SELECT issue_type, quantile_disc(bin, [0.1, 0.9]) AS q FROM bins WHERE issue_type IS NOT NULL
    GROUP BY issue_type HAVING count(*) >= 30
    UNION ALL SELECT '', quantile_disc(bin, [0.1, 0.9]) FROM bins
);

CREATE TEMP VIEW banded AS
SELECT t.*, coalesce(own.low, every.low) AS low, coalesce(own.high, every.high) AS high
FROM timed_contacts t LEFT JOIN bands own USING (issue_type) JOIN bands every ON every.issue_type = ''
WHERE seconds IS NOT NULL;

CREATE TEMP VIEW seen AS SELECT customer_id, started_at AS at FROM inbound
UNION ALL SELECT customer_id, last_active_at FROM customers;

CREATE TEMP VIEW escalated AS
SELECT *, date_diff('second', last_at, gone_at) AS waited FROM (
    SELECT *, (SELECT max(started_at) FROM inbound b WHERE b.customer_id = raised.customer_id
        AND b.started_at < gone_at AND b.started_at >= gone_at - INTERVAL 90 DAY) AS last_at
    FROM (SELECT *, coalesce(escalated_at, received_at) AS gone_at FROM received WHERE escalation_level = 'L3') raised
) WHERE last_at IS NOT NULL;

CREATE TEMP VIEW waiting AS
SELECT *, answered_at IS NOT NULL AS is_answered, answered_at IS NULL AND abandoned_at IS NOT NULL AS gave_up,
    date_diff('second', coalesce(queued_at, started_at), abandoned_at) AS waited,
    coalesce(answered_at <= coalesce(queued_at, started_at) + INTERVAL 20 SECOND, false) AS is_in_time
FROM kept WHERE coalesce(direction, 'inbound') = 'inbound'
    AND coalesce(channel, '') NOT IN ('email', 'social', 'self_service');

CREATE TEMP VIEW offered AS SELECT * FROM kept
WHERE offer_made AND contact_id NOT IN (SELECT contact_id FROM complaints WHERE contact_id IS NOT NULL);

CREATE TEMP VIEW active AS SELECT * FROM volumes WHERE kind = 'active_customers';

CREATE TEMP TABLE on_record AS
SELECT day::DATE AS day, tier AS customer_tier, count(*) AS customers
FROM (SELECT unnest(generate_series(min(started_at)::DATE::TIMESTAMP, max(started_at)::DATE::TIMESTAMP, INTERVAL 1 DAY))
      AS day FROM contacts)
JOIN customers ON since::DATE <= day AND coalesce(churned_at::DATE > day, true) GROUP BY ALL;

CREATE TEMP VIEW valid AS SELECT * FROM complaints WHERE coalesce(is_valid, true) AND duplicate_of IS NULL;

CREATE TEMP VIEW hand_over_due AS SELECT * REPLACE ((received_at + INTERVAL 10 MINUTE)::DATE AS day) FROM received
WHERE (handed_over_at IS NOT NULL OR responsible_department IS NOT NULL)
    AND received_at + INTERVAL 10 MINUTE <= (SELECT max(started_at) FROM contacts);

CREATE TEMP VIEW department_due AS SELECT * REPLACE ((handed_over_at + INTERVAL 2 HOUR)::DATE AS day) FROM received
WHERE handed_over_at + INTERVAL 2 HOUR <= (SELECT max(started_at) FROM contacts);

CREATE TEMP VIEW solved AS SELECT * REPLACE (resolved_at::DATE AS day) FROM received
WHERE resolved_at <= (SELECT max(started_at) FROM contacts);

CREATE TEMP VIEW promised AS SELECT * REPLACE (promised_at::DATE AS day) FROM received
WHERE promised_at <= (SELECT max(started_at) FROM contacts);

CREATE TEMP VIEW finished AS SELECT * REPLACE (closed_at::DATE AS day) FROM received
WHERE closed_at <= (SELECT max(started_at) FROM contacts);

CREATE TEMP TABLE blamed AS
SELECT received.*, (SELECT bool_and(passed AND NOT coalesce(fatal, false))
    FROM by_people b WHERE b.contact_id = received.contact_id) AS is_passed
FROM received WHERE established_cause = 'service' AND upheld IN ('upheld', 'partly_upheld')
    AND contact_id IN (SELECT contact_id FROM by_people WHERE passed IS NOT NULL);

CREATE TEMP TABLE scored AS
SELECT by_people.* EXCLUDE (agent_id), by_people.reviewed_at::DATE AS day, contact.ended_at, contact.channel,
    contact.team_id, contact.issue_type, contact.customer_tier,
    disputed_at IS NULL OR dispute_upheld IS NOT NULL AS counts, coalesce(scripts, 0) AS scripts, broken
FROM by_people JOIN kept contact USING (contact_id)
LEFT JOIN (
    SELECT review_id, count(*) AS scripts, count(*) FILTER (WHERE failed) AS broken FROM qa_items
    WHERE item IN ('promise_script', 'inducement') AND applicable GROUP BY review_id
) USING (review_id)
WHERE coalesce(purpose, 'regular') NOT IN ('calibration', 'training');

CREATE TEMP TABLE found AS
SELECT f.*, coalesce(contact.team_id, complaint.team_id, agents.team_id) AS team_id,
    coalesce(contact.channel, complaint.channel) AS channel,
    coalesce(contact.issue_type, complaint.complaint_type) AS issue_type, contact.customer_tier
FROM findings f LEFT JOIN qa_reviews r USING (review_id)
LEFT JOIN contacts contact ON contact.contact_id = r.contact_id
LEFT JOIN complaints complaint ON complaint.complaint_id = r.object_id AND r.object_type = 'complaint'
LEFT JOIN agents ON agents.agent_id = f.agent_id AND agents.valid_to IS NULL;

CREATE TEMP TABLE training_due AS
WITH numbered AS (SELECT day, is_workday, sum(is_workday::INT) OVER (ORDER BY day) AS place FROM calendar)
SELECT found.*, later.day FROM found JOIN numbered opened ON opened.day = found.opened_at::DATE
JOIN numbered later ON later.place = opened.place + 3 AND later.is_workday
WHERE later.day < (SELECT max(started_at)::DATE FROM contacts);

CREATE TEMP TABLE closing_due AS SELECT *, due_at::DATE AS day FROM found
WHERE due_at <= (SELECT max(started_at) FROM contacts);

CREATE TEMP TABLE closed_findings AS SELECT *, closed_at::DATE AS day FROM found WHERE closed_at IS NOT NULL;

CREATE TEMP TABLE plan AS
SELECT day, team_id, ceil(count(*) FILTER (WHERE is_eligible) / 10)::BIGINT AS due,
    count(*) FILTER (WHERE contact_id IN (SELECT contact_id FROM by_people WHERE level = 'team')) AS done
FROM judged WHERE team_id IS NOT NULL GROUP BY ALL;

CREATE TEMP VIEW centre_plan AS
SELECT day, team_id, ceil(count(*) * 0.2)::BIGINT AS due, count(*) FILTER (WHERE is_centres) AS done
FROM agent_weeks GROUP BY ALL;

CREATE TEMP VIEW linked AS SELECT * FROM judged
WHERE is_eligible AND contact_id IN (SELECT contact_id FROM qa_reviews WHERE reviewed_at IS NOT NULL);

CREATE TEMP TABLE worked AS
SELECT agent_hours.*, agents.team_id, agent_hours.talk_seconds + hold_seconds + wrap_seconds AS busy
FROM agent_hours LEFT JOIN agents ON agents.agent_id = agent_hours.agent_id
    AND coalesce(valid_from <= agent_hours.day, true) AND coalesce(valid_to > agent_hours.day, true);

CREATE TEMP VIEW recovered AS
SELECT recoveries.*, contacted_at::DATE AS day, tier AS customer_tier
FROM recoveries LEFT JOIN customers USING (customer_id) WHERE contacted_at IS NOT NULL;

CREATE TEMP VIEW left_alone AS
SELECT recoveries.*, opened_at::DATE AS day, tier AS customer_tier
FROM recoveries LEFT JOIN customers USING (customer_id) WHERE contacted_at IS NULL AND NOT treated;
"""
