"""Comments on the entries of a board."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Mapped, mapped_column

from data_access import audit, pinned
from data_access.pinned import PinnedRow
from data_access.state import transaction
from data_access.swot.edits import scope_key
from data_access.swot.taking_off import OnBoard, of_this_board, remover, restorer
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings, NotAllowed
from metrics.scope import Filters

LONGEST = 500  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(OnBoard):
    """What somebody has to say about one entry, named by its key."""

    key: str
    words: str


class CommentRow(PinnedRow):
    __tablename__ = "swot_comments"

    scope: Mapped[str] = mapped_column(index=True)
    key: Mapped[str]
    words: Mapped[str]


def read_comments(engine: Engine, viewer: Viewer, filters: Filters, people: Iterable[str] = ()) -> list[Comment]:
    """The comments on the board of these filters, oldest first; without personal data for who is not cleared.

    Args:
        people: names of known people, which are looked for in the words.
    """
    found = pinned.on_record(engine, Comment, CommentRow, CommentRow.scope == scope_key(viewer, filters))
    return pinned.as_seen(found, ("words",), viewer, people)


def add_comment(engine: Engine, viewer: Viewer, filters: Filters, key: str, words: str, now: datetime) -> Comment:
    """Write a comment.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        InvalidSettings: it says nothing, or too much.
    """
    require(viewer, Right.CHANGES)
    said = " ".join(words.split())
    if not 0 < len(said) <= LONGEST:
        raise InvalidSettings(
            "A comment has 1 to {most} characters; this one has {count}.",
            "Say in a few sentences what the others should know.",
            most=LONGEST,
            count=len(said),
        )
    with transaction(engine) as session:
        whole = Comment(key=key, words=said, scope=scope_key(viewer, filters))
        fresh = pinned.pin(session, CommentRow, whole, viewer, now)
        audit.append(session, viewer, audit.Act.SWOT_COMMENTED, _told(fresh), now)
    return fresh


def _require_own(viewer: Viewer, filters: Filters, comment: Comment) -> None:
    of_this_board(viewer, filters, comment)
    if comment.made_by != viewer.name:
        raise NotAllowed("Your role does not allow this.", "Only who wrote a comment takes it off.")


def _told(comment: Comment) -> dict[str, str]:
    return {"key": comment.key, "words": comment.words}


#: Only who wrote a comment takes it off and puts it back.
remove_comment = remover(CommentRow, audit.Act.SWOT_COMMENT_REMOVED, _told, _require_own)
restore_comment = restorer(CommentRow, audit.Act.SWOT_COMMENTED, _told, _require_own)
