"""Which contacts were reviewed, by whom, with what score on each item, and what came of it."""

from typing import Any

import numpy as np

from data_access.demo import faulty_batch
from data_access.demo import vocabulary as words
from data_access.demo.people import Staff
from data_access.demo.plan import Columns, Plan

SELF, TEAM, CENTRE, AUTOMATIC = range(4)
LEVELS = ("self", "team", "centre", "automatic")
SHARES = (0.010, 0.022, 0.016, 0.012)  # of eligible contacts, drawn at random
AFTER_COMPLAINT = 0.12
REASONS = ("random", "complaint", "new_agent", "high_value")
PURPOSES = ("regular", "calibration", "training")
DOUBLE_SCORED = 0.05
SAME_EYES = 0.8  # how often two reviewers see the same on an item
DRIFTING = words.REVIEWERS.index("r07")
STRICTNESS = np.array([0.5, 1.0, 1.15, 0.9])  # by level
FAILED = np.array([item.failed for item in words.ITEMS])
POINTS = np.array([item.points for item in words.ITEMS])
HEARD_BY_MACHINE = np.array([item.code not in ("solution", "answer_accuracy") for item in words.ITEMS])
OUTBOUND_ONLY = words.ITEMS.index(next(item for item in words.ITEMS if item.code == "promise_script"))
PASS_MARK = 0.8
NEW_AGENT_SECONDS = 90 * 86_400
HOUR, DAY = 3_600, 86_400
Random = np.random.Generator


def reviews_of_month(
    plan: Plan, staff: Staff, month: int, contacts: Columns, complaints: Columns, first_number: int
) -> tuple[Columns, Columns]:
    """The reviews of a month's contacts and complaint tickets, and their items."""
    random = plan.random("reviews", month)
    chosen = _choose(plan, contacts, complaints, random)
    parts = [_of_contacts(plan, staff, contacts, chosen, random), _of_tickets(complaints, random)]
    once = _join(parts)
    people = (once["level"] > SELF) & (once["level"] < AUTOMATIC)
    double = np.flatnonzero(people & (random.random(len(people)) < DOUBLE_SCORED))
    seen = random.random((len(people), 2, len(words.ITEMS)))
    eyes = seen[double]
    fresh = random.random((len(double), len(words.ITEMS))) > SAME_EYES
    eyes[:, 0][fresh] = random.random(int(fresh.sum()))
    reviews, seen = _join([once, _score_again(once, double, random)]), np.concatenate([seen, eyes])
    done = reviews["reviewed"] < plan.seconds[-1]
    reviews = {name: values[done] for name, values in reviews.items()}
    reviews["number"] = first_number + np.arange(done.sum())
    items = _score(plan, month, reviews, seen[done], random)
    _dispute(plan, reviews, random)
    return reviews, items


def _join(parts: list[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _choose(plan: Plan, contacts: Columns, complaints: Columns, random: Random) -> Columns:
    """Rows drawn each with its own probability, which is kept: `probability` is missing where the choice was aimed."""
    eligible = contacts["handled"] & (contacts["exclusion"] < 0) & (contacts["talk_seconds"] >= 10)
    eyes = np.where(contacts["scenario"] == words.TRADE_IN, plan.effects.blind_reviews, 1.0) * eligible
    eyes *= faulty_batch.eyes(plan, contacts)
    draw = random.random(len(eyes))
    steps = np.cumsum(SHARES)
    level = np.where(draw < steps[-1] * eyes, np.searchsorted(steps, draw / np.maximum(eyes, 1e-9)), -1)
    aimed = np.zeros(len(eyes), dtype=bool)
    linked = complaints["contact"][complaints["contact"] >= 0]
    aimed[linked] = random.random(len(linked)) < AFTER_COMPLAINT * eyes[linked]
    rows = np.flatnonzero((level >= 0) | aimed)
    level = np.where(aimed[rows], CENTRE, level[rows])
    share = np.array(SHARES)[level] * eyes[rows]
    return {"row": rows, "level": level, "aimed": aimed[rows], "share": np.where(aimed[rows], np.nan, share)}


def _of_contacts(plan: Plan, staff: Staff, contacts: Columns, chosen: Columns, random: Random) -> Columns:
    rows, level = chosen["row"], chosen["level"]
    count, agent, ended = len(rows), contacts["agent"][rows], contacts["ended"][rows]
    team_reviewer = random.integers(words.TEAM_REVIEWERS, size=count)
    centre_reviewer = random.integers(words.TEAM_REVIEWERS, len(words.REVIEWERS), count)
    hours = np.choose(level, [0.28, 20.0, 60.0, 0.05]) * HOUR
    new = contacts["started"][rows] - staff.hired_on[agent] < NEW_AGENT_SECONDS
    high = contacts["tier"][rows] == words.HIGH_VALUE
    reason = np.where(chosen["aimed"], 1, np.where(new, 2, np.where(high & (level == CENTRE), 3, 0)))
    delay = (random.exponential(1, count) * hours).astype(np.int64) + 90
    delay += np.where(chosen["aimed"], 3 * DAY, 0)
    training = new & (level == TEAM) & (random.random(count) < 0.3)
    return {
        "contact": contacts["number"][rows],
        "ticket": np.full(count, -1),
        "agent": agent,
        "level": level,
        "reviewer": np.where(level == TEAM, team_reviewer, np.where(level == CENTRE, centre_reviewer, -1)),
        "reason": reason,
        "probability": chosen["share"],
        "reviewed": ended + delay,
        "purpose": np.where(training, PURPOSES.index("training"), 0),
        "mood": contacts["mood"][rows],
        "outbound": contacts["direction"][rows] == 1,
        "at_fault": faulty_batch.is_meant(plan, contacts)[rows],
    }


def _of_tickets(complaints: Columns, random: Random) -> Columns:
    """A few complaint tickets are reviewed as such: they have no contact, on purpose."""
    able = np.flatnonzero((complaints["closed"] >= 0) & (complaints["agent"] >= 0))
    rows = able[random.random(len(able)) < 0.04]
    count = len(rows)
    return {
        "contact": np.full(count, -1),
        "ticket": complaints["number"][rows],
        "agent": complaints["agent"][rows],
        "level": np.full(count, CENTRE),
        "reviewer": random.integers(words.TEAM_REVIEWERS, len(words.REVIEWERS), count),
        "reason": np.full(count, 1),
        "probability": np.full(count, np.nan),
        "reviewed": complaints["closed"][rows] + 60,
        "purpose": np.zeros(count, dtype=np.int64),
        "mood": np.full(count, -0.3),
        "outbound": np.zeros(count, dtype=bool),
        "at_fault": np.zeros(count, dtype=bool),
    }


def _score_again(reviews: Columns, rows: Any, random: Random) -> Columns:
    """The same contacts scored by another reviewer of the same pool."""
    again = {name: values[rows] for name, values in reviews.items()}
    step = random.integers(1, words.TEAM_REVIEWERS, len(rows))
    pool = np.where(again["level"] == TEAM, words.TEAM_REVIEWERS, 4)
    base = np.where(again["level"] == TEAM, 0, words.TEAM_REVIEWERS)
    shifted = base + (again["reviewer"] - base + 1 + step % (pool - 1)) % pool
    return again | {
        "reviewer": shifted,
        "purpose": np.full(len(rows), PURPOSES.index("calibration")),
        "reviewed": again["reviewed"] + random.integers(600, 4 * HOUR, len(rows)),
        "probability": np.full(len(rows), np.nan),
    }


def drift(last: float, month: float, months: int) -> float:
    """Strictness of the drifting reviewer: 1 in the first month, `last` in the last, a straight line between."""
    return 1 + (last - 1) * month / (months - 1)


def strictness(plan: Plan, month: int, reviewer: Any, level: Any) -> Any:
    """How much a reviewer takes off, against the usual; the drifting one falls evenly to its last value."""
    drifted = drift(plan.effects.last_strictness, month, plan.months)
    own = 0.94 + 0.04 * (reviewer % 4)
    return STRICTNESS[level] * np.where(reviewer == DRIFTING, drifted, own)


def _score(plan: Plan, month: int, reviews: Columns, seen: Any, random: Random) -> Columns:
    """Score every item and add score, pass and fatal to the reviews. `seen`: review x 2 x item, uniform."""
    hard = np.exp(-0.35 * reviews["mood"]) * strictness(plan, month, reviews["reviewer"], reviews["level"])
    failed = seen[:, 0] < (FAILED * hard[:, None]).clip(0, 0.9)
    failed[:, faulty_batch.ITEM] |= faulty_batch.failed(plan, month, reviews)
    minor = ~failed & (seen[:, 1] < (0.22 * hard[:, None]).clip(0, 0.9))
    applicable = np.ones(failed.shape, dtype=bool)
    applicable[reviews["level"] == AUTOMATIC] = HEARD_BY_MACHINE
    applicable[:, OUTBOUND_ONLY] &= reviews["outbound"] | (seen[:, 1, OUTBOUND_ONLY] < 0.6)
    failed &= applicable
    halved = seen[:, 1] < 0.5
    kept = np.where(failed, np.where(halved, 0.5, 0.0), np.where(minor & applicable, 0.8, 1.0))
    points = POINTS * kept * applicable
    fatal = failed & ~halved & (POINTS >= 15) & (random.random(failed.shape) < 0.12)
    most = (POINTS * applicable).sum(axis=1)
    score = np.round(points.sum(axis=1), 1)
    reviews |= {
        "score": score,
        "max_score": most.astype(np.float64),
        "fatal": fatal.any(axis=1),
        "passed": (score >= PASS_MARK * most) & ~fatal.any(axis=1),
    }
    shape = failed.shape
    return {
        "review": np.broadcast_to(reviews["number"][:, None], shape).ravel(),
        "item": np.broadcast_to(np.arange(shape[1]), shape).ravel(),
        "applicable": applicable.ravel(),
        "points": np.where(applicable, points, np.nan).ravel(),
        "max_points": np.broadcast_to(POINTS.astype(np.float64), shape).ravel(),
        "failed": np.where(applicable, failed, -1).ravel(),
        "fatal": np.where(applicable, fatal, -1).ravel(),
    }


def _dispute(plan: Plan, reviews: Columns, random: Random) -> None:
    count = len(reviews["level"])
    people = (reviews["level"] > SELF) & (reviews["level"] < AUTOMATIC) & (reviews["purpose"] == 0)
    disputes = people & (random.random(count) < np.where(reviews["passed"], 0.02, 0.15))
    disputed = reviews["reviewed"] + random.exponential(20 * HOUR, count).astype(np.int64) + HOUR
    disputes &= disputed < plan.seconds[-1]
    reviews |= {
        "disputed": np.where(disputes, disputed, -1),
        "dispute_upheld": np.where(disputes, random.random(count) < 0.3, -1),
    }


def findings_of(plan: Plan, month: int, reviews: Columns, items: Columns, first_number: int) -> Columns:
    """Findings opened from failed items of people's regular reviews, due in three working days."""
    random = plan.random("findings", month)
    width = len(words.ITEMS)
    regular = (reviews["purpose"] == 0) & (reviews["level"] != AUTOMATIC)
    able = np.flatnonzero((items["failed"] == 1) & np.repeat(regular, width))
    rows = able[random.random(len(able)) < 0.6]
    review, count = rows // width, len(rows)
    opened = reviews["reviewed"][review] + 300
    weekday = (opened // DAY + 3) % 7  # 1 January 1970 was a Thursday
    due = opened + (3 + 2 * ((weekday >= 2) & (weekday < 5)) + (weekday == 5)) * DAY
    trained = opened + (3 * DAY * 0.55 * np.exp(random.normal(0, 0.6, count))).astype(np.int64)
    trains = random.random(count) < 0.88
    closes = trains & (random.random(count) < 0.85)
    closed = trained + random.exponential(3 * DAY, count).astype(np.int64) + HOUR
    recurred = np.where(trains, trained, opened) + random.exponential(20 * DAY, count).astype(np.int64) + DAY
    return {
        "number": first_number + np.arange(count),
        "review": reviews["number"][review],
        "item": items["item"][rows],
        "agent": reviews["agent"][review],
        "opened": opened,
        "due": due,
        "trained": np.where(trains, trained, -1),
        "closed": np.where(closes, closed, -1),
        "recurred": np.where(random.random(count) < 0.13, recurred, -1),
    }
