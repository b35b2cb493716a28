"""The metrics that the board speaks of: one of each family, about cases that people handle."""

from metrics.catalogue import CATALOGUE
from metrics.metric import Metric, Source, Unit
from metrics.swot.evidence import Kind, SizeUnit

#: What is judged over the whole scope: against its target, against chance, against the time before.
LEADING = (
    "first_contact_resolution", "csat", "contact_sla_attainment", "transfer_rate", "reopen_rate", "service_level",
    "abandonment_rate", "handle_time_compliance", "heated_emotion_share", "cross_sell_conversion",
    "service_follow_up_rate", "complaint_rate", "attitude_complaint_rate", "complaint_sla_attainment",
    "complaint_solution_24h", "follow_up_rate", "follow_up_satisfaction", "redo_rate", "promise_kept_rate",
    "repeat_complaint_rate", "complaint_linkage", "qa_coverage", "qa_pass_rate", "qa_plan_attainment_team",
    "script_compliance", "findings_trained_in_time", "findings_closed_in_time",
)  # fmt: skip
#: What teams are compared by: what a team can do something about.
OF_UNITS = (
    "first_contact_resolution", "csat", "contact_sla_attainment", "transfer_rate", "reopen_rate",
    "handle_time_compliance", "heated_emotion_share", "cross_sell_conversion", "complaint_rate", "qa_pass_rate",
    "script_compliance", "complaint_sla_attainment", "follow_up_satisfaction", "findings_closed_in_time",
)  # fmt: skip
#: Metrics that have kinds of their own for being above and below the target.
TOLD_AS = {
    "complaint_linkage": (Kind.LINKED, Kind.UNLINKED),
    "complaint_sla_attainment": (Kind.DEADLINES_KEPT, Kind.DEADLINES_MISSED),
    "findings_closed_in_time": (Kind.ABOVE_TARGET, Kind.FINDINGS_OPEN),
}
#: Metrics that tell of one matter, so that a board says it once; any other tells of its own.
THEMES = {
    **dict.fromkeys(("complaint_solution_24h", "follow_up_rate", "promise_kept_rate"), "complaint_sla_attainment"),
    **dict.fromkeys(("service_level", "abandonment_rate", "service_follow_up_rate"), "contact_sla_attainment"),
    **dict.fromkeys(("reopen_rate", "transfer_rate"), "first_contact_resolution"),
    "findings_trained_in_time": "findings_closed_in_time",
    "follow_up_satisfaction": "csat",
    "attitude_complaint_rate": "complaint_rate",
    "script_compliance": "qa_pass_rate",
    "qa_plan_attainment_team": "qa_coverage",
}
OF_CONTACTS = frozenset({Source.CONTACTS, Source.CALLS, Source.COMPLAINED})


def theme(metric: str) -> str:
    """What a metric tells of."""
    return THEMES.get(metric, metric)


def metrics(ids: tuple[str, ...]) -> list[Metric]:
    """The declarations of these ids."""
    return [found for each in ids if isinstance(found := CATALOGUE[each], Metric)]


def size_unit(metric: Metric) -> SizeUnit:
    """What a part of this metric's cases is counted in: a rate counts complaints, a share what it is a share of."""
    if metric.unit is Unit.PER_THOUSAND or not OF_CONTACTS & set(metric.reads):
        return SizeUnit.CASES
    return SizeUnit.CONTACTS


def part(metric: Metric, difference: float, denominator: float) -> float:
    """How many cases a difference in the metric's unit is."""
    return abs(difference) / metric.unit.scale * denominator


def whole(metric: Metric, numerator: float, denominator: float) -> float:
    """All that these cases are a part of: those counted, or for a rate the complaints themselves."""
    return numerator if metric.unit is Unit.PER_THOUSAND else denominator


def highest(metric: Metric) -> float | None:
    """The highest value that the metric can have."""
    return 100.0 if metric.unit is Unit.PERCENT else None
