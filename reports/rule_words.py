"""The rules of the site in words: what each is called, what it does, and its values as a person reads them."""

from metrics.adjustable import SETTINGS, Kind, Setting, Value
from metrics.answering import FORMULAS
from metrics.stages import Stage
from reports import text
from reports.text import N_, _

THEMES = {
    "stage": N_("Stage of the centre"),
    "resolution": N_("First-contact resolution and small numbers"),
    "answering": N_("Answering"),
    "deadlines": N_("Deadlines of complaints by severity"),
    "handling": N_("Complaint handling and follow-up"),
    "contacts": N_("Limits of contacts by priority"),
    "quality": N_("Shares of quality control"),
}
NAMES = {
    "stage": N_("Which indicators lead"),
    "fcr_window_days": N_("No further contact within, days (W)"),
    "fcr_gap_days": N_("No contact before within, days (W0)"),
    "min_denominator": N_("Fewest cases that may be judged"),
    "service_level_formula": N_("Formula of the service level"),
    "answer_seconds": N_("Answered in time within, seconds (T)"),
    "short_abandon_seconds": N_("Short abandon within, seconds"),
    "hand_over_seconds": N_("Hand-over to the department within, minutes"),
    "department_seconds": N_("Reply of the department within, minutes"),
    "solution_seconds": N_("Solution within, hours"),
    "follow_up_seconds": N_("Follow-up after the resolution within, hours"),
    "high_value_follow_up_seconds": N_("Follow-up of high-value customers within, hours"),
    "repeat_complaint_days": N_("Repeated complaint within, days"),
    "team_share": N_("Team QA: share of each day’s contacts, %"),
    "centre_share": N_("Centre QA: share of agents a week, %"),
}
LEGS = {
    "response": N_("{severity} complaints: first response within, minutes"),
    "resolution": N_("{severity} complaints: resolution within, hours"),
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


def name(rule: str) -> str:
    """What a rule is called."""
    match rule.split("."):
        case ["deadlines", severity, leg] if leg in LEGS:
            return _(LEGS[leg]).format(severity=text.code(severity))
        case ["contact_limits", priority]:
            return _("{priority} priority: resolution within, hours").format(priority=text.code(priority))
    return _(NAMES[rule]) if rule in NAMES else rule


def choice(rule: str, code: str) -> str:
    """What one of a rule's choices is called."""
    if rule == "stage" and code in STAGES:
        return _(STAGES[code])
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
