"""Targets that people set: for a metric, for a team or for all, from a day on."""

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit
from data_access.state import Base, Instant, conflict, transaction
from data_access.viewer import Right, Viewer, require
from metrics.catalogue import named
from metrics.errors import InvalidSettings
from metrics.metric import AnyMetric, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target in the metric's unit, from `start` on; without a team for every one that has none of its own."""

    metric: str
    value: float
    start: date
    team_id: str | None = None
    id: str = ""
    made_at: datetime | None = None
    made_by: str = ""


class TargetRow(Base):
    __tablename__ = "targets"

    id: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str]
    team_id: Mapped[str | None]
    start: Mapped[date]
    value: Mapped[float]
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str]
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


def read_targets(engine: Engine, viewer: Viewer) -> list[Target]:
    """Those for every team and for the viewer's own, by metric, team and day."""
    with transaction(engine) as session:
        rows = session.scalars(select(TargetRow).where(TargetRow.removed_at.is_(None))).all()
        found = [_target(row) for row in rows if row.team_id is None or viewer.sees(row.team_id)]
    return sorted(found, key=lambda each: (each.metric, each.team_id or "", each.start))


def in_force(targets: Iterable[Target], metric: AnyMetric, team_id: str | None, day: date) -> float | None:
    """The target that holds on a day: the team's own, else that of every team, else the one that ships."""
    for team in dict.fromkeys((team_id, None)):
        held = [each for each in targets if (each.metric, each.team_id) == (metric.id, team) and each.start <= day]
        if held:
            return max(held, key=lambda each: each.start).value
    return metric.target


def set_target(engine: Engine, viewer: Viewer, target: Target, now: datetime) -> Target:
    """Set a target; one of the same metric, team and day takes the place of the one before.

    Raises:
        NotAllowed: the viewer's role sets no targets.
        InvalidSettings, UnknownName: it is no number that the metric can have, or there is no such metric.
    """
    require(viewer, Right.TARGETS)
    (metric,) = named([target.metric])
    highest = 100.0 if metric.unit is Unit.PERCENT else math.inf
    if not (math.isfinite(target.value) and 0 <= target.value <= highest):
        raise InvalidSettings(
            "{value} is no target that '{metric}' can have.",
            "Choose a number from 0 up, for shares up to 100.",
            value=target.value,
            metric=metric.name,
        )
    with transaction(engine) as session:
        same = select(TargetRow).where(
            TargetRow.metric == target.metric,
            TargetRow.start == target.start,
            TargetRow.team_id == target.team_id if target.team_id else TargetRow.team_id.is_(None),
            TargetRow.removed_at.is_(None),
        )
        for row in session.scalars(same):
            row.removed_at = now
        fresh = replace(target, id=uuid.uuid4().hex, made_at=now, made_by=viewer.name)
        session.add(TargetRow(**{name: getattr(fresh, name) for name in WRITTEN}))
        _logged(session, viewer, audit.Act.TARGET_SET, fresh, now)
    return fresh


WRITTEN = ("id", "metric", "team_id", "start", "value", "made_at", "made_by")


def remove_target(engine: Engine, viewer: Viewer, target: Target, now: datetime) -> None:
    """Take a target away; the one before it holds again.

    Raises:
        NotAllowed: the viewer's role sets no targets.
        StateConflict: someone else has taken it away in the meantime.
    """
    require(viewer, Right.TARGETS)
    with transaction(engine) as session:
        row = session.get(TargetRow, target.id)
        if row is None or row.removed_at is not None:
            raise conflict()
        row.removed_at = now
        _logged(session, viewer, audit.Act.TARGET_REMOVED, target, now)


def _logged(session: Session, viewer: Viewer, act: audit.Act, target: Target, now: datetime) -> None:
    told = {"metric": target.metric, "value": target.value, "start": target.start.isoformat()}
    audit.append(session, viewer, act, told | ({"team_id": target.team_id} if target.team_id else {}), now)


def _target(row: TargetRow) -> Target:
    return Target(**{name: getattr(row, name) for name in WRITTEN})
