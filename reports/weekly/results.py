"""Everything that a report says, read once: its headline and every chapter are made of the same results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import polars as pl
from sqlalchemy import Engine

from data_access.change_rows import Change
from data_access.changes import belonging, read_changes
from data_access.compared import read_compared
from data_access.desk import house_rules
from data_access.desk.defence import House
from data_access.names import agent_names, names_seen
from data_access.numbers import Grain
from data_access.own_events import OwnEvent, read_events
from data_access.store import Store
from data_access.subscriptions.contents import Contents
from data_access.targets import Target, read_targets, target_in
from data_access.viewer import Viewer
from data_access.watch import decisions as limits
from data_access.watch.control import How, Watched, agrees, read_watched
from metrics.catalogue import named
from metrics.compare import beyond_chance, of_families, on_target
from metrics.metric import AnyMetric, Better
from metrics.rhythm import Rhythm, scope_of
from metrics.scope import Filters, Period, Scope
from metrics.spc import needs_attention, rule_set, urgency
from reports.text import Label
from reports.watch.letters import plain_label

GRAINS = {Rhythm.DAY: Grain.DAY, Rhythm.WEEK: Grain.WEEK}  # of control charts; those of the others are by months
MOST_MOVED = 5
#: What chapters show beside the key figures.
COMPLAINTS = named(["complaint_rate", "repeat_complaint_rate", "upheld_rate", "staff_error_complaint_rate"])
DEADLINES = named(
    [
        "complaint_sla_attainment_response", "complaint_sla_attainment_hand_over",
        "complaint_sla_attainment_department", "complaint_sla_attainment_resolution", "complaint_solution_24h",
        "follow_up_rate",
    ]
)  # fmt: skip
ESCALATION = named(
    [
        "escalation_rate_l1", "escalation_rate_l2", "escalation_rate_l3", "pre_escalation_contact_rate",
        "pre_escalation_ticket_rate",
    ]
)  # fmt: skip
QUALITY = named(["qa_coverage", "qa_pass_rate", "qa_score", "qa_dispute_rate"])
QUOTAS = named(["qa_plan_attainment_self", "qa_plan_attainment_team", "qa_plan_attainment_centre"])
CALIBRATION = named(["calibration_alpha", "calibration_ac1", "calibration_agreement"])
WINGS = named(["complaint_linkage", "qa_linkage", "qa_miss_rate"])
OF_CHAPTERS = {
    "complaints": [*COMPLAINTS, *DEADLINES, *ESCALATION],
    "quality": [*QUALITY, *QUOTAS, *CALIBRATION],
    "wings": WINGS,
}


@dataclass(frozen=True, eq=False)
class Results:
    """One report's results, as one viewer sees them; each part is read when it is first asked for, and kept.

    `state` gives what people added: targets, events, decisions about limits, changes. Whoever has the same sight gets
    the same results: nothing in them is of the viewer's own.
    """

    store: Store
    state: Engine
    viewer: Viewer
    rhythm: Rhythm
    scope: Scope
    contents: Contents

    @property
    def period(self) -> Period:
        return self.scope.period

    @property
    def filters(self) -> Filters:
        return self.scope.filters

    @property
    def grain(self) -> Grain:
        return GRAINS.get(self.rhythm, Grain.MONTH)

    @property
    def is_latest(self) -> bool:
        """Is it of the newest data? What is open, owed or to come is told as the data stand, not as they stood.

        As long as the period lasts, a week at least and a month at most, it counts as the newest.
        """
        return self.store.anchor - self.period.end < timedelta(days=min(max(7, self.period.days), 31))

    @property
    def end(self) -> date:
        """The day after the last one that is told of."""
        return min(self.period.end, self.store.anchor)

    @cached_property
    def unseen(self) -> frozenset[str]:
        """The names that are looked for in what people wrote down, before this viewer reads it."""
        return frozenset() if self.viewer.is_cleared else agent_names(self.store)

    @cached_property
    def label(self) -> Label:
        return plain_label(names_seen(self.store, self.viewer))

    @cached_property
    def targets(self) -> Sequence[Target]:
        return read_targets(self.state, self.viewer)

    @cached_property
    def events(self) -> Sequence[OwnEvent]:
        return read_events(self.state, self.viewer, self.unseen)

    @cached_property
    def changes(self) -> Sequence[Change]:
        return belonging(read_changes(self.state, self.viewer, self.unseen), self.store.warehouse.source)

    @cached_property
    def house(self) -> House:
        return house_rules.in_force(house_rules.read_house_rules(self.state, self.viewer, self.unseen))

    def target(self, metric: AnyMetric) -> float | None:
        return target_in(self.targets, metric, self.viewer, self.scope)

    @cached_property
    def metrics(self) -> list[AnyMetric]:
        """The key figures, then what else the chapters show."""
        asked = [each for name in self.contents.chapters for each in OF_CHAPTERS.get(name, ())]
        return list(dict.fromkeys([*self.contents.figures, *asked]))

    @cached_property
    def compared(self) -> pl.DataFrame:
        """Every metric of the report beside the period before, with its `target` and whether it is `kept`.

        `is_sure`: it moved by more than chance, also taken together with all the others of the report.
        """
        found = read_compared(self.store, self.viewer, self.metrics, self.scope)
        sure = found["metric"].is_in(beyond_chance(found)["metric"].implode()).alias("is_sure")
        metric, targets = pl.col("metric"), {each.id: self.target(each) for each in self.metrics}
        target = metric.replace_strict(targets, return_dtype=pl.Float64)
        is_lower = metric.is_in([each.id for each in self.metrics if each.better is Better.LOWER])
        kept = pl.when(is_lower).then(on_target(target, Better.LOWER)).otherwise(on_target(target, Better.HIGHER))
        usable = (pl.col("status") == "ok") & pl.col("mature") & target.is_not_null()
        places = metric.replace_strict({each.id: place for place, each in enumerate(self.metrics)})
        return found.with_columns(sure, target=target, kept=pl.when(usable).then(kept)).sort(places)

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where the metrics that have a value stand."""
        valued = zip(self.compared["metric"], self.compared["value"], strict=True)
        return {metric: place for place, (metric, value) in enumerate(valued) if value is not None}

    def rows(self, metrics: Sequence[AnyMetric]) -> pl.DataFrame:
        """Their rows that have a value, in the order of the metrics."""
        places = [self._places[each.id] for each in metrics if each.id in self._places]
        return self.compared.select(pl.all().gather(pl.Series(places, dtype=pl.UInt32)))

    @cached_property
    def figures(self) -> pl.DataFrame:
        """The key figures that have a value."""
        return self.rows(self.contents.figures)

    @property
    def is_empty(self) -> bool:
        """Is there nothing to tell? Data may reach over the period and have no case of this scope in it."""
        return self.figures.is_empty()

    @property
    def is_stale(self) -> bool:
        """Do the data end before the period does?"""
        return self.store.anchor < self.period.end

    @cached_property
    def watched(self) -> dict[str, Watched]:
        """The key figures that have a value, each with its control chart and the two verdicts on it."""
        given = set(self.figures["metric"])
        targets = {each: self.target(each) for each in self.contents.figures if each.id in given}
        how = How(self.grain, rule_set(self.store.rules.control_rules))
        decided = limits.in_force(limits.read_decision_history(self.state, self.viewer, self.unseen))
        found = read_watched(self.store, self.viewer, targets, self.period.end, self.filters, how, decided)
        return {each.metric.id: each for each in found}

    @cached_property
    def urgent(self) -> list[Watched]:
        """The key figures that need attention, the most urgent first."""
        found = [each for each in self.watched.values() if needs_attention(each.variation, each.assurance)]
        return sorted(found, key=lambda each: (urgency(each.variation, each.assurance), each.metric.id))

    @cached_property
    def _beyond_chance(self) -> pl.DataFrame:
        """Key figures that moved by more than the chance of single cases explains, and whether their chart agrees."""
        figures = set(self.figures["metric"])
        found = of_families(beyond_chance(self.compared).filter(pl.col("metric").is_in(figures)))
        kept = [self._agrees(row) for row in found.iter_rows(named=True)]
        return found.with_columns(pl.Series("agrees", kept, pl.Boolean))

    def _agrees(self, row: dict) -> bool:
        """Does the control chart not speak against it, where its points are periods like this one?"""
        if self.rhythm not in {Rhythm.DAY, Rhythm.WEEK, Rhythm.MONTH}:
            return True
        return agrees(self.watched[row["metric"]], row)

    @cached_property
    def moved(self) -> pl.DataFrame:
        """Key figures that moved by more than chance, and by more than they usually do; the clearest first."""
        return self._beyond_chance.filter("agrees").head(MOST_MOVED)

    @cached_property
    def within_usual(self) -> pl.DataFrame:
        """Those that moved by more than the chance of single cases, but not otherwise than they always do."""
        return self._beyond_chance.filter(~pl.col("agrees"))


def results_of(
    store: Store, state: Engine, viewer: Viewer, rhythm: Rhythm, period: Period, filters: Filters, contents: Contents
) -> Results:
    """The results of a period beside the one before it."""
    return Results(store, state, viewer, rhythm, scope_of(rhythm, period, filters), contents)
