"""A finding as one plain sentence, how large it is in words, and the address where its number can be seen."""

from collections.abc import Callable
from datetime import date

from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Unit
from metrics.results import Estimate
from metrics.swot.evidence import Evidence, Kind, Place
from metrics.wings.retention import Event
from reports import text
from reports.links import link
from reports.swot.templates import CHANGES, NEW_CODE, NEW_WORDS, PILED_UP, SEASON, SEASON_OF_ALL, SENTENCES, SIZES
from reports.text import Label, _
from reports.watch.forecast_words import SEASONS
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


def size_words(evidence: Evidence) -> str:
    """About 340 contacts a month."""
    size = evidence.size
    return _(SIZES[evidence.size_unit]).format(size=text.number(size, 0 if size >= 10 else 1))


def address(place: Place, home: str = ".") -> str:
    """The link to where the number can be seen, in the reader's language.

    Args:
        home: the dashboard's own address; as it is, the link leads from one page to another.
    """
    return link(home, place.page, text.language.get(), place.period, place.filters, place.asked)


def _template(evidence: Evidence) -> str:
    match evidence.kind:
        case Kind.EMERGING_ISSUE:
            return NEW_WORDS if "terms" in evidence.values else NEW_CODE
        case Kind.EARLY_WARNING:
            return PILED_UP[str(evidence.values["side"])]
        case Kind.SEASON_AHEAD:
            return SEASON if len(evidence.subject) > 1 else SEASON_OF_ALL
    if evidence.kind in CHANGES:
        family = "count" if evidence.values["family"] == "count" else "level"
        return _sided(CHANGES[evidence.kind][family], evidence)
    return _sided(SENTENCES[evidence.kind], evidence)


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
    return text.listed(label(dimension, code) for dimension, code in codes)


def _others(evidence: Evidence, metric: AnyMetric | None, label: Label) -> dict[str, object]:
    """The fields that only some kinds have."""
    values = evidence.values
    told: dict[str, object] = {name: _number(name, each, metric, evidence) for name, each in values.items()}
    codes = dict(evidence.subject)
    if evidence.kind is Kind.OTHER_ANSWER:
        told |= {"issue": label("issue_type", codes["issue_type"]), "team": label("team_id", codes["team_id"])}
        told["answer"] = label("answer_code", str(values["answer"]))
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
            return text.listed(f"“{each}”" for each in word.split("\n"))
        case "season":
            return _(SEASONS[word])
        case "first" | "last" | "day":
            return text.short_day(date.fromisoformat(word))
    return text.code(word)
