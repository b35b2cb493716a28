"""How many valid complaints of each kind come in each month."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from data_access.demo import faulty_batch
from data_access.demo import vocabulary as words
from data_access.demo.plan import Plan
from data_access.demo.season import complaint_factor

DELAY_A_MONTH = 30  # at the default size; grows with it
GROWTH_START_A_MONTH = 24
DECLINE_START_A_MONTH = 40
SUMMER = (6, 7, 8)
RETURNS_WINDOW, TEXTURE_WINDOW = 12, 6  # months before the change that make up "before"
#: Valid complaints of all other kinds for each contact, by type.
BACKGROUND = {
    "refund": 0.0019, "logistics": 0.0013, "product_quality": 0.0016, "order": 0.0007, "price": 0.0006,
    "promotion": 0.0008, "service_attitude": 0.0012, "other": 0.0003,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """Complaints counted together: a type, and what is fixed about them beside it (-1: nothing)."""

    type: int
    counts: Any  # valid, not duplicate, by month
    subtype: int = -1
    product: int = -1
    batch: int = -1


def spread(total: int, weights: Any, random: np.random.Generator) -> Any:
    """Deal a total over months at random, so that the months vary and the mean is exactly as asked."""
    return random.multinomial(total, np.asarray(weights) / np.sum(weights))


def _two_levels(plan: Plan, change: int, window: int, levels: tuple[float, float], what: str) -> Any:
    """One level until the change, another from it; the mean is exact in the `window` months before, and after."""
    random = plan.random(what)
    near = min(window, change)
    stretches = ((change - near, levels[0]), (near, levels[0]), (plan.months - change, levels[1]))
    parts = [
        spread(round(level * plan.scale * length), np.ones(length), random) for length, level in stretches if length
    ]
    return np.concatenate(parts)


def _steady(plan: Plan, start: float, first: int, factor: float) -> Any:
    """A level that changes by `factor` a month after month `first`, rounded: the trend itself has no noise."""
    months = np.arange(plan.months)
    return np.round(start * factor ** np.clip(months - first, 0, None)).astype(np.int64)


def _delays(plan: Plan) -> Any:
    random = plan.random("delays")
    summer = np.array([start.month in SUMMER for start in plan.starts[:-1]])
    level = DELAY_A_MONTH * plan.volume_scale
    counts = np.zeros(plan.months, dtype=np.int64)
    counts[~summer] = spread(round(level * (~summer).sum()), np.ones((~summer).sum()), random)
    total = round(level * plan.effects.summer_factor * summer.sum())
    counts[summer] = spread(total, np.ones(summer.sum()), random)
    return counts


def _background(plan: Plan, rate: float, what: str) -> Any:
    random = plan.random(f"background {what}")
    factors = np.array([complaint_factor(day) for day in plan.days]) * plan.day_weights
    share = [factors[plan.month_days(month)].sum() for month in range(plan.months)]
    usual = [plan.day_weights[plan.month_days(month)].sum() for month in range(plan.months)]
    return random.poisson(rate * plan.contacts_in * np.array(share) / np.array(usual))


def complaint_kinds(plan: Plan) -> tuple[Kind, ...]:
    """Every kind of complaint with its monthly counts; the planted ones first."""
    types, subtypes, effects = words.COMPLAINT_TYPES, words.SUBTYPES, plan.effects
    growth = GROWTH_START_A_MONTH * plan.volume_scale
    decline = DECLINE_START_A_MONTH * plan.volume_scale
    planted = (
        Kind(
            types.index("returns"),
            _two_levels(plan, plan.returns_change, RETURNS_WINDOW, effects.returns_a_month, "returns"),
        ),
        Kind(
            types.index("product_quality"),
            _two_levels(plan, plan.texture_change, TEXTURE_WINDOW, effects.texture_a_month, "texture"),
            subtypes.index("texture"),
            words.FACE_CREAM,
            words.TEXTURE_BATCH if effects.texture_in_one_batch else -1,
        ),
        Kind(types.index("installation"), _steady(plan, growth, plan.growth_start, effects.growth_a_month)),
        Kind(types.index("account"), _steady(plan, decline, plan.decline_start, effects.decline_a_month)),
        Kind(types.index("logistics"), _delays(plan), subtypes.index("delay")),
    )
    others = (Kind(types.index(name), _background(plan, rate, name)) for name, rate in BACKGROUND.items())
    of_fault = Kind(
        types.index("product_quality"),
        faulty_batch.counts(plan),
        faulty_batch.SUBTYPE,
        faulty_batch.PRODUCT,
        faulty_batch.batch(plan),
    )
    return (*planted, *others, of_fault)
