"""People: who has which role, given on a page or by the claims of the sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Engine, select
from sqlalchemy.orm import Mapped, mapped_column

from data_access.audit import append
from data_access.audit_rows import Act
from data_access.sign_in import Settings
from data_access.state import Base, conflict, transaction
from data_access.state_types import Instant
from data_access.viewer import CLEARED, Right, Role, Viewer, require
from metrics.errors import InvalidSettings, NotAllowed

CLOCKS_DIFFER = timedelta(minutes=5)  # between the provider's machine and this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a person may see. `role` None shuts the person out, whatever the claims say; `until` is the last day.

    A grant without `version` has not been saved; `version` is what a later save is checked against.
    """

    person: str
    role: Role | None
    teams: tuple[str, ...] | None = None
    is_cleared: bool = False
    until: date | None = None
    version: int = 0
    granted_at: datetime | None = None
    granted_by: str = ""

    def has_ended(self, today: date) -> bool:
        """Is its last day over?"""
        return self.until is not None and today > self.until


class PersonRow(Base):
    __tablename__ = "people"

    person: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    role: Mapped[str | None]
    teams: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    is_cleared: Mapped[bool]
    until: Mapped[date | None]
    granted_at: Mapped[datetime] = mapped_column(Instant)
    granted_by: Mapped[str]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the base class declares it for instances


def read_people(engine: Engine, viewer: Viewer) -> list[Grant]:
    """Everyone on record, in the order of their names.

    Raises:
        NotAllowed: the viewer may not say who sees what.
    """
    require(viewer, Right.PEOPLE)
    with transaction(engine) as session:
        return [_grant_of(row) for row in session.scalars(select(PersonRow).order_by(PersonRow.person))]


def save_grant(engine: Engine, viewer: Viewer, grant: Grant, now: datetime) -> Grant:
    """Put a person on record, or a changed grant in the place of the version that was read.

    Raises:
        NotAllowed: the viewer may not say who sees what.
        InvalidSettings: the person has no name, a team leader no team, or the viewer would shut himself out.
        StateConflict: someone else saved it in the meantime.
    """
    require(viewer, Right.PEOPLE)
    checked = _checked(grant, viewer)
    with transaction(engine) as session:
        row = session.get(PersonRow, checked.person)
        if (0 if row is None else row.version) != grant.version:
            raise conflict()
        before = None if row is None else _told(_grant_of(row))
        if before == _told(checked):
            return checked
        if row is None:
            row = PersonRow(person=checked.person)
            session.add(row)
        row.role = None if checked.role is None else str(checked.role)
        row.teams = None if checked.teams is None else list(checked.teams)
        row.is_cleared, row.until = checked.is_cleared, checked.until
        row.granted_at, row.granted_by = now, viewer.name
        session.flush()
        append(session, viewer, Act.PERSON_GRANTED, {"before": before, "after": _told(checked)}, now)
        return _grant_of(row)


def forget_person(engine: Engine, viewer: Viewer, grant: Grant, now: datetime) -> None:
    """Take a person off the record: from now on only the claims of the sign-in count. `save_grant` puts back.

    Raises:
        NotAllowed: the viewer may not say who sees what.
        InvalidSettings: it is the viewer's own grant.
        StateConflict: someone else changed it in the meantime.
    """
    require(viewer, Right.PEOPLE)
    _keep_own(grant.person, None, viewer)
    with transaction(engine) as session:
        row = session.get(PersonRow, grant.person)
        if row is None or row.version != grant.version:
            raise conflict()
        session.delete(row)
        append(session, viewer, Act.PERSON_FORGOTTEN, {"before": _told(grant), "after": None}, now)


def viewer_of(engine: Engine, settings: Settings, claims: Mapping[str, Any], now: datetime) -> Viewer:
    """The viewer that someone is who has signed in with these claims.

    The settings' administrators come first, so that nobody can lock them out; then the record; then the claims.
    `now` is read off the site's clock: the last day of a grant ends when it ends there.

    Raises:
        NotAllowed: the person cannot be told, is shut out, or has no role.
    """
    person = settings.person(claims)
    viewer = _named_viewer(engine, settings, person, now) or _claimed(settings, person, claims)
    if viewer is None:
        raise no_role(person)
    return viewer


def viewer_named(engine: Engine, settings: Settings, person: str, now: datetime) -> Viewer:
    """The viewer for whom a job runs: claims are not known here, so the person has to be on record; `now` as above.

    Raises:
        NotAllowed: the person is not on record or is shut out.
    """
    viewer = _named_viewer(engine, settings, person.strip().lower(), now)
    if viewer is None:
        raise no_role(person)
    return viewer


def no_role(person: str) -> NotAllowed:
    return NotAllowed(
        "'{person}' has no role in this dashboard.",
        "Ask an administrator of this dashboard for one, then open it again.",
        person=person,
    )


def is_stale(settings: Settings, claims: Mapping[str, Any], now: datetime) -> bool:
    """Has the sign-in been made longer ago than it counts for? One that does not say when is stale."""
    made = claims.get("iat")
    if not isinstance(made, int | float):
        return True
    age = now - datetime.fromtimestamp(made, UTC)
    return not -CLOCKS_DIFFER <= age <= timedelta(hours=settings.hours)


def _named_viewer(engine: Engine, settings: Settings, person: str, now: datetime) -> Viewer | None:
    if person in settings.admins:
        return Viewer(person, Role.ADMIN, None, is_cleared=True)
    with transaction(engine) as session:
        row = session.get(PersonRow, person)
        grant = None if row is None else _grant_of(row)
    if grant is None:
        return None
    if grant.role is None or grant.has_ended(now.date()):
        raise no_role(person)
    return Viewer(person, grant.role, grant.teams, grant.is_cleared)


def _claimed(settings: Settings, person: str, claims: Mapping[str, Any]) -> Viewer | None:
    role = settings.role(claims)
    if role is None:
        return None
    limited = role in {Role.TEAM_LEADER, Role.NEWCOMER} and settings.teams_claim
    teams = settings.teams(claims) if limited or role is Role.TEAM_LEADER else None
    return Viewer(person, role, teams, is_cleared=role in CLEARED)


def _checked(grant: Grant, viewer: Viewer) -> Grant:
    person = grant.person.strip().lower()
    if not person:
        raise InvalidSettings("A grant needs a person.", "Write the address or name with which the person signs in.")
    if grant.role is Role.TEAM_LEADER and not grant.teams:
        raise InvalidSettings("A team leader needs a team.", "Choose the teams that '{person}' leads.", person=person)
    _keep_own(person, grant.role, viewer)
    teams = None if grant.teams is None else tuple(sorted(set(grant.teams)))
    cleared = grant.is_cleared and grant.role not in {None, Role.NEWCOMER}
    return replace(grant, person=person, teams=teams or None, is_cleared=cleared)


def _keep_own(person: str, role: Role | None, viewer: Viewer) -> None:
    if person == viewer.name and role is not Role.ADMIN:
        raise InvalidSettings(
            "You cannot take your own role away.", "Ask another administrator to do it, so that one is left."
        )


def _grant_of(row: PersonRow) -> Grant:
    return Grant(
        person=row.person,
        role=None if row.role is None else Role(row.role),
        teams=None if row.teams is None else tuple(row.teams),
        is_cleared=row.is_cleared,
        until=row.until,
        version=row.version,
        granted_at=row.granted_at,
        granted_by=row.granted_by,
    )


def _told(grant: Grant) -> dict[str, Any]:
    """A grant as the audit log keeps it."""
    return {
        "person": grant.person,
        "role": None if grant.role is None else str(grant.role),
        "teams": None if grant.teams is None else list(grant.teams),
        "is_cleared": grant.is_cleared,
        "until": None if grant.until is None else grant.until.isoformat(),
    }
