"""What people put on a board is taken off it and put back, by whoever may and on the board where it stands alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine

from data_access import pinned
from data_access.audit_rows import Act
from data_access.pinned import Pinned, PinnedRow
from data_access.swot.edits import require_same
from data_access.viewer import Right, Viewer
from metrics.scope import Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBoard(Pinned):
    """What stands on one board."""

    scope: str = ""  # the board, as `scope_key` names it


Kind = TypeVar("Kind", bound=OnBoard)
Acting = Callable[[Engine, Viewer, Filters, Kind, datetime], None]
Own = Callable[[Viewer, Filters, Kind], None]
Told = Callable[[Kind], dict[str, Any]]


def of_this_board(viewer: Viewer, filters: Filters, what: OnBoard) -> None:
    """Raises StateConflict where it stands on another board."""
    require_same(viewer, filters, what.scope)


def remover(table: type[PinnedRow], act: Act, told: Told[Kind], own: Own[Kind] = of_this_board) -> Acting[Kind]:
    """As `data_access.pinned.remover`, for the board of these filters; who may is who may register changes."""

    def remove(engine: Engine, viewer: Viewer, filters: Filters, what: Kind, now: datetime) -> None:
        here = pinned.remover(table, Right.CHANGES, act, told, lambda seen, kept: own(seen, filters, kept))
        here(engine, viewer, what, now)

    return remove


def restorer(table: type[PinnedRow], act: Act, told: Told[Kind], own: Own[Kind] = of_this_board) -> Acting[Kind]:
    """As `data_access.pinned.restorer`; arguments as there."""

    def restore(engine: Engine, viewer: Viewer, filters: Filters, what: Kind, now: datetime) -> None:
        here = pinned.restorer(table, Right.CHANGES, act, told, lambda seen, kept: own(seen, filters, kept))
        here(engine, viewer, what, now)

    return restore
