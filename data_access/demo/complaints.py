"""Which contacts end in a complaint, who complains again, and who goes to a regulator."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data_access.demo import vocabulary as words
from data_access.demo.complaint_counts import Kind
from data_access.demo.episodes import batches_sold
from data_access.demo.people import Staff
from data_access.demo.plan import Columns, Plan
from data_access.demo.season import complaint_factor

DAY = 86_400
REPEATED = 0.16
LINKED = 0.87  # of the complaints that are not repeats
EXTRA = 0.05  # invalid ones and duplicates, beside the valid ones that are counted
REGULATOR = 0.012
GOLDEN = 0.618033988749895  # its multiples fill 0 to 1 evenly, so that shares hold even for few complaints
WITH_TICKET, WITH_CONTACT = 0.71, 0.90  # of escalated complaints; shares of source 002
CARRIED = ("kind", "customer", "tier", "subtype", "product", "batch", "received")
FIELDS = (*CARRIED, "contact", "channel", "agent", "team", "repeats", "valid", "doubles")


@dataclass
class Ledger:
    """What a month has to know of the months before it."""

    complaints: int = 0
    escalated: int = 0
    escalations_due: float = 0.0
    sources: Columns = field(default_factory=lambda: {name: np.zeros(0, dtype=np.int64) for name in CARRIED})


def complaints_of_month(
    plan: Plan, staff: Staff, kinds: tuple[Kind, ...], month: int, contacts: Columns, ledger: Ledger
) -> tuple[Columns, Any]:
    """The month's complaints by time received, and which contacts (a mask) they came from."""
    random = plan.random("complaints", month)
    tickets = _order_of_pick(plan, staff, month, contacts, random)
    parts = []
    for number, kind in enumerate(kinds):
        wanted = int(kind.counts[month])
        again = _repeats(plan, ledger.sources, number, month, round(wanted * REPEATED), random)
        rest = wanted - len(again["received"])
        linked = _from_contacts(plan, kind, number, month, contacts, tickets, round(rest * LINKED), random)
        silent = _without_contact(plan, kind, number, month, rest - len(linked["received"]), random)
        parts += [again, linked, silent]
    valid = _join(parts)
    rows = _join([valid, *_extras(plan, month, valid, random)])
    order = np.argsort(rows["received"], kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    rows = {name: values[order] for name, values in rows.items()}
    rows["doubles"] = np.where(rows["doubles"] >= 0, place[rows["doubles"]] + ledger.complaints, -1)
    rows["number"] = np.arange(len(order)) + ledger.complaints
    rows["type"] = np.array([kind.type for kind in kinds])[rows["kind"]]
    ledger.complaints += len(order)
    _escalate(rows, ledger, random)
    known = (rows["customer"] >= 0) & (rows["valid"] == 1) & (rows["doubles"] < 0)
    known &= (rows["contact"] >= 0) | (rows["repeats"] == 1)
    ledger.sources = {name: rows[name][known] for name in CARRIED}
    complained = np.isinf(tickets)
    rows["contact_number"] = np.where(rows["contact"] >= 0, contacts["number"][rows["contact"]], -1)
    return rows, complained


def _order_of_pick(plan: Plan, staff: Staff, month: int, contacts: Columns, random: np.random.Generator) -> Any:
    """Waiting times of competing clocks: the smallest complain first. Infinite: cannot, or already has."""
    factors = np.array([complaint_factor(day) for day in plan.days[plan.month_days(month)]])
    weight = factors[(contacts["started"] - plan.seconds[month]) // DAY]
    weight = weight * np.exp(-0.4 * staff.skill[contacts["agent"]]) * (1 + 0.8 * contacts["repeat"].clip(0, 1))
    weight[contacts["scenario"] == words.TRADE_IN] *= plan.effects.blind_complaints
    able = contacts["handled"] & (contacts["exclusion"] < 0) & (contacts["direction"] == 0)
    able &= contacts["started"] < plan.seconds[month + 1] - 3_600
    return np.where(able, random.exponential(1, len(weight)) / weight, np.finfo(np.float64).max)


def _from_contacts(
    plan: Plan, kind: Kind, number: int, month: int, contacts: Columns, tickets: Any, wanted: int, random: Any
) -> Columns:
    """Complaints of contacts about the matter; the contact takes over what the kind fixes."""
    able = tickets < np.finfo(np.float64).max
    if kind.type != words.ATTITUDE:
        able &= contacts["issue"] == kind.type
    if kind.product >= 0:
        able &= contacts["product"] == kind.product
    rows = np.flatnonzero(able)
    rows = rows[np.argsort(tickets[rows], kind="stable")[:wanted]]
    tickets[rows] = np.inf
    for name, fixed in (("subtype", kind.subtype), ("batch", kind.batch)):
        if fixed >= 0:
            contacts[name][rows] = fixed
    if kind.subtype < 0 and kind.type != words.ATTITUDE:
        _keep_apart(contacts, rows)
    started = contacts["started"][rows]
    room = plan.seconds[month + 1] - 60 - started
    wait = np.minimum(contacts["ended"][rows] - started + random.exponential(0.7 * DAY, len(rows)), room * 0.98)
    columns = {
        name: contacts[name][rows] for name in ("customer", "tier", "subtype", "product", "batch", "agent", "team")
    }
    if kind.type == words.ATTITUDE:
        columns["subtype"] = _any_subtype(kind, len(rows), random)
    channel = np.array(words.COMPLAINT_CHANNEL_OF_CHANNEL)[contacts["channel"][rows]]
    received = started + wait.astype(np.int64)
    return _rows(number, len(rows), columns | {"contact": rows, "channel": channel, "received": received})


def _keep_apart(contacts: Columns, rows: Any) -> None:
    """What is counted as a planted kind must not come from the ordinary ones too."""
    subtype, product = contacts["subtype"], contacts["product"]
    swap = {"delay": "lost", "texture": "scent"}
    for planted, other in swap.items():
        code = words.SUBTYPES.index(planted)
        same = (subtype[rows] == code) & ((planted == "delay") | (product[rows] == words.FACE_CREAM))
        subtype[rows[same]] = words.SUBTYPES.index(other)


def _any_subtype(kind: Kind, count: int, random: np.random.Generator) -> Any:
    if kind.subtype >= 0:
        return np.full(count, kind.subtype)
    if kind.type == words.ATTITUDE:
        codes = words.ATTITUDE_SUBTYPES
    else:
        codes = tuple(code for code in words.ISSUES[kind.type].subtypes if code not in ("delay", "texture"))
    return np.array([words.SUBTYPES.index(code) for code in codes])[random.integers(len(codes), size=count)]


def _without_contact(
    plan: Plan, kind: Kind, number: int, month: int, count: int, random: np.random.Generator
) -> Columns:
    """Complaints that name no contact: from customers who never made one, or from nobody known."""
    start, end = plan.seconds[month], plan.seconds[month + 1]
    silent = plan.customers + random.integers(plan.silent_customers, size=count)
    product = random.integers(len(words.PRODUCTS), size=count) if kind.product < 0 else np.full(count, kind.product)
    columns = {
        "customer": np.where(random.random(count) < 0.7, silent, -1),
        "subtype": _any_subtype(kind, count, random),
        "product": product,
        "batch": batches_sold(month, count, random) if kind.batch < 0 else np.full(count, kind.batch),
        "channel": np.searchsorted([0.35, 0.7, 0.8], random.random(count)),
        "received": start + (random.random(count) * (end - start)).astype(np.int64),
    }
    return _rows(number, count, columns)


def _repeats(plan: Plan, sources: Columns, number: int, month: int, wanted: int, random: Any) -> Columns:
    """The same customers complaining of the same again, within four weeks of a complaint of the month before."""
    start, end = plan.seconds[month], plan.seconds[month + 1]
    rows = np.flatnonzero((sources["kind"] == number) & (sources["received"] + 28 * DAY > start + DAY))
    rows = np.sort(random.permutation(rows)[:wanted])
    first = np.maximum(start, sources["received"][rows] + DAY)
    last = np.minimum(end, sources["received"][rows] + 28 * DAY)
    received = first + (random.random(len(rows)) ** 1.5 * (last - first)).astype(np.int64)
    names = ("customer", "tier", "subtype", "product", "batch")
    columns = {name: sources[name][rows] for name in names}
    channel = np.searchsorted([0.4, 0.75, 0.85], random.random(len(rows)))
    return _rows(number, len(rows), columns | {"received": received, "channel": channel}) | {
        "repeats": np.ones(len(rows), dtype=np.int64)
    }


def _extras(plan: Plan, month: int, valid: Columns, random: np.random.Generator) -> list[Columns]:
    """Duplicates of valid complaints, and complaints found not to be any."""
    count = len(valid["received"])
    doubled = np.flatnonzero(random.random(count) < EXTRA / 2)
    double = {name: values[doubled] for name, values in valid.items()}
    room = plan.seconds[month + 1] - 1 - double["received"]
    later = np.minimum((random.exponential(10 * 3_600, len(doubled))).astype(np.int64) + 60, room)
    none = np.full(len(doubled), -1)
    double |= {"received": double["received"] + later, "doubles": doubled, "contact": none, "repeats": none * 0}
    void = np.flatnonzero(random.random(count) < EXTRA / 2)
    invalid = {name: values[void] for name, values in valid.items()}
    start, end = plan.seconds[month], plan.seconds[month + 1]
    nobody = np.full(len(void), -1)
    invalid |= {
        "received": start + (random.random(len(void)) * (end - start)).astype(np.int64),
        "valid": np.zeros(len(void), dtype=np.int64),
        "repeats": np.zeros(len(void), dtype=np.int64),
        **dict.fromkeys(("customer", "tier", "contact", "agent", "team"), nobody),
    }
    return [double, invalid]


def _escalate(rows: Columns, ledger: Ledger, random: np.random.Generator) -> None:
    """Levels L1 and L2 at random; L3 by quota: with an earlier ticket, with a contact only, with neither."""
    count = len(rows["received"])
    draw = random.random(count)
    level = np.where(draw < 0.09, 0, np.where(draw < 0.12, 1, -1))
    valid = (rows["valid"] == 1) & (rows["doubles"] < 0)
    ledger.escalations_due += REGULATOR * valid.sum()
    shares = (ledger.escalated + np.arange(int(ledger.escalations_due) - ledger.escalated)) * GOLDEN % 1
    wanted = np.histogram(shares, [0, WITH_TICKET, WITH_CONTACT, 1])[0]
    linked = valid & (rows["contact"] >= 0) & (rows["customer"] >= 0)
    silent = valid & (rows["contact"] < 0) & (rows["repeats"] == 0) & (rows["customer"] >= 0)
    for group, number in zip((valid & (rows["repeats"] == 1), linked, silent), wanted, strict=True):
        chosen = random.permutation(np.flatnonzero(group))[:number]
        level[chosen] = 2
        ledger.escalated += len(chosen)
    rows["level"] = level


def _rows(kind: int, count: int, columns: Columns) -> Columns:
    """Complaint rows with everything unsaid missing: valid, no repeat, no double."""
    empty = {name: np.full(count, -1, dtype=np.int64) for name in FIELDS}
    fixed = {"kind": np.full(count, kind), "valid": np.ones(count, np.int64), "repeats": np.zeros(count, np.int64)}
    return empty | fixed | columns


def _join(parts: list[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in FIELDS}
