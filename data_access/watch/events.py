"""Events on record: what alerted, since when, who has taken it on, and until when nobody wants to hear of it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit
from data_access.state import Base, conflict, transaction
from data_access.state_types import Instant
from data_access.viewer import Right, Viewer, require
from data_access.watch.outbox import Reason, add_messages
from metrics.alerts.finding import Finding
from metrics.alerts.rule import AlertRule, Kind, rule_of, written
from metrics.errors import InvalidSettings

FORGOTTEN = timedelta(days=14)  # after its last day an issue that came up is over: tags come and go with single cases
LONGEST = 300  # characters of what somebody notes
MOST_EVENTS = 500
SNOOZES = (1, 3, 7)  # days


class What(StrEnum):
    """What an event tells."""

    FIRED = "fired"
    FAILED = "failed"  # the rule could not be evaluated, or the evaluation did not end


@dataclass(frozen=True, slots=True)
class Event:
    """One event with the rule as it was then.

    `told` is the Finding in JSON's types, with days, target and driver; or why nothing could be found.
    """

    id: str
    what: What
    rule: AlertRule
    subject: str
    end: date
    told: dict[str, Any]
    opened_at: datetime
    closed_at: datetime | None
    taken_at: datetime | None
    taken_by: str | None
    words: str
    snoozed_until: datetime | None
    snoozed_by: str | None
    version: int

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class EventRow(Base):
    __tablename__ = "alert_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    what: Mapped[str]
    open_as: Mapped[str | None] = mapped_column(unique=True)  # one open event for each rule and subject
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    end: Mapped[date]
    seen: Mapped[date]  # the last `end` at which it held
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime] = mapped_column(Instant, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_by: Mapped[str | None]
    words: Mapped[str] = mapped_column(default="")
    snoozed_until: Mapped[datetime | None] = mapped_column(Instant)
    snoozed_by: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the base class declares it for instances


def read_events(engine: Engine, viewer: Viewer, *, only_open: bool = False) -> list[Event]:
    """The events that the viewer may see, open ones first, then the newest; at most MOST_EVENTS."""
    asked = select(EventRow).order_by(EventRow.closed_at.is_not(None), EventRow.opened_at.desc(), EventRow.id)
    with transaction(engine) as session:
        asked = asked.where(EventRow.closed_at.is_(None)) if only_open else asked
        rows = session.scalars(asked.execution_options(yield_per=MOST_EVENTS))
        seen = (each for each in map(event_of, rows) if viewer.covers(each.rule.filters))
        return list(islice(seen, None if only_open else MOST_EVENTS))


def event_named(engine: Engine, place: str) -> Event:
    """The event of this id, which a message is about."""
    with transaction(engine) as session:
        return event_of(session.get_one(EventRow, place))


def event_of(row: EventRow) -> Event:
    return Event(
        row.id, What(row.what), rule_of(row.rule), row.subject, row.end, row.told, row.opened_at, row.closed_at,
        row.taken_at, row.taken_by, row.words, row.snoozed_until, row.snoozed_by, row.version,
    )  # fmt: skip


def open_subjects(engine: Engine, rule: AlertRule) -> set[str]:
    """The subjects of which the rule has an open event."""
    with transaction(engine) as session:
        return {row.subject for row in _open(session, rule) if row.what == What.FIRED}


def _open(session: Session, rule: AlertRule) -> Sequence[EventRow]:
    asked = select(EventRow).where(EventRow.key == rule.key, EventRow.closed_at.is_(None))
    return session.scalars(asked.order_by(EventRow.opened_at)).all()


def record_findings(
    engine: Engine,
    rule: AlertRule,
    findings: Iterable[Finding],
    told: dict[str, dict[str, Any]],
    now: datetime,
    *,
    data_end: date,
) -> list[str]:
    """Open an event for what begins, with its messages, and close those that are over; gives the opened subjects.

    Args:
        told: by subject, what is told beside the numbers.
        data_end: the day after the last one that is known.

    Raises:
        StateConflict: somebody else has changed one of the rule's events in the meantime.
    """
    found = list(findings)
    with transaction(engine) as session:
        held = {row.subject: row for row in _open(session, rule) if row.what == What.FIRED}
        for each in found:
            if each.starts and each.subject in held:
                held[each.subject].seen = each.end
        for row in _open(session, rule):
            if _is_over(rule, row, found, data_end):
                row.closed_at, row.open_as = now, None
        known = {*held, *_told_before(session, rule, found)}
    return [
        each.subject
        for each in found
        if each.starts
        and each.subject not in known
        and _opened(engine, rule, What.FIRED, each, told.get(each.subject, {}), now)
    ]


def _told_before(session: Session, rule: AlertRule, found: Sequence[Finding]) -> set[str]:
    """Days before the newest whose event is over already: it is not told again."""
    days = [each.subject for each in found[:-1]] if rule.kind is Kind.CASES else []
    asked = select(EventRow.subject).where(EventRow.key == rule.key, EventRow.subject.in_(days))
    return set(session.scalars(asked)) if days else set()


def _is_over(rule: AlertRule, row: EventRow, found: Sequence[Finding], data_end: date) -> bool:
    """A failure is over once the rule can be evaluated; a day, when the next has begun; an issue, when long unseen."""
    if row.what == What.FAILED:
        return True
    match rule.kind:
        case Kind.CASES:
            return row.subject != found[-1].subject
        case Kind.DRIFT:
            return all(each.subject != row.subject for each in found)
        case Kind.EMERGING:
            return all(each.subject != row.subject for each in found) and data_end - row.seen >= FORGOTTEN
    return any(each.subject == row.subject and each.is_over for each in found)


def close_others(engine: Engine, keys: Iterable[str], now: datetime) -> None:
    """Close the events of rules that are switched off or gone: nobody looks any more whether they go on."""
    with transaction(engine) as session:
        asked = select(EventRow).where(EventRow.closed_at.is_(None), EventRow.key.not_in(list(keys)))
        for row in session.scalars(asked):
            row.closed_at, row.open_as = now, None


def record_failure(engine: Engine, rule: AlertRule, error: dict[str, str], end: date, now: datetime) -> bool:
    """A rule that cannot be evaluated is an event of its own, once; False where one is open already."""
    finding = Finding("evaluation", end, starts=True, is_over=False, value=None)
    return _opened(engine, rule, What.FAILED, finding, error, now)


def _opened(engine: Engine, rule: AlertRule, what: What, finding: Finding, told: dict[str, Any], now: datetime) -> bool:
    """Put an event on record together with its messages; False where another process was first."""
    numbers = {name: value for name, value in asdict(finding).items() if name in {"value", "low", "high", "numerator"}}
    try:
        with transaction(engine) as session:
            row = EventRow(
                id=uuid.uuid4().hex, key=rule.key, subject=finding.subject, what=str(what), rule=written(rule),
                open_as=f"{rule.key} {what} {finding.subject}", end=finding.end, seen=finding.end, opened_at=now,
                words="", told={**numbers, "count": finding.count, **finding.told, **told},
            )  # fmt: skip
            session.add(row)
            session.flush()
            add_messages(session, row.id, rule, Reason.OPENED, now, now)
    except IntegrityError:
        return False
    return True


def take_on(engine: Engine, viewer: Viewer, event: Event, words: str, now: datetime) -> None:
    """Acknowledge an event: from now on it is the viewer's, and no reminder is sent.

    Raises:
        NotAllowed: the viewer's role only looks.
        InvalidSettings: the note is too long.
        StateConflict: someone else was quicker.
    """
    note = " ".join(words.split())
    if len(note) > LONGEST:
        raise InvalidSettings(
            "A note on an alert has at most {most} characters; this one has {count}.",
            "Say in a few words what is being done.",
            most=LONGEST,
            count=len(note),
        )
    with transaction(engine) as session:
        row = _seen(session, viewer, event)
        row.taken_at, row.taken_by, row.words = now, viewer.name, note
        audit.append(session, viewer, audit.Act.ALERT_TAKEN_ON, _told(event) | {"words": note}, now)


def snooze(engine: Engine, viewer: Viewer, event: Event, days: int, now: datetime) -> None:
    """No message of this event for so many days; if it still goes on then and nobody has taken it on, one more.

    Raises:
        NotAllowed: the viewer's role only looks.
        StateConflict: someone else was quicker.
    """
    until = now + timedelta(days=days)
    with transaction(engine) as session:
        row = _seen(session, viewer, event)
        row.snoozed_until, row.snoozed_by = until, viewer.name
        add_messages(session, row.id, event.rule, Reason.STILL_OPEN, now, until)
        audit.append(session, viewer, audit.Act.ALERT_SNOOZED, _told(event) | {"days": days}, now)


def _seen(session: Session, viewer: Viewer, event: Event) -> EventRow:
    """The event as the viewer saw it."""
    require(viewer, Right.CHANGES)
    row = session.get(EventRow, event.id)
    if row is None or row.version != event.version or not viewer.covers(event.rule.filters):
        raise conflict()
    return row


def _told(event: Event) -> dict[str, Any]:
    return {"rule": written(event.rule), "subject": event.subject, "end": event.end.isoformat()}
