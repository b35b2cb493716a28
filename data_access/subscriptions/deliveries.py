"""Deliveries: each report to each recipient once a period, and a notice where one could not be sent."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Engine, ForeignKey, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from data_access.queued import QueuedRow, claim_first, postponed, renew, settle, unsettled
from data_access.state import transaction
from data_access.subscriptions.subscriptions import Subscription
from data_access.viewer import Right, Viewer
from metrics.rhythm import Rhythm
from metrics.scope import Period

MOST_SHOWN = 200


class What(StrEnum):
    """What is delivered; a notice goes to who would get the report, or to who answers for it."""

    REPORT = "report"
    NOTICE = "notice"
    OWNERS_NOTICE = "owners_notice"


class Reason(StrEnum):
    """Why a report is not sent; none where it is."""

    NONE = ""
    STALE = "stale"  # the data end before the period does
    EMPTY = "empty"
    FAILED = "failed"
    NO_ROLE = "no_role"


@dataclass(frozen=True, slots=True)
class DeliveryMade:
    """One delivery; `id` is the same at every attempt, so that a receiver can tell."""

    id: str
    subscription: str  # its id
    person: str
    rhythm: Rhythm
    period: Period
    what: What
    reason: Reason
    made_at: datetime
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    dropped_at: datetime | None
    failure: str | None
    claim: str | None


class DeliveryRow(QueuedRow):
    __tablename__ = "report_deliveries"

    key: Mapped[str] = mapped_column(unique=True)
    subscription_id: Mapped[str] = mapped_column(ForeignKey("subscriptions.id"))
    person: Mapped[str] = mapped_column(index=True)
    rhythm: Mapped[str]
    start: Mapped[date]
    end: Mapped[date]
    what: Mapped[str]
    reason: Mapped[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A delivery to be made. `again`: another word each time that it is sent again on purpose."""

    subscription: Subscription
    period: Period
    what: What = What.REPORT
    reason: Reason = Reason.NONE
    owner: str = ""  # to whom an owner's notice goes
    again: str = ""

    @property
    def person(self) -> str:
        return self.owner if self.what is What.OWNERS_NOTICE else self.subscription.person

    @property
    def key(self) -> str:
        """What two runs must not send twice: recipient, rhythm, filters and period, and of a notice its reason.

        Of notices to who answers for the report there is one for each reason, however many recipients it is about; of
        recipients without a role one for each.
        """
        own = f"{self.owner} {self.subscription.rhythm} {self.reason}"
        own += f" {self.subscription.person}" if self.reason is Reason.NO_ROLE else ""
        told = own if self.what is What.OWNERS_NOTICE else f"{self.subscription.what} {self.reason}".strip()
        return f"{self.what} {self.period.start.isoformat()} {told} {self.again}".strip()

    def noticed(self, reason: Reason) -> str:
        """The key of the notice to the same recipient that for this reason there is no report."""
        return replace(self, what=What.NOTICE, reason=reason, again="").key


def is_on_record(engine: Engine, key: str) -> bool:
    """Has it been sent, or does it wait to be?"""
    return bool(_on_record(engine, [key]))


def add_delivery(engine: Engine, asked: Asked, now: datetime) -> bool:
    """Put a delivery into the queue; False where it is there, or has been sent, already."""
    row = DeliveryRow(
        id=uuid.uuid4().hex,
        key=asked.key,
        subscription_id=asked.subscription.id,
        person=asked.person,
        rhythm=str(asked.subscription.rhythm),
        start=asked.period.start,
        end=asked.period.end,
        what=str(asked.what),
        reason=str(asked.reason),
        made_at=now,
        due_at=now,
        attempts=0,
    )
    try:
        with transaction(engine) as session:
            session.add(row)
    except IntegrityError:
        return False
    return True


def late(engine: Engine, reports: Iterable[Asked]) -> list[Asked]:
    """Those of which the recipient was told that the data do not reach so far, and of which nothing came since."""
    asked = list(reports)
    known = _on_record(engine, [key for each in asked for key in (each.key, *map(each.noticed, Reason))])
    return [
        each
        for each in asked
        if each.noticed(Reason.STALE) in known and not known & {each.key, each.noticed(Reason.EMPTY)}
    ]


def told_at(engine: Engine, report: Asked) -> datetime | None:
    """When its recipient was first told that there was none; None where that never happened."""
    keys = [report.noticed(each) for each in Reason]
    with transaction(engine) as session:
        return session.scalars(select(func.min(DeliveryRow.sent_at)).where(DeliveryRow.key.in_(keys))).first()


def _on_record(engine: Engine, keys: Iterable[str]) -> set[str]:
    with transaction(engine) as session:
        return set(session.scalars(select(DeliveryRow.key).where(DeliveryRow.key.in_(list(keys)))))


def claim_delivery(engine: Engine, now: datetime, skipped: Iterable[str]) -> DeliveryMade | None:
    """The delivery that is due longest, for this process alone until its claim runs out; None where none is due.

    Args:
        skipped: ids of those that were tried in this run.
    """
    row = claim_first(engine, DeliveryRow, now, DeliveryRow.attempts > 0, [DeliveryRow.id.not_in(list(skipped))])
    return None if row is None else _made(row)


def confirm(engine: Engine, made: DeliveryMade, now: datetime) -> bool:
    """It has been taken. False where the claim had run out and another process has it."""
    return settle(engine, DeliveryRow, made.id, made.claim, sent_at=now, failure=None)


def is_held(engine: Engine, made: DeliveryMade, now: datetime) -> bool:
    """Is it still for this process alone? It then is for as long again as a claim lasts."""
    return renew(engine, DeliveryRow, made.id, made.claim, now)


def give_up(engine: Engine, made: DeliveryMade, failure: str, now: datetime) -> bool:
    """It will not be sent any more, nor anything else of the same key."""
    return settle(engine, DeliveryRow, made.id, made.claim, dropped_at=now, failure=failure)


def drop(engine: Engine, made: DeliveryMade, failure: str, now: datetime) -> bool:
    """It need not be sent as things are now; should they change back, another of the same key can be queued."""
    freed = DeliveryRow.key.concat(f" dropped {made.id}")
    return settle(engine, DeliveryRow, made.id, made.claim, dropped_at=now, failure=failure, key=freed)


def postpone(engine: Engine, made: DeliveryMade, failure: str, now: datetime) -> bool:
    """The attempt has failed; the next one comes later."""
    return settle(engine, DeliveryRow, made.id, made.claim, **postponed(made.attempts, failure, now))


def waiting(engine: Engine) -> int:
    """How many have failed and are to be tried again."""
    asked = select(func.count()).where(unsettled(DeliveryRow), DeliveryRow.failure.is_not(None))
    with transaction(engine) as session:
        return session.scalars(asked).one()


def read_deliveries(engine: Engine, viewer: Viewer) -> list[DeliveryMade]:
    """The newest deliveries first: the viewer's own; all of them for who says who may see what."""
    asked = select(DeliveryRow).order_by(DeliveryRow.made_at.desc(), DeliveryRow.id).limit(MOST_SHOWN)
    if not viewer.may(Right.PEOPLE):
        asked = asked.where(DeliveryRow.person == viewer.name)
    with transaction(engine) as session:
        return [_made(row) for row in session.scalars(asked)]


def told_of(engine: Engine, rhythm: Rhythm, period: Period, reason: Reason) -> list[str]:
    """Who was, or will be, told that for this reason there is no report of a period."""
    same = DeliveryRow.rhythm == str(rhythm), DeliveryRow.start == period.start, DeliveryRow.end == period.end
    notices = DeliveryRow.what == str(What.NOTICE), DeliveryRow.reason == str(reason), DeliveryRow.dropped_at.is_(None)
    with transaction(engine) as session:
        return sorted(session.scalars(select(DeliveryRow.person).where(*same, *notices).distinct()))


def _made(row: DeliveryRow) -> DeliveryMade:
    return DeliveryMade(
        row.id, row.subscription_id, row.person, Rhythm(row.rhythm), Period(row.start, row.end), What(row.what),
        Reason(row.reason), row.made_at, row.due_at, row.attempts, row.sent_at, row.dropped_at, row.failure, row.claim,
    )  # fmt: skip
