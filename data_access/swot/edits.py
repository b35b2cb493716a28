"""What people made of the entries of a board: every version is kept, and the newest counts."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Engine, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit
from data_access.masking import masked_words
from data_access.state import Base, conflict, transaction
from data_access.state_types import Instant
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings, NotAllowed, StateConflict
from metrics.scope import Filters
from metrics.swot.edits import ADDED, Edit, edit_of, written
from metrics.swot.evidence import Quadrant

LONGEST = 300  # characters of an entry
LONGEST_REASON = 200
MOST_ADDED = 50  # entries that people add to one board


class EditRow(Base):
    """One version of what people made of one entry; never rewritten."""

    __tablename__ = "swot_edits"
    __table_args__ = (UniqueConstraint("scope", "key", "version"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str]
    key: Mapped[str]
    version: Mapped[int]  # 1, 2 … of its key: two who edit an entry at once cannot both be the next
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str]


def board_scope(viewer: Viewer, filters: Filters) -> Filters:
    """The filters of the board that the viewer sees under these: a board is of all that they let through, no more.

    Who has some teams only looks at the board of these teams, whoever else looks at it.

    Raises:
        NotAllowed: none of the teams in the filters is the viewer's.
    """
    if viewer.teams is None:
        return tuple(sorted(filters))
    asked = dict(filters)
    seen = tuple(sorted(each for each in asked.get("team_id", viewer.teams) if viewer.sees(each)))
    if not seen:
        raise NotAllowed("These teams are not yours to see.", "Choose one or more of your own teams in the scope.")
    return tuple(sorted({**asked, "team_id": seen}.items()))


def scope_key(viewer: Viewer, filters: Filters) -> str:
    """The board of the viewer under these filters, as a column of the state store names it."""
    scope = board_scope(viewer, filters)
    return json.dumps([[name, sorted(values)] for name, values in scope], ensure_ascii=False, separators=(",", ":"))


def require_same(viewer: Viewer, filters: Filters, scope: str) -> None:
    """What was written in the session is undone when this raises.

    Raises:
        StateConflict: what is to be altered is of another board than the one of these filters.
    """
    if scope != scope_key(viewer, filters):
        raise conflict()


def read_edits(engine: Engine, viewer: Viewer, filters: Filters, people: Iterable[str] = ()) -> list[Edit]:
    """What counts on the board of these filters; without personal data for a viewer who is not cleared.

    Args:
        people: names of known people, which are looked for in what was written.
    """
    with transaction(engine) as session:
        found = _newest(session, scope_key(viewer, filters))
    return _as_seen(list(found.values()), viewer, people)


def _as_seen(edits: Sequence[Edit], viewer: Viewer, people: Iterable[str]) -> list[Edit]:
    said = masked_words([words for each in edits for words in (each.words, each.dismissed)], viewer, people)
    return [
        replace(each, words=words, dismissed=reason)
        for each, words, reason in zip(edits, said[::2], said[1::2], strict=True)
    ]


def _newest(session: Session, scope: str) -> dict[str, Edit]:
    """By key, in the order in which the entries were first touched."""
    rows = session.scalars(select(EditRow).where(EditRow.scope == scope).order_by(EditRow.version, EditRow.made_at))
    return {row.key: _edit(row) for row in rows}


def _edit(row: EditRow) -> Edit:
    return edit_of(row.key, row.told, row.version, row.made_at, row.made_by)


def add_entry(engine: Engine, viewer: Viewer, filters: Filters, quadrant: Quadrant, words: str, now: datetime) -> Edit:
    """Add an entry that no number proves; it is marked as such, with who added it, and stands first.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        InvalidSettings: it says nothing or too much, or there are too many.
    """
    fresh = {"quadrant": quadrant, "author": viewer.name, "words": _said(words), "is_pinned": True}
    return _set(engine, viewer, filters, Edit(key=ADDED + uuid.uuid4().hex), fresh, audit.Act.SWOT_ADDED, now)


def pin(engine: Engine, viewer: Viewer, filters: Filters, seen: Edit, now: datetime) -> Edit:
    """Let an entry stand first, or, where it does, by its rank again.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        StateConflict: someone else has edited it since it was `seen`.
    """
    act = audit.Act.SWOT_UNPINNED if seen.is_pinned else audit.Act.SWOT_PINNED
    return _set(engine, viewer, filters, seen, {"is_pinned": not seen.is_pinned}, act, now)


def reword(
    engine: Engine,
    viewer: Viewer,
    filters: Filters,
    seen: Edit,
    words: str,
    now: datetime,
    people: Iterable[str] = (),
) -> Edit:
    """Say it in other words; none: again in those that its numbers make.

    Args:
        people: as given when it was read.

    Raises:
        As `pin`, and InvalidSettings: it says too much, or nothing where no number says it; NotAllowed: the viewer was
        shown less than what is kept, which would be lost.
    """
    said = _said(words) if words.strip() or seen.quadrant is not None else ""
    with transaction(engine) as session:
        held = _newest(session, scope_key(viewer, filters)).get(seen.key, seen)  # a version is never rewritten
    if _as_seen([held], viewer, people)[0].words != held.words:
        raise NotAllowed(
            "This entry names people, which is masked for you; saving it would lose the names.",
            "Ask someone who sees names to reword it.",
        )
    return _set(engine, viewer, filters, seen, {"words": said}, audit.Act.SWOT_REWORDED, now)


def dismiss(engine: Engine, viewer: Viewer, filters: Filters, seen: Edit, reason: str, now: datetime) -> Edit:
    """Put an entry aside; `bring_back` undoes it.

    Raises:
        As `pin`, and InvalidSettings: there is no reason, or too long a one.
    """
    why = " ".join(reason.split())
    if not 0 < len(why) <= LONGEST_REASON:
        raise InvalidSettings(
            "An entry is put aside only with a reason of 1 to {most} characters; this one has {count}.",
            "Say in one sentence why it does not belong on the board.",
            most=LONGEST_REASON,
            count=len(why),
        )
    return _set(engine, viewer, filters, seen, {"dismissed": why}, audit.Act.SWOT_DISMISSED, now)


def bring_back(engine: Engine, viewer: Viewer, filters: Filters, seen: Edit, now: datetime) -> Edit:
    """Undo a `dismiss`; raises as `pin`."""
    return _set(engine, viewer, filters, seen, {"dismissed": ""}, audit.Act.SWOT_BROUGHT_BACK, now)


def merge(engine: Engine, viewer: Viewer, filters: Filters, seen: Edit, into: str, now: datetime) -> Edit:
    """Let another entry, named by its key, say it as well; `split` undoes it.

    Raises:
        As `pin`, and InvalidSettings: the other one stands in this one already.
    """
    return _set(engine, viewer, filters, seen, {"merged_into": into}, audit.Act.SWOT_MERGED, now)


def split(engine: Engine, viewer: Viewer, filters: Filters, seen: Edit, now: datetime) -> Edit:
    """Let an entry stand by itself again; raises as `pin`."""
    return _set(engine, viewer, filters, seen, {"merged_into": ""}, audit.Act.SWOT_SPLIT, now)


def _said(words: str) -> str:
    said = " ".join(words.split())
    if not 0 < len(said) <= LONGEST:
        raise InvalidSettings(
            "An entry has 1 to {most} characters; this one has {count}.",
            "Say it in one sentence.",
            most=LONGEST,
            count=len(said),
        )
    return said


def _set(
    engine: Engine, viewer: Viewer, filters: Filters, seen: Edit, anew: dict[str, Any], act: audit.Act, now: datetime
) -> Edit:
    """The next version of an entry, where nobody has made one since it was seen.

    What is not said anew stays as it is on record, of which the viewer may have seen less.
    """
    require(viewer, Right.CHANGES)
    scope = board_scope(viewer, filters)
    try:
        with transaction(engine) as session:
            held = _newest(session, scope_key(viewer, filters))
            before = held.get(seen.key, Edit(key=seen.key))
            _require_seen(before, seen)
            whole = replace(before, **anew, version=before.version + 1, made_at=now, made_by=viewer.name)
            _require_possible(held, whole)
            session.add(
                EditRow(
                    id=uuid.uuid4().hex, scope=scope_key(viewer, filters), key=whole.key, version=whole.version,
                    told=written(whole), made_at=now, made_by=viewer.name,
                )
            )  # fmt: skip
            told = {"key": whole.key, **written(whole), **{name: list(values) for name, values in scope}}
            audit.append(session, viewer, act, told, now)
            return whole
    except IntegrityError as failure:
        raise conflict() from failure


def _require_seen(before: Edit, seen: Edit) -> None:
    if before.version != seen.version:
        raise StateConflict(
            "{who} has changed this entry in the meantime.",
            "The board now shows it as it is; what you wrote is still in the form. Look at both, then save again.",
            who=before.made_by,
        )


def _require_possible(held: Mapping[str, Edit], whole: Edit) -> None:
    into = whole.merged_into
    while into:
        if into == whole.key:
            raise InvalidSettings(
                "That entry stands in this one already.", "Split the two, then merge them the other way round."
            )
        into = held[into].merged_into if into in held else ""
    if sum(each.quadrant is not None for each in held.values()) >= MOST_ADDED and whole.key not in held:
        raise InvalidSettings(
            "There are {most} added entries on this board already.", "Reword one of them.", most=MOST_ADDED
        )
