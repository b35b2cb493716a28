"""What an analysis answers: numbers with their intervals and codes; the sentences are made in reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

Kind = Literal["count", "proportion"]


class Answer(StrEnum):
    """Did it change, by the interval alone?"""

    FEWER = "fewer"
    MORE = "more"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"


class Verdict(StrEnum):
    """Is the answer good? CHANGED: it differs, and neither direction is the better one."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    UNCLEAR = "unclear"


class Caveat(StrEnum):
    """Why an answer may mislead."""

    FEW_PERIODS = "few_periods"
    NO_EXPOSURE = "no_exposure"
    UNEQUAL_WINDOWS = "unequal_windows"
    TREND_BEFORE = "trend_before"
    OVERDISPERSED = "overdispersed"


class Reason(StrEnum):
    """Why nothing can be estimated."""

    NO_PERIOD_BEFORE = "no_period_before"
    NO_PERIOD_AFTER = "no_period_after"
    FEW_PERIODS_BEFORE = "few_periods_before"
    FEW_PERIODS_AFTER = "few_periods_after"
    NO_EVENTS = "no_events"
    NO_DENOMINATOR = "no_denominator"
    FEW_POINTS = "few_points"
    NO_VARIATION = "no_variation"
    TRANSITION_TOO_LONG = "transition_too_long"


class Needed(StrEnum):
    """What it would take to estimate."""

    PERIODS_BEFORE = "periods_before"
    PERIODS_AFTER = "periods_after"
    EVENTS = "events"
    DENOMINATOR = "denominator"
    POINTS = "points"
    VARIATION = "variation"


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
class Side:
    """What happened before or after a change, over whole periods from `start` to `end` (excluded)."""

    start: date
    end: date
    periods: int
    days: float
    numerator: int
    denominator: float | None  # None: not known in every period
    per_period: float
    per_month: Estimate  # of 30.4375 days
    rate: Estimate | None  # proportion: percent; count: per `scale` of the denominator


@dataclass(frozen=True, slots=True)
class Change:
    """From an old value to a new one. None in `relative`: the old value is 0. Decide by `answer`, not by `p`."""

    old: float
    new: float
    absolute: Estimate  # in the unit of old and new; for proportions points
    relative: Estimate | None  # percent of the old value
    p: float | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Before and after one change. Count and rate are two answers; `answer` is the rate's where there is one."""

    kind: Kind
    start: date  # first day of what is new; belongs to "after"
    confidence: float
    scale: float  # a rate is per so many of the denominator; 100 for proportions
    before: Side
    after: Side
    count: Change  # of the mean count per month of 30.4375 days
    rate: Change | None  # None: the denominator is not known
    answer: Answer
    verdict: Verdict
    dispersion: float | None  # Pearson chi-square per degree of freedom about the two means; 1 is chance alone
    caveats: tuple[Caveat, ...]
    cut_by_change: int  # periods left out because the change lies inside them
    cut_by_window: int  # periods left out because they lie only partly inside a window
    unmeasured: int  # periods inside a window without a count or without a day covered
