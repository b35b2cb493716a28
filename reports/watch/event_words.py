"""An event of an alert in words: what was found, how sure it is, of which days and scope, and what moved it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from data_access.watch.events import Event, What
from metrics.alerts.rule import ON_METRICS, OVERDUE, AlertRule, Kind
from metrics.data_quality.declared import CHECKS
from metrics.data_quality.drift import Drift, Turn
from metrics.decomposition import Contributor
from metrics.errors import ServiceQualityError
from metrics.metric import AnyMetric, Metric
from metrics.rules import Rules
from metrics.scope import Period
from reports import counted, text, why
from reports.data_quality import drift_words
from reports.text import N_, Label, _
from reports.watch.alert_words import TABLES, amount, declared, places

PAST_ONE = N_("Complaints past a deadline: {count}; open complaints: {all}.")
SOON = N_("Complaints with a deadline soon: {count}; open complaints: {all}.")
ISSUES = {
    "type": N_("“{issue}” grows among complaints: {count} in the last year."),
    "words": N_("“{issue}” is said more and more: {count} complaints in the last weeks."),
    "code": N_("“{issue}” is new among complaints: {count} so far."),
}


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
    told += [days(event), _("Scope: {scope}").format(scope=places(event.rule, label)), target(event)]
    return [each for each in told if each]


def found(event: Event, label: Label) -> str:
    """What an event tells: the value with interval and n."""
    if event.what is What.FAILED:
        return failed(event.told)
    if event.rule.kind is Kind.EMERGING:
        return issue(event.told["kind"], event.told["names"], event.told["value"], label)
    rule, told = event.rule, event.told
    if rule.kind not in ON_METRICS:
        return OTHERS[rule.kind](rule, told)
    if rule.metric is None:
        sentence = _("{metric}: {value}. This metric has left the catalogue since.")
        return sentence.format(metric=rule.about, value=text.number(told["value"], 2))
    return OF_METRICS[rule.kind](rule, rule.metric, told)


def issue(kind: str, names: Iterable[Sequence[str]], count: float, label: Label) -> str:
    """An issue that came up, and by how many complaints."""
    named = " – ".join(label(dimension, code) if dimension else code for dimension, code in names)
    return _(ISSUES[kind]).format(issue=named, count=text.number(count))


def _valued(rule: AlertRule, metric: AnyMetric, told: Mapping[str, Any]) -> str:
    value, count = text.value(told["value"], metric.unit), counted.stands_on(metric, told["count"])
    if told["low"] is None or told["high"] is None:
        return _("{metric}: {value}, {count}.").format(metric=_(metric.name), value=value, count=count)
    sentence = _("{metric}: {value} (95 % sure of {low} to {high}), {count}.")
    ends = {each: text.value(told[each], metric.unit) for each in ("low", "high")}
    return sentence.format(metric=_(metric.name), value=value, count=count, **ends)


def _counted(rule: AlertRule, metric: AnyMetric, told: Mapping[str, Any]) -> str:
    return _("{metric}: {count} cases.").format(metric=_(metric.name), count=text.number(told["value"]))


def _special(rule: AlertRule, metric: AnyMetric, told: Mapping[str, Any]) -> str:
    sentence = _("{metric}: {value} in the last week, {count}; by itself it moves between {low} and {high}.")
    ends = {each: text.value(told[each], metric.unit) for each in ("value", "low", "high")}
    return sentence.format(metric=_(metric.name), count=counted.stands_on(metric, told["count"]), **ends)


def _grown(rule: AlertRule, metric: AnyMetric, told: Mapping[str, Any]) -> str:
    sentence = _("{metric} went from {before} to {level}: {value} (95 % sure of {low} to {high}), {count}.")
    return sentence.format(
        metric=_(metric.name),
        before=text.value(told["before"], metric.unit),
        level=text.value(told["level"], metric.unit),
        count=counted.stands_on(metric, told["count"]),
        **{each: text.percent(told[each]) for each in ("value", "low", "high")},
    )


def expected(rule: AlertRule, told: Mapping[str, Any]) -> str:
    """What a day of the next weeks is expected to bring."""
    ends = {each: text.number(told[each]) for each in ("value", "low", "high")}
    sentence = _("{table}: {value} expected on {day} (95 % sure of {low} to {high}).")
    return sentence.format(table=_(TABLES[rule.about]), day=text.day(date.fromisoformat(told["day"])), **ends)


def _due(rule: AlertRule, told: Mapping[str, Any]) -> str:
    sentence = PAST_ONE if rule.about == OVERDUE else SOON
    return _(sentence).format(count=text.number(told["value"]), all=text.number(told["count"]))


def _silent(rule: AlertRule, told: Mapping[str, Any]) -> str:
    return _("{table}: nothing new for {time}.").format(table=_(TABLES[rule.about]), time=amount(rule, told["value"]))


def _found(rule: AlertRule, told: Mapping[str, Any]) -> str:
    name = _(CHECKS[rule.about].name) if rule.about in CHECKS else rule.about
    sentence = _("{check}: {faulty} of {count} rows, {value} (95 % sure of {low} to {high}).")
    counts = {"faulty": text.number(told["numerator"]), "count": text.number(told["count"])}
    return sentence.format(
        check=name, **counts, **{each: amount(rule, told[each]) for each in ("value", "low", "high")}
    )


def _unusual(rule: AlertRule, told: Mapping[str, Any]) -> str:
    sentence = _("{table}: {rows} rows on the last day; {expected} were expected (95 % sure of {least} to {most}).")
    counts = {each: text.number(told[each]) for each in ("rows", "expected", "least", "most")}
    return sentence.format(table=_(TABLES[rule.about]), **counts)


def _turned(_rule: AlertRule, told: Mapping[str, Any]) -> str:
    return drift_words.sentence(Drift(told["table"], told["column"], Turn(told["turn"]), told["was"], told["became"]))


OF_METRICS: dict[Kind, Callable[[AlertRule, AnyMetric, Mapping[str, Any]], str]] = {
    Kind.THRESHOLD: _valued,
    Kind.GROWTH: _grown,
    Kind.SPECIAL_CAUSE: _special,
    Kind.CASES: _counted,
}
OTHERS: dict[Kind, Callable[[AlertRule, Mapping[str, Any]], str]] = {
    Kind.DEADLINE: _due,
    Kind.FORECAST: expected,
    Kind.NO_DATA: _silent,
    Kind.CHECK: _found,
    Kind.VOLUME: _unusual,
    Kind.DRIFT: _turned,
}


def failed(told: Mapping[str, Any]) -> str:
    """Why something could not be evaluated."""
    return text.paragraph(text.explained(ServiceQualityError(told["what"], told["fix"], **told.get("values", {}))))


def days(event: Event) -> str:
    """The days that an event is about, or up to when the data reached; empty where it is that none came."""
    if "from" in event.told:
        last = date.fromisoformat(event.told["to"])
        period = text.period(Period(date.fromisoformat(event.told["from"]), last + timedelta(days=1)))
        return _("Days: {days}").format(days=period)
    if event.rule.kind in {Kind.NO_DATA, Kind.DRIFT}:
        return ""
    return _("Data up to {day}").format(day=text.day(event.end - timedelta(days=1)))


def target(event: Event) -> str:
    """The target in force of a value; empty where there is none, or where cases are counted."""
    amount_, rule = event.told.get("target"), event.rule
    if rule.metric is None or rule.kind is Kind.CASES or amount_ is None:
        return ""
    return text.target(amount_, rule.metric)


def driver(event: Event, label: Label) -> str:
    """What moved the figure most, in a sentence; empty where nothing stood out."""
    told = event.told.get("driver")
    metric = event.rule.metric
    if not told or not isinstance(metric, Metric):
        return ""
    one = Contributor(**{each: told[each] for each in ("dimension", "group", "effect", "rate", "mix", "p")})
    return _("Likely driver: {sentence}").format(sentence=why.contributor(one, told, metric, label))
