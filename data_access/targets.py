"""Targets that people set: for a metric, for a queue, a team or for all, from a day on."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Mapped, Session

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.catalogue import named
from metrics.errors import InvalidSettings
from metrics.metric import AnyMetric, Unit
from metrics.scope import Filters, Scope

PLACES = ("team_id", "queue")  # that may have targets of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Pinned):
    """A target in the metric's unit, from `start` on; for one team or queue, or for all that have none of their own."""

    metric: str
    value: float
    start: date
    team_id: str | None = None
    queue: str | None = None


class TargetRow(PinnedRow):
    __tablename__ = "targets"

    metric: Mapped[str]
    team_id: Mapped[str | None]
    queue: Mapped[str | None]
    start: Mapped[date]
    value: Mapped[float]


def read_targets(engine: Engine, viewer: Viewer) -> list[Target]:
    """Those for all, for every queue and for the viewer's own teams, by metric, place and day."""
    with transaction(engine) as session:
        found = pinned.held(session, Target, TargetRow)
    seen = [each for each in found if each.team_id is None or viewer.sees(each.team_id)]
    return sorted(seen, key=lambda each: (each.metric, each.queue or "", each.team_id or "", each.start))


def in_force(
    targets: Iterable[Target], metric: AnyMetric, day: date, *, team_id: str | None = None, queue: str | None = None
) -> float | None:
    """The target that holds on a day: the one that people set, else the one that ships."""
    found = set_in_force(targets, metric, day, team_id=team_id, queue=queue)
    return metric.target if found is None else found


def set_in_force(
    targets: Iterable[Target], metric: AnyMetric, day: date, *, team_id: str | None = None, queue: str | None = None
) -> float | None:
    """What people set for a day: for the queue, else for the team, else for all; None where nobody did."""
    of_metric = [each for each in targets if each.metric == metric.id and each.start <= day]
    narrower = [place for place in ((queue, None), (None, team_id)) if any(place)]
    for place in (*narrower, (None, None)):
        held = [each for each in of_metric if (each.queue, each.team_id) == place]
        if held:
            return max(held, key=lambda each: each.start).value
    return None


def places_in(viewer: Viewer, filters: Filters) -> dict[str, str | None]:
    """The one team and the one queue that are looked at, where it is one."""
    chosen = {"team_id": viewer.teams or (), **dict(filters)}
    return {name: found[0] if len(found := chosen.get(name, ())) == 1 else None for name in PLACES}


def target_in(targets: Iterable[Target], metric: AnyMetric, viewer: Viewer, scope: Scope) -> float | None:
    """The target in force at the end of a scope's period: that of the one queue or team looked at, or of all."""
    return in_force(targets, metric, scope.period.last, **places_in(viewer, scope.filters))


def is_set(targets: Iterable[Target], metric: AnyMetric, viewer: Viewer, scope: Scope) -> bool:
    """Is the target in force at the end of a scope's period one that people set, and not the one that ships?"""
    return set_in_force(targets, metric, scope.period.last, **places_in(viewer, scope.filters)) is not None


def set_target(engine: Engine, viewer: Viewer, target: Target, now: datetime) -> Target:
    """Set a target; one of the same metric, place and day takes the place of the one before.

    Raises:
        NotAllowed: the viewer's role sets no targets.
        InvalidSettings, UnknownName: it is no number that the metric can have, is for a team and a queue at once, or
            there is no such metric.
    """
    require(viewer, Right.TARGETS)
    _check(target)
    with transaction(engine) as session:
        same = [getattr(TargetRow, name) == getattr(target, name) for name in ("metric", "start")]
        for name in ("team_id", "queue"):
            column, value = getattr(TargetRow, name), getattr(target, name)
            same.append(column == value if value else column.is_(None))
        pinned.replace_those(session, TargetRow, same, viewer, now)
        fresh = pinned.pin(session, TargetRow, target, viewer, now)
        _logged(session, viewer, audit.Act.TARGET_SET, fresh, now)
    return fresh


def _check(target: Target) -> None:
    (metric,) = named([target.metric])
    highest = 100.0 if metric.unit is Unit.PERCENT else math.inf
    if not (math.isfinite(target.value) and 0 <= target.value <= highest):
        raise InvalidSettings(
            "{value} is no target that '{metric}' can have.",
            "Choose a number from 0 up, for shares up to 100.",
            value=target.value,
            metric=metric.name,
        )
    if target.team_id and target.queue:
        raise InvalidSettings(
            "A target is for one team or for one queue, not for both.", "Leave the team or the queue out."
        )


def remove_target(engine: Engine, viewer: Viewer, target: Target, now: datetime) -> None:
    """Take a target away; the one before it holds again.

    Raises:
        NotAllowed: the viewer's role sets no targets.
        StateConflict: someone else has taken it away in the meantime.
    """
    require(viewer, Right.TARGETS)
    with transaction(engine) as session:
        gone = pinned.take_off(session, TargetRow, target, viewer, now)
        _logged(session, viewer, audit.Act.TARGET_REMOVED, gone, now)


def _logged(session: Session, viewer: Viewer, act: audit.Act, target: Target, now: datetime) -> None:
    told = {"metric": target.metric, "value": target.value, "start": target.start.isoformat()}
    places = {name: place for name in ("team_id", "queue") if (place := getattr(target, name))}
    audit.append(session, viewer, act, told | places, now)
