"""What an analysis answers: numbers with their intervals and codes; the sentences are made in reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Answer(StrEnum):
    """Did it change, by the interval alone?"""

    FEWER = "fewer"
    MORE = "more"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"


class Reason(StrEnum):
    """Why nothing can be estimated."""

    NO_PERIOD_BEFORE = "no_period_before"
    NO_PERIOD_AFTER = "no_period_after"
    FEW_PERIODS_BEFORE = "few_periods_before"
    FEW_PERIODS_AFTER = "few_periods_after"
    NO_EVENTS = "no_events"
    FEW_POINTS = "few_points"
    NO_VARIATION = "no_variation"
    TRANSITION_TOO_LONG = "transition_too_long"
    LEAPING = "leaping"  # from one period to another, beyond what any model holds
    OVERLAPPING = "overlapping"  # neighbouring values tell of the same days


class Needed(StrEnum):
    """What it would take to estimate."""

    PERIODS_BEFORE = "periods_before"
    PERIODS_AFTER = "periods_after"
    EVENTS = "events"
    POINTS = "points"
    VARIATION = "variation"
    LONGER_PERIODS = "longer_periods"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and the ends of its interval, in the unit that the field holding it names."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """A refusal is an answer. `values` fill the sentence: `found` and `least`, of what is needed."""

    reason: Reason
    needed: Needed
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """From an old value to a new one. None in `relative`: the old value is 0. Decide by `answer`, not by `p`."""

    old: float
    new: float
    absolute: Estimate  # in the unit of old and new; for proportions points
    relative: Estimate | None  # percent of the old value
    p: float | None
    answer: Answer
