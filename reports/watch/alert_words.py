"""Alerts in words: what a rule watches, what it is called, and where its events stand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from data_access.watch.events import Event
from metrics.adjustable import STEPS
from metrics.alerts.rule import ON_METRICS, OVERDUE, AlertRule, Kind, Side, rule_of
from metrics.catalogue import CATALOGUE
from metrics.data_quality.declared import CHECKS
from metrics.desk.due import steps
from metrics.metric import Unit
from metrics.rules import HOUR, Rules
from reports import text
from reports.text import N_, Label, _

KINDS: dict[str, str] = {
    Kind.THRESHOLD: N_("A figure beyond a limit"),
    Kind.GROWTH: N_("A figure that rises or falls"),
    Kind.SPECIAL_CAUSE: N_("A special cause"),
    Kind.CASES: N_("Single cases"),
    Kind.DEADLINE: N_("Deadlines of complaints"),
    Kind.EMERGING: N_("Emerging issues"),
    Kind.FORECAST: N_("A forecast beyond a limit"),
    Kind.NO_DATA: N_("Data that do not arrive"),
    Kind.CHECK: N_("Rows that cannot be right"),
    Kind.VOLUME: N_("An unusual number of rows"),
    Kind.DRIFT: N_("Tables that change"),
    Kind.EVALUATION: N_("Alerts themselves"),
}
NAMES = {
    (Kind.THRESHOLD, Side.BELOW, True): N_("{metric} surely below {limit}"),
    (Kind.THRESHOLD, Side.ABOVE, True): N_("{metric} surely above {limit}"),
    (Kind.THRESHOLD, Side.BELOW, False): N_("{metric} below {limit}"),
    (Kind.THRESHOLD, Side.ABOVE, False): N_("{metric} above {limit}"),
    (Kind.GROWTH, Side.ABOVE, True): N_("{metric} surely rises, by more than {limit}"),
    (Kind.GROWTH, Side.ABOVE, False): N_("{metric} rises by more than {limit}"),
    (Kind.GROWTH, Side.BELOW, True): N_("{metric} surely falls, by more than {limit}"),
    (Kind.GROWTH, Side.BELOW, False): N_("{metric} falls by more than {limit}"),
}
CASES = N_("{metric}: {limit} or more cases in {days} days")
CASES_A_DAY = N_("{metric}: {limit} or more cases in a day")
PAST_DUE = N_("{limit} or more complaints past a deadline")
FALLS_DUE = N_("{limit} or more complaints with a deadline within {time}")
SPECIAL = {
    Side.ABOVE: N_("{metric} rises, and not by chance"),
    Side.BELOW: N_("{metric} falls, and not by chance"),
}
EXPECTED = N_("{table}: more than {limit} expected on a day")
EMERGING = N_("An issue comes up among complaints")
FOUND = {
    True: N_("{check}: surely more than {limit}"),
    False: N_("{check}: more than {limit}"),
}
UNUSUAL = N_("{table}: a day off what is expected by more than {limit}")
DRIFT = N_("A table or column is gone, new or of another type")
NO_DATA = N_("{table}: nothing new for more than {time}")
EVALUATION = N_("Alerts cannot be evaluated")
TABLES = {
    "contacts": N_("Contacts"),
    "complaints": N_("Complaints"),
    "qa_reviews": N_("QA reviews"),
    "volumes": N_("Volumes"),
}
FIXED = {
    Kind.FORECAST: EXPECTED,
    Kind.EMERGING: EMERGING,
    Kind.NO_DATA: NO_DATA,
    Kind.EVALUATION: EVALUATION,
    Kind.VOLUME: UNUSUAL,
    Kind.DRIFT: DRIFT,
}
HEADINGS: dict[str, str] = {Side.BELOW: N_("falls"), Side.ABOVE: N_("rises")}
SIDES: dict[str, str] = {Side.BELOW: N_("below"), Side.ABOVE: N_("above")}
UNITS = {
    Unit.PERCENT: N_("percent"),
    Unit.PER_THOUSAND: N_("per 1,000"),
    Unit.PER_MILLION: N_("per million"),
    Unit.SECONDS: N_("seconds"),
    Unit.SCORE: N_("score"),
    Unit.COEFFICIENT: N_("−1 to 1"),
}
LIMITS = {
    Kind.GROWTH: N_("Limit, percent of the level before"),
    Kind.CASES: N_("So many cases or more"),
    Kind.DEADLINE: N_("So many complaints or more"),
    Kind.FORECAST: N_("Limit, a day"),
    Kind.NO_DATA: N_("Limit, hours"),
    Kind.CHECK: N_("Limit, percent of the rows"),
    Kind.VOLUME: N_("Limit, percent more or less than expected"),
}
DAY_HOURS = 24
SILENT_DAYS = 2  # up to them a silence is told in hours
STATES = {
    "new": N_("Nobody on it yet"),
    "taken": N_("Taken on"),
    "snoozed": N_("Snoozed"),
    "over": N_("Over"),
}


def name(rule: AlertRule, rules: Rules) -> str:
    """What a rule is called: its own name, or what it declares."""
    return rule.name or declared(rule, rules)


def declared(rule: AlertRule, rules: Rules) -> str:
    """What a rule declares, without its scope."""
    told = {"limit": limit_of(rule), "days": rule.window_days, "time": limit_of(rule)}
    if rule.kind in ON_METRICS:
        told["metric"] = metric_name(rule)
    if rule.about in STEPS:
        told["time"] = text.span(steps(rules)[STEPS.index(rule.about)])
    if rule.kind is Kind.CHECK:
        told["check"] = _(CHECKS[rule.about].name) if rule.about in CHECKS else rule.about
    if rule.about in TABLES:
        told["table"] = _(TABLES[rule.about])
    return _(_sentence(rule)).format_map(told)


def metric_name(rule: AlertRule) -> str:
    """What its metric is called; one that has left the catalogue by its id."""
    return _(rule.metric.name) if rule.metric else rule.about


def _sentence(rule: AlertRule) -> str:
    if rule.kind is Kind.DEADLINE:
        return PAST_DUE if rule.about == OVERDUE else FALLS_DUE
    if rule.kind is Kind.CASES:
        return CASES_A_DAY if rule.window_days == 1 else CASES
    if rule.kind is Kind.SPECIAL_CAUSE:
        return SPECIAL[rule.side]
    if rule.kind is Kind.CHECK:
        return FOUND[rule.is_sure]
    return FIXED[rule.kind] if rule.kind in FIXED else NAMES[rule.kind, rule.side, rule.is_sure]


def limit_label(rule: AlertRule) -> str:
    """What the field of the limit is called: with the unit that is typed in."""
    if rule.kind is Kind.THRESHOLD:
        return _("Limit, {unit}").format(unit=_(UNITS[CATALOGUE[rule.about].unit]))
    return _(LIMITS[rule.kind])


def limit_of(rule: AlertRule) -> str:
    """The limit with its unit."""
    return amount(rule, rule.limit)


def amount(rule: AlertRule, value: float | None) -> str:
    """A number held against the rule's limit, with its unit."""
    if value is None:
        return "–"
    match rule.kind:
        case Kind.THRESHOLD | Kind.SPECIAL_CAUSE:
            return text.value(value, rule.unit) if rule.unit else text.number(value, 2)
        case Kind.GROWTH | Kind.CHECK | Kind.VOLUME:
            return text.value(value, Unit.PERCENT)
        case Kind.NO_DATA:
            return silence(value)
    return text.number(value)


def silence(hours: float) -> str:
    """How long nothing came: to the hour, and from two days on in days and hours."""
    whole = round(hours)
    if whole < SILENT_DAYS * DAY_HOURS:
        return text.span(whole * HOUR)
    told = {"days": text.number(whole // DAY_HOURS), "hours": whole % DAY_HOURS}
    return _("{days} d {hours} h").format_map(told)


def places(rule: AlertRule, label: Label) -> str:
    """What a rule is narrowed to."""
    kept = [
        text.labelled(text.dimension(each), text.listed([label(each, value) for value in values]))
        for each, values in rule.filters
    ]
    return " · ".join(kept) or _("everything")


def state_code(event: Event, now: datetime) -> str:
    """Where an event stands: new, taken, snoozed or over."""
    if not event.is_open:
        return "over"
    if event.taken_at:
        return "taken"
    return "snoozed" if event.snoozed_until and event.snoozed_until > now else "new"


def state(event: Event, now: datetime) -> str:
    return _(STATES[state_code(event, now)])


def headline(open_: Sequence[Event], *, is_on: bool) -> str:
    """How many events are open, and how many of them nobody has taken on."""
    if not open_:
        return _("No alert is open.") if is_on else _("No alert is switched on.")
    free = sum(each.taken_at is None for each in open_)
    if not free:
        return _("Open alerts: {count}. Somebody has taken each of them on.").format(count=text.number(len(open_)))
    sentence = _("Open alerts: {count}. Nobody has taken on {free} of them yet.")
    return sentence.format(count=text.number(len(open_)), free=text.number(free))


def logged(scope: Mapping[str, Any]) -> str:
    """An entry of the audit log: which rule, what it watches, and whether it was switched on; an event's note."""
    if "channel" in scope:
        return scope["channel"]
    rule = rule_of(scope.get("rule", scope))
    told = [name(rule, Rules()), places(rule, lambda _name, code: text.code(code))]
    if "rule" not in scope:
        told.append(_("on") if rule.is_on else _("off"))
    return " · ".join([*told, *([scope["words"]] if scope.get("words") else [])])
