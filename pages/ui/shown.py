"""What a page shows: whose eyes, which data, which scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from data_access.compared import days_shown, final_days
from data_access.numbers import Grain
from data_access.own_events import OwnEvent
from data_access.store import Store
from data_access.targets import PLACES, Target, in_force, places_in, target_in
from data_access.viewer import Viewer
from metrics.metric import AnyMetric
from metrics.scope import Filters, Period, Scope, months_before, reach
from reports import sentences, text

HOURS_OF_DAYS = 56
REACH_DAYS = {Grain.DAY: 56, Grain.WEEK: 182}


@dataclass(frozen=True, eq=False)
class Shown:
    """A scope on a store, as one viewer sees it."""

    store: Store
    viewer: Viewer
    scope: Scope
    names: dict[tuple[str, str], str]
    targets: Sequence[Target] = ()
    events: Sequence[OwnEvent] = ()

    @property
    def filters(self) -> Filters:
        return self.scope.filters

    @property
    def as_it_stands(self) -> Scope:
        """The scope of what is told as the data stand at their end, whatever the period."""
        day = self.store.as_of.date()
        return Scope(Period(day, day + timedelta(days=1)), filters=self.filters)

    def final_period(self, metric: AnyMetric) -> Period:
        """The days that a metric is shown for: the scope's; if it looks ahead, the latest as many that are final."""
        return final_days(self.store, metric, self.scope.period)

    def days_shown(self, metric: AnyMetric) -> Period:
        """The final period as far as there are data of what the metric reads; all of it where there are none."""
        return days_shown(self.store, metric, self.scope.period)

    def target(self, metric: AnyMetric) -> float | None:
        """The target in force at the end of the period: that of the one queue or team looked at, or of all."""
        return target_in(self.targets, metric, self.viewer, self.scope)

    def targets_by(self, metric: AnyMetric, dimension: str, codes: Iterable[str | None]) -> dict[str, float]:
        """The targets of teams or queues side by side, where they are others than that of the scope."""
        general = self.target(metric)
        found = {
            code: in_force(
                self.targets,
                metric,
                self.scope.period.last,
                **{**places_in(self.viewer, self.filters), dimension: code},
            )
            for code in codes
            if code is not None and dimension in PLACES
        }
        return {code: target for code, target in found.items() if target is not None and target != general}

    def reached(self, grain: Grain) -> Period:
        """What a trend shows: the period, and enough before it to see whether it is unusual."""
        period = self.scope.period
        if grain is Grain.MONTH:
            return Period(min(period.start, months_before(period.end, 24)).replace(day=1), period.end)
        return reach(period, REACH_DAYS[grain])

    def reached_back(self, metric: AnyMetric) -> Period:
        """The final period, with enough days before it to tell the hours of a week apart."""
        return reach(self.final_period(metric), HOURS_OF_DAYS)

    def filter_words(self, filters: Filters) -> list[str]:
        """Channel: Phone, Online chat – one for each filter."""
        return sentences.filters(filters, self.label)

    def label(self, dimension: str, code: str | None) -> str:
        """A code as a person reads it: its name where there is one."""
        return text.named(self.names, dimension, code)
