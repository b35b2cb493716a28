"""The audit log: who did what and when, only ever added to, each entry sealed to the one before it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, delete, event, func, or_, select, update
from sqlalchemy.orm import Session

from data_access.audit_rows import Act, AuditHead, AuditRow, Entry, entry_of, sealed
from data_access.home import home
from data_access.settings import read_setting, write_setting
from data_access.state import transaction
from data_access.viewer import Right, Stranger, Viewer, require
from metrics.errors import InvalidSettings
from metrics.scope import Filters, Period

RETENTION = "audit_retention_days"
USUAL_DAYS = 1_095
LEAST_DAYS = 180  # the Cybersecurity Law of the PRC: network logs are kept for at least six months
PROGRAM = Stranger("program")
Who = Viewer | Stranger
ONE = 1  # the id of the head's only row


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries to read: all that are not left out. Days are of UTC, `end` is not included."""

    start: date | None = None
    end: date | None = None
    who: str = ""
    acts: Collection[str] = ()


def record(engine: Engine, who: Who, act: Act, scope: dict[str, Any], now: datetime) -> Entry:
    """Write one entry down. What is to be written down first is only shown or done when this has returned.

    Args:
        scope: what it was about, in JSON's types.

    Raises:
        SourceUnavailable: the state store does not answer.
    """
    with transaction(engine) as session:
        return append(session, who, act, scope, now)


def record_sign_in(engine: Engine, viewer: Viewer, made: int, now: datetime) -> None:
    """Write a sign-in down, once: every window and link that is opened with it is a session, but no new sign-in.

    Args:
        made: when the provider made it, in seconds since 1970: what tells one sign-in from the next.
    """
    with transaction(engine) as session:
        same = select(AuditRow).where(AuditRow.who == viewer.name, AuditRow.act == str(Act.SIGNED_IN))
        last = session.scalars(same.order_by(AuditRow.id.desc()).limit(1)).first()
        if last is None or last.scope.get("made") != made:
            teams = None if viewer.teams is None else list(viewer.teams)
            append(session, viewer, Act.SIGNED_IN, {"made": made, "teams": teams}, now)


def append(session: Session, who: Who, act: Act, scope: dict[str, Any], now: datetime) -> Entry:
    """As `record`, kept or undone together with whatever else the session does."""
    head = _locked(session)
    if head.pruned_on != now.date():
        head.pruned_on = now.date()
        _prune(session, head, now)
    return _added(session, head, who, act, scope, now)


def _locked(session: Session) -> AuditHead:
    # The update takes the lock, on SQLite as on PostgreSQL; only then is the end of the log the end.
    session.execute(update(AuditHead).where(AuditHead.id == ONE).values(id=ONE))
    return session.scalars(select(AuditHead).where(AuditHead.id == ONE).execution_options(populate_existing=True)).one()


def _added(session: Session, head: AuditHead, who: Who, act: Act, scope: dict[str, Any], now: datetime) -> Entry:
    entry = Entry(head.last_id + 1, now.astimezone(UTC), who.name, str(who.role), str(act), scope)
    seal = sealed(entry, head.last_seal)
    session.add(
        AuditRow(
            id=entry.id, at=entry.at, who=entry.who, role=entry.role, act=entry.act, scope=scope,
            previous=head.last_seal, seal=seal,
        )
    )  # fmt: skip
    head.last_id, head.last_seal = entry.id, seal
    session.flush()
    event.listen(session, "after_commit", lambda _session: _anchor(entry.id, seal), once=True)
    return entry


def _anchor(last_id: int, seal: str) -> None:
    """Note outside the store where the log ends."""
    path = home().audit_anchor
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{uuid.uuid4().hex}.tmp")
    fresh.write_text(f"{last_id} {seal}\n", encoding="ascii")
    fresh.replace(path)


def read_audit(engine: Engine, viewer: Viewer, search: Search, most: int, skip: int = 0) -> tuple[list[Entry], int]:
    """The newest entries first, `most` of them after the first `skip`, and how many there are in all.

    Raises:
        NotAllowed: the viewer may not read the log.
    """
    require(viewer, Right.AUDIT)
    with transaction(engine) as session:
        found = _found(select(AuditRow), search).order_by(AuditRow.id.desc()).limit(most).offset(skip)
        count = session.scalar(_found(select(func.count()).select_from(AuditRow), search)) or 0
        return [entry_of(row) for row in session.scalars(found)], count


def _found(query: Select, search: Search) -> Select:
    midnight = datetime.min.time()
    if search.start:
        query = query.where(AuditRow.at >= datetime.combine(search.start, midnight, UTC))
    if search.end:
        query = query.where(AuditRow.at < datetime.combine(search.end, midnight, UTC))
    if search.who:
        query = query.where(AuditRow.who == search.who)
    return query.where(AuditRow.act.in_(search.acts)) if search.acts else query


def people_in_audit(engine: Engine, viewer: Viewer) -> list[str]:
    """Everyone who has an entry."""
    require(viewer, Right.AUDIT)
    with transaction(engine) as session:
        return list(session.scalars(select(AuditRow.who).distinct().order_by(AuditRow.who)))


def retention_days(engine: Engine) -> int:
    return int(read_setting(engine, RETENTION, USUAL_DAYS))


def keep_audit_for(engine: Engine, viewer: Viewer, days: int, now: datetime) -> None:
    """Say for how many days entries are kept; older ones go with the first entry of each day.

    Raises:
        NotAllowed: the viewer may not.
        InvalidSettings: that is shorter than the law allows.
    """
    require(viewer, Right.AUDIT)
    if days < LEAST_DAYS:
        raise InvalidSettings(
            "The audit log cannot be kept for {days} days only.",
            "Choose {least} days or more: that is what the law asks of network logs.",
            days=days,
            least=LEAST_DAYS,
        )
    with transaction(engine) as session:
        before = int(read_setting(session, RETENTION, USUAL_DAYS))
        if before != days:
            told = {"setting": RETENTION, "before": before, "after": days}
            append(session, viewer, Act.SETTING_CHANGED, told, now)
            write_setting(session, RETENTION, days, viewer.name, now)
            _prune(session, _locked(session), now)


def _prune(session: Session, head: AuditHead, now: datetime) -> None:
    """Take away what is older than the retention; the entry that says so carries the seal where the rest begins."""
    days = int(read_setting(session, RETENTION, USUAL_DAYS))
    since = now - timedelta(days=days)
    young = select(func.min(AuditRow.id)).where(AuditRow.at >= since, AuditRow.at <= now).scalar_subquery()
    # Up to the first that is to be kept: one of a clock that was far behind stands among those of its days.
    old = select(AuditRow).where(AuditRow.at < since, or_(young.is_(None), AuditRow.id < young))
    last = session.scalars(old.order_by(AuditRow.id.desc()).limit(1)).first()
    if last is None:
        return
    told = {"up_to": last.id, "seal": last.seal, "days": days}
    head.first_id, head.before_first = last.id + 1, last.seal
    session.flush()  # the store lets go only of entries before the first
    session.execute(delete(AuditRow).where(AuditRow.id <= last.id))
    _added(session, head, PROGRAM, Act.LOG_PRUNED, told, now)


def in_words(period: Period, filters: Filters) -> dict[str, Any]:
    """A scope as the log keeps it; `to` is the last day."""
    days = {"from": period.start.isoformat(), "to": period.last.isoformat()}
    return days | {name: list(values) for name, values in filters}
