"""The rules of the site: what people set in the place of the defaults that ship, with who and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import conflict, transaction
from data_access.viewer import Right, Viewer, require
from metrics.adjustable import SETTINGS, Value, check, rules_with, value_of
from metrics.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRule(Pinned):
    """One rule as somebody set it, in the unit of Rules."""

    name: str
    value: Value


class RuleRow(PinnedRow):
    __tablename__ = "rules"

    name: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class PastRule:
    """A rule as it was set once, and since when that does not count any more; None where it was not taken back."""

    rule: SetRule
    removed_at: datetime | None
    removed_by: str | None


def read_rules(engine: Engine) -> Rules:
    """The rules in force: the newest that was set of each, else the one that ships.

    Raises:
        SourceUnavailable: the state store does not answer.
    """
    with transaction(engine) as session:
        return _in_force(session)


def _in_force(session: Session) -> Rules:
    return rules_with(Rules(), {each.name: each.value for each in pinned.held(session, SetRule, RuleRow)})


def read_rule_history(engine: Engine, viewer: Viewer) -> list[PastRule]:
    """Every rule that was ever set, the newest first.

    Raises:
        NotAllowed: the viewer's role sets no rules.
    """
    require(viewer, Right.TARGETS)
    with transaction(engine) as session:
        rows = session.scalars(select(RuleRow).order_by(RuleRow.made_at.desc(), RuleRow.id))
        past = [PastRule(pinned.of_row(SetRule, row), row.removed_at, row.removed_by) for row in rows]
        return [each for each in past if each.rule.name in SETTINGS]


def save_rules(engine: Engine, viewer: Viewer, values: Mapping[str, Value], now: datetime) -> list[SetRule]:
    """Set rules, all of them or none; gives those that are now other than before.

    Raises:
        NotAllowed: the viewer's role sets no rules.
        UnknownName, InvalidSettings: there is no such rule, or it cannot be set to that.
    """
    require(viewer, Right.TARGETS)
    with transaction(engine) as session:
        before = _in_force(session)
        check(values, before)
        fresh = []
        for name, value in values.items():
            if value_of(before, name) != value:
                fresh.append(pinned.pin(session, RuleRow, SetRule(name=name, value=value), viewer, now))
                _logged(session, viewer, audit.Act.RULE_SET, name, (value_of(before, name), value), now)
    return fresh


def undo_rule(engine: Engine, viewer: Viewer, rule: SetRule, now: datetime) -> None:
    """Take back what was set last of a rule: what was set before it counts again, in the end the one that ships.

    Raises:
        NotAllowed: the viewer's role sets no rules.
        StateConflict: it has been set anew or taken back in the meantime.
        InvalidSettings: what was before does not fit the other rules any more.
    """
    require(viewer, Right.TARGETS)
    with transaction(engine) as session:
        before = _in_force(session)
        newest = pinned.held(session, SetRule, RuleRow, RuleRow.name == rule.name)[-1:]
        if [each.id for each in newest] != [rule.id]:
            raise conflict()
        _taken_back(session, viewer, newest, before, now)


def reset_rules(engine: Engine, viewer: Viewer, names: Sequence[str], now: datetime) -> None:
    """Go back to the rules that ship.

    Raises:
        NotAllowed: the viewer's role sets no rules.
        InvalidSettings: one that ships does not fit the others that stay.
    """
    require(viewer, Right.TARGETS)
    with transaction(engine) as session:
        before = _in_force(session)
        _taken_back(session, viewer, pinned.held(session, SetRule, RuleRow, RuleRow.name.in_(names)), before, now)


def _taken_back(session: Session, viewer: Viewer, found: Sequence[SetRule], before: Rules, now: datetime) -> None:
    for each in found:
        pinned.take_off(session, RuleRow, each, viewer, now)
    session.flush()
    after = _in_force(session)
    names = dict.fromkeys(each.name for each in found)
    check({name: value_of(after, name) for name in names}, after)
    for name in names:
        _logged(session, viewer, audit.Act.RULE_TAKEN_BACK, name, (value_of(before, name), value_of(after, name)), now)


def _logged(
    session: Session, viewer: Viewer, act: audit.Act, name: str, values: tuple[Value, Value], now: datetime
) -> None:
    audit.append(session, viewer, act, {"rule": name, "before": values[0], "after": values[1]}, now)
