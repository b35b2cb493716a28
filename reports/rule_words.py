"""The rules of the site in words: what each is called, what it does, and its values as a person reads them."""

from metrics.adjustable import SETTINGS, Kind, Setting, Value
from metrics.answering import FORMULAS
from metrics.stages import Stage
from reports import text
from reports.rule_names import CLOCKS, CONTROL_RULES
from reports.text import N_, _

THEMES = {
    "stage": N_("Stage of the centre"),
    "control": N_("Control charts"),
    "resolution": N_("First-contact resolution and small numbers"),
    "answering": N_("Answering"),
    "deadlines": N_("Deadlines of complaints by severity"),
    "handling": N_("Complaint handling and follow-up"),
    "clock": N_("Clock of deadlines (urgent complaints: always around the clock)"),
    "reminders": N_("Reminders after the hand-over, and what falls due"),
    "contacts": N_("Limits of contacts by priority"),
    "quality": N_("Shares of quality control"),
    "data": N_("When the data are in trouble"),
    "staff": N_("What the staff is reckoned for"),
}
STAGES: dict[str, str] = {
    Stage.YOUNG: N_("Young centre: first-contact resolution leads"),
    Stage.GROWING: N_("Growing centre: complaints and quality lead"),
    Stage.MATURE: N_("Mature centre: win-back leads"),
}
#: Headings of what leads the overview.
LEADING: dict[str, str] = {
    Stage.YOUNG: N_("Leading in a young centre"),
    Stage.GROWING: N_("Leading in a growing centre"),
    Stage.MATURE: N_("Leading in a mature centre"),
}


def why_leading(stage: str) -> str:
    """Why some metrics stand before the others, and who changes that."""
    return _(
        "These stand first because the stage of the centre is set to “{stage}”. It is changed on the page Rules by who "
        "may set targets."
    ).format(stage=_(STAGES[stage]))


def choice(rule: str, code: str) -> str:
    """What one of a rule's choices is called."""
    if rule == "stage" and code in STAGES:
        return _(STAGES[code])
    if rule == "deadline_clock" and code in CLOCKS:
        return _(CLOCKS[code])
    if rule == "control_rules" and code in CONTROL_RULES:
        return _(CONTROL_RULES[code])
    return _(FORMULAS[code].name) if code in FORMULAS else code


def value(rule: str, amount: Value) -> str:
    """A value with its unit."""
    setting = SETTINGS.get(rule)
    if setting is None or isinstance(amount, str):
        return choice(rule, str(amount))
    return _amount(setting, amount)


def _amount(setting: Setting, amount: float) -> str:
    match setting.kind:
        case Kind.DAYS:
            return _("{count} d").format(count=text.number(amount))
        case Kind.PERCENT:
            share = text.number(amount, 0 if float(amount).is_integer() else 1)
            return f"{share} %" if text.language.get() == "en" else f"{share}%"
        case Kind.COUNT:
            return text.number(amount)
    return text.span(int(amount))
