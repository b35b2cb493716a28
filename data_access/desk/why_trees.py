"""Trees of five whys, kept with the complaint or the problem that they explain."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Engine
from sqlalchemy.orm import Mapped, mapped_column

from data_access import audit, pinned
from data_access.chosen_rows import Is
from data_access.desk.causes import complaints_seen
from data_access.masking import KINDS, pseudonym
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.store import Store
from data_access.viewer import Right, Viewer, require
from metrics.desk.whys import MOST_WHYS
from metrics.errors import InvalidSettings, NotAllowed

LONGEST = 200  # characters of each answer


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyTree(Pinned):
    """Why something went wrong, asked up to five times; `cause` is where the asking ended."""

    problem: str
    whys: tuple[str, ...]
    cause: str
    issue_type: str | None = None
    complaint_id: str | None = None  # of the one case that it explains
    team_id: str | None = None  # of that case


class WhyTreeRow(PinnedRow):
    __tablename__ = "why_trees"

    problem: Mapped[str]
    whys: Mapped[Any] = mapped_column(JSON)
    cause: Mapped[str]
    issue_type: Mapped[str | None]
    complaint_id: Mapped[str | None]
    team_id: Mapped[str | None]


def read_trees(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[WhyTree]:
    """The trees that the viewer may read, newest first; without personal data for who is not cleared.

    Trees of a problem are everyone's, those of a case theirs who see its team.

    Args:
        people: names of known people, which are looked for in the words.
    """
    held = reversed(pinned.on_record(engine, WhyTree, WhyTreeRow))
    found = [replace(each, whys=tuple(each.whys)) for each in held if _sees(viewer, each)]
    told = pinned.as_seen(found, ("problem", "whys", "cause"), viewer, people)
    return told if viewer.is_cleared else [replace(each, complaint_id=_masked_id(each)) for each in told]


def _sees(viewer: Viewer, tree: WhyTree) -> bool:
    return tree.complaint_id is None or viewer.sees(tree.team_id)


def _masked_id(tree: WhyTree) -> str | None:
    return tree.complaint_id and pseudonym(KINDS["complaint_id"], tree.complaint_id)


def record_tree(engine: Engine, store: Store, viewer: Viewer, tree: WhyTree, now: datetime) -> WhyTree:
    """Put a tree on record; the type and the team of a case are those of the warehouse.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        InvalidSettings: an answer is missing or too long, or there is no such case among those that the viewer sees.
    """
    require(viewer, Right.CHANGES)
    whys = tuple(" ".join(each.split()) for each in tree.whys if each.strip())
    spoken = [" ".join(tree.problem.split()), *whys, " ".join(tree.cause.split())]
    if not 1 <= len(whys) <= MOST_WHYS or not all(0 < len(each) <= LONGEST for each in spoken):
        raise InvalidSettings(
            "Five whys need the problem, at least one answer and the root cause, each of up to {most} characters.",
            "Say what went wrong, why, and why again, until a cause is found that can be removed.",
            most=LONGEST,
        )
    issue_type, team = _place(store, viewer, tree)
    whole = replace(tree, problem=spoken[0], whys=whys, cause=spoken[-1], issue_type=issue_type, team_id=team)
    with transaction(engine) as session:
        fresh = pinned.pin(session, WhyTreeRow, whole, viewer, now)
        audit.append(session, viewer, audit.Act.WHY_RECORDED, _told(fresh), now)
    return fresh


def _place(store: Store, viewer: Viewer, tree: WhyTree) -> tuple[str | None, str | None]:
    if tree.complaint_id is None:
        return tree.issue_type, None
    seen = complaints_seen(store, viewer, Is("complaint_id", tree.complaint_id))
    found = seen.select("issue_type", "team_id").rows()
    if not found or not viewer.is_cleared:
        raise InvalidSettings(
            "There is no such case among those that you may see.",
            "Copy the number from a list of cases, or leave it empty and explain the problem.",
        )
    return found[0]


def _require_own(viewer: Viewer, tree: WhyTree) -> None:
    """What was written in the session is undone when this raises."""
    if not _sees(viewer, tree):
        raise NotAllowed("Your role does not allow this.", "Ask somebody who sees the team of this case.")


def _told(tree: WhyTree) -> dict[str, Any]:
    names = ("problem", "cause", "issue_type", "complaint_id")
    return {name: getattr(tree, name) for name in names} | {"whys": list(tree.whys)}


remove_tree = pinned.remover(WhyTreeRow, Right.CHANGES, audit.Act.WHY_REMOVED, _told, _require_own)
restore_tree = pinned.restorer(WhyTreeRow, Right.CHANGES, audit.Act.WHY_RESTORED, _told, _require_own)
