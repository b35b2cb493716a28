"""Messages that are to be sent: claimed by one process, sent, and only then confirmed; what fails is tried again.

A process that is killed after the receiver has taken a message and before that is confirmed leaves it claimed: when the
claim has run out it is sent once more. The message's id stays the same, so that the receiver can tell.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, CursorResult, Engine, Update, and_, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from data_access.state import Base, transaction
from data_access.state_types import Instant

CLAIM = timedelta(minutes=10)  # longer than any attempt lasts: see the time-outs of data_access/watch/sending.py
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)  # doubled with each attempt, for ever
MARGIN = 2  # times as far ahead as a claim or a wait can reach: the clock that set it was wrong and has been set back


class QueuedRow(Base):
    """What every kind of message has; `sent_at` or `dropped_at` says that it waits no longer."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None]
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str | None]


Row = TypeVar("Row", bound=QueuedRow)


def unsettled(table: type[QueuedRow]) -> ColumnElement[bool]:
    """Neither sent nor dropped."""
    return and_(table.sent_at.is_(None), table.dropped_at.is_(None))


def claim_first(
    engine: Engine, table: type[Row], now: datetime, waits: ColumnElement[bool], wanted: Sequence[ColumnElement[bool]]
) -> Row | None:
    """The wanted message that is due longest, for this process alone until CLAIM has passed; None where none is due.

    Args:
        waits: those that nobody wished to be sent later: due far ahead, they are so by a clock that was wrong. What
            was due when it was made, and has not been tried, is due whatever the clock shows.
    """
    claimed, due = table.claimed_until, table.due_at
    free = and_(
        unsettled(table), *wanted,
        or_(
            due <= now,
            and_(table.attempts == 0, due == table.made_at),
            and_(waits, due > now + MARGIN * LONGEST_WAIT),
        ),
        or_(claimed.is_(None), claimed < now, claimed > now + MARGIN * CLAIM),
    )  # fmt: skip
    asked = select(table.id).where(free).order_by(table.due_at, table.id).limit(1)
    while True:
        with transaction(engine) as session:
            place = session.scalars(asked).first()
        if place is None:
            return None
        mark = uuid.uuid4().hex
        taken = update(table).where(table.id == place, free).values(claim=mark, claimed_until=now + CLAIM)
        if _changed(engine, taken):  # else another process was quicker, and this one looks for the next
            with transaction(engine) as session:
                row = session.get(table, place)
                if row is not None:
                    session.expunge(row)
                return row


def settle(engine: Engine, table: type[QueuedRow], place: str, claim: str | None, **values: Any) -> bool:
    """Write down what became of a claimed message; False where the claim had run out and another has it."""
    freed = {"claim": None, "claimed_until": None}
    return _changed(engine, update(table).where(table.id == place, table.claim == claim).values(**values, **freed))


def renew(engine: Engine, table: type[QueuedRow], place: str, claim: str | None, now: datetime) -> bool:
    """Claim it for another CLAIM from now on; False where the claim had run out and another has it."""
    anew = update(table).where(table.id == place, table.claim == claim).values(claimed_until=now + CLAIM)
    return _changed(engine, anew)


def postponed(attempts: int, failure: str, now: datetime) -> dict[str, Any]:
    """The attempt has failed: the next one comes after a wait that doubles, and is never given up."""
    again = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 10))
    return {"due_at": again, "attempts": attempts + 1, "failure": failure}


def _changed(engine: Engine, statement: Update) -> bool:
    with transaction(engine) as session:
        done = session.execute(statement.execution_options(synchronize_session=False))
        return isinstance(done, CursorResult) and done.rowcount == 1
