"""`python -m jobs grant | people`: who may see what, from the command line."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from data_access.people import Grant
from data_access.viewer import CLEARED, Role
from metrics.errors import InvalidScope, UnknownName, near
from reports import text
from reports.text import _

NONE = "none"  # as a role: shut out, whatever the sign-in's claims say


def granted(
    known: Sequence[Grant], person: str, role: str, teams: Sequence[str], cleared: bool | None, until: str | None
) -> Grant:
    """The grant that the command line asks for, in the place of the one on record.

    Raises:
        UnknownName: there is no such role.
        InvalidScope: the last day is no day.
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
        until=_day(until),
    )
    version = next((each.version for each in known if each.person == person.strip().lower()), 0)
    return replace(asked, version=version)


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as failure:
        raise InvalidScope(
            "'{text}' is not a day that can be shown.", "Write days like 2026-11-09.", text=written
        ) from failure


def listed(grants: Sequence[Grant]) -> Iterator[str]:
    """A line a person."""
    for each in grants:
        words = [each.person, text.code(str(each.role)) if each.role else _("No access")]
        words.append(", ".join(each.teams) if each.teams else _("every team"))
        words.append(_("sees names and texts") if each.is_cleared else _("sees pseudonyms"))
        if each.until:
            words.append(_("until {day}").format(day=text.day(each.until)))
        yield " · ".join(words)
    if not grants:
        print(_("Nobody is on record yet."), file=sys.stderr)
