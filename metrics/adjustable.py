"""What of the rules a site may set, within which bounds, and what it means for the rules in force."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from metrics.answering import FORMULAS
from metrics.errors import InvalidSettings, UnknownName, near
from metrics.rules import DAY, HOUR, MINUTE, Rules
from metrics.spc import RULE_SETS
from metrics.stages import Stage
from metrics.working_time import Clock

Value = int | float | str


class Kind(StrEnum):
    """What a setting is counted in; times are kept in seconds and set in the unit that fits them."""

    CHOICE = "choice"
    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"


SECONDS = {Kind.MINUTES: MINUTE, Kind.HOURS: HOUR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One rule that may be set. `name` is a field of Rules, or of one of its parts: `deadlines.urgent.response`."""

    name: str
    kind: Kind
    low: int = 1
    high: int = 365
    choices: tuple[str, ...] = ()

    @property
    def scale(self) -> int:
        """By what a number in the setting's unit becomes one of Rules."""
        return SECONDS.get(self.kind, 1)


RUNGS, STEPS = ("department", "head", "leader"), ("soon", "later", "last")  # in the order in which they rise
SEVERITIES, PRIORITIES = tuple(Rules().deadlines), tuple(Rules().contact_limits)
#: By theme, in the order of the page.
THEMES: dict[str, tuple[Setting, ...]] = {
    "stage": (Setting(name="stage", kind=Kind.CHOICE, choices=tuple(Stage)),),
    "control": (Setting(name="control_rules", kind=Kind.CHOICE, choices=tuple(RULE_SETS)),),
    "resolution": (
        Setting(name="fcr_window_days", kind=Kind.DAYS, high=90),
        Setting(name="fcr_gap_days", kind=Kind.DAYS, high=90),
        Setting(name="min_denominator", kind=Kind.COUNT, high=1_000),
    ),
    "answering": (
        Setting(name="service_level_formula", kind=Kind.CHOICE, choices=tuple(FORMULAS)),
        Setting(name="answer_seconds", kind=Kind.SECONDS, high=3_600),
        Setting(name="short_abandon_seconds", kind=Kind.SECONDS, high=120),
    ),
    "deadlines": tuple(
        Setting(name=f"deadlines.{severity}.{leg}", kind=kind, high=high)
        for severity in SEVERITIES
        for leg, kind, high in (("response", Kind.MINUTES, 30 * DAY // MINUTE), ("resolution", Kind.HOURS, 2_160))
    ),
    "handling": (
        Setting(name="hand_over_seconds", kind=Kind.MINUTES, high=10_080),
        Setting(name="department_seconds", kind=Kind.MINUTES, high=43_200),
        Setting(name="solution_seconds", kind=Kind.HOURS, high=2_160),
        Setting(name="follow_up_seconds", kind=Kind.HOURS, high=2_160),
        Setting(name="high_value_follow_up_seconds", kind=Kind.HOURS, high=2_160),
        Setting(name="dissatisfied_score", kind=Kind.COUNT, high=3),
        Setting(name="repeat_complaint_days", kind=Kind.DAYS),
        Setting(name="escalation_complaints", kind=Kind.COUNT, low=2, high=20),
        Setting(name="strong_dissatisfaction", kind=Kind.COUNT, high=100),
        Setting(name="growth_alarm", kind=Kind.PERCENT, high=100),
    ),
    "clock": (
        Setting(name="deadline_clock", kind=Kind.CHOICE, choices=tuple(Clock)),
        Setting(name="office_opens_seconds", kind=Kind.HOURS, low=0, high=23),
        Setting(name="office_closes_seconds", kind=Kind.HOURS, high=24),
    ),
    "reminders": (
        *(Setting(name=f"reminder_{rung}_seconds", kind=Kind.MINUTES, high=43_200) for rung in RUNGS),
        *(Setting(name=f"due_{step}_seconds", kind=Kind.HOURS, high=720) for step in STEPS),
    ),
    "contacts": tuple(
        Setting(name=f"contact_limits.{priority}", kind=Kind.HOURS, high=2_160) for priority in PRIORITIES
    ),
    "quality": (
        Setting(name="team_share", kind=Kind.PERCENT, high=100),
        Setting(name="centre_share", kind=Kind.PERCENT, high=100),
        Setting(name="random_share", kind=Kind.PERCENT, low=10, high=100),
        Setting(name="new_agent_days", kind=Kind.DAYS),
        Setting(name="training_workdays", kind=Kind.DAYS, high=30),
        Setting(name="recurrence_days", kind=Kind.DAYS),
    ),
    "data": tuple(
        Setting(name=f"{fault}_limit", kind=Kind.PERCENT, low=0, high=100)
        for fault in ("twice", "orphan", "impossible", "unmapped", "empty", "late", "volume")
    ),
    "staff": (
        Setting(name="staff_service_level", kind=Kind.PERCENT, high=99),
        Setting(name="staff_occupancy", kind=Kind.PERCENT, low=30, high=99),
        Setting(name="staff_shrinkage", kind=Kind.PERCENT, low=0, high=70),
    ),
}
#: Settings of which each must be larger than the one before.
ORDERED = (
    ("office_opens_seconds", "office_closes_seconds"),
    tuple(f"reminder_{rung}_seconds" for rung in RUNGS),
    tuple(f"due_{step}_seconds" for step in STEPS),
)
SETTINGS: dict[str, Setting] = {each.name: each for chosen in THEMES.values() for each in chosen}


def value_of(rules: Rules, name: str) -> Value:
    """A setting's value in these rules."""
    found: object = rules
    for part in name.split("."):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    if not isinstance(found, int | float | str):
        raise TypeError(name)
    return found


def rules_with(rules: Rules, values: Mapping[str, Value]) -> Rules:
    """The rules with some of them set otherwise; names that nobody may set any more are passed over."""
    for name, value in values.items():
        if name not in SETTINGS:
            continue
        field, *parts = name.split(".")
        match parts:
            case [severity, leg]:
                limit = replace(rules.deadlines[severity], **{leg: value})
                rules = replace(rules, deadlines=rules.deadlines | {severity: limit})
            case [priority]:
                rules = replace(rules, contact_limits=rules.contact_limits | {priority: value})
            case _:
                rules = replace(rules, **{field: value})
    return rules


def check(values: Mapping[str, Value], rules: Rules) -> None:
    """See that values may be set, beside the rules that stay.

    Raises:
        UnknownName: there is no such rule, or no such choice.
        InvalidSettings: a number is out of bounds, a first response would be due after the resolution, who waited
            longer than T would pass as a short abandon, or what rises from step to step would not.
    """
    for name, value in values.items():
        if name not in SETTINGS:
            raise UnknownName(
                "There is no rule '{rule}' to set.", "Did you mean: {near}?", rule=name, near=near(name, SETTINGS)
            )
        _check_one(SETTINGS[name], value)
    then = rules_with(rules, values)
    if then.short_abandon_seconds > then.answer_seconds:
        raise InvalidSettings(
            "Who gave up after more than T ({limit} seconds) has waited too long and cannot count as a short abandon "
            "(within {short} seconds).",
            "Choose a short abandon of T or less, or a longer T.",
            limit=then.answer_seconds,
            short=then.short_abandon_seconds,
        )
    for severity, limit in then.deadlines.items():
        if limit.response > limit.resolution:
            raise InvalidSettings(
                "The first response to a complaint of the severity '{severity}' would be due after its resolution.",
                "Choose a shorter time to the first response, or a longer one to the resolution.",
                severity=severity,
            )
    _check_order(rules_with(rules, values))


def _check_order(rules: Rules) -> None:
    for names in ORDERED:
        amounts = [getattr(rules, name) for name in names]
        if amounts != sorted(set(amounts)):
            raise InvalidSettings(
                "The rules '{rule}' and those after it would not rise from one to the next.",
                "Choose for each a larger number than for the one before it.",
                rule=names[0],
            )


def _check_one(setting: Setting, value: Value) -> None:
    if setting.kind is Kind.CHOICE:
        if value not in setting.choices:
            choices = near(str(value), setting.choices)
            raise UnknownName(
                "The rule '{rule}' cannot be '{value}'.",
                "Use one of these: {choices}.",
                rule=setting.name,
                value=value,
                choices=choices,
            )
        return
    low, high = setting.low * setting.scale, setting.high * setting.scale
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_whole = is_number and (setting.kind is Kind.PERCENT or float(value) % setting.scale == 0)
    if not (is_number and is_whole and low <= value <= high):
        raise InvalidSettings(
            "The rule '{rule}' cannot be set to {value}.",
            "Choose a number from {low} to {high}.",
            value=f"{value / setting.scale:g}" if is_number else value,
            rule=setting.name,
            low=setting.low,
            high=setting.high,
        )
