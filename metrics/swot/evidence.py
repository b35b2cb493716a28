"""Evidence: what an analysis found, in one shape, so that findings of different kinds can be ranked together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from metrics.results import Estimate
from metrics.scope import Filters, Period


class Quadrant(StrEnum):
    """Internal and now: strength, weakness. From outside, or still ahead: opportunity, threat."""

    STRENGTH = "strength"
    WEAKNESS = "weakness"
    OPPORTUNITY = "opportunity"
    THREAT = "threat"


class SizeUnit(StrEnum):
    """What the size of a finding counts, a month."""

    CASES = "cases"  # complaints, reviews or findings, as the metric or the sentence says
    CONTACTS = "contacts"
    CUSTOMERS = "customers"
    MONEY = "money"
    WORTH = "worth"  # of a mean that moved: what so many of its cases are worth


SHIPPED = "shipped"  # the `target` of a finding that nobody in the centre has set


class Kind(StrEnum):
    """What was found; each kind has its rule in `metrics.swot.rules` and its sentence in `reports.swot`."""

    ABOVE_TARGET = "above_target"
    BELOW_TARGET = "below_target"
    SPECIAL_CAUSE_BETTER = "special_cause_better"
    SPECIAL_CAUSE_WORSE = "special_cause_worse"
    SUSTAINED_IMPROVEMENT = "sustained_improvement"
    SUSTAINED_DECLINE = "sustained_decline"
    BEST_UNIT = "best_unit"  # after case-mix
    WORST_UNIT = "worst_unit"
    CHANGE_WORKED = "change_worked"
    CHANGE_HARMED = "change_harmed"
    CHANGE_NOT_SHOWN = "change_not_shown"  # it moved as was wanted, and did so before the change
    BLIND_SPOT = "blind_spot"
    QA_MISS = "qa_miss"  # QA passed it, and a complaint came of it
    LINKED = "linked"
    UNLINKED = "unlinked"
    DEADLINES_KEPT = "deadlines_kept"
    DEADLINES_MISSED = "deadlines_missed"
    REPEATS = "repeats"
    ESCALATIONS = "escalations"
    DRIFTING_REVIEWER = "drifting_reviewer"
    OTHER_ANSWER = "other_answer"  # a team answers a question unlike the others
    FINDINGS_OPEN = "findings_open"  # QA deducts, and few findings are closed
    PROVEN_ELSEWHERE = "proven_elsewhere"  # a change that worked, which other teams do not have yet
    GAP_TO_BEST_QUARTILE = "gap_to_best_quartile"
    GROWING_ISSUE = "growing_issue"
    EMERGING_ISSUE = "emerging_issue"
    EARLY_WARNING = "early_warning"  # a batch or an issue of which cases pile up, in QA or among complaints
    FORECAST_BREACH = "forecast_breach"
    SEASON_AHEAD = "season_ahead"
    CHURN = "churn"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the number can be seen: a page of the menu, what its address asks for, and the scope that it shows."""

    page: str  # the entry's url
    asked: Mapping[str, str] = field(default_factory=dict)
    period: Period | None = None
    filters: Filters = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that an analysis is sure enough of to say.

    `estimate` and `reference` (a target, the others' level, the level before) are in the unit of `metric`, or in the
    one that `kind`'s sentence names where there is no metric. `values` fill the rest of the sentence. Without a way to
    prove it there is no evidence.
    """

    kind: Kind
    subject: tuple[tuple[str, str], ...]  # dimension and code, in the order of their names; none: the whole scope
    metric: str | None
    estimate: Estimate
    reference: float | None
    size: float  # of `size_unit` a month, never negative
    size_unit: SizeUnit
    base: float = 0.0  # all that the size is a part of, in the same unit a month; 0: it can be held against nothing
    confidence: float  # 0.5 to 1: how sure it is that the direction is right
    n: int  # cases that the estimate stands on
    since: date  # the first day from which on it has been so
    place: Place
    values: Mapping[str, str | float | int] = field(default_factory=dict)
    trend: tuple[float | None, ...] = ()  # the last periods' values, for the tiny chart

    @property
    def key(self) -> str:
        """The same finding in another edition has the same key."""
        about = ",".join(f"{name}={value}" for name, value in (*self.subject, *self._change))
        return f"{self.kind}/{self.metric or ''}/{about}"

    @property
    def _change(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, str(value)) for name, value in self.values.items() if name == "change")

    def is_of_another_change(self, other: "Evidence") -> bool:
        """Are both about changes on record, and not about the same one?"""
        return bool(self._change and other._change) and self._change != other._change

    @property
    def is_of_shipped_target(self) -> bool:
        """Is it held against a target that came with the product, as nobody has set one?"""
        return self.values.get("target") == SHIPPED

    @property
    def share(self) -> float:
        """The size as a share of all that it is a part of, 0 to 1."""
        return min(1.0, self.size / self.base) if self.base > 0 else 0.0
