"""TOWS: what is inside meets what is outside, and a strategy comes of it.

Source: Weihrich (1982), The TOWS matrix, Long Range Planning 15(2): SO, WO, ST, WT.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from metrics.swot.arranged import Arranged, Item
from metrics.swot.evidence import Kind, Quadrant
from metrics.swot.leading import theme

MOST = 4  # suggestions of one strategy
SHARED = 4.0  # House rule: a pair about one subject or one metric goes before pairs that share nothing


class Strategy(StrEnum):
    """Inside first, outside second."""

    SO = "SO"  # use a strength to take an opportunity
    WO = "WO"  # overcome a weakness by an opportunity
    ST = "ST"  # use a strength against a threat
    WT = "WT"  # keep a weakness from meeting a threat


QUADRANTS: Mapping[Strategy, tuple[Quadrant, Quadrant]] = {
    Strategy.SO: (Quadrant.STRENGTH, Quadrant.OPPORTUNITY),
    Strategy.WO: (Quadrant.WEAKNESS, Quadrant.OPPORTUNITY),
    Strategy.ST: (Quadrant.STRENGTH, Quadrant.THREAT),
    Strategy.WT: (Quadrant.WEAKNESS, Quadrant.THREAT),
}


class Advice(StrEnum):
    """What a pair suggests; the sentences are in `reports.swot.tows_words`."""

    SPREAD = "spread"
    STANDARDISE = "standardise"
    COACH = "coach"
    DRAW_SAMPLES = "draw_samples"
    ADOPT = "adopt"
    CLOSE_GAP = "close_gap"
    CALIBRATE = "calibrate"
    JOIN = "join"
    CLOSE_FINDINGS = "close_findings"
    KEEP_READY = "keep_ready"
    ANSWER_EARLY = "answer_early"
    FIRST_LINE = "first_line"
    REPEAT_WHAT_WORKED = "repeat_what_worked"
    GUARD_DEADLINES = "guard_deadlines"
    END_REPEATS = "end_repeats"
    ONE_ANSWER = "one_answer"
    PLAN_STAFF = "plan_staff"
    LOOK_THERE = "look_there"
    CALL_BACK = "call_back"
    STOP_GROWTH = "stop_growth"


@dataclass(frozen=True, slots=True)
class Rule:
    """A strategy for an entry of one of the kinds inside with one of those outside."""

    advice: Advice
    inner: frozenset[Kind]
    outer: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two entries, and what they suggest."""

    strategy: Strategy
    advice: Advice
    inner: Item
    outer: Item


BETTER = {Kind.ABOVE_TARGET, Kind.SPECIAL_CAUSE_BETTER, Kind.SUSTAINED_IMPROVEMENT}
WORSE = {Kind.BELOW_TARGET, Kind.SPECIAL_CAUSE_WORSE, Kind.SUSTAINED_DECLINE, Kind.WORST_UNIT}
SHOWN_POSSIBLE = {Kind.BEST_UNIT, Kind.GAP_TO_BEST_QUARTILE}
RISING = {Kind.GROWING_ISSUE, Kind.EMERGING_ISSUE, Kind.EARLY_WARNING}
PEAKS = {Kind.SEASON_AHEAD, Kind.FORECAST_BREACH}
LOSSES = {Kind.ESCALATIONS, Kind.CHURN}
ANY_CHANCE = {Kind.PROVEN_ELSEWHERE, *SHOWN_POSSIBLE}


def _rule(advice: Advice, inner: set[Kind], outer: set[Kind]) -> Rule:
    return Rule(advice, frozenset(inner), frozenset(outer))


#: House rules, from the closed loop of the two wings: sources 000 (sharing, early warning), 001 (sampling, training),
#: 002 (lines of defence), 003 (one answer) and 004 (deadlines).
RULES: Mapping[Strategy, tuple[Rule, ...]] = {
    Strategy.SO: (
        _rule(Advice.SPREAD, {Kind.CHANGE_WORKED, *BETTER}, {Kind.PROVEN_ELSEWHERE}),
        _rule(Advice.STANDARDISE, {Kind.CHANGE_WORKED}, {Kind.BEST_UNIT}),
        _rule(Advice.COACH, {*BETTER, Kind.LINKED, Kind.DEADLINES_KEPT}, SHOWN_POSSIBLE),
    ),
    Strategy.WO: (
        _rule(Advice.DRAW_SAMPLES, {Kind.BLIND_SPOT}, ANY_CHANCE),
        _rule(Advice.ADOPT, {*WORSE, Kind.REPEATS, Kind.OTHER_ANSWER}, {Kind.PROVEN_ELSEWHERE}),
        _rule(Advice.CLOSE_GAP, {*WORSE, Kind.DEADLINES_MISSED, Kind.REPEATS}, SHOWN_POSSIBLE),
        _rule(Advice.CALIBRATE, {Kind.QA_MISS, Kind.DRIFTING_REVIEWER}, ANY_CHANCE),
        _rule(Advice.JOIN, {Kind.UNLINKED}, ANY_CHANCE),
        _rule(Advice.CLOSE_FINDINGS, {Kind.FINDINGS_OPEN}, ANY_CHANCE),
    ),
    Strategy.ST: (
        _rule(Advice.KEEP_READY, {*BETTER, Kind.DEADLINES_KEPT}, PEAKS),
        _rule(Advice.ANSWER_EARLY, {*BETTER, Kind.LINKED}, RISING),
        _rule(Advice.REPEAT_WHAT_WORKED, {Kind.CHANGE_WORKED}, {*RISING, *LOSSES}),
        _rule(Advice.FIRST_LINE, {*BETTER, Kind.DEADLINES_KEPT, Kind.LINKED}, LOSSES),
    ),
    Strategy.WT: (
        _rule(Advice.GUARD_DEADLINES, {Kind.DEADLINES_MISSED}, {*LOSSES, *PEAKS}),
        _rule(Advice.END_REPEATS, {Kind.REPEATS}, {*LOSSES, *RISING}),
        _rule(Advice.ONE_ANSWER, {Kind.OTHER_ANSWER}, {*RISING, *LOSSES, *PEAKS}),
        _rule(Advice.PLAN_STAFF, WORSE, PEAKS),
        _rule(Advice.LOOK_THERE, {Kind.BLIND_SPOT, Kind.QA_MISS, Kind.DRIFTING_REVIEWER}, {*RISING, *LOSSES}),
        _rule(Advice.CALL_BACK, WORSE, LOSSES),
        _rule(Advice.STOP_GROWTH, {*WORSE, Kind.DEADLINES_MISSED, Kind.UNLINKED, Kind.FINDINGS_OPEN}, RISING),
    ),
}


def suggestions(board: Arranged) -> dict[Strategy, tuple[Suggestion, ...]]:
    """The pairs that the rules know, the weightiest first; every rule and every inner entry once a strategy."""
    return {each: _of(each, board) for each in Strategy}


def _of(strategy: Strategy, board: Arranged) -> tuple[Suggestion, ...]:
    inside, outside = (board.shown[quadrant] for quadrant in QUADRANTS[strategy])
    pairs = [
        Suggestion(strategy, rule.advice, inner, outer)
        for rule in RULES[strategy]
        for inner in _of_kinds(inside, rule.inner)
        for outer in _of_kinds(outside, rule.outer)
    ]
    chosen: list[Suggestion] = []
    while pairs and len(chosen) < MOST:
        best = min(pairs, key=lambda each: (-_weight(each, chosen), each.advice, each.inner.key, each.outer.key))
        chosen.append(best)
        pairs = [each for each in pairs if each.advice is not best.advice and each.inner is not best.inner]
    return tuple(chosen)


def _of_kinds(items: Iterable[Item], kinds: frozenset[Kind]) -> list[Item]:
    return [each for each in items if each.evidence is not None and each.evidence.kind in kinds]


def _weight(pair: Suggestion, chosen: Iterable[Suggestion]) -> float:
    """Both ranks together: a large one does not make up for a small one. What was paired already counts for less."""
    both = (pair.inner.rank * pair.outer.rank) ** 0.5 * (SHARED if _is_shared(pair) else 1.0)
    return both / (1 + sum(each.outer is pair.outer for each in chosen))


def _is_shared(pair: Suggestion) -> bool:
    """Are they about one thing: the same team, issue or whatever else, or the same metric?"""
    inner, outer = pair.inner.evidence, pair.outer.evidence
    if inner is None or outer is None:
        return False
    is_one_metric = inner.metric and outer.metric and theme(inner.metric) == theme(outer.metric)
    return bool(is_one_metric) or bool(set(inner.subject) & set(outer.subject))
