"""Who contacts the centre, when and about what: first contacts and the repeats they cause."""

from typing import Any

import numpy as np

from data_access.demo import faulty_batch
from data_access.demo import vocabulary as words
from data_access.demo.people import Staff
from data_access.demo.plan import Columns, Plan
from data_access.demo.season import HOURS

DAY, WEEK = 86_400, 7 * 86_400
REPEAT_AGAIN = 0.22
SELF_SERVICE_REPEAT = 0.34
WITHOUT_CUSTOMER = 0.04
LOW_TEAM = words.TEAM_IDS.index("team_04")
REPEAT_RATES = np.array([issue.repeat for issue in words.ISSUES])
SUBTYPE_STARTS = np.cumsum([0, *(len(issue.subtypes) for issue in words.ISSUES)])
GROUPS = np.array(words.GROUP_OF_CHANNEL)
HOUR_SHARES = np.cumsum(HOURS) / HOURS.sum()
SHIFT_OF_HOUR = np.repeat([words.SHIFTS.index(shift) for shift in ("night", "early", "late")], 8)


def contacts_of_month(plan: Plan, staff: Staff, tiers: Any, month: int, carried: Columns) -> tuple[Columns, Columns]:
    """The month's contacts in the order of their start, and the repeats that fall into the months after it."""
    random = plan.random("episodes", month)
    carried, later = _split(carried, plan.seconds[month + 1])
    wanted = int(plan.contacts_in[month]) - len(carried["started"])
    firsts = _first_contacts(plan, tiers, month, wanted, random)
    faulty_batch.ask_about_it(plan, month, firsts)
    _seat(staff, month, firsts, random)
    firsts["followed"] = _followed(plan, staff, month, firsts, random)
    repeats = _repeats(firsts, np.flatnonzero(firsts["followed"]), random)
    again = repeats["followed"] = (random.random(len(repeats["started"])) < REPEAT_AGAIN).astype(np.int8)
    seconds = _repeats(repeats, np.flatnonzero(again), random)
    inside, beyond = _fill(firsts, [repeats, seconds], wanted, plan.seconds[month + 1])
    arrived = _join([carried, *inside[1:]])
    _seat(staff, month, arrived, random)
    contacts = _join([inside[0], arrived])
    order = np.argsort(contacts["started"], kind="stable")
    contacts = {name: values[order] for name, values in contacts.items() if name != "episode"}
    _exclude(contacts, random)
    return contacts, _join([later, *beyond])


def no_contacts() -> Columns:
    """What the first month has carried into it."""
    names = "started channel customer issue subtype scenario product batch tier direction seat agent followed repeat"
    return {name: np.zeros(0, dtype=np.int64) for name in (*names.split(), "episode")}


def clock(days: Any, random: np.random.Generator) -> Any:
    """A second of the day for each, by the hours at which people make contact."""
    hours = np.searchsorted(HOUR_SHARES, random.random(len(days)))
    return days * DAY + hours * 3_600 + random.integers(3_600, size=len(days))


def batches_sold(month: int, count: int, random: np.random.Generator) -> Any:
    """Of each product four batches are on sale at a time, a new one every quarter."""
    return (month // 3 + random.integers(0, 4, count)) % len(words.BATCHES)


def _pick(random: np.random.Generator, shares: Any, count: int) -> Any:
    steps = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(steps[:-1], random.random(count), side="right").astype(np.int64)


def _first_contacts(plan: Plan, tiers: Any, month: int, count: int, random: np.random.Generator) -> Columns:
    """More than are needed, in no order; `_fill` takes as many as the month's total asks for."""
    days = _pick(random, plan.day_weights[plan.month_days(month)], count)
    issue = _pick(random, [issue.share for issue in words.ISSUES], count)
    customer = (plan.customers * random.random(count) ** 1.3).astype(np.int64)
    tier = tiers[customer].astype(np.int64)
    unknown = random.random(count) < WITHOUT_CUSTOMER
    channel = _pick(random, words.CHANNEL_SHARES, count)
    product = _pick(random, words.PRODUCT_SHARES, count)
    product[(random.random(count) < 0.3) & (issue >= words.ISSUE_CODES.index("order"))] = -1
    widths = np.diff(SUBTYPE_STARTS)[issue]
    return {
        "started": clock(plan.seconds[month] // DAY + days, random),
        "channel": channel,
        "customer": np.where(unknown, -1, customer),
        "issue": issue,
        "subtype": SUBTYPE_STARTS[issue] + (random.random(count) * widths).astype(np.int64),
        "scenario": _pick(random, words.SCENARIO_SHARES, count),
        "product": product,
        "batch": np.where(product >= 0, batches_sold(month, count, random), -1),
        "tier": np.where(unknown, -1, tier),
        "direction": ((channel == 0) & (random.random(count) < 0.06)).astype(np.int64),
        "repeat": np.zeros(count, dtype=np.int64),
        "episode": np.arange(count),
    }


def _seat(staff: Staff, month: int, contacts: Columns, random: np.random.Generator) -> None:
    """Give each contact a seat of its channel group and shift, and the agent on it that month."""
    count = len(contacts["started"])
    group = GROUPS[contacts["channel"]]
    shift = SHIFT_OF_HOUR[contacts["started"] % DAY // 3_600]
    draw = random.random(count)
    seat = np.full(count, -1, dtype=np.int64)
    for one in range(words.GROUPS):
        for other in range(len(words.SHIFTS)):
            here = np.flatnonzero((group == one) & (shift == other))
            duty = staff.on_duty(month, one, other)
            seat[here] = duty[(draw[here] * len(duty)).astype(np.int64)]
    contacts["seat"] = seat
    contacts["agent"] = np.where(seat >= 0, staff.agent_on[month][seat], -1)


def _followed(plan: Plan, staff: Staff, month: int, firsts: Columns, random: np.random.Generator) -> Any:
    """Whether a first contact is followed by another: by issue, the agent's skill, and the team planted low."""
    chance = REPEAT_RATES[firsts["issue"]] - 0.03 * staff.skill[firsts["agent"]]
    chance += plan.effects.low_team_repeat * (staff.seats.team[firsts["seat"]] == LOW_TEAM)
    chance = np.where(firsts["channel"] == words.SELF_SERVICE, SELF_SERVICE_REPEAT, chance)
    known = (firsts["customer"] >= 0) & (firsts["direction"] == 0)
    return (known & (random.random(len(chance)) < chance)).astype(np.int8)


def _repeats(parents: Columns, rows: Any, random: np.random.Generator) -> Columns:
    """One inbound contact after each of `rows`: same customer and issue, half an hour to a week later."""
    one = {name: values[rows] for name, values in parents.items() if name not in ("seat", "agent")}
    count, before = len(rows), one["started"]
    wait = 1_800 + (random.random(count) ** 2 * 0.95 * WEEK).astype(np.int64)
    started = clock((before + wait) // DAY, random)
    started = np.where(started <= before + 1_800, before + 1_800 + random.integers(7_200, size=count), started)
    started = np.where(
        started >= before + WEEK - 600, before + WEEK - 600 - random.integers(3_600, size=count), started
    )
    own = one["channel"] == words.SELF_SERVICE
    soon = before + 600 + (random.random(count) ** 2 * 80_000).astype(np.int64)
    elsewhere = random.random(count)
    one["channel"] = np.where(own | (elsewhere < 0.2), np.where(elsewhere < 0.14, 0, 1), one["channel"])
    return one | {
        "started": np.where(own, soon, started),
        "direction": np.zeros(count, dtype=np.int64),
        "repeat": one["repeat"] + 1,
        "followed": np.zeros(count, dtype=np.int8),
    }


def _split(contacts: Columns, end: int) -> tuple[Columns, Columns]:
    inside = contacts["started"] < end
    return {n: v[inside] for n, v in contacts.items()}, {n: v[~inside] for n, v in contacts.items()}


def _join(parts: list[Columns]) -> Columns:
    names = set.intersection(*(set(part) for part in parts))
    return {name: np.concatenate([part[name] for part in parts]) for name in sorted(names)}


def _fill(firsts: Columns, repeats: list[Columns], wanted: int, end: int) -> tuple[list[Columns], list[Columns]]:
    """Take whole episodes until the month has `wanted` contacts; parts inside the month, parts beyond it.

    The one or two that a next whole episode would overshoot are first contacts without repeats.
    """
    sizes = np.ones(len(firsts["started"]), dtype=np.int64)
    for part in repeats:
        np.add.at(sizes, part["episode"], part["started"] < end)
    sums = np.cumsum(sizes)
    taken = int(np.searchsorted(sums, wanted, side="right"))
    missing = wanted - (int(sums[taken - 1]) if taken else 0)
    alone = firsts["followed"].copy()
    alone[taken : taken + missing] = 0
    firsts = firsts | {"followed": alone}
    inside, beyond = [{name: values[: taken + missing] for name, values in firsts.items()}], []
    for part in repeats:
        kept = {name: values[part["episode"] < taken] for name, values in part.items()}
        now, after = _split(kept, end)
        inside.append(now)
        beyond.append(after)
    return inside, beyond


def _exclude(contacts: Columns, random: np.random.Generator) -> None:
    """Mark about 1.5 % as not counting. A merged one is a double of the contact before it."""
    count = len(contacts["started"])
    draw = random.random(count)
    steps = np.array([0.0025, 0.0085, 0.015, 0.019])  # test, spam, wrong number, merged
    reason = np.where(draw < steps[-1], np.searchsorted(steps, draw, side="right"), -1)
    alone = (contacts["followed"] == 0) & (contacts["repeat"] == 0)
    reason = np.where(alone, reason, -1)
    campaign = (contacts["direction"] == 1) & (random.random(count) < 0.12)
    reason[campaign] = words.EXCLUSIONS.index("outbound_campaign")
    unknown = (reason >= 0) & (reason < 3)
    contacts["customer"][unknown] = contacts["tier"][unknown] = -1
    double = reason == words.EXCLUSIONS.index("merged")
    reason[double & np.roll(double, 1) | double & (np.arange(count) == 0)] = -1
    merged = np.flatnonzero(reason == words.EXCLUSIONS.index("merged"))
    for name in ("customer", "tier", "issue", "subtype", "product", "batch", "scenario"):
        contacts[name][merged] = contacts[name][merged - 1]
    contacts["exclusion"] = reason
