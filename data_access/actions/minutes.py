"""Minutes of the quality group's week: one text a week, every earlier version kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Mapped, mapped_column

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import conflict, transaction
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings, NotAllowed

LONGEST = 8_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes(Pinned):
    """What was said and decided in the week that begins on this Monday, on which edition of the SWOT board."""

    week: date
    words: str
    edition_id: str | None = None


class MinutesRow(PinnedRow):
    __tablename__ = "minutes"

    week: Mapped[date] = mapped_column(index=True)
    edition_id: Mapped[str | None]
    words: Mapped[str]


def monday(day: date) -> date:
    """The first day of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def read_minutes(engine: Engine, viewer: Viewer, week: date, people: Iterable[str] = ()) -> Minutes | None:
    """The newest version of the minutes of a week; without personal data for a viewer who is not cleared.

    Args:
        people: names of known people, which are looked for in the words.
    """
    held = pinned.on_record(engine, Minutes, MinutesRow, MinutesRow.week == monday(week))
    told = pinned.as_seen(held, ("words",), viewer, people)
    return told[-1] if told else None


def keep_minutes(
    engine: Engine, viewer: Viewer, minutes: Minutes, now: datetime, people: Iterable[str] = ()
) -> Minutes:
    """Keep a new version of a week's minutes in the place of the one that was read, whose `id` it carries.

    Args:
        people: as given when they were read.

    Raises:
        NotAllowed: the viewer's role writes nothing down, or he was shown less than what is kept, which would be lost.
        InvalidSettings: they are too long.
        StateConflict: someone else has kept another version in the meantime.
    """
    require(viewer, Right.CHANGES)
    words = minutes.words.strip()
    if len(words) > LONGEST:
        raise InvalidSettings(
            "Minutes have at most {most} characters; these have {count}.",
            "Keep what was decided, and leave out what was said.",
            most=LONGEST,
            count=len(words),
        )
    whole = replace(minutes, words=words, week=monday(minutes.week))
    with transaction(engine) as session:
        audit.append(session, viewer, audit.Act.MINUTES_KEPT, {"week": whole.week.isoformat()}, now)  # locks
        held = pinned.held(session, Minutes, MinutesRow, MinutesRow.week == whole.week)
        if (held[-1].id if held else "") != minutes.id:
            raise conflict()
        if held[-1:] != pinned.as_seen(held[-1:], ("words",), viewer, people):
            raise NotAllowed(
                "These minutes name people, which is masked for you; saving them would lose the names.",
                "Ask someone who sees names to add to them.",
            )
        pinned.replace_those(session, MinutesRow, [MinutesRow.week == whole.week], viewer, now)
        return pinned.pin(session, MinutesRow, whole, viewer, now)
