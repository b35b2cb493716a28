"""The rules of the site: what people set in the place of the defaults that ship."""

from functools import partial

from data_access import audit
from data_access.set_values import Book, ValueRow
from metrics.adjustable import SETTINGS, check, rules_with, value_of
from metrics.rules import Rules


class RuleRow(ValueRow):
    """Values in the unit of Rules."""

    __tablename__ = "rules"


RULES: Book[Rules] = Book(
    table=RuleRow,
    names=SETTINGS,
    whole=partial(rules_with, Rules()),
    value_of=value_of,
    check=check,
    acts=(audit.Act.RULE_SET, audit.Act.RULE_TAKEN_BACK),
)
read_rules, read_rule_history = RULES.read, RULES.history
save_rules, undo_rule, reset_rules = RULES.save, RULES.undo, RULES.reset
