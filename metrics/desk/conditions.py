"""House rules: a few conditions on a case, each a field, an operator and a value from fixed lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from metrics.errors import InvalidSettings, UnknownName, near

MOST_CONDITIONS = 3
LONGEST_CODE = 80


class Kind(StrEnum):
    """What a field holds."""

    FLAG = "flag"
    NUMBER = "number"
    CODE = "code"


class Operator(StrEnum):
    """How a field is held against a value."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    IS = "is"
    IS_NOT = "is_not"


#: What was known of a case at the instant of a look, in the order of the page.
FIELDS: dict[str, Kind] = {
    "dissatisfaction_score": Kind.NUMBER,
    "contacts_before": Kind.NUMBER,
    "earlier_same": Kind.NUMBER,
    "earlier": Kind.NUMBER,
    "open_hours": Kind.NUMBER,
    "severity": Kind.CODE,
    "issue_type": Kind.CODE,
    "channel": Kind.CODE,
    "product": Kind.CODE,
    "wants_escalation": Kind.FLAG,
    "demands_quick_reply": Kind.FLAG,
    "escalated_before": Kind.FLAG,
    "is_answered": Kind.FLAG,
}
OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.NUMBER: (Operator.AT_LEAST, Operator.AT_MOST),
    Kind.CODE: (Operator.IS, Operator.IS_NOT),
    Kind.FLAG: (Operator.IS,),
}
Value = bool | float | str


@dataclass(frozen=True, slots=True)
class Condition:
    """One claim about a case: a field at least, at most, equal to or other than a value."""

    field: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class HouseRule:
    """A trigger of the site's own: all of its conditions hold."""

    id: str
    name: str
    conditions: tuple[Condition, ...]


def holds(rule: HouseRule) -> pl.Expr:
    """The rule as a claim about a look; what is not known meets no condition."""
    return pl.all_horizontal([_holds(each) for each in rule.conditions])


def _holds(condition: Condition) -> pl.Expr:
    field, value = pl.col(condition.field), pl.lit(condition.value)
    match condition.operator:
        case Operator.AT_LEAST:
            claim = field >= value
        case Operator.AT_MOST:
            claim = field <= value
        case Operator.IS_NOT:
            claim = field != value
        case _:
            claim = field == value
    return claim.fill_null(value=False)


def check(conditions: Sequence[Condition]) -> None:
    """
    Raises:
        UnknownName: there is no such field.
        InvalidSettings: there are no conditions or too many, or one does not fit its field.
    """
    if not 0 < len(conditions) <= MOST_CONDITIONS:
        raise InvalidSettings(
            "A house rule has 1 to {most} conditions; this one has {count}.",
            "Choose a field for at least one condition.",
            most=MOST_CONDITIONS,
            count=len(conditions),
        )
    for each in conditions:
        if each.field not in FIELDS:
            raise UnknownName(
                "No case has the field '{field}'.", "Did you mean: {near}?", field=each.field,
                near=near(each.field, FIELDS),
            )  # fmt: skip
        if each.operator not in OPERATORS[FIELDS[each.field]] or not _fits(each):
            raise InvalidSettings(
                "'{field}' cannot be held against '{value}' like this.",
                "Choose a number for what is counted, and one of the values on offer for anything else.",
                field=each.field,
                value=str(each.value),
            )


def _fits(condition: Condition) -> bool:
    value = condition.value
    match FIELDS[condition.field]:
        case Kind.FLAG:
            return isinstance(value, bool)
        case Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1e6
    return isinstance(value, str) and 0 < len(value) <= LONGEST_CODE
