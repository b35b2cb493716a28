"""Turns the demo's columns of numbers into Arrow tables with the warehouse's names."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from data_access.demo import reviews
from data_access.demo import vocabulary as words
from data_access.demo.people import Staff
from data_access.demo.plan import Columns, Plan
from data_access.demo.texts import CONTACT_TEXTS, complaint_texts

FORM_NAMES = ("service_form",)
FORM_VERSIONS = ("v1", "v2")


def word(codes: Any, names: Sequence[str]) -> pa.Array:
    """Indexes into `names`; negative is missing."""
    small = codes.astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(small, mask=small < 0), pa.array(list(names), pa.string()))


def same(value: str, count: int) -> pa.Array:
    return word(np.zeros(count), [value])


def whole(values: Any) -> pa.Array:
    return pa.array(values.astype(np.int64), mask=values < 0)


def number(values: Any) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def flag(values: Any) -> pa.Array:
    """1 true, 0 false, -1 missing; or plain booleans."""
    if values.dtype == bool:
        return pa.array(values)
    return pa.array(values == 1, mask=values < 0)


def instant(seconds: Any, end: int | None = None) -> pa.Array:
    """Site time without a zone; missing where negative, and from `end` on, which is still to come."""
    missing = seconds < 0 if end is None else (seconds < 0) | (seconds >= end)
    return pa.array((seconds.astype(np.int64) * 1_000_000).astype("datetime64[us]"), mask=missing)


def day(seconds: Any) -> pa.Array:
    return pa.array((seconds // 86_400).astype("datetime64[D]"), mask=seconds < 0)


def contacts_table(plan: Plan, staff: Staff, rows: Columns) -> pa.Table:
    """Numbers stand in for the ids of contacts and customers until they are inserted."""
    end = plan.seconds[-1]
    instants = {
        "started_at": "started", "queued_at": "queued", "answered_at": "answered", "abandoned_at": "abandoned",
        "ended_at": "ended", "first_response_at": "answered", "resolved_at": "resolved_at", "closed_at": "closed",
        "reopened_at": "reopened", "csat_at": "csat_at", "follow_up_at": "follow_up",
    }  # fmt: skip
    vocabularies = {
        "channel": words.CHANNELS, "direction": words.DIRECTIONS, "queue": words.QUEUES, "subtype": words.SUBTYPES,
        "scenario": words.SCENARIOS, "product": words.PRODUCTS, "batch": words.BATCHES, "shift": words.SHIFTS,
        "priority": words.PRIORITIES, "answer_code": words.ANSWERS, "text": CONTACT_TEXTS,
    }  # fmt: skip
    flags = ("resolved", "solved_first_contact", "sla_met", "csat_sent", "offer_made", "offer_accepted")
    wholes = ("talk_seconds", "hold_seconds", "wrap_seconds", "transfer_count", "reopen_count")
    return pa.table(
        {
            "contact_id": whole(rows["number"]),
            "customer_id": whole(rows["customer"]),
            "merged_into": whole(rows["merged_into"]),
            "issue_type": word(rows["issue"], words.ISSUE_CODES),
            "agent_id": word(rows["agent"], staff.agent_ids),
            "team_id": word(rows["team"], words.TEAM_IDS),
            "customer_tier": word(rows["tier"], words.TIERS),
            "exclusion_reason": word(rows["exclusion"], words.EXCLUSIONS),
            **{name: word(rows[name], names) for name, names in vocabularies.items()},
            **{name: instant(rows[source], end) for name, source in instants.items()},
            **{name: flag(rows[name]) for name in flags},
            **{name: whole(rows[name]) for name in wholes},
            **{name: number(rows[name]) for name in ("csat", "emotion_score")},
        }
    )


def complaints_table(plan: Plan, staff: Staff, rows: Columns, random: np.random.Generator) -> pa.Table:
    end = plan.seconds[-1]
    instants = {
        "received_at": "received", "first_response_at": "first_response", "handed_over_at": "handed_over",
        "department_replied_at": "replied", "resolved_at": "resolved", "closed_at": "closed",
        "pending_since": "pending_since", "follow_up_at": "follow_up", "reopened_at": "reopened",
        "escalated_at": "escalated", "appealed_at": "appealed", "promise_met_at": "promise_met",
    }  # fmt: skip
    codes = {
        "channel": ("channel", words.COMPLAINT_CHANNELS), "complaint_type": ("type", words.COMPLAINT_TYPES),
        "subtype": ("subtype", words.SUBTYPES), "severity": ("severity", words.SEVERITIES),
        "product": ("product", words.PRODUCTS), "batch": ("batch", words.BATCHES),
        "claimed_cause": ("claimed", words.CAUSES), "established_cause": ("established", words.CAUSES),
        "responsible_department": ("department", words.DEPARTMENTS), "agent_id": ("agent", staff.agent_ids),
        "team_id": ("team", words.TEAM_IDS), "upheld": ("upheld", words.UPHELD),
        "escalation_level": ("level", words.LEVELS), "escalation_body": ("body", words.BODIES),
        "root_cause": ("root_cause", words.ROOT_CAUSE_CODES),
    }  # fmt: skip
    flags = {"is_valid": "valid", "demands_quick_reply": "quick", "wants_escalation": "wants_escalation",
             "found_by_us": "found_by_us"}  # fmt: skip
    numbers = {"follow_up_score": "follow_up_score", "dissatisfaction_score": "dissatisfaction",
               "redress_amount": "redress"}  # fmt: skip
    ids = {"complaint_id": "number", "contact_id": "contact_number", "customer_id": "customer",
           "duplicate_of": "doubles", "pending_seconds": "pending_seconds", "reopen_count": "reopen_count"}  # fmt: skip
    return pa.table(
        {name: whole(rows[source]) for name, source in ids.items()}
        | {name: word(rows[source], names) for name, (source, names) in codes.items()}
        | {name: instant(rows[source], end) for name, source in instants.items()}
        # A promise may well be due after the end of the demo.
        | {"promised_at": instant(rows["promised"]), "text": pa.array(complaint_texts(rows["type"], random))}
        | {name: flag(rows[source]) for name, source in flags.items()}
        | {name: number(rows[source]) for name, source in numbers.items()}
    )


def reviews_table(plan: Plan, staff: Staff, month: int, rows: Columns) -> pa.Table:
    """`reviewer_id` is the agent's own id on self-checks and `automatic` on automatic reviews."""
    count = len(rows["number"])
    reviewers = (*words.REVIEWERS, "automatic", *staff.agent_ids)
    people = rows["level"] != reviews.AUTOMATIC
    code = np.where(rows["level"] == reviews.SELF, len(words.REVIEWERS) + 1 + rows["agent"], rows["reviewer"])
    return pa.table(
        {
            "review_id": whole(rows["number"]),
            "contact_id": whole(rows["contact"]),
            "object_id": whole(rows["ticket"]),
            "object_type": word((rows["ticket"] >= 0).astype(np.int8), ("contact", "complaint")),
            "agent_id": word(rows["agent"], staff.agent_ids),
            "reviewer_id": word(np.where(people, code, len(words.REVIEWERS)), reviewers),
            "level": word(rows["level"], reviews.LEVELS),
            "form_id": same(FORM_NAMES[0], count),
            "form_version": same(FORM_VERSIONS[month >= plan.months // 2], count),
            "selection_reason": word(rows["reason"], reviews.REASONS),
            "purpose": word(rows["purpose"], reviews.PURPOSES),
            "is_automatic": flag(~people),
            "reviewed_at": instant(rows["reviewed"]),
            "disputed_at": instant(rows["disputed"]),
            **{name: flag(rows[name]) for name in ("passed", "fatal", "dispute_upheld")},
            "inclusion_probability": number(rows["probability"]),
            **{name: number(rows[name]) for name in ("score", "max_score")},
        }
    )


def items_table(rows: Columns) -> pa.Table:
    return pa.table(
        {
            "review_id": whole(rows["review"]),
            "item": word(rows["item"], [item.code for item in words.ITEMS]),
            "section": word(rows["item"], [item.section for item in words.ITEMS]),
            **{name: flag(rows[name]) for name in ("applicable", "failed", "fatal")},
            **{name: number(rows[name]) for name in ("points", "max_points")},
        }
    )


def findings_table(plan: Plan, staff: Staff, rows: Columns) -> pa.Table:
    end = plan.seconds[-1]
    return pa.table(
        {
            "finding_id": whole(rows["number"]),
            "review_id": whole(rows["review"]),
            "item": word(rows["item"], [item.code for item in words.ITEMS]),
            "agent_id": word(rows["agent"], staff.agent_ids),
            "due_at": instant(rows["due"]),
            **{f"{name}_at": instant(rows[name], end) for name in ("opened", "trained", "closed", "recurred")},
        }
    )
