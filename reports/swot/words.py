"""A finding as one plain sentence, how large it is in words, and the address where its number can be seen."""

from collections.abc import Callable
from datetime import date, timedelta

from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Unit
from metrics.results import Estimate
from metrics.scope import Period
from metrics.swot.evidence import Evidence, Kind, Place
from metrics.wings.retention import Event
from reports import text
from reports.links import link
from reports.swot.templates import (
    AS_SHIPPED,
    CHANGES,
    COUNTED,
    NEW_CODE,
    NEW_TERM,
    NEW_WORDS,
    PILED_UP,
    SEASON,
    SEASON_OF_ALL,
    SENTENCES,
)
from reports.text import Label, _
from reports.watch.forecast_words import SEASONS, SUBJECTS
from reports.wings.answer_words import answer
from reports.wings.retention_words import EVENTS

#: Kinds whose figure is a difference to what it is held against, told without its sign.
APART = frozenset({Kind.BEST_UNIT, Kind.WORST_UNIT, Kind.GAP_TO_BEST_QUARTILE})
#: Kinds whose figure is percent of something else than a metric's cases.
RELATIVE = frozenset(
    {
        Kind.CHANGE_WORKED, Kind.CHANGE_HARMED, Kind.CHANGE_NOT_SHOWN, Kind.PROVEN_ELSEWHERE, Kind.GROWING_ISSUE,
        Kind.SEASON_AHEAD, Kind.DRIFTING_REVIEWER,
    }
)  # fmt: skip
UNNAMED = frozenset({"term", "season", "event", "level"})  # what the sentence says in other words
WIDEST_FIRST = ("issue_type", "subtype", "scenario", "product", "batch", "item", "team_id")
UNSIGNED = APART | RELATIVE | {Kind.CHURN}
TIMES = frozenset({Kind.BLIND_SPOT, Kind.EMERGING_ISSUE, Kind.EARLY_WARNING})
KEPT = frozenset({Kind.ABOVE_TARGET, Kind.LINKED, Kind.DEADLINES_KEPT})
OF_COMPLAINTS = frozenset({"issue_type", "subtype", "product", "batch"})  # what complaints are about
SHARES = frozenset({Kind.REPEATS, Kind.OTHER_ANSWER, Kind.QA_MISS})


def plain(dimension: str, code: str | None) -> str:
    """A code by what it is called where nobody knows better."""
    del dimension
    return text.code(code)


def sentence(evidence: Evidence, label: Label = plain) -> str:
    """The finding in the reader's language.

    Args:
        label: what a code of a dimension is called, like a team.
    """
    return _(_template(evidence)).format_map(_fields(evidence, label))


def address(place: Place, home: str = ".") -> str:
    """The link to where the number can be seen, in the reader's language.

    Args:
        home: the dashboard's own address; as it is, the link leads from one page to another.
    """
    return link(home, place.page, text.language.get(), place.period, place.filters, place.asked)


def _template(evidence: Evidence) -> str:
    match evidence.kind:
        case Kind.EMERGING_ISSUE:
            return _of_emerging(evidence)
        case Kind.EARLY_WARNING:
            return PILED_UP[str(evidence.values["side"])]
        case Kind.SEASON_AHEAD:
            return SEASON if len(evidence.subject) > 1 else SEASON_OF_ALL
    if evidence.is_of_shipped_target:
        return AS_SHIPPED[evidence.kind in KEPT]
    if evidence.kind in CHANGES:
        family = "count" if evidence.values["family"] == "count" else "level"
        return _sided(CHANGES[evidence.kind][family], evidence)
    return _sided(SENTENCES[evidence.kind], evidence)


def _of_emerging(evidence: Evidence) -> str:
    if "terms" not in evidence.values:
        return NEW_CODE
    return NEW_WORDS if evidence.reference else NEW_TERM


def _sided(templates: tuple[str, ...], evidence: Evidence) -> str:
    return templates[-1] if evidence.estimate.value < (evidence.reference or 0.0) else templates[0]


def _fields(evidence: Evidence, label: Label) -> dict[str, object]:
    metric = CATALOGUE[evidence.metric] if evidence.metric else None
    spoken = _spoken(evidence, metric)
    own = evidence.estimate
    shown = _unsigned(own) if evidence.kind in UNSIGNED else own
    ends = {name: spoken(getattr(shown, name)) for name in ("value", "low", "high")}
    reference = "" if evidence.reference is None else _reference(evidence, metric, spoken)
    common = {"about": about(evidence, label), "metric": _(metric.name) if metric else "", "reference": reference}
    return common | ends | {"since": text.short_day(evidence.since)} | _others(evidence, metric, label)


def _unsigned(ends: Estimate) -> Estimate:
    """A difference by its size; the sentence says its direction. An interval that reaches 0 begins with it."""
    if ends.value >= 0:
        return ends
    return Estimate(-ends.value, -ends.high, -ends.low)


def _spoken(evidence: Evidence, metric: AnyMetric | None) -> Callable[[float], str]:
    """How a figure of this kind is written."""
    if evidence.kind in TIMES:
        return lambda amount: text.number(amount, 1)
    if evidence.kind in RELATIVE:
        return lambda amount: text.value(amount, Unit.PERCENT)
    if evidence.kind in APART and metric is not None:
        return lambda amount: _points(amount, metric.unit)
    if evidence.kind is Kind.CHURN:
        return lambda amount: _points(amount, Unit.PERCENT)
    if evidence.kind in SHARES or metric is None:
        return lambda amount: text.value(amount, Unit.PERCENT) if evidence.kind in SHARES else text.number(amount)
    return lambda amount: text.value(amount, metric.unit)


def _points(amount: float, unit: Unit) -> str:
    """A difference without its sign."""
    return text.change(0.0, amount, unit).lstrip("+±−") if amount >= 0 else text.change(0.0, amount, unit)


def _reference(evidence: Evidence, metric: AnyMetric | None, spoken: Callable[[float], str]) -> str:
    if evidence.kind in APART and metric is not None:
        return text.value(evidence.reference, metric.unit)
    return spoken(evidence.reference or 0.0)


def about(evidence: Evidence, label: Label = plain) -> str:
    """What a finding is about, by the names of its parts; the whole scope has none."""
    known = [each for each in evidence.subject if each[0] not in UNNAMED]
    codes = sorted(known, key=lambda each: (WIDEST_FIRST.index(each[0]) if each[0] in WIDEST_FIRST else -1, each))
    if not codes and evidence.metric:
        return _(CATALOGUE[evidence.metric].name)
    return text.listed(_called(dimension, code, label) for dimension, code in codes)


def _called(dimension: str, code: str, label: Label) -> str:
    return _(SUBJECTS[code]) if dimension == "subject" else label(dimension, code)


def _counted(evidence: Evidence, metric: AnyMetric, label: Label) -> str:
    """What a change's count counts: complaints about something, or the cases of another metric, or of a team."""
    names = {name for name, _code in evidence.subject}
    if metric.id == "complaint_rate" and names <= OF_COMPLAINTS:
        kind = "about" if names else "all"
    else:
        kind = "of" if names else "metric"
    return _(COUNTED[kind]).format(about=about(evidence, label), metric=_(metric.name))


def _others(evidence: Evidence, metric: AnyMetric | None, label: Label) -> dict[str, object]:
    """The fields that only some kinds have."""
    values = evidence.values
    told: dict[str, object] = {name: _number(name, each, metric, evidence) for name, each in values.items()}
    codes = dict(evidence.subject)
    if evidence.kind is Kind.OTHER_ANSWER:
        told |= {"issue": label("issue_type", codes["issue_type"]), "team": label("team_id", codes["team_id"])}
        told["answer"] = answer(str(values["answer"]), codes["issue_type"])
    if evidence.kind in CHANGES and metric is not None:
        told["counted"] = _counted(evidence, metric, label)
    if evidence.kind is Kind.SEASON_AHEAD:
        ends = (date.fromisoformat(str(values[name])) for name in ("first", "last"))
        told["days"] = text.period(Period(next(ends), next(ends) + timedelta(days=1)))
        told["at_least"] = text.value(float(values.get("at_least", evidence.estimate.low)), Unit.PERCENT)
    if evidence.kind is Kind.CHURN:
        told["event"] = _(EVENTS[Event(str(values["event"]))][0]).format(hours=values["hours"])
    return told


def _number(name: str, each: str | float, metric: AnyMetric | None, evidence: Evidence) -> str:
    if isinstance(each, str):
        return _word(name, each)
    if name in {"before", "after"} and metric is not None and evidence.values.get("family") != "count":
        return text.value(each * (metric.unit.scale if evidence.values["family"] == "share" else 1.0), metric.unit)
    if name == "review_ratio":
        return text.number(each, 2)
    if evidence.kind is Kind.DRIFTING_REVIEWER:
        return text.value(each, Unit.PERCENT)
    return text.number(each, 0)


def _word(name: str, word: str) -> str:
    match name:
        case "name":
            return text.change_name(word)
        case "terms":
            return f"“{word}”"
        case "season":
            return _(SEASONS[word])
        case "day":
            return text.short_day(date.fromisoformat(word))
    return text.code(word)
