"""What people decided about a metric's control limits, and why: a new phase begins, or a point is left out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit, pinned
from data_access.masking import check_filters, masked_words
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.catalogue import named
from metrics.errors import InvalidSettings, NotAllowed
from metrics.scope import Filters

LONGEST = 200  # characters of a reason
LEAST_BASELINE = 10  # periods; fewer give limits that mean little


class Decided(StrEnum):
    """What is decided of a day."""

    PHASE = "phase"  # from the first whole period on that begins on it or after it, limits are made anew
    LEFT_OUT = "left_out"  # the period that it lies in makes no limits


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitDecision(Pinned):
    """One decision, about the figures under the same filters, or, without filters, under any.

    `baseline`: the limits of the phase come from so many of its first periods and stay; None: from all of them.
    `change_id`: the change of the register that is the reason.
    """

    metric: str
    kind: Decided
    day: date
    reason: str
    baseline: int | None = None
    change_id: str | None = None
    filters: Filters = ()


class LimitDecisionRow(PinnedRow):
    __tablename__ = "limit_decisions"

    metric: Mapped[str]
    kind: Mapped[str]
    day: Mapped[date]
    reason: Mapped[str]
    baseline: Mapped[int | None]
    change_id: Mapped[str | None]
    filters: Mapped[Any] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision as it was made, and since when it does not count any more; None where it still does."""

    decision: LimitDecision
    removed_at: datetime | None
    removed_by: str | None


def read_decision_history(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[PastDecision]:
    """Every decision that was ever made, the newest first; of teams the viewer's own, masked for who is not cleared.

    Args:
        people: names of known people, which are looked for in the reasons.
    """
    newest = select(LimitDecisionRow).order_by(LimitDecisionRow.made_at.desc(), LimitDecisionRow.id)
    with transaction(engine) as session:
        found = [PastDecision(_decision(row), row.removed_at, row.removed_by) for row in session.scalars(newest)]
    seen = [each for each in found if _sees(viewer, each.decision)]
    reasons = masked_words([each.decision.reason for each in seen], viewer, people)
    return [
        replace(each, decision=replace(each.decision, reason=reason))
        for each, reason in zip(seen, reasons, strict=True)
    ]


def in_force(past: Iterable[PastDecision]) -> list[LimitDecision]:
    """The decisions that count, by their days."""
    held = [each.decision for each in past if each.removed_at is None]
    return sorted(held, key=lambda each: (each.metric, each.day))


def applying(decisions: Iterable[LimitDecision], metric: str, filters: Filters) -> tuple[LimitDecision, ...]:
    """The decisions about a metric that count under these filters, by their days."""
    return tuple(each for each in decisions if each.metric == metric and each.filters in {(), filters})


def _decision(row: LimitDecisionRow) -> LimitDecision:
    raw = pinned.of_row(LimitDecision, row)
    filters = tuple((name, tuple(values)) for name, values in raw.filters)
    return replace(raw, kind=Decided(raw.kind), filters=filters)


def _sees(viewer: Viewer, decision: LimitDecision) -> bool:
    return all(name != "team_id" or all(map(viewer.sees, values)) for name, values in decision.filters)


def decide(engine: Engine, viewer: Viewer, decision: LimitDecision, now: datetime) -> LimitDecision:
    """Put a decision on record; one of the same kind, day and filters takes the place of the one before.

    Raises:
        NotAllowed: the viewer's role writes nothing down, or it counts for teams that the viewer does not see.
        InvalidSettings: it has no reason or too long a one, or a baseline of too few periods.
        UnknownName: there is no such metric.
    """
    require(viewer, Right.CHANGES)
    named([decision.metric])
    check_filters(decision.filters, viewer)
    reason = " ".join(decision.reason.split())
    _check(reason, decision.baseline)
    whole = replace(decision, reason=reason)
    _require_own(viewer, whole)
    with transaction(engine) as session:
        for row in session.scalars(select(LimitDecisionRow).where(*_same(whole))):
            if _decision(row).filters == whole.filters:
                row.removed_at, row.removed_by = now, viewer.name
        fresh = pinned.pin(session, LimitDecisionRow, whole, viewer, now)
        _logged(session, viewer, audit.Act.LIMITS_DECIDED, fresh, now)
    return fresh


def _same(decision: LimitDecision) -> list[Any]:
    alike = [getattr(LimitDecisionRow, name) == getattr(decision, name) for name in ("metric", "kind", "day")]
    return [*alike, LimitDecisionRow.removed_at.is_(None)]


def _check(reason: str, baseline: int | None) -> None:
    if not 0 < len(reason) <= LONGEST:
        raise InvalidSettings(
            "Control limits change only with a reason of 1 to {most} characters; this one has {count}.",
            "Say in one sentence what changed in the process.",
            most=LONGEST,
            count=len(reason),
        )
    if baseline is not None and baseline < LEAST_BASELINE:
        raise InvalidSettings(
            "Limits cannot be frozen after {count} periods.",
            "Choose at least {least}.",
            count=baseline,
            least=LEAST_BASELINE,
        )


def _require_own(viewer: Viewer, decision: LimitDecision) -> None:
    """Without filters it counts under any, so it is not for who sees some teams only."""
    if not viewer.covers(decision.filters):
        raise NotAllowed("Your role does not allow this.", "Ask somebody who sees these teams.")


def take_back(engine: Engine, viewer: Viewer, decision: LimitDecision, now: datetime) -> None:
    """Take a decision back; `restore` makes it count again.

    Raises:
        NotAllowed: the viewer's role writes nothing down, or it counts for teams that the viewer does not see.
        StateConflict: someone else has taken it back in the meantime.
    """
    require(viewer, Right.CHANGES)
    _require_own(viewer, decision)
    with transaction(engine) as session:
        gone = pinned.take_off(session, LimitDecisionRow, decision, viewer, now)
        _logged(session, viewer, audit.Act.LIMITS_TAKEN_BACK, gone, now)


def restore(engine: Engine, viewer: Viewer, decision: LimitDecision, now: datetime) -> None:
    """Make a decision count again; raises as `take_back`."""
    require(viewer, Right.CHANGES)
    _require_own(viewer, decision)
    with transaction(engine) as session:
        back = pinned.put_back(session, LimitDecisionRow, decision)
        _logged(session, viewer, audit.Act.LIMITS_RESTORED, back, now)


def _logged(session: Session, viewer: Viewer, act: audit.Act, decision: LimitDecision, now: datetime) -> None:
    told: dict[str, Any] = {"metric": decision.metric, "kind": str(decision.kind), "day": decision.day.isoformat()}
    told |= {"reason": decision.reason} | {name: list(values) for name, values in decision.filters}
    audit.append(session, viewer, act, told, now)
