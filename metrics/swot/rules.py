"""Where each kind of finding belongs, how much it weighs, how sure it must be, and what it tells the same as."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from metrics.adjustable import Value
from metrics.errors import InvalidSettings, UnknownName, near
from metrics.swot.evidence import Kind, Quadrant

SURE = 0.975  # that the direction is right: the 95 % interval leaves out the reference
MOST_WEIGHT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of finding.

    `merges`: kinds that tell the same where their subjects are one, or one lies in the other. `is_of_parts`: it is
    about the whole scope and speaks of its parts, so that it also tells the same as what is told of one of them.
    """

    kind: Kind
    quadrant: Quadrant
    weight: float = 1.0
    confidence: float = SURE
    merges: tuple[Kind, ...] = ()
    is_of_parts: bool = False
    source: str


S, W, O, T = Quadrant  # noqa: E741 - as everybody writes it
_MOVES_UP = (Kind.SPECIAL_CAUSE_BETTER, Kind.SUSTAINED_IMPROVEMENT, Kind.ABOVE_TARGET)
_MOVES_DOWN = (Kind.SPECIAL_CAUSE_WORSE, Kind.SUSTAINED_DECLINE, Kind.BELOW_TARGET)
_ISSUES = (Kind.GROWING_ISSUE, Kind.EMERGING_ISSUE, Kind.EARLY_WARNING)

_TABLE = (
    Rule(kind=Kind.ABOVE_TARGET, quadrant=S, weight=0.25, merges=_MOVES_UP,
         source="A target kept is worth a word; the indicators' pages say it every week."),
    Rule(kind=Kind.BELOW_TARGET, quadrant=W, weight=0.25, merges=_MOVES_DOWN,
         source="Known from the indicators' pages; what says where and why weighs more."),
    Rule(kind=Kind.SPECIAL_CAUSE_BETTER, quadrant=S, weight=0.5, merges=_MOVES_UP,
         source="One week out of the limits is no chance, but one week (NHS England, Making Data Count)."),
    Rule(kind=Kind.SPECIAL_CAUSE_WORSE, quadrant=W, weight=0.5, merges=_MOVES_DOWN,
         source="One week out of the limits is no chance, but one week (NHS England, Making Data Count)."),
    Rule(kind=Kind.SUSTAINED_IMPROVEMENT, quadrant=S, merges=_MOVES_UP,
         source="Quick repair plus prevention shows in a level that has risen and stays (source 000)."),
    Rule(kind=Kind.SUSTAINED_DECLINE, quadrant=W, merges=_MOVES_DOWN,
         source="A level that has fallen and stays is no chance of a week."),
    Rule(kind=Kind.BEST_UNIT, quadrant=O, merges=(Kind.GAP_TO_BEST_QUARTILE,),
         source="Customer-experience gains where a team already shows that it is possible (source 000)."),
    Rule(kind=Kind.WORST_UNIT, quadrant=W, weight=3.0,
         source="Locating the weak hour, person, process (source 001); hard cases allowed for."),
    Rule(kind=Kind.CHANGE_WORKED, quadrant=S, merges=(Kind.CHANGE_NOT_SHOWN,),
         source="A change of which the evaluation says that it worked: prevention (source 000)."),
    Rule(kind=Kind.CHANGE_HARMED, quadrant=W,
         source="A change of which the evaluation says that it made things worse."),
    Rule(kind=Kind.CHANGE_NOT_SHOWN, quadrant=S, weight=0.7, confidence=0.9,
         source="It gets better, and did so before the change: kept, but not credited to it."),
    Rule(kind=Kind.BLIND_SPOT, quadrant=W, weight=2.0,
         source="Complaint-heavy scenarios with low QA coverage: the two wings do not meet (source 000)."),
    Rule(kind=Kind.QA_MISS, quadrant=W,
         source="Goals that contradict: contacts that QA passed end in complaints (source 000)."),
    Rule(kind=Kind.LINKED, quadrant=S, weight=0.5, merges=_MOVES_UP,
         source="QA and complaints complement each other where they can be joined (source 000)."),
    Rule(kind=Kind.UNLINKED, quadrant=W, weight=0.5, merges=_MOVES_DOWN,
         source="Silos: complaints without a linked contact (source 000)."),
    Rule(kind=Kind.DEADLINES_KEPT, quadrant=S, weight=0.5, merges=_MOVES_UP,
         source="Quick repair: deadlines by severity (source 004)."),
    Rule(kind=Kind.DEADLINES_MISSED, quadrant=W, weight=0.5, merges=_MOVES_DOWN,
         source="Deadlines by severity; a complaint that grows old escalates (sources 002, 004)."),
    Rule(kind=Kind.REPEATS, quadrant=W,
         source="Complaints are solved one by one while the cause stays, so the same one returns (source 000)."),
    Rule(kind=Kind.ESCALATIONS, quadrant=T, weight=1.5,
         source="Escalation to regulators is a threat from outside (source 000); levels are never pooled."),
    Rule(kind=Kind.DRIFTING_REVIEWER, quadrant=W, weight=2.0,
         source="Shared standards that drift apart: scores move, the service does not (source 000)."),
    Rule(kind=Kind.OTHER_ANSWER, quadrant=W, weight=3.0,
         source="Agents gave several versions of one policy (sources 001, 003)."),
    Rule(kind=Kind.FINDINGS_OPEN, quadrant=W, weight=0.5, merges=_MOVES_DOWN,
         source="Deduction-centred QA: many points deducted, few findings closed (source 000)."),
    Rule(kind=Kind.PROVEN_ELSEWHERE, quadrant=O, weight=1.5,
         source="A practice proved in one team which the others do not have yet (source 000, sharing)."),
    Rule(kind=Kind.GAP_TO_BEST_QUARTILE, quadrant=O, weight=0.7, is_of_parts=True,
         source="What it would bring if all did as well as the best quarter already does (source 000)."),
    Rule(kind=Kind.GROWING_ISSUE, quadrant=T, weight=1.5, merges=_ISSUES,
         source="Rising and more complex demands: complaints that grew 15 % a month unnoticed (source 000)."),
    Rule(kind=Kind.EMERGING_ISSUE, quadrant=T, merges=_ISSUES,
         source="New issue types (source 000)."),
    Rule(kind=Kind.EARLY_WARNING, quadrant=T, weight=1.25, merges=_ISSUES,
         source="A batch problem is seen before complaints about it come in numbers (source 000)."),
    Rule(kind=Kind.FORECAST_BREACH, quadrant=T, merges=(Kind.SEASON_AHEAD,),
         source="What is expected beyond a limit that people set."),
    Rule(kind=Kind.SEASON_AHEAD, quadrant=T, confidence=0.95,
         source="Seasonal peaks (sources 002, 003, 004), asked whether they bring more: one side of chance."),
    Rule(kind=Kind.CHURN, quadrant=T, weight=1.5,
         source="Service weakness that costs customers (sources 000, 001)."),
)  # fmt: skip
RULES: Mapping[Kind, Rule] = {rule.kind: rule for rule in _TABLE}


def under(weights: Mapping[Kind, float]) -> Mapping[Kind, Rule]:
    """The rules with the weights that a site has set; 0 keeps a kind off the board."""
    return {kind: replace(rule, weight=weights.get(kind, rule.weight)) for kind, rule in RULES.items()}


def weights_with(values: Mapping[str, Value]) -> Mapping[Kind, float]:
    """What is set otherwise than it ships, by kind; names of kinds that there are no more are passed over."""
    known = {Kind(name): float(value) for name, value in values.items() if name in set(Kind)}
    return {kind: weight for kind, weight in known.items() if weight != RULES[kind].weight}


def weight_of(weights: Mapping[Kind, float], name: str) -> float:
    """A kind's weight under these."""
    return under(weights)[Kind(name)].weight


def check_weights(values: Mapping[str, Value], _weights: Mapping[Kind, float]) -> None:
    """See that weights may be set; each by itself.

    Raises:
        UnknownName: there is no such kind of finding.
        InvalidSettings: a weight is no number from 0 to MOST_WEIGHT.
    """
    for name, weight in values.items():
        if name not in set(Kind):
            raise UnknownName(
                "There is no kind of finding '{kind}' to weigh.", "Did you mean: {near}?",
                kind=name, near=near(name, [str(each) for each in Kind]),
            )  # fmt: skip
        if isinstance(weight, bool | str) or not (math.isfinite(weight) and 0 <= weight <= MOST_WEIGHT):
            raise InvalidSettings(
                "{weight} is no weight that a kind of finding can have.",
                "Choose a number from 0 to {most}.",
                weight=weight,
                most=MOST_WEIGHT,
            )
