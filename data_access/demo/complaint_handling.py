"""How each complaint was handled: severity, causes, the clock of every step, follow-up, promise and redress."""

from typing import Any

import numpy as np

from data_access.demo import vocabulary as words
from data_access.demo.plan import Columns, Plan

HOUR, DAY = 3_600, 86_400
SEVERITY_STEPS = {"product_quality": (0.45, 0.93), "service_attitude": (0.5, 0.98), "installation": (0.7, 0.95)}
USUAL_STEPS = (0.80, 0.99)  # general up to the first, serious up to the second, urgent above
RESPONSE = np.array(words.RESPONSE_LIMIT_SECONDS)
RESOLUTION = np.array(words.RESOLUTION_LIMIT_SECONDS)
HAND_OVER_LIMIT, DEPARTMENT_LIMIT = 600, 2 * HOUR
MISJUDGED = 0.2  # share of complaints whose established cause is not the claimed one
L3 = words.LEVELS.index("L3")
Random = np.random.Generator


def handle(plan: Plan, rows: Columns, random: Random) -> None:
    """Add everything that happened to the complaints; what lies after the demo's end has not happened."""
    _judge(rows, random)
    _clock(rows, random)
    _follow_up(rows, random)
    _hide_the_future(plan, rows)
    _promise(rows, random)
    _demands(rows, random)


def _judge(rows: Columns, random: Random) -> None:
    """Severity, claimed and established cause, who is responsible, and whether it was upheld."""
    count = len(rows["type"])
    steps = np.array([SEVERITY_STEPS.get(code, USUAL_STEPS) for code in words.COMPLAINT_TYPES])[rows["type"]]
    draw = random.random(count)
    claimed = np.array(words.CAUSE_OF_TYPE)[rows["type"]]
    other = random.integers(len(words.CAUSES) - 1, size=count)
    established = np.where(random.random(count) < MISJUDGED, other, claimed)
    widths = np.array([len(codes) for codes in words.ROOT_CAUSES])
    starts = np.cumsum(widths) - widths
    root = starts[established] + (random.random(count) * widths[established]).astype(np.int64)
    rows |= {
        "severity": (draw > steps[:, 0]).astype(np.int64) + (draw > steps[:, 1]),
        "claimed": claimed,
        "established": np.where(random.random(count) < 0.9, established, -1),
        "department": established,
        "root_cause": np.where(random.random(count) < 0.6, root, -1),
        "upheld": np.searchsorted([0.55, 0.78], random.random(count)),
        "found_by_us": random.random(count) < 0.04,
    }


def _around(random: Random, count: int, middle: float, width: float) -> Any:
    """Log-normal multiples of a limit: with middle 0.5 and width 0.6, 88 % stay within it."""
    return middle * np.exp(random.normal(0, width, count))


def _clock(rows: Columns, random: Random) -> None:
    """First response, hand-over, the department's reply, a wait for the customer, resolution."""
    count, received, severity = len(rows["type"]), rows["received"], rows["severity"]
    urgent = np.where(severity == 2, 0.3, 1.0)
    first = received + 30 + (RESPONSE[severity] * _around(random, count, 0.42, 0.62)).astype(np.int64)
    passed = random.random(count) < 0.68
    handed = received + 20 + (HAND_OVER_LIMIT * _around(random, count, 0.48, 0.58)).astype(np.int64)
    reply = handed + 60 + (DEPARTMENT_LIMIT * urgent * _around(random, count, 0.46, 0.68)).astype(np.int64)
    solved = received + 120 + (RESOLUTION[severity] * _around(random, count, 0.45, 0.62)).astype(np.int64)
    slow = random.random(count) < 0.05
    solved += np.where(slow, random.exponential(14 * DAY, count), 0).astype(np.int64)
    solved = np.maximum(solved, np.maximum(first, np.where(passed, reply, 0)) + 300)
    waits = (random.random(count) < 0.1) & (severity < 2)
    pending = np.where(waits, random.exponential(7 * HOUR, count) + 600, 0).astype(np.int64)
    rows |= {
        "first_response": first,
        "handed_over": np.where(passed, handed, -1),
        "replied": np.where(passed, reply, -1),
        "pending_seconds": np.where(waits, pending, -1),
        "resolved": solved + pending,
    }


def _follow_up(rows: Columns, random: Random) -> None:
    """The call after resolution, its score, reopening of dissatisfied cases, closing."""
    count, resolved = len(rows["type"]), rows["resolved"]
    window = np.where(rows["tier"] == words.HIGH_VALUE, 2 * HOUR, DAY)
    called = random.random(count) < 0.9
    follow_up = resolved + 300 + (window * _around(random, count, 0.42, 0.7)).astype(np.int64)
    score = 1.0 + np.searchsorted([0.05, 0.11, 0.22, 0.55], random.random(count))
    reopens = called & (score <= 2) & (random.random(count) < 0.7)
    reopened = np.where(reopens, follow_up + random.exponential(5 * HOUR, count) + 60, -1).astype(np.int64)
    last = np.maximum(resolved, np.maximum(np.where(called, follow_up, 0), np.where(reopens, reopened + HOUR, 0)))
    rows |= {
        "follow_up": np.where(called, follow_up, -1),
        "follow_up_score": np.where(called, score, np.nan),
        "reopened": reopened,
        "reopen_count": reopens.astype(np.int64),
        "closed": last + random.exponential(12 * HOUR, count).astype(np.int64) + 600,
    }


def _hide_the_future(plan: Plan, rows: Columns) -> None:
    """Blank what comes after the demo's end, and what is only known once a case is closed."""
    end = plan.seconds[-1]
    for name in ("first_response", "handed_over", "replied", "resolved", "follow_up", "reopened", "closed"):
        rows[name] = np.where(rows[name] < end, rows[name], -1)
    open_case = rows["resolved"] < 0
    waiting = open_case & (rows["number"] % 5 < 2)  # many of the cases still open wait for their customer
    rows["pending_since"] = np.where(waiting, (rows["received"] + end) // 2, -1)
    rows["pending_seconds"] = np.where(open_case, -1, rows["pending_seconds"])
    rows["follow_up_score"] = np.where(rows["follow_up"] < 0, np.nan, rows["follow_up_score"])
    rows["reopen_count"] = np.where(rows["reopened"] < 0, 0, rows["reopen_count"])
    for name in ("established", "root_cause"):
        rows[name] = np.where(open_case, -1, rows[name])
    rows["upheld"] = np.where(rows["closed"] < 0, -1, rows["upheld"])


def _promise(rows: Columns, random: Random) -> None:
    """`promised` is the instant by which something was promised; most promises are met before it."""
    count = len(rows["type"])
    promises = (random.random(count) < 0.35) & (rows["first_response"] >= 0)
    promised = rows["first_response"] + (random.integers(1, 5, count) * 12 * HOUR)
    met = rows["first_response"] + ((promised - rows["first_response"]) * _around(random, count, 0.55, 0.5)).astype(int)
    met_ever = promises & (random.random(count) < 0.96) & (rows["resolved"] >= 0)
    paid = (random.random(count) < 0.18) & np.isin(rows["upheld"], (0, 1))
    rows |= {
        "promised": np.where(promises, promised, -1),
        "promise_met": np.where(met_ever, met, -1),
        "redress": np.where(paid, np.round(np.exp(random.normal(3.6, 0.7, count)), 2), np.nan),
    }


def _demands(rows: Columns, random: Random) -> None:
    """How angry the customer is, what he demands, and where an escalated case went."""
    count, level = len(rows["type"]), rows["level"]
    angry = (52 + 14 * (level >= 0) + 10 * rows["repeats"] + random.normal(0, 17, count)).clip(0, 100)
    hours = (random.exponential(30 * HOUR, count) + 1_800).astype(np.int64)
    escalated = np.where(level >= 0, rows["received"] + np.where(level == L3, 0, hours), -1)
    appeals = (rows["upheld"] == 2) & (random.random(count) < 0.12)
    rows["channel"] = np.where(level == L3, words.COMPLAINT_CHANNELS.index("regulator"), rows["channel"])
    rows |= {
        "dissatisfaction": np.round(angry, 1),
        "quick": random.random(count) < 0.12 + 0.15 * (level >= 0),
        "wants_escalation": random.random(count) < 0.03 + 0.25 * (level >= 1),
        "escalated": escalated,
        "body": np.where(level == L3, np.searchsorted([0.6, 0.8, 0.92], random.random(count)), -1),
        "appealed": np.where(appeals, rows["closed"] + hours, -1),
    }
