"""How an action is kept in the state store: its row, and a line of history for everything that happens to it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access.history_rows import PastRow
from data_access.state import Base
from data_access.state_types import Instant
from metrics.actions.action import Action, Check, Stage, Step, StepKind
from metrics.intervention import VerdictCode

#: What the program adds to what people write.
STAMPS = ("id", "version", "created_at", "created_by", "updated_at", "removed_at")
WORDS = tuple(each.name for each in fields(Action) if each.name not in STAMPS)


class Happened(StrEnum):
    """What happened to an action."""

    ADDED = "added"
    EDITED = "edited"
    STEPS_SET = "steps_set"
    BEGUN = "begun"  # from Plan to Do
    WENT_LIVE = "went_live"  # from Do to Check
    CHECKED = "checked"
    STANDARDISED = "standardised"  # closed, and a change in the register
    STARTED_OVER = "started_over"  # from Act back to Plan: a new round
    CAME_BACK = "came_back"  # the problem did: reopened by the program
    REMOVED = "removed"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who did what to an action, and the whole of it before and after; None where there is none.

    `told` are numbers that belong to the event itself, such as those of a problem that came back.
    """

    at: datetime
    who: str
    what: Happened
    before: Action | None
    after: Action | None
    told: Mapping[str, Any]


class ActionRow(Base):
    __tablename__ = "actions"

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    title: Mapped[str]
    problem: Mapped[str]
    from_entry: Mapped[str]
    strategy: Mapped[str]
    metric: Mapped[str]
    filters: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    expected_change: Mapped[float | None]
    check_on: Mapped[date | None]
    owner: Mapped[str]
    due: Mapped[date | None]
    why_tree: Mapped[str]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    stage: Mapped[str]
    round: Mapped[int]
    begun_on: Mapped[date | None]
    live_on: Mapped[date | None]
    check: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    closed_on: Mapped[date | None]
    change_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the base class declares it for instances


class HistoryRow(PastRow):
    __tablename__ = "action_history"

    action_id: Mapped[str] = mapped_column(ForeignKey("actions.id"), index=True)
    told: Mapped[dict[str, Any]] = mapped_column(JSON)


def columns(action: Action) -> dict[str, Any]:
    """What is kept of an action beside the stamps, as the table keeps it."""
    return {name: getattr(action, name) for name in WORDS} | {
        "filters": {dimension: list(kept) for dimension, kept in action.filters},
        "steps": [_written_step(each) for each in action.steps],
        "stage": str(action.stage),
        "check": action.check and _written_check(action.check),
    }


def written(row: ActionRow) -> dict[str, Any]:
    """The same in JSON's types, as the history keeps it."""
    held = {name: getattr(row, name) for name in WORDS}
    return {name: each.isoformat() if isinstance(each, date) else each for name, each in held.items()}


def action_of(row: ActionRow) -> Action:
    stamps = {name: getattr(row, name) for name in STAMPS}
    return _action({name: getattr(row, name) for name in WORDS}, stamps)


def action_told(told: Mapping[str, Any]) -> Action:
    """An action as the history keeps it."""
    dates = ("check_on", "due", "begun_on", "live_on", "closed_on")
    return _action(dict(told) | {name: _day(told[name]) for name in dates}, {})


def _action(held: dict[str, Any], stamps: dict[str, Any]) -> Action:
    made: dict[str, Any] = {
        "filters": tuple(sorted((dimension, tuple(kept)) for dimension, kept in held["filters"].items())),
        "steps": tuple(_step_of(each) for each in held["steps"]),
        "stage": Stage(held["stage"]),
        "check": held["check"] and _check_of(held["check"]),
    }
    return Action(**held | made | stamps)


def _written_step(step: Step) -> dict[str, Any]:
    days = {name: day.isoformat() if day else None for name, day in (("due", step.due), ("done_on", step.done_on))}
    return {"words": step.words, "owner": step.owner, "kind": str(step.kind)} | days


def _step_of(told: Mapping[str, Any]) -> Step:
    return Step(
        words=told["words"], owner=told["owner"], kind=StepKind(told["kind"]), due=_day(told["due"]),
        done_on=_day(told["done_on"]),
    )  # fmt: skip


def _written_check(check: Check) -> dict[str, Any]:
    return {
        "code": str(check.code), "at": check.at.isoformat(), "by": check.by, "until": check.until.isoformat(),
        "grain": check.grain, "teams": None if check.teams is None else list(check.teams), "told": dict(check.told),
    }  # fmt: skip


def _check_of(told: Mapping[str, Any]) -> Check:
    return Check(
        code=VerdictCode(told["code"]), at=datetime.fromisoformat(told["at"]), by=told["by"],
        until=date.fromisoformat(told["until"]), grain=told["grain"],
        teams=None if told["teams"] is None else tuple(told["teams"]), told=told["told"],
    )  # fmt: skip


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def noted(
    session: Session,
    row: ActionRow,
    who: str,
    now: datetime,
    what: Happened,
    before: dict[str, Any] | None,
    told: Mapping[str, Any] | None = None,
) -> Action:
    """Write a line of history about a row that has been altered."""
    row.updated_at = now
    after = None if what is Happened.REMOVED else written(row)
    entry = HistoryRow(
        action_id=row.id, at=now, who=who, what=str(what), before=before, after=after, told=dict(told or {})
    )
    session.add(entry)
    session.flush()
    return action_of(row)
