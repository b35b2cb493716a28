"""How a change is kept in the state store: its row, and a line of history for everything that is done to it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access.history_rows import PastRow
from data_access.state import Base
from data_access.state_types import Instant
from metrics.scope import Filters

#: What a person writes of a change; the rest the program adds.
WRITTEN = (
    "name", "kind", "owner", "hypothesis", "expected", "shape", "start", "rolled_out", "metric", "scope", "guardrails",
    "check_dates", "cost_per_case", "note",
)  # fmt: skip


class Kind(StrEnum):
    SCRIPT = "script"
    PROCESS = "process"
    PERMISSION = "permission"
    TRAINING = "training"
    SYSTEM = "system"
    PRODUCT = "product"


class Expected(StrEnum):
    DECREASE = "decrease"
    INCREASE = "increase"
    EITHER = "either"


class Shape(StrEnum):
    """How the effect was expected to come, declared beforehand; the words are those of the analysis."""

    STEP = "step"
    STEP_AND_SLOPE = "step+slope"
    TEMPORARY = "temporary"
    DELAYED = "delayed"


class Act(StrEnum):
    """What was done to a change."""

    CREATED = "created"
    EDITED = "edited"
    REMOVED = "removed"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change on record. `start` is the first day of the new procedure and belongs to "after".

    `rolled_out` is the first day on which it was in force everywhere: what begins from `start` on and before it counts
    on neither side. None: at once. `guardrails` are ids of metrics that must not suffer.

    A change without `id` has not been saved; `version` is what a later save is checked against. An empty `scope`
    means everything. The instants are in UTC.
    """

    name: str
    kind: Kind
    start: date
    metric: str
    owner: str = ""
    hypothesis: str = ""
    expected: Expected = Expected.EITHER
    shape: Shape = Shape.STEP
    rolled_out: date | None = None
    scope: Filters = ()
    guardrails: tuple[str, ...] = ()
    check_dates: tuple[date, ...] = ()
    cost_per_case: float | None = None
    note: str = ""
    id: str = ""
    version: int = 0
    created_at: datetime | None = None
    created_by: str = ""
    updated_at: datetime | None = None
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who did what to a change, and the written fields before and after it; null where there is none."""

    at: datetime
    who: str
    what: Act
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ChangeRow(Base):
    __tablename__ = "changes"

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    name: Mapped[str]
    kind: Mapped[str]
    owner: Mapped[str]
    hypothesis: Mapped[str]
    expected: Mapped[str]
    shape: Mapped[str]
    start: Mapped[date]
    rolled_out: Mapped[date | None]
    metric: Mapped[str]
    scope: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    guardrails: Mapped[list[str]] = mapped_column(JSON)
    check_dates: Mapped[list[str]] = mapped_column(JSON)  # ISO days
    cost_per_case: Mapped[float | None]
    note: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the base class declares it for instances


class HistoryRow(PastRow):
    __tablename__ = "change_history"

    change_id: Mapped[str] = mapped_column(ForeignKey("changes.id"), index=True)


def added(session: Session, change: Change, who: str, now: datetime) -> Change:
    """Put a change with an id on record."""
    row = ChangeRow(id=change.id, created_at=now, created_by=who, updated_at=now, **columns(change))
    session.add(row)
    session.flush()  # the history refers to it
    return noted(session, row, who, now, Act.CREATED, None)


def noted(
    session: Session, row: ChangeRow, who: str, now: datetime, what: Act, before: dict[str, Any] | None
) -> Change:
    """Write a line of history about a row that has been altered."""
    row.updated_at = now
    after = None if what is Act.REMOVED else written(row)
    session.add(HistoryRow(change_id=row.id, at=now, who=who, what=what, before=before, after=after))
    session.flush()
    return change_of(row)


def columns(change: Change) -> dict[str, Any]:
    """What a person writes, as the table keeps it."""
    return {name: getattr(change, name) for name in WRITTEN} | {
        "kind": str(change.kind),
        "expected": str(change.expected),
        "shape": str(change.shape),
        "guardrails": list(change.guardrails),
        "check_dates": [day.isoformat() for day in change.check_dates],
        "scope": {dimension: list(kept) for dimension, kept in change.scope},
    }


def written(row: ChangeRow) -> dict[str, Any]:
    """What a person wrote, as the history keeps it."""
    days = {"start": row.start.isoformat(), "rolled_out": row.rolled_out.isoformat() if row.rolled_out else None}
    return {name: getattr(row, name) for name in WRITTEN} | days


def change_of(row: ChangeRow) -> Change:
    return Change(
        name=row.name,
        kind=Kind(row.kind),
        start=row.start,
        metric=row.metric,
        owner=row.owner,
        hypothesis=row.hypothesis,
        expected=Expected(row.expected),
        shape=Shape(row.shape),
        rolled_out=row.rolled_out,
        guardrails=tuple(row.guardrails),
        check_dates=tuple(date.fromisoformat(day) for day in row.check_dates),
        cost_per_case=row.cost_per_case,
        scope=tuple(sorted((dimension, tuple(kept)) for dimension, kept in row.scope.items())),
        note=row.note,
        id=row.id,
        version=row.version,
        created_at=row.created_at,
        created_by=row.created_by,
        updated_at=row.updated_at,
        removed_at=row.removed_at,
    )
