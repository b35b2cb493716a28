"""The rules of the site: what people set in the place of the defaults that ship."""

from collections.abc import Mapping

from data_access import audit
from data_access.connecting.hours import usual_rules
from data_access.set_values import Book, ValueRow
from metrics.adjustable import SETTINGS, Value, check, rules_with, value_of
from metrics.rules import Rules


class RuleRow(ValueRow):
    """Values in the unit of Rules."""

    __tablename__ = "rules"


def _whole(values: Mapping[str, Value]) -> Rules:
    return rules_with(usual_rules(), values)


RULES: Book[Rules] = Book(
    table=RuleRow,
    names=SETTINGS,
    whole=_whole,
    value_of=value_of,
    check=check,
    acts=(audit.Act.RULE_SET, audit.Act.RULE_TAKEN_BACK),
)
read_rules, read_rule_history = RULES.read, RULES.history
save_rules, undo_rule, reset_rules = RULES.save, RULES.undo, RULES.reset
