"""Messages that tell of alerts: see `data_access.queued` for how they are sent once."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, ForeignKey, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access.queued import QueuedRow, claim_first, postponed, settle, unsettled
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.alerts.rule import AlertRule


class Reason(StrEnum):
    """Why a message is sent."""

    OPENED = "opened"
    STILL_OPEN = "still_open"  # somebody did not want to hear of it until now


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one channel; `id` is the same at every attempt."""

    id: str
    event_id: str
    channel: str
    reason: Reason
    made_at: datetime
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    dropped_at: datetime | None
    failure: str | None
    claim: str | None


class MessageRow(QueuedRow):
    __tablename__ = "alert_messages"

    event_id: Mapped[str] = mapped_column(ForeignKey("alert_events.id"))
    channel: Mapped[str]
    reason: Mapped[str]
    is_urgent: Mapped[bool]


def add_messages(
    session: Session, event: str, rule: AlertRule, reason: Reason, now: datetime, due_at: datetime
) -> None:
    """One message to each channel of the rule, in the place of those of the event that have not been sent yet."""
    unsent = update(MessageRow).where(MessageRow.event_id == event, unsettled(MessageRow))
    session.execute(unsent.values(dropped_at=now))
    name = reason if reason is Reason.OPENED else f"{reason} {due_at.isoformat()}"
    for channel in dict.fromkeys(rule.channels):
        session.add(
            MessageRow(
                id=uuid.uuid4().hex,
                event_id=event,
                channel=channel,
                reason=str(name),
                is_urgent=rule.is_urgent,
                made_at=now,
                due_at=due_at,
            )
        )


def claim_next(engine: Engine, now: datetime, skipped: Collection[str], *, is_quiet: bool) -> Message | None:
    """The message that is due longest, for this process alone until CLAIM has passed; None where none is due.

    Args:
        skipped: channels that do not answer.
        is_quiet: only urgent messages are sent.
    """
    waits = or_(MessageRow.attempts > 0, MessageRow.reason == str(Reason.OPENED))  # else it is due by somebody's wish
    wanted: list[ColumnElement[bool]] = [MessageRow.channel.not_in(list(skipped))]
    wanted += [MessageRow.is_urgent.is_(True)] if is_quiet else []
    row = claim_first(engine, MessageRow, now, waits, wanted)
    return None if row is None else _message(row)


def confirm(engine: Engine, message: Message, lacking: str | None, now: datetime) -> bool:
    """The receiver has taken it, but for what is `lacking`. False where the claim had run out and another has it."""
    return _settle(engine, message, sent_at=now, failure=lacking)


def drop(engine: Engine, message: Message, now: datetime) -> bool:
    """It need not be sent any more: the event is over or somebody has taken it on."""
    return _settle(engine, message, dropped_at=now)


def postpone(engine: Engine, message: Message, failure: str, now: datetime) -> bool:
    """The attempt has failed: the next one comes after a wait that doubles, and is never given up."""
    return _settle(engine, message, **postponed(message.attempts, failure, now))


def _settle(engine: Engine, message: Message, **values: object) -> bool:
    return settle(engine, MessageRow, message.id, message.claim, **values)


def retry_now(engine: Engine, viewer: Viewer, channel: str, now: datetime) -> None:
    """What waits for another attempt on a channel is due at once, as after its settings were mended.

    Raises:
        NotAllowed: the viewer's role sets no rules.
    """
    require(viewer, Right.TARGETS)
    waits = MessageRow.channel == channel, unsettled(MessageRow)
    with transaction(engine) as session:
        session.execute(update(MessageRow).where(*waits, MessageRow.attempts > 0).values(due_at=now))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits on a channel: how many, when the first is due, and why the last attempt failed."""

    count: int
    due_at: datetime
    failure: str | None


def waiting(engine: Engine, channel: str) -> Waiting | None:
    """None where nothing waits."""
    waits = MessageRow.channel == channel, unsettled(MessageRow)
    with transaction(engine) as session:
        rows = session.scalars(select(MessageRow).where(*waits).order_by(MessageRow.due_at)).all()
        if not rows:
            return None
        return Waiting(len(rows), rows[0].due_at, next((row.failure for row in rows if row.failure), None))


def read_messages(engine: Engine, events: Iterable[str]) -> list[Message]:
    """The messages of these events, the newest first."""
    asked = select(MessageRow).where(MessageRow.event_id.in_(list(events)))
    with transaction(engine) as session:
        return [_message(row) for row in session.scalars(asked.order_by(MessageRow.made_at.desc(), MessageRow.id))]


def _message(row: MessageRow) -> Message:
    return Message(
        row.id, row.event_id, row.channel, Reason(row.reason.partition(" ")[0]), row.made_at, row.due_at, row.attempts,
        row.sent_at, row.dropped_at, row.failure, row.claim,
    )  # fmt: skip
