"""What people set in the place of what ships, value by value: with who and when, and the way back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import conflict, transaction
from data_access.viewer import Right, Viewer, require
from metrics.adjustable import Value

Whole = TypeVar("Whole")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetValue(Pinned):
    """One value as somebody set it."""

    name: str
    value: Value


class ValueRow(PinnedRow):
    __abstract__ = True

    name: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class PastValue:
    """A value as it was set once, and since when that does not count any more; None where it was not taken back."""

    kept: SetValue
    removed_at: datetime | None
    removed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(Generic[Whole]):
    """One kind of values that people set, all of which together make a whole; who sets targets may set them.

    `whole`: what is in force where these are set. `value_of`: one of them in a whole. `check`: raises UnknownName or
    InvalidSettings where values cannot be set beside the others of a whole. `acts`: set, taken back.
    """

    table: type[ValueRow]
    names: Collection[str]
    whole: Callable[[Mapping[str, Value]], Whole]
    value_of: Callable[[Whole, str], Value]
    check: Callable[[Mapping[str, Value], Whole], None]
    acts: tuple[audit.Act, audit.Act]

    def read(self, engine: Engine) -> Whole:
        """What is in force: the newest that was set of each, else the one that ships.

        Raises:
            SourceUnavailable: the state store does not answer.
        """
        with transaction(engine) as session:
            return self._in_force(session)

    def _in_force(self, session: Session) -> Whole:
        return self.whole({each.name: each.value for each in pinned.held(session, SetValue, self.table)})

    def history(self, engine: Engine, viewer: Viewer) -> list[PastValue]:
        """Everything that was ever set, the newest first.

        Raises:
            NotAllowed: the viewer's role sets none.
        """
        require(viewer, Right.TARGETS)
        with transaction(engine) as session:
            rows = session.scalars(select(self.table).order_by(self.table.made_at.desc(), self.table.id))
            past = [PastValue(pinned.of_row(SetValue, row), row.removed_at, row.removed_by) for row in rows]
            return [each for each in past if each.kept.name in self.names]

    def save(self, engine: Engine, viewer: Viewer, values: Mapping[str, Value], now: datetime) -> list[SetValue]:
        """Set values, all of them or none; gives those that are now other than before.

        Raises:
            NotAllowed: the viewer's role sets none.
            UnknownName, InvalidSettings: there is no such name, or it cannot be set to that.
        """
        require(viewer, Right.TARGETS)
        with transaction(engine) as session:
            before = self._in_force(session)
            self.check(values, before)
            fresh = []
            for name, value in values.items():
                if self.value_of(before, name) != value:
                    fresh.append(pinned.pin(session, self.table, SetValue(name=name, value=value), viewer, now))
                    self._logged(session, viewer, self.acts[0], name, (self.value_of(before, name), value), now)
        return fresh

    def undo(self, engine: Engine, viewer: Viewer, kept: SetValue, now: datetime) -> None:
        """Take back what was set last of a name: what was set before it counts again, in the end the one that ships.

        Raises:
            NotAllowed: the viewer's role sets none.
            StateConflict: it has been set anew or taken back in the meantime.
            InvalidSettings: what was before does not fit the others any more.
        """
        require(viewer, Right.TARGETS)
        with transaction(engine) as session:
            before = self._in_force(session)
            newest = pinned.held(session, SetValue, self.table, self.table.name == kept.name)[-1:]
            if [each.id for each in newest] != [kept.id]:
                raise conflict()
            self._taken_back(session, viewer, newest, before, now)

    def reset(self, engine: Engine, viewer: Viewer, names: Sequence[str], now: datetime) -> None:
        """Go back to what ships.

        Raises:
            NotAllowed: the viewer's role sets none.
            InvalidSettings: one that ships does not fit the others that stay.
        """
        require(viewer, Right.TARGETS)
        with transaction(engine) as session:
            before = self._in_force(session)
            found = pinned.held(session, SetValue, self.table, self.table.name.in_(names))
            self._taken_back(session, viewer, found, before, now)

    def _taken_back(
        self, session: Session, viewer: Viewer, found: Sequence[SetValue], before: Whole, now: datetime
    ) -> None:
        for each in found:
            pinned.take_off(session, self.table, each, viewer, now)
        session.flush()
        after = self._in_force(session)
        names = dict.fromkeys(each.name for each in found)
        self.check({name: self.value_of(after, name) for name in names}, after)
        for name in names:
            told = self.value_of(before, name), self.value_of(after, name)
            self._logged(session, viewer, self.acts[1], name, told, now)

    def _logged(
        self, session: Session, viewer: Viewer, act: audit.Act, name: str, values: tuple[Value, Value], now: datetime
    ) -> None:
        audit.append(session, viewer, act, {"rule": name, "before": values[0], "after": values[1]}, now)
