"""Which indicators lead in which stage of a centre: the order of tiles on every page."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from metrics.catalogue import CATALOGUE, named
from metrics.metric import AnyMetric
from metrics.rules import Rules

FIRST = 4  # so many lead the overview


class Stage(StrEnum):
    YOUNG = "young"
    GROWING = "growing"
    MATURE = "mature"


#: Source: the articles say that a young centre leads with first-contact resolution and a mature one with winning
#: customers back; what follows, and the stage between them, is a house rule.
LEADING: dict[str, tuple[str, ...]] = {
    Stage.YOUNG: (
        "first_contact_resolution", "csat", "first_response_time", "attitude_complaint_rate", "service_level",
        "handle_time_compliance", "qa_coverage",
    ),
    Stage.GROWING: (
        "complaint_rate", "complaint_sla_attainment", "qa_coverage", "csat", "repeat_complaint_rate",
        "qa_pass_rate", "handle_time_compliance", "occupancy", "utilisation", "cross_sell_conversion",
        "first_contact_resolution",
    ),
    Stage.MATURE: (
        "win_back_rate", "cross_sell_conversion", "csat", "repeat_complaint_rate", "utilisation",
        "qa_pass_rate", "escalation_rate_l3", "first_contact_resolution",
    ),
}  # fmt: skip


def leading(rules: Rules) -> list[AnyMetric]:
    """The metrics that stand first on the overview."""
    return named(LEADING[rules.stage][:FIRST])


def arranged(groups: Mapping[str, Sequence[AnyMetric]], rules: Rules) -> dict[str, list[AnyMetric]]:
    """Metrics by heading with those that lead first, and headings in the order of what leads under them.

    What does not lead keeps its place behind.
    """
    ranks = {metric: place for place, metric in enumerate(LEADING[rules.stage])}

    def rank(metric: AnyMetric) -> int:
        return ranks.get(metric.id, len(CATALOGUE))

    ordered = {heading: sorted(metrics, key=rank) for heading, metrics in groups.items()}
    return dict(sorted(ordered.items(), key=lambda pair: min(map(rank, pair[1]), default=len(CATALOGUE))))
