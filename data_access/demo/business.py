"""The business around the centre: orders, parcels, inspections, sales, and customers won back."""

from typing import Any

import numpy as np

from data_access.demo import vocabulary as words
from data_access.demo.plan import Columns, Plan, epoch

DAY = 86_400
CASES = 0.0075  # recovery cases for each contact
CASE_TYPES = ("at_risk", "lost", "complaint")
OUTCOMES = ("retained", "bought_again", "lost")
REGAINED_TREATED, REGAINED_UNTREATED = 0.34, 0.20
VOLUME_KINDS = (
    "orders",
    "active_customers",
    "shipments",
    "delayed_shipments",
    "inspected",
    "passed",
    "sold",
    "returned",
)


def volumes(plan: Plan) -> Columns:
    """One row for each day, kind and, where it makes sense, product (-1: all products)."""
    random = plan.random("volumes")
    days = np.array([epoch(day) for day in plan.days])
    load = plan.day_weights / plan.day_weights.mean()
    orders = random.poisson(plan.contacts / len(days) * 9 * load**1.4)
    shipments = random.poisson(plan.contacts / len(days) * 8.6 * np.roll(load, 1) ** 1.3)
    summer = np.array([day.month in (6, 7, 8) for day in plan.days])
    late = random.binomial(shipments, np.where(summer, 0.041, 0.034) + 0.012 * (load > 1.4))
    active = random.poisson(plan.customers * 0.11 * load**0.6)
    parts = [_volume(days, kind, values) for kind, values in enumerate((orders, active, shipments, late))]
    for product, share in enumerate(words.PRODUCT_SHARES):
        inspected = random.poisson(np.maximum(orders * share * 0.12, 3))
        sold = random.binomial(orders, share)
        returned = random.binomial(sold, 0.05 + 0.02 * (product % 4))
        passed = random.binomial(inspected, 0.993 - 0.004 * (product == words.FACE_CREAM))
        parts += [_volume(days, 4 + kind, v, product) for kind, v in enumerate((inspected, passed, sold, returned))]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _volume(days: Any, kind: int, values: Any, product: int = -1) -> Columns:
    count = len(days)
    return {
        "day": days,
        "kind": np.full(count, kind),
        "product": np.full(count, product),
        "value": values.astype(np.float64),
    }


def recoveries(plan: Plan, month: int, complaints: Columns, first_number: int) -> Columns:
    """Cases opened in a month: some complainants, others at risk or lost; four of five were treated."""
    random = plan.random("recoveries", month)
    count = round(int(plan.contacts_in[month]) * CASES)
    known = complaints["customer"][complaints["customer"] >= 0]
    from_complaint = (random.random(count) < 0.3) & (len(known) > 0)
    customer = random.integers(plan.customers, size=count)
    customer[from_complaint] = known[random.integers(max(len(known), 1), size=int(from_complaint.sum()))]
    start, end = plan.seconds[month], plan.seconds[month + 1]
    opened = np.sort(start + (random.random(count) * (end - start)).astype(np.int64))
    treated = random.random(count) < 0.8
    contacted = opened + (random.exponential(1.5 * DAY, count)).astype(np.int64) + 1_800
    chance = np.where(treated, REGAINED_TREATED, REGAINED_UNTREATED)
    regains = random.random(count) < chance
    regained = np.where(treated, contacted, opened) + (random.random(count) ** 1.4 * 110 * DAY).astype(np.int64) + DAY
    case = np.where(from_complaint, 2, random.integers(0, 2, count))
    regained = np.where(regains & (regained < plan.seconds[-1]), regained, -1)
    settled = opened + 120 * DAY < plan.seconds[-1]
    outcome = np.where(regained >= 0, random.integers(0, 2, count), np.where(settled, 2, -1))
    return {
        "number": first_number + np.arange(count),
        "customer": customer,
        "case_type": case,
        "treated": treated,
        "opened": opened,
        "contacted": np.where(treated, contacted, -1),
        "regained": regained,
        "outcome": outcome,
    }
