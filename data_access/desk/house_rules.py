"""House rules: triggers of escalation that people add to those that ship, with who and when."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Engine, select
from sqlalchemy.orm import Mapped, mapped_column

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.desk.conditions import FIELDS, Condition, HouseRule, check
from metrics.errors import InvalidSettings

LONGEST = 40  # characters; the name stands in tables and charts
MOST = 20  # rules: each is one more chance to be right by accident


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRule(Pinned):
    """A house rule on record; `conditions` as JSON: a list of field, operator and value."""

    name: str
    conditions: list[dict[str, Any]]

    def rule(self) -> HouseRule:
        return HouseRule(self.id, self.name, tuple(Condition(**each) for each in self.conditions))


class HouseRuleRow(PinnedRow):
    __tablename__ = "house_rules"

    name: Mapped[str]
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class PastRule:
    """A house rule as it was set once, and who took it off when; None where it holds."""

    rule: KeptRule
    removed_at: datetime | None
    removed_by: str | None


def read_house_rules(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[PastRule]:
    """Every house rule that was ever set, the newest first; names without personal data for who is not cleared.

    Args:
        people: names of known people, which are looked for in the rules' names.
    """
    with transaction(engine) as session:
        rows = session.scalars(select(HouseRuleRow).order_by(HouseRuleRow.made_at.desc(), HouseRuleRow.id))
        past = [PastRule(pinned.of_row(KeptRule, row), row.removed_at, row.removed_by) for row in rows]
    shown = pinned.as_seen((each.rule for each in past), ("name",), viewer, people)
    return [replace(each, rule=rule) for each, rule in zip(past, shown, strict=True)]


def in_force(past: Iterable[PastRule]) -> tuple[HouseRule, ...]:
    """The house rules that hold, in the order in which they were set; one on a field that is gone is passed over."""
    rules = [each.rule.rule() for each in reversed(list(past)) if each.removed_at is None]
    return tuple(each for each in rules if all(condition.field in FIELDS for condition in each.conditions))


def add_house_rule(
    engine: Engine, viewer: Viewer, name: str, conditions: Sequence[Condition], now: datetime
) -> KeptRule:
    """Put a house rule on record.

    Raises:
        NotAllowed: the viewer's role sets no rules.
        UnknownName, InvalidSettings: it has no name or too long a one, a condition does not fit its field, or there
            are too many rules.
    """
    require(viewer, Right.TARGETS)
    called = " ".join(name.split())
    if not 0 < len(called) <= LONGEST:
        raise InvalidSettings(
            "The name of a rule has 1 to {most} characters; this one has {count}.",
            "Say in a few words what it is for.",
            most=LONGEST,
            count=len(called),
        )
    check(conditions)
    with transaction(engine) as session:
        if len(pinned.held(session, KeptRule, HouseRuleRow)) >= MOST:
            raise InvalidSettings(
                "There are {most} house rules already.", "Take one off that does not earn its place.", most=MOST
            )
        rule = KeptRule(name=called, conditions=[asdict(each) for each in conditions])
        fresh = pinned.pin(session, HouseRuleRow, rule, viewer, now)
        audit.append(session, viewer, audit.Act.HOUSE_RULE_ADDED, _told(fresh), now)
    return fresh


def _told(rule: KeptRule) -> dict[str, Any]:
    return {"name": rule.name, "conditions": rule.conditions}


remove_house_rule = pinned.remover(HouseRuleRow, Right.TARGETS, audit.Act.HOUSE_RULE_REMOVED, _told)
restore_house_rule = pinned.restorer(HouseRuleRow, Right.TARGETS, audit.Act.HOUSE_RULE_RESTORED, _told)
