"""House rules in words: what a field of a case is called, and how it is held against a value."""

from collections.abc import Iterable

from metrics.desk.conditions import Condition, Operator
from reports import text
from reports.text import N_, _

NAMES = {
    "dissatisfaction_score": N_("Dissatisfaction (0 to 100)"),
    "contacts_before": N_("Own contacts in the time looked back on"),
    "earlier_same": N_("Earlier complaints about the same issue"),
    "earlier": N_("Earlier complaints about anything"),
    "open_hours": N_("Open for, hours"),
    "severity": N_("Severity"),
    "issue_type": N_("Issue type"),
    "channel": N_("Channel"),
    "product": N_("Product"),
    "wants_escalation": N_("Says that he will escalate"),
    "demands_quick_reply": N_("Demands a quick reply"),
    "escalated_before": N_("Escalated before"),
    "is_answered": N_("Has had a first response"),
}
OPERATORS: dict[str, str] = {
    Operator.AT_LEAST: N_("at least"),
    Operator.AT_MOST: N_("at most"),
    Operator.IS: N_("is"),
    Operator.IS_NOT: N_("is not"),
}
#: Whole conditions, as sentences are not glued.
WORDS: dict[str, str] = {
    Operator.AT_LEAST: N_("{field} ≥ {value}"),
    Operator.AT_MOST: N_("{field} ≤ {value}"),
    Operator.IS: N_("{field}: {value}"),
    Operator.IS_NOT: N_("{field}: not {value}"),
}


def field(name: str) -> str:
    return _(NAMES[name]) if name in NAMES else name


def operator(name: str) -> str:
    return _(OPERATORS[name])


def value(condition: Condition) -> str:
    """Yes and no for what holds or not, codes by their names."""
    given = condition.value
    if isinstance(given, bool):
        return _("Yes") if given else _("No")
    if isinstance(given, str):
        return text.code(given)
    return text.number(given, 0 if float(given).is_integer() else 1)


def condition(each: Condition) -> str:
    """Dissatisfaction (0 to 100) ≥ 80."""
    words = WORDS.get(each.operator, WORDS[Operator.IS])
    return _(words).format(field=field(each.field), value=value(each))


def listed(conditions: Iterable[Condition]) -> str:
    """All conditions of a rule; they have to hold together."""
    return text.joined(condition(each) for each in conditions)
