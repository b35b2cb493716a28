"""One batch with a fault that QA meets weeks before customers complain of it."""

from typing import Any

import numpy as np

from data_access.demo import vocabulary as words
from data_access.demo.plan import Columns, Plan

PRODUCT = words.PRODUCTS.index("air_fryer")
ISSUE = words.ISSUE_CODES.index("product_quality")
SUBTYPE = words.SUBTYPES.index("fault")
ITEM = next(place for place, item in enumerate(words.ITEMS) if item.code == "solution")


def batch(plan: Plan) -> int:
    """The place in BATCHES of one that is on sale from half a year before the end on."""
    return ((plan.months - 1) // 3 + 2) % len(words.BATCHES)


def is_meant(plan: Plan, contacts: Columns) -> Any:
    """Contacts about the batch since the day on which it is at fault."""
    own = (contacts["product"] == PRODUCT) & (contacts["batch"] == batch(plan))
    return own & (contacts["started"] >= plan.fault_seconds)


def ask_about_it(plan: Plan, month: int, contacts: Columns) -> None:
    """Part of the batch's contacts are about its fault, whatever else they would have been about."""
    draw = plan.random("faulty batch", month).random(len(contacts["started"]))
    asked = is_meant(plan, contacts) & (draw < plan.effects.fault_contacts)
    contacts["issue"][asked] = ISSUE
    contacts["subtype"][asked] = SUBTYPE


def eyes(plan: Plan, contacts: Columns) -> Any:
    """How many times as likely each contact is reviewed because of its batch."""
    return np.where(is_meant(plan, contacts), plan.fault_reviews, 1.0) if plan.truths else 1.0


def failed(plan: Plan, month: int, reviews: Columns) -> Any:
    """Reviews of its contacts in which agents had no solution to offer."""
    draw = plan.random("faulty batch reviews", month).random(len(reviews["at_fault"]))
    return reviews["at_fault"] & (draw < plan.effects.fault_failed)


def counts(plan: Plan) -> Any:
    """Valid complaints of the fault by month: none until they begin."""
    level = round(plan.effects.fault_complaints_a_month * plan.scale)
    return np.where(np.arange(plan.months) >= plan.fault_complaints, level, 0)
