"""Strategies that people made by pairing two entries of a board by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Mapped, mapped_column

from data_access import audit, pinned
from data_access.pinned import PinnedRow
from data_access.state import transaction
from data_access.swot.edits import scope_key
from data_access.swot.taking_off import OnBoard, remover, restorer
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings
from metrics.scope import Filters
from metrics.swot.tows import Strategy

LONGEST = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired(OnBoard):
    """One internal and one external entry, named by their keys, and what to do about them."""

    strategy: Strategy
    inner: str
    outer: str
    words: str


class PairedRow(PinnedRow):
    __tablename__ = "swot_strategies"

    scope: Mapped[str] = mapped_column(index=True)
    strategy: Mapped[str]
    inner: Mapped[str]
    outer: Mapped[str]
    words: Mapped[str]


def read_strategies(engine: Engine, viewer: Viewer, filters: Filters, people: Iterable[str] = ()) -> list[Paired]:
    """Those of the board of these filters, oldest first; without personal data for who is not cleared.

    Args:
        people: names of known people, which are looked for in the words.
    """
    found = pinned.on_record(engine, Paired, PairedRow, PairedRow.scope == scope_key(viewer, filters))
    named = [replace(each, strategy=Strategy(each.strategy)) for each in found]
    return pinned.as_seen(named, ("words",), viewer, people)


def add_strategy(engine: Engine, viewer: Viewer, filters: Filters, paired: Paired, now: datetime) -> Paired:
    """Put a pair on record.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        InvalidSettings: it says nothing, or too much.
    """
    require(viewer, Right.CHANGES)
    words = " ".join(paired.words.split())
    if not 0 < len(words) <= LONGEST:
        raise InvalidSettings(
            "A strategy has 1 to {most} characters; this one has {count}.",
            "Say in one sentence what to do.",
            most=LONGEST,
            count=len(words),
        )
    with transaction(engine) as session:
        whole = replace(paired, words=words, scope=scope_key(viewer, filters))
        fresh = pinned.pin(session, PairedRow, whole, viewer, now)
        audit.append(session, viewer, audit.Act.SWOT_PAIRED, _told(fresh), now)
    return fresh


def _told(paired: Paired) -> dict[str, str]:
    return {"strategy": str(paired.strategy), "words": paired.words, "inner": paired.inner, "outer": paired.outer}


remove_strategy = remover(PairedRow, audit.Act.SWOT_PAIR_REMOVED, _told)
restore_strategy = restorer(PairedRow, audit.Act.SWOT_PAIRED, _told)
