"""How each contact went: waiting, handling, outcome, survey, mood, answer and offer."""

from typing import Any

import numpy as np

from data_access.demo import vocabulary as words
from data_access.demo.people import Staff
from data_access.demo.plan import Columns, Plan

HAPPY_TEAM = words.TEAM_IDS.index("team_02")
OTHER_ANSWER_TEAM = words.TEAM_IDS.index("team_08")
RETURNS = words.ISSUE_CODES.index("returns")
EMAIL, SOCIAL, PHONE = (words.CHANNELS.index(channel) for channel in ("email", "social", "phone"))
TALK = np.array([issue.talk_seconds for issue in words.ISSUES])
LIMITS = np.array(words.PRIORITY_LIMIT_HOURS) * 3_600
AFTER_SALES = np.array([code in words.AFTER_SALES for code in words.ISSUE_CODES])
OFFERED = np.array([code in ("order", "promotion", "price", "account") for code in words.ISSUE_CODES])
SURVEY_STEPS = np.array([-1.95, -1.58, -1.15, -0.4])  # moods below them answer 1, 2, 3, 4; above, 5
Random = np.random.Generator


def add_handling(staff: Staff, contacts: Columns, random: Random) -> None:
    """Waiting, abandoning and handling; `handled` marks contacts that an agent dealt with."""
    count = len(contacts["started"])
    channel, issue, started = contacts["channel"], contacts["issue"], contacts["started"]
    live = GROUPS_LIVE[channel]
    own = channel == words.SELF_SERVICE
    queued = np.where(own, -1, started + np.where(channel == PHONE, random.integers(5, 25, count), 0))
    busy = np.where(np.isin(started % 86_400 // 3_600, (9, 10, 11, 14, 15, 20)), 1.35, 0.8)
    wait = random.exponential(1, count) * np.where(channel == PHONE, 11.5, 20) * busy
    written = random.lognormal(0, 0.8, count) * np.where(channel == EMAIL, 9_000, 1_800)
    wait = np.where(live, wait, written).astype(np.int64) + 1
    patience = (random.exponential(1, count) * np.where(channel == PHONE, 190, 480)).astype(np.int64) + 2
    outbound = contacts["direction"] == 1
    gave_up = live & (wait > patience) & ~outbound
    handled = ~own & ~gave_up
    wait = np.where(outbound, 0, wait)
    talk = random.lognormal(0, 0.5, count) * TALK[issue] * staff.pace[contacts["agent"]] * 0.88
    talk = talk.astype(np.int64).clip(8, 5_400)
    hold = np.where((channel == PHONE) & (random.random(count) < 0.22), random.exponential(50, count), 0)
    hold = hold.astype(np.int64)
    answered = np.where(handled, queued + wait, -1)
    ended = np.where(handled, answered + talk + hold, np.where(own, started + talk // 2, queued + patience))
    contacts["agent"] = np.where(handled, contacts["agent"], -1)
    contacts |= {
        "handled": handled,
        "queued": queued,
        "answered": answered,
        "abandoned": np.where(gave_up, queued + patience, -1),
        "ended": ended,
        "talk_seconds": np.where(handled, talk, -1),
        "hold_seconds": np.where(handled, hold, -1),
        "wrap_seconds": np.where(handled, random.exponential(38, count).astype(np.int64) + 4, -1),
    }


GROUPS_LIVE = np.array([group in (0, 1) for group in words.GROUP_OF_CHANNEL])


def add_mood(plan: Plan, staff: Staff, contacts: Columns, complained: Any, random: Random) -> None:
    """`mood` (around 0, larger is better) drives survey answers, emotion scores and QA scores alike."""
    count = len(complained)
    seen = contacts["followed"] + contacts["repeat"].clip(0, 1)
    mood = random.normal(0, 1, count) + 0.5 * staff.skill[contacts["agent"]] - 0.4 * seen - 1.7 * complained
    happy = staff.seats.team[contacts["seat"]] == HAPPY_TEAM
    contacts["mood"] = mood + plan.effects.happy_team_lift * happy
    scored = contacts["handled"] & (random.random(count) < 0.6)
    emotion = 44 - 12 * contacts["mood"] + random.normal(0, 13, count)
    contacts["emotion_score"] = np.where(scored, np.round(emotion.clip(0, 100), 1), np.nan)


def add_outcome(contacts: Columns, random: Random) -> None:
    """Whether and when it was resolved, closed and reopened, and whether that was in time."""
    count = len(contacts["started"])
    handled, ended = contacts["handled"], contacts["ended"]
    draw = random.random(count)
    resolved = handled & (draw < np.where(contacts["followed"] == 1, 0.62, 0.95))
    later = np.where(random.random(count) < 0.22, random.exponential(9 * 3_600, count), 0).astype(np.int64)
    resolved_at = np.where(resolved, ended + later, -1)
    reopens = resolved & (random.random(count) < np.where(contacts["followed"] == 1, 0.12, 0.02))
    wait = random.exponential(50 * 3_600, count).astype(np.int64) + 600
    reopened = np.where(reopens, resolved_at + wait, -1)
    hours = random.exponential(20 * 3_600, count).astype(np.int64)
    urgent = (contacts["tier"] == words.HIGH_VALUE) | (random.random(count) < 0.05)
    priority = np.where(urgent, 2, np.where(random.random(count) < 0.15, 0, 1))
    priority[random.random(count) < 0.01] = 3
    contacts |= {
        "priority": priority,
        "resolved": np.where(handled, resolved, -1),
        "resolved_at": resolved_at,
        "closed": np.where(resolved, np.maximum(resolved_at, reopened) + hours, -1),
        "reopened": reopened,
        "reopen_count": np.where(handled, reopens * (1 + (random.random(count) < 0.1)), -1),
        "sla_met": np.where(handled, resolved & (resolved_at - contacts["started"] <= LIMITS[priority]), -1),
        "transfer_count": np.where(handled, np.searchsorted([0.89, 0.98], random.random(count)), -1),
    }


def add_survey(contacts: Columns, random: Random) -> None:
    """Surveys go to most identified customers; a fifth answer, from 1 to 5, and say whether one contact was enough."""
    count = len(contacts["started"])
    sent = contacts["handled"] & (contacts["exclusion"] < 0) & (random.random(count) < 0.7)
    answered = sent & (random.random(count) < 0.24)
    score = 1.0 + np.searchsorted(SURVEY_STEPS, contacts["mood"])
    once = (contacts["followed"] == 0) & (contacts["repeat"] == 0)
    says_once = random.random(count) < np.where(once, 0.93, 0.08)
    hours = (random.exponential(5 * 3_600, count) + 60).astype(np.int64)
    contacts |= {
        "csat_sent": np.where(contacts["handled"], sent, -1),
        "csat": np.where(answered, score, np.nan),
        "csat_at": np.where(answered, contacts["ended"] + hours, -1),
        "solved_first_contact": np.where(answered, says_once, -1),
    }


def add_service(plan: Plan, staff: Staff, contacts: Columns, complained: Any, random: Random) -> None:
    """The answer given, the offer made, the follow-up of high-value customers, and some words."""
    count = len(complained)
    issue, handled = contacts["issue"], contacts["handled"]
    elsewhere = (issue == RETURNS) & (staff.seats.team[contacts["seat"]] == OTHER_ANSWER_TEAM)
    draw = random.random(count)
    other = np.where(elsewhere, plan.effects.other_answer, 0.09)
    variant = np.where(draw < other, 1, np.where(draw > 0.97, 2, 0))
    noted = handled & (random.random(count) < 0.45)
    offered = handled & OFFERED[issue] & ~complained & (contacts["repeat"] == 0) & (random.random(count) < 0.18)
    accepted = random.random(count) < 0.13 + 0.03 * staff.skill[contacts["agent"]]
    high = contacts["tier"] == words.HIGH_VALUE
    called_back = handled & (random.random(count) < np.where(high, 0.9, 0.03))
    wait = (random.exponential(3_300, count) + 120).astype(np.int64)
    contacts |= {
        "answer_code": np.where(noted, issue * 3 + variant, -1),
        "offer_made": np.where(handled, offered, -1),
        "offer_accepted": np.where(offered, accepted, -1),
        "follow_up": np.where(called_back, contacts["ended"] + wait, -1),
        "text": np.where(handled & (random.random(count) < 0.03), issue * 3 + random.integers(3, size=count), -1),
    }


def complete(staff: Staff, contacts: Columns, first_number: int) -> None:
    """Add the columns that follow from the others; contact numbers count on from `first_number`."""
    count = len(contacts["started"])
    seat = contacts["seat"]
    number = first_number + np.arange(count)
    group = np.array(words.GROUP_OF_CHANNEL)[contacts["channel"]]
    contacts |= {
        "number": number,
        "team": np.where(seat >= 0, staff.seats.team[seat], -1),
        "shift": np.where(seat >= 0, staff.seats.shift[seat], -1),
        "queue": np.where(group >= 0, group * 2 + AFTER_SALES[contacts["issue"]], -1),
        "merged_into": np.where(contacts["exclusion"] == words.EXCLUSIONS.index("merged"), number - 1, -1),
    }
