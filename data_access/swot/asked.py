"""What the board is asked for, what people have set, and the answer of one family of analyses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from data_access.change_rows import Change
from data_access.own_events import OwnEvent
from data_access.store import Store
from data_access.targets import Target
from data_access.viewer import Viewer
from data_access.watch.decisions import LimitDecision
from metrics.alerts.rule import AlertRule
from metrics.metric import Metric, Source
from metrics.scope import FILTERS, Filters, Period
from metrics.swot.evidence import Evidence, Kind, Place

MONTH_DAYS = 365.25 / 12
Subject = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What people have put on record, as this viewer may see it."""

    targets: tuple[Target, ...] = ()
    changes: tuple[Change, ...] = ()
    decisions: tuple[LimitDecision, ...] = ()
    events: tuple[OwnEvent, ...] = ()
    rules: tuple[AlertRule, ...] = ()  # alerts; those about what is foretold name the limits of forecasts
    weights: tuple[tuple[Kind, float], ...] = ()  # of kinds, where they are not those that ship


class Reason(StrEnum):
    """Why kinds of findings could not be looked for."""

    COLUMNS = "columns"  # the warehouse lacks them
    FILTERS = "filters"  # that it cannot be cut by
    PEOPLE = "people"  # it would name single people to a viewer who may not know them
    TOO_FEW = "too_few"
    TOO_SHORT = "too_short"
    NO_COMPARISON = "no_comparison"
    NO_LIMIT = "no_limit"
    NO_CHANGES = "no_changes"
    PAST = "past"  # the board is about a time long over, and what is ahead is ahead of now


@dataclass(frozen=True, slots=True)
class NotLookedAt:
    """Kinds that could not be looked for, and why; `needs`: the columns that are lacking."""

    kinds: tuple[Kind, ...]
    reason: Reason
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What one family of analyses says."""

    evidence: tuple[Evidence, ...] = ()
    not_looked_at: tuple[NotLookedAt, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One question for the whole board."""

    store: Store
    viewer: Viewer
    period: Period
    comparison: Period | None
    filters: Filters = ()
    known: Known = field(default_factory=Known)

    def monthly(self, count: float, days: int | None = None) -> float:
        """So many in the period, or in so many days, as so many a month."""
        return count * MONTH_DAYS / (days or self.period.days)

    def can_tell(self, metric: Metric) -> bool:
        """Is there anything that the metric counts? Without a contact none of contacts is asked for."""
        return bool(self.store.manifest.days) or Source.CONTACTS not in metric.reads

    @property
    def contacts(self) -> float:
        """Contacts a month in the scope, as far as contacts can be cut to it."""
        return self._counted(Source.CONTACTS, "contacts")

    @property
    def complaints(self) -> float:
        """Complaints a month in the scope, as far as complaints can be cut to it."""
        return self._counted(Source.COMPLAINTS, "complaints")

    def _counted(self, source: Source, measure: str) -> float:
        filters = tuple(each for each in self.filters if self.store.can_split(source, each[0]))
        key = ("counted a month", self.viewer.sight, source, self.period, filters)

        def made() -> float:
            facts = self.store.facts(self.viewer, (source,), self.period, filters)
            return float(facts[measure].sum()) if measure in facts.columns else 0.0

        return self.monthly(self.store.answers.once(key, made))

    def place(
        self, page: str, asked: Mapping[str, str] | None = None, period: Period | None = None, subject: Subject = ()
    ) -> Place:
        """A page with this scope, narrowed to what a finding is about as far as a link can say so."""
        own = {name: (code,) for name, code in subject if name in FILTERS}
        filters = tuple(sorted((dict(self.filters) | own).items()))
        return Place(page, asked or {}, period or self.period, filters)


def about(**codes: str | None) -> Subject:
    """Dimensions and codes in the order of their names; those without a code are left out."""
    return tuple(sorted((name, code) for name, code in codes.items() if code is not None))


def together(parts: Iterable[Found]) -> Found:
    """Several families' findings as one."""
    kept = list(parts)
    return Found(
        tuple(each for part in kept for each in part.evidence),
        tuple(each for part in kept for each in part.not_looked_at),
    )


def lacking(kinds: Iterable[Kind], columns: Iterable[str]) -> Found:
    """Nothing was looked for, as the warehouse lacks columns."""
    return Found((), (NotLookedAt(tuple(kinds), Reason.COLUMNS, tuple(columns)),))


def refused(kinds: Iterable[Kind], reason: Reason) -> Found:
    """Nothing was looked for, for another reason."""
    return Found((), (NotLookedAt(tuple(kinds), reason),))
