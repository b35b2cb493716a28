"""`python -m jobs grant | people`: who may see what, from the command line."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Engine

from data_access.home import Home
from data_access.names import values_seen
from data_access.opening import open_warehouse
from data_access.people import Grant
from data_access.rollups import open_rollups
from data_access.site_rules import read_rules
from data_access.store import Store
from data_access.viewer import CLEARED, LOCAL, Role
from metrics.errors import FEW_NAMES, InvalidScope, ServiceQualityError, UnknownName, close, near
from reports import text
from reports.text import _

NONE = "none"  # as a role: shut out, whatever the sign-in's claims say


def granted(
    known: Sequence[Grant], person: str, role: str, teams: Sequence[str], cleared: bool | None, until: date | None
) -> Grant:
    """The grant that the command line asks for, in the place of the one on record.

    Raises:
        UnknownName: there is no such role.
    """
    if role not in {NONE, *Role}:
        names = near(role, (NONE, *Role))
        raise UnknownName("There is no role '{role}'.", "Use one of these: {near}.", role=role, near=names)
    given = None if role == NONE else Role(role)
    asked = Grant(
        person=person,
        role=given,
        teams=tuple(teams) or None,
        is_cleared=given in CLEARED if cleared is None else cleared,
        until=until,
    )
    version = next((each.version for each in known if each.person == person.strip().lower()), 0)
    return replace(asked, version=version)


def last_day(written: str | None, today: date) -> date | None:
    """The last day on which a grant counts.

    Raises:
        InvalidScope: it is no day, or over.
    """
    try:
        day = date.fromisoformat(written) if written else None
    except ValueError as failure:
        raise InvalidScope(
            "'{text}' is not a day that can be shown.", "Write days like 2026-11-09.", text=written
        ) from failure
    if day is not None and day < today:
        raise InvalidScope(
            "{day} is over: the grant would never count.",
            "Choose today or a later day for --until; --role none shuts somebody out.",
            day=day.isoformat(),
        )
    return day


def teams_without_data(place: Home, state: Engine, teams: Sequence[str]) -> Iterator[str]:
    """Warns of teams that no contact and no complaint is of; data that cannot be opened now tell nothing."""
    if not teams:
        return
    try:
        rollups = open_rollups(open_warehouse(place), read_rules(state), place.rollups)
    except ServiceQualityError:
        return
    manifest = rollups.in_place()
    if manifest is None:  # nobody has counted yet, and a warning is not worth the wait
        return
    store = Store(rollups, manifest)
    known = values_seen(store, LOCAL, "team_id")
    unknown = [each for each in teams if each not in known]
    for team in unknown:
        yield _("Note: the data have no team '{team}' so far, so nothing is seen of it.").format(team=team)
    if unknown and 0 < len(known) <= FEW_NAMES:
        yield _("The teams in the data are: {teams}.").format(teams=", ".join(known))
    elif names := ", ".join(filter(None, (close(each, known) for each in unknown))):
        yield _("Did you mean: {near}?").format(near=names)


def listed(grants: Sequence[Grant], today: date) -> Iterator[str]:
    """A line a person."""
    for each in grants:
        words = [each.person, text.code(str(each.role)) if each.role else _("No access")]
        words.append(", ".join(each.teams) if each.teams else _("every team"))
        words.append(_("sees names and texts") if each.is_cleared else _("sees pseudonyms"))
        if each.until:
            until = _("ended on {day}") if each.has_ended(today) else _("until {day}")
            words.append(until.format(day=text.day(each.until)))
        yield " · ".join(words)
    if not grants:
        print(_("Nobody is on record yet."), file=sys.stderr)
