"""One change judged and planned as this reader may see it, with all that is on record beside it."""

from collections.abc import Callable
from dataclasses import replace

from data_access.change_rows import Change
from data_access.judging import ALIKE, Judged, judge, others_at, plan, suited_grain
from data_access.numbers import Grain
from metrics.calendar import Event
from metrics.intervention import ChangeEffect, Plan
from metrics.results import NotEstimable
from pages.ui import load, scope


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
    """What else may have moved the figure: other changes on record, and the site's own events."""
    shown = scope.current()
    changes = others_at(load.changes(shown.store, shown.viewer), change)
    return changes + [Event(each.first, each.name) for each in shown.events]


def named(
    result: ChangeEffect | NotEstimable, change: Change, label: Callable[[str, str], str]
) -> ChangeEffect | NotEstimable:
    """The result with untouched teams and the like under their names."""
    dimension = next((name for name in ALIKE if name in dict(change.scope)), None)
    if isinstance(result, NotEstimable) or dimension is None:
        return result
    checks = tuple(replace(each, names=tuple(label(dimension, name) for name in each.names)) for each in result.checks)
    event = result.verdict.event
    verdict = replace(result.verdict, event=None if event is None else label(dimension, event))
    return replace(result, checks=checks, verdict=verdict)
