"""Alert rules on record: those that ship as people have set them, and rules of the site's own, with who and when."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit
from data_access.pinned import PinnedRow
from data_access.state import conflict, transaction
from data_access.viewer import Right, Viewer, require
from metrics.alerts.rule import AlertRule, check, rule_of, written
from metrics.alerts.shipped import SHIPPED
from metrics.errors import InvalidSettings

MOST = 100  # rules of the site's own
SHIPPED_KEYS = {rule.key for rule in SHIPPED}


@dataclass(frozen=True, slots=True)
class SetRule:
    """A rule as it was set once. Without `id` it is as it ships, and nobody has set it."""

    rule: AlertRule
    id: str = ""
    version: int = 0
    made_at: datetime | None = None
    made_by: str = ""
    removed_at: datetime | None = None
    removed_by: str | None = None


class AlertRuleRow(PinnedRow):
    """One setting of one rule; of those that are not taken off the newest counts."""

    __tablename__ = "alert_rules"

    key: Mapped[str]
    version: Mapped[int]  # 1, 2 … of its key: two who set a rule at once cannot both be the next
    told: Mapped[dict[str, Any]] = mapped_column(JSON)


def read_alert_rules(engine: Engine, viewer: Viewer) -> list[SetRule]:
    """The rules in force that the viewer may see: those that ship, in their order, then the site's own by age."""
    with transaction(engine) as session:
        held = {each.rule.key: each for each in _history(session) if each.removed_at is None}
    shipped = [held.pop(rule.key, SetRule(rule)) for rule in SHIPPED]
    return [each for each in (*shipped, *held.values()) if viewer.covers(each.rule.filters)]


def read_alert_rule_history(engine: Engine, viewer: Viewer) -> list[SetRule]:
    """Everything that was ever set, the newest first.

    Raises:
        NotAllowed: the viewer's role sets no rules.
    """
    require(viewer, Right.TARGETS)
    with transaction(engine) as session:
        return [each for each in reversed(_history(session)) if viewer.covers(each.rule.filters)]


def _history(session: Session) -> list[SetRule]:
    """In the order in which they were set."""
    rows = session.scalars(select(AlertRuleRow).order_by(AlertRuleRow.made_at, AlertRuleRow.version))
    return [
        SetRule(
            rule_of(row.told), row.id, row.version, row.made_at, row.made_by, row.removed_at, row.removed_by
        )
        for row in rows
    ]  # fmt: skip


def new_key() -> str:
    """For a rule of the site's own."""
    return uuid.uuid4().hex


def save_alert_rule(
    engine: Engine, viewer: Viewer, before: SetRule | None, rule: AlertRule, channels: Sequence[str], now: datetime
) -> SetRule:
    """Set a rule in the place of `before`; None: one more of the site's own.

    Raises:
        NotAllowed: the viewer's role sets no rules, or the rule watches what is not the viewer's to see.
        StateConflict: someone else has set it in the meantime.
        UnknownName, InvalidSettings: it cannot be like this, or there are too many.
    """
    require(viewer, Right.TARGETS)
    named = replace(rule, name=" ".join(rule.name.split()), owner=" ".join(rule.owner.split()))
    check(named, channels)
    _require_own(viewer, named)
    try:
        with transaction(engine) as session:
            _require_newest(session, named.key, "" if before is None else before.id)
            if before is None:
                _require_room(session)
            versions = session.scalars(select(AlertRuleRow.version).where(AlertRuleRow.key == named.key))
            row = AlertRuleRow(
                id=uuid.uuid4().hex, key=named.key, version=max(versions, default=0) + 1, told=written(named),
                made_at=now, made_by=viewer.name,
            )  # fmt: skip
            session.add(row)
            audit.append(session, viewer, audit.Act.ALERT_RULE_SET, written(named), now)
            return SetRule(named, row.id, row.version, now, viewer.name)
    except IntegrityError as failure:
        raise conflict() from failure


def undo_alert_rule(engine: Engine, viewer: Viewer, newest: SetRule, now: datetime) -> None:
    """Take back what was set last of a rule: what was set before counts again, in the end the rule that ships, or none.

    Raises:
        NotAllowed: the viewer's role sets no rules, or the rule watches what is not the viewer's to see.
        StateConflict: it has been set anew or taken back in the meantime.
    """
    _take_back(engine, viewer, newest, now, is_all=False)


def remove_alert_rule(engine: Engine, viewer: Viewer, newest: SetRule, now: datetime) -> None:
    """Take back all that was set of a rule: one that ships is as shipped again, one of the site's own is gone.

    Raises:
        As `undo_alert_rule`.
    """
    _take_back(engine, viewer, newest, now, is_all=True)


def _take_back(engine: Engine, viewer: Viewer, newest: SetRule, now: datetime, *, is_all: bool) -> None:
    require(viewer, Right.TARGETS)
    _require_own(viewer, newest.rule)
    with transaction(engine) as session:
        held = _require_newest(session, newest.rule.key, newest.id)
        for row in held if is_all else held[:1]:
            row.removed_at, row.removed_by = now, viewer.name
        audit.append(session, viewer, audit.Act.ALERT_RULE_TAKEN_BACK, written(newest.rule), now)


def restore_alert_rule(engine: Engine, viewer: Viewer, gone: SetRule, now: datetime) -> None:
    """Put back what was taken back last of a rule.

    Raises:
        NotAllowed: the viewer's role sets no rules, or the rule watches what is not the viewer's to see.
        StateConflict: it has been put back or set anew in the meantime.
    """
    require(viewer, Right.TARGETS)
    _require_own(viewer, gone.rule)
    with transaction(engine) as session:
        row = session.get(AlertRuleRow, gone.id)
        newer = select(AlertRuleRow).where(
            AlertRuleRow.key == gone.rule.key, AlertRuleRow.version > gone.version, AlertRuleRow.removed_at.is_(None)
        )
        if row is None or row.removed_at is None or session.scalars(newer).first():
            raise conflict()
        row.removed_at = row.removed_by = None
        audit.append(session, viewer, audit.Act.ALERT_RULE_SET, written(gone.rule), now)


def _require_own(viewer: Viewer, rule: AlertRule) -> None:
    if not viewer.covers(rule.filters):
        raise InvalidSettings(
            "This alert would watch teams that you do not see.", "Choose one or more of your own teams in its scope."
        )


def _require_newest(session: Session, key: str, seen: str) -> list[AlertRuleRow]:
    """What is held of a rule, the newest first, when that is what the viewer saw."""
    asked = select(AlertRuleRow).where(AlertRuleRow.key == key, AlertRuleRow.removed_at.is_(None))
    held = list(session.scalars(asked.order_by(AlertRuleRow.version.desc())))
    if (held[0].id if held else "") != seen:
        raise conflict()
    return held


def _require_room(session: Session) -> None:
    keys = set(session.scalars(select(AlertRuleRow.key).where(AlertRuleRow.removed_at.is_(None)))) - SHIPPED_KEYS
    if len(keys) >= MOST:
        raise InvalidSettings(
            "There are {most} alerts of your own already.", "Take one off that does not earn its place.", most=MOST
        )
