"""Alerts in words: what a rule watches, what an event tells, why a message has not arrived."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from data_access.watch.events import Event, What
from metrics.adjustable import STEPS
from metrics.alerts.rule import ON_METRICS, OVERDUE, AlertRule, Kind, Side, rule_of
from metrics.catalogue import CATALOGUE
from metrics.decomposition import Contributor
from metrics.desk.due import steps
from metrics.metric import Metric, Unit
from metrics.rules import HOUR, Rules
from metrics.scope import Period
from reports import text, why
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
NO_DATA = N_("{table}: nothing new for more than {time}")
EVALUATION = N_("Alerts cannot be evaluated")
TABLES = {
    "contacts": N_("Contacts"),
    "complaints": N_("Complaints"),
    "qa_reviews": N_("QA reviews"),
    "volumes": N_("Volumes"),
}
PAST_ONE = N_("Complaints past a deadline: {count}; open complaints: {all}.")
SOON = N_("Complaints with a deadline soon: {count}; open complaints: {all}.")
HEADINGS: dict[str, str] = {Side.BELOW: N_("falls"), Side.ABOVE: N_("rises")}
SIDES: dict[str, str] = {Side.BELOW: N_("below"), Side.ABOVE: N_("above")}
ISSUES = {
    "type": N_("“{issue}” grows among complaints: {count} in the last year."),
    "words": N_("“{issue}” is said more and more: {count} complaints in the last weeks."),
    "code": N_("“{issue}” is new among complaints: {count} so far."),
}
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
}
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
    if rule.about in CATALOGUE:
        told["metric"] = _(CATALOGUE[rule.about].name)
    if rule.about in STEPS:
        told["time"] = text.span(steps(rules)[STEPS.index(rule.about)])
    if rule.about in TABLES:
        told["table"] = _(TABLES[rule.about])
    return _(_sentence(rule)).format_map(told)


def _sentence(rule: AlertRule) -> str:
    if rule.kind is Kind.DEADLINE:
        return PAST_DUE if rule.about == OVERDUE else FALLS_DUE
    if rule.kind is Kind.CASES:
        return CASES_A_DAY if rule.window_days == 1 else CASES
    if rule.kind is Kind.SPECIAL_CAUSE:
        return SPECIAL[rule.side]
    fixed = {Kind.FORECAST: EXPECTED, Kind.EMERGING: EMERGING, Kind.NO_DATA: NO_DATA, Kind.EVALUATION: EVALUATION}
    return fixed[rule.kind] if rule.kind in fixed else NAMES[rule.kind, rule.side, rule.is_sure]


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
            return text.value(value, CATALOGUE[rule.about].unit)
        case Kind.GROWTH:
            return text.value(value, Unit.PERCENT)
        case Kind.NO_DATA:
            return text.span(round(value * HOUR))
    return text.number(value)


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


def lines(event: Event, label: Label, rules: Rules) -> list[str]:
    """An event in full: what was found, of which days and scope, against which target, and what moved it."""
    told = [found(event, label)]
    if event.what is What.FAILED:
        return told
    why_ = driver(event, label)
    return [*told, *circumstances(event, label, rules), *([why_] if why_ else [])]


def circumstances(event: Event, label: Label, rules: Rules) -> list[str]:
    """The rule where it has a name of its own, days, scope and target."""
    told = [_("Rule: {rule}").format(rule=declared(event.rule, rules))] if event.rule.name else []
    told += [_("Days: {days}").format(days=days(event)), _("Scope: {scope}").format(scope=places(event.rule, label))]
    return told + ([target(event)] if target(event) else [])


def found(event: Event, label: Label) -> str:
    """What an event tells: the value with interval and n."""
    if event.what is What.FAILED:
        return failed(event.told)
    if event.rule.kind is Kind.EMERGING:
        issue = " – ".join(label(each, code) if each else code for each, code in event.told["names"])
        return _(ISSUES[event.told["kind"]]).format(issue=issue, count=text.number(event.told["value"]))
    return FOUND[event.rule.kind](event.rule, event.told)


def _valued(rule: AlertRule, told: Mapping[str, Any]) -> str:
    metric = CATALOGUE[rule.about]
    ends = told["value"], told["low"], told["high"]
    value = text.estimated(ends, partial(text.value, unit=metric.unit), told["count"])
    return _("{metric}: {value}.").format(metric=_(metric.name), value=value)


def _counted(rule: AlertRule, told: Mapping[str, Any]) -> str:
    return _("{metric}: {count} cases.").format(metric=_(CATALOGUE[rule.about].name), count=text.number(told["value"]))


def _special(rule: AlertRule, told: Mapping[str, Any]) -> str:
    metric = CATALOGUE[rule.about]
    sentence = _("{metric}: {value} in the last week, n = {count}; by itself it moves between {low} and {high}.")
    ends = {each: text.value(told[each], metric.unit) for each in ("value", "low", "high")}
    return sentence.format(metric=_(metric.name), count=text.number(told["count"]), **ends)


def _expected(rule: AlertRule, told: Mapping[str, Any]) -> str:
    ends = {each: text.number(told[each]) for each in ("value", "low", "high")}
    sentence = _("{table}: {value} expected on {day} (95 % sure of {low} to {high}).")
    return sentence.format(table=_(TABLES[rule.about]), day=text.day(date.fromisoformat(told["day"])), **ends)


def _due(rule: AlertRule, told: Mapping[str, Any]) -> str:
    sentence = PAST_ONE if rule.about == OVERDUE else SOON
    return _(sentence).format(count=text.number(told["value"]), all=text.number(told["count"]))


def _silent(rule: AlertRule, told: Mapping[str, Any]) -> str:
    return _("{table}: nothing new for {time}.").format(table=_(TABLES[rule.about]), time=amount(rule, told["value"]))


def _grown(rule: AlertRule, told: Mapping[str, Any]) -> str:
    metric = CATALOGUE[rule.about]
    sentence = _("{metric} went from {before} to {level}: {value} (95 % sure of {low} to {high}), n = {count}.")
    return sentence.format(
        metric=_(metric.name),
        before=text.value(told["before"], metric.unit),
        level=text.value(told["level"], metric.unit),
        count=text.number(told["count"]),
        **{each: text.percent(told[each]) for each in ("value", "low", "high")},
    )


FOUND: dict[Kind, Callable[[AlertRule, Mapping[str, Any]], str]] = {
    Kind.THRESHOLD: _valued,
    Kind.GROWTH: _grown,
    Kind.SPECIAL_CAUSE: _special,
    Kind.CASES: _counted,
    Kind.DEADLINE: _due,
    Kind.FORECAST: _expected,
    Kind.NO_DATA: _silent,
}


def failed(told: Mapping[str, Any]) -> str:
    """Why something could not be evaluated."""
    values = told.get("values", {})
    return text.paragraph([_(told["what"]).format_map(values), _(told["fix"]).format_map(values)])


def days(event: Event) -> str:
    """The days that an event is about."""
    if "from" in event.told:
        last = date.fromisoformat(event.told["to"])
        return text.period(Period(date.fromisoformat(event.told["from"]), last + timedelta(days=1)))
    return text.day(event.end - timedelta(days=1))


def target(event: Event) -> str:
    """The target in force; empty where there is none."""
    amount_ = event.told.get("target")
    has_one = event.rule.kind in ON_METRICS and amount_ is not None
    return text.target(amount_, CATALOGUE[event.rule.about]) if has_one else ""


def driver(event: Event, label: Label) -> str:
    """What moved the figure most, in a sentence; empty where nothing stood out."""
    told = event.told.get("driver")
    metric = CATALOGUE.get(event.rule.about)
    if not told or not isinstance(metric, Metric):
        return ""
    one = Contributor(**{each: told[each] for each in ("dimension", "group", "effect", "rate", "mix", "p")})
    return _("Likely driver: {sentence}").format(sentence=why.contributor(one, told, metric, label))


def logged(scope: Mapping[str, Any]) -> str:
    """An entry of the audit log: which rule, what it watches, and whether it was switched on; an event's note."""
    if "channel" in scope:
        return scope["channel"]
    rule = rule_of(scope.get("rule", scope))
    told = [name(rule, Rules()), places(rule, lambda _name, code: text.code(code))]
    if "rule" not in scope:
        told.append(_("on") if rule.is_on else _("off"))
    return " · ".join([*told, *([scope["words"]] if scope.get("words") else [])])
