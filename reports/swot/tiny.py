"""A chart as small as a word: how a finding came about, with what it is held against as a dashed line."""

from collections.abc import Sequence

from metrics.swot.evidence import Evidence, Kind
from reports import charts_base as base
from reports import text
from reports.palette import INK
from reports.text import _
from reports.watch.icons import Drawing

WIDE, HIGH, EDGE = 96.0, 30.0, 3.0  # pixels
LEAST = 3  # values that make a line
#: Kinds whose reference is a value of what the line draws: a target, the middle of a chart, the level before.
HELD_AGAINST = frozenset(
    {
        Kind.ABOVE_TARGET, Kind.BELOW_TARGET, Kind.LINKED, Kind.UNLINKED, Kind.DEADLINES_KEPT, Kind.DEADLINES_MISSED,
        Kind.FINDINGS_OPEN, Kind.SPECIAL_CAUSE_BETTER, Kind.SPECIAL_CAUSE_WORSE, Kind.SUSTAINED_IMPROVEMENT,
        Kind.SUSTAINED_DECLINE,
    }
)  # fmt: skip


def tiny(evidence: Evidence) -> Drawing | None:
    """None where there are too few values to show a course."""
    known = [each for each in evidence.trend if each is not None]
    if len(known) < LEAST:
        return None
    reference = evidence.reference if evidence.kind in HELD_AGAINST else None
    low, high = _reached(known, reference)
    steps = max(1, len(evidence.trend) - 1)
    places = [
        (EDGE + (WIDE - 2 * EDGE) * at / steps, _height(each, low, high))
        for at, each in enumerate(evidence.trend)
        if each is not None
    ]
    parts = [_polyline(places, INK, 'stroke-width="1.6" stroke-linejoin="round"')]
    if reference is not None and low <= reference <= high:
        y = _height(reference, low, high)
        dashed = 'stroke-width="1.1" stroke-dasharray="4 2"'
        parts.insert(0, _polyline([(EDGE, y), (WIDE - EDGE, y)], base.GOOD, dashed))
    x, y = places[-1]
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{INK}"/>')
    return Drawing("".join(parts), WIDE, HIGH, _("Its last {count} values").format(count=text.number(len(known))))


def _reached(known: Sequence[float], reference: float | None) -> tuple[float, float]:
    """From what to what it is drawn: all of it, and the reference where the rest stays readable."""
    low, high = min(known), max(known)
    room = high - low
    if reference is not None and low - 2 * room <= reference <= high + 2 * room:
        low, high = min(low, reference), max(high, reference)
    return (low, high) if high > low else (low - 1, high + 1)


def _height(value: float, low: float, high: float) -> float:
    return HIGH - EDGE - (HIGH - 2 * EDGE) * (value - low) / (high - low)


def _polyline(places: Sequence[tuple[float, float]], colour: str, more: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" {more}/>'
