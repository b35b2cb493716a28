"""Two questions kept apart: does a process change, and will it meet its target?"""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from metrics.metric import Better
from metrics.spc.control import LEAST_POINTS, ControlChart


class Variation(StrEnum):
    """What the latest point of a chart says."""

    IMPROVING = "improving"
    WORSENING = "worsening"
    SPECIAL = "special"  # no chance, and neither way is the better one, or the pattern has no direction
    COMMON = "common"
    UNKNOWN = "unknown"  # too few points


class Assurance(StrEnum):
    """What the limits say of the target, as long as the process stays as it is."""

    ALWAYS = "always"
    NEVER = "never"
    HIT_AND_MISS = "hit_and_miss"
    NO_TARGET = "no_target"
    UNKNOWN = "unknown"  # too few points


class Heading(StrEnum):
    """To which side a pattern lies."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Signal:
    """The rules that the latest point breaks, and to which side; without rules it is common cause."""

    rules: tuple[str, ...]
    heading: Heading


def signal(chart: ControlChart) -> Signal | None:
    """What the latest point shows that is not left out; None where there are too few points to say so."""
    if chart.latest.base < LEAST_POINTS:
        return None
    last = chart.points.filter(~pl.col("is_excluded")).row(-1, named=True)
    directed = [rule.name for rule in chart.rules.rules if rule.is_directed]
    signs = [last[name] for name in directed if last[name]]
    sign = signs[0] if signs else last["side"] if chart.latest.runs and last["flags"] else 0
    heading = {1: Heading.UP, -1: Heading.DOWN}.get(sign, Heading.NEITHER)
    return Signal(tuple(last["flags"]), heading)


def variation(chart: ControlChart, better: Better) -> Variation:
    """Does the latest point show an improvement, a worsening, or what the process does by itself?

    Source: NHS England, Making Data Count.
    """
    found = signal(chart)
    if found is None:
        return Variation.UNKNOWN
    if not found.rules:
        return Variation.COMMON
    if better is Better.NEITHER or found.heading is Heading.NEITHER:
        return Variation.SPECIAL
    good = Heading.UP if better is Better.HIGHER else Heading.DOWN
    return Variation.IMPROVING if found.heading is good else Variation.WORSENING


def assurance(chart: ControlChart, target: float | None, better: Better) -> Assurance:
    """Will the process meet its target if nothing changes? By the limits of the latest point.

    Source: NHS England, Making Data Count.
    """
    if target is None or better is Better.NEITHER:
        return Assurance.NO_TARGET
    last = chart.points.row(-1, named=True)
    if chart.latest.base < LEAST_POINTS or last["lower"] is None or last["upper"] is None:
        return Assurance.UNKNOWN
    worst, best = (last["lower"], last["upper"]) if better is Better.HIGHER else (-last["upper"], -last["lower"])
    asked = target if better is Better.HIGHER else -target
    if worst >= asked:
        return Assurance.ALWAYS
    return Assurance.NEVER if best < asked else Assurance.HIT_AND_MISS


#: What needs attention, the most urgent first.
ATTENTION = (
    (Variation.WORSENING, Assurance.NEVER),
    (Variation.WORSENING, Assurance.HIT_AND_MISS),
    (Variation.WORSENING, Assurance.NO_TARGET),
    (Variation.WORSENING, Assurance.UNKNOWN),
    (Variation.WORSENING, Assurance.ALWAYS),
    (Variation.COMMON, Assurance.NEVER),
    *((Variation.SPECIAL, each) for each in Assurance),
    (Variation.IMPROVING, Assurance.NEVER),
)
#: The rest, in the order of what is worth a word in the meeting.
OTHERS = (
    (Variation.IMPROVING, Assurance.HIT_AND_MISS),
    (Variation.COMMON, Assurance.HIT_AND_MISS),
    *((Variation.IMPROVING, each) for each in (Assurance.NO_TARGET, Assurance.UNKNOWN, Assurance.ALWAYS)),
    *((Variation.COMMON, each) for each in (Assurance.NO_TARGET, Assurance.UNKNOWN, Assurance.ALWAYS)),
    *((Variation.UNKNOWN, each) for each in Assurance),
)


def needs_attention(found: Variation, sure: Assurance) -> bool:
    """Is there something to do about a process of which this is said?"""
    return (found, sure) in ATTENTION


def urgency(found: Variation, sure: Assurance) -> int:
    """The place in the order of a meeting, 0 the first."""
    return (*ATTENTION, *OTHERS).index((found, sure))
