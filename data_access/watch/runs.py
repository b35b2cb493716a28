"""Evaluations on record: when alerts were last looked at, and which evaluation did not come to its end."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from data_access.state import Base, transaction
from data_access.state_types import Instant

LONGEST = timedelta(hours=1)  # an evaluation takes seconds: one that has not ended by then was killed
KEPT = timedelta(days=30)
KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation. `failure` is a word of the program's own: no text that could hold anything of a person."""

    id: str
    started_at: datetime
    ended_at: datetime | None
    failure: str | None
    rules: int
    opened: int


class RunRow(Base):
    __tablename__ = "alert_runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str | None]
    rules: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)


def begin_run(engine: Engine, now: datetime) -> tuple[str, bool]:
    """Note that an evaluation begins; gives its id, and whether one before it was killed."""
    place = uuid.uuid4().hex
    with transaction(engine) as session:
        of_a_wrong_clock = RunRow.started_at > now + LONGEST  # which would pass for the newest until its time comes
        session.execute(delete(RunRow).where(or_(RunRow.started_at < now - KEPT, of_a_wrong_clock)))
        killed = session.scalars(
            select(RunRow).where(RunRow.ended_at.is_(None), RunRow.started_at < now - LONGEST)
        ).all()
        for row in killed:
            row.ended_at, row.failure = now, KILLED
        session.add(RunRow(id=place, started_at=now))
    return place, bool(killed)


def end_run(engine: Engine, place: str, failure: str | None, counts: tuple[int, int], now: datetime) -> None:
    """Note how it ended: how many rules were evaluated, and how many events opened."""
    with transaction(engine) as session:
        row = session.get(RunRow, place)
        if row is not None:
            row.ended_at, row.failure = now, failure
            row.rules, row.opened = counts


def evaluated_since(engine: Engine) -> datetime | None:
    """When alerts were first looked at, of the evaluations that are kept; None where they never were."""
    with transaction(engine) as session:
        return session.scalars(select(RunRow.started_at).order_by(RunRow.started_at).limit(1)).first()


def last_run(engine: Engine) -> Run | None:
    """The newest evaluation that has ended; None where alerts have never been evaluated."""
    asked = select(RunRow).where(RunRow.ended_at.is_not(None)).order_by(RunRow.started_at.desc()).limit(1)
    with transaction(engine) as session:
        row = session.scalars(asked).first()
        if row is None:
            return None
        return Run(row.id, row.started_at, row.ended_at, row.failure, row.rules, row.opened)
