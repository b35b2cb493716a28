"""One change judged and planned as this reader may see it, with all that is on record beside it."""

from dataclasses import replace

from data_access.change_rows import Change
from data_access.judging import Judged, happened, judge, plan, suited_grain
from data_access.numbers import Grain
from metrics.calendar import Event
from metrics.intervention import Plan
from metrics.results import NotEstimable
from pages.ui import load, scope
from reports.change_words import named


def found_for(change: Change, grain: Grain | None = None) -> Judged:
    """The change judged; names as this reader knows them."""
    shown = scope.current()
    found = judge(shown.store, shown.viewer, change, grain or suited_grain(shown.store, change), _happened(change))
    return replace(found, result=named(found.result, change, shown.label))


def planned_for(change: Change, grain: Grain, size: float | None = None) -> Plan | NotEstimable:
    """What the series up to the change promises for a change of this size."""
    shown = scope.current()
    return plan(shown.store, shown.viewer, change, grain, size, _happened(change))


def _happened(change: Change) -> list[Event]:
    shown = scope.current()
    return happened(load.changes(shown.store, shown.viewer), change, shown.events)
