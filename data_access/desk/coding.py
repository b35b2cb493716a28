"""What raw codes of complaints stand for, as people of the site said it: set, replaced, taken back, never rewritten."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Mapped

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.desk.coding import STANDARD, Raw
from metrics.errors import UnknownName, near


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMapping(Pinned):
    """A raw code, a type or one of its subtypes, and the standard kind that it stands for."""

    issue_type: str
    standard: str
    subtype: str | None = None


class CodeMappingRow(PinnedRow):
    __tablename__ = "code_mappings"

    issue_type: Mapped[str]
    subtype: Mapped[str | None]
    standard: Mapped[str]


@dataclass(frozen=True, slots=True)
class PastMapping:
    """A mapping as it was set once, and since when it does not count any more; None where it still does."""

    mapping: CodeMapping
    removed_at: datetime | None
    removed_by: str | None


def read_mapping(engine: Engine) -> dict[Raw, str]:
    """The mapping in force.

    Raises:
        SourceUnavailable: the state store does not answer.
    """
    with transaction(engine) as session:
        found = pinned.held(session, CodeMapping, CodeMappingRow)
    return {(each.issue_type, each.subtype): each.standard for each in found}


def read_mapping_history(engine: Engine) -> list[PastMapping]:
    """Every mapping that was ever set, the newest first."""
    with transaction(engine) as session:
        rows = session.scalars(select(CodeMappingRow).order_by(CodeMappingRow.made_at.desc(), CodeMappingRow.id))
        return [PastMapping(pinned.of_row(CodeMapping, row), row.removed_at, row.removed_by) for row in rows]


def set_mapping(engine: Engine, viewer: Viewer, raw: Raw, standard: str | None, now: datetime) -> None:
    """Say what a raw code stands for; None takes back what was said.

    Raises:
        NotAllowed: the viewer's role sets no rules.
        UnknownName: there is no such standard kind.
    """
    require(viewer, Right.TARGETS)
    if standard is not None and standard not in STANDARD:
        raise UnknownName(
            "There is no standard kind of complaint '{kind}'.",
            "Use one of these: {near}.",
            kind=standard,
            near=near(standard, STANDARD),
        )
    issue_type, subtype = raw
    same = (CodeMappingRow.issue_type == issue_type, CodeMappingRow.subtype.is_not_distinct_from(subtype))
    told = {"issue_type": issue_type, "subtype": subtype, "standard": standard}
    with transaction(engine) as session:
        pinned.replace_those(session, CodeMappingRow, same, viewer, now)
        if standard is not None:
            fresh = CodeMapping(issue_type=issue_type, subtype=subtype, standard=standard)
            pinned.pin(session, CodeMappingRow, fresh, viewer, now)
        act = audit.Act.CODE_UNMAPPED if standard is None else audit.Act.CODE_MAPPED
        audit.append(session, viewer, act, told, now)
