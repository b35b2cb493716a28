"""One change in words beside its verdict: what was declared of it, the estimate in numbers, a document to print."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from data_access.change_rows import Change, Expected, Shape
from data_access.judging import ALIKE
from metrics.catalogue import CATALOGUE
from metrics.intervention import ChangeEffect
from metrics.metric import Metric
from metrics.results import NotEstimable
from reports import change_tables, evaluated_checks, text
from reports import effect_sizes as sizes
from reports.printed import Block
from reports.text import N_, _

EXPECTED = {
    Expected.DECREASE: N_("It should fall"),
    Expected.INCREASE: N_("It should rise"),
    Expected.EITHER: N_("Either way"),
}
SHAPES = {
    Shape.STEP: N_("At once and for good"),
    Shape.STEP_AND_SLOPE: N_("At once, then more and more or less and less"),
    Shape.TEMPORARY: N_("For three months only"),
    Shape.DELAYED: N_("Only after three months"),
}
RATIO = N_(
    "Ratio to what was to be expected without the change: {value} ({confidence} % interval {low} to {high}), p {p}."
)
SLOPE = {
    "month": N_("Each month since, the level moves by {value} more ({confidence} % interval {low} to {high}), p {p}."),
    "week": N_("Each week since, the level moves by {value} more ({confidence} % interval {low} to {high}), p {p}."),
    "day": N_("Each day since, the level moves by {value} more ({confidence} % interval {low} to {high}), p {p}."),
}


def named(
    result: ChangeEffect | NotEstimable, change: Change, label: Callable[[str, str], str]
) -> ChangeEffect | NotEstimable:
    """The result with untouched teams and the like under their names."""
    dimension = next((name for name in ALIKE if name in dict(change.scope)), None)
    if isinstance(result, NotEstimable) or dimension is None:
        return result
    checks = tuple(replace(each, names=tuple(label(dimension, name) for name in each.names)) for each in result.checks)
    event = result.verdict.event
    verdict = replace(result.verdict, event=None if event is None else label(dimension, event))
    return replace(result, checks=checks, verdict=verdict)


def declared(change: Change, where: Sequence[str]) -> list[str]:
    """What was written down beforehand; `where` is its scope in words."""
    words = [text.code(change.kind), _(EXPECTED[change.expected]), _(SHAPES[change.shape])]
    words += [text.labelled(_("First day of the new way"), text.day(change.start)), *where]
    words += [_("Rolled out by {day}").format(day=text.day(change.rolled_out))] if change.rolled_out else []
    words += [_("Owner: {name}").format(name=change.owner)] if change.owner else []
    if change.guardrails:
        names = text.listed([_(CATALOGUE[each].name) for each in change.guardrails if each in CATALOGUE])
        words.append(_("Must not suffer: {names}").format(names=names))
    if change.check_dates:
        days = text.listed([text.day(each) for each in change.check_dates])
        words.append(_("To be checked on {days}").format(days=days))
    return words


def in_numbers(found: ChangeEffect) -> list[str]:
    """The ratio that the model finds with its p, and the bend where one was declared."""
    at, bend = found.rate_ratio, found.slope_change
    ends = [text.number(end, 2) if end < sizes.MOST else _("without limit") for end in (at.value, at.low, at.high)]
    told = [_told(RATIO, found, ends, at.p)]
    if bend is not None:
        steps = [sizes.of_check(found, end) for end in (bend.value, bend.low, bend.high)]
        told.append(_told(SLOPE[found.grain], found, steps, bend.p))
    return told


def _told(sentence: str, found: ChangeEffect, ends: Sequence[str], p: float) -> str:
    value, low, high = ends
    chance = sizes.chance(p) if p < sizes.LEAST_CHANCE else f"= {sizes.chance(p)}"
    return _(sentence).format(value=value, low=low, high=high, confidence=sizes.sureness(found), p=chance)


def blocks(change: Change, where: Sequence[str], found: ChangeEffect, metric: Metric) -> list[Block]:
    """What lies under the verdict, for a document to print."""
    beforehand = [*declared(change, where), *([change.hypothesis] if change.hypothesis else [])]
    return [
        Block(_("Declared beforehand"), [text.labelled(_("Metric"), _(metric.name)), *beforehand]),
        Block(_("Before and after"), table=change_tables.on_screen(found, metric)),
        Block(_("Estimated effect"), [*in_numbers(found), *evaluated_checks.model(found.model)]),
        Block(_("Checks"), table=change_tables.checks(found)),
    ]
