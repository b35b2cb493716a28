"""The site's own calendar: days or stretches of days that explain a rise or a fall, drawn on every trend."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Mapped

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings

LONGEST = 40  # characters; the name stands in charts
MOST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent(Pinned):
    """What happened from the first day to the last, which it includes; without a last day on the first only."""

    name: str
    first: date
    last: date | None = None


class EventRow(PinnedRow):
    __tablename__ = "events"

    name: Mapped[str]
    first: Mapped[date]
    last: Mapped[date | None]


def read_events(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[OwnEvent]:
    """The events on record by their days; without personal data for a viewer who is not cleared.

    Args:
        people: names of known people, which are looked for in the events' names.
    """
    told = pinned.as_seen(pinned.on_record(engine, OwnEvent, EventRow), ("name",), viewer, people)
    return sorted(told, key=lambda each: (each.first, each.last or each.first, each.name))


def add_event(engine: Engine, viewer: Viewer, event: OwnEvent, now: datetime) -> OwnEvent:
    """Put an event into the calendar.

    Raises:
        NotAllowed: the viewer's role does not write the calendar.
        InvalidSettings: it has no name or too long a one, ends before it begins, or lasts longer than a year.
    """
    require(viewer, Right.TARGETS)
    name = " ".join(event.name.split())
    last = None if event.last == event.first else event.last
    _check(name, event.first, last)
    with transaction(engine) as session:
        fresh = pinned.pin(session, EventRow, replace(event, name=name, last=last), viewer, now)
        audit.append(session, viewer, audit.Act.EVENT_ADDED, _told(fresh), now)
    return fresh


def _check(name: str, first: date, last: date | None) -> None:
    if not 0 < len(name) <= LONGEST:
        raise InvalidSettings(
            "The name of an event has 1 to {most} characters; this one has {count}.",
            "Say in a few words what it is.",
            most=LONGEST,
            count=len(name),
        )
    if last is not None and not 0 < (last - first).days < MOST_DAYS:
        raise InvalidSettings(
            "An event from {first} to {last} cannot be drawn.",
            "Choose a last day after the first one and within a year of it, or none.",
            first=first,
            last=last,
        )


def _told(event: OwnEvent) -> dict[str, str]:
    last = {"to": event.last.isoformat()} if event.last else {}
    return {"name": event.name, "from": event.first.isoformat()} | last


remove_event = pinned.remover(EventRow, Right.TARGETS, audit.Act.EVENT_REMOVED, _told)
restore_event = pinned.restorer(EventRow, Right.TARGETS, audit.Act.EVENT_RESTORED, _told)
